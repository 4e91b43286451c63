/**
 * The timestamp of a device server (SPC-4 5.2): milliseconds that count on from where they were set. There is no other method than SET
 * TIMESTAMP (SCSIP=1, TCMOS=0 in the Control Extension mode page), so until then it is the time since power on, and never the clock
 * on the wall, which somebody may turn back.
 */

/** TIMESTAMP ORIGIN. */
export const TimestampOrigin = { PowerOn: 0b000, SetTimestamp: 0b010 } as const;
export type TimestampOrigin = (typeof TimestampOrigin)[keyof typeof TimestampOrigin];

export interface Timestamp {
  readonly origin: TimestampOrigin;
  /** What it was, in milliseconds… */
  readonly milliseconds: number;
  /** …at this time of the monotonic clock, milliseconds. That clock begins with the process, which is the power on. */
  readonly at: number;
}

export const POWER_ON_TIMESTAMP: Timestamp = Object.freeze({ origin: TimestampOrigin.PowerOn, milliseconds: 0, at: 0 });

/** 48 bits, and a high order byte of F1h and more is reserved. */
export const TIMESTAMP_BYTES = 6;
export const HIGH_BYTE_MAX = 0xf0;
const RANGE = 2 ** 48;

export function timestampAt({ milliseconds, at }: Timestamp, now: number): number {
  return (milliseconds + Math.max(0, Math.floor(now - at))) % RANGE;
}

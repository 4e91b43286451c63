/**
 * The counters of log pages: what LOG SENSE tells counts from what LOG SELECT has set, while the counters of the metrics, from which they
 * derive, only grow.
 */
import { type LuCounters, Operation } from "../lu-counters.ts";

/** Where the true value of each comes from. */
export const LOG_COUNTERS = {
  bytesWritten: ({ bytes }: LuCounters) => bytes[Operation.Write]!,
  uncorrectedWriteErrors: ({ mediumErrors }: LuCounters) => mediumErrors[Operation.Write]!,
  bytesRead: ({ bytes }: LuCounters) => bytes[Operation.Read]!,
  uncorrectedReadErrors: ({ mediumErrors }: LuCounters) => mediumErrors[Operation.Read]!,
  nonMediumErrors: ({ errors, mediumErrors }: LuCounters) =>
    errors.reduce((sum, count) => sum + count, 0) - mediumErrors.reduce((sum, count) => sum + count, 0),
} as const satisfies Record<string, (counters: LuCounters) => number>;
export type LogCounterName = keyof typeof LOG_COUNTERS;

export class LogCounters {
  readonly #source: LuCounters;
  readonly #base = new Map<LogCounterName, number>();

  constructor(source: LuCounters) {
    this.#source = source;
  }

  get(name: LogCounterName): number {
    return LOG_COUNTERS[name](this.#source) - (this.#base.get(name) ?? 0);
  }

  set(name: LogCounterName, value: number): void {
    this.#base.set(name, LOG_COUNTERS[name](this.#source) - value);
  }
}

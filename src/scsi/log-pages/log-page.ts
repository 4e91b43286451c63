/** What a log page is to LOG SENSE and LOG SELECT: SPC-4 7.3.2. */
import type { Space } from "../../backend/block-backend.ts";
import type { LogicalUnit } from "../logical-unit.ts";
import type { LogCounterName } from "./log-counters.ts";

/** FORMAT AND LINKING of the control byte, bits 1 and 0 (SPC-4 7.3.2.2.2). */
export const Format = { BoundedCounter: 0b00, BinaryList: 0b11 } as const;
/** TSD: the target doesn't save the parameter. */
export const TSD = 0x20;

/** A parameter that counts, and that LOG SELECT can set. */
export interface CounterParameter {
  readonly code: number;
  readonly counter: LogCounterName;
  /** Bytes of its value. */
  readonly bytes: 4 | 8;
}

/** A parameter that only the unit itself changes. */
export interface ListParameter {
  readonly code: number;
  /** What stands behind the four bytes of the header. */
  readonly value: (lu: LogicalUnit, space: Space | undefined) => Buffer;
}

export type LogParameter = CounterParameter | ListParameter;

export const isCounter = (parameter: LogParameter): parameter is CounterParameter => "counter" in parameter;

export interface LogPage {
  readonly code: number;
  readonly name: string;
  /** Standard and clause. */
  readonly clause: string;
  /** DS: the page is not saved. The list of pages has nothing to save, and its bit is 0. */
  readonly disableSave: boolean;
  /** By ascending parameter code. Empty for a page that is a list of pages. */
  readonly parameters: readonly LogParameter[];
  /** Whether this unit has the page; absent: every one has. */
  readonly available?: (lu: LogicalUnit) => boolean;
  /** Its parameters tell of space, which the storage is asked for first. */
  readonly needsSpace?: true;
}

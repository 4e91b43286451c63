/** What the command table holds: one descriptor per command, as data (SPC-4 6, SBC-3 5). */
import type { LogicalUnit } from "./logical-unit.ts";
import type { ScsiTask } from "./task.ts";

/**
 * What a command needs under reservations (SPC-4 5.13, table "commands that are allowed"): bits that the
 * reservation state grants or withholds per I_T_L nexus. 0: allowed always.
 */
export const Need = { Nothing: 0, Read: 1, Write: 2, Other: 4 } as const;
export const PERMIT_ALL = Need.Read | Need.Write | Need.Other;

export interface CommandDescriptor {
  readonly opcode: number;
  /** Five-bit (byte 1) or 16-bit (bytes 8-9 of a 7Fh CDB) service action, where the opcode has them. */
  readonly serviceAction?: number;
  readonly name: string;
  /** Standard and clause. */
  readonly clause: string;
  /**
   * CDB usage data (SPC-4 6.35.3): a bit that is 1 is evaluated by Lunette. Byte 0 is the opcode; the service action's bits hold
   * its value. A CDB with any other bit set is refused with "invalid field in CDB" and a field pointer.
   */
  readonly usage: readonly number[];
  readonly need: number;
  /** Row of the counters that the command belongs to; `Operation.Other` when absent. */
  readonly kind?: number;
  /** Whether this logical unit has the command; absent: every one has. */
  readonly available?: (lu: LogicalUnit) => boolean;
  /** Runs although a unit attention is pending (INQUIRY, REPORT LUNS, REQUEST SENSE; SAM-5 5.14.5). */
  readonly ignoresUnitAttention?: true;
  /** Runs where no logical unit is mapped. */
  readonly withoutLogicalUnit?: true;
  /** Needs the backend online and the unit started. */
  readonly needsMedium?: true;
  /** Changes the medium: refused on a read-only volume, mapping or under software write protect. */
  readonly writesMedium?: true;
  /**
   * Pure: decodes and validates the CDB into the task (lba, blocks, dataOutWanted, …), or calls `task.failWith…` and
   * returns false. Absent: there is nothing to decode.
   */
  readonly decode?: (task: ScsiTask) => boolean;
  /**
   * Runs the command, all Data-Out at hand. Ends with exactly one of `task.good()`, `task.fail…()`, now or later. A
   * promise is awaited; what it throws is an internal failure of this command only.
   */
  readonly execute: (task: ScsiTask) => void | Promise<void>;
}

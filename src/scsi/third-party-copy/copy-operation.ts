/**
 * A copy operation (SPC-4 5.17.4.3) as hosts can follow it: what RECEIVE COPY STATUS and RECEIVE COPY FAILURE DETAILS tell of it.
 *
 *   running ─┬─→ ended       with the status of its last step: GOOD, or what went wrong
 *            └─→ terminated  by COPY OPERATION ABORT, task management, a reset
 */
import { assert } from "../../common/assert.ts";
import { encodeSense, SENSE_MAX_BYTES, type Sense } from "../sense.ts";
import { ScsiStatus } from "../status.ts";
import type { ListFormat } from "./parameter-list.ts";

/** Units of TRANSFER COUNT (SPC-4 6.24, table 251): code and power of two. */
const UNITS = [
  { code: 0x00, bytes: 1 },
  { code: 0x01, bytes: 2 ** 10 },
  { code: 0x02, bytes: 2 ** 20 },
  { code: 0x03, bytes: 2 ** 30 },
] as const;

export interface TransferCount {
  readonly units: number;
  readonly count: number;
}

export class CopyOperation {
  readonly listId: number;
  readonly format: ListFormat;
  /** Its command has ended, or will end before it does (IMMED). */
  readonly background: boolean;
  state: "running" | "ended" | "terminated" = "running";
  status: ScsiStatus = ScsiStatus.Good;
  /** As the command got it, or would have. */
  sense: Buffer = Buffer.alloc(0);
  /** Segments whose processing has begun. */
  segments = 0;
  /** Written without a gap, in the order that the segments ask for. */
  bytesWritten = 0;
  /** Commands that a copy source or destination has completed without error. */
  commands = 0;
  /** RECEIVE COPY STATUS(LID1) reports the end of an operation once. */
  statusKept = true;
  /** RECEIVE COPY FAILURE DETAILS(LID1) reports a failure once. */
  failureKept = true;
  /** While it runs: ends it, and resolves when nothing of it is in flight. */
  abort: (() => Promise<void>) | undefined;

  constructor(listId: number, format: ListFormat, background: boolean) {
    this.listId = listId;
    this.format = format;
    this.background = background;
  }

  get running(): boolean {
    return this.state === "running";
  }

  get failed(): boolean {
    return this.state === "terminated" || (this.state === "ended" && this.status !== ScsiStatus.Good);
  }

  end(state: "ended" | "terminated", status: ScsiStatus, sense: Sense | undefined, descriptorSense: boolean): void {
    assert(this.state === "running", "a copy operation ends once");
    this.state = state;
    this.status = status;
    this.abort = undefined;
    if (sense === undefined) return;
    const out = Buffer.alloc(SENSE_MAX_BYTES);
    this.sense = out.subarray(0, encodeSense(sense, descriptorSense, out, 0));
  }

  /** In the smallest units in which it fits `most`, rounded down. */
  transferred(most: number): TransferCount {
    const unit = UNITS.find(({ bytes }) => this.bytesWritten / bytes <= most) ?? UNITS.at(-1)!;
    return { units: unit.code, count: Math.floor(this.bytesWritten / unit.bytes) };
  }
}

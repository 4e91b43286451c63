/**
 * Runs a copy operation: its segments one after the other, with a place in the task set of each unit that they touch, and what is to be
 * told at the end (SPC-4 5.17.7.2, 5.17.7.4). Once it has ended nothing of it is in flight.
 */
import type { CommandDescriptor } from "../command.ts";
import type { DeviceServer } from "../device-server.ts";
import type { LunNexus } from "../nexus.ts";
import { SENSE, type Sense } from "../sense.ts";
import { ScsiStatus } from "../status.ts";
import type { CopyOperation } from "./copy-operation.ts";
import { CopyPlace } from "./copy-place.ts";
import type { Transfer } from "./copy-plan.ts";
import { noResidue, SegmentCopy } from "./copy-segment.ts";
import { CopyTraffic, type Stop } from "./copy-traffic.ts";

export interface CopyRunOptions {
  readonly server: DeviceServer;
  /** The unit and nexus that the command came through, and the command. */
  readonly own: LunNexus;
  readonly command: CommandDescriptor;
  readonly operation: CopyOperation;
  readonly transfers: readonly Transfer[];
  /** The command waits for the end, and is the operation's place in the task set of `own`. */
  readonly foreground: boolean;
}

/** How it ended. */
export interface CopyResult {
  readonly status: ScsiStatus;
  readonly sense: Sense | undefined;
  readonly stop: Stop | undefined;
}

export const INTERNAL_FAILURE: CopyResult = {
  status: ScsiStatus.CheckCondition,
  sense: { code: SENSE.internalTargetFailure },
  stop: undefined,
};

export class CopyRun {
  readonly #options: CopyRunOptions;
  readonly #traffic: CopyTraffic;
  readonly #places: readonly CopyPlace[];
  /** The segment at work, and its number. */
  #current: SegmentCopy | undefined;
  #number = 0;

  constructor(options: CopyRunOptions) {
    const { server, own, command, operation, transfers, foreground } = options;
    this.#options = options;
    this.#traffic = new CopyTraffic(server, own, operation, command);
    const units = new Set(transfers.flatMap(({ source, destination }) => [source.lunNexus, destination.lunNexus]));
    if (foreground) units.delete(own);
    else units.add(own);
    this.#places = Array.from(units, (unit) => new CopyPlace(server, unit, () => this.stop("cleared")));
  }

  /** Has the operation end; `run` resolves when it has. */
  stop(why: Stop): void {
    this.#traffic.stop(why);
  }

  /**
   * Resolves when nothing of the operation is in flight and its places are given up. A broken invariant rejects, for the command
   * that waits; in the background it is reported here.
   */
  async run(): Promise<CopyResult> {
    const { server, operation, transfers, foreground } = this.#options;
    const residue = noResidue();
    try {
      for (const transfer of transfers) {
        this.#number = transfer.segment.number;
        operation.segments = this.#number + 1;
        this.#current = new SegmentCopy(this.#traffic, transfer, residue, (bytes) => {
          operation.bytesWritten += bytes;
        });
        if (!(await this.#current.run())) break;
      }
      return this.#result();
    } catch (error) {
      if (foreground) throw error;
      server.internalError(this.#places[0]!, error);
      return INTERNAL_FAILURE;
    } finally {
      for (const place of this.#places) place.leave();
    }
  }

  #result(): CopyResult {
    const { stopped: stop, failure } = this.#traffic;
    // Nobody is told a status; whoever asks for the operation's end gets this one.
    if (stop === "owner") return { status: ScsiStatus.TaskAborted, sense: undefined, stop };
    if (stop === "conflict") return { status: ScsiStatus.ReservationConflict, sense: undefined, stop };
    const sense = stop === undefined ? failure : { code: SENSE.copyClearedByDeviceServer, segment: this.#number };
    if (sense === undefined) return { status: ScsiStatus.Good, sense, stop };
    return { status: ScsiStatus.CheckCondition, sense: { ...sense, information: this.#current?.residual }, stop };
  }
}

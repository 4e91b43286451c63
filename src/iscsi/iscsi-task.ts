/**
 * A SCSI task with what iSCSI knows of it: tags, the state of its Data-Out, its place in the send queue.
 * Recycled by the connection, so that a command allocates nothing.
 */
import { assert } from "../common/assert.ts";
import { ScsiTask } from "../scsi/task.ts";
import type { Sendable } from "./control-message.ts";

/** One outstanding R2T: the run of Data-Out it asks for (RFC 7143 11.8). */
export interface Solicitation {
  transferTag: number;
  end: number;
  /** Bytes up to here have arrived. */
  received: number;
  nextDataSn: number;
}

export class IscsiTask extends ScsiTask {
  /** LUN field as sent, to be echoed in R2Ts. */
  lunHigh = 0;
  lunLow = 0;
  immediate = false;
  /** Counts in the command window, or among the immediate commands. */
  inWindow = false;
  /** Direction bits of the request. */
  reads = false;
  writes = false;

  // ---- Data-Out ---------------------------------------------------------------------------------
  /** Bytes that the command takes: the smaller of what it wants and what the initiator has. */
  dataOutTarget = 0;
  /** Data-Out bytes that have arrived in sequence, unsolicited ones first. */
  dataOutReceived = 0;
  /** Unsolicited Data-Out follows until a PDU with the F bit. */
  unsolicited = false;
  unsolicitedDataSn = 0;
  /** The command has failed or was aborted: what still arrives is thrown away. */
  discards = false;
  /** Bytes that R2Ts have asked for so far. */
  solicitedUpTo = 0;
  r2tSn = 0;
  /** Runs that were asked for and have not ended, the oldest first. */
  readonly solicitations: Solicitation[] = [];
  /** Monotonic milliseconds of the last Data-Out or R2T. */
  dataOutAt = 0;

  /** Bytes counted against what waiting writes may hold. */
  budgetBytes = 0;
  /** Bytes counted against the connection's share of memory. */
  shareBytes = 0;

  // ---- Send queue (intrusive) --------------------------------------------------------------------
  nextToSend: Sendable | undefined;

  /** Data-Out is on its way that the initiator announced or was asked for: it has to end before an answer (RFC 7143 11.4.2). */
  get awaitsDataOut(): boolean {
    return this.unsolicited || this.solicitations.length > 0;
  }

  override reset(): void {
    super.reset();
    assert(this.nextToSend === undefined, "a task is recycled while it is queued");
    this.dataOutTarget = 0;
    this.dataOutReceived = 0;
    this.unsolicited = false;
    this.unsolicitedDataSn = 0;
    this.discards = false;
    this.solicitedUpTo = 0;
    this.r2tSn = 0;
    this.solicitations.length = 0;
  }
}

/** Free tasks of a reactor. Bounded by the sum of the command windows; the surplus is left to the collector. */
export class TaskPool {
  readonly #free: IscsiTask[] = [];
  readonly #keep: number;

  constructor(keep: number) {
    this.#keep = keep;
  }

  take(): IscsiTask {
    return this.#free.pop() ?? new IscsiTask();
  }

  give(task: IscsiTask): void {
    task.reset();
    if (this.#free.length < this.#keep) this.#free.push(task);
  }
}

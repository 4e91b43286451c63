/**
 * A connection's share of the pool (limits.connection_buffer_bytes): bytes that its tasks have leased, until the kernel has taken their
 * answers. So a host with much on its way leaves memory to the others.
 */
import { assert } from "../common/assert.ts";
import type { Connection } from "./connection.ts";
import type { IscsiTask } from "./iscsi-task.ts";

/** Above this part of the share the command window does not grow. */
const TIGHT_PART = 3 / 4;

export class MemoryShare {
  readonly #connection: Connection;
  #bytes = 0;
  readonly #waiting: IscsiTask[] = [];

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** Little is left. */
  get tight(): boolean {
    return this.#bytes > this.#connection.services.limits.connection_buffer_bytes * TIGHT_PART;
  }

  /**
   * Counts `bytes` for the task; false where that is too much. One task is always allowed, except that a dormant one leaves room for the
   * largest command: what it waits for may need that.
   */
  take(task: IscsiTask, bytes: number): boolean {
    const { connection_buffer_bytes: bound, transfer_bytes: largest } = this.#connection.services.limits;
    if (task.dormant) {
      if (this.#bytes + bytes > bound - largest) return false;
    } else if (this.#bytes > 0 && this.#bytes + bytes > bound) return false;
    this.#bytes += bytes;
    task.shareBytes += bytes;
    return true;
  }

  /** As take; where that is too much, the task's `retryLease` is called when there may be room. */
  takeOrWait(task: IscsiTask, bytes: number): boolean {
    if (this.take(task, bytes)) return true;
    this.#waiting.push(task);
    return false;
  }

  /** The task waits no more. Harmless when it does not wait. */
  cancel(task: IscsiTask): void {
    const at = this.#waiting.indexOf(task);
    if (at >= 0) this.#waiting.splice(at, 1);
  }

  /** Bytes that the kernel has taken, or that an answer never took, are free again: tasks that wait ask again. */
  give(bytes: number): void {
    this.#bytes -= bytes;
    assert(this.#bytes >= 0, "memory is given back once");
    if (this.#waiting.length === 0) return;
    // Each waiter asks again and, when there is still too little, stands in line again: bounded by one round.
    for (const task of this.#waiting.splice(0)) task.retryLease();
    this.#connection.services.turn.mark(this.#connection);
  }
}

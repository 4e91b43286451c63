/**
 * How much of the pool writes may hold while their data is on its way. A host that never answers an R2T keeps memory until
 * limits.data_out_ms; without this bound a few such hosts could hold all of it, and every READ would wait for them.
 *
 * Data that came unasked with a dormant task (scsi/task-set.ts) stays until older tasks have ended, and these may need memory to
 * end. So such data keeps its part of the budget for as long, and gets only what leaves room for
 *  - the largest write beside it, here: an older write that stands in line is always served;
 *  - half of the pool for commands that wait for scratch memory (scsi/scratch.ts) and a quarter for everything else.
 * It is counted in whole pieces of the pool, because a small lease can keep the piece around it from being used.
 */
import { LEASE_MAX_BYTES } from "../backend/buffer-pool.ts";
import { assert } from "../common/assert.ts";
import type { IscsiTask } from "./iscsi-task.ts";

type Continuation = (task: IscsiTask) => void;

interface Waiter {
  readonly task: IscsiTask;
  readonly bytes: number;
  readonly then: Continuation;
}

/** Part of the pool that stays free for commands that need no data from their host. */
const RESERVED_PART = 1 / 4;
/** Part of the pool that data of dormant tasks may hold at most. */
const DORMANT_PART = 1 / 4;

export class DataOutBudget {
  readonly #most: number;
  readonly #mostWithDormant: number;
  #held = 0;
  readonly #waiting: Waiter[] = [];
  /** Writes that have had to wait before their data was asked for. */
  waits = 0;

  /** @param poolBytes of the pool @param transferBytes of the largest command: one write and one read of it always fit */
  constructor(poolBytes: number, transferBytes: number) {
    this.#most = Math.max(transferBytes, Math.min(poolBytes * (1 - RESERVED_PART), poolBytes - transferBytes));
    this.#mostWithDormant = Math.min(this.#most - transferBytes, poolBytes * DORMANT_PART);
  }

  /** Bytes of the pool that are promised to writes whose data is on its way. */
  get heldBytes(): number {
    return this.#held;
  }

  /** Writes that wait now. */
  get waiting(): number {
    return this.#waiting.length;
  }

  /** Bytes for a task whose data can't wait; false when they are not there, or others were first. */
  take(task: IscsiTask, bytes: number): boolean {
    if (this.#waiting.length > 0 || this.#held + bytes > this.#most) return false;
    this.#held += bytes;
    task.budgetBytes = bytes;
    return true;
  }

  /** As take, for data that came unasked with a dormant task. */
  takeDormant(task: IscsiTask, bytes: number): boolean {
    const pieces = Math.ceil(bytes / LEASE_MAX_BYTES) * LEASE_MAX_BYTES;
    return this.#held + pieces <= this.#mostWithDormant && this.take(task, pieces);
  }

  /** Bytes now or when it is this task's turn: then runs `then`. */
  takeOrWait(task: IscsiTask, bytes: number, then: Continuation): void {
    if (this.take(task, bytes)) {
      then(task);
      return;
    }
    this.waits += 1;
    this.#waiting.push({ task, bytes, then });
  }

  /** The task stands in line no more. Harmless when it does not. */
  cancel(task: IscsiTask): void {
    const at = this.#waiting.findIndex((waiter) => waiter.task === task);
    if (at >= 0) this.#waiting.splice(at, 1);
    this.#serve();
  }

  /** The data of the task is complete, or the task has ended. Idempotent. */
  giveBack(task: IscsiTask): void {
    if (task.budgetBytes === 0) return;
    this.#held -= task.budgetBytes;
    task.budgetBytes = 0;
    assert(this.#held >= 0, "a budget is given back once");
    this.#serve();
  }

  #serve(): void {
    for (let first = this.#waiting[0]; first !== undefined; first = this.#waiting[0]) {
      if (this.#held + first.bytes > this.#most) return;
      this.#waiting.shift();
      this.#held += first.bytes;
      first.task.budgetBytes = first.bytes;
      first.task.parked = undefined;
      first.then(first.task);
    }
  }
}

/**
 * How much of the pool writes may hold while their data is on its way. A host that never answers an R2T keeps memory until
 * limits.data_out_ms; without this bound a few such hosts could hold all of it, and every READ would wait for them.
 */
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

export class DataOutBudget {
  readonly #most: number;
  #held = 0;
  readonly #waiting: Waiter[] = [];

  /** @param poolBytes of the pool @param transferBytes of the largest command: one write and one read of it always fit */
  constructor(poolBytes: number, transferBytes: number) {
    this.#most = Math.max(transferBytes, Math.min(poolBytes * (1 - RESERVED_PART), poolBytes - transferBytes));
  }

  /** Bytes for a task whose data can't wait; false when they are not there, or others were first. */
  take(task: IscsiTask, bytes: number): boolean {
    if (this.#waiting.length > 0 || this.#held + bytes > this.#most) return false;
    this.#held += bytes;
    task.budgetBytes = bytes;
    return true;
  }

  /** Bytes now or when it is this task's turn: then runs `then`. */
  takeOrWait(task: IscsiTask, bytes: number, then: Continuation): void {
    if (this.take(task, bytes)) then(task);
    else this.#waiting.push({ task, bytes, then });
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

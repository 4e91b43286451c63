/** The task set of a logical unit (SAM-5 8): an intrusive list, so that entering and leaving costs no allocation. */
import type { Nexus } from "./nexus.ts";
import type { ScsiTask } from "./task.ts";

export class TaskSet {
  #first: ScsiTask | undefined;
  size = 0;

  enter(task: ScsiTask): void {
    task.previous = undefined;
    task.next = this.#first;
    if (this.#first) this.#first.previous = task;
    this.#first = task;
    this.size += 1;
  }

  leave(task: ScsiTask): void {
    if (task.previous) task.previous.next = task.next;
    else this.#first = task.next;
    if (task.next) task.next.previous = task.previous;
    task.previous = undefined;
    task.next = undefined;
    this.size -= 1;
  }

  /** A copy, newest first: callers may end tasks while they walk it. */
  matching(nexus: Nexus | undefined): ScsiTask[] {
    const found: ScsiTask[] = [];
    for (let task = this.#first; task; task = task.next) if (nexus === undefined || task.nexus === nexus) found.push(task);
    return found;
  }

  /** Does any task that is executing satisfy the predicate? */
  some(predicate: (task: ScsiTask) => boolean): boolean {
    for (let task = this.#first; task; task = task.next) if (predicate(task)) return true;
    return false;
  }
}

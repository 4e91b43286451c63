/**
 * The task set of a logical unit (SAM-5 8): one for all nexuses (TST 000b), an intrusive list in the order of admission,
 * so that entering and leaving costs no allocation.
 *
 *   attribute       enabled when (SAM-5 8.6)
 *   simple          no older ORDERED task and no HEAD OF QUEUE task is in the set
 *   ordered         no older task and no HEAD OF QUEUE task is in the set
 *   head of queue   at once
 *
 * What a copy operation does in the set (task.ts, Origin) is no command of a host: it waits for nothing, because the command that
 * asked for it has been enabled, and nothing waits for it.
 *
 * A task that has to wait is dormant. It has not begun: no I/O, no blocks held, no memory but what data sent along
 * unasked has taken. Who ends a task calls `wake`, which lets the next ones go on.
 *
 * A set with simple tasks only, which is nearly every set at nearly all times, pays one comparison at entering and one at
 * leaving. A task with another attribute walks the list from its old end when something ends.
 *
 * Nobody can wait in a circle here. A dormant task waits for older or HEAD OF QUEUE tasks only, and what is enabled never waits
 * for anything that a dormant task holds: range locks are taken after enabling, Data-Out is asked for after enabling, and
 * memory for data that came unasked is bounded so that the largest command always fits beside it (data-out-budget.ts).
 */
import type { Nexus } from "./nexus.ts";
import { TaskAttribute } from "./status.ts";
import { Origin, type ScsiTask } from "./task.ts";

/** Is there an older command in the set? A simple task is asked for this only where one of them constrains it. */
function hasOlder(task: ScsiTask): boolean {
  let older = task.next;
  while (older !== undefined && older.origin !== Origin.Host) older = older.next;
  return older !== undefined;
}

export class TaskSet {
  #newest: ScsiTask | undefined;
  #oldest: ScsiTask | undefined;
  /** Ordered and head of queue tasks in the set. */
  #constraints = 0;
  #heads = 0;
  #waking = false;
  #wakeAgain = false;
  size = 0;
  /** Tasks that are not enabled yet. */
  dormant = 0;

  /** false: the attribute asks for what there is not (ACA), and the command is to be refused. The task is in the set all the same. */
  enter(task: ScsiTask): boolean {
    task.previous = undefined;
    task.next = this.#newest;
    if (this.#newest) this.#newest.previous = task;
    else this.#oldest = task;
    this.#newest = task;
    this.size += 1;
    // The shift leaves 0 of "untagged" and "simple".
    return this.#constraints + (task.attribute >> 1) === 0 || this.#constrain(task);
  }

  leave(task: ScsiTask): void {
    if (this.#constraints + this.dormant !== 0) this.#release(task);
    if (task.previous) task.previous.next = task.next;
    else this.#newest = task.next;
    if (task.next) task.next.previous = task.previous;
    else this.#oldest = task.previous;
    task.previous = undefined;
    task.next = undefined;
    // Whoever has just been enabled and ended before its turn came is not begun any more.
    task.onEnabled = undefined;
    this.size -= 1;
  }

  #constrain(task: ScsiTask): boolean {
    // A part of a command that is enabled already: were it to wait for an ordered task, that would wait for it.
    if (task.origin !== Origin.Host) return true;
    if (task.attribute === TaskAttribute.Aca) return false;
    if (task.attribute === TaskAttribute.HeadOfQueue) {
      this.#constraints += 1;
      this.#heads += 1;
      return true;
    }
    if (task.attribute === TaskAttribute.Ordered) this.#constraints += 1;
    if (hasOlder(task)) {
      task.dormant = true;
      this.dormant += 1;
    }
    return true;
  }

  #release(task: ScsiTask): void {
    if (task.attribute === TaskAttribute.Ordered || task.attribute === TaskAttribute.HeadOfQueue) this.#constraints -= 1;
    if (task.attribute === TaskAttribute.HeadOfQueue) this.#heads -= 1;
    if (!task.dormant) return;
    task.dormant = false;
    this.dormant -= 1;
  }

  /**
   * A task has ended while others were dormant: lets those go on that may. What they do may end tasks in turn; then another
   * round follows here, so that a long chain of ordered tasks does not grow the stack.
   */
  wake(): void {
    if (this.#waking) {
      this.#wakeAgain = true;
      return;
    }
    this.#waking = true;
    try {
      do {
        this.#wakeAgain = false;
        for (const task of this.#enable()) {
          const then = task.onEnabled;
          if (then === undefined) continue;
          task.onEnabled = undefined;
          task.parked = undefined;
          task.proceed(then);
        }
      } while (this.#wakeAgain && this.dormant !== 0);
    } finally {
      this.#waking = false;
    }
  }

  /** Enables every dormant task that nothing constrains any more; those among them that wait to go on, oldest first. */
  #enable(): ScsiTask[] {
    const waiting: ScsiTask[] = [];
    if (this.#heads > 0) return waiting;
    let older = false;
    for (let task = this.#oldest; task; task = task.previous) {
      if (task.origin !== Origin.Host) continue;
      const ordered = task.attribute === TaskAttribute.Ordered;
      if (task.dormant) {
        if (ordered && older) return waiting;
        task.dormant = false;
        this.dormant -= 1;
        if (task.onEnabled !== undefined) waiting.push(task);
      }
      if (ordered) return waiting;
      older = true;
    }
    return waiting;
  }

  /** A copy, newest first: callers may end tasks while they walk it. */
  matching(nexus: Nexus | undefined): ScsiTask[] {
    const found: ScsiTask[] = [];
    for (let task = this.#newest; task; task = task.next) if (nexus === undefined || task.nexus === nexus) found.push(task);
    return found;
  }

  /** Does any task of the set satisfy the predicate? */
  some(predicate: (task: ScsiTask) => boolean): boolean {
    for (let task = this.#newest; task; task = task.next) if (predicate(task)) return true;
    return false;
  }
}

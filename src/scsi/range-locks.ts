/**
 * Ranges of logical blocks that commands hold while they work on the medium. COMPARE AND WRITE and ORWRITE read,
 * decide and write as one uninterrupted action (SBC-3 5.2, 5.10): they hold their blocks exclusively. Everything else
 * that touches the medium holds its blocks shared, which orders nothing among those commands.
 *
 * READ and WRITE pay one comparison (`active === 0`) while no exclusive command is about. An exclusive command
 * finds who is at work on its blocks by walking the task set: that is paid by the rare command, not by the frequent one.
 *
 * First come, first served: a command that would have to wait is queued, and one that overlaps a queued command waits
 * behind it, so a stream of writes can't starve a COMPARE AND WRITE. Each command takes one range in one step, after all
 * memory it needs, and waits for nothing but its own I/O once it has it: there is no cycle to deadlock on. Blocks that nobody may have for
 * another reason are kept by no command at all (`keep`).
 */
import type { Continuation, ScsiTask } from "./task.ts";
import type { TaskSet } from "./task-set.ts";

export const Hold = { None: 0, Shared: 1, Exclusive: 2 } as const;
export type Hold = (typeof Hold)[keyof typeof Hold];

interface Waiting {
  readonly task: ScsiTask;
  readonly hold: Hold;
  readonly then: Continuation;
}

/** Logical blocks. A task is one: those that it holds or waits for. */
interface Range {
  readonly lba: number;
  readonly blocks: number;
}

const overlap = (a: Range, b: Range): boolean => a.lba < b.lba + b.blocks && b.lba < a.lba + a.blocks;

const leaveQueue: Continuation = (task) => task.lunNexus?.lu.locks.giveUp(task);

export class RangeLocks {
  /** Exclusive holders and waiting commands: 0 means that a shared hold is granted unasked. */
  active = 0;
  readonly #tasks: TaskSet;
  readonly #exclusive = new Set<Range>();
  readonly #waiting: Waiting[] = [];

  constructor(tasks: TaskSet) {
    this.#tasks = tasks;
  }

  /**
   * Runs `then` once the task holds its blocks: at once when nothing is in the way, else the task is parked. The task's `lba` and
   * `blocks` must not change while it waits or holds.
   */
  enter(task: ScsiTask, hold: Hold, then: Continuation): void {
    if (this.#blocked(task, hold, this.#waiting.length)) {
      this.#waiting.push({ task, hold, then });
      this.active += 1;
      task.parked = leaveQueue;
      return;
    }
    this.#grant(task, hold);
    then(task);
  }

  /** The task has ended. */
  leave(task: ScsiTask): void {
    task.hold = Hold.None;
    if (this.active === 0) return;
    if (this.#exclusive.delete(task)) this.active -= 1;
    this.#wake();
  }

  /**
   * The blocks that the task holds stay held when it has ended, exclusively and by nobody, until what is returned is called. Whoever wants them
   * waits, and can be aborted.
   */
  keep({ lba, blocks }: ScsiTask): () => void {
    const kept: Range = { lba, blocks };
    this.#exclusive.add(kept);
    this.active += 1;
    return () => {
      if (!this.#exclusive.delete(kept)) return;
      this.active -= 1;
      this.#wake();
    };
  }

  /** The task waits no longer: it was aborted. */
  giveUp(task: ScsiTask): void {
    const at = this.#waiting.findIndex((waiting) => waiting.task === task);
    if (at < 0) return;
    this.#waiting.splice(at, 1);
    this.active -= 1;
    this.#wake();
  }

  #grant(task: ScsiTask, hold: Hold): void {
    task.hold = hold;
    if (hold === Hold.Exclusive) {
      this.#exclusive.add(task);
      this.active += 1;
    }
  }

  /** Is there a holder, or one of the first `ahead` waiting commands, that the task must not overtake? */
  #blocked(task: ScsiTask, hold: Hold, ahead: number): boolean {
    for (let at = 0; at < ahead; at += 1) {
      const other = this.#waiting[at]!;
      if ((hold === Hold.Exclusive || other.hold === Hold.Exclusive) && overlap(task, other.task)) return true;
    }
    for (const other of this.#exclusive) if (overlap(task, other)) return true;
    if (hold !== Hold.Exclusive) return false;
    return this.#tasks.some((other) => other.hold === Hold.Shared && overlap(task, other));
  }

  #wake(): void {
    let at = 0;
    while (at < this.#waiting.length) {
      const { task, hold, then } = this.#waiting[at]!;
      if (this.#blocked(task, hold, at)) {
        at += 1;
        continue;
      }
      this.#waiting.splice(at, 1);
      this.active -= 1;
      task.parked = undefined;
      this.#grant(task, hold);
      task.proceed(then);
      // What `then` did (ended the task, woke others) may have moved the queue: begin again.
      at = 0;
    }
  }
}

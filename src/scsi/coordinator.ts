/**
 * The owner of what logical units share (architecture: "state of a logical unit is owned once and
 * published"). A reactor only reads snapshots; every change goes through here. With one reactor this is
 * served in-process; a coordinator in another process has the same interface.
 */
import { DurableStateError, type DurableStore, durableOf, sameDurable } from "./durable-state.ts";
import type { LogicalUnit, LuState } from "./logical-unit.ts";

/** The state after, from the state before, and nothing else: it may run more than once, and only its last run counts. */
export type Mutation = (state: LuState) => LuState;

export interface Coordinator {
  /**
   * Applies `mutate` to the newest state, publishes the result, and resolves when every reactor has taken it. A mutation
   * that returns its argument changes nothing. Mutations of one unit run one after the other. What the unit has to remember is
   * durable before it is published; rejects with DurableStateError when that fails, and then nothing has changed.
   */
  change(lu: LogicalUnit, mutate: Mutation): Promise<void>;

  /** Publishes what `read` has found in the store. Nothing is saved while it reads, and it does not read while something is saved. */
  recall(lu: LogicalUnit, read: () => Promise<Mutation>): Promise<void>;
}

/** The coordinator of a process with one reactor. Without a store nothing is remembered. */
export class LocalCoordinator implements Coordinator {
  readonly #store: DurableStore | undefined;
  /** The last of the changes that wait for a save, per unit. */
  readonly #queues = new Map<LogicalUnit, Promise<void>>();
  /** Units whose last save failed: what the store holds is uncertain until one succeeds. */
  readonly #uncertain = new Set<LogicalUnit>();

  constructor(store?: DurableStore) {
    this.#store = store;
  }

  change(lu: LogicalUnit, mutate: Mutation): Promise<void> {
    if (this.#queues.has(lu)) return this.#enqueue(lu, () => this.#changeDurably(lu, mutate));
    const next = mutate(lu.state);
    if (this.#store !== undefined && !sameDurable(lu.state, next)) {
      return this.#enqueue(lu, () => this.#changeDurably(lu, mutate));
    }
    this.#publish(lu, next);
    return Promise.resolve();
  }

  recall(lu: LogicalUnit, read: () => Promise<Mutation>): Promise<void> {
    return this.#enqueue(lu, async () => {
      const mutate = await read();
      this.#publish(lu, mutate(lu.state));
    });
  }

  #publish(lu: LogicalUnit, next: LuState): void {
    if (next !== lu.state) lu.publish(next);
    if (this.#uncertain.has(lu)) void this.#enqueue(lu, () => this.#repair(lu));
  }

  #enqueue(lu: LogicalUnit, run: () => Promise<void>): Promise<void> {
    const queue = this.#queues.get(lu) ?? Promise.resolve();
    // What an earlier change ran into is told to whoever asked for it.
    const turn = queue.catch(() => {}).then(run);
    this.#queues.set(lu, turn);
    const leave = (): void => {
      if (this.#queues.get(lu) === turn) this.#queues.delete(lu);
    };
    turn.then(leave, leave);
    return turn;
  }

  /** A nexus that leaves publishes beside the queue (LogicalUnit.leave): after each save the mutation is applied to what there is by then. */
  async #changeDurably(lu: LogicalUnit, mutate: Mutation): Promise<void> {
    let saved = lu.state;
    for (;;) {
      const next = mutate(lu.state);
      if (this.#store === undefined || sameDurable(saved, next)) {
        this.#publish(lu, next);
        return;
      }
      try {
        await this.#save(lu, next);
      } catch (error) {
        this.#uncertain.add(lu);
        await this.#repair(lu);
        throw new DurableStateError((error as Error).message, { cause: error });
      }
      saved = next;
    }
  }

  /**
   * A save that failed may have reached the disk all the same. The old state, which is in force, is put in its place; while that fails too it
   * is tried again with every change. What is broken is not replaced by what is in force meanwhile.
   */
  async #repair(lu: LogicalUnit): Promise<void> {
    if (this.#uncertain.has(lu) && lu.state.memory === "intact") await this.#save(lu, lu.state).catch(() => {});
  }

  async #save(lu: LogicalUnit, state: LuState): Promise<void> {
    await this.#store?.save(lu.identity, durableOf(state));
    this.#uncertain.delete(lu);
  }
}

/**
 * Scratch memory: what a command needs besides its own data, to compare or to build blocks (VERIFY, COMPARE AND WRITE,
 * ORWRITE, WRITE SAME). It comes from the pool, not from the connection's share, and goes back when the task ends.
 *
 * A task that holds Data-Out memory and waits for more could wait forever when everybody does. So tasks that wait
 * here may hold at most half of the pool; beyond that the command answers BUSY, which hosts repeat.
 */
import { LEASE_MAX_BYTES, type Lease, type PoolWaiter } from "../backend/buffer-pool.ts";
import { ScsiStatus } from "./status.ts";
import type { ScsiTask } from "./task.ts";

class ScratchWait implements PoolWaiter {
  readonly #task: ScsiTask;
  readonly #bytes: number;
  readonly #resolve: (lease: Lease) => void;
  readonly #held: number;

  constructor(task: ScsiTask, bytes: number, held: number, resolve: (lease: Lease) => void) {
    this.#task = task;
    this.#bytes = bytes;
    this.#held = held;
    this.#resolve = resolve;
    task.server.heldByScratchWaiters += held;
    task.parked = () => {
      task.server.pool.cancelWait(this);
      this.#over();
    };
    task.server.pool.wait(this);
  }

  poolReady(): boolean {
    const { server, scratch } = this.#task;
    if (!server.pool.tryLease(this.#bytes, scratch)) return false;
    this.#over();
    this.#resolve(scratch[0]!);
    return true;
  }

  #over(): void {
    this.#task.server.heldByScratchWaiters -= this.#held;
    this.#task.parked = undefined;
  }
}

/**
 * One lease of `bytes`, at most LEASE_MAX_BYTES, once per task. undefined: the task has ended (aborted or BUSY). While it waits
 * the task is parked; a promise of an aborted one never settles.
 */
export async function leaseScratch(task: ScsiTask, bytes: number): Promise<Lease | undefined> {
  const { pool } = task.server;
  const size = Math.min(bytes, LEASE_MAX_BYTES);
  if (!pool.hasWaiters && pool.tryLease(size, task.scratch)) return task.scratch[0]!;
  let held = 0;
  for (const lease of task.leases) held += lease.capacity;
  if (held > 0 && task.server.heldByScratchWaiters + held > pool.totalBytes / 2) {
    task.failStatus(ScsiStatus.Busy);
    return undefined;
  }
  const lease = await new Promise<Lease>((resolve) => new ScratchWait(task, size, held, resolve));
  if (!task.aborted) return lease;
  task.settleAborted();
  return undefined;
}

/**
 * Sanitize operations (SBC-4 4.11): what was on the medium is made unrecoverable, in the background. The state of the unit says that one is
 * in progress or has failed (LuState.sanitize, durable), which is what keeps commands out; this is the work itself.
 *
 *   overwrite     every block is written as often as asked, each pass on stable storage before the next one begins
 *   block erase   what has storage is overwritten with zeroes, then all of it is given back, then that is verified
 *
 * Task management, resets and the end of the session that asked for it change nothing. When the daemon ends, it stays in progress: the
 * next start goes on from the last checkpoint, with the same storage and no other. It reaches the blocks that the volume has data in now;
 * what a filesystem with copy on write, a snapshot or the flash translation of a disk keeps elsewhere is beyond a program that uses a file, and
 * so are, for block erase, blocks that were given back or marked as zeroes before (UNMAP, WRITE SAME): overwrite reaches the latter.
 */
import { classifyErrno, ERRNO } from "../backend/backend-error.ts";
import type { BlockBackend, IoTarget } from "../backend/block-backend.ts";
import { type BufferPool, LEASE_MAX_BYTES, type Lease, type PoolWaiter } from "../backend/buffer-pool.ts";
import type { Coordinator } from "./coordinator.ts";
import { DurableStateError, type SanitizeOverwrite, type SanitizePosition, type SanitizeRecord } from "./durable-state.ts";
import { errnoOf } from "./io-error.ts";
import type { LogicalUnit } from "./logical-unit.ts";
import { isZero } from "./medium-access.ts";

export interface SanitizeServices {
  readonly pool: BufferPool;
  readonly coordinator: Coordinator;
  /** Monotonic milliseconds. */
  readonly now: () => number;
}

/** "suspended": the volume was closed; it goes on when it is open again. */
export type SanitizeOutcome = "done" | "failed" | "suspended";

/** Bytes between two checkpoints: how much is done again after a kill, and how much waits in the page cache at most. */
const CHECKPOINT_BYTES = 64 * 1024 * 1024;
/** Bytes of one discard, as in deallocation.ts. */
const DISCARD_BYTES = 256 * 1024 * 1024;
/** Milliseconds until what failed for want of memory, or could not be remembered, is tried again. */
const RETRY_MS = 1000;
const ERASE_PASSES = 3;
/** PROGRESS INDICATION counts parts of 65,536 (SPC-4 4.5.2.4.4). */
const WHOLE = 0x1_0000;

/** The volume is not there any more. */
const SUSPENDED = Symbol("suspended");
type Step = number | typeof SUSPENDED;

const delay = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));

export class SanitizeOperation implements IoTarget, PoolWaiter {
  readonly finished: Promise<SanitizeOutcome>;
  readonly #lu: LogicalUnit;
  readonly #services: SanitizeServices;
  readonly #record: SanitizeRecord;
  readonly #passes: number;
  readonly #startedAt: number;
  readonly #memory: Lease[] = [];
  #pass: number;
  #offset: number;
  #sinceCheckpoint = 0;
  /** At the start: it does not go on with another one, whose flushes say nothing about what was written into the first. */
  #backend: BlockBackend | undefined;
  /** Of that, at the start. */
  #failedFlushes = 0;
  /** Bytes that count against the rate. */
  #moved = 0;
  #haveMemory: () => void = () => {};
  #answered: (result: number) => void = () => {};

  /** @param before what has to end before the medium is touched */
  constructor(lu: LogicalUnit, services: SanitizeServices, record: SanitizeRecord, before: Promise<void>) {
    this.#lu = lu;
    this.#services = services;
    this.#record = record;
    this.#passes = record.overwrite?.count ?? ERASE_PASSES;
    this.#startedAt = services.now();
    const { pass, offset } = record.at ?? { pass: 0, offset: 0 };
    this.#pass = pass;
    this.#offset = offset;
    this.finished = before.then(() => this.#run());
  }

  /** PROGRESS INDICATION. */
  get progress(): number {
    const size = this.#lu.backend?.sizeBytes ?? 0;
    const ofPass = size === 0 ? 0 : Math.min(1, this.#offset / size);
    return Math.min(WHOLE - 1, Math.floor((WHOLE * (this.#pass + ofPass)) / this.#passes));
  }

  ioDone(_token: number, result: number): void {
    this.#answered(result);
  }

  poolReady(): boolean {
    if (!this.#services.pool.tryLease(LEASE_MAX_BYTES, this.#memory)) return false;
    this.#haveMemory();
    return true;
  }

  async #run(): Promise<SanitizeOutcome> {
    await this.#lease();
    let outcome: SanitizeOutcome;
    try {
      outcome = await this.#work(this.#memory[0]!);
    } catch {
      // A journal that can't be erased, or a broken invariant of ours: some data may be left, which is what "failed" means.
      outcome = "failed";
    } finally {
      this.#services.pool.release(this.#memory);
    }
    if (outcome !== "suspended") outcome = await this.#conclude(outcome);
    this.#lu.sanitizing = undefined;
    return outcome;
  }

  #lease(): Promise<void> {
    return new Promise((resolve) => {
      this.#haveMemory = resolve;
      const { pool } = this.#services;
      if (pool.hasWaiters || !this.poolReady()) pool.wait(this);
    });
  }

  async #work(lease: Lease): Promise<SanitizeOutcome> {
    this.#backend = this.#lu.backend;
    this.#failedFlushes = this.#backend?.failedFlushes ?? 0;
    for (; this.#pass < this.#passes; this.#pass += 1, this.#offset = 0) {
      const step = await this.#onePass(lease);
      const result = step === 0 ? await this.#flush() : step;
      if (result !== 0) return result === SUSPENDED ? "suspended" : "failed";
    }
    // What WRITE ATOMIC keeps beside the volume is a copy of its data.
    await this.#lu.atomicJournal?.erase();
    return "done";
  }

  #onePass(lease: Lease): Promise<Step> {
    const { overwrite } = this.#record;
    if (overwrite !== undefined) {
      fill(lease.data, this.#lu.blockSize, overwrite, this.#pass);
      return this.#overAll((_backend, left) => this.#write(lease, left));
    }
    if (this.#pass === 0) {
      lease.data.fill(0, 0, LEASE_MAX_BYTES);
      return this.#overAll((backend, left) => this.#overwriteStored(backend, left, lease));
    }
    return this.#pass === 1
      ? this.#overAll((backend, left) => this.#discard(backend, left))
      : this.#overAll((backend, left) => this.#verify(backend, left, lease));
  }

  /** Calls `step` for what is left of the medium until nothing is; it answers how many bytes it has dealt with, or a negative errno. */
  async #overAll(step: (backend: BlockBackend, left: number) => Promise<number>): Promise<Step> {
    for (;;) {
      const { backend } = this.#lu;
      if (backend === undefined || backend !== this.#backend) return SUSPENDED;
      const left = backend.sizeBytes - this.#offset;
      if (left <= 0) return 0;
      const result = await step(backend, left);
      if (this.#lu.backend !== backend) return SUSPENDED;
      if (result < 0) {
        if (classifyErrno(result) !== "shortage") return result;
        await delay(RETRY_MS);
        continue;
      }
      this.#offset += result;
      this.#sinceCheckpoint += result;
      if (this.#sinceCheckpoint >= CHECKPOINT_BYTES) {
        const flushed = await this.#checkpoint();
        if (flushed !== 0) return flushed;
      }
      await this.#pace();
    }
  }

  // ---- Steps ---------------------------------------------------------------------------------------

  async #write(lease: Lease, most: number): Promise<number> {
    const length = Math.min(most, LEASE_MAX_BYTES);
    const result = await this.#request((backend) => backend.write(this.#offset, lease, 0, length, false, this, 0));
    if (result < 0) return result;
    this.#moved += length;
    return length;
  }

  async #overwriteStored(backend: BlockBackend, left: number, zeroes: Lease): Promise<number> {
    const extent = await extentOf(backend, this.#offset, left);
    if (typeof extent === "number") return extent;
    return extent.allocated ? this.#write(zeroes, extent.length) : extent.length;
  }

  /** The range is zero already: storage that gives nothing back, or only whole granules, has lost its data all the same. */
  async #discard(backend: BlockBackend, left: number): Promise<number> {
    const { canDiscard, discardGranularity, discardZeroes } = backend.facts;
    if (!canDiscard || !discardZeroes) return left;
    const granule = Math.max(discardGranularity, this.#lu.blockSize);
    const length = Math.min(DISCARD_BYTES, left);
    const whole = length - (length % granule);
    if (whole === 0) return left;
    const result = await this.#request(() => backend.discard(this.#offset, whole, this, 0));
    if (result === -ERRNO.EOPNOTSUPP) return left;
    return result < 0 ? result : whole;
  }

  /** Everything that still has storage is read. */
  async #verify(backend: BlockBackend, left: number, lease: Lease): Promise<number> {
    const extent = await extentOf(backend, this.#offset, left);
    if (typeof extent === "number") return extent;
    if (!extent.allocated) return extent.length;
    const length = Math.min(extent.length, LEASE_MAX_BYTES);
    const result = await this.#request(() => backend.read(this.#offset, lease, 0, length, this, 0));
    if (result < 0) return result;
    this.#moved += length;
    return isZero(lease.data, length) ? length : -ERRNO.EIO;
  }

  // ---- Stable storage, and what is remembered ----------------------------------------------------------

  async #flush(): Promise<Step> {
    const { backend } = this.#lu;
    if (backend === undefined || backend !== this.#backend) return SUSPENDED;
    const result = await this.#request(() => backend.flush(this, 0));
    if (this.#lu.backend !== backend) return SUSPENDED;
    // Somebody else's flush may have got the error of what was written here.
    return result === 0 && backend.failedFlushes !== this.#failedFlushes ? -ERRNO.EIO : result;
  }

  async #checkpoint(): Promise<Step> {
    this.#sinceCheckpoint = 0;
    const at: SanitizePosition = { pass: this.#pass, offset: this.#offset };
    const flushed = await this.#flush();
    if (flushed !== 0) return flushed;
    try {
      await this.#services.coordinator.change(this.#lu, (state) =>
        state.sanitize === undefined ? state : { ...state, sanitize: { ...state.sanitize, at } },
      );
    } catch (error) {
      // A restart would begin further back: nothing is lost by that.
      if (!(error instanceof DurableStateError)) throw error;
    }
    return 0;
  }

  /** Until it is durable the operation counts as in progress: after a restart it would be, too. */
  async #conclude(outcome: "done" | "failed"): Promise<SanitizeOutcome> {
    const { method, unrestrictedExit } = this.#record;
    const sanitize: SanitizeRecord | undefined =
      outcome === "done" ? undefined : { status: "failed", method, unrestrictedExit };
    for (;;) {
      try {
        await this.#services.coordinator.change(this.#lu, (state) => ({ ...state, sanitize }));
        return outcome;
      } catch (error) {
        if (!(error instanceof DurableStateError)) throw error;
      }
      await delay(RETRY_MS);
      if (this.#lu.backend === undefined) return "suspended";
    }
  }

  /** Others have the disk too (limits.sanitize_bytes_per_second). */
  async #pace(): Promise<void> {
    const { sanitizeBytesPerSecond } = this.#lu.geometry;
    const ahead = (1000 * this.#moved) / sanitizeBytesPerSecond - (this.#services.now() - this.#startedAt);
    if (ahead >= 1) await delay(Math.min(ahead, RETRY_MS));
  }

  /** One request at a time: 0 or more, or a negative errno. */
  #request(start: (backend: BlockBackend) => void): Promise<number> {
    const { backend } = this.#lu;
    if (backend === undefined) return Promise.resolve(-ERRNO.ENODEV);
    return new Promise((resolve) => {
      this.#answered = (result) => resolve(Math.min(result, 0));
      start(backend);
    });
  }
}

/** Starts what the state of the unit says is in progress. `before`: see SanitizeOperation. */
export function startSanitize(lu: LogicalUnit, services: SanitizeServices, before: Promise<void>): SanitizeOperation {
  const operation = new SanitizeOperation(lu, services, lu.state.sanitize!, before);
  lu.sanitizing = operation;
  return operation;
}

/** Why what is in progress can't go on with the medium that is there; undefined: nothing is, or nothing is in the way. */
export function obstacleToSanitize({ state, backend, storage }: LogicalUnit): string | undefined {
  const { sanitize } = state;
  if (sanitize?.status !== "in progress" || backend === undefined) return undefined;
  if (sanitize.storage !== undefined && sanitize.storage !== storage)
    return `it began with ${sanitize.storage}: correct path. To give it up, stop Lunette and delete the volume's state file`;
  return backend.facts.readOnly ? "the volume is read-only now: open it for writing" : undefined;
}

/** After a start, and when a volume comes online: goes on with what was in progress. true: it does. */
export function resumeSanitize(lu: LogicalUnit, services: SanitizeServices): boolean {
  const { sanitize } = lu.state;
  if (sanitize?.status !== "in progress" || lu.sanitizing !== undefined || lu.backend === undefined) return false;
  if (obstacleToSanitize(lu) !== undefined) return false;
  startSanitize(lu, services, Promise.resolve());
  return true;
}

/** Each block begins with the first byte of the pattern. With INVERT the last pass is as it was given (SBC-4 5.30.2.2). */
function fill(out: Buffer, blockSize: number, { pattern, count, invert }: SanitizeOverwrite, pass: number): void {
  const flip = invert && (count - 1 - pass) % 2 === 1 ? 0xff : 0;
  for (let at = 0; at < blockSize; at += 1) out[at] = pattern[at % pattern.length]! ^ flip;
  for (let filled = blockSize; filled < LEASE_MAX_BYTES; filled *= 2)
    out.copy(out, filled, 0, Math.min(filled, LEASE_MAX_BYTES - filled));
}

async function extentOf(
  backend: BlockBackend,
  offset: number,
  length: number,
): Promise<{ readonly length: number; readonly allocated: boolean } | number> {
  try {
    return await backend.status(offset, length);
  } catch (error) {
    return errnoOf(error);
  }
}

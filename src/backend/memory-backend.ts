/** A sparse volume in memory, for tests and experiments: nothing of it outlives the process. */
import { BackendError, ERRNO } from "./backend-error.ts";
import type { BackendFacts, BlockBackend, Extent, IoTarget, Space } from "./block-backend.ts";
import type { Lease } from "./buffer-pool.ts";

const CHUNK_BYTES = 64 * 1024;

/** Bytes in which memory is given back; a discard zeroes the rest of its range. */
const GRANULARITY_BYTES = CHUNK_BYTES;

export interface MemoryBackendOptions {
  readonly sizeBytes: number;
  readonly readOnly?: boolean;
  readonly canDiscard?: boolean;
}

export class MemoryBackend implements BlockBackend {
  readonly facts: BackendFacts;
  #sizeBytes: number;
  /** Chunks that were written, by index; what is missing reads as zeroes. */
  readonly #chunks = new Map<number, Uint8Array>();
  #inFlight = 0;
  #closed: Promise<void> | undefined;
  #onIdle: (() => void) | undefined;

  constructor(options: MemoryBackendOptions) {
    const canDiscard = (options.canDiscard ?? true) && !options.readOnly;
    this.#sizeBytes = options.sizeBytes;
    this.facts = {
      kind: "memory",
      canDiscard,
      discardGranularity: canDiscard ? GRANULARITY_BYTES : 0,
      discardZeroes: canDiscard,
      readOnly: options.readOnly ?? false,
      tellsSpace: false,
    };
  }

  /** Memory has nothing to lose behind it. */
  readonly failedFlushes = 0;

  get sizeBytes(): number {
    return this.#sizeBytes;
  }

  read(offset: number, lease: Lease, leaseOffset: number, length: number, target: IoTarget, token: number): void {
    this.#later(target, token, offset, length, () => {
      this.#walk(offset, length, (index, start, end, at) => {
        const chunk = this.#chunks.get(index);
        const to = leaseOffset + at;
        if (chunk === undefined) lease.data.fill(0, to, to + end - start);
        else lease.data.set(chunk.subarray(start, end), to);
      });
      return length;
    });
  }

  write(
    offset: number,
    lease: Lease,
    leaseOffset: number,
    length: number,
    _durable: boolean,
    target: IoTarget,
    token: number,
  ): void {
    this.#later(target, token, offset, length, () => {
      if (this.facts.readOnly) return -ERRNO.EROFS;
      this.#walk(offset, length, (index, start, end, at) => {
        this.#allocated(index).set(lease.data.subarray(leaseOffset + at, leaseOffset + at + end - start), start);
      });
      return length;
    });
  }

  flush(target: IoTarget, token: number): void {
    this.#later(target, token, 0, 0, () => 0);
  }

  discard(offset: number, length: number, target: IoTarget, token: number): void {
    this.#later(target, token, offset, length, () => {
      if (!this.facts.canDiscard) return -ERRNO.EOPNOTSUPP;
      this.#zero(offset, length, true);
      return 0;
    });
  }

  writeZeroes(offset: number, length: number, mayDeallocate: boolean, target: IoTarget, token: number): void {
    this.#later(target, token, offset, length, () => {
      if (this.facts.readOnly) return -ERRNO.EROFS;
      this.#zero(offset, length, mayDeallocate && this.facts.canDiscard);
      return 0;
    });
  }

  status(offset: number, length: number): Promise<Extent> {
    const has = (at: number): boolean => this.#chunks.has(Math.floor(at / CHUNK_BYTES));
    const allocated = has(offset);
    let end = (Math.floor(offset / CHUNK_BYTES) + 1) * CHUNK_BYTES;
    while (end < offset + length && has(end) === allocated) end += CHUNK_BYTES;
    return Promise.resolve({ offset, length: Math.min(end - offset, length), allocated });
  }

  space(): Promise<Space | undefined> {
    return Promise.resolve(undefined);
  }

  resize(sizeBytes: number, mayShrink?: "may shrink"): Promise<void> {
    if (sizeBytes < this.#sizeBytes && mayShrink === undefined) {
      return Promise.reject(new BackendError("memory", ERRNO.EINVAL, `has ${this.#sizeBytes} bytes and is never shrunk`));
    }
    // What was cut off must not come back when it grows again.
    if (sizeBytes < this.#sizeBytes) this.#zero(sizeBytes, this.#sizeBytes - sizeBytes, true);
    this.#sizeBytes = sizeBytes;
    return Promise.resolve();
  }

  refreshSize(): number {
    return this.#sizeBytes;
  }

  close(): Promise<void> {
    this.#closed ??= new Promise((resolve) => {
      if (this.#inFlight === 0) resolve();
      else this.#onIdle = resolve;
    });
    return this.#closed;
  }

  /** Does the work and answers in a later turn, as storage does. */
  #later(target: IoTarget, token: number, offset: number, length: number, work: () => number): void {
    const closed = this.#closed !== undefined;
    this.#inFlight++;
    setImmediate(() => {
      let result: number;
      if (closed) result = -ERRNO.ENODEV;
      else if (offset < 0 || offset + length > this.#sizeBytes) result = -ERRNO.EIO;
      else result = work();
      try {
        target.ioDone(token, result);
      } finally {
        this.#inFlight--;
        if (this.#inFlight === 0) this.#onIdle?.();
      }
    });
  }

  #zero(offset: number, length: number, giveBack: boolean): void {
    this.#walk(offset, length, (index, start, end) => {
      if (giveBack && end - start === CHUNK_BYTES) this.#chunks.delete(index);
      else if (giveBack) this.#chunks.get(index)?.fill(0, start, end);
      else this.#allocated(index).fill(0, start, end);
    });
  }

  #allocated(index: number): Uint8Array {
    const chunk = this.#chunks.get(index) ?? new Uint8Array(CHUNK_BYTES);
    this.#chunks.set(index, chunk);
    return chunk;
  }

  /** Calls `visit` for the part of every chunk that the range covers; `at` is how far into the range it begins. */
  #walk(offset: number, length: number, visit: (index: number, start: number, end: number, at: number) => void): void {
    for (let at = 0; at < length; ) {
      const index = Math.floor((offset + at) / CHUNK_BYTES);
      const start = (offset + at) % CHUNK_BYTES;
      const end = Math.min(CHUNK_BYTES, start + length - at);
      visit(index, start, end, at);
      at += end - start;
    }
  }
}

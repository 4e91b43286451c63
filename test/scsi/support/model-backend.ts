/**
 * A backend in memory that tests steer: requests can be held and completed in any order, fail, or run by
 * themselves. It keeps what a power loss would leave apart from what reads see.
 */
import { BackendError, ERRNO } from "../../../src/backend/backend-error.ts";
import type { BackendFacts, BlockBackend, Extent, IoTarget, Space } from "../../../src/backend/block-backend.ts";
import type { Lease } from "../../../src/backend/buffer-pool.ts";

export type RequestKind = "read" | "write" | "flush" | "discard" | "zero";

export interface Request {
  readonly kind: RequestKind;
  readonly offset: number;
  readonly length: number;
  readonly durable: boolean;
  /** Changes memory; what it did is seen by everything completed later. */
  readonly apply: () => void;
  readonly target: IoTarget;
  readonly token: number;
}

export interface ModelBackendOptions {
  readonly sizeBytes: number;
  readonly facts?: Partial<BackendFacts>;
}

const IDLE: BackendFacts = {
  kind: "memory",
  canDiscard: true,
  discardGranularity: 4096,
  discardZeroes: true,
  readOnly: false,
  tellsSpace: true,
};

export class ModelBackend implements BlockBackend {
  readonly facts: BackendFacts;
  sizeBytes: number;
  readonly data: Buffer;
  /** What is on stable storage. */
  readonly stable: Buffer;
  /** One per granule: it has storage. */
  readonly allocated: Uint8Array;
  /** Every request that was made, in order. */
  readonly log: Request[] = [];
  /** Requests not yet completed. */
  readonly pending: Request[] = [];
  /** True: requests wait for `complete`. */
  held = false;
  /** Positive errno for a request that is to fail, else 0. */
  fault: (request: Request, index: number) => number = () => 0;
  failedFlushes = 0;
  #running = false;

  constructor(options: ModelBackendOptions) {
    this.facts = { ...IDLE, ...options.facts };
    this.sizeBytes = options.sizeBytes;
    this.data = Buffer.alloc(options.sizeBytes);
    this.stable = Buffer.alloc(options.sizeBytes);
    this.allocated = new Uint8Array(Math.ceil(options.sizeBytes / this.#granule)).fill(0);
  }

  /** Fills data and stable storage alike. */
  preset(bytes: Buffer, offset = 0): void {
    bytes.copy(this.data, offset);
    bytes.copy(this.stable, offset);
    this.#allocate(offset, bytes.length, 1);
  }

  /** Completes the request at `at` in `pending`. */
  complete(at = 0): void {
    const [request] = this.pending.splice(at, 1);
    if (!request) throw new Error("nothing to complete");
    const errno = this.fault(request, this.log.indexOf(request));
    if (errno === 0) request.apply();
    else if (request.durable) this.failedFlushes += 1;
    request.target.ioDone(request.token, errno === 0 ? request.length : -errno);
  }

  /** Ends holding: everything waiting and to come completes by itself. */
  release(): void {
    this.held = false;
    this.#schedule();
  }

  count(kind: RequestKind): number {
    return this.log.filter((request) => request.kind === kind).length;
  }

  read(offset: number, lease: Lease, leaseOffset: number, length: number, target: IoTarget, token: number): void {
    this.#check(offset, length, lease, leaseOffset);
    const apply = (): void => void this.data.copy(lease.data, leaseOffset, offset, offset + length);
    this.#add({ kind: "read", offset, length, durable: false, apply, target, token });
  }

  write(
    offset: number,
    lease: Lease,
    leaseOffset: number,
    length: number,
    durable: boolean,
    target: IoTarget,
    token: number,
  ): void {
    this.#check(offset, length, lease, leaseOffset);
    const apply = (): void => {
      lease.data.copy(this.data, offset, leaseOffset, leaseOffset + length);
      if (durable) this.data.copy(this.stable, offset, offset, offset + length);
      this.#allocate(offset, length, 1);
    };
    this.#add({ kind: "write", offset, length, durable, apply, target, token });
  }

  flush(target: IoTarget, token: number): void {
    this.#add({
      kind: "flush",
      offset: 0,
      length: 0,
      durable: true,
      apply: () => void this.data.copy(this.stable),
      target,
      token,
    });
  }

  discard(offset: number, length: number, target: IoTarget, token: number): void {
    this.#check(offset, length);
    if (offset % this.#granule !== 0 || length % this.#granule !== 0) throw new Error("a discard of part of a granule");
    const apply = (): void => {
      if (this.facts.discardZeroes) this.data.fill(0, offset, offset + length);
      else this.data.fill(0xdd, offset, offset + length);
      this.#allocate(offset, length, 0);
    };
    this.#add({ kind: "discard", offset, length, durable: false, apply, target, token });
  }

  writeZeroes(offset: number, length: number, mayDeallocate: boolean, target: IoTarget, token: number): void {
    this.#check(offset, length);
    const apply = (): void => {
      this.data.fill(0, offset, offset + length);
      if (!mayDeallocate) this.#allocate(offset, length, 1);
    };
    this.#add({ kind: "zero", offset, length, durable: false, apply, target, token });
  }

  status(offset: number, length: number): Promise<Extent> {
    const first = this.allocated[Math.floor(offset / this.#granule)]!;
    let end = offset;
    while (end < offset + length && this.allocated[Math.floor(end / this.#granule)] === first) {
      end = (Math.floor(end / this.#granule) + 1) * this.#granule;
    }
    return Promise.resolve({ offset, length: Math.min(end, offset + length) - offset, allocated: first === 1 });
  }

  /** What is left of the storage under the volume; undefined fails the question with EIO. */
  availableBytes: number | undefined = 1024 ** 3;

  space(): Promise<Space | undefined> {
    if (this.availableBytes === undefined) return Promise.reject(new BackendError("model", ERRNO.EIO, "can't be asked"));
    const usedBytes = this.allocated.reduce((sum, bit) => sum + bit * this.#granule, 0);
    return Promise.resolve({ usedBytes, availableBytes: this.availableBytes });
  }

  resize(sizeBytes: number, _mayShrink?: "may shrink"): Promise<void> {
    this.sizeBytes = sizeBytes;
    return Promise.resolve();
  }

  refreshSize(): number {
    return this.sizeBytes;
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  get #granule(): number {
    return this.facts.discardGranularity || 4096;
  }

  #check(offset: number, length: number, lease?: Lease, leaseOffset = 0): void {
    if (offset % 512 !== 0 || length % 512 !== 0 || length === 0) throw new Error(`unaligned request: ${offset}+${length}`);
    if (offset + length > this.sizeBytes) throw new Error(`request beyond the end: ${offset}+${length}`);
    if (lease && leaseOffset + length > lease.capacity) throw new Error("request beyond its lease");
  }

  #allocate(offset: number, length: number, value: 0 | 1): void {
    if (length === 0) return;
    this.allocated.fill(value, Math.floor(offset / this.#granule), Math.ceil((offset + length) / this.#granule));
  }

  #add(request: Request): void {
    this.log.push(request);
    this.pending.push(request);
    this.#schedule();
  }

  #schedule(): void {
    if (this.held || this.#running) return;
    this.#running = true;
    setImmediate(() => {
      this.#running = false;
      for (let count = this.pending.length; count > 0 && !this.held; count -= 1) this.complete();
      if (this.pending.length > 0) this.#schedule();
    });
  }
}

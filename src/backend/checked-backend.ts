/**
 * The one doorway to storage: what the SCSI layer promised by validating a command is asserted here, right
 * before bytes move. A broken promise is an InvariantError, thrown from the call, before the backend below
 * has seen anything of it.
 */
import { assert, broken } from "../common/assert.ts";
import type { BackendFacts, BlockBackend, Extent, IoTarget, Space } from "./block-backend.ts";
import type { Lease } from "./buffer-pool.ts";

export class CheckedBackend implements BlockBackend {
  readonly #inner: BlockBackend;
  readonly #blockSize: number;

  /** @param blockSize logical block size of the volume, bytes */
  constructor(inner: BlockBackend, blockSize: number) {
    assert(
      blockSize >= 512 && Number.isInteger(Math.log2(blockSize)),
      `block size ${blockSize} is not a power of two from 512`,
    );
    this.#inner = inner;
    this.#blockSize = blockSize;
  }

  get facts(): BackendFacts {
    return this.#inner.facts;
  }

  get sizeBytes(): number {
    return this.#inner.sizeBytes;
  }

  get failedFlushes(): number {
    return this.#inner.failedFlushes;
  }

  read(offset: number, lease: Lease, leaseOffset: number, length: number, target: IoTarget, token: number): void {
    this.#checkRange("read", offset, length);
    checkLease("read", lease, leaseOffset, length);
    this.#inner.read(offset, lease, leaseOffset, length, target, token);
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
    this.#checkWritable("write");
    this.#checkRange("write", offset, length);
    checkLease("write", lease, leaseOffset, length);
    this.#inner.write(offset, lease, leaseOffset, length, durable, target, token);
  }

  flush(target: IoTarget, token: number): void {
    this.#inner.flush(target, token);
  }

  discard(offset: number, length: number, target: IoTarget, token: number): void {
    this.#checkWritable("discard");
    assert(this.facts.canDiscard, "discard on a backend that can't");
    this.#checkRange("discard", offset, length);
    this.#inner.discard(offset, length, target, token);
  }

  writeZeroes(offset: number, length: number, mayDeallocate: boolean, target: IoTarget, token: number): void {
    this.#checkWritable("writeZeroes");
    this.#checkRange("writeZeroes", offset, length);
    this.#inner.writeZeroes(offset, length, mayDeallocate, target, token);
  }

  async status(offset: number, length: number): Promise<Extent> {
    this.#checkRange("status", offset, length);
    const extent = await this.#inner.status(offset, length);
    assert(
      extent.offset === offset && extent.length > 0 && extent.length <= length && extent.length % this.#blockSize === 0,
      `status answered ${extent.length} bytes at ${extent.offset} for ${length} at ${offset}`,
    );
    return extent;
  }

  space(): Promise<Space | undefined> {
    return this.#inner.space();
  }

  async resize(sizeBytes: number, mayShrink?: "may shrink"): Promise<void> {
    this.#checkWritable("resize");
    assert(sizeBytes > 0 && sizeBytes % this.#blockSize === 0, `resize to ${sizeBytes} is not a whole number of blocks`);
    await this.#inner.resize(sizeBytes, mayShrink);
  }

  refreshSize(): number {
    return this.#inner.refreshSize();
  }

  close(): Promise<void> {
    return this.#inner.close();
  }

  #checkWritable(what: string): void {
    if (this.facts.readOnly) broken(`${what} on a read-only backend`);
  }

  #checkRange(what: string, offset: number, length: number): void {
    // The comparisons also fail for NaN, and the sum stays exact below 2^53.
    if (!(Number.isSafeInteger(offset) && Number.isSafeInteger(length) && offset >= 0 && length > 0))
      broken(`${what}: offset ${offset}, length ${length} are not a range`);
    if (offset % this.#blockSize !== 0 || length % this.#blockSize !== 0)
      broken(`${what}: offset ${offset}, length ${length} are not whole blocks of ${this.#blockSize}`);
    if (offset + length > this.sizeBytes)
      broken(`${what}: offset ${offset}, length ${length} pass the end at ${this.sizeBytes}`);
  }
}

function checkLease(what: string, lease: Lease, leaseOffset: number, length: number): void {
  if (!(Number.isSafeInteger(leaseOffset) && leaseOffset >= 0 && leaseOffset + length <= lease.capacity))
    broken(`${what}: bytes ${leaseOffset}…${leaseOffset + length} are outside a lease of ${lease.capacity}`);
}

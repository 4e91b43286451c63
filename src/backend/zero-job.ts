/**
 * Writing zeroes over a range, by the cheapest means that works: giving storage back where the caller allows
 * it, the kernel's own zeroing, and at last plain writes. Goes in slices, so that no single request holds a
 * thread for long, and remembers for the whole backend what the kernel refused.
 *
 * It never waits for memory: the command it serves may hold a range of the volume, and others that wait for
 * that range may hold all of the pool. What the plain writes send is therefore there from the start.
 */
import { ERRNO } from "./backend-error.ts";
import type { IoTarget } from "./block-backend.ts";
import type { Lease } from "./buffer-pool.ts";
import type { IoRing } from "./io-ring.ts";
import { MODE_DEALLOCATE, MODE_PLAIN, OP_WRITE, OP_WRITE_ZEROES, type RequestMode } from "./native-io.ts";
import type { RingFile } from "./ring-file.ts";

/** Bytes per request to the kernel's zeroing. */
const KERNEL_SLICE_BYTES = 256 * 1024 * 1024;

/** Plain writes of zeroes in flight at once, all from the same memory. */
const WRITES_IN_FLIGHT = 4;

/** What the storage under a backend can do about zeroes. */
export interface ZeroMeans {
  /** A range given back reads as zeroes (hole punching; REQ_OP_WRITE_ZEROES with unmap on block devices). */
  deallocate: boolean;
  /** FALLOC_FL_ZERO_RANGE or BLKZEROOUT. */
  zeroRange: boolean;
}

export class ZeroJob implements IoTarget {
  readonly #ring: IoRing;
  readonly #file: RingFile;
  readonly #means: ZeroMeans;
  readonly #zeroes: Lease;
  readonly #end: number;
  readonly #mayDeallocate: boolean;
  readonly #target: IoTarget;
  readonly #token: number;
  /** Everything before it is zero. */
  #position: number;
  #inFlight = 0;
  /** End of what is in flight. */
  #issued: number;
  #error = 0;

  /** @param zeroes memory full of zeroes that nobody writes to */
  constructor(
    ring: IoRing,
    file: RingFile,
    means: ZeroMeans,
    zeroes: Lease,
    offset: number,
    length: number,
    mayDeallocate: boolean,
    target: IoTarget,
    token: number,
  ) {
    this.#ring = ring;
    this.#file = file;
    this.#means = means;
    this.#zeroes = zeroes;
    this.#position = offset;
    this.#issued = offset;
    this.#end = offset + length;
    this.#mayDeallocate = mayDeallocate;
    this.#target = target;
    this.#token = token;
  }

  start(): void {
    // The job itself counts as pending, so that closing waits between two slices too.
    this.#file.pending++;
    this.#next();
  }

  ioDone(token: number, result: number): void {
    this.#inFlight--;
    if (result < 0 && this.#error === 0) {
      if (result === -ERRNO.EOPNOTSUPP && token === MODE_DEALLOCATE) this.#means.deallocate = false;
      else if (result === -ERRNO.EOPNOTSUPP && token === MODE_PLAIN) this.#means.zeroRange = false;
      else this.#error = result;
      // The same range again, by the next means.
      if (this.#error === 0) this.#issued = this.#position;
    }
    if (this.#inFlight > 0) return;
    this.#position = this.#issued;
    if (this.#error === 0 && this.#position < this.#end) this.#next();
    else this.#finish();
  }

  #next(): void {
    if (this.#mayDeallocate && this.#means.deallocate) this.#askKernel(MODE_DEALLOCATE);
    else if (this.#means.zeroRange) this.#askKernel(MODE_PLAIN);
    else this.#writeSome();
  }

  #askKernel(mode: RequestMode): void {
    const length = Math.min(KERNEL_SLICE_BYTES, this.#end - this.#position);
    this.#issued = this.#position + length;
    this.#inFlight = 1;
    this.#ring.queue(OP_WRITE_ZEROES, this.#file, mode, 0, length, this.#position, this, mode);
  }

  #writeSome(): void {
    const zeroes = this.#zeroes;
    while (this.#inFlight < WRITES_IN_FLIGHT && this.#issued < this.#end) {
      const length = Math.min(zeroes.capacity, this.#end - this.#issued);
      const offset = this.#issued;
      this.#issued += length;
      this.#inFlight++;
      this.#ring.queue(OP_WRITE, this.#file, MODE_PLAIN, zeroes.slabOffset, length, offset, this, -1);
    }
  }

  #finish(): void {
    try {
      this.#target.ioDone(this.#token, this.#error);
    } finally {
      this.#file.leave();
    }
  }
}

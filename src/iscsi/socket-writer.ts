/**
 * Answers on their way into one socket: PDUs of one turn leave in one vectored write. Headers without
 * data are packed into leased pages, payloads are views of the leases they were read into; both go back to
 * the pool when the kernel has taken the write.
 *
 * Why views and not one copied buffer: at 4 KiB and depth 32 a turn carries 128 KiB of payload.
 */
import type { Socket } from "node:net";
import type { BufferPool, Lease } from "../backend/buffer-pool.ts";
import { assert } from "../common/assert.ts";

/** Page that small PDUs are packed into, bytes: one lease of the smallest class. */
const PAGE_BYTES = 4096;

/** One write that the kernel has not taken yet. Recycled. */
interface Batch {
  readonly leases: Lease[];
  bytes: number;
  /** Bytes of the connection's memory share that end with this batch. */
  share: number;
}

const newBatch = (): Batch => ({ leases: [], bytes: 0, share: 0 });

export class SocketWriter {
  readonly #socket: Socket;
  readonly #pool: BufferPool;
  readonly #onWritten: (share: number) => void;
  readonly #views: Buffer[] = [];
  readonly #inFlight: Batch[] = [];
  readonly #spare: Batch[] = [];
  readonly #pageLease: Lease[] = [];
  #batch = newBatch();
  #page: Buffer | undefined;
  /** The run of the page that has been reserved and is not among the views yet. */
  #runStart = 0;
  #pageUsed = 0;
  #bytesInFlight = 0;
  /** Monotonic milliseconds when the oldest batch in flight began to wait. */
  waitsSince = 0;

  /** @param onWritten called when a batch has left; says how much of the memory share it gave back, bytes */
  constructor(socket: Socket, pool: BufferPool, onWritten: (share: number) => void) {
    this.#socket = socket;
    this.#pool = pool;
    this.#onWritten = onWritten;
  }

  /** Bytes handed to the socket, or gathered for it, that the kernel has not taken. */
  get pendingBytes(): number {
    return this.#bytesInFlight + this.#batch.bytes;
  }

  get idle(): boolean {
    return this.#inFlight.length === 0;
  }

  /** Room for a small PDU: `bytes` (at most a page) in one run. Its contents are not zeroed. Valid until the next call. */
  reserve(bytes: number): { readonly buffer: Buffer; readonly offset: number } {
    assert(bytes <= PAGE_BYTES, "a small PDU fits a page");
    if (this.#page === undefined || this.#pageUsed + bytes > this.#page.length) this.#newPage();
    const slot = this.#slot;
    slot.buffer = this.#page!;
    slot.offset = this.#pageUsed;
    this.#pageUsed += bytes;
    this.#batch.bytes += bytes;
    return slot;
  }
  readonly #slot: { buffer: Buffer; offset: number } = { buffer: Buffer.alloc(0), offset: 0 };

  /** A view to send as it is. It stays untouched until the batch has been written: see `own`. */
  view(view: Buffer): void {
    this.#closeRun();
    this.#views.push(view);
    this.#batch.bytes += view.length;
  }

  /** Takes back the last `bytes` of the last reservation. */
  trim(bytes: number): void {
    this.#pageUsed -= bytes;
    this.#batch.bytes -= bytes;
  }

  /** The batch takes over these leases (and empties the array) and the `share` bytes that are counted for them. */
  own(leases: Lease[], share: number): void {
    this.#batch.share += share;
    for (const lease of leases) this.#batch.leases.push(lease);
    leases.length = 0;
  }

  /** Hands everything gathered to the socket with one system call; returns how many bytes. */
  flush(now: number): number {
    this.#closeRun();
    const views = this.#views;
    if (views.length === 0) return 0;
    const batch = this.#batch;
    this.#batch = this.#spare.pop() ?? newBatch();
    // The page goes with its batch: what follows starts a new one.
    this.#page = undefined;
    if (this.#inFlight.length === 0) this.waitsSince = now;
    const { bytes } = batch;
    this.#inFlight.push(batch);
    this.#bytesInFlight += batch.bytes;
    const last = views.length - 1;
    if (last > 0) this.#socket.cork();
    for (let i = 0; i < last; i += 1) this.#socket.write(views[i]!);
    this.#socket.write(views[last]!, this.#written);
    if (last > 0) this.#socket.uncork();
    views.length = 0;
    return bytes;
  }

  /** Writes complete in order, so the callback needs no batch of its own. An error ends the socket: `drop` follows. */
  readonly #written = (error?: Error | null): void => {
    if (error) return;
    const batch = this.#inFlight.shift();
    if (batch === undefined) return;
    this.#bytesInFlight -= batch.bytes;
    this.waitsSince = performance.now();
    const share = this.#giveBack(batch);
    this.#spare.push(batch);
    this.#onWritten(share);
  };

  /** The socket is closed: nothing of these leases is read by the kernel any more. */
  drop(): void {
    for (const batch of this.#inFlight) this.#giveBack(batch);
    this.#inFlight.length = 0;
    this.#giveBack(this.#batch);
    this.#views.length = 0;
    this.#page = undefined;
    this.#bytesInFlight = 0;
  }

  #giveBack(batch: Batch): number {
    const { share } = batch;
    if (batch.leases.length > 0) this.#pool.release(batch.leases);
    batch.bytes = 0;
    batch.share = 0;
    return share;
  }

  #closeRun(): void {
    if (this.#pageUsed > this.#runStart && this.#page !== undefined) {
      this.#views.push(this.#page.subarray(this.#runStart, this.#pageUsed));
      this.#runStart = this.#pageUsed;
    }
  }

  #newPage(): void {
    this.#closeRun();
    // Answers must leave even when the pool is empty: without them no memory would ever come back.
    if (this.#pool.tryLease(PAGE_BYTES, this.#pageLease)) {
      this.#page = this.#pageLease[0]!.data;
      this.own(this.#pageLease, 0);
    } else {
      this.#page = Buffer.allocUnsafe(PAGE_BYTES);
    }
    this.#pageUsed = 0;
    this.#runStart = 0;
  }
}

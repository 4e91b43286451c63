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

/**
 * Most bytes handed to the kernel in one write. A peer counts as reading when such a write is taken: with 256 KiB and the 30 s of
 * limits.write_stall_ms a link of 70 kbit/s is still alive.
 */
const GROUP_BYTES = 256 * 1024;

/** What leaves in one write, and what goes back when the kernel has taken it. Recycled. */
interface Batch {
  readonly views: Buffer[];
  readonly leases: Lease[];
  bytes: number;
  /** Bytes of the connection's memory share that end with this batch. */
  share: number;
}

const newBatch = (): Batch => ({ views: [], leases: [], bytes: 0, share: 0 });

export class SocketWriter {
  readonly #socket: Socket;
  readonly #pool: BufferPool;
  readonly #onWritten: (share: number) => void;
  readonly #waiting: Batch[] = [];
  readonly #spare: Batch[] = [];
  readonly #pageLease: Lease[] = [];
  /** Being gathered. */
  #batch = newBatch();
  /** Handed to the kernel and not taken yet. */
  #handed: Batch | undefined;
  #page: Buffer | undefined;
  /** The run of the page that has been reserved and is not among the views yet. */
  #runStart = 0;
  #pageUsed = 0;
  #bytesWaiting = 0;
  /** Monotonic milliseconds when the write that the kernel has not taken began. */
  waitsSince = 0;

  /** @param onWritten called when a batch has left; says how much of the memory share it gave back, bytes */
  constructor(socket: Socket, pool: BufferPool, onWritten: (share: number) => void) {
    this.#socket = socket;
    this.#pool = pool;
    this.#onWritten = onWritten;
  }

  /** Bytes gathered or handed over that the kernel has not taken. */
  get pendingBytes(): number {
    return this.#bytesWaiting + this.#batch.bytes;
  }

  get idle(): boolean {
    return this.#handed === undefined;
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
    this.#batch.views.push(view);
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

  /** Between two PDUs, their leases owned: what is gathered becomes a write of its own when it is large enough. */
  cut(): void {
    if (this.#batch.bytes >= GROUP_BYTES) this.#finishBatch();
  }

  ownOne(lease: Lease): void {
    this.#batch.leases.push(lease);
  }

  /** Hands over everything gathered, one vectored write at a time; returns how many bytes have been gathered since the last call. */
  flush(): number {
    this.#finishBatch();
    const bytes = this.#bytesFinished;
    this.#bytesFinished = 0;
    this.#handOver();
    return bytes;
  }
  #bytesFinished = 0;

  #finishBatch(): void {
    this.#closeRun();
    const batch = this.#batch;
    if (batch.views.length === 0) return;
    // The page goes back with its batch: what follows starts a new one.
    this.#page = undefined;
    this.#waiting.push(batch);
    this.#bytesWaiting += batch.bytes;
    this.#bytesFinished += batch.bytes;
    this.#batch = this.#spare.pop() ?? newBatch();
  }

  #handOver(): void {
    if (this.#handed !== undefined) return;
    const batch = this.#waiting.shift();
    if (batch === undefined) return;
    this.#handed = batch;
    this.waitsSince = performance.now();
    const { views } = batch;
    const last = views.length - 1;
    if (last > 0) this.#socket.cork();
    for (let i = 0; i < last; i += 1) this.#socket.write(views[i]!);
    this.#socket.write(views[last]!, this.#written);
    if (last > 0) this.#socket.uncork();
    views.length = 0;
  }

  /** The kernel has taken the batch. An error ends the socket, and `drop` follows. */
  readonly #written = (error?: Error | null): void => {
    const batch = this.#handed;
    if (error || batch === undefined) return;
    this.#handed = undefined;
    this.#bytesWaiting -= batch.bytes;
    const share = this.#giveBack(batch);
    this.#spare.push(batch);
    this.#handOver();
    this.#onWritten(share);
  };

  /** The socket is closed: nothing of these leases is read by the kernel any more. */
  drop(): void {
    if (this.#handed !== undefined) this.#giveBack(this.#handed);
    this.#handed = undefined;
    for (const batch of this.#waiting) this.#giveBack(batch);
    this.#waiting.length = 0;
    this.#giveBack(this.#batch);
    this.#page = undefined;
    this.#bytesWaiting = 0;
  }

  #giveBack(batch: Batch): number {
    const { share } = batch;
    if (batch.leases.length > 0) this.#pool.release(batch.leases);
    batch.views.length = 0;
    batch.bytes = 0;
    batch.share = 0;
    return share;
  }

  #closeRun(): void {
    if (this.#pageUsed > this.#runStart && this.#page !== undefined) {
      this.#batch.views.push(this.#page.subarray(this.#runStart, this.#pageUsed));
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

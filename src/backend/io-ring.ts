/**
 * `IoRing` turns requests of backends into entries of the
 * native ring and brings results to their targets, without an allocation per request.
 *
 * Where a request is at any time: waiting (no free tag) → queued (in the sq arrays) → in flight (the kernel
 * or a thread has it) → done. Tags index preallocated columns; a tag is free again before its target is told.
 */
import { assert } from "../common/assert.ts";
import type { IoTarget } from "./block-backend.ts";
import { INLINE_WRITE_BOUND_US, InlineWrites } from "./inline-writes.ts";
import {
  createRing,
  FLAG_BLOCK_DEVICE,
  FLAG_TRY_INLINE,
  MAX_TRANSFER_BYTES,
  MODE_DURABLE,
  MODE_PLAIN,
  type NativeRing,
  OP_FLUSH,
  OP_READ,
  OP_WRITE,
  type RequestMode,
  type Slab,
} from "./native-io.ts";
import { RequestColumns } from "./request-columns.ts";
import type { RingFile } from "./ring-file.ts";

// Errno numbers this file acts on (Linux, all architectures that Node.js runs on).
const EINTR = -4;
const EIO = -5;
const EAGAIN = -11;
const EBUSY = -16;

/** Times a request that answers EAGAIN or EINTR is tried again, once per turn, before the error is reported. */
const MAX_RETRIES = 1000;

/** Rounds of "submit, answer, submit what the answers queued" in one turn, before the event loop gets its chance. */
const MAX_ROUNDS = 16;

export interface IoRingOptions {
  /** Most requests in flight at once; more wait here. */
  readonly entries: number;
  readonly slab: Slab;
  /** "auto" tries io_uring and falls back to threads. */
  readonly kind?: "auto" | "io_uring" | "threads";
  /** Threads of the fallback and of operations without an opcode. */
  readonly threads?: number;
  /** Requests that may wait for a free entry; one more is answered EBUSY. */
  readonly maxWaiting?: number;
  /**
   * Submit by itself at the end of the turn (setImmediate) when nobody called `submit`. A reactor, which
   * submits once per turn, still wants this: it is what sends requests that timers and promises queued.
   */
  readonly autoSubmit?: boolean;
  /** An inline write that waits this long is a stall, microseconds; 0: every write is asynchronous. */
  readonly inlineWriteBoundUs?: number;
}

function movesData(op: number): boolean {
  return op === OP_READ || op === OP_WRITE;
}

/** Operations that may hold up writes to the same file: all but reads and writes into the page cache. */
function blocksWrites(op: number, flags: number): boolean {
  return op !== OP_READ && (op !== OP_WRITE || (flags & MODE_DURABLE) !== 0);
}

function isRange(offset: number, length: number, end: number): boolean {
  return Number.isSafeInteger(offset) && Number.isSafeInteger(length) && offset >= 0 && length > 0 && offset + length <= end;
}

export class IoRing {
  /**
   * Called after completions were handed to their targets outside a `submit` of the owner's (they arrived through
   * the event loop, or with a submit that scheduled itself): time to flush sockets.
   */
  onBatch: (() => void) | undefined = undefined;

  readonly #ring: NativeRing;
  readonly #slabBytes: number;
  readonly #autoSubmit: boolean;
  readonly #maxWaiting: number;
  readonly #requests: RequestColumns;
  readonly #inlineWrites = new InlineWrites();
  /** Free tags, a stack. */
  readonly #freeTags: Uint16Array;
  #freeCount: number;
  /** Entries of the sq arrays that are filled. */
  #queued = 0;
  /** The line of requests without a tag: circular, doubled when full, up to #maxWaiting. */
  #line: RequestColumns;
  #lineSize: number;
  #lineHead = 0;
  #lineCount = 0;
  /** Tags to submit again in a later turn (EAGAIN). */
  readonly #again: Uint16Array;
  #againCount = 0;
  #inlineStalls = 0;
  #inTurn = false;
  #scheduled = false;
  #closed = false;
  readonly #runScheduled = (): void => {
    this.#scheduled = false;
    if (this.#closed) return;
    this.#takeAgain();
    this.#turn();
    this.onBatch?.();
  };

  constructor(options: IoRingOptions) {
    const entries = options.entries;
    this.#ring = createRing({
      entries,
      slab: options.slab,
      kind: options.kind ?? "auto",
      threads: options.threads ?? 4,
      inlineWriteBoundUs: options.inlineWriteBoundUs ?? INLINE_WRITE_BOUND_US,
      onCompletions: (count) => this.#onCompletions(count),
    });
    this.#slabBytes = options.slab.bytes;
    this.#autoSubmit = options.autoSubmit ?? true;
    this.#maxWaiting = options.maxWaiting ?? 65_536;
    this.#requests = new RequestColumns(entries);
    this.#freeTags = new Uint16Array(entries);
    for (let i = 0; i < entries; i++) this.#freeTags[i] = entries - 1 - i;
    this.#freeCount = entries;
    this.#again = new Uint16Array(entries);
    this.#lineSize = 64;
    this.#line = new RequestColumns(this.#lineSize);
  }

  get kind(): "io_uring" | "threads" {
    return this.#ring.kind;
  }

  /** Why "auto" fell back to threads, an errno number; 0 when it did not. */
  get fallbackErrno(): number {
    return this.#ring.fallbackErrno;
  }

  /** Requests that a `submit` would hand over now. */
  get pending(): boolean {
    return this.#queued > 0 || (this.#lineCount > 0 && this.#freeCount > 0);
  }

  /** Writes made on the event loop that kept it waiting, since the start. */
  get inlineStalls(): number {
    return this.#inlineStalls;
  }

  /** Requests accepted and not yet answered. */
  get outstanding(): number {
    return this.#requests.op.length - this.#freeCount + this.#lineCount;
  }

  /**
   * Accepts one request. It is handed over by the next `submit`; the target is told later, never from here.
   * The result is `length` for reads and writes, 0 for the others, or a negative errno.
   *
   * @param slabOffset byte offset of the data in the slab; ignored by operations without data
   * @param length bytes; at most MAX_TRANSFER_BYTES for reads and writes
   * @param offset byte offset in the file
   */
  queue(
    op: number,
    file: RingFile,
    mode: RequestMode,
    slabOffset: number,
    length: number,
    offset: number,
    target: IoTarget,
    token: number,
  ): void {
    assert(!this.#closed, "a request came for a closed ring");
    // Checked here as well as in the addon, so that a broken promise costs the one who broke it and not the batch.
    const valid =
      op === OP_FLUSH ||
      (isRange(offset, length, Number.MAX_SAFE_INTEGER) && (!movesData(op) || this.#isInSlab(slabOffset, length)));
    // The text only when it is needed: made for every request it would be 1 % of a cached read.
    if (!valid) assert(false, `operation ${op}: ${length} bytes at ${offset}, slab offset ${slabOffset}, are no request`);
    let flags: number = mode;
    if (file.blockDevice) flags |= FLAG_BLOCK_DEVICE;
    if (op === OP_READ && !file.direct) flags |= FLAG_TRY_INLINE;
    let columns: RequestColumns;
    let index: number;
    // Those who wait go first.
    const waits = this.#freeCount === 0 || this.#lineCount > 0;
    if (waits) {
      if (this.#lineCount === this.#maxWaiting) {
        setImmediate(() => target.ioDone(token, EBUSY));
        return;
      }
      if (this.#lineCount === this.#lineSize) this.#growLine();
      columns = this.#line;
      index = (this.#lineHead + this.#lineCount) % this.#lineSize;
      this.#lineCount++;
    } else {
      columns = this.#requests;
      index = this.#freeTags[--this.#freeCount]!;
    }
    file.pending++;
    if (blocksWrites(op, flags)) file.inline.blockers++;
    columns.op[index] = op;
    columns.flags[index] = flags;
    columns.retries[index] = 0;
    columns.slabOffset[index] = slabOffset;
    columns.length[index] = length;
    columns.offset[index] = offset;
    columns.moved[index] = 0;
    columns.token[index] = token;
    columns.file[index] = file;
    columns.target[index] = target;
    if (!waits) this.#enqueue(index);
    if (this.#autoSubmit && !this.#inTurn) this.#schedule();
  }

  /** `queue` for those who await: opening, creating, resizing. Resolves with the result. */
  request(op: number, file: RingFile, mode: RequestMode, slabOffset: number, length: number, offset: number): Promise<number> {
    return new Promise((resolve) => {
      this.queue(op, file, mode, slabOffset, length, offset, { ioDone: (_token, result) => resolve(result) }, 0);
      this.submit();
    });
  }

  /** Hands over everything queued with one native call and answers what completed at once. */
  submit(): void {
    if (!this.#inTurn && !this.#closed) this.#turn();
  }

  /** Frees the ring. Nothing may be outstanding: owners of files close those first. */
  close(): void {
    assert(this.outstanding === 0, `the ring is closed with ${this.outstanding} requests outstanding`);
    this.#closed = true;
    this.#ring.close();
  }

  #isInSlab(slabOffset: number, length: number): boolean {
    return length <= MAX_TRANSFER_BYTES && isRange(slabOffset, length, this.#slabBytes);
  }

  /** Puts the rest of request `tag` into the sq arrays. */
  #enqueue(tag: number): void {
    const ring = this.#ring;
    const requests = this.#requests;
    const at = this.#queued++;
    const moved = requests.moved[tag]!;
    const op = requests.op[tag]!;
    const file = requests.file[tag]!;
    let flags = requests.flags[tag]!;
    // A plain write into the page cache. Decided now and not when it came: it may have waited in line.
    if (op === OP_WRITE && flags === MODE_PLAIN && !file.direct && this.#inlineWrites.allows(file)) flags = FLAG_TRY_INLINE;
    ring.sqOp[at] = op;
    ring.sqFlags[at] = flags;
    ring.sqFd[at] = file.fd;
    ring.sqBuffer[at] = requests.slabOffset[tag]! + moved;
    ring.sqLength[at] = requests.length[tag]! - moved;
    ring.sqOffset[at] = requests.offset[tag]! + moved;
    ring.sqTag[at] = tag;
  }

  #turn(): void {
    this.#inTurn = true;
    try {
      for (let round = 0; round < MAX_ROUNDS; round++) {
        this.#admitWaiting();
        if (this.#queued === 0) break;
        const count = this.#queued;
        this.#queued = 0;
        const done = this.#ring.submit(count);
        this.#noteStall();
        if (done === 0) break;
        this.#dispatch(done);
      }
    } finally {
      this.#inTurn = false;
      // The bound on rounds was reached, a target threw, or the kernel asked for patience.
      if (this.pending || this.#againCount > 0) this.#schedule();
    }
  }

  /** Before the answers are told: the request still knows its file. */
  #noteStall(): void {
    const stall = this.#ring.stall;
    if (stall[0]! === 0) return;
    this.#inlineStalls++;
    this.#inlineWrites.stalled(this.#requests.file[stall[1]!]!, stall[0]! / 1000);
  }

  #admitWaiting(): void {
    while (this.#lineCount > 0 && this.#freeCount > 0) {
      const tag = this.#freeTags[--this.#freeCount]!;
      this.#requests.copyFrom(this.#line, this.#lineHead, tag);
      this.#line.file[this.#lineHead] = undefined;
      this.#line.target[this.#lineHead] = undefined;
      this.#lineHead = (this.#lineHead + 1) % this.#lineSize;
      this.#lineCount--;
      this.#enqueue(tag);
    }
  }

  #onCompletions(count: number): void {
    this.#inTurn = true;
    try {
      this.#dispatch(count);
    } finally {
      this.#inTurn = false;
      if (this.pending || this.#againCount > 0) this.#schedule();
    }
    if (this.pending) this.#turn();
    this.onBatch?.();
  }

  /** Tells the targets of `count` completions. A target that throws must not cost the others their answer. */
  #dispatch(count: number): void {
    const { cqTag, cqResult } = this.#ring;
    let failure: unknown;
    let failed = false;
    for (let i = 0; i < count; i++) {
      try {
        this.#complete(cqTag[i]!, cqResult[i]!);
      } catch (error) {
        failure = error;
        failed = true;
      }
    }
    if (failed) throw failure;
  }

  #complete(tag: number, result: number): void {
    const requests = this.#requests;
    const op = requests.op[tag]!;
    let outcome = result;
    if (result < 0) {
      if ((result === EAGAIN || result === EINTR) && requests.retries[tag]!++ < MAX_RETRIES) {
        this.#again[this.#againCount++] = tag;
        return;
      }
    } else if (movesData(op)) {
      const moved = requests.moved[tag]! + result;
      if (moved < requests.length[tag]!) {
        if (result > 0) {
          requests.moved[tag] = moved;
          this.#enqueue(tag);
          return;
        }
        // The end of the file, where the volume has blocks: it was truncated behind our back.
        outcome = EIO;
      } else {
        outcome = moved;
      }
    }
    const file = requests.file[tag]!;
    const target = requests.target[tag]!;
    const token = requests.token[tag]!;
    if (outcome < 0 && (op === OP_FLUSH || (requests.flags[tag]! & MODE_DURABLE) !== 0)) file.failedFlushes++;
    if (blocksWrites(op, requests.flags[tag]!)) file.inline.blockers--;
    requests.file[tag] = undefined;
    requests.target[tag] = undefined;
    this.#freeTags[this.#freeCount++] = tag;
    try {
      target.ioDone(token, outcome);
    } finally {
      file.leave();
    }
  }

  #takeAgain(): void {
    const count = this.#againCount;
    this.#againCount = 0;
    for (let i = 0; i < count; i++) this.#enqueue(this.#again[i]!);
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(this.#runScheduled);
  }

  #growLine(): void {
    const size = Math.min(this.#lineSize * 2, this.#maxWaiting);
    const line = new RequestColumns(size);
    for (let i = 0; i < this.#lineCount; i++) line.copyFrom(this.#line, (this.#lineHead + i) % this.#lineSize, i);
    this.#line = line;
    this.#lineSize = size;
    this.#lineHead = 0;
  }
}

/**
 * The one interface to storage, and its contract. Files, block devices, memory and every decorator
 * (range checks, faults, delays) implement it.
 *
 * Contract
 * - Offsets and lengths are bytes and multiples of the volume's logical block size.
 * - Exactly one completion per call, on the event loop, never from inside the call itself.
 * - Completion order is any order. Overlapping requests in flight have no order either: whoever needs one waits.
 * - After the completion no byte of the request reaches the volume any more.
 * - The lease stays with the caller, who keeps it until the completion.
 */
import type { Lease } from "./buffer-pool.ts";

/**
 * Receives the result of one backend request. Objects with this method (tasks) are passed instead of
 * closures, so that a READ costs no allocation.
 */
export interface IoTarget {
  /**
   * @param token the number given with the request
   * @param result 0 or a byte count on success; a negative errno on failure (see backend-error.ts)
   */
  ioDone(token: number, result: number): void;
}

/** What a backend can do and is; fixed while it is open, except the size. */
export interface BackendFacts {
  readonly kind: "file" | "block-device" | "memory";
  readonly canDiscard: boolean;
  /** Bytes; the unit in which storage is given back. 0 when it can't discard. */
  readonly discardGranularity: number;
  /** A discarded range reads as zeroes. */
  readonly discardZeroes: boolean;
  readonly readOnly: boolean;
  /** `space` has an answer. */
  readonly tellsSpace: boolean;
}

/** One run of equal allocation state. */
export interface Extent {
  readonly offset: number;
  readonly length: number;
  readonly allocated: boolean;
}

/** How much storage a volume takes, and how much more the filesystem under it could give, bytes. */
export interface Space {
  readonly usedBytes: number;
  readonly availableBytes: number;
}

export interface BlockBackend {
  readonly facts: BackendFacts;
  /** Current size in bytes. */
  readonly sizeBytes: number;
  /**
   * Flushes and durable writes that have failed since it was opened. After such a failure the system may have dropped what it could
   * not write, and the next flush succeeds: everybody whose data may be gone has to hear of it once.
   */
  readonly failedFlushes: number;

  /** Fills `length` bytes of the lease from `leaseOffset`; a result short of `length` never happens: it is an error. */
  read(offset: number, lease: Lease, leaseOffset: number, length: number, target: IoTarget, token: number): void;
  /** `durable`: on stable storage before the completion (FUA, or a volume without write cache). */
  write(
    offset: number,
    lease: Lease,
    leaseOffset: number,
    length: number,
    durable: boolean,
    target: IoTarget,
    token: number,
  ): void;
  /** Everything acknowledged before this call is on stable storage at the completion. */
  flush(target: IoTarget, token: number): void;
  /** Gives the range back. It reads as zeroes afterwards when `facts.discardZeroes`. */
  discard(offset: number, length: number, target: IoTarget, token: number): void;
  /** The range reads as zeroes afterwards; `mayDeallocate` allows giving it back. */
  writeZeroes(offset: number, length: number, mayDeallocate: boolean, target: IoTarget, token: number): void;
  /** The run of equal allocation state that begins at `offset`, looked up at most to `offset + length`. */
  status(offset: number, length: number): Promise<Extent>;
  /** undefined: this kind of storage can't tell. Rejects with BackendError. */
  space(): Promise<Space | undefined>;
  /**
   * New size in bytes (files only). A smaller one is refused unless `mayShrink`: what is behind the new end is lost then, and nothing may be in
   * flight there. Rejects with BackendError.
   */
  resize(sizeBytes: number, mayShrink?: "may shrink"): Promise<void>;
  /** Asks the backend for its size again (a file truncated, a device grown, from outside). */
  refreshSize(): number;
  /** Waits for what is in flight, then releases file and lock. Idempotent. */
  close(): Promise<void>;
}

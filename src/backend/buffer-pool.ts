/**
 * Leases of aligned memory from one slab. Bounded: when it is empty, callers wait or refuse.
 *
 * A lease is a run of `capacity` bytes aligned for direct I/O, with `HEADROOM` bytes in front of it
 * that belong to the lease too: the iSCSI layer writes the 48-byte header (and its digest) right before
 * the payload, so that a Data-In PDU leaves as one contiguous view.
 */

import { assert } from "../common/assert.ts";

/** Bytes before the data of every lease: room for a header with digest, a multiple of the data alignment. */
export const HEADROOM_BYTES = 512;

/** Largest capacity of one lease, bytes: what one Data-In PDU carries (MaxRecvDataSegmentLength 256 KiB). */
export const LEASE_MAX_BYTES = 256 * 1024;

export interface Lease {
  /** The data area: `capacity` bytes. A view made once, when the lease was created. */
  readonly data: Buffer;
  /** Headroom and data together: `HEADROOM_BYTES + capacity` bytes; data begins at HEADROOM_BYTES. */
  readonly whole: Buffer;
  /** Byte offset of `data` in the slab. */
  readonly slabOffset: number;
  /** Bytes: one of 4, 16, 64, 256 KiB. */
  readonly capacity: number;
}

/** Length of `BufferPool.zeroes`, bytes. */
const ZEROES_BYTES = 64 * 1024;

/** Told when memory has come back. Called at most once per wait, in order of waiting. */
export interface PoolWaiter {
  /** Tries again to take what it needs; returns false when there still is too little (it stays first in line). */
  poolReady(): boolean;
}

export interface BufferPool {
  /**
   * Zeroes, for everybody to write out and nobody to write to. Not a lease that was taken: it has no headroom and is not given back.
   * Kept ready, because a request that holds a range of a volume must not wait for memory.
   */
  readonly zeroes: Lease;
  /** Bytes of data in the slab, and how many are leased now. */
  readonly totalBytes: number;
  readonly leasedBytes: number;
  /**
   * Appends leases for `bytes` to `into`: pieces of LEASE_MAX_BYTES, the last one rounded up to its class.
   * All or nothing; false when there is too little. Contents are whatever the last user left.
   * Callers that queue behind waiters first ask `hasWaiters`.
   */
  tryLease(bytes: number, into: Lease[]): boolean;
  /** Gives leases back and empties the array. Each lease exactly once (asserted). */
  release(leases: Lease[]): void;
  readonly hasWaiters: boolean;
  /** First come, first served. */
  wait(waiter: PoolWaiter): void;
  cancelWait(waiter: PoolWaiter): void;
}

const KiB = 1024;

/** Capacities of leases, bytes, smallest first. */
const CLASSES = [4 * KiB, 16 * KiB, 64 * KiB, LEASE_MAX_BYTES] as const;
const WHOLE_CLASS = CLASSES.length - 1;

/** A lease and where it lives. Made when its slot is first split this way, then used again and again. */
class SlabLease implements Lease {
  readonly data: Buffer;
  readonly whole: Buffer;
  readonly slabOffset: number;
  readonly capacity: number;
  readonly slot: Slot;
  leased = false;

  constructor(memory: ArrayBuffer, dataOffset: number, capacity: number, slot: Slot) {
    this.data = Buffer.from(memory, dataOffset, capacity);
    this.whole = Buffer.from(memory, dataOffset - HEADROOM_BYTES, HEADROOM_BYTES + capacity);
    this.slabOffset = dataOffset;
    this.capacity = capacity;
    this.slot = slot;
  }
}

/** A big piece of the slab: free, or split into leases of one class. */
class Slot {
  readonly offset: number;
  /** Leases by class, made on first use; `free[c]` holds those not given out, and `made[c]` counts all. */
  readonly free: (SlabLease[] | undefined)[] = [undefined, undefined, undefined, undefined];
  readonly made: number[] = [0, 0, 0, 0];
  /** Index into CLASSES while split, -1 while free. */
  splitAs = -1;
  /** Neighbours in the list of slots of this class that have free leases. */
  next: Slot | undefined = undefined;
  previous: Slot | undefined = undefined;
  listed = false;

  constructor(offset: number) {
    this.offset = offset;
  }
}

export interface SlabBufferPoolOptions {
  /** Alignment of every lease's data in memory, bytes: 512, or 4096 for devices that want it (costs padding). */
  readonly dataAlignment?: number;
}

/**
 * The pool over one slab. The slab is divided into slots that hold one lease of 256 KiB, or are split on
 * demand into equal smaller ones and become whole again when the last of them comes back. Taking and
 * releasing are O(1), and nothing is allocated once every slot has been split each way that is used.
 */
export class SlabBufferPool implements BufferPool {
  readonly totalBytes: number;
  readonly zeroes: Lease;
  /** Alignment of every lease's data, bytes. */
  readonly dataAlignment: number;
  /** Requests that have had to wait for memory. */
  waits = 0;
  readonly #memory: ArrayBuffer;
  /** Bytes before the data of every lease: the headroom, padded so that data is aligned. */
  readonly #lead: number;
  readonly #slotBytes: number;
  readonly #freeSlots: Slot[] = [];
  /** By class: slots split this way that have a free lease. */
  readonly #partial: (Slot | undefined)[] = [undefined, undefined, undefined, undefined];
  #leasedBytes = 0;
  /** Cancelled waiters leave `undefined` behind, so that cancelling moves nobody. */
  #waiters: (PoolWaiter | undefined)[] = [];
  #waitersHead = 0;
  #waiting = 0;
  #serving = false;

  /** @param memory page-aligned memory: a slab's, or any ArrayBuffer where direct I/O does not matter */
  constructor(memory: ArrayBuffer, options: SlabBufferPoolOptions = {}) {
    this.dataAlignment = options.dataAlignment ?? HEADROOM_BYTES;
    assert(
      this.dataAlignment >= HEADROOM_BYTES && this.dataAlignment % HEADROOM_BYTES === 0,
      `data alignment is a multiple of ${HEADROOM_BYTES} bytes`,
    );
    this.#memory = memory;
    this.#lead = this.dataAlignment;
    // Four leases of 64 KiB with their own headroom take a little more than one of 256 KiB: 0.6 % of the slab
    // buys the fourth.
    this.#slotBytes = Math.max(this.#lead + LEASE_MAX_BYTES, 4 * (this.#lead + 64 * KiB));
    const slots = Math.floor((memory.byteLength - ZEROES_BYTES) / this.#slotBytes);
    assert(slots > 0, `a slab of ${memory.byteLength} bytes is too small for one slot of ${this.#slotBytes}`);
    for (let i = slots - 1; i >= 0; i--) this.#freeSlots.push(new Slot(i * this.#slotBytes));
    this.totalBytes = slots * LEASE_MAX_BYTES;
    const slabOffset = slots * this.#slotBytes;
    const data = Buffer.from(memory, slabOffset, ZEROES_BYTES).fill(0);
    this.zeroes = { data, whole: data, slabOffset, capacity: ZEROES_BYTES };
  }

  get leasedBytes(): number {
    return this.#leasedBytes;
  }

  /** Requests that wait now. */
  get waiting(): number {
    return this.#waiting;
  }

  get hasWaiters(): boolean {
    return this.#waiting > 0;
  }

  tryLease(bytes: number, into: Lease[]): boolean {
    const before = into.length;
    let left = bytes;
    while (left > 0) {
      const lease = this.#take(classFor(left));
      if (lease === undefined) {
        while (into.length > before) this.#giveBack(into.pop() as SlabLease);
        return false;
      }
      into.push(lease);
      left -= lease.capacity;
    }
    return true;
  }

  release(leases: Lease[]): void {
    for (let i = 0; i < leases.length; i++) this.#giveBack(leases[i] as SlabLease);
    leases.length = 0;
    if (this.#waiting > 0) this.#serveWaiters();
  }

  wait(waiter: PoolWaiter): void {
    this.#waiters.push(waiter);
    this.#waiting++;
    this.waits++;
  }

  cancelWait(waiter: PoolWaiter): void {
    const at = this.#waiters.indexOf(waiter, this.#waitersHead);
    if (at < 0) return;
    this.#waiters[at] = undefined;
    this.#waiting--;
    // The one behind may need less.
    if (at === this.#waitersHead && this.#waiting > 0) this.#serveWaiters();
  }

  #take(wanted: number): SlabLease | undefined {
    let slot = this.#partial[wanted];
    if (slot === undefined) {
      slot = this.#freeSlots.pop();
      if (slot === undefined) return undefined;
      this.#split(slot, wanted);
    }
    const free = slot.free[wanted]!;
    const lease = free.pop()!;
    if (free.length === 0) this.#unlist(slot, wanted);
    assert(!lease.leased, "a lease was given out twice");
    lease.leased = true;
    this.#leasedBytes += lease.capacity;
    return lease;
  }

  #giveBack(lease: SlabLease): void {
    assert(lease instanceof SlabLease && lease.leased, "a lease was released that is not leased");
    lease.leased = false;
    this.#leasedBytes -= lease.capacity;
    const slot = lease.slot;
    const splitAs = slot.splitAs;
    const free = slot.free[splitAs]!;
    free.push(lease);
    if (free.length === slot.made[splitAs]) {
      if (slot.listed) this.#unlist(slot, splitAs);
      slot.splitAs = -1;
      this.#freeSlots.push(slot);
    } else if (!slot.listed) {
      this.#list(slot, splitAs);
    }
  }

  #split(slot: Slot, as: number): void {
    if (slot.free[as] === undefined) {
      const capacity = CLASSES[as]!;
      const stride = this.#lead + capacity;
      const count = as === WHOLE_CLASS ? 1 : Math.floor(this.#slotBytes / stride);
      const leases: SlabLease[] = [];
      for (let i = count - 1; i >= 0; i--) {
        leases.push(new SlabLease(this.#memory, slot.offset + i * stride + this.#lead, capacity, slot));
      }
      slot.free[as] = leases;
      slot.made[as] = count;
    }
    slot.splitAs = as;
    this.#list(slot, as);
  }

  #list(slot: Slot, as: number): void {
    const first = this.#partial[as];
    slot.next = first;
    slot.previous = undefined;
    if (first !== undefined) first.previous = slot;
    this.#partial[as] = slot;
    slot.listed = true;
  }

  #unlist(slot: Slot, as: number): void {
    if (slot.previous === undefined) this.#partial[as] = slot.next;
    else slot.previous.next = slot.next;
    if (slot.next !== undefined) slot.next.previous = slot.previous;
    slot.next = undefined;
    slot.previous = undefined;
    slot.listed = false;
  }

  #serveWaiters(): void {
    // A waiter that releases from inside poolReady must not overtake itself.
    if (this.#serving) return;
    this.#serving = true;
    try {
      while (this.#waiting > 0) {
        const at = this.#waitersHead;
        const waiter = this.#waiters[at];
        if (waiter === undefined) {
          this.#waitersHead++;
          continue;
        }
        const leasedBefore = this.#leasedBytes;
        if (!waiter.poolReady()) {
          // Still too little, unless memory came back while it tried.
          if (this.#waiters[at] === waiter && this.#leasedBytes >= leasedBefore) break;
          continue;
        }
        if (this.#waiters[at] === waiter) {
          this.#waiters[at] = undefined;
          this.#waitersHead++;
          this.#waiting--;
        }
      }
    } finally {
      this.#serving = false;
    }
    if (this.#waiting === 0) {
      this.#waiters.length = 0;
      this.#waitersHead = 0;
    } else if (this.#waitersHead > 1024) {
      this.#waiters = this.#waiters.slice(this.#waitersHead);
      this.#waitersHead = 0;
    }
  }
}

/** Index of the smallest class that holds `bytes`, or of the largest. */
function classFor(bytes: number): number {
  if (bytes <= CLASSES[0]) return 0;
  if (bytes <= CLASSES[1]) return 1;
  return bytes <= CLASSES[2] ? 2 : WHOLE_CLASS;
}

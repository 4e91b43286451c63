import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { HEADROOM_BYTES, LEASE_MAX_BYTES, type Lease, SlabBufferPool } from "../../src/backend/buffer-pool.ts";
import { InvariantError } from "../../src/common/assert.ts";

const KiB = 1024;
const SLAB_BYTES = 3 * 1024 * KiB;

function makePool(dataAlignment = 512): SlabBufferPool {
  return new SlabBufferPool(new ArrayBuffer(SLAB_BYTES), { dataAlignment });
}

/** How often a lease of `bytes` can be taken from here. */
function drain(pool: SlabBufferPool, bytes: number): Lease[] {
  const leases: Lease[] = [];
  while (pool.tryLease(bytes, leases));
  return leases;
}

describe("tryLease", () => {
  test.each([
    [1, [4]],
    [4 * KiB, [4]],
    [4 * KiB + 1, [16]],
    [16 * KiB, [16]],
    [64 * KiB, [64]],
    [64 * KiB + 512, [256]],
    [256 * KiB, [256]],
    [256 * KiB + 512, [256, 4]],
    [600 * KiB, [256, 256, 256]],
    [0, []],
  ])("for %i bytes gives leases of %j KiB", (bytes, expected) => {
    const leases: Lease[] = [];
    expect(makePool().tryLease(bytes, leases)).toBe(true);
    expect(leases.map((lease) => lease.capacity / KiB)).toEqual(expected);
  });

  test("takes nothing when there is too little for everything", () => {
    const pool = makePool();
    const kept = drain(pool, LEASE_MAX_BYTES).slice(0, 2);
    const before = pool.leasedBytes;
    const into: Lease[] = [kept[0]!];
    expect(pool.tryLease(LEASE_MAX_BYTES * 100, into)).toBe(false);
    expect(into).toEqual([kept[0]]);
    expect(pool.leasedBytes).toBe(before);
  });

  test("hands out the same Lease objects again", () => {
    const pool = makePool();
    const first: Lease[] = [];
    pool.tryLease(4 * KiB, first);
    const lease = first[0];
    pool.release(first);
    expect(first).toEqual([]);
    pool.tryLease(4 * KiB, first);
    expect(first[0]).toBe(lease);
  });
});

describe("release", () => {
  test("of a lease that is not leased is a broken invariant", () => {
    const pool = makePool();
    const leases: Lease[] = [];
    pool.tryLease(4 * KiB, leases);
    const [lease] = leases;
    pool.release(leases);
    expect(() => pool.release([lease!])).toThrow(InvariantError);
    expect(() => pool.release([{ ...lease! }])).toThrow(InvariantError);
  });
});

describe.each([512, 4096])("with data aligned to %i bytes", (alignment) => {
  test("no two leases overlap, headroom included, and all of them coalesce back", () => {
    const step = fc.oneof(fc.record({ take: fc.integer({ min: 1, max: 700 * KiB }) }), fc.record({ giveBack: fc.nat(1000) }));
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        const pool = makePool(alignment);
        const whole = drain(pool, LEASE_MAX_BYTES);
        const capacity = whole.length;
        pool.release(whole);
        const groups: Lease[][] = [];
        const owner = new Map<number, Lease>();
        for (const action of steps) {
          if ("take" in action) {
            const leases: Lease[] = [];
            if (!pool.tryLease(action.take, leases)) continue;
            groups.push(leases);
            for (const lease of leases) {
              expect(lease.slabOffset % alignment).toBe(0);
              expect(lease.data.byteOffset).toBe(lease.slabOffset);
              expect(lease.data.length).toBe(lease.capacity);
              expect(lease.whole.byteOffset).toBe(lease.slabOffset - HEADROOM_BYTES);
              expect(lease.whole.length).toBe(lease.capacity + HEADROOM_BYTES);
              expect(lease.slabOffset + lease.capacity).toBeLessThanOrEqual(SLAB_BYTES);
              for (let at = lease.slabOffset - HEADROOM_BYTES; at < lease.slabOffset + lease.capacity; at += HEADROOM_BYTES) {
                if (owner.has(at)) throw new Error(`byte ${at} belongs to two leases`);
                owner.set(at, lease);
              }
            }
          } else if (groups.length > 0) {
            const [leases] = groups.splice(action.giveBack % groups.length, 1);
            for (const lease of leases!) {
              for (let at = lease.slabOffset - HEADROOM_BYTES; at < lease.slabOffset + lease.capacity; at += HEADROOM_BYTES)
                owner.delete(at);
            }
            pool.release(leases!);
          }
          expect(pool.leasedBytes).toBe(groups.flat().reduce((sum, lease) => sum + lease.capacity, 0));
        }
        for (const leases of groups) pool.release(leases);
        expect(pool.leasedBytes).toBe(0);
        expect(drain(pool, LEASE_MAX_BYTES).length).toBe(capacity);
        expect(pool.totalBytes).toBe(capacity * LEASE_MAX_BYTES);
      }),
      { numRuns: 40 },
    );
  });
});

describe("a slot", () => {
  test.each([
    [64, 4],
    [16, 15],
    [4, 57],
  ])("splits into leases of %i KiB, %i of them", (capacity, count) => {
    const pool = makePool();
    const slots = pool.totalBytes / LEASE_MAX_BYTES;
    expect(drain(pool, capacity * KiB).length).toBe(slots * count);
  });
});

describe("waiting", () => {
  /** Waits for `bytes` and notes its name when it got them. */
  function makeWaiter(pool: SlabBufferPool, name: string, bytes: number, log: string[]) {
    const leases: Lease[] = [];
    const waiter = {
      leases,
      poolReady(): boolean {
        if (!pool.tryLease(bytes, leases)) return false;
        log.push(name);
        return true;
      },
    };
    pool.wait(waiter);
    return waiter;
  }

  test("is served in order, and a small request does not overtake a big one", () => {
    const pool = makePool();
    const all = drain(pool, LEASE_MAX_BYTES);
    const log: string[] = [];
    makeWaiter(pool, "big", 2 * LEASE_MAX_BYTES, log);
    makeWaiter(pool, "small", 4 * KiB, log);
    expect(pool.hasWaiters).toBe(true);
    pool.release([all.pop()!]);
    expect(log).toEqual([]);
    pool.release([all.pop()!]);
    expect(log).toEqual(["big"]);
    pool.release([all.pop()!]);
    expect(log).toEqual(["big", "small"]);
    expect(pool.hasWaiters).toBe(false);
  });

  test("can be cancelled, and the one behind is then served", () => {
    const pool = makePool();
    const all = drain(pool, LEASE_MAX_BYTES);
    const log: string[] = [];
    const big = makeWaiter(pool, "big", 2 * LEASE_MAX_BYTES, log);
    makeWaiter(pool, "small", 4 * KiB, log);
    pool.release([all.pop()!]);
    expect(log).toEqual([]);
    pool.cancelWait(big);
    pool.cancelWait(big);
    expect(log).toEqual(["small"]);
    expect(pool.hasWaiters).toBe(false);
  });

  test("works for a waiter that waits again or releases from inside poolReady", () => {
    const pool = makePool();
    const all = drain(pool, LEASE_MAX_BYTES);
    let calls = 0;
    const waiter = {
      poolReady(): boolean {
        calls++;
        if (calls === 1) {
          pool.release([all.pop()!]);
          pool.wait(waiter);
        }
        return true;
      },
    };
    pool.wait(waiter);
    pool.release([all.pop()!]);
    expect(calls).toBe(2);
    expect(pool.hasWaiters).toBe(false);
  });

  test("survives thousands of waiters and cancellations without mixing them up", () => {
    const pool = makePool();
    const all = drain(pool, LEASE_MAX_BYTES);
    const log: string[] = [];
    const waiters = Array.from({ length: 5000 }, (_, i) => makeWaiter(pool, String(i), 4 * KiB, log));
    for (let i = 0; i < 5000; i += 2) pool.cancelWait(waiters[i]!);
    while (pool.hasWaiters) {
      if (all.length > 0) pool.release(all.splice(0, 1));
      for (const waiter of waiters) if (waiter.leases.length > 0) pool.release(waiter.leases);
    }
    expect(log).toEqual(Array.from({ length: 2500 }, (_, i) => String(2 * i + 1)));
  });
});

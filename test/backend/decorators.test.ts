import { describe, expect, test } from "vitest";
import { type Lease, SlabBufferPool } from "../../src/backend/buffer-pool.ts";
import { CheckedBackend } from "../../src/backend/checked-backend.ts";
import { FaultBackend } from "../../src/backend/fault-backend.ts";
import { MemoryBackend } from "../../src/backend/memory-backend.ts";
import { InvariantError } from "../../src/common/assert.ts";
import { done, KiB, MiB, readBytes, takeLease, writeBytes } from "./fixture.ts";

const nobody = {
  ioDone(): void {
    throw new Error("this request must not be answered");
  },
};

function makePool(): SlabBufferPool {
  return new SlabBufferPool(new ArrayBuffer(2 * MiB));
}

describe("MemoryBackend", () => {
  test("answers after the call, never inside it", async () => {
    const memory = new MemoryBackend({ sizeBytes: MiB });
    let answered = false;
    const result = done((target) => {
      memory.flush(
        {
          ioDone(token, value) {
            answered = true;
            target.ioDone(token, value);
          },
        },
        0,
      );
      expect(answered).toBe(false);
    });
    expect(await result).toBe(0);
  });

  test("reads what was written, across chunks, and zeroes elsewhere", async () => {
    const memory = new MemoryBackend({ sizeBytes: MiB });
    const pool = makePool();
    const bytes = Buffer.alloc(64 * KiB, "lunette");
    expect(await writeBytes(memory, pool, 60 * KiB, bytes)).toBe(bytes.length);
    expect(await readBytes(memory, pool, 60 * KiB, bytes.length)).toEqual(bytes);
    expect(await readBytes(memory, pool, 59 * KiB, KiB)).toEqual(Buffer.alloc(KiB));
    expect(await memory.status(0, MiB)).toEqual({ offset: 0, length: 128 * KiB, allocated: true });
    expect(await done((target) => memory.discard(0, 100 * KiB, target, 0))).toBe(0);
    expect(await memory.status(0, MiB)).toEqual({ offset: 0, length: 64 * KiB, allocated: false });
    expect(await readBytes(memory, pool, 99 * KiB, KiB)).toEqual(Buffer.alloc(KiB));
    expect(await readBytes(memory, pool, 100 * KiB, KiB)).toEqual(bytes.subarray(40 * KiB, 41 * KiB));
    expect(await done((target) => memory.writeZeroes(0, MiB, false, target, 0))).toBe(0);
    expect(await memory.status(0, MiB)).toEqual({ offset: 0, length: MiB, allocated: true });
  });

  test("answers ENODEV once closed, and closing waits for what is in flight", async () => {
    const memory = new MemoryBackend({ sizeBytes: MiB });
    let answered = false;
    memory.flush(
      {
        ioDone() {
          answered = true;
        },
      },
      0,
    );
    await memory.close();
    expect(answered).toBe(true);
    expect(await done((target) => memory.flush(target, 0))).toBe(-19);
  });
});

describe("CheckedBackend", () => {
  const lease: Lease = takeLease(makePool(), 4 * KiB);

  test.each([
    ["a negative offset", -4096, 0, 4096],
    ["a length of zero", 0, 0, 0],
    ["an offset that is no whole block", 512, 0, 4096],
    ["a length that is no whole block", 0, 0, 512],
    ["a range past the end", MiB, 0, 4096],
    ["a range across the end", MiB - 4096, 0, 8192],
    ["an offset that is no number", Number.NaN, 0, 4096],
    ["bytes outside the lease", 0, 512, 4096],
    ["a negative lease offset", 0, -512, 4096],
  ])("refuses %s", (_name, offset, leaseOffset, length) => {
    const checked = new CheckedBackend(new MemoryBackend({ sizeBytes: MiB }), 4096);
    expect(() => checked.read(offset, lease, leaseOffset, length, nobody, 0)).toThrow(InvariantError);
    expect(() => checked.write(offset, lease, leaseOffset, length, false, nobody, 0)).toThrow(InvariantError);
  });

  test("refuses ranges of requests without data, and what the backend can't", async () => {
    const checked = new CheckedBackend(new MemoryBackend({ sizeBytes: MiB, canDiscard: false }), 4096);
    expect(() => checked.writeZeroes(0, MiB + 4096, true, nobody, 0)).toThrow(InvariantError);
    expect(() => checked.discard(0, 4096, nobody, 0)).toThrow(InvariantError);
    await expect(checked.status(0, 100)).rejects.toThrow(InvariantError);
    await expect(checked.resize(MiB + 1)).rejects.toThrow(InvariantError);
    const readOnly = new CheckedBackend(new MemoryBackend({ sizeBytes: MiB, readOnly: true }), 512);
    expect(() => readOnly.write(0, lease, 0, 512, false, nobody, 0)).toThrow(InvariantError);
    expect(() => readOnly.writeZeroes(0, 512, false, nobody, 0)).toThrow(InvariantError);
    expect(() => readOnly.discard(0, 512, nobody, 0)).toThrow(InvariantError);
    await expect(readOnly.resize(2 * MiB)).rejects.toThrow(InvariantError);
  });

  test("lets what is right pass", async () => {
    const checked = new CheckedBackend(new MemoryBackend({ sizeBytes: MiB }), 512);
    const pool = makePool();
    expect(await writeBytes(checked, pool, 512, Buffer.alloc(512, 5))).toBe(512);
    expect(await readBytes(checked, pool, 512, 512)).toEqual(Buffer.alloc(512, 5));
    expect(await done((target) => checked.flush(target, 0))).toBe(0);
    expect(await checked.status(0, MiB)).toEqual({ offset: 0, length: 64 * KiB, allocated: true });
    await checked.resize(2 * MiB);
    expect(checked.sizeBytes).toBe(2 * MiB);
    await checked.close();
  });
});

describe("FaultBackend", () => {
  test("answers an errno on a range without touching the storage", async () => {
    const memory = new MemoryBackend({ sizeBytes: MiB });
    const fault = new FaultBackend(memory);
    const pool = makePool();
    fault.inject({ operations: ["write"], from: 4096, to: 8192, errno: 28 });
    const bytes = Buffer.alloc(4096, 1);
    expect(await writeBytes(fault, pool, 0, bytes)).toBe(4096);
    expect(await writeBytes(fault, pool, 4096, bytes)).toBe(-28);
    expect(await writeBytes(fault, pool, 8192, bytes)).toBe(4096);
    expect(await readBytes(fault, pool, 4096, 4096)).toEqual(Buffer.alloc(4096));
    fault.clear();
    expect(await writeBytes(fault, pool, 4096, bytes)).toBe(4096);
  });

  test("hits the nth request only, as often as told", async () => {
    const fault = new FaultBackend(new MemoryBackend({ sizeBytes: MiB }));
    fault.inject({ operations: ["flush"], skip: 2, times: 1, errno: 5 });
    const results: number[] = [];
    for (let i = 0; i < 5; i++) results.push(await done((target) => fault.flush(target, 0)));
    expect(results).toEqual([0, 0, -5, 0, 0]);
  });

  test("turns a short transfer into an error, with the first part transferred", async () => {
    const fault = new FaultBackend(new MemoryBackend({ sizeBytes: MiB }));
    const pool = makePool();
    fault.inject({ operations: ["write"], partBytes: 512, times: 1 });
    expect(await writeBytes(fault, pool, 0, Buffer.alloc(4096, 9))).toBe(-5);
    const found = await readBytes(fault, pool, 0, 4096);
    expect(found.subarray(0, 512)).toEqual(Buffer.alloc(512, 9));
    expect(found.subarray(512)).toEqual(Buffer.alloc(3584));
  });

  test("holds requests before the storage sees them, and closing waits for them", async () => {
    const memory = new MemoryBackend({ sizeBytes: MiB });
    const fault = new FaultBackend(memory);
    const pool = makePool();
    fault.hold(["write"]);
    const write = writeBytes(fault, pool, 0, Buffer.alloc(512, 3));
    expect(fault.heldCount).toBe(1);
    expect(await readBytes(fault, pool, 0, 512)).toEqual(Buffer.alloc(512));
    let closed = false;
    const closing = fault.close().then(() => {
      closed = true;
    });
    await new Promise((resolve) => setTimeout(resolve, 10));
    expect(closed).toBe(false);
    fault.release();
    expect(await write).toBe(512);
    await closing;
  });

  test("delays", async () => {
    const fault = new FaultBackend(new MemoryBackend({ sizeBytes: MiB }));
    fault.inject({ delayMs: 30 });
    const started = performance.now();
    expect(await done((target) => fault.flush(target, 0))).toBe(0);
    expect(performance.now() - started).toBeGreaterThan(25);
  });
});

import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Ring, RingOptions, Slab } from "../../native/index.d.ts";
import { makeTemporaryFolder } from "../support/temporary-folder.ts";
import { native } from "./addon.ts";

const BLOCK = 4096;
const BLOCKS = 256;

let folder: string;
let path: string;

beforeAll(async () => {
  folder = await makeTemporaryFolder("ring");
  path = join(folder, "data");
  const bytes = Buffer.alloc(BLOCK * BLOCKS);
  for (let i = 0; i < BLOCKS; i++) bytes.fill(i, i * BLOCK, (i + 1) * BLOCK);
  writeFileSync(path, bytes);
});

afterAll(() => rmSync(folder, { recursive: true }));

interface Bench {
  ring: Ring;
  slab: Slab;
  fd: number;
  /** Results by tag, of everything completed so far. */
  results: Map<number, number>;
  fill(
    index: number,
    op: number,
    tag: number,
    block: number,
    more?: Partial<{ length: number; buffer: number; flags: number; fd: number }>,
  ): void;
  submit(count: number): void;
  idle(): Promise<void>;
  end(): void;
}

function makeBench(kind: RingOptions["kind"], entries = 64, direct = false, inlineWriteBoundUs = 1e6): Bench {
  const slab = new native.Slab(entries * BLOCK);
  const results = new Map<number, number>();
  let wake: (() => void) | undefined;
  const take = (count: number): void => {
    for (let i = 0; i < count; i++) {
      expect(results.has(ring.cqTag[i]!)).toBe(false);
      results.set(ring.cqTag[i]!, ring.cqResult[i]!);
    }
  };
  const ring = new native.Ring({
    entries,
    slab,
    kind,
    threads: 3,
    inlineWriteBoundUs,
    onCompletions: (count) => {
      take(count);
      if (ring.inFlight === 0) wake?.();
    },
  });
  const fd = native.openDevice(path, { direct, readOnly: false, create: false });
  expect(fd).toBeGreaterThan(0);
  return {
    ring,
    slab,
    fd,
    results,
    fill(index, op, tag, block, more = {}) {
      ring.sqOp[index] = op;
      ring.sqFlags[index] = more.flags ?? 0;
      ring.sqFd[index] = more.fd ?? fd;
      ring.sqBuffer[index] = more.buffer ?? index * BLOCK;
      ring.sqLength[index] = more.length ?? BLOCK;
      ring.sqOffset[index] = block * BLOCK;
      ring.sqTag[index] = tag;
    },
    submit: (count) => take(ring.submit(count)),
    idle: () =>
      new Promise((resolve) => {
        if (ring.inFlight === 0) resolve();
        else wake = resolve;
      }),
    end() {
      ring.close();
      native.closeDevice(fd);
    },
  };
}

describe.each(["io_uring", "threads"] as const)("the %s ring", (kind) => {
  test.each([false, true])("answers every request once with its own tag and data (direct: %s)", async (direct) => {
    const bench = makeBench(kind, 64, direct);
    expect(bench.ring.kind).toBe(kind);
    for (let round = 0; round < 20; round++) {
      bench.results.clear();
      for (let i = 0; i < 64; i++)
        bench.fill(i, native.OP_READ, round * 1000 + i, (round * 64 + i * 7) % BLOCKS, { flags: direct ? 0 : 4 });
      bench.submit(64);
      await bench.idle();
      const memory = new Uint8Array(bench.slab.memory);
      for (let i = 0; i < 64; i++) {
        expect(bench.results.get(round * 1000 + i)).toBe(BLOCK);
        expect(memory[i * BLOCK]).toBe((round * 64 + i * 7) % BLOCKS);
        expect(memory[(i + 1) * BLOCK - 1]).toBe((round * 64 + i * 7) % BLOCKS);
      }
    }
    bench.end();
  });

  test("loses no wake-up when cached reads, writes and flushes are mixed for many turns", async () => {
    const bench = makeBench(kind, 16);
    let random = 12345;
    for (let round = 0; round < 400; round++) {
      bench.results.clear();
      random = (random * 1_103_515_245 + 12_345) % 2 ** 31;
      const count = 1 + (random % 16);
      for (let i = 0; i < count; i++) {
        // Reads everywhere, one slow operation in some rounds: the change between muted and loud events.
        const op =
          i === 0 && random % 3 === 0 ? native.OP_FLUSH : i === 1 && random % 5 === 0 ? native.OP_ALLOCATE : native.OP_READ;
        bench.fill(i, op, i, i);
      }
      bench.submit(count);
      await bench.idle();
      expect(bench.results.size).toBe(count);
      for (const result of bench.results.values()) expect(result === 0 || result === BLOCK).toBe(true);
    }
    bench.end();
  });

  test("reports errors as negative errno numbers and short reads as they are", async () => {
    const bench = makeBench(kind);
    bench.fill(0, native.OP_READ, 1, 0, { fd: 987_654 });
    bench.fill(1, native.OP_READ, 2, BLOCKS + 10);
    bench.fill(2, native.OP_READ, 3, BLOCKS - 1, { length: 2 * BLOCK });
    bench.fill(3, native.OP_DISCARD, 4, 0, { fd: 987_654 });
    bench.fill(4, native.OP_DISCARD, 5, 0, { flags: native.FLAG_BLOCK_DEVICE });
    bench.submit(5);
    await bench.idle();
    expect(Object.fromEntries(bench.results)).toEqual({ 1: -9, 2: 0, 3: BLOCK, 4: -9, 5: -25 });
    bench.end();
  });

  test("makes writes of whole pages inside submit when asked, and what they wrote is read back", async () => {
    const bench = makeBench(kind, 16);
    const memory = new Uint8Array(bench.slab.memory);
    for (let i = 0; i < 8; i++) {
      memory.fill(0xa0 + i, i * BLOCK, (i + 1) * BLOCK);
      bench.fill(i, native.OP_WRITE, i, 2 * i, { flags: native.FLAG_TRY_INLINE });
    }
    bench.submit(8);
    expect(bench.ring.inFlight).toBe(0);
    expect([...bench.results.values()]).toEqual(Array(8).fill(BLOCK));
    expect(bench.ring.stall[0]).toBe(0);
    bench.results.clear();
    memory.fill(0);
    for (let i = 0; i < 16; i++) bench.fill(i, native.OP_READ, i, i);
    bench.submit(16);
    await bench.idle();
    for (let i = 0; i < 16; i++) {
      const expected = i % 2 === 0 ? 0xa0 + i / 2 : i;
      expect([memory[i * BLOCK], memory[(i + 1) * BLOCK - 1]]).toEqual([expected, expected]);
    }
    for (let i = 0; i < 8; i++) {
      memory.fill(2 * i, i * BLOCK, (i + 1) * BLOCK);
      bench.fill(i, native.OP_WRITE, 100 + i, 2 * i);
    }
    bench.submit(8);
    await bench.idle();
    bench.end();
  });

  test("mixes inline writes with everything else of a batch, and answers each once", async () => {
    const bench = makeBench(kind, 16);
    const memory = new Uint8Array(bench.slab.memory);
    for (let round = 0; round < 200; round++) {
      bench.results.clear();
      for (let i = 0; i < 16; i++) {
        const inline = (i + round) % 3 === 0;
        const op = inline ? native.OP_WRITE : i === 1 && round % 4 === 0 ? native.OP_FLUSH : native.OP_READ;
        memory.fill(i, i * BLOCK, (i + 1) * BLOCK);
        bench.fill(i, op, i, i, { flags: inline ? native.FLAG_TRY_INLINE : 0 });
      }
      bench.submit(16);
      await bench.idle();
      for (let i = 0; i < 16; i++) {
        const flush = i === 1 && round % 4 === 0 && (i + round) % 3 !== 0;
        expect(bench.results.get(i)).toBe(flush ? 0 : BLOCK);
        expect(memory[i * BLOCK]).toBe(i);
      }
    }
    bench.end();
  });

  test("tells the first inline write that takes as long as the bound, and makes no more of that batch inline", async () => {
    // A thousandth of a microsecond: every inline write is a stall, so a stall proves an inline write.
    const bench = makeBench(kind, 16, false, 0.001);
    const memory = new Uint8Array(bench.slab.memory);
    const { ring } = bench;
    const submit = async (...entries: { flags?: number; length?: number; buffer?: number }[]): Promise<[number, number]> => {
      bench.results.clear();
      entries.forEach((more, i) => {
        memory.fill(200, i * BLOCK, (i + 1) * BLOCK);
        bench.fill(i, native.OP_WRITE, 70 + i, 200, more);
      });
      bench.submit(entries.length);
      const stall: [number, number] = [ring.stall[0]!, ring.stall[1]!];
      await bench.idle();
      expect([...bench.results.values()]).toEqual(entries.map(({ length }) => length ?? BLOCK));
      return stall;
    };
    const inline = { flags: native.FLAG_TRY_INLINE };
    const [us, tag] = await submit({}, inline, inline);
    expect(us).toBeGreaterThan(0);
    expect(us).toBeLessThan(10e6);
    expect(tag).toBe(71);
    // What needs a page read first, must be durable, or was not asked to be inline.
    for (const more of [{ ...inline, length: 512 }, { flags: native.FLAG_TRY_INLINE | native.FLAG_DSYNC }, {}]) {
      expect((await submit(more))[0]).toBe(0);
    }
    bench.end();
  });

  test("makes no write inline when the bound is 0 or not given, and refuses one that is no time", async () => {
    const bench = makeBench(kind, 4, false, 0);
    new Uint8Array(bench.slab.memory).fill(1, 0, BLOCK);
    bench.fill(0, native.OP_WRITE, 1, 1, { flags: native.FLAG_TRY_INLINE });
    bench.submit(1);
    expect(bench.ring.stall[0]).toBe(0);
    await bench.idle();
    expect(bench.results.get(1)).toBe(BLOCK);
    bench.end();
    for (const wrong of [-1, Number.NaN, 1e10]) expect(() => makeBench(kind, 4, false, wrong)).toThrow(RangeError);
    expect(() => makeBench(kind, 4, false, "1" as unknown as number)).toThrow(TypeError);
  });

  test("reports errors of inline writes as negative errno numbers", () => {
    const bench = makeBench(kind, 4);
    const readOnly = native.openDevice(join(folder, "read-only"), { direct: false, readOnly: false, create: true });
    native.closeDevice(readOnly);
    const fd = native.openDevice(join(folder, "read-only"), { direct: false, readOnly: true, create: false });
    bench.fill(0, native.OP_WRITE, 1, 0, { fd: 987_654, flags: native.FLAG_TRY_INLINE });
    bench.fill(1, native.OP_WRITE, 2, 0, { fd, flags: native.FLAG_TRY_INLINE });
    bench.submit(2);
    expect(Object.fromEntries(bench.results)).toEqual({ 1: -9, 2: -9 });
    native.closeDevice(fd);
    rmSync(join(folder, "read-only"));
    bench.end();
  });

  test("refuses every wrong entry, and then nothing of the batch was handed over", () => {
    const bench = makeBench(kind, 8);
    const { ring } = bench;
    const wrong: (() => void)[] = [
      () => {
        ring.sqOp[1] = 6;
      },
      () => {
        ring.sqFlags[1] = 128;
      },
      () => {
        ring.sqFd[1] = -1;
      },
      () => {
        ring.sqBuffer[1] = 8 * BLOCK - BLOCK + 1;
      },
      () => {
        ring.sqBuffer[1] = -1;
      },
      () => {
        ring.sqBuffer[1] = 0.5;
      },
      () => {
        ring.sqBuffer[1] = Number.NaN;
      },
      () => {
        ring.sqLength[1] = 0;
      },
      () => {
        ring.sqLength[1] = 2 ** 31;
      },
      () => {
        ring.sqLength[1] = Number.NaN;
      },
      () => {
        ring.sqLength[1] = Number.POSITIVE_INFINITY;
      },
      () => {
        ring.sqOffset[1] = -1;
      },
      () => {
        ring.sqOffset[1] = 2 ** 53;
      },
      () => {
        ring.sqOffset[1] = Number.NaN;
      },
    ];
    for (const spoil of wrong) {
      bench.fill(0, native.OP_WRITE, 0, 0);
      bench.fill(1, native.OP_READ, 1, 0);
      spoil();
      expect(() => ring.submit(2)).toThrow(RangeError);
      expect(ring.inFlight).toBe(0);
    }
    for (const count of [9, -1, 1.5, Number.NaN, 2 ** 33]) expect(() => ring.submit(count)).toThrow(RangeError);
    expect(() => ring.submit("1" as unknown as number)).toThrow(TypeError);
    expect(() => (ring.submit as () => number)()).toThrow(TypeError);
    expect(() => ring.submit.call({} as Ring, 0)).toThrow(TypeError);
    expect(() => ring.submit.call(bench.slab as unknown as Ring, 0)).toThrow(TypeError);
    bench.end();
  });

  test("never has more in flight than entries", async () => {
    const bench = makeBench(kind, 4);
    for (let i = 0; i < 4; i++) bench.fill(i, native.OP_FLUSH, i, 0);
    bench.submit(4);
    bench.fill(0, native.OP_FLUSH, 9, 0);
    if (bench.ring.inFlight === 4) expect(() => bench.ring.submit(1)).toThrow(RangeError);
    await bench.idle();
    expect(bench.results.size).toBe(4);
    bench.end();
  });

  test("reports what is in flight at closing, refuses new work, and close is idempotent", async () => {
    const bench = makeBench(kind, 32, true);
    for (let i = 0; i < 32; i++) bench.fill(i, i % 2 === 0 ? native.OP_READ : native.OP_FLUSH, i, i);
    bench.submit(32);
    const idle = bench.idle();
    bench.ring.close();
    bench.ring.close();
    expect(() => bench.ring.submit(0)).toThrow(/closed/);
    await idle;
    expect(bench.results.size).toBe(32);
    bench.ring.close();
    expect(bench.ring.inFlight).toBe(0);
    expect(() => bench.ring.submit(0)).toThrow(/closed/);
    expect(() => bench.ring.reap()).toThrow(/closed/);
    // The arrays outlive the ring.
    await new Promise((resolve) => setImmediate(resolve));
    bench.ring.sqOp[0] = 1;
    native.closeDevice(bench.fd);
  });

  test("survives a worker that is terminated with requests in flight", async () => {
    const code = `
      const { parentPort, workerData } = require("node:worker_threads");
      const native = require(workerData.addon);
      const slab = new native.Slab(64 * 4096);
      const ring = new native.Ring({ entries: 64, slab, kind: workerData.kind, threads: 2, onCompletions() {} });
      const fd = require("node:fs").openSync(workerData.path, "r+");
      for (let i = 0; i < 64; i++) {
        ring.sqOp[i] = i % 3 === 0 ? 2 : i % 3 === 1 ? 1 : 0;
        ring.sqFd[i] = fd; ring.sqBuffer[i] = i * 4096; ring.sqLength[i] = 4096; ring.sqOffset[i] = (300 + i) * 4096; ring.sqTag[i] = i;
      }
      ring.submit(64);
      parentPort.postMessage("submitted");
      setInterval(() => {}, 1000);`;
    const own = join(folder, "worker");
    writeFileSync(own, "");
    const addon = new URL("../../native/build/Release/lunette.node", import.meta.url).pathname;
    for (let i = 0; i < 3; i++) {
      const worker = new Worker(code, { eval: true, workerData: { addon, kind, path: own } });
      await new Promise((resolve, reject) => {
        worker.once("message", resolve);
        worker.once("error", reject);
      });
      expect(await worker.terminate()).toBe(1);
    }
  });
});

describe("constructing", () => {
  const good = (): RingOptions => ({
    entries: 4,
    slab: new native.Slab(4096),
    kind: "threads",
    threads: 1,
    onCompletions: () => undefined,
  });

  test("a ring refuses options of the wrong type or range", () => {
    const make = (change: object) => () => new native.Ring({ ...good(), ...change });
    expect(make({ entries: 0 })).toThrow(RangeError);
    expect(make({ entries: 4097 })).toThrow(RangeError);
    expect(make({ entries: 1.5 })).toThrow(RangeError);
    expect(make({ threads: 65 })).toThrow(RangeError);
    expect(make({ slab: {} })).toThrow(TypeError);
    expect(make({ slab: undefined })).toThrow(TypeError);
    expect(make({ kind: "aio" })).toThrow(TypeError);
    expect(make({ onCompletions: 1 })).toThrow(TypeError);
    expect(() => new (native.Ring as unknown as new () => Ring)()).toThrow(TypeError);
  });

  test("a slab is page-aligned memory of the size asked, zeroed", () => {
    const slab = new native.Slab(10_000);
    expect(slab.bytes).toBe(10_000);
    expect(slab.memory.byteLength).toBe(10_000);
    expect(slab.memory).toBe(slab.memory);
    expect(new Uint8Array(slab.memory).every((byte) => byte === 0)).toBe(true);
    for (const bytes of [0, -1, 0.5, 2 ** 60]) expect(() => new native.Slab(bytes)).toThrow(RangeError);
    expect(() => new native.Slab("1" as unknown as number)).toThrow(TypeError);
  });
});

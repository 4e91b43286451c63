import { rmSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { IoRing } from "../../src/backend/io-ring.ts";
import {
  closeDevice,
  createSlab,
  MODE_DURABLE,
  MODE_PLAIN,
  OP_DISCARD,
  OP_FLUSH,
  OP_READ,
  OP_WRITE,
  openDevice,
  type RequestMode,
} from "../../src/backend/native-io.ts";
import { RingFile } from "../../src/backend/ring-file.ts";
import { InvariantError } from "../../src/common/assert.ts";
import { makeTemporaryFolder } from "../support/temporary-folder.ts";
import { KiB, RING_KINDS } from "./fixture.ts";

let folder: string;

beforeAll(async () => {
  folder = await makeTemporaryFolder("io-ring");
});

afterAll(() => rmSync(folder, { recursive: true }));

let files = 0;

function openFile(bytes: number): { path: string; file: RingFile } {
  const path = join(folder, `file-${files++}`);
  writeFileSync(path, Buffer.from(Array.from({ length: bytes }, (_, i) => (i >> 9) & 0xff)));
  return {
    path,
    file: new RingFile(openDevice(path, { direct: false, readOnly: false, create: false }), {
      blockDevice: false,
      direct: false,
    }),
  };
}

describe.each(RING_KINDS)("IoRing over %s", (kind) => {
  test("answers far more requests than it has entries, each once, with data of its own", async () => {
    const slab = createSlab(1024 * 512);
    const ring = new IoRing({ entries: 4, slab, kind });
    const { file } = openFile(1024 * 512);
    const answers = new Map<number, number>();
    await new Promise<void>((resolve) => {
      const target = {
        ioDone(token: number, result: number): void {
          expect(answers.has(token)).toBe(false);
          answers.set(token, result);
          if (answers.size === 1024) resolve();
        },
      };
      for (let i = 0; i < 1024; i++) ring.queue(OP_READ, file, MODE_PLAIN, i * 512, 512, i * 512, target, i);
      expect(ring.outstanding).toBe(1024);
      expect(file.pending).toBe(1024);
      expect(answers.size).toBe(0);
    });
    const memory = new Uint8Array(slab.memory);
    for (let i = 0; i < 1024; i++) {
      expect(answers.get(i)).toBe(512);
      expect(memory[i * 512]).toBe(i & 0xff);
    }
    expect(ring.outstanding).toBe(0);
    expect(file.pending).toBe(0);
    ring.close();
    closeDevice(file.fd);
  });

  test("lets targets queue more from their answers, in bounded rounds per turn", async () => {
    const slab = createSlab(4 * KiB);
    const ring = new IoRing({ entries: 2, slab, kind });
    const { file } = openFile(4 * KiB);
    let left = 500;
    let longestTurn = 0;
    let thisTurn = 0;
    await new Promise<void>((resolve) => {
      const target = {
        ioDone(_token: number, result: number): void {
          expect(result).toBe(512);
          longestTurn = Math.max(longestTurn, ++thisTurn);
          setImmediate(() => {
            thisTurn = 0;
          });
          if (--left === 0) resolve();
          else ring.queue(OP_READ, file, MODE_PLAIN, 0, 512, 0, target, 0);
        },
      };
      ring.queue(OP_READ, file, MODE_PLAIN, 0, 512, 0, target, 0);
      ring.submit();
    });
    expect(longestTurn).toBeLessThanOrEqual(64);
    ring.close();
    closeDevice(file.fd);
  });

  test("continues reads that end in the middle, and answers EIO for what the file no longer has", async () => {
    const slab = createSlab(64 * KiB);
    const ring = new IoRing({ entries: 4, slab, kind });
    const { path, file } = openFile(64 * KiB);
    truncateSync(path, 10_000);
    expect(await ring.request(OP_READ, file, MODE_PLAIN, 0, 64 * KiB, 0)).toBe(-5);
    expect(await ring.request(OP_READ, file, MODE_PLAIN, 0, 8192, 0)).toBe(8192);
    ring.close();
    closeDevice(file.fd);
  });

  test("counts flushes that fail", async () => {
    const ring = new IoRing({ entries: 4, slab: createSlab(4 * KiB), kind });
    const file = new RingFile(987_654, { blockDevice: false, direct: false });
    expect(await ring.request(OP_FLUSH, file, MODE_PLAIN, 0, 0, 0)).toBe(-9);
    expect(file.failedFlushes).toBe(1);
    ring.close();
  });

  test("answers plain writes of whole pages in the same turn, until one stalls the event loop", async () => {
    const slab = createSlab(64 * KiB);
    const { file } = openFile(64 * KiB);
    const write = (ring: IoRing, mode: RequestMode, length: number): boolean => {
      let answered = false;
      const ioDone = (_token: number, result: number): void => {
        expect(result).toBe(length);
        answered = true;
      };
      ring.queue(OP_WRITE, file, mode, 0, length, 4 * KiB, { ioDone }, 0);
      ring.submit();
      return answered;
    };
    const drained = async (ring: IoRing): Promise<void> => {
      while (ring.outstanding > 0) await new Promise((resolve) => setTimeout(resolve, 1));
    };
    const patient = new IoRing({ entries: 4, slab, kind, inlineWriteBoundUs: 1e6 });
    for (let i = 0; i < 10; i++) expect(write(patient, MODE_PLAIN, 8 * KiB)).toBe(true);
    expect(patient.inlineStalls).toBe(0);
    patient.close();

    // Every inline write is a stall: they are counted, and the first one is the last for the length of a penalty.
    const strict = new IoRing({ entries: 4, slab, kind, inlineWriteBoundUs: 0.001 });
    for (const [mode, length] of [
      [MODE_DURABLE, 4 * KiB],
      [MODE_PLAIN, 4 * KiB],
    ] as const) {
      // A durable write is never inline, and neither is a plain one as long as that is in flight.
      if (mode === MODE_PLAIN) strict.queue(OP_FLUSH, file, MODE_PLAIN, 0, 0, 0, { ioDone: () => undefined }, 0);
      write(strict, mode, length);
      await drained(strict);
      expect(strict.inlineStalls).toBe(0);
    }
    expect(file.inline.blockers).toBe(0);
    for (let i = 0; i < 3; i++) write(strict, MODE_PLAIN, 4 * KiB);
    expect(strict.inlineStalls).toBe(1);
    await drained(strict);
    strict.close();

    const never = new IoRing({ entries: 4, slab, kind, inlineWriteBoundUs: 0 });
    write(never, MODE_PLAIN, 4 * KiB);
    await drained(never);
    never.close();
    closeDevice(file.fd);
  });

  test("counts a blocker of inline writes only until it is answered, also when it fails", async () => {
    const ring = new IoRing({ entries: 1, slab: createSlab(4 * KiB), kind });
    const file = new RingFile(987_654, { blockDevice: false, direct: false });
    const results = [OP_FLUSH, OP_DISCARD].map((op) => ring.request(op, file, MODE_PLAIN, 0, 4 * KiB, 0));
    results.push(ring.request(OP_WRITE, file, MODE_DURABLE, 0, 4 * KiB, 0));
    expect(await Promise.all(results)).toEqual([-9, -9, -9]);
    expect(file.inline.blockers).toBe(0);
    ring.close();
  });

  test("calls onBatch after targets of an asynchronous batch, and submits nothing by itself without autoSubmit", async () => {
    const ring = new IoRing({ entries: 4, slab: createSlab(4 * KiB), kind, autoSubmit: false });
    const { file } = openFile(4 * KiB);
    const log: string[] = [];
    ring.onBatch = () => log.push("batch");
    ring.queue(OP_FLUSH, file, MODE_PLAIN, 0, 0, 0, { ioDone: () => log.push("done") }, 0);
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(log).toEqual([]);
    expect(ring.pending).toBe(true);
    ring.submit();
    expect(ring.pending).toBe(false);
    while (log.length < 2) await new Promise((resolve) => setTimeout(resolve, 1));
    expect(log).toEqual(["done", "batch"]);
    ring.close();
    closeDevice(file.fd);
  });

  test("refuses ranges that are none, and a target that throws costs nobody else an answer", async () => {
    const slab = createSlab(4 * KiB);
    const ring = new IoRing({ entries: 4, slab, kind, autoSubmit: false });
    const { file } = openFile(4 * KiB);
    const answers: number[] = [];
    const target = { ioDone: (token: number): number => answers.push(token) };
    for (const [slabOffset, length, offset] of [
      [0, 0, 0],
      [0, 512, -1],
      [4 * KiB - 511, 512, 0],
      [-1, 512, 0],
      [0, Number.NaN, 0],
      [0, 512, 2 ** 53],
    ] as const) {
      expect(() => ring.queue(OP_READ, file, MODE_PLAIN, slabOffset, length, offset, target, 0)).toThrow(InvariantError);
    }
    expect(ring.outstanding).toBe(0);
    const thrower = {
      ioDone(token: number): void {
        answers.push(token);
        throw new Error("thrown by a target");
      },
    };
    const caught: unknown[] = [];
    const listeners = process.listeners("uncaughtException");
    process.removeAllListeners("uncaughtException");
    process.on("uncaughtException", (error) => caught.push(error));
    try {
      for (let i = 0; i < 8; i++) ring.queue(OP_READ, file, MODE_PLAIN, 0, 512, 0, i % 2 === 0 ? thrower : target, i);
      try {
        ring.submit();
      } catch (error) {
        caught.push(error);
      }
      while (answers.length < 8) await new Promise((resolve) => setTimeout(resolve, 1));
    } finally {
      process.removeAllListeners("uncaughtException");
      for (const listener of listeners) process.on("uncaughtException", listener);
    }
    expect([...answers].sort()).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    expect(caught.length).toBeGreaterThan(0);
    expect(ring.outstanding).toBe(0);
    expect(file.pending).toBe(0);
    ring.close();
    closeDevice(file.fd);
  });

  test("answers EBUSY when too many wait, and refuses to close with requests outstanding", async () => {
    const ring = new IoRing({ entries: 1, slab: createSlab(4 * KiB), kind, maxWaiting: 2 });
    const { file } = openFile(4 * KiB);
    const results = Array.from({ length: 4 }, () => ring.request(OP_WRITE, file, MODE_PLAIN, 0, 512, 0));
    if (ring.outstanding > 0) expect(() => ring.close()).toThrow(InvariantError);
    const answers = await Promise.all(results);
    expect(answers.every((answer) => answer === 512 || answer === -16)).toBe(true);
    expect(answers[0]).toBe(512);
    ring.close();
    closeDevice(file.fd);
  });
});

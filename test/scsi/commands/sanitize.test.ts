/** SANITIZE and sanitize operations: SBC-4 4.11, 5.30. */
import { describe, expect, test, vi } from "vitest";
import type { AtomicJournal } from "../../../src/backend/atomic-journal.ts";
import { CheckedBackend } from "../../../src/backend/checked-backend.ts";
import type { DurableState, DurableStore } from "../../../src/scsi/durable-state.ts";
import { decodeDurable, encodeDurable, withDurable } from "../../../src/scsi/durable-state.ts";
import { obstacleToSanitize, resumeSanitize } from "../../../src/scsi/sanitize.ts";
import { ScsiStatus } from "../../../src/scsi/status.ts";
import { cdb } from "../support/cdbs.ts";
import { MemoryStore } from "../support/memory-store.ts";
import { KiB, MiB, makeUnit, type Result, settle, type UnitUnderTest } from "../support/scsi-harness.ts";

const EIO = 5;
const ENOMEM = 12;
const BLOCK = 512;
const IMMED = 0x80;
const AUSE = 0x20;
const OVERWRITE = 0x01;
const BLOCK_ERASE = 0x02;
const CRYPTOGRAPHIC_ERASE = 0x03;
const EXIT_FAILURE_MODE = 0x1f;

/** Of a machine that has other things to do. */
const PATIENCE = { timeout: 10_000, interval: 1 };

const IN_PROGRESS = "2/04/1b";
const FAILED = "3/31/03";
const INVALID_IN_CDB = "5/24/00";

const sanitize = (action: number, length = 0, flags = 0): number[] => [
  ...[0x48, flags | action, 0, 0, 0, 0, 0],
  ...[length >> 8, length & 0xff, 0],
];
const list = (pattern: Buffer, count = 1, flags = 0, length = pattern.length): Buffer =>
  Buffer.concat([Buffer.from([flags | count, 0, length >> 8, length & 0xff]), pattern]);
function noise(bytes: number): Buffer {
  const out = Buffer.allocUnsafe(bytes);
  for (let at = 0; at < bytes; at += 1) out[at] = at * 29 + (at >> 9) * 3 + 1;
  return out;
}

function overwrite(unit: UnitUnderTest, parameters: Buffer, flags = 0, length = parameters.length): Promise<Result> {
  return unit.run(sanitize(OVERWRITE, length, flags), { dataOut: parameters });
}

function written(sizeBytes = 1 * MiB): UnitUnderTest {
  const unit = makeUnit({ sizeBytes });
  unit.backend.preset(noise(sizeBytes));
  return unit;
}

/** Every block of the medium, on stable storage, is this one. */
function expectEveryBlock(unit: UnitUnderTest, block: Buffer): void {
  for (let at = 0; at < unit.backend.sizeBytes; at += BLOCK) {
    if (!unit.backend.stable.subarray(at, at + BLOCK).equals(block)) throw new Error(`the block at ${at} is another one`);
  }
}

const repeated = (pattern: Buffer): Buffer => Buffer.alloc(BLOCK, pattern);
const inverted = (bytes: Buffer): Buffer => Buffer.from(bytes.map((byte) => byte ^ 0xff));

describe("SANITIZE OVERWRITE", () => {
  test.each([1, 3, 4, 100, 511, 512])(
    "writes a pattern of %i bytes, begun anew in each block, over all of the medium",
    async (length) => {
      const unit = written();
      const pattern = noise(length);
      expect((await overwrite(unit, list(pattern))).status).toBe(ScsiStatus.Good);
      expectEveryBlock(unit, repeated(pattern));
      expect(unit.lu.state.sanitize).toBeUndefined();
      unit.expectIdle();
    },
  );

  test("a pattern of zeroes is written like any other, not given back", async () => {
    const unit = written();
    expect((await overwrite(unit, list(Buffer.alloc(4)))).status).toBe(ScsiStatus.Good);
    expect([unit.backend.count("write"), unit.backend.count("discard"), unit.backend.count("zero")]).toEqual([4, 0, 0]);
    expect(unit.backend.allocated.every((value) => value === 1)).toBe(true);
  });

  test("each pass is on stable storage before the next one begins, and INVERT turns every second one", async () => {
    const pattern = noise(BLOCK);
    for (const [count, flags, expected] of [
      [3, 0x00, [pattern, pattern, pattern]],
      [3, 0x80, [pattern, inverted(pattern), pattern]],
      [2, 0x80, [inverted(pattern), pattern]],
      [1, 0x80, [pattern]],
    ] as const) {
      const unit = written(256 * KiB);
      const passes: Buffer[] = [];
      unit.backend.fault = ({ kind }) => {
        if (kind === "flush") passes.push(Buffer.from(unit.backend.data.subarray(0, BLOCK)));
        return 0;
      };
      expect((await overwrite(unit, list(pattern, count, flags))).status).toBe(ScsiStatus.Good);
      expect(passes.map((pass) => expected.findIndex((wanted) => wanted.equals(pass)) >= 0)).toEqual(expected.map(() => true));
      expect(passes).toEqual(expected);
      expectEveryBlock(unit, pattern);
    }
  });

  test.each([0, 1, 2, 3, 4, 517, 0xffff])("a parameter list length of %i is refused with a pointer at it", async (length) => {
    const unit = written();
    const { code, sense } = await unit.run(sanitize(OVERWRITE, length), { dataOut: Buffer.alloc(length, 1) });
    expect([code, sense?.field]).toEqual([INVALID_IN_CDB, { inCdb: true, byte: 7, bit: undefined }]);
    expect(unit.backend.log).toEqual([]);
  });

  const pattern = Buffer.alloc(16, 0x55);
  test.each([
    ["an overwrite count of zero", list(pattern, 0), "5/26/00", { inCdb: false, byte: 0, bit: 4 }],
    ["a test that is vendor specific", list(pattern, 1, 0x20), "5/26/00", { inCdb: false, byte: 0, bit: 6 }],
    ["a reserved byte", Buffer.from([1, 0x80, 0, 16, ...pattern]), "5/26/00", { inCdb: false, byte: 1, bit: 7 }],
    ["a pattern of no bytes", list(pattern, 1, 0, 0), "5/26/00", { inCdb: false, byte: 2, bit: undefined }],
    ["a pattern longer than a block", list(pattern, 1, 0, 513), "5/26/00", { inCdb: false, byte: 2, bit: undefined }],
    ["a pattern shorter than the list", list(pattern, 1, 0, 15), "5/26/00", { inCdb: false, byte: 2, bit: undefined }],
    ["a pattern longer than the list", list(pattern, 1, 0, 17), "5/1a/00", undefined],
  ])("%s is refused, and nothing is touched", async (_name, parameters, code, field) => {
    const unit = written();
    const result = await overwrite(unit, parameters);
    expect([result.code, result.sense?.field]).toEqual([code, field]);
    expect(unit.backend.log).toEqual([]);
    expect(unit.lu.state.sanitize).toBeUndefined();
    unit.expectIdle();
  });

  test("a list of which less comes than the CDB says is refused, and nothing is touched", async () => {
    const unit = written();
    expect((await overwrite(unit, list(pattern).subarray(0, 19), 0, 20)).code).toBe("5/1a/00");
    expect(unit.backend.log).toEqual([]);
  });
});

describe("SANITIZE BLOCK ERASE", () => {
  test("overwrites what has storage, gives all of it back, and leaves zeroes", async () => {
    const unit = makeUnit({ sizeBytes: 4 * MiB });
    unit.backend.preset(noise(64 * KiB), MiB);
    expect((await unit.run(sanitize(BLOCK_ERASE))).status).toBe(ScsiStatus.Good);
    expectEveryBlock(unit, Buffer.alloc(BLOCK));
    expect(unit.backend.allocated.every((value) => value === 0)).toBe(true);
    const writes = unit.backend.log.filter(({ kind }) => kind === "write");
    expect(writes.map(({ offset, length }) => [offset, length])).toEqual([[MiB, 64 * KiB]]);
    // The zeroes are on stable storage before their blocks are given back.
    const order = unit.backend.log.map(({ kind }) => kind).filter((kind) => kind !== "read");
    expect(order).toEqual(["write", "flush", "discard", "flush", "flush"]);
    unit.expectIdle();
  });

  test("storage that will not give back after all has been overwritten", async () => {
    const unit = written();
    unit.backend.fault = ({ kind }) => (kind === "discard" ? 95 : 0);
    expect((await unit.run(sanitize(BLOCK_ERASE))).status).toBe(ScsiStatus.Good);
    expectEveryBlock(unit, Buffer.alloc(BLOCK));
  });

  test("blocks that still hold something afterwards are a failure", async () => {
    const unit = written();
    unit.backend.fault = ({ kind }) => {
      if (kind !== "discard") return 0;
      // A discard that does nothing, over a write that was lost.
      unit.backend.data[777] = 1;
      return 95;
    };
    expect((await unit.run(sanitize(BLOCK_ERASE))).code).toBe(FAILED);
    expect(unit.lu.state.sanitize?.status).toBe("failed");
  });

  test("erases what WRITE ATOMIC has left beside the volume, or fails", async () => {
    const unit = written();
    const erase = vi.fn(() => Promise.resolve());
    unit.lu.atomicJournal = { maxBytes: MiB, erase } as unknown as AtomicJournal;
    expect((await unit.run(sanitize(BLOCK_ERASE))).status).toBe(ScsiStatus.Good);
    expect(erase).toHaveBeenCalledTimes(1);
    erase.mockRejectedValue(new Error("EIO"));
    expect((await unit.run(sanitize(BLOCK_ERASE))).code).toBe(FAILED);
  });

  test("takes no parameter list", async () => {
    const { code, sense } = await makeUnit().run(sanitize(BLOCK_ERASE, 8), { dataOut: Buffer.alloc(8) });
    expect([code, sense?.field?.byte]).toEqual([INVALID_IN_CDB, 7]);
  });

  test("is there where blocks can be given back, and VPD B1h says that they can be read then", async () => {
    const rsoc = (action: number): number[] => [0xa3, 0x0c, 0x02, 0x48, 0, action, 0, 0, 1, 0, 0, 0];
    const thick = makeUnit({ geometry: { thin: false } });
    const thin = makeUnit();
    expect((await thick.run(sanitize(BLOCK_ERASE))).code).toBe(INVALID_IN_CDB);
    const b1 = async (unit: UnitUnderTest) => (await unit.run([0x12, 1, 0xb1, 0, 255, 0])).dataIn[7];
    expect([await b1(thick), await b1(thin)]).toEqual([0x00, 0x40]);
    const supported = async (unit: UnitUnderTest, action: number) => (await unit.run(rsoc(action))).dataIn[1];
    expect([await supported(thick, BLOCK_ERASE), await supported(thin, BLOCK_ERASE)]).toEqual([1, 3]);
    for (const action of [OVERWRITE, EXIT_FAILURE_MODE]) expect(await supported(thick, action)).toBe(3);
    for (const action of [CRYPTOGRAPHIC_ERASE, 0, 4]) expect(await supported(thin, action)).toBe(1);
  });
});

describe("SANITIZE", () => {
  test("of any other service action is refused, and reserved bits are, with a pointer", async () => {
    const unit = written();
    for (let action = 0; action < 32; action += 1) {
      if ([OVERWRITE, BLOCK_ERASE, EXIT_FAILURE_MODE].includes(action)) continue;
      const { code, sense } = await unit.run(sanitize(action));
      expect([action, code, sense?.field]).toEqual([action, INVALID_IN_CDB, { inCdb: true, byte: 1, bit: 4 }]);
    }
    const znr = await unit.run(sanitize(BLOCK_ERASE, 0, 0x40));
    expect([znr.code, znr.sense?.field]).toEqual([INVALID_IN_CDB, { inCdb: true, byte: 1, bit: 6 }]);
    for (const at of [2, 3, 4, 5, 6, 9]) {
      const bytes = sanitize(BLOCK_ERASE);
      bytes[at] = 0x10;
      const { code, sense } = await unit.run(bytes);
      expect([at, code, sense?.field]).toEqual([at, INVALID_IN_CDB, { inCdb: true, byte: at, bit: 4 }]);
    }
    expect(unit.backend.log).toEqual([]);
  });

  test("is refused where writing is, and under a reservation of another", async () => {
    for (const action of [BLOCK_ERASE, EXIT_FAILURE_MODE]) {
      expect((await makeUnit({ readOnly: true }).run(sanitize(action))).code).toBe("7/27/00");
      expect((await makeUnit({ geometry: { readOnly: true } }).run(sanitize(action))).code).toBe("7/27/00");
      const unit = makeUnit();
      const other = unit.anotherNexus();
      expect((await unit.run([0x16, 0, 0, 0, 0, 0], { nexus: other })).status).toBe(ScsiStatus.Good);
      expect((await unit.run(sanitize(action))).status).toBe(ScsiStatus.ReservationConflict);
    }
    const stopped = makeUnit();
    await stopped.run([0x1b, 0, 0, 0, 0, 0]);
    expect((await stopped.run(sanitize(BLOCK_ERASE))).code).toBe("2/04/02");
  });

  test("waits for what executes, and refuses what comes then", async () => {
    const unit = written();
    unit.backend.held = true;
    const reading = unit.start(cdb.read10(0, 8));
    const sanitizing = unit.start(sanitize(BLOCK_ERASE));
    await settle();
    expect(unit.backend.log.map(({ kind }) => kind)).toEqual(["read"]);
    expect((await unit.run(cdb.read10(0, 8))).code).toBe(IN_PROGRESS);
    unit.backend.release();
    expect((await reading.done).dataIn.equals(noise(8 * BLOCK))).toBe(true);
    expect((await sanitizing.done).status).toBe(ScsiStatus.Good);
    expect((await unit.run(cdb.read10(0, 8))).dataIn.equals(Buffer.alloc(8 * BLOCK))).toBe(true);
    unit.expectIdle();
  });

  test("a write whose data comes too late is refused", async () => {
    const unit = written();
    unit.backend.held = true;
    unit.mayLease = false;
    const late = unit.start(cdb.read10(0, 8));
    unit.mayLease = true;
    const sanitizing = unit.start(sanitize(BLOCK_ERASE, 0, IMMED));
    expect((await sanitizing.done).status).toBe(ScsiStatus.Good);
    late.task.retryLease();
    unit.backend.release();
    // It had begun: it ends before the medium is touched.
    expect((await late.done).dataIn.equals(noise(8 * BLOCK))).toBe(true);
    await unit.lu.sanitizing?.finished;
    unit.expectIdle();
  });

  test("with IMMED ends at once and goes on, told by every command with its progress", async () => {
    const unit = written();
    unit.backend.held = true;
    const parameters = list(Buffer.alloc(4, 0xaa), 2);
    expect((await overwrite(unit, parameters, IMMED)).status).toBe(ScsiStatus.Good);
    const progress = async () => (await unit.run(cdb.testUnitReady())).sense?.progress;
    expect(await progress()).toBe(0);
    const seen: (number | undefined)[] = [];
    for (let done = 0; done < 9; done += 1) {
      await vi.waitFor(() => expect(unit.backend.pending).toHaveLength(1), PATIENCE);
      seen.push(await progress());
      unit.backend.complete();
    }
    expect(seen).toEqual([0, 8192, 16_384, 24_576, 32_768, 32_768, 40_960, 49_152, 57_344]);
    const polled = (await unit.run([0x03, 0, 0, 0, 252, 0])).dataIn;
    expect([polled[2], polled[12], polled[13], polled[15]]).toEqual([2, 0x04, 0x1b, 0x80]);
    await vi.waitFor(() => expect(unit.backend.pending).toHaveLength(1), PATIENCE);
    expect(await progress()).toBe(65_535);
    unit.backend.release();
    await unit.lu.sanitizing?.finished;
    expect((await unit.run(cdb.testUnitReady())).status).toBe(ScsiStatus.Good);
    expect((await unit.run([0x03, 0, 0, 0, 252, 0])).dataIn[2]).toBe(0);
    unit.expectIdle();
  });

  test("in progress lets through what SBC-4 4.11.2 lists, and no other command", async () => {
    const unit = written();
    unit.backend.held = true;
    await unit.run(sanitize(BLOCK_ERASE, 0, IMMED));
    const allowed = [
      [0x12, 0, 0, 0, 255, 0],
      [0x12, 1, 0x83, 0, 255, 0],
      [0x03, 0, 0, 0, 252, 0],
      [0xa0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0],
      [0xa3, 0x0c, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0],
      [0xa3, 0x0d, 0, 0, 0, 0, 0, 0, 0, 4, 0, 0],
      cdb.readCapacity10(),
      cdb.readCapacity16(32),
      [0x1a, 0, 0x08, 0, 255, 0],
      [0x1a, 0, 0x0a, 0, 255, 0],
      [0x5a, 0, 0x1c, 0, 0, 0, 0, 0, 255, 0],
    ];
    for (const bytes of allowed) expect([bytes, (await unit.run(bytes)).status]).toEqual([bytes, ScsiStatus.Good]);
    const refused = [
      cdb.testUnitReady(),
      cdb.read10(0, 1),
      cdb.synchronizeCache10(0, 0),
      cdb.getLbaStatus(0, 24),
      [0x1b, 0, 0, 0, 1, 0],
      [0x1a, 0, 0x3f, 0, 255, 0],
      [0x1a, 0, 0x0a, 1, 255, 0],
      [0x4d, 0, 0x40, 0, 0, 0, 0, 0, 255, 0],
      [0x5e, 0, 0, 0, 0, 0, 0, 0, 255, 0],
      [0xa3, 0x0a, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0],
      sanitize(BLOCK_ERASE),
      sanitize(EXIT_FAILURE_MODE),
    ];
    for (const bytes of refused) expect([bytes, (await unit.run(bytes)).code]).toEqual([bytes, IN_PROGRESS]);
    unit.backend.release();
    await unit.lu.sanitizing?.finished;
    unit.expectIdle();
  });

  test("goes on after ABORT TASK, a reset of the unit and the loss of the nexus that asked for it", async () => {
    const unit = written();
    unit.backend.held = true;
    const other = unit.anotherNexus();
    const asked = unit.start(sanitize(OVERWRITE, 8), { dataOut: list(Buffer.alloc(4, 0x5a)) });
    await settle();
    await unit.server.abort([asked.task]);
    expect((await asked.done).aborted).toBe(true);
    await unit.server.resetLogicalUnit(unit.lu);
    other.luns.get(0)!.attentions.clearAll();
    expect((await unit.run(cdb.testUnitReady(), { nexus: other })).code).toBe(IN_PROGRESS);
    await unit.server.abortNexus(unit.nexus);
    unit.nexus.detach();
    unit.backend.release();
    await unit.lu.sanitizing?.finished;
    expectEveryBlock(unit, Buffer.alloc(BLOCK, 0x5a));
    expect((await unit.run(cdb.testUnitReady(), { nexus: other })).status).toBe(ScsiStatus.Good);
    unit.expectIdle();
  });

  test("holds one lease, and waits for it without holding anybody up", async () => {
    const unit = written();
    const all = [...Array(64).keys()].map(() => []);
    const taken = all.filter((into) => unit.pool.tryLease(256 * KiB, into));
    await unit.run(sanitize(BLOCK_ERASE, 0, IMMED));
    await settle();
    expect(unit.backend.log).toEqual([]);
    for (const leases of taken.splice(1)) unit.pool.release(leases);
    unit.backend.held = true;
    unit.pool.release(taken[0]!);
    await vi.waitFor(() => expect(unit.pool.leasedBytes).toBe(256 * KiB), PATIENCE);
    unit.backend.release();
    await unit.lu.sanitizing?.finished;
    unit.expectIdle();
  });

  test("keeps to limits.sanitize_bytes_per_second", async () => {
    const unit = makeUnit({ sizeBytes: 256 * KiB, geometry: { sanitizeBytesPerSecond: 2 * MiB } });
    const begun = performance.now();
    await overwrite(unit, list(Buffer.alloc(4, 1), 2));
    // 512 KiB at 2 MiB/s. The clock of the unit stands still.
    expect(performance.now() - begun).toBeGreaterThan(240);
  });

  test("that meets a shortage of memory in the kernel tries again", async () => {
    const unit = written();
    let failed = 0;
    unit.backend.fault = ({ kind }) => (kind === "write" && failed++ === 0 ? ENOMEM : 0);
    expect((await overwrite(unit, list(Buffer.alloc(4, 1)))).status).toBe(ScsiStatus.Good);
    expectEveryBlock(unit, Buffer.alloc(BLOCK, 1));
  });
});

describe("a sanitize operation that fails", () => {
  async function failed(flags = 0): Promise<UnitUnderTest> {
    const unit = written();
    unit.backend.fault = ({ kind, offset }) => (kind === "write" && offset === 512 * KiB ? EIO : 0);
    expect((await overwrite(unit, list(Buffer.alloc(4, 1)), flags)).code).toBe(FAILED);
    unit.backend.fault = () => 0;
    return unit;
  }

  test("keeps the unit closed but for what is allowed during it, and for SANITIZE", async () => {
    const unit = await failed();
    expect((await unit.run(cdb.testUnitReady())).code).toBe(FAILED);
    expect((await unit.run(cdb.read10(0, 1))).code).toBe(FAILED);
    expect((await unit.run([0x12, 0, 0, 0, 255, 0])).status).toBe(ScsiStatus.Good);
    expect((await unit.run(cdb.readCapacity10())).status).toBe(ScsiStatus.Good);
    const polled = (await unit.run([0x03, 0, 0, 0, 252, 0])).dataIn;
    expect([polled[2], polled[12], polled[13]]).toEqual([3, 0x31, 0x03]);
    unit.expectIdle();
  });

  test("in restricted mode is left by one that succeeds only, and not by asking for more freedom", async () => {
    const unit = await failed();
    const exit = await unit.run(sanitize(EXIT_FAILURE_MODE));
    expect([exit.code, exit.sense?.field]).toEqual([INVALID_IN_CDB, { inCdb: true, byte: 1, bit: 4 }]);
    const free = await unit.run(sanitize(BLOCK_ERASE, 0, AUSE));
    expect([free.code, free.sense?.field]).toEqual([INVALID_IN_CDB, { inCdb: true, byte: 1, bit: 5 }]);
    expect((await overwrite(unit, list(Buffer.alloc(4, 2)), AUSE)).code).toBe(INVALID_IN_CDB);
    expect((await overwrite(unit, list(Buffer.alloc(4, 2)))).status).toBe(ScsiStatus.Good);
    expect((await unit.run(cdb.testUnitReady())).status).toBe(ScsiStatus.Good);
  });

  test("in unrestricted mode is left by EXIT FAILURE MODE", async () => {
    const unit = await failed(AUSE);
    expect((await unit.run(sanitize(EXIT_FAILURE_MODE))).status).toBe(ScsiStatus.Good);
    expect((await unit.run(cdb.testUnitReady())).status).toBe(ScsiStatus.Good);
  });

  test("EXIT FAILURE MODE is no error without one, and takes no parameter list", async () => {
    const unit = written();
    expect((await unit.run(sanitize(EXIT_FAILURE_MODE))).status).toBe(ScsiStatus.Good);
    const { code, sense } = await unit.run(sanitize(EXIT_FAILURE_MODE, 8), { dataOut: Buffer.alloc(8) });
    expect([code, sense?.field?.byte]).toEqual([INVALID_IN_CDB, 7]);
    expect(unit.backend.log).toEqual([]);
  });

  test("because the flush does counts as failed too", async () => {
    const unit = written();
    unit.backend.fault = ({ kind }) => (kind === "flush" ? EIO : 0);
    expect((await overwrite(unit, list(Buffer.alloc(4, 1)))).code).toBe(FAILED);
  });
});

describe("a sanitize operation across restarts", () => {
  class Memory implements DurableStore {
    saved: DurableState | undefined;
    fails = false;
    readonly history: unknown[] = [];
    save(_identity: unknown, state: DurableState): Promise<void> {
      if (this.fails) return Promise.reject(new Error("the state folder is full"));
      this.saved = decodeDurable(JSON.parse(JSON.stringify(encodeDurable(state))));
      this.history.push(this.saved.sanitize);
      return Promise.resolve();
    }
    load(): Promise<never> {
      return Promise.reject(new Error("not asked for"));
    }
  }

  function remembering(memory: Memory): UnitUnderTest {
    const unit = makeUnit({ sizeBytes: MiB, store: memory });
    unit.backend.preset(noise(MiB));
    return unit;
  }

  test("is remembered before the medium is touched, and forgotten when it has succeeded", async () => {
    const memory = new Memory();
    const unit = remembering(memory);
    unit.backend.held = true;
    const asked = unit.start(sanitize(OVERWRITE, 8, AUSE), { dataOut: list(Buffer.from([1, 2, 3, 4]), 1, 0x80) });
    await settle(8);
    expect(memory.saved?.sanitize).toEqual({
      status: "in progress",
      method: "overwrite",
      unrestrictedExit: true,
      overwrite: { pattern: Buffer.from([1, 2, 3, 4]), count: 1, invert: true },
    });
    unit.backend.release();
    expect((await asked.done).status).toBe(ScsiStatus.Good);
    expect(memory.saved?.sanitize).toBeUndefined();
  });

  test("that can't be remembered is not begun", async () => {
    const memory = new Memory();
    memory.fails = true;
    const unit = remembering(memory);
    expect((await unit.run(sanitize(BLOCK_ERASE))).code).toBe("4/44/00");
    expect(unit.backend.log).toEqual([]);
    expect((await unit.run(cdb.testUnitReady())).status).toBe(ScsiStatus.Good);
    unit.expectIdle();
  });

  test("goes on after a kill in the middle, and covers everything", async () => {
    for (const action of [OVERWRITE, BLOCK_ERASE]) {
      const memory = new Memory();
      const killed = remembering(memory);
      killed.backend.held = true;
      const dataOut = action === OVERWRITE ? list(Buffer.from([7, 8]), 2, 0x80) : Buffer.alloc(0);
      await killed.run(sanitize(action, dataOut.length, IMMED), { dataOut });
      for (let requests = 0; requests < 6; requests += 1) {
        await vi.waitFor(() => expect(killed.backend.pending).toHaveLength(1), PATIENCE);
        killed.backend.complete();
      }
      const next = makeUnit({ sizeBytes: MiB });
      next.backend.preset(killed.backend.stable);
      next.lu.publish(withDurable(next.lu.state, memory.saved!));
      expect((await next.run(cdb.testUnitReady())).code).toBe(IN_PROGRESS);
      expect(resumeSanitize(next.lu, next.server)).toBe(true);
      expect(resumeSanitize(next.lu, next.server)).toBe(false);
      await next.lu.sanitizing?.finished;
      expectEveryBlock(next, action === OVERWRITE ? repeated(Buffer.from([7, 8])) : Buffer.alloc(BLOCK));
      expect((await next.run(cdb.testUnitReady())).status).toBe(ScsiStatus.Good);
      next.expectIdle();
    }
  });

  test.each([
    ["a pattern that is no hexadecimal text", { overwrite: { pattern: "xy", count: 1, invert: false } }],
    ["an empty pattern", { overwrite: { pattern: "", count: 1, invert: false } }],
    ["no pass at all", { overwrite: { pattern: "00", count: 0, invert: false } }],
    ["more passes than the parameter list can say", { overwrite: { pattern: "00", count: 32, invert: false } }],
    ["an inversion that is no yes or no", { overwrite: { pattern: "00", count: 1, invert: 1 } }],
    ["a position before the medium", { at: { pass: 0, offset: -1 } }],
    ["a position without its pass", { at: { offset: 0 } }],
  ])("that is remembered with %s is not believed", (_name, broken) => {
    const record = { status: "in progress", method: "overwrite", unrestrictedExit: false };
    expect(decodeDurable({ sanitize: record }).sanitize).toEqual(record);
    expect(() => decodeDurable({ sanitize: { ...record, ...broken } })).toThrow();
  });

  test("does not go on with another medium than it began with, nor with one that is read-only", async () => {
    const memory = new Memory();
    const unit = remembering(memory);
    unit.lu.storage = "/dev/disk/a";
    unit.backend.held = true;
    await unit.run(sanitize(BLOCK_ERASE, 0, IMMED));
    expect(memory.saved?.sanitize?.storage).toBe("/dev/disk/a");
    const next = (storage: string, readOnly: boolean): UnitUnderTest => {
      const made = makeUnit({ sizeBytes: MiB, facts: { readOnly } });
      made.lu.storage = storage;
      made.lu.publish(withDurable(made.lu.state, memory.saved!));
      return made;
    };
    for (const [made, obstacle] of [
      [next("/dev/disk/b", false), "/dev/disk/a"],
      [next("/dev/disk/a", true), "read-only"],
    ] as const) {
      expect(obstacleToSanitize(made.lu)).toContain(obstacle);
      expect(resumeSanitize(made.lu, made.server)).toBe(false);
      await settle();
      expect(made.backend.log).toEqual([]);
      expect((await made.run(cdb.testUnitReady())).code).toBe(IN_PROGRESS);
    }
    const same = next("/dev/disk/a", false);
    expect(obstacleToSanitize(same.lu)).toBeUndefined();
    expect(resumeSanitize(same.lu, same.server)).toBe(true);
    await same.lu.sanitizing?.finished;
    same.expectIdle();
  });

  test("does not begin under a reservation that was made while it waited, and neither waits for the other for ever", async () => {
    const store = new MemoryStore();
    const unit = makeUnit({ sizeBytes: MiB, store });
    const other = unit.anotherNexus();
    const APTPL = 0x01;
    const key = Buffer.alloc(8, 7);
    const register = Buffer.concat([Buffer.alloc(8), key, Buffer.from([0, 0, 0, 0, APTPL, 0, 0, 0])]);
    const reserve = Buffer.concat([key, Buffer.alloc(16)]);
    const prOut = (action: number, type: number): number[] => [0x5f, action, type, 0, 0, 0, 0, 0, 24, 0];
    expect((await unit.run(prOut(0x00, 0), { nexus: other, dataOut: register })).status).toBe(ScsiStatus.Good);
    store.held = true;
    // Exclusive access.
    const reserving = unit.start(prOut(0x01, 0x03), { nexus: other, dataOut: reserve });
    await settle();
    const sanitizing = unit.start(sanitize(BLOCK_ERASE));
    await settle();
    store.held = false;
    store.complete();
    expect((await reserving.done).status).toBe(ScsiStatus.Good);
    expect((await sanitizing.done).status).toBe(ScsiStatus.ReservationConflict);
    expect(unit.backend.log).toEqual([]);
    expect(unit.lu.state.sanitize).toBeUndefined();
    unit.expectIdle();
  });

  test("that has failed stays failed", async () => {
    const memory = new Memory();
    const unit = remembering(memory);
    unit.backend.fault = ({ kind }) => (kind === "write" ? EIO : 0);
    await overwrite(unit, list(Buffer.alloc(4, 1)));
    expect(memory.saved?.sanitize).toEqual({ status: "failed", method: "overwrite", unrestrictedExit: false });
    const next = written();
    next.lu.publish(withDurable(next.lu.state, memory.saved!));
    expect(resumeSanitize(next.lu, next.server)).toBe(false);
    expect((await next.run(cdb.read10(0, 1))).code).toBe(FAILED);
  });

  test("checkpoints let it go on from what is on stable storage", async () => {
    const memory = new Memory();
    const unit = makeUnit({ sizeBytes: 80 * MiB, store: memory });
    await overwrite(unit, list(Buffer.alloc(4, 9)));
    const at = { pass: 0, offset: 64 * MiB };
    expect(memory.history.map((record) => (record as { at?: unknown } | undefined)?.at)).toEqual([undefined, at, undefined]);
    const next = makeUnit({ sizeBytes: 80 * MiB });
    const overwritten = { pattern: Buffer.alloc(4, 9), count: 1, invert: false };
    next.lu.publish({
      ...next.lu.state,
      sanitize: { status: "in progress", method: "overwrite", unrestrictedExit: false, overwrite: overwritten, at },
    });
    resumeSanitize(next.lu, next.server);
    await next.lu.sanitizing?.finished;
    expect(next.backend.log[0]?.offset).toBe(64 * MiB);
    expect(next.backend.count("write")).toBe(64);
  });

  test("does not go on with storage that was opened anew meanwhile before it is begun again, from what is known to be durable", async () => {
    const memory = new Memory();
    const unit = remembering(memory);
    const asked = unit.start(sanitize(BLOCK_ERASE));
    // What is closed and open again in the pause between two slices.
    let writes = 0;
    unit.backend.fault = ({ kind }) => {
      if (kind !== "write") return 0;
      writes += 1;
      return writes === 1 ? ENOMEM : 0;
    };
    await vi.waitFor(() => expect(writes).toBe(1), PATIENCE);
    const { sanitizing } = unit.lu;
    unit.lu.replaceBackend(undefined);
    unit.lu.replaceBackend(new CheckedBackend(unit.backend, BLOCK));
    expect(await sanitizing?.finished).toBe("suspended");
    expect(writes).toBe(1);
    expect((await asked.done).code).toBe("2/04/00");
    expect(resumeSanitize(unit.lu, unit.server)).toBe(true);
    expect(await unit.lu.sanitizing?.finished).toBe("done");
    unit.expectIdle();
  });

  test("is suspended when the volume is closed: nothing is told done or failed", async () => {
    const memory = new Memory();
    const unit = remembering(memory);
    unit.backend.held = true;
    const asked = unit.start(sanitize(BLOCK_ERASE));
    await vi.waitFor(() => expect(unit.backend.pending).toHaveLength(1), PATIENCE);
    const { backend } = unit.lu;
    unit.lu.backend = undefined;
    unit.backend.release();
    expect((await asked.done).code).toBe("2/04/00");
    expect(memory.saved?.sanitize?.status).toBe("in progress");
    expect(unit.lu.sanitizing).toBeUndefined();
    unit.lu.backend = backend;
    expect(resumeSanitize(unit.lu, unit.server)).toBe(true);
    await unit.lu.sanitizing?.finished;
    expectEveryBlock(unit, Buffer.alloc(BLOCK));
    unit.expectIdle();
  });
});

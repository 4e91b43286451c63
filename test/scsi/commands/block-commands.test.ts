/** READ, WRITE and the small commands of a block device (SBC-3 5), against a backend in memory. */
import { describe, expect, test } from "vitest";
import { ScsiStatus } from "../../../src/scsi/status.ts";
import { cdb } from "../support/cdbs.ts";
import { KiB, MiB, makeUnit, settle } from "../support/scsi-harness.ts";

const EIO = 5;
const ENOSPC = 28;
const EDQUOT = 122;
const ENODEV = 19;

const OUT_OF_RANGE = "5/21/00";
const INVALID_FIELD = "5/24/00";
const INVALID_LENGTH = "5/0e/03";

const pattern = (bytes: number, seed = 1): Buffer =>
  Buffer.from(Array.from({ length: bytes }, (_, at) => (at * 31 + (at >> 8) * 7 + seed * 13) & 0xff));

const reads = [
  { name: "READ(6)", read: cdb.read6 },
  { name: "READ(10)", read: cdb.read10 },
  { name: "READ(12)", read: cdb.read12 },
  { name: "READ(16)", read: cdb.read16 },
];
const writes = [
  { name: "WRITE(6)", write: cdb.write6 },
  { name: "WRITE(10)", write: cdb.write10 },
  { name: "WRITE(12)", write: cdb.write12 },
  { name: "WRITE(16)", write: cdb.write16 },
];

describe.each(reads)("$name", ({ read }) => {
  test("delivers the blocks that it names", async () => {
    const unit = makeUnit();
    unit.backend.preset(pattern(64 * KiB));
    const { status, dataIn } = await unit.run(read(3, 5));
    expect(status).toBe(ScsiStatus.Good);
    expect(dataIn.equals(pattern(64 * KiB).subarray(3 * 512, 8 * 512))).toBe(true);
    unit.expectIdle();
  });

  test("reaches the last block and not the one behind it", async () => {
    const unit = makeUnit({ sizeBytes: MiB });
    expect((await unit.run(read(2047, 1))).status).toBe(ScsiStatus.Good);
    expect((await unit.run(read(2047, 2))).code).toBe(OUT_OF_RANGE);
    expect((await unit.run(read(2048, 1))).code).toBe(OUT_OF_RANGE);
    unit.expectIdle();
  });

  test("reports the first block of the lowest piece that failed", async () => {
    const unit = makeUnit({ sizeBytes: 4 * MiB, geometry: { blockSize: 4096 } });
    // Both pieces fail; the higher one is told first.
    unit.backend.held = true;
    unit.backend.fault = () => EIO;
    const running = unit.start(read(100, 128), { expectedIn: MiB });
    await settle();
    unit.backend.complete(1);
    unit.backend.complete(0);
    const { code, sense, dataInLength } = await running.done;
    expect([code, sense?.information, dataInLength]).toEqual(["3/11/00", 100, 0]);
    unit.expectIdle();
  });

  test("is not ready when the backend is gone", async () => {
    const unit = makeUnit();
    unit.lu.backend = undefined;
    expect((await unit.run(read(0, 1))).code).toBe("2/04/00");
  });
});

describe.each(writes)("$name", ({ write }) => {
  test("changes the blocks that it names and no other byte", async () => {
    const unit = makeUnit();
    const before = pattern(4 * MiB);
    unit.backend.preset(before);
    const data = pattern(5 * 512, 9);
    expect((await unit.run(write(7, 5), { dataOut: data })).status).toBe(ScsiStatus.Good);
    data.copy(before, 7 * 512);
    expect(unit.backend.data.equals(before)).toBe(true);
    unit.expectIdle();
  });

  test.each([
    { errno: EIO, code: "3/0c/00", information: 128 },
    { errno: ENOSPC, code: "7/27/07", information: undefined },
    { errno: EDQUOT, code: "7/27/07", information: undefined },
    { errno: ENODEV, code: "2/04/00", information: undefined },
  ])("turns errno $errno into $code", async ({ errno, code, information }) => {
    const unit = makeUnit({ geometry: { blockSize: 4096 } });
    // The second piece of 256 KiB fails.
    unit.backend.fault = (request) => (request.offset === (64 + 64) * 4096 ? errno : 0);
    const result = await unit.run(write(64, 100), { dataOut: pattern(100 * 4096) });
    expect([result.code, result.sense?.information]).toEqual([code, information]);
    unit.expectIdle();
  });

  test("is refused on a read-only mapping before any data is asked for", async () => {
    const unit = makeUnit({ readOnly: true });
    const { code, dataOutWanted } = await unit.run(write(0, 1), { dataOut: pattern(512) });
    expect([code, dataOutWanted]).toEqual(["7/27/00", 0]);
    expect(unit.backend.log).toHaveLength(0);
  });
});

describe("lengths", () => {
  test("zero in READ(6) and WRITE(6) means 256 blocks", async () => {
    const unit = makeUnit();
    const data = pattern(256 * 512);
    expect((await unit.run(cdb.write6(1, 0), { dataOut: data })).status).toBe(ScsiStatus.Good);
    const { dataIn } = await unit.run(cdb.read6(1, 0));
    expect(dataIn.equals(data)).toBe(true);
  });

  test.each([
    ["READ(10)", cdb.read10, 0, ScsiStatus.Good],
    ["READ(10)", cdb.read10, 8192, ScsiStatus.Good],
    ["READ(10)", cdb.read10, 8193, ScsiStatus.CheckCondition],
    ["READ(16)", cdb.read16, 0x8000_0000, ScsiStatus.CheckCondition],
    ["WRITE(10)", cdb.write10, 8193, ScsiStatus.CheckCondition],
    ["WRITE(16)", cdb.write16, 0, ScsiStatus.Good],
    ["VERIFY(10)", cdb.verify10, 8193, ScsiStatus.CheckCondition],
    ["SYNCHRONIZE CACHE(10)", cdb.synchronizeCache10, 8193, ScsiStatus.CheckCondition],
    ["PRE-FETCH(10)", cdb.preFetch10, 8193, ScsiStatus.CheckCondition],
    ["ORWRITE(16)", cdb.orwrite16, 8193, ScsiStatus.CheckCondition],
  ] as const)("%s of no blocks at LBA %i of 8192 moves nothing", async (_name, make, lba, status) => {
    const unit = makeUnit();
    const result = await unit.run((make as (lba: number, blocks: number) => number[])(lba, 0));
    expect(result.status).toBe(status);
    if (status === ScsiStatus.CheckCondition) expect(result.code).toBe(OUT_OF_RANGE);
    expect(unit.backend.log).toHaveLength(0);
  });

  test.each([2n ** 32n, 2n ** 53n - 1n, 2n ** 53n, 2n ** 53n + 1n, 2n ** 63n, 2n ** 64n - 1n])(
    "LBA %s is out of range, whatever arithmetic does to it",
    async (lba) => {
      const unit = makeUnit();
      expect((await unit.run(cdb.read16(lba, 1))).code).toBe(OUT_OF_RANGE);
      expect((await unit.run(cdb.write16(lba, 1), { dataOut: pattern(512) })).code).toBe(OUT_OF_RANGE);
      expect((await unit.run(cdb.compareAndWrite(lba, 1), { dataOut: pattern(1024) })).code).toBe(OUT_OF_RANGE);
      expect((await unit.run(cdb.writeSame16(lba, 1), { dataOut: pattern(512) })).code).toBe(OUT_OF_RANGE);
      expect((await unit.run(cdb.getLbaStatus(lba, 24))).code).toBe(OUT_OF_RANGE);
      expect(unit.backend.log).toHaveLength(0);
    },
  );

  test("a transfer above MAXIMUM TRANSFER LENGTH is refused with a pointer at its length", async () => {
    const unit = makeUnit({ sizeBytes: 8 * MiB });
    const { code, sense } = await unit.run(cdb.read16(0, 4097));
    expect([code, sense?.field]).toEqual([INVALID_FIELD, { inCdb: true, byte: 10, bit: undefined }]);
    expect((await unit.run(cdb.read10(0, 4097))).sense?.field?.byte).toBe(7);
    expect((await unit.run(cdb.write12(0, 4097), { dataOut: pattern(512) })).sense?.field?.byte).toBe(6);
    expect((await unit.run(cdb.read16(0, 4096), { expectedIn: 4 * MiB })).status).toBe(ScsiStatus.Good);
  });

  test.each([
    ["RDPROTECT", cdb.read10(0, 1, 0x20), 1, 5],
    ["WRPROTECT", cdb.write10(0, 1, 0xe0), 1, 7],
    ["a reserved bit", cdb.read16(0, 1, 0x04), 1, 2],
    ["ANCHOR of UNMAP", cdb.unmap(24, 1), 1, 0],
    ["ANCHOR of WRITE SAME", cdb.writeSame16(0, 1, 0x10), 1, 4],
    ["ORPROTECT", cdb.orwrite16(0, 1, 0x20), 1, 5],
  ] as const)("%s is refused with a pointer at the bit", async (_name, bytes, byte, bit) => {
    const unit = makeUnit();
    const { code, sense } = await unit.run(bytes);
    expect([code, sense?.field]).toEqual([INVALID_FIELD, { inCdb: true, byte, bit }]);
  });
});

describe("hints", () => {
  test.each([
    ["READ(10)", cdb.read10, undefined],
    ["WRITE(10)", cdb.write10, pattern(1024)],
  ] as const)("DPO and GROUP NUMBER change nothing that %s does", async (_name, make, dataOut) => {
    const outcomes = [];
    for (const [dpo, group] of [
      [0, 0],
      [0x10, 0],
      [0, 0x1f],
    ] as const) {
      const unit = makeUnit();
      unit.backend.preset(pattern(4096, 3));
      const bytes = [...make(3, 2, dpo)];
      bytes[6] = group;
      const { status, dataIn } = await unit.run(bytes, dataOut ? { dataOut } : {});
      const requests = unit.backend.log.map(({ kind, offset, length, durable }) => [kind, offset, length, durable]);
      outcomes.push({ status, dataIn, requests, data: unit.backend.data.subarray(0, 4096) });
    }
    expect(outcomes[0]!.status).toBe(ScsiStatus.Good);
    expect(outcomes.slice(1)).toEqual([outcomes[0], outcomes[0]]);
  });
});

describe("an expected length that differs from the CDB's", () => {
  test("a READ fetches only the blocks there is room for, and says the whole length", async () => {
    const unit = makeUnit();
    unit.backend.preset(pattern(4 * KiB));
    const { status, dataIn, dataInLength } = await unit.run(cdb.read10(0, 8), { expectedIn: 700 });
    expect(status).toBe(ScsiStatus.Good);
    expect(dataIn.equals(pattern(4 * KiB).subarray(0, 700))).toBe(true);
    expect(dataInLength).toBe(8 * 512);
    expect(unit.backend.log.map((request) => request.length)).toEqual([1024]);
  });

  test("a READ without room touches nothing and is GOOD", async () => {
    const unit = makeUnit();
    const { status, dataInLength } = await unit.run(cdb.read10(0, 8), { expectedIn: 0 });
    expect([status, dataInLength, unit.backend.log.length]).toEqual([ScsiStatus.Good, 4096, 0]);
  });

  test("a WRITE writes the whole blocks it got", async () => {
    const unit = makeUnit();
    const data = pattern(512);
    const { status, dataOutWanted } = await unit.run(cdb.write10(4, 2), { dataOut: data });
    expect([status, dataOutWanted]).toEqual([ScsiStatus.Good, 1024]);
    expect(unit.backend.data.subarray(4 * 512, 5 * 512).equals(data)).toBe(true);
    expect(unit.backend.data.subarray(5 * 512).every((byte) => byte === 0)).toBe(true);
  });

  test("a WRITE never writes part of a block: it refuses all of it", async () => {
    const unit = makeUnit();
    const { code, dataOutWanted } = await unit.run(cdb.write10(4, 2), { dataOut: pattern(700) });
    expect([code, dataOutWanted]).toEqual([INVALID_LENGTH, 1024]);
    expect(unit.backend.log).toHaveLength(0);
  });

  test("a WRITE takes no more than its CDB says", async () => {
    const unit = makeUnit();
    expect((await unit.run(cdb.write10(4, 1), { dataOut: pattern(1000) })).status).toBe(ScsiStatus.Good);
    expect(unit.backend.log.map((request) => request.length)).toEqual([512]);
  });

  test.each([
    ["COMPARE AND WRITE, too little", cdb.compareAndWrite(0, 2), 3 * 512],
    ["COMPARE AND WRITE, too much", cdb.compareAndWrite(0, 1), 4 * 512],
    ["WRITE SAME, less than a block", cdb.writeSame10(0, 4), 100],
    ["WRITE SAME, more than a block", cdb.writeSame16(0, 4), 1024],
    ["VERIFY with bytes to compare", cdb.verify10(0, 4, 0x02), 512],
  ] as const)("%s is refused", async (_name, bytes, length) => {
    const unit = makeUnit();
    expect((await unit.run(bytes, { dataOut: Buffer.alloc(length) })).code).toBe(INVALID_LENGTH);
    expect(unit.backend.log).toHaveLength(0);
  });
});

describe("durability", () => {
  const all = [
    ["WRITE(10)", cdb.write10(0, 2), pattern(1024)],
    ["WRITE(6)", cdb.write6(0, 2), pattern(1024)],
    ["ORWRITE(16)", cdb.orwrite16(0, 2), pattern(1024)],
    ["WRITE SAME of a pattern", cdb.writeSame10(0, 2), pattern(512)],
    ["WRITE SAME of zeroes", cdb.writeSame16(0, 2), Buffer.alloc(512)],
    ["WRITE SAME with UNMAP", cdb.writeSame16(0, 16, 0x08), Buffer.alloc(512)],
    ["COMPARE AND WRITE", cdb.compareAndWrite(0, 1), Buffer.concat([Buffer.alloc(512, 0xaa), pattern(512)])],
    ["WRITE AND VERIFY", cdb.writeAndVerify10(0, 2, 0x02), pattern(1024)],
    ["UNMAP", cdb.unmap(24), Buffer.from("00160010000000000000000000000000000000080000" + "0000", "hex")],
  ] as const;

  test.each(all)("%s without a write cache is on stable storage before its status", async (_name, bytes, dataOut) => {
    const unit = makeUnit({ writeCache: false });
    unit.backend.preset(Buffer.alloc(64 * KiB, 0xaa));
    expect((await unit.run(bytes, { dataOut: Buffer.from(dataOut) })).status).toBe(ScsiStatus.Good);
    expect(unit.backend.stable.equals(unit.backend.data)).toBe(true);
    expect(unit.backend.data.subarray(0, 512).equals(Buffer.alloc(512, 0xaa))).toBe(false);
    unit.expectIdle();
  });

  test.each([
    ["WRITE(10)", cdb.write10(0, 2, 0x08), pattern(1024)],
    ["WRITE(16)", cdb.write16(0, 2, 0x18), pattern(1024)],
    ["ORWRITE(16)", cdb.orwrite16(0, 2, 0x08), pattern(1024)],
    ["COMPARE AND WRITE", cdb.compareAndWrite(0, 1, 0x08), Buffer.concat([Buffer.alloc(512), pattern(512)])],
  ] as const)("%s with FUA is on stable storage before its status", async (_name, bytes, dataOut) => {
    const unit = makeUnit();
    expect((await unit.run(bytes, { dataOut: Buffer.from(dataOut) })).status).toBe(ScsiStatus.Good);
    expect(unit.backend.stable.equals(unit.backend.data)).toBe(true);
  });

  test("WRITE with a write cache leaves that to SYNCHRONIZE CACHE, which does it even with IMMED", async () => {
    const unit = makeUnit();
    await unit.run(cdb.write10(0, 2), { dataOut: pattern(1024) });
    expect(unit.backend.stable.equals(unit.backend.data)).toBe(false);
    expect((await unit.run(cdb.synchronizeCache10(0, 0, 0x02))).status).toBe(ScsiStatus.Good);
    expect(unit.backend.stable.equals(unit.backend.data)).toBe(true);
  });

  test.each([
    ["SYNCHRONIZE CACHE(10)", cdb.synchronizeCache10],
    ["SYNCHRONIZE CACHE(16)", cdb.synchronizeCache16],
  ] as const)("%s flushes whatever its flags, range and blocks are", async (_name, make) => {
    for (const bytes of [make(0, 0), make(8, 0), make(8191, 1), make(0, 8192), make(0, 0, 0x02), make(4, 4, 0x06)]) {
      const unit = makeUnit();
      await unit.run(cdb.write10(0, 2), { dataOut: pattern(1024) });
      expect((await unit.run(bytes)).status).toBe(ScsiStatus.Good);
      expect(unit.backend.stable.equals(unit.backend.data)).toBe(true);
    }
  });

  test("the LBA bits of WRITE(6) are no FUA bit", async () => {
    const unit = makeUnit({ sizeBytes: 512 * MiB });
    await unit.run(cdb.write6(0x08_0000, 1), { dataOut: pattern(512) });
    expect(unit.backend.log.map((request) => request.durable)).toEqual([false]);
  });

  test("READ with FUA flushes the write cache before it reads", async () => {
    const unit = makeUnit();
    await unit.run(cdb.write10(0, 1), { dataOut: pattern(512) });
    const { dataIn } = await unit.run(cdb.read10(0, 1, 0x08));
    expect(dataIn.equals(pattern(512))).toBe(true);
    expect(unit.backend.log.map((request) => request.kind)).toEqual(["write", "flush", "read"]);
  });

  test("READ with FUA has nothing to flush without a write cache", async () => {
    const unit = makeUnit({ writeCache: false });
    await unit.run(cdb.read10(0, 1, 0x08));
    expect(unit.backend.log.map((request) => request.kind)).toEqual(["read"]);
  });

  test.each([
    ["SYNCHRONIZE CACHE", cdb.synchronizeCache16(0, 0)],
    ["READ with FUA", cdb.read10(0, 1, 0x08)],
  ])("%s reports a flush that failed, with a sense that hosts do not answer by repeating it", async (_name, bytes) => {
    const unit = makeUnit();
    unit.backend.fault = (request) => (request.kind === "flush" ? EIO : 0);
    expect((await unit.run(bytes)).code).toBe("4/03/00");
    unit.expectIdle();
  });

  test.each([
    ["SYNCHRONIZE CACHE", cdb.synchronizeCache16(0, 0), {}],
    ["READ with FUA", cdb.read10(0, 1, 0x08), {}],
    ["WRITE with FUA", cdb.write10(0, 1, 0x08), { dataOut: Buffer.alloc(512) }],
  ])("a flush that failed for one nexus is told once to each other by its next %s", async (_name, bytes, options) => {
    const unit = makeUnit();
    const other = unit.anotherNexus();
    unit.backend.fault = (request) => (request.kind === "flush" ? EIO : 0);
    await unit.run(cdb.synchronizeCache16(0, 0));
    unit.backend.fault = () => 0;
    expect((await unit.run(cdb.write10(0, 1), { dataOut: Buffer.alloc(512), nexus: other })).status).toBe(0);
    expect((await unit.run(bytes, { ...options, nexus: other })).code).toBe("4/03/00");
    expect((await unit.run(bytes, { ...options, nexus: other })).status).toBe(0);
    expect((await unit.run(bytes, options)).status).toBe(0);
    expect((await unit.run(bytes, { ...options, nexus: unit.anotherNexus() })).status).toBe(0);
    unit.expectIdle();
  });

  test.each([
    ["EAGAIN", 11],
    ["ENOMEM", 12],
    ["EBUSY", 16],
  ])("%s, a shortage that passes, is BUSY for a read and a write, and an error for a flush", async (_name, errno) => {
    const unit = makeUnit();
    unit.backend.fault = () => errno;
    expect((await unit.run(cdb.read10(0, 1))).status).toBe(0x08);
    expect((await unit.run(cdb.write10(0, 1), { dataOut: Buffer.alloc(512) })).status).toBe(0x08);
    expect((await unit.run(cdb.synchronizeCache16(0, 0))).code).toBe("4/03/00");
    unit.expectIdle();
  });
});

describe("READ CAPACITY", () => {
  test.each([
    [4 * MiB, 512, 8191, 512],
    [4 * MiB, 4096, 1023, 4096],
    [512, 512, 0, 512],
  ])("(10) of %i bytes in blocks of %i", async (sizeBytes, blockSize, last, length) => {
    const unit = makeUnit({ sizeBytes, geometry: { blockSize } });
    const { dataIn } = await unit.run(cdb.readCapacity10());
    expect([dataIn.length, dataIn.readUInt32BE(0), dataIn.readUInt32BE(4)]).toEqual([8, last, length]);
    unit.expectIdle();
  });

  test.each([
    [2 ** 32 - 1, 0xffff_fffe],
    [2 ** 32, 0xffff_ffff],
    [2 ** 32 + 1, 0xffff_ffff],
    [2 ** 40, 0xffff_ffff],
  ])("(10) of %i blocks says %i, (16) the truth", async (blocks, told) => {
    const unit = makeUnit();
    unit.lu.publish({ ...unit.lu.state, sizeBlocks: blocks });
    expect((await unit.run(cdb.readCapacity10())).dataIn.readUInt32BE(0)).toBe(told);
    expect((await unit.run(cdb.readCapacity16(32))).dataIn.readBigUInt64BE(0)).toBe(BigInt(blocks - 1));
  });

  test.each([
    [{ thin: true, blockSize: 512, physicalBlockSize: 4096 }, 3, 0xc0],
    [{ thin: false, blockSize: 512, physicalBlockSize: 512 }, 0, 0x00],
    [{ thin: true, blockSize: 4096, physicalBlockSize: 4096 }, 0, 0xc0],
  ])("(16) of %j tells the exponent %i and provisioning %i", async (geometry, exponent, provisioning) => {
    const { dataIn } = await makeUnit({ geometry }).run(cdb.readCapacity16(64));
    expect([dataIn.length, dataIn[12], dataIn[13], dataIn[14]]).toEqual([32, 0, exponent, provisioning]);
  });

  test.each([0, 8, 31, 32, 1000])("(16) gives at most the allocation length, %i", async (allocation) => {
    expect((await makeUnit().run(cdb.readCapacity16(allocation))).dataInLength).toBe(Math.min(allocation, 32));
  });

  test("of an empty volume is not ready", async () => {
    const unit = makeUnit({ sizeBytes: 0 });
    expect((await unit.run(cdb.readCapacity10())).code).toBe("2/04/00");
    expect((await unit.run(cdb.readCapacity16(32))).code).toBe("2/04/00");
  });
});

describe("TEST UNIT READY", () => {
  test("is GOOD on a running unit, and NOT READY with the reason on others", async () => {
    const unit = makeUnit();
    expect((await unit.run(cdb.testUnitReady())).status).toBe(ScsiStatus.Good);
    unit.lu.publish({ ...unit.lu.state, stopped: true });
    expect((await unit.run(cdb.testUnitReady())).code).toBe("2/04/02");
    unit.lu.backend = undefined;
    expect((await unit.run(cdb.testUnitReady())).code).toBe("2/04/00");
  });
});

describe("PRE-FETCH", () => {
  test.each([
    ["(10)", cdb.preFetch10],
    ["(16)", cdb.preFetch16],
  ])("%s reads the blocks and says CONDITION MET", async (_name, make) => {
    const unit = makeUnit();
    expect((await unit.run(make(8, 1024, 0x02))).status).toBe(ScsiStatus.ConditionMet);
    expect(unit.backend.log.map(({ kind, offset, length }) => [kind, offset, length])).toEqual([
      ["read", 8 * 512, 256 * KiB],
      ["read", 8 * 512 + 256 * KiB, 256 * KiB],
    ]);
    unit.expectIdle();
  });

  test("says GOOD when it did not take all of the blocks", async () => {
    const unit = makeUnit();
    expect((await unit.run(cdb.preFetch10(0, 0))).status).toBe(ScsiStatus.Good);
    expect(unit.backend.log.reduce((sum, request) => sum + request.length, 0)).toBe(2 * MiB);
  });

  test("reports a block that can't be read", async () => {
    const unit = makeUnit();
    unit.backend.fault = (request) => (request.offset > 0 ? EIO : 0);
    const { code, sense } = await unit.run(cdb.preFetch10(0, 1024));
    expect([code, sense?.information]).toEqual(["3/11/00", 512]);
  });
});

describe("a size that shrinks", () => {
  test("fails a READ that was admitted before, and asks nothing of the storage behind the new end", async () => {
    const unit = makeUnit({ poolBytes: MiB });
    unit.mayLease = false;
    const running = unit.start(cdb.read10(8000, 1));
    unit.lu.publish({ ...unit.lu.state, sizeBlocks: 4000 });
    unit.mayLease = true;
    running.task.retryLease();
    expect((await running.done).code).toBe(OUT_OF_RANGE);
    expect(unit.backend.log).toHaveLength(0);
    unit.expectIdle();
  });
});

describe("counters", () => {
  test("count every command of the unit once, with its bytes, time and outcome", async () => {
    const unit = makeUnit();
    unit.backend.held = true;
    const read = unit.start(cdb.read10(0, 4));
    await settle();
    unit.clock = 3;
    unit.backend.complete();
    await read.done;
    unit.backend.release();
    await unit.run(cdb.write10(0, 2), { dataOut: pattern(1024) });
    await unit.run(cdb.read10(9000, 1));
    await unit.run(cdb.synchronizeCache10(0, 0));
    await unit.run(cdb.testUnitReady());
    await unit.run([0xee, 0, 0, 0, 0, 0]);
    const { operations, bytes, errors, latencySum } = unit.lu.counters;
    expect([...operations]).toEqual([2, 1, 0, 1, 2]);
    expect([...bytes]).toEqual([2048, 1024, 0, 0, 0]);
    expect([...errors]).toEqual([1, 0, 0, 0, 1]);
    expect(latencySum[0]).toBeCloseTo(0.003);
  });
});

describe("a backend that became shorter than the volume says", () => {
  const out = { dataOut: Buffer.alloc(512, 1) };
  test.each([
    ["READ", cdb.read10(8000, 1), {}, "3/11/00"],
    ["WRITE", cdb.write10(8000, 1), out, "3/0c/00"],
    ["VERIFY", cdb.verify10(8000, 1), {}, "3/11/00"],
    ["WRITE SAME", cdb.writeSame10(8000, 1), out, "3/0c/00"],
    ["WRITE SAME with UNMAP", cdb.writeSame16(8000, 8, 0x09), {}, "3/0c/00"],
    ["COMPARE AND WRITE", cdb.compareAndWrite(8000, 1), { dataOut: Buffer.alloc(1024) }, "3/0c/00"],
    ["GET LBA STATUS", cdb.getLbaStatus(8000, 24), {}, "3/11/00"],
  ] as const)("fails %s behind its end with a medium error, and is not asked", async (_name, bytes, options, code) => {
    const unit = makeUnit();
    unit.backend.sizeBytes = 4000 * 512;
    const result = await unit.run(bytes, options);
    expect(result.code).toBe(code);
    expect(unit.backend.log).toHaveLength(0);
    expect((await unit.run(cdb.read10(3999, 1))).status).toBe(ScsiStatus.Good);
    unit.expectIdle();
  });
});

describe("a LUN where nothing is mapped", () => {
  test.each([cdb.testUnitReady(), cdb.read10(0, 1), cdb.write10(0, 1, 0xff), cdb.unmap(24, 1), [0xee, 0, 0, 0, 0, 0]])(
    "answers that it is not supported, and nothing else, to %j",
    async (...bytes) => {
      const unit = makeUnit();
      expect((await unit.run(bytes, { lun: 7 })).code).toBe("5/25/00");
      expect((await unit.run(bytes, { lun: -1 })).code).toBe("5/25/00");
      unit.expectIdle();
    },
  );
});

describe("a defect of ours", () => {
  test("ends the command with HARDWARE ERROR once what it has in flight is done, and nothing else", async () => {
    const unit = makeUnit({ sizeBytes: 4 * MiB });
    unit.backend.held = true;
    const { read } = unit.backend;
    let calls = 0;
    unit.backend.read = (...request) => {
      calls += 1;
      if (calls === 3) throw new Error("broken promise");
      read.apply(unit.backend, request);
    };
    const running = unit.start(cdb.read10(0, 2048));
    await settle();
    expect([running.finished, unit.backend.pending.length]).toEqual([false, 2]);
    unit.backend.release();
    expect((await running.done).code).toBe("4/44/00");
    expect(unit.internalErrors.splice(0)).toHaveLength(1);
    unit.expectIdle();
  });

  test("in an async command ends it too", async () => {
    const unit = makeUnit();
    unit.backend.read = () => {
      throw new Error("broken promise");
    };
    expect((await unit.run(cdb.verify10(0, 8))).code).toBe("4/44/00");
    expect(unit.internalErrors.splice(0)).toHaveLength(1);
    unit.expectIdle();
  });
});

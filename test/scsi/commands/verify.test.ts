/** VERIFY, WRITE AND VERIFY, COMPARE AND WRITE, ORWRITE: commands that look at the medium (SBC-3 5.2, 5.4, 5.33 to 5.38). */
import { describe, expect, test } from "vitest";
import { ScsiStatus } from "../../../src/scsi/status.ts";
import { cdb } from "../support/cdbs.ts";
import { KiB, MiB, makeUnit, settle } from "../support/scsi-harness.ts";

const EIO = 5;
const MISCOMPARE = "e/1d/00";

const noise = (bytes: number, seed = 1): Buffer =>
  Buffer.from(Array.from({ length: bytes }, (_, at) => (at * 131 + (at >> 9) * 17 + seed) & 0xff));

const verifies = [
  { name: "VERIFY(10)", verify: cdb.verify10 },
  { name: "VERIFY(12)", verify: cdb.verify12 },
  { name: "VERIFY(16)", verify: cdb.verify16 },
];

describe.each(verifies)("$name", ({ verify }) => {
  test("without BYTCHK reads every block of the range", async () => {
    const unit = makeUnit();
    expect((await unit.run(verify(3, 1200))).status).toBe(ScsiStatus.Good);
    expect(unit.backend.log.map(({ kind, offset, length }) => [kind, offset, length])).toEqual([
      ["read", 3 * 512, 256 * KiB],
      ["read", 3 * 512 + 256 * KiB, 256 * KiB],
      ["read", 3 * 512 + 512 * KiB, 1200 * 512 - 512 * KiB],
    ]);
    unit.expectIdle();
  });

  test("finds a block that can't be read", async () => {
    const unit = makeUnit();
    unit.backend.fault = (_request, index) => (index === 1 ? EIO : 0);
    const { code, sense } = await unit.run(verify(3, 1200));
    expect([code, sense?.information]).toEqual(["3/11/00", 3 + 512]);
    unit.expectIdle();
  });

  test.each([0, 511, 512, 262_143, 262_144, 600 * 512 - 1])(
    "with BYTCHK 1 tells that byte %i is the first to differ",
    async (at) => {
      const unit = makeUnit();
      const data = noise(600 * 512);
      unit.backend.preset(data, 5 * 512);
      expect((await unit.run(verify(5, 600, 0x02), { dataOut: data })).status).toBe(ScsiStatus.Good);
      const wrong = Buffer.from(data);
      wrong[at]! ^= 0x40;
      wrong[wrong.length - 1]! ^= 0x01;
      const { code, sense } = await unit.run(verify(5, 600, 0x02), { dataOut: wrong });
      expect([code, sense?.information]).toEqual([MISCOMPARE, at === wrong.length - 1 ? at : at]);
      unit.expectIdle();
    },
  );

  test("with BYTCHK 3 compares every block with the one that was sent", async () => {
    const unit = makeUnit();
    const block = noise(512);
    unit.backend.preset(Buffer.concat(Array.from({ length: 700 }, () => block)));
    expect((await unit.run(verify(0, 700, 0x06), { dataOut: block })).status).toBe(ScsiStatus.Good);
    unit.backend.data[650 * 512 + 9]! ^= 1;
    const { code, sense } = await unit.run(verify(0, 700, 0x06), { dataOut: block });
    expect([code, sense?.information]).toEqual([MISCOMPARE, 650 * 512 + 9]);
    unit.expectIdle();
  });

  test("refuses the reserved BYTCHK 2", async () => {
    const { code, sense } = await makeUnit().run(verify(0, 1, 0x04));
    expect([code, sense?.field]).toEqual(["5/24/00", { inCdb: true, byte: 1, bit: 2 }]);
  });

  test("verifies ranges longer than any transfer, but none beyond the end", async () => {
    const unit = makeUnit({ sizeBytes: 8 * MiB });
    expect((await unit.run(verify(0, 16384))).status).toBe(ScsiStatus.Good);
    expect((await unit.run(verify(1, 16384))).code).toBe("5/21/00");
  });
});

describe.each([
  { name: "WRITE AND VERIFY(10)", make: cdb.writeAndVerify10 },
  { name: "WRITE AND VERIFY(12)", make: cdb.writeAndVerify12 },
  { name: "WRITE AND VERIFY(16)", make: cdb.writeAndVerify16 },
])("$name", ({ make }) => {
  test.each([0x00, 0x02])("writes durably, then reads back (flags %i)", async (flags) => {
    const unit = makeUnit();
    const data = noise(600 * 512);
    expect((await unit.run(make(9, 600, flags), { dataOut: data })).status).toBe(ScsiStatus.Good);
    expect(unit.backend.stable.subarray(9 * 512, 609 * 512).equals(data)).toBe(true);
    expect(unit.backend.log.map((request) => request.kind)).toEqual(["write", "write", "read", "read"]);
    unit.expectIdle();
  });

  test("finds what the medium did not keep", async () => {
    const unit = makeUnit();
    const data = noise(600 * 512);
    unit.backend.fault = (request) => {
      if (request.kind === "read") unit.backend.data[9 * 512 + 300_000] = data[300_000]! ^ 1;
      return 0;
    };
    const { code, sense } = await unit.run(make(9, 600, 0x02), { dataOut: data });
    expect([code, sense?.information]).toEqual([MISCOMPARE, 300_000]);
  });

  test.each([
    { index: 0, code: "3/0c/00", lba: 9 },
    { index: 1, code: "3/0c/00", lba: 9 + 512 },
    { index: 2, code: "3/11/00", lba: 9 },
    { index: 3, code: "3/11/00", lba: 9 + 512 },
  ])("reports an error of request $index", async ({ index, code, lba }) => {
    const unit = makeUnit();
    unit.backend.fault = (_request, at) => (at === index ? EIO : 0);
    const result = await unit.run(make(9, 600), { dataOut: noise(600 * 512) });
    expect([result.code, result.sense?.information]).toEqual([code, lba]);
    unit.expectIdle();
  });
});

describe("COMPARE AND WRITE", () => {
  const old = noise(4 * 512, 3);
  const fresh = noise(4 * 512, 7);
  const both = (verify: Buffer, write: Buffer): Buffer => Buffer.concat([verify, write]);

  test("writes when every byte compares", async () => {
    const unit = makeUnit();
    unit.backend.preset(old, 10 * 512);
    expect((await unit.run(cdb.compareAndWrite(10, 4), { dataOut: both(old, fresh) })).status).toBe(ScsiStatus.Good);
    expect(unit.backend.data.subarray(10 * 512, 14 * 512).equals(fresh)).toBe(true);
    expect(unit.backend.data.subarray(14 * 512).every((byte) => byte === 0)).toBe(true);
    unit.expectIdle();
  });

  test.each([0, 511, 512, 2047])("writes nothing when byte %i differs, and says where", async (at) => {
    const unit = makeUnit();
    unit.backend.preset(old, 10 * 512);
    const verify = Buffer.from(old);
    verify[at]! ^= 0x80;
    const { code, sense } = await unit.run(cdb.compareAndWrite(10, 4), { dataOut: both(verify, fresh) });
    expect([code, sense?.information]).toEqual([MISCOMPARE, at]);
    expect(unit.backend.data.subarray(10 * 512, 14 * 512).equals(old)).toBe(true);
    expect(unit.backend.count("write")).toBe(0);
    unit.expectIdle();
  });

  test("of no blocks is GOOD, of more than the limit an invalid field", async () => {
    const unit = makeUnit({ geometry: { maxCompareAndWriteBlocks: 4 } });
    expect((await unit.run(cdb.compareAndWrite(0, 0))).status).toBe(ScsiStatus.Good);
    const { code, sense } = await unit.run(cdb.compareAndWrite(0, 5), { dataOut: Buffer.alloc(5 * 1024) });
    expect([code, sense?.field?.byte]).toEqual(["5/24/00", 13]);
  });

  test("of 255 blocks of 4 KiB splits Data-Out over leases without losing a byte", async () => {
    const unit = makeUnit({ geometry: { blockSize: 4096 }, sizeBytes: 2 * MiB });
    const before = noise(255 * 4096, 3);
    const after = noise(255 * 4096, 5);
    unit.backend.preset(before, 4096);
    expect((await unit.run(cdb.compareAndWrite(1, 255), { dataOut: both(before, after) })).status).toBe(ScsiStatus.Good);
    expect(unit.backend.data.subarray(4096, 256 * 4096).equals(after)).toBe(true);
    expect(unit.backend.data.subarray(256 * 4096).every((byte) => byte === 0)).toBe(true);
    unit.expectIdle();
  });

  test.each([
    { index: 0, code: "3/11/00" },
    { index: 1, code: "3/0c/00" },
  ])("reports an error of request $index and gives its blocks free", async ({ index, code }) => {
    const unit = makeUnit();
    unit.backend.preset(old, 10 * 512);
    unit.backend.fault = (_request, at) => (at === index ? EIO : 0);
    const result = await unit.run(cdb.compareAndWrite(10, 4), { dataOut: both(old, fresh) });
    expect([result.code, result.sense?.information]).toEqual([code, 10]);
    unit.expectIdle();
  });
});

describe("ORWRITE", () => {
  test("sets bits and clears none", async () => {
    const unit = makeUnit();
    const old = noise(700 * 512, 1);
    const data = noise(700 * 512, 77);
    unit.backend.preset(old, 512);
    expect((await unit.run(cdb.orwrite16(1, 700), { dataOut: data })).status).toBe(ScsiStatus.Good);
    const expected = Buffer.from(old.map((byte, at) => byte | data[at]!));
    expect(unit.backend.data.subarray(512, 701 * 512).equals(expected)).toBe(true);
    unit.expectIdle();
  });

  test.each([0, 1, 2, 3])("stops at an error of request %i, with the LBA", async (index) => {
    const unit = makeUnit();
    unit.backend.fault = (_request, at) => (at === index ? EIO : 0);
    const { code, sense } = await unit.run(cdb.orwrite16(1, 700), { dataOut: noise(700 * 512) });
    expect([code, sense?.information]).toEqual([index % 2 === 0 ? "3/11/00" : "3/0c/00", index < 2 ? 1 : 513]);
    expect(unit.backend.log).toHaveLength(index + 1);
    unit.expectIdle();
  });
});

describe("scratch memory", () => {
  test("that is short is waited for, and an abort ends the wait", async () => {
    const unit = makeUnit({ poolBytes: 700 * KiB });
    const leases = [] as never[];
    expect(unit.pool.tryLease(512 * KiB, leases)).toBe(true);
    const waiting = unit.start(cdb.verify10(0, 600));
    const aborted = unit.start(cdb.verify10(0, 600));
    await settle();
    expect([waiting.finished, unit.backend.log.length]).toEqual([false, 0]);
    await unit.server.abort([aborted.task]);
    expect((await aborted.done).aborted).toBe(true);
    unit.pool.release(leases);
    expect((await waiting.done).status).toBe(ScsiStatus.Good);
    unit.expectIdle();
  });

  test("is not waited for by commands that hold more than half of all memory: they answer BUSY", async () => {
    const unit = makeUnit({ poolBytes: 1600 * KiB });
    const others = [] as never[];
    expect(unit.pool.tryLease(unit.pool.totalBytes - 512 * KiB, others)).toBe(true);
    // As if others that wait here already held all but 256 KiB of half the pool.
    const held = unit.pool.totalBytes / 2 - 256 * KiB;
    unit.server.heldByScratchWaiters = held;
    const { status } = await unit.run(cdb.verify10(0, 1024, 0x02), { dataOut: noise(512 * KiB) });
    expect([status, unit.server.heldByScratchWaiters]).toEqual([ScsiStatus.Busy, held]);
    unit.server.heldByScratchWaiters = 0;
    unit.pool.release(others);
    unit.expectIdle();
  });
});

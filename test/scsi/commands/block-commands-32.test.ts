/** READ, WRITE, VERIFY, WRITE AND VERIFY and WRITE SAME of 32 bytes (SBC-3 5.11, 5.33, 5.36, 5.39, 5.44; SPC-4 4.2.5.3). */
import { describe, expect, test } from "vitest";
import { ScsiStatus } from "../../../src/scsi/status.ts";
import { cdb } from "../support/cdbs.ts";
import { KiB, makeUnit } from "../support/scsi-harness.ts";

const FUA = 0x08;
const UNMAP = 0x08;
const BYTCHK = 0x02;
const NDOB = 0x01;
const BLOCK = 512;

const noise = (blocks: number, seed = 3): Buffer =>
  Buffer.from(Array.from({ length: blocks * BLOCK }, (_, at) => (at * 37 + (at >> 9) * 11 + seed) & 0xff));

const all = [
  { name: "READ(32)", make: cdb.read32, out: 0 },
  { name: "WRITE(32)", make: cdb.write32, out: 2 * BLOCK },
  { name: "VERIFY(32)", make: cdb.verify32, out: 0 },
  { name: "WRITE AND VERIFY(32)", make: cdb.writeAndVerify32, out: 2 * BLOCK },
  { name: "WRITE SAME(32)", make: cdb.writeSame32, out: BLOCK },
];

describe.each(all)("$name", ({ make, out }) => {
  const run = (bytes: number[], unit = makeUnit()) => unit.run(bytes, out > 0 ? { dataOut: Buffer.alloc(out, 7) } : {});

  test("takes an additional CDB length of 18h and no other", async () => {
    expect((await run(make(0, 2))).status).toBe(ScsiStatus.Good);
    for (const length of [0x00, 0x08, 0x10, 0x17, 0x19, 0x1c, 0xff]) {
      const bytes = make(0, 2);
      bytes[7] = length;
      const { code, sense } = await run(bytes);
      expect([length, code, sense?.field?.byte]).toEqual([length, "5/24/00", 7]);
    }
  });

  test("fails cleanly when only the 16 bytes of the header have come, whatever the memory behind them holds", async () => {
    const unit = makeUnit();
    const { code, sense } = await run(make(0, 2).slice(0, 16), unit);
    expect([code, sense?.field]).toEqual(["5/24/00", { inCdb: true, byte: 16, bit: undefined }]);
    expect(unit.backend.log).toEqual([]);
    unit.expectIdle();
  });

  test("points at the flags in byte 10 when protection is asked for", async () => {
    const { code, sense } = await run(make(0, 2, 0x20));
    expect([code, sense?.field]).toEqual(["5/24/00", { inCdb: true, byte: 10, bit: 5 }]);
  });

  test("refuses reserved bytes, and ignores the fields about protection information and the group number", async () => {
    for (const at of [1, 2, 3, 4, 5, 11]) {
      const bytes = make(0, 2);
      bytes[at] = 1;
      const { code, sense } = await run(bytes);
      expect([at, code, sense?.field]).toEqual([at, "5/24/00", { inCdb: true, byte: at, bit: 0 }]);
    }
    const bytes = make(0, 2);
    bytes[6] = 0x1f;
    bytes.fill(0xff, 20, 28);
    expect((await run(bytes)).status).toBe(ScsiStatus.Good);
  });

  test("reaches the last block and not the one behind it, with all 64 bits of the LBA", async () => {
    const last = makeUnit().lu.state.sizeBlocks - 2;
    expect((await run(make(last, 2))).status).toBe(ScsiStatus.Good);
    expect((await run(make(last + 1, 2))).code).toBe("5/21/00");
    expect((await run(make(2n ** 32n, 2))).code).toBe("5/21/00");
    expect((await run(make(2n ** 64n - 1n, 2))).code).toBe("5/21/00");
  });

  test("tells a medium that fails with its LBA", async () => {
    const unit = makeUnit();
    unit.backend.fault = () => 5;
    const { code, sense } = await run(make(7, 2), unit);
    expect(["3/11/00", "3/0c/00"]).toContain(code);
    expect([code === "3/0c/00", sense?.information]).toEqual([out > 0, 7]);
    unit.expectIdle();
  });

  test("REPORT SUPPORTED OPERATION CODES has it with its 32 bytes of usage data", async () => {
    const bytes = make(0, 0);
    const rsoc = [0xa3, 0x0c, 0x02, 0x7f, bytes[8]!, bytes[9]!, 0, 0, 1, 0, 0, 0];
    const { dataIn } = await makeUnit().run(rsoc);
    expect([dataIn[1], dataIn.readUInt16BE(2), dataIn[4], dataIn[4 + 7]]).toEqual([3, 32, 0x7f, 0x18]);
    expect([...dataIn.subarray(4 + 8, 4 + 10)]).toEqual(bytes.slice(8, 10));
  });
});

describe("the commands of 32 bytes", () => {
  test("write and read the blocks that they name", async () => {
    const unit = makeUnit();
    const data = noise(5);
    expect((await unit.run(cdb.write32(11, 5, FUA), { dataOut: data })).status).toBe(ScsiStatus.Good);
    expect(unit.backend.stable.subarray(11 * BLOCK, 16 * BLOCK).equals(data)).toBe(true);
    const { dataIn } = await unit.run(cdb.read32(11, 5));
    expect(dataIn.equals(data)).toBe(true);
    expect((await unit.run(cdb.read10(11, 5))).dataIn.equals(data)).toBe(true);
    unit.expectIdle();
  });

  test("WRITE(32) without FUA leaves the data in the cache", async () => {
    const unit = makeUnit();
    await unit.run(cdb.write32(0, 1), { dataOut: noise(1) });
    expect(unit.backend.log.map(({ kind, durable }) => [kind, durable])).toEqual([["write", false]]);
  });

  test("VERIFY(32) compares with BYTCHK of byte 10", async () => {
    const unit = makeUnit();
    unit.backend.preset(noise(4));
    expect((await unit.run(cdb.verify32(0, 4, BYTCHK), { dataOut: noise(4) })).status).toBe(ScsiStatus.Good);
    const wrong = noise(4);
    wrong[600]! ^= 1;
    const { code, sense } = await unit.run(cdb.verify32(0, 4, BYTCHK), { dataOut: wrong });
    expect([code, sense?.information]).toEqual(["e/1d/00", 600]);
    const reserved = await unit.run(cdb.verify32(0, 4, 0x04));
    expect([reserved.code, reserved.sense?.field]).toEqual(["5/24/00", { inCdb: true, byte: 10, bit: 2 }]);
  });

  test("WRITE AND VERIFY(32) writes durably and reads back", async () => {
    const unit = makeUnit();
    expect((await unit.run(cdb.writeAndVerify32(2, 3, BYTCHK), { dataOut: noise(3) })).status).toBe(ScsiStatus.Good);
    expect(unit.backend.stable.subarray(2 * BLOCK, 5 * BLOCK).equals(noise(3))).toBe(true);
    expect(unit.backend.count("read")).toBe(1);
  });

  test("WRITE SAME(32) repeats a block, needs none with NDOB, and unmaps", async () => {
    const unit = makeUnit();
    unit.backend.preset(noise(64));
    expect((await unit.run(cdb.writeSame32(0, 8), { dataOut: noise(1) })).status).toBe(ScsiStatus.Good);
    for (let at = 0; at < 8; at += 1) {
      expect(unit.backend.data.subarray(at * BLOCK, (at + 1) * BLOCK).equals(noise(1))).toBe(true);
    }
    expect((await unit.run(cdb.writeSame32(8, 8, UNMAP | NDOB))).status).toBe(ScsiStatus.Good);
    expect(unit.backend.data.subarray(4 * KiB, 8 * KiB).every((byte) => byte === 0)).toBe(true);
    expect(unit.backend.allocated[1]).toBe(0);
    const thick = await makeUnit({ geometry: { thin: false } }).run(cdb.writeSame32(0, 8, UNMAP | NDOB));
    expect([thick.code, thick.sense?.field]).toEqual(["5/24/00", { inCdb: true, byte: 10, bit: 3 }]);
  });

  test("a length beyond the limit is refused with a pointer at bytes 28 to 31", async () => {
    const unit = makeUnit({ geometry: { maxTransferBytes: 64 * KiB, maxWriteSameBytes: 64 * KiB } });
    const read = await unit.run(cdb.read32(0, 129));
    const same = await unit.run(cdb.writeSame32(0, 129), { dataOut: noise(1) });
    expect([read.code, read.sense?.field?.byte]).toEqual(["5/24/00", 28]);
    expect([same.code, same.sense?.field?.byte]).toEqual(["5/24/00", 28]);
  });
});

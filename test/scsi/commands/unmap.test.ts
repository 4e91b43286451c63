/** UNMAP, WRITE SAME and GET LBA STATUS: blocks that give their storage back (SBC-3 4.7, 5.4, 5.28, 5.42). */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { joined } from "../../../src/scsi/commands/unmap.ts";
import { ScsiStatus } from "../../../src/scsi/status.ts";
import { cdb, unmapList } from "../support/cdbs.ts";
import { KiB, MiB, makeUnit } from "../support/scsi-harness.ts";

const EIO = 5;
const ENOSPC = 28;
const EOPNOTSUPP = 95;
const UNMAP = 0x08;
const NDOB = 0x01;

const full = (bytes: number): Buffer => Buffer.alloc(bytes, 0xaa);
const zeroFrom = (bytes: Buffer, from: number, to: number): boolean => bytes.subarray(from, to).every((byte) => byte === 0);

const unmap = (...ranges: { lba: number; blocks: number }[]) => {
  const list = unmapList(ranges);
  return [cdb.unmap(list.length), { dataOut: list }] as const;
};

describe("UNMAP", () => {
  test("discards whole granules and zeroes the parts of others: everything reads as zeroes, nothing else changes", async () => {
    const unit = makeUnit();
    unit.backend.preset(full(MiB));
    expect((await unit.run(...unmap({ lba: 3, blocks: 30 }))).status).toBe(ScsiStatus.Good);
    expect(zeroFrom(unit.backend.data, 3 * 512, 33 * 512)).toBe(true);
    expect(unit.backend.data.subarray(0, 3 * 512).equals(full(3 * 512))).toBe(true);
    expect(unit.backend.data.subarray(33 * 512, MiB).equals(full(MiB - 33 * 512))).toBe(true);
    expect(unit.backend.log.map(({ kind, offset, length }) => [kind, offset / 512, length / 512])).toEqual([
      ["zero", 3, 5],
      ["discard", 8, 24],
      ["zero", 32, 1],
    ]);
    expect(unit.lu.counters.bytes[2]).toBe(30 * 512);
    unit.expectIdle();
  });

  test("gives back a granule that two descriptors share", async () => {
    const unit = makeUnit();
    unit.backend.preset(full(64 * KiB));
    await unit.run(...unmap({ lba: 12, blocks: 4 }, { lba: 8, blocks: 4 }, { lba: 10, blocks: 4 }));
    expect(unit.backend.log.map(({ kind, offset, length }) => [kind, offset / 512, length / 512])).toEqual([["discard", 8, 8]]);
  });

  test.each([{ canDiscard: false, discardGranularity: 0 }, { discardZeroes: false }])(
    "reads as zeroes even on storage of %j",
    async (facts) => {
      const unit = makeUnit({ facts });
      unit.backend.preset(full(64 * KiB));
      expect((await unit.run(...unmap({ lba: 0, blocks: 64 }))).status).toBe(ScsiStatus.Good);
      expect(zeroFrom(unit.backend.data, 0, 64 * 512)).toBe(true);
    },
  );

  test("zeroes where the storage turns out not to know discard", async () => {
    const unit = makeUnit();
    unit.backend.preset(full(64 * KiB));
    unit.backend.fault = (request) => (request.kind === "discard" ? EOPNOTSUPP : 0);
    expect((await unit.run(...unmap({ lba: 0, blocks: 64 }))).status).toBe(ScsiStatus.Good);
    expect(zeroFrom(unit.backend.data, 0, 64 * 512)).toBe(true);
  });

  test("is no command of a volume that is not thin", async () => {
    const unit = makeUnit({ geometry: { thin: false } });
    expect((await unit.run(...unmap({ lba: 0, blocks: 8 }))).code).toBe("5/20/00");
    expect((await unit.run(cdb.writeSame16(0, 8, UNMAP), { dataOut: Buffer.alloc(512) })).sense?.field).toEqual({
      inCdb: true,
      byte: 1,
      bit: 3,
    });
  });

  const good = unmapList([{ lba: 0, blocks: 8 }]);
  const edited = (at: number, ...bytes: number[]): Buffer => {
    const list = Buffer.from(good);
    list.set(bytes, at);
    return list;
  };

  test.each([
    ["a length of zero", cdb.unmap(0), Buffer.alloc(0), undefined],
    ["a header without descriptors", cdb.unmap(8), unmapList([]), undefined],
    ["a descriptor of no blocks", cdb.unmap(24), unmapList([{ lba: 5, blocks: 0 }]), undefined],
    [
      "an incomplete descriptor, which is ignored",
      cdb.unmap(16),
      Buffer.from("000e000800000000ffffffffffffffff", "hex"),
      undefined,
    ],
    ["less than a header", cdb.unmap(7), Buffer.alloc(7), "5/1a/00"],
    ["a list cut by its length", cdb.unmap(23), good, "5/1a/00"],
    ["less data than the list", cdb.unmap(24), good.subarray(0, 20), "5/0e/03"],
    ["descriptors longer than the data", cdb.unmap(24), edited(2, 0, 32), "5/1a/00"],
    ["a data length that contradicts the descriptors", cdb.unmap(24), edited(0, 0, 8), "5/26/00"],
    ["a range beyond the end", cdb.unmap(24), unmapList([{ lba: 8191, blocks: 2 }]), "5/21/00"],
    ["an LBA of 2^64 - 1", cdb.unmap(24), unmapList([{ lba: 2n ** 64n - 1n, blocks: 1 }]), "5/21/00"],
    [
      "too many descriptors",
      cdb.unmap(17 * 16 + 8),
      unmapList(Array.from({ length: 17 }, () => ({ lba: 0, blocks: 1 }))),
      "5/26/00",
    ],
  ] as const)("takes %s for what it is", async (_name, bytes, dataOut, code) => {
    const unit = makeUnit();
    unit.backend.preset(full(4 * MiB));
    const result = await unit.run(bytes, { dataOut: Buffer.from(dataOut) });
    expect(result.code).toBe(code);
    if (code === undefined) expect(result.status).toBe(ScsiStatus.Good);
    expect(unit.backend.log).toHaveLength(0);
    unit.expectIdle();
  });

  test("changes nothing when its last descriptor is bad", async () => {
    const unit = makeUnit();
    const { code } = await unit.run(...unmap({ lba: 0, blocks: 64 }, { lba: 8000, blocks: 1000 }));
    expect([code, unit.backend.log.length]).toEqual(["5/21/00", 0]);
  });

  test("refuses more blocks than MAXIMUM UNMAP LBA COUNT, also in sum", async () => {
    const unit = makeUnit({ geometry: { maxUnmapBytes: 64 * KiB } });
    expect((await unit.run(...unmap({ lba: 0, blocks: 64 }, { lba: 64, blocks: 64 }))).status).toBe(ScsiStatus.Good);
    const { code, sense } = await unit.run(...unmap({ lba: 0, blocks: 64 }, { lba: 0, blocks: 65 }));
    expect([code, sense?.field]).toEqual(["5/26/00", { inCdb: false, byte: 8 + 16 + 8, bit: undefined }]);
  });

  test.each([
    { index: 0, errno: EIO, code: "3/0c/00", lba: 3 },
    { index: 1, errno: EIO, code: "3/0c/00", lba: 8 },
    { index: 2, errno: EIO, code: "3/0c/00", lba: 32 },
    { index: 0, errno: ENOSPC, code: "7/27/07", lba: undefined },
  ])("reports errno $errno of request $index", async ({ index, errno, code, lba }) => {
    const unit = makeUnit();
    unit.backend.fault = (_request, at) => (at === index ? errno : 0);
    const result = await unit.run(...unmap({ lba: 3, blocks: 30 }));
    expect([result.code, result.sense?.information]).toEqual([code, lba]);
    unit.expectIdle();
  });

  test("ranges are joined to the same set of blocks, in order and apart", () => {
    const range = fc.record({ lba: fc.nat(60), blocks: fc.integer({ min: 1, max: 12 }) });
    fc.assert(
      fc.property(fc.array(range, { maxLength: 12 }), (ranges) => {
        const blocks = (list: readonly { lba: number; blocks: number }[]): number[] =>
          [...new Set(list.flatMap(({ lba, blocks }) => Array.from({ length: blocks }, (_, at) => lba + at)))].sort(
            (a, b) => a - b,
          );
        const result = joined(ranges);
        expect(blocks(result)).toEqual(blocks(ranges));
        for (let at = 1; at < result.length; at += 1)
          expect(result[at]!.lba).toBeGreaterThan(result[at - 1]!.lba + result[at - 1]!.blocks);
      }),
    );
  });
});

describe.each([
  { name: "WRITE SAME(10)", make: cdb.writeSame10 },
  { name: "WRITE SAME(16)", make: cdb.writeSame16 },
])("$name", ({ make }) => {
  const block = Buffer.from(Array.from({ length: 512 }, (_, at) => (at * 7 + 1) & 0xff));

  test.each([0, UNMAP])("repeats its block, with flags %i too", async (flags) => {
    const unit = makeUnit();
    expect((await unit.run(make(5, 1500, flags), { dataOut: block })).status).toBe(ScsiStatus.Good);
    for (let at = 5; at < 1505; at += 1) expect(unit.backend.data.subarray(at * 512, (at + 1) * 512).equals(block)).toBe(true);
    expect(zeroFrom(unit.backend.data, 1505 * 512, 4 * MiB) && zeroFrom(unit.backend.data, 0, 5 * 512)).toBe(true);
    unit.expectIdle();
  });

  test.each([0, 1, 511])("writes a block that is zero but for byte %i", async (at) => {
    const unit = makeUnit();
    const dataOut = Buffer.alloc(512);
    dataOut[at] = 1;
    await unit.run(make(0, 8, UNMAP), { dataOut });
    expect(unit.backend.count("write")).toBe(1);
    expect(unit.backend.data.subarray(7 * 512, 8 * 512).equals(dataOut)).toBe(true);
  });

  test("of zeroes keeps the storage without UNMAP, and gives it back with", async () => {
    const unit = makeUnit();
    unit.backend.preset(full(MiB));
    await unit.run(make(0, 64), { dataOut: Buffer.alloc(512) });
    expect(unit.backend.allocated[0]).toBe(1);
    await unit.run(make(0, 64, UNMAP), { dataOut: Buffer.alloc(512) });
    expect(unit.backend.allocated[0]).toBe(0);
    expect(zeroFrom(unit.backend.data, 0, 64 * 512)).toBe(true);
    expect(unit.backend.count("write")).toBe(0);
    unit.expectIdle();
  });

  test("writes to the end of the medium for zero blocks (WSNZ 0)", async () => {
    const unit = makeUnit({ sizeBytes: 8 * MiB });
    const ones = Buffer.alloc(512, 1);
    expect((await unit.run(make(16384 - 3, 0), { dataOut: ones })).status).toBe(0);
    expect(unit.backend.data.subarray(8 * MiB - 4 * 512, 8 * MiB - 3 * 512)).toEqual(Buffer.alloc(512));
    expect(unit.backend.data.subarray(8 * MiB - 3 * 512)).toEqual(Buffer.alloc(3 * 512, 1));
    unit.expectIdle();
  });

  test("refuses more than MAXIMUM WRITE SAME LENGTH, also as zero blocks, and an LBA at the end", async () => {
    const unit = makeUnit({ sizeBytes: 8 * MiB });
    expect((await unit.run(make(0, 0), { dataOut: block })).code).toBe("5/24/00");
    expect((await unit.run(make(16384, 0), { dataOut: block })).code).toBe("5/21/00");
    expect((await unit.run(make(0, 8193), { dataOut: block })).code).toBe("5/24/00");
    expect((await unit.run(make(16385, 0), { dataOut: block })).code).toBe("5/21/00");
    expect(unit.backend.log).toHaveLength(0);
  });

  test.each([0, 1, 2])("stops at an error of request %i with its LBA", async (index) => {
    const unit = makeUnit();
    unit.backend.fault = (_request, at) => (at === index ? EIO : 0);
    const { code, sense } = await unit.run(make(5, 1500), { dataOut: block });
    expect([code, sense?.information]).toEqual(["3/0c/00", 5 + index * 512]);
    expect(unit.backend.log).toHaveLength(index + 1);
    unit.expectIdle();
  });
});

describe("WRITE SAME(16) with NDOB", () => {
  test.each([NDOB, NDOB | UNMAP])("asks for no data and zeroes the blocks (flags %i)", async (flags) => {
    const unit = makeUnit();
    unit.backend.preset(full(MiB));
    const { status, dataOutWanted } = await unit.run(cdb.writeSame16(8, 16, flags));
    expect([status, dataOutWanted]).toEqual([ScsiStatus.Good, 0]);
    expect(zeroFrom(unit.backend.data, 8 * 512, 24 * 512)).toBe(true);
    unit.expectIdle();
  });

  test("is a reserved bit in WRITE SAME(10)", async () => {
    expect((await makeUnit().run(cdb.writeSame10(8, 16, NDOB))).sense?.field).toEqual({ inCdb: true, byte: 1, bit: 0 });
  });
});

describe("GET LBA STATUS", () => {
  const runs = (dataIn: Buffer): [number, number, number][] => {
    const result: [number, number, number][] = [];
    for (let at = 8; at + 16 <= dataIn.length; at += 16) {
      result.push([Number(dataIn.readBigUInt64BE(at)), dataIn.readUInt32BE(at + 8), dataIn[at + 12]! & 0x0f]);
    }
    return result;
  };

  test("tells mapped and deallocated runs from the LBA on", async () => {
    const unit = makeUnit();
    unit.backend.preset(full(8 * KiB), 16 * KiB);
    const { dataIn } = await unit.run(cdb.getLbaStatus(4, 1000));
    expect(runs(dataIn)).toEqual([
      [4, 28, 1],
      [32, 16, 0],
      [48, 8144, 1],
    ]);
    expect(dataIn.readUInt32BE(0)).toBe(dataIn.length - 4);
    unit.expectIdle();
  });

  test.each([
    [0, 0, 0],
    [8, 8, 0],
    [24, 24, 1],
    [39, 24, 1],
    [40, 40, 2],
  ])("with an allocation length of %i gives %i bytes, %i whole descriptors", async (allocation, bytes, count) => {
    const unit = makeUnit();
    unit.backend.preset(full(8 * KiB), 16 * KiB);
    const { dataIn } = await unit.run(cdb.getLbaStatus(0, allocation));
    expect([dataIn.length, runs(dataIn).length]).toEqual([bytes, count]);
  });

  test("of a volume that is not thin says mapped", async () => {
    const { dataIn } = await makeUnit({ geometry: { thin: false } }).run(cdb.getLbaStatus(100, 1000));
    expect(runs(dataIn)).toEqual([[100, 8092, 0]]);
  });

  test("beyond the end is out of range", async () => {
    expect((await makeUnit().run(cdb.getLbaStatus(8192, 1000))).code).toBe("5/21/00");
  });
});

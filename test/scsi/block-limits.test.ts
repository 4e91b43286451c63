/** The facts of VPD B0h and B2h (SBC-3 6.6.3, 6.6.4), and that the commands keep to them. */
import { expect, test } from "vitest";
import { AtomicJournal } from "../../src/backend/atomic-journal.ts";
import { blockLimits } from "../../src/scsi/block-limits.ts";
import { ScsiStatus } from "../../src/scsi/status.ts";
import { cdb } from "./support/cdbs.ts";
import { GEOMETRY, MiB, makeUnit } from "./support/scsi-harness.ts";

const FACTS = {
  kind: "file",
  canDiscard: true,
  discardGranularity: 65_536,
  discardZeroes: true,
  readOnly: false,
  tellsSpace: true,
} as const;

test("counts are in logical blocks", () => {
  expect(blockLimits({ ...GEOMETRY, maxUnmapBytes: 1024 * MiB }, FACTS)).toMatchObject({
    maximumTransferLength: 4096,
    optimalTransferLength: 2048,
    optimalTransferGranularity: 8,
    maximumWriteSameLength: 8192,
    maximumCompareAndWriteLength: 255,
    maximumUnmapLbaCount: 2_097_152,
    maximumUnmapBlockDescriptorCount: 16,
    optimalUnmapGranularity: 128,
    physicalBlockExponent: 3,
    provisioningType: 2,
  });
});

test("a volume that is not thin promises no unmapping at all", () => {
  expect(blockLimits({ ...GEOMETRY, thin: false }, FACTS)).toMatchObject({
    maximumUnmapLbaCount: 0,
    maximumUnmapBlockDescriptorCount: 0,
    optimalUnmapGranularity: 0,
    provisioningManagement: false,
    unmappedReadsZero: false,
    provisioningType: 0,
  });
});

test("without a journal nothing is atomic; with one, what it takes, bounded by the transfer length and the field of the CDB", () => {
  const journal = (maxBytes: number) => new AtomicJournal("/none", "/none", maxBytes);
  const none = {
    maximumAtomicTransferLength: 0,
    atomicAlignment: 0,
    atomicTransferLengthGranularity: 0,
    maximumAtomicTransferLengthWithBoundary: 0,
    maximumAtomicBoundarySize: 0,
  };
  expect(blockLimits(GEOMETRY, FACTS)).toMatchObject(none);
  expect(blockLimits(GEOMETRY, FACTS, journal(MiB))).toMatchObject({ ...none, maximumAtomicTransferLength: 2048 });
  expect(blockLimits(GEOMETRY, FACTS, journal(16 * MiB)).maximumAtomicTransferLength).toBe(4096);
  const wide = { ...GEOMETRY, maxTransferBytes: 64 * MiB };
  expect(blockLimits(wide, FACTS, journal(64 * MiB)).maximumAtomicTransferLength).toBe(0xffff);
});

test("a field of 32 bits does not overflow", () => {
  expect(blockLimits({ ...GEOMETRY, maxUnmapBytes: 2 ** 42 }, FACTS).maximumUnmapLbaCount).toBe(0xffff_ffff);
});

test("an offline volume of 512-byte blocks still has whole numbers", () => {
  const limits = blockLimits({ ...GEOMETRY, physicalBlockSize: 512 }, undefined);
  expect([limits.optimalUnmapGranularity, limits.optimalTransferGranularity, limits.physicalBlockExponent]).toEqual([1, 1, 0]);
});

test("the largest lengths promised are taken, and one more is not", async () => {
  const unit = makeUnit({ sizeBytes: 8 * MiB, geometry: { maxCompareAndWriteBlocks: 7 } });
  const limits = blockLimits(unit.lu.geometry, unit.backend.facts);
  const same = Buffer.alloc(512, 1);
  const transfer = limits.maximumTransferLength;
  const statuses = [
    await unit.run(cdb.write16(0, transfer), { dataOut: Buffer.alloc(transfer * 512) }),
    await unit.run(cdb.write16(0, transfer + 1), { dataOut: Buffer.alloc((transfer + 1) * 512) }),
    await unit.run(cdb.writeSame16(0, limits.maximumWriteSameLength), { dataOut: same }),
    await unit.run(cdb.writeSame16(0, limits.maximumWriteSameLength + 1), { dataOut: same }),
    await unit.run(cdb.compareAndWrite(9000, 7), { dataOut: Buffer.alloc(14 * 512) }),
    await unit.run(cdb.compareAndWrite(9000, 8), { dataOut: Buffer.alloc(16 * 512) }),
  ].map((result) => result.status);
  const { Good, CheckCondition } = ScsiStatus;
  expect(statuses).toEqual([Good, CheckCondition, Good, CheckCondition, Good, CheckCondition]);
});

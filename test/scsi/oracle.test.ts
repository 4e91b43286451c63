/** Random sequences of block commands against a plain array of bytes: every byte is read back. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { ScsiStatus } from "../../src/scsi/status.ts";
import { cdb, unmapList } from "./support/cdbs.ts";
import { makeUnit, type UnitUnderTest } from "./support/scsi-harness.ts";

const BLOCKS = 96;

interface Step {
  readonly kind: "write" | "same" | "zero" | "unmap" | "or" | "caw" | "writeVerify" | "read" | "verify" | "sync";
  readonly lba: number;
  readonly blocks: number;
  readonly seed: number;
  readonly fua: boolean;
}

const step: fc.Arbitrary<Step> = fc.record({
  kind: fc.constantFrom("write", "same", "zero", "unmap", "or", "caw", "writeVerify", "read", "verify", "sync"),
  lba: fc.nat(BLOCKS - 1),
  blocks: fc.integer({ min: 1, max: 40 }),
  seed: fc.nat(255),
  fua: fc.boolean(),
});

/** Every block differs from every other and from that of another seed. */
function fill(bytes: number, seed: number): Buffer {
  const out = Buffer.alloc(bytes, Buffer.from(Array.from({ length: 251 }, (_, at) => at)));
  for (let at = 0; at < bytes; at += 512) out.writeUInt16BE((seed << 8) | ((at / 512) & 0xff), at);
  return out;
}

/** Does the step on the unit and on the model; the statuses must be what the model says. */
async function play(
  unit: UnitUnderTest,
  model: Buffer,
  { kind, lba, blocks, seed, fua }: Step,
  blockSize: number,
): Promise<void> {
  const inside = lba + blocks <= BLOCKS;
  const start = lba * blockSize;
  const bytes = blocks * blockSize;
  const flags = fua ? 0x08 : 0;
  const expected = inside ? ScsiStatus.Good : ScsiStatus.CheckCondition;
  const data = fill(bytes, seed);
  switch (kind) {
    case "write":
      expect((await unit.run(cdb.write16(lba, blocks, flags), { dataOut: data })).status).toBe(expected);
      if (inside) data.copy(model, start);
      return;
    case "writeVerify":
      expect((await unit.run(cdb.writeAndVerify16(lba, blocks, 0x02), { dataOut: data })).status).toBe(expected);
      if (inside) data.copy(model, start);
      return;
    case "same": {
      const dataOut = fill(blockSize, seed);
      expect((await unit.run(cdb.writeSame16(lba, blocks, flags), { dataOut })).status).toBe(expected);
      if (inside) for (let at = start; at < start + bytes; at += blockSize) dataOut.copy(model, at);
      return;
    }
    case "zero":
      expect((await unit.run(cdb.writeSame10(lba, blocks, flags), { dataOut: Buffer.alloc(blockSize) })).status).toBe(expected);
      if (inside) model.fill(0, start, start + bytes);
      return;
    case "unmap": {
      const dataOut = unmapList([
        { lba, blocks },
        { lba: seed % BLOCKS, blocks: 1 },
      ]);
      expect((await unit.run(cdb.unmap(dataOut.length), { dataOut })).status).toBe(expected);
      if (inside) {
        model.fill(0, start, start + bytes);
        model.fill(0, (seed % BLOCKS) * blockSize, ((seed % BLOCKS) + 1) * blockSize);
      }
      return;
    }
    case "or":
      expect((await unit.run(cdb.orwrite16(lba, blocks, flags), { dataOut: data })).status).toBe(expected);
      if (inside) for (let at = 0; at < bytes; at += 1) model[start + at]! |= data[at]!;
      return;
    case "caw": {
      const compare = inside ? Buffer.from(model.subarray(start, start + bytes)) : Buffer.alloc(bytes);
      const matches = seed % 3 !== 0;
      if (!matches) compare[seed]! ^= 0x10;
      const result = await unit.run(cdb.compareAndWrite(lba, blocks, flags), { dataOut: Buffer.concat([compare, data]) });
      expect(result.code).toBe(!inside ? "5/21/00" : matches ? undefined : "e/1d/00");
      if (inside && matches) data.copy(model, start);
      return;
    }
    case "read": {
      const result = await unit.run(cdb.read16(lba, blocks, flags));
      expect(result.status).toBe(expected);
      if (inside) expect(result.dataIn.equals(model.subarray(start, start + bytes))).toBe(true);
      return;
    }
    case "verify": {
      const dataOut = inside ? Buffer.from(model.subarray(start, start + bytes)) : Buffer.alloc(bytes);
      expect((await unit.run(cdb.verify16(lba, blocks, 0x02), { dataOut })).status).toBe(expected);
      return;
    }
    case "sync":
      expect((await unit.run(cdb.synchronizeCache16(lba, blocks))).status).toBe(expected);
      if (inside) expect(unit.backend.stable.equals(model)).toBe(true);
      return;
  }
}

test.each([
  { blockSize: 512, granularity: 4096, writeCache: true },
  { blockSize: 4096, granularity: 4096, writeCache: false },
  { blockSize: 512, granularity: 65_536, writeCache: false },
])(
  "any sequence leaves exactly the bytes of the model ($blockSize-byte blocks, granules of $granularity, cache $writeCache)",
  async ({ blockSize, granularity, writeCache }) => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
        const unit = makeUnit({
          sizeBytes: BLOCKS * blockSize,
          geometry: { blockSize, physicalBlockSize: 4096 },
          facts: { discardGranularity: granularity },
          writeCache,
        });
        const model = Buffer.alloc(BLOCKS * blockSize);
        for (const one of steps) {
          await play(unit, model, one, blockSize);
          if (!writeCache) expect(unit.backend.stable.equals(model)).toBe(true);
        }
        const { dataIn } = await unit.run(cdb.read16(0, BLOCKS), { expectedIn: BLOCKS * blockSize });
        expect(dataIn.equals(model)).toBe(true);
        unit.expectIdle();
      }),
      { numRuns: 40 },
    );
  },
);

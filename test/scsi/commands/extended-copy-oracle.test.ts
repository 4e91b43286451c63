/** Random lists of segments over two units, against a plain model of SPC-4 5.17.7.2 that moves bytes one segment after the other. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { ScsiStatus } from "../../../src/scsi/status.ts";
import { CopyPair } from "../support/copy-harness.ts";
import type { SegmentFields } from "../support/copy-lists.ts";
import { KiB, MiB } from "../support/scsi-harness.ts";

const BYTES = 256 * KiB;
const NONE = Buffer.alloc(0);

interface Side {
  readonly data: Buffer;
  readonly block: number;
  readonly pad: boolean;
}

const blocksOf = (side: Side): number => side.data.length / side.block;

/** The status the list deserves, and what it leaves in `sides`. Nothing changes when a segment can't be done. */
function model(sides: readonly Side[], segments: readonly SegmentFields[]): "good" | "refused" {
  const images = sides.map(({ data }) => Buffer.from(data));
  let source = NONE;
  let destination = NONE;
  for (const { dc, cat, source: from = 0, destination: to = 0, blocks, from: readAt, to: writeAt } of segments) {
    const reads = sides[from]!;
    const writes = sides[to]!;
    const carried = source.length + destination.length > 0;
    const process = dc ? Math.max(0, blocks * writes.block - destination.length) : blocks * reads.block;
    const readBlocks = Math.max(0, Math.ceil((process - source.length) / reads.block));
    if (readBlocks > 0 && Number(readAt) + readBlocks > blocksOf(reads)) return "refused";
    const at = Number(readAt) * reads.block;
    source = Buffer.concat([source, images[from]!.subarray(at, at + readBlocks * reads.block)]);
    destination = Buffer.concat([destination, source.subarray(0, process)]);
    source = source.subarray(process);
    let written = dc ? blocks : Math.floor(destination.length / writes.block);
    const left = destination.length - written * writes.block;
    if (!cat && (left > 0 || source.length > 0)) {
      if (!reads.pad && !writes.pad) return "refused";
      if (writes.pad && left > 0) {
        if (dc) return "refused";
        destination = Buffer.concat([destination, Buffer.alloc(writes.block - left)]);
        written += 1;
      }
    }
    if (written > 0 && Number(writeAt) + written > blocksOf(writes)) return "refused";
    const overlap = from === to && Number(readAt) < Number(writeAt) + written && Number(writeAt) < Number(readAt) + readBlocks;
    if (carried && overlap) return "refused";
    // A copy first: as if everything were read before anything is written.
    Buffer.from(destination.subarray(0, written * writes.block)).copy(images[to]!, Number(writeAt) * writes.block);
    destination = cat ? destination.subarray(written * writes.block) : NONE;
    if (!cat && !(writes.pad && !reads.pad)) source = NONE;
  }
  for (const [index, image] of images.entries()) image.copy(sides[index]!.data);
  return "good";
}

/** Most segments end within both units, so that most lists are copied; some begin at the end, or reach beyond it. */
const segmentOver = (first: number, second: number): fc.Arbitrary<SegmentFields> => {
  const smaller = Math.floor(BYTES / Math.max(first, second));
  const place = fc.oneof({ arbitrary: fc.nat(smaller >> 1), weight: 3 }, { arbitrary: fc.nat(smaller), weight: 1 });
  return fc.record({
    dc: fc.boolean(),
    cat: fc.boolean(),
    source: fc.integer({ min: 0, max: 1 }),
    destination: fc.integer({ min: 0, max: 1 }),
    blocks: fc.oneof({ arbitrary: fc.nat(Math.min(24, smaller >> 2)), weight: 3 }, { arbitrary: fc.nat(80), weight: 1 }),
    from: place,
    to: place,
  });
};

test.each([
  [512, 512],
  [512, 4096],
  [4096, 512],
  [4096, 4096],
])("any segments over units of %i and %i bytes per block leave what the standard says", async (first, second) => {
  const good = { count: 0 };
  await fc.assert(
    fc.asyncProperty(
      fc.array(segmentOver(first, second), { minLength: 1, maxLength: 4 }),
      fc.tuple(fc.boolean(), fc.boolean()),
      async (segments, pads) => {
        const geometry = { physicalBlockSize: 4096, maxTransferBytes: 32 * KiB };
        const pair = new CopyPair(
          { sizeBytes: BYTES, poolBytes: 2 * MiB, geometry: { ...geometry, blockSize: first } },
          { sizeBytes: BYTES, geometry: { ...geometry, blockSize: second } },
          pads,
        );
        const sides: Side[] = [
          { data: Buffer.from(pair.unit.backend.data), block: first, pad: pads[0] },
          { data: Buffer.from(pair.other.backend.data), block: second, pad: pads[1] },
        ];
        const expected = model(sides, segments);
        const { status } = await pair.copy(...segments);
        expect(status).toBe(expected === "good" ? ScsiStatus.Good : ScsiStatus.CheckCondition);
        expect(pair.unit.backend.data.equals(sides[0]!.data)).toBe(true);
        expect(pair.other.backend.data.equals(sides[1]!.data)).toBe(true);
        pair.expectIdle();
        if (expected === "good") good.count += 1;
      },
    ),
    { numRuns: 80 },
  );
  // The property would hold of a copy that refuses everything.
  expect(good.count).toBeGreaterThan(15);
});

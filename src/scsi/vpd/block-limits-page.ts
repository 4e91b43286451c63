/** Block Limits (B0h): SBC-3 6.6.3; bytes 44 to 63: SBC-4 6.6.4. */
import { blockLimits } from "../block-limits.ts";
import type { VpdPage } from "./vpd-page.ts";

const BODY_BYTES = 60;
const WSNZ = 0x01;
const UGAVALID = 0x8000_0000;

export const BLOCK_LIMITS: VpdPage = {
  code: 0xb0,
  name: "Block Limits",
  clause: "SBC-3 6.6.3",
  encode: ({ lu }) => {
    const limits = blockLimits(lu.geometry, lu.backend?.facts, lu.atomicJournal);
    const page = Buffer.alloc(4 + BODY_BYTES);
    page[4] = limits.writeSameNonZero ? WSNZ : 0;
    page[5] = limits.maximumCompareAndWriteLength;
    page.writeUInt16BE(limits.optimalTransferGranularity, 6);
    page.writeUInt32BE(limits.maximumTransferLength, 8);
    page.writeUInt32BE(limits.optimalTransferLength, 12);
    page.writeUInt32BE(limits.maximumPrefetchLength, 16);
    page.writeUInt32BE(limits.maximumUnmapLbaCount, 20);
    page.writeUInt32BE(limits.maximumUnmapBlockDescriptorCount, 24);
    page.writeUInt32BE(limits.optimalUnmapGranularity, 28);
    // An alignment means something only beside a granularity.
    if (limits.optimalUnmapGranularity !== 0) page.writeUInt32BE(UGAVALID + limits.unmapGranularityAlignment, 32);
    page.writeBigUInt64BE(BigInt(limits.maximumWriteSameLength), 36);
    page.writeUInt32BE(limits.maximumAtomicTransferLength, 44);
    page.writeUInt32BE(limits.atomicAlignment, 48);
    page.writeUInt32BE(limits.atomicTransferLengthGranularity, 52);
    page.writeUInt32BE(limits.maximumAtomicTransferLengthWithBoundary, 56);
    page.writeUInt32BE(limits.maximumAtomicBoundarySize, 60);
    return page.subarray(4);
  },
};

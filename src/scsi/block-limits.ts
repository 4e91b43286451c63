/**
 * The facts that VPD pages B0h and B2h, READ CAPACITY(16) and the block commands must agree on (SBC-3 6.6.3, 6.6.4):
 * one pure function, so that a page can't promise what a command refuses.
 */
import type { BackendFacts } from "../backend/block-backend.ts";
import type { LuGeometry } from "./logical-unit.ts";

export interface BlockLimits {
  // Block Limits VPD page (B0h); counts are logical blocks unless said otherwise.
  /** WSNZ: WRITE SAME with zero blocks ("to the end of the medium") is refused. */
  readonly writeSameNonZero: true;
  readonly maximumCompareAndWriteLength: number;
  readonly optimalTransferGranularity: number;
  readonly maximumTransferLength: number;
  readonly optimalTransferLength: number;
  /** 0: PRE-FETCH takes any length. */
  readonly maximumPrefetchLength: 0;
  /** 0 with the one below: UNMAP is not implemented. */
  readonly maximumUnmapLbaCount: number;
  /** Descriptors. */
  readonly maximumUnmapBlockDescriptorCount: number;
  readonly optimalUnmapGranularity: number;
  /** UGAVALID and UNMAP GRANULARITY ALIGNMENT: granules begin at LBA 0. */
  readonly unmapGranularityAlignment: 0;
  readonly maximumWriteSameLength: number;

  // Logical Block Provisioning VPD page (B2h), and READ CAPACITY(16).
  /** LBPME, and so LBPU, LBPWS and LBPWS10. */
  readonly provisioningManagement: boolean;
  /** LBPRZ: an unmapped block reads as zeroes. Always true with LBPME, since partial granules are zeroed. */
  readonly unmappedReadsZero: boolean;
  /** ANC_SUP: anchored blocks don't exist here. */
  readonly anchorSupported: false;
  /** PROVISIONING TYPE: 2 thin, 0 fully provisioned. */
  readonly provisioningType: 0 | 2;
  /** THRESHOLD EXPONENT: no thresholds. */
  readonly thresholdExponent: 0;

  /** LOGICAL BLOCKS PER PHYSICAL BLOCK EXPONENT. */
  readonly physicalBlockExponent: number;
  readonly lowestAlignedLba: 0;
}

/** Bytes. Larger transfers gain nothing: a piece of this size is one request to the backend. */
const OPTIMAL_TRANSFER_BYTES = 1024 * 1024;

/** `facts` is undefined while the volume is offline: only the granularity depends on it. */
export function blockLimits(geometry: LuGeometry, facts: BackendFacts | undefined): BlockLimits {
  const { blockSize, physicalBlockSize, thin } = geometry;
  const blocks = (bytes: number): number => Math.floor(bytes / blockSize);
  const granule = Math.max(facts?.discardGranularity ?? 0, physicalBlockSize);
  return {
    writeSameNonZero: true,
    maximumCompareAndWriteLength: geometry.maxCompareAndWriteBlocks,
    optimalTransferGranularity: Math.max(1, blocks(physicalBlockSize)),
    maximumTransferLength: blocks(geometry.maxTransferBytes),
    optimalTransferLength: blocks(Math.min(OPTIMAL_TRANSFER_BYTES, geometry.maxTransferBytes)),
    maximumPrefetchLength: 0,
    maximumUnmapLbaCount: thin ? Math.min(blocks(geometry.maxUnmapBytes), 0xffff_ffff) : 0,
    maximumUnmapBlockDescriptorCount: thin ? geometry.maxUnmapDescriptors : 0,
    optimalUnmapGranularity: thin ? Math.max(1, blocks(granule)) : 0,
    unmapGranularityAlignment: 0,
    maximumWriteSameLength: blocks(geometry.maxWriteSameBytes),
    provisioningManagement: thin,
    unmappedReadsZero: thin,
    anchorSupported: false,
    provisioningType: thin ? 2 : 0,
    thresholdExponent: 0,
    physicalBlockExponent: Math.max(0, Math.round(Math.log2(physicalBlockSize / blockSize))),
    lowestAlignedLba: 0,
  };
}

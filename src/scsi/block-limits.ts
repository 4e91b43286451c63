/**
 * The facts that VPD pages B0h and B2h, READ CAPACITY(16) and the block commands must agree on (SBC-3 6.6.3, 6.6.4):
 * one pure function, so that a page can't promise what a command refuses.
 */
import type { BackendFacts } from "../backend/block-backend.ts";
import type { LogicalUnit, LuGeometry } from "./logical-unit.ts";
import { thresholdExponent } from "./provisioning-threshold.ts";

export interface BlockLimits {
  // Block Limits VPD page (B0h); counts are logical blocks unless said otherwise.
  /** WSNZ 0: WRITE SAME with zero blocks means "to the end of the medium", as far as MAXIMUM WRITE SAME LENGTH reaches. */
  readonly writeSameNonZero: false;
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
  /**
   * WRITE ATOMIC is as long as the journal takes (backend/atomic-journal.ts), begins anywhere, and is of any length up to that; 0 without a
   * journal: the unit does not have the command. The storage itself would promise no more than one physical block, if that.
   */
  readonly maximumAtomicTransferLength: number;
  readonly atomicAlignment: 0;
  readonly atomicTransferLengthGranularity: 0;
  /** A command is one atomic write, never several at boundaries. */
  readonly maximumAtomicTransferLengthWithBoundary: 0;
  readonly maximumAtomicBoundarySize: 0;

  // Logical Block Provisioning VPD page (B2h), and READ CAPACITY(16).
  /** LBPME, and so LBPU, LBPWS and LBPWS10. */
  readonly provisioningManagement: boolean;
  /** LBPRZ: an unmapped block reads as zeroes. Always true with LBPME, since partial granules are zeroed. */
  readonly unmappedReadsZero: boolean;
  /** ANC_SUP: anchored blocks don't exist here. */
  readonly anchorSupported: false;
  /** PROVISIONING TYPE: 2 thin, 0 fully provisioned. */
  readonly provisioningType: 0 | 2;
  /** THRESHOLD EXPONENT: log2 of the logical blocks of a threshold set; 0 where there are no thresholds. */
  readonly thresholdExponent: number;

  /** LOGICAL BLOCKS PER PHYSICAL BLOCK EXPONENT. */
  readonly physicalBlockExponent: number;
  readonly lowestAlignedLba: 0;
}

/** What TRANSFER LENGTH of WRITE ATOMIC(16) can say. */
const ATOMIC_LENGTH_MAX = 0xffff;

/** In logical blocks. */
export function maximumAtomicTransferLength({
  geometry,
  atomicJournal,
}: Pick<LogicalUnit, "geometry" | "atomicJournal">): number {
  const bytes = Math.min(atomicJournal?.maxBytes ?? 0, geometry.maxTransferBytes);
  return Math.min(Math.floor(bytes / geometry.blockSize), ATOMIC_LENGTH_MAX);
}

/** Bytes. Larger transfers gain nothing: a piece of this size is one request to the backend. */
const OPTIMAL_TRANSFER_BYTES = 1024 * 1024;

/** `facts` is undefined while the volume is offline: only the granularity depends on it. `atomicJournal`: see LogicalUnit. */
export function blockLimits(
  geometry: LuGeometry,
  facts: BackendFacts | undefined,
  atomicJournal?: LogicalUnit["atomicJournal"],
): BlockLimits {
  const { blockSize, physicalBlockSize, thin } = geometry;
  const blocks = (bytes: number): number => Math.floor(bytes / blockSize);
  const granule = Math.max(facts?.discardGranularity ?? 0, physicalBlockSize);
  return {
    writeSameNonZero: false,
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
    maximumAtomicTransferLength: maximumAtomicTransferLength({ geometry, atomicJournal }),
    atomicAlignment: 0,
    atomicTransferLengthGranularity: 0,
    maximumAtomicTransferLengthWithBoundary: 0,
    maximumAtomicBoundarySize: 0,
    provisioningManagement: thin,
    unmappedReadsZero: thin,
    anchorSupported: false,
    provisioningType: thin ? 2 : 0,
    thresholdExponent: thin && facts?.tellsSpace === true ? thresholdExponent(blockSize) : 0,
    physicalBlockExponent: Math.max(0, Math.round(Math.log2(physicalBlockSize / blockSize))),
    lowestAlignedLba: 0,
  };
}

/**
 * From a parameter list to what is read and written: every segment is resolved and checked before the first byte moves, so that a list
 * with a mistake in its last segment changes nothing.
 *
 * Blocks of source and destination may have different lengths. What does not fill a block at the end of a segment is residual
 * data (SPC-4 5.17.7.2): source data that was read and not processed, destination data that was processed and not written.
 * CAT and PAD say what becomes of it. How much there is depends on lengths only, so all of it is known here.
 */
import type { LunNexus } from "../nexus.ts";
import { SENSE, type Sense, type SenseCode } from "../sense.ts";
import { COPY_LIMITS, CscdId } from "./copy-facts.ts";
import { BLOCK_LENGTH_AT, UnitFinder } from "./cscd-descriptors.ts";
import type { CopyRequest } from "./parameter-list.ts";
import { badField, isSense } from "./refusal.ts";
import { type SegmentDescriptor, SegmentField } from "./segment-descriptors.ts";

/** A copy source or destination that was found. */
export interface CopyEnd {
  readonly lunNexus: LunNexus;
  /** Its CSCD descriptor in the parameter list; undefined: the unit that the command was sent to. */
  readonly cscdAt: number | undefined;
  readonly pad: boolean;
}

/** One segment, ready to run. Offsets of data count bytes from the start of the segment. */
export interface Transfer {
  readonly segment: SegmentDescriptor;
  readonly source: CopyEnd;
  readonly destination: CopyEnd;
  readonly readBlocks: number;
  /** Bytes that become destination data: residual source data first, then what is read. */
  readonly processBytes: number;
  /** Blocks to write: residual destination data first, then what is processed, then `padBytes` of zeroes. */
  readonly writeBlocks: number;
  readonly padBytes: number;
  /** Residual data is kept for the next segment. */
  readonly keepSource: boolean;
  readonly keepDestination: boolean;
}

/**
 * COPY ABORTED, pointing at a byte of the parameter list (SPC-4 5.17.7.4). The segment that is told is the first: hosts take every one before
 * it for copied, and nothing is copied when a list is refused here.
 */
function aborted(code: SenseCode, byte: number): Sense {
  return { code, segment: 0, field: { inCdb: false, byte } };
}

export const blockSizeOf = (end: CopyEnd): number => end.lunNexus.lu.blockSize;

export function planCopy(request: CopyRequest, own: LunNexus): Transfer[] | Sense {
  const transfers: Transfer[] = [];
  const finder = new UnitFinder(own.nexus);
  let sourceResidue = 0;
  let destinationResidue = 0;
  for (const segment of request.segments) {
    const source = resolve(request, own, finder, segment, SegmentField.Source);
    if (isSense(source)) return source;
    const destination = resolve(request, own, finder, segment, SegmentField.Destination);
    if (isSense(destination)) return destination;
    const amounts = measure(segment, source, destination, sourceResidue, destinationResidue);
    if (isSense(amounts)) return amounts;
    const { sourceLeft, destinationLeft, ...transfer } = amounts;
    const wrong = check(transfer, sourceResidue + destinationResidue > 0);
    if (wrong !== undefined) return wrong;
    transfers.push(transfer);
    sourceResidue = transfer.keepSource ? sourceLeft : 0;
    destinationResidue = transfer.keepDestination ? destinationLeft : 0;
  }
  return transfers;
}

/** The unit behind a CSCD descriptor ID (SPC-4 6.4.6.1, 5.17.7.4); `field` says which one of the segment. */
function resolve(
  request: CopyRequest,
  own: LunNexus,
  finder: UnitFinder,
  segment: SegmentDescriptor,
  field: number,
): CopyEnd | Sense {
  const id = field === SegmentField.Source ? segment.sourceId : segment.destinationId;
  if (id === CscdId.CopyManager) return { lunNexus: own, cscdAt: undefined, pad: false };
  // A null logical unit takes no commands: it is as good as out of reach.
  if (id === CscdId.NullBlockDevice || id === CscdId.NullStreamDevice) {
    return aborted(SENSE.copyTargetNotReachable, segment.at + field);
  }
  const cscd = request.cscds.get(id);
  if (cscd === undefined) {
    // In the format with long list identifiers ID 0 is the header, which is made up as a descriptor that nobody may use (SPC-4 6.4.2, 6.4.5.2).
    const header = request.header.format === 4 && id === 0;
    return aborted(header ? SENSE.copyOfInvalidField : SENSE.unreachableCopyTarget, segment.at + field);
  }
  const lunNexus = finder.find(cscd);
  if (lunNexus === undefined) return aborted(SENSE.copyTargetNotReachable, cscd.at);
  if (cscd.peripheralType !== 0) return aborted(SENSE.incorrectCopyTargetType, cscd.at);
  const { blockSize } = lunNexus.lu;
  if (cscd.blockLength !== 0 && cscd.blockLength !== blockSize) return badField(cscd.at + BLOCK_LENGTH_AT);
  return { lunNexus, cscdAt: cscd.at, pad: cscd.pad };
}

type Amounts = Transfer & { readonly sourceLeft: number; readonly destinationLeft: number };

/** SPC-4 6.4.6.4 with tables 115 and 116. */
function measure(
  segment: SegmentDescriptor,
  source: CopyEnd,
  destination: CopyEnd,
  sourceResidue: number,
  destinationResidue: number,
): Amounts | Sense {
  const sourceBlock = blockSizeOf(source);
  const destinationBlock = blockSizeOf(destination);
  const { blocks, destinationCount, concatenate } = segment;
  const processBytes = destinationCount ? Math.max(0, blocks * destinationBlock - destinationResidue) : blocks * sourceBlock;
  const readBlocks = Math.max(0, Math.ceil((processBytes - sourceResidue) / sourceBlock));
  const available = destinationResidue + processBytes;
  const whole = destinationCount ? blocks : Math.floor(available / destinationBlock);
  const sourceLeft = sourceResidue + readBlocks * sourceBlock - processBytes;
  const destinationLeft = available - whole * destinationBlock;
  const inexact = sourceLeft + destinationLeft > 0;
  let padBytes = 0;
  if (!concatenate && inexact) {
    const pads = destination.pad && destinationLeft > 0;
    if ((pads && destinationCount) || !(source.pad || destination.pad)) {
      return aborted(SENSE.unexpectedInexactSegment, segment.at);
    }
    if (pads) padBytes = destinationBlock - destinationLeft;
  }
  return {
    segment,
    source,
    destination,
    readBlocks,
    processBytes,
    writeBlocks: padBytes > 0 ? whole + 1 : whole,
    padBytes,
    keepSource: concatenate || (destination.pad && !source.pad),
    keepDestination: concatenate,
    sourceLeft,
    destinationLeft: padBytes > 0 ? 0 : destinationLeft,
  };
}

/** Lengths and ranges; `carried`: there is residual data of earlier segments. */
function check(transfer: Transfer, carried: boolean): Sense | undefined {
  const { segment, source, destination, readBlocks, writeBlocks, padBytes } = transfer;
  if (writeBlocks * blockSizeOf(destination) - padBytes > COPY_LIMITS.segmentBytes) {
    return badField(segment.at + SegmentField.Blocks);
  }
  if (!isOnMedium(source, segment.sourceLba, readBlocks)) return outOfRange(segment, SegmentField.SourceLba);
  if (!isOnMedium(destination, segment.destinationLba, writeBlocks)) return outOfRange(segment, SegmentField.DestinationLba);
  // Residual data comes before what is read and shifts it: blocks might be written that still have to be read, in either direction.
  if (carried && overlaps(transfer)) {
    return aborted(SENSE.invalidCopyOperation, segment.at + SegmentField.DestinationLba);
  }
  return undefined;
}

/** The standard has no additional sense code for this one: the field pointer says what is wrong. */
function outOfRange(segment: SegmentDescriptor, field: number): Sense {
  return aborted(SENSE.copyAborted, segment.at + field);
}

/** A unit that is offline has no size: what it answers to the copy manager is told then. An LBA that no volume has is no question to it. */
function isOnMedium({ lunNexus: { lu } }: CopyEnd, lba: number, blocks: number): boolean {
  return blocks === 0 || lba + blocks <= (lu.backend === undefined ? Number.MAX_SAFE_INTEGER : lu.state.sizeBlocks);
}

/** Source and destination share blocks. */
export function overlaps({ segment, source, destination, readBlocks, writeBlocks }: Transfer): boolean {
  return (
    source.lunNexus.lu === destination.lunNexus.lu &&
    segment.sourceLba < segment.destinationLba + writeBlocks &&
    segment.destinationLba < segment.sourceLba + readBlocks
  );
}

/** They do, and the destination is behind the source: it must be copied from its end. */
export function overlapsUpwards(transfer: Transfer): boolean {
  return transfer.segment.destinationLba > transfer.segment.sourceLba && overlaps(transfer);
}

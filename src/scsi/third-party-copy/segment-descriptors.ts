/** Segment descriptors: SPC-4 6.4.6. Of their types block device to block device (6.4.6.4) is supported. */
import { u16, u64 } from "../cdb.ts";
import { SENSE, type Sense } from "../sense.ts";
import { COPY_LIMITS, DescriptorType, SEGMENT_BYTES } from "./copy-facts.ts";
import { badField, isSense, refusal, strayBit } from "./refusal.ts";

export interface SegmentDescriptor {
  /** From 0, in the order of the parameter list. */
  readonly number: number;
  /** Its first byte in the parameter list. */
  readonly at: number;
  /** CAT: residual data is kept for the next segment. */
  readonly concatenate: boolean;
  /** DC: `blocks` counts those of the destination, not of the source. */
  readonly destinationCount: boolean;
  readonly sourceId: number;
  readonly destinationId: number;
  readonly blocks: number;
  readonly sourceLba: number;
  readonly destinationLba: number;
}

/** Where in a descriptor its fields are: what field pointers name. */
export const SegmentField = { Source: 4, Destination: 6, Blocks: 10, SourceLba: 12, DestinationLba: 20 } as const;

const HEADER_BYTES = 4;
const DC = 0x02;
const CAT = 0x01;

/** The list is `bytes` long and lies in the buffer. */
export function parseSegmentDescriptors(list: Buffer, from: number, bytes: number): SegmentDescriptor[] | Sense {
  const found: SegmentDescriptor[] = [];
  const end = from + bytes;
  for (let at = from; at < end; at += SEGMENT_BYTES) {
    if (found.length === COPY_LIMITS.segments) return refusal(SENSE.tooManySegmentDescriptors, at);
    if (list[at] !== DescriptorType.BlockToBlock) return refusal(SENSE.unsupportedSegmentDescriptorType, at);
    // A descriptor that the list's length cuts off is no descriptor.
    if (end - at < SEGMENT_BYTES) return { code: SENSE.parameterListLengthError };
    const descriptor = parseOne(list, at, found.length);
    if (isSense(descriptor)) return descriptor;
    found.push(descriptor);
  }
  return found;
}

/** A reserved bit may ask for what is not done here ("fast copy only" of SPC-5 is one): it is refused. */
function parseOne(list: Buffer, at: number, number: number): SegmentDescriptor | Sense {
  const stray = strayBit(list, at + 1, [0xff & ~(DC | CAT)]) ?? strayBit(list, at + 8, [0xff, 0xff]);
  if (stray !== undefined) return stray;
  if (u16(list, at + 2) !== SEGMENT_BYTES - HEADER_BYTES) return badField(at + 2);
  return {
    number,
    at,
    concatenate: (list[at + 1]! & CAT) !== 0,
    destinationCount: (list[at + 1]! & DC) !== 0,
    sourceId: u16(list, at + SegmentField.Source),
    destinationId: u16(list, at + SegmentField.Destination),
    blocks: u16(list, at + SegmentField.Blocks),
    sourceLba: u64(list, at + SegmentField.SourceLba),
    destinationLba: u64(list, at + SegmentField.DestinationLba),
  };
}

/**
 * The parameter list of EXTENDED COPY (SPC-4 5.17.7.1): the header in both of its formats (6.4.2, 6.5), and the whole list. Pure: what is wrong
 * comes back as sense data, with a field pointer. Nothing is read beyond the buffer.
 */
import { u16, u32 } from "../cdb.ts";
import { SENSE, type Sense } from "../sense.ts";
import { COPY_LIMITS, CSCD_BYTES } from "./copy-facts.ts";
import { type CscdDescriptor, parseCscdDescriptors } from "./cscd-descriptors.ts";
import { badField, isSense, refusal, strayBit } from "./refusal.ts";
import { parseSegmentDescriptors, type SegmentDescriptor } from "./segment-descriptors.ts";

/** Length of the list identifier in bytes: it tells the two formats apart. */
export type ListFormat = 1 | 4;

/** LIST ID USAGE (SPC-4 6.4.3.2). */
export const ListIdUsage = { Hold: 0b00, Reserved: 0b01, Discard: 0b10, None: 0b11 } as const;

export interface CopyHeader {
  readonly format: ListFormat;
  readonly listId: number;
  readonly usage: number;
  readonly immediate: boolean;
  readonly goodSense: boolean;
  readonly cscdAt: number;
  readonly cscdBytes: number;
  readonly segmentsAt: number;
  readonly segmentBytes: number;
}

export interface CopyRequest {
  readonly header: CopyHeader;
  /** By CSCD descriptor ID. */
  readonly cscds: ReadonlyMap<number, CscdDescriptor>;
  readonly segments: readonly SegmentDescriptor[];
}

/** Bytes of the header, and where in it the fields are that both formats have. */
const SHAPES = {
  1: { bytes: 16, cscdLengthAt: 2, segmentLengthAt: 8, inlineLengthAt: 12 },
  4: { bytes: 48, cscdLengthAt: 42, segmentLengthAt: 44, inlineLengthAt: 46 },
} as const;

const USAGE_AT = 1;
const USAGE_MSB = 4;
/** Where CSCD descriptor ID 0 would be in either format: in the longer one that is the header itself (table 148). */
const ID_ZERO_AT = 16;

const reservedBytes = (count: number): number[] => new Array<number>(count).fill(0xff);

export function parseCopyList(list: Buffer, format: ListFormat): CopyRequest | Sense {
  const header = parseHeader(list, format);
  if (isSense(header)) return header;
  const descriptors = parseCscdDescriptors(list, header.cscdAt, header.cscdBytes);
  if (isSense(descriptors)) return descriptors;
  const segments = parseSegmentDescriptors(list, header.segmentsAt, header.segmentBytes);
  if (isSense(segments)) return segments;
  return { header, cscds: new Map(descriptors.map((each) => [(each.at - ID_ZERO_AT) / CSCD_BYTES, each])), segments };
}

function parseHeader(list: Buffer, format: ListFormat): CopyHeader | Sense {
  const shape = SHAPES[format];
  if (list.length < shape.bytes) return { code: SENSE.parameterListLengthError };
  const wrong = format === 1 ? reservedOfLid1(list) : reservedOfLid4(list);
  if (wrong !== undefined) return wrong;
  const usage = (list[USAGE_AT]! >>> 3) & 0b11;
  const listId = format === 1 ? list[0]! : u32(list, 20);
  if (usage === ListIdUsage.Reserved) return badField(USAGE_AT, USAGE_MSB);
  if (usage === ListIdUsage.None && listId !== 0) return badField(format === 1 ? 0 : 20);
  const immediate = format === 4 && (list[15]! & 0x01) !== 0;
  const goodSense = format === 4 && (list[15]! & 0x02) !== 0;
  // The standard calls this an invalid field in the CDB although it is none (SPC-4 6.4.2).
  if (immediate && (goodSense || usage === ListIdUsage.None)) return { code: SENSE.invalidFieldInCdb };
  const cscdBytes = u16(list, shape.cscdLengthAt);
  const segmentBytes = format === 1 ? u32(list, shape.segmentLengthAt) : u16(list, shape.segmentLengthAt);
  const inlineBytes = format === 1 ? u32(list, shape.inlineLengthAt) : u16(list, shape.inlineLengthAt);
  const wrongLength = checkLengths(list.length - shape.bytes, cscdBytes, segmentBytes, inlineBytes, shape);
  if (wrongLength !== undefined) return wrongLength;
  const cscdAt = shape.bytes;
  return {
    format,
    listId,
    usage,
    immediate,
    goodSense,
    cscdAt,
    cscdBytes,
    segmentsAt: cscdAt + cscdBytes,
    segmentBytes,
  };
}

/** SPC-4 6.4.1 (truncation), 6.4.3.4 to 6.4.3.6. `room` is what the list has behind its header. */
function checkLengths(
  room: number,
  cscdBytes: number,
  segmentBytes: number,
  inlineBytes: number,
  shape: (typeof SHAPES)[ListFormat],
): Sense | undefined {
  const tooLong = cscdBytes + segmentBytes > COPY_LIMITS.descriptorListBytes;
  if (cscdBytes + segmentBytes + inlineBytes > room || tooLong) return { code: SENSE.parameterListLengthError };
  if (cscdBytes % CSCD_BYTES !== 0) return badField(shape.cscdLengthAt);
  if (cscdBytes / CSCD_BYTES > COPY_LIMITS.cscdDescriptors) return refusal(SENSE.tooManyTargetDescriptors, shape.cscdLengthAt);
  if (inlineBytes > COPY_LIMITS.inlineDataBytes) return refusal(SENSE.inlineDataLengthExceeded, shape.inlineLengthAt);
  return undefined;
}

/** Bits 7 and 6 of byte 1 are reserved; STR and PRIORITY are hints that have no effect here. */
function reservedOfLid1(list: Buffer): Sense | undefined {
  return strayBit(list, 1, [0xc0]) ?? strayBit(list, 4, reservedBytes(4));
}

function reservedOfLid4(list: Buffer): Sense | undefined {
  if (list[0] !== 0x01) return badField(0);
  const stray = strayBit(list, 1, [0xc0]);
  if (stray !== undefined) return stray;
  if (u16(list, 2) !== CSCD_BYTES) return badField(2);
  const front = strayBit(list, 4, [...reservedBytes(11), 0xfc]);
  if (front !== undefined) return front;
  if (list[16] !== 0xff) return badField(16);
  return strayBit(list, 17, reservedBytes(3)) ?? strayBit(list, 24, reservedBytes(18));
}

/**
 * The Basic Header Segment: RFC 7143 11.2.1. 48 bytes at the start of every PDU, big-endian.
 * Offsets are bytes from its beginning. The accessors read single bytes instead of going through
 * Buffer's checked readers: they run several times for every PDU, and the framer has already made
 * sure that 48 bytes are there.
 */

export const BHS_LENGTH = 48;

/** Unit of TotalAHSLength, bytes: RFC 7143 11.2.1.5. */
const AHS_WORD_BYTES = 4;

/** Where the fields common to many PDUs lie; fields of one PDU are named in its own file. */
export const BHS = {
  opcode: 0,
  flags: 1,
  totalAhsLength: 4,
  dataSegmentLength: 5,
  lun: 8,
  initiatorTaskTag: 16,
  /** Target Transfer Tag, Referenced Task Tag, SNACK Tag, CID or Expected Data Transfer Length. */
  word20: 20,
  /** CmdSN from initiators, StatSN from targets. */
  sn: 24,
  /** ExpStatSN from initiators, ExpCmdSN from targets. */
  expSn: 28,
  maxCmdSn: 32,
  word36: 36,
  word40: 40,
  word44: 44,
} as const;

/** I bit of byte 0: RFC 7143 11.2.1.1. */
export const IMMEDIATE_BIT = 0x40;
const OPCODE_MASK = 0x3f;

/** F bit of byte 1: RFC 7143 11.2.1.3. */
export const FINAL_BIT = 0x80;

export function get16(bytes: Uint8Array, at: number): number {
  return (bytes[at]! << 8) | bytes[at + 1]!;
}

export function get24(bytes: Uint8Array, at: number): number {
  return (bytes[at]! << 16) | (bytes[at + 1]! << 8) | bytes[at + 2]!;
}

export function get32(bytes: Uint8Array, at: number): number {
  return ((bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!) >>> 0;
}

export function put16(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value >>> 8;
  bytes[at + 1] = value;
}

export function put24(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value >>> 16;
  bytes[at + 1] = value >>> 8;
  bytes[at + 2] = value;
}

export function put32(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value >>> 24;
  bytes[at + 1] = value >>> 16;
  bytes[at + 2] = value >>> 8;
  bytes[at + 3] = value;
}

/** Operation code without the I bit. */
export function opcode(bhs: Uint8Array, offset: number): number {
  return bhs[offset]! & OPCODE_MASK;
}

export function isImmediate(bhs: Uint8Array, offset: number): boolean {
  return (bhs[offset]! & IMMEDIATE_BIT) !== 0;
}

/** Byte 1, whose meaning depends on the operation code. */
export function flags(bhs: Uint8Array, offset: number): number {
  return bhs[offset + BHS.flags]!;
}

/** Length of all additional header segments, bytes (0 to 1020). */
export function totalAhsLength(bhs: Uint8Array, offset: number): number {
  return bhs[offset + BHS.totalAhsLength]! * AHS_WORD_BYTES;
}

/** Length of the data segment without its padding, bytes (0 to 2^24 - 1). */
export function dataSegmentLength(bhs: Uint8Array, offset: number): number {
  return get24(bhs, offset + BHS.dataSegmentLength);
}

/** Bytes that fill a segment up to the next multiple of four: RFC 7143 11.1. */
export function paddingOf(length: number): number {
  return -length & 3;
}

/** Starts a header: zeroes 48 bytes, so that every reserved field is zero, and writes the first two. */
export function beginBhs(out: Uint8Array, offset: number, byte0: number, byte1: number): void {
  out.fill(0, offset, offset + BHS_LENGTH);
  out[offset] = byte0;
  out[offset + BHS.flags] = byte1;
}

/** Writes TotalAHSLength, given in bytes (a multiple of four). */
export function putTotalAhsLength(out: Uint8Array, offset: number, bytes: number): void {
  out[offset + BHS.totalAhsLength] = bytes / AHS_WORD_BYTES;
}

export function putDataSegmentLength(out: Uint8Array, offset: number, bytes: number): void {
  put24(out, offset + BHS.dataSegmentLength, bytes);
}

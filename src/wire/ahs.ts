/**
 * Additional Header Segments: RFC 7143 11.2.2. Two types exist: the part of a CDB beyond 16 bytes
 * (11.2.2.3) and the expected read length of a bidirectional command (11.2.2.4). Every length is
 * checked: an AHS list must fill its room exactly, and each type may occur once.
 */
import { get16, get32, paddingOf, put16, put32 } from "./bhs.ts";
import { REJECT_REASON } from "./pdu/reject.ts";
import { ProtocolError } from "./protocol-error.ts";

const AHS_TYPE = { extendedCdb: 0x01, bidirectionalReadLength: 0x02 } as const;
const AHS_TYPE_MASK = 0x3f;

/** AHSLength and AHSType: what AHSLength does not count. */
const AHS_PREFIX_BYTES = 3;
/** AHSLength counts the reserved byte 3. */
const AHS_FIXED_BYTES = 4;

/** Bytes of a CDB that travel in the BHS. */
export const BHS_CDB_BYTES = 16;
/** SPC-4 4.2.3: a variable length CDB has at most 260 bytes. */
const CDB_MAX_BYTES = 260;
const BIDIRECTIONAL_AHS_LENGTH = 5;

/** What the additional header segments of one SCSI Command said. Reusable. */
export interface AdditionalHeaders {
  /** Where in the buffer the 17th byte of the CDB lies; meaningless when the length is 0. */
  extendedCdbOffset: number;
  /** Bytes of the CDB beyond the first 16, padding included where CDBLength is no multiple of four. */
  extendedCdbLength: number;
  /** Bytes, or -1 when the segment is absent. */
  bidirectionalReadLength: number;
}

export function blankAdditionalHeaders(): AdditionalHeaders {
  return { extendedCdbOffset: 0, extendedCdbLength: 0, bidirectionalReadLength: -1 };
}

/** Lengths that contradict each other: a format error, after which the stream can't be believed (RFC 7143 7.7). */
function malformed(message: string): ProtocolError {
  return ProtocolError.close(`additional header segment: ${message}`);
}

/**
 * Reads the `length` bytes of segments at `offset`.
 * @throws ProtocolError (close) for a wrong length or a repeated type, (Reject, invalid PDU field) for an unknown type
 */
export function parseAhs(
  bytes: Buffer,
  offset: number,
  length: number,
  into: AdditionalHeaders = blankAdditionalHeaders(),
): AdditionalHeaders {
  into.extendedCdbOffset = 0;
  into.extendedCdbLength = 0;
  into.bidirectionalReadLength = -1;
  let at = offset;
  const end = offset + length;
  while (at < end) {
    if (end - at < AHS_FIXED_BYTES) throw malformed(`${end - at} bytes are left, a segment has at least ${AHS_FIXED_BYTES}`);
    const ahsLength = get16(bytes, at);
    const used = AHS_PREFIX_BYTES + ahsLength;
    const next = at + used + paddingOf(used);
    if (next > end) throw malformed(`AHSLength ${ahsLength} reaches beyond TotalAHSLength`);
    const type = bytes[at + 2]! & AHS_TYPE_MASK;
    if (type === AHS_TYPE.extendedCdb) {
      const extended = ahsLength - 1;
      if (into.extendedCdbLength !== 0) throw malformed("a second extended CDB");
      if (extended < 1) throw malformed(`extended CDB with AHSLength ${ahsLength}, at least 2 is right`);
      if (extended > CDB_MAX_BYTES - BHS_CDB_BYTES)
        throw malformed(`a CDB of ${BHS_CDB_BYTES + extended} bytes, at most ${CDB_MAX_BYTES} is right`);
      into.extendedCdbOffset = at + AHS_FIXED_BYTES;
      into.extendedCdbLength = extended;
    } else if (type === AHS_TYPE.bidirectionalReadLength) {
      if (into.bidirectionalReadLength !== -1) throw malformed("a second bidirectional read length");
      if (ahsLength !== BIDIRECTIONAL_AHS_LENGTH)
        throw malformed(`bidirectional read length with AHSLength ${ahsLength}, 5 is right`);
      into.bidirectionalReadLength = get32(bytes, at + AHS_FIXED_BYTES);
    } else {
      // A reserved code in a PDU that is well formed (RFC 7143 11): only this PDU is refused.
      throw ProtocolError.reject(REJECT_REASON.invalidPduField, `additional header segment: unknown AHSType ${type}`);
    }
    at = next;
  }
  return into;
}

/** Bytes that an extended CDB segment takes for a CDB of `cdbLength` (17 to 260) bytes. */
export function extendedCdbAhsLength(cdbLength: number): number {
  const used = AHS_FIXED_BYTES + cdbLength - BHS_CDB_BYTES;
  return used + paddingOf(used);
}

/** Writes the segment for the bytes of `cdb` beyond the 16th; returns its length in bytes. */
export function encodeExtendedCdbAhs(cdb: Uint8Array, out: Buffer, offset: number): number {
  const total = extendedCdbAhsLength(cdb.length);
  out.fill(0, offset, offset + total);
  put16(out, offset, cdb.length - BHS_CDB_BYTES + 1);
  out[offset + 2] = AHS_TYPE.extendedCdb;
  out.set(cdb.subarray(BHS_CDB_BYTES), offset + AHS_FIXED_BYTES);
  return total;
}

/** Writes the segment with the expected read length of a bidirectional command; returns its length, 8 bytes. */
export function encodeBidirectionalAhs(readLength: number, out: Buffer, offset: number): number {
  put16(out, offset, BIDIRECTIONAL_AHS_LENGTH);
  out[offset + 2] = AHS_TYPE.bidirectionalReadLength;
  out[offset + 3] = 0;
  put32(out, offset + AHS_FIXED_BYTES, readLength);
  return AHS_FIXED_BYTES + 4;
}

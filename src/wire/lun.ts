/**
 * Logical unit numbers in their 8-byte form: SAM-5 4.7. Lunette uses a single level: peripheral
 * device addressing (4.7.7.2, bus 0) for 0 to 255 and flat space addressing (4.7.7.3) up to 16383.
 * In PDUs the eight bytes are kept as two 32-bit words besides the number, so that an answer can echo
 * exactly what the initiator sent.
 */
import { get32, put32 } from "./bhs.ts";

const PERIPHERAL_MAX = 0xff;
export const LUN_MAX = 0x3fff;
const FLAT_SPACE_METHOD = 0x4000;

/** Number for an 8-byte LUN that names none of ours: another addressing method, bus or level. */
export const LUN_NOT_REPRESENTABLE = -1;

/** The number of an 8-byte LUN given as two 32-bit words, or LUN_NOT_REPRESENTABLE. */
export function decodeLun(high: number, low: number): number {
  if (low !== 0 || (high & 0xffff) !== 0) return LUN_NOT_REPRESENTABLE;
  const firstLevel = high >>> 16;
  if (firstLevel <= PERIPHERAL_MAX) return firstLevel;
  if (firstLevel >= FLAT_SPACE_METHOD && firstLevel <= FLAT_SPACE_METHOD + LUN_MAX) return firstLevel - FLAT_SPACE_METHOD;
  return LUN_NOT_REPRESENTABLE;
}

/** First 32-bit word of the 8-byte form of a number from 0 to LUN_MAX; the second word is zero. */
export function encodeLunHigh(lun: number): number {
  if (!Number.isInteger(lun) || lun < 0 || lun > LUN_MAX) throw new RangeError(`LUN ${lun} is not in 0…${LUN_MAX}`);
  return lun <= PERIPHERAL_MAX ? lun << 16 : (FLAT_SPACE_METHOD + lun) << 16;
}

/** Reads the 8 bytes of a LUN at `at`. */
export function readLun(bytes: Uint8Array, at: number): number {
  return decodeLun(get32(bytes, at), get32(bytes, at + 4));
}

/** Writes the 8 bytes of a LUN as in the LUN list of REPORT LUNS: SPC-4 6.33. */
export function encodeReportLun(lun: number, out: Uint8Array, at: number): void {
  put32(out, at, encodeLunHigh(lun));
  put32(out, at + 4, 0);
}

/** A LUN in a PDU: the number, and the words as sent. */
export interface LunFields {
  /** 0 to LUN_MAX, or LUN_NOT_REPRESENTABLE. Encoders do not look at it: they write lunHigh and lunLow. */
  lun: number;
  lunHigh: number;
  lunLow: number;
}

/** All three fields for one of our numbers. */
export function lunFields(lun: number): LunFields {
  return { lun, lunHigh: encodeLunHigh(lun), lunLow: 0 };
}

/** Fills the three fields from the 8 bytes at `at`. */
export function getLun(into: LunFields, bytes: Uint8Array, at: number): void {
  into.lunHigh = get32(bytes, at);
  into.lunLow = get32(bytes, at + 4);
  into.lun = decodeLun(into.lunHigh, into.lunLow);
}

export function putLun(fields: LunFields, out: Uint8Array, at: number): void {
  put32(out, at, fields.lunHigh);
  put32(out, at + 4, fields.lunLow);
}

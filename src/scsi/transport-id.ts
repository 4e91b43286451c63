/** iSCSI TransportIDs (SPC-4 7.6.4.6): initiator ports by name, as PERSISTENT RESERVE commands carry them. */
import { isUtf8 } from "node:buffer";
import { PROTOCOL_ISCSI, scsiNameString } from "./scsi-name.ts";

const HEADER_BYTES = 4;
/** A TransportID has at least 24 bytes, header included. */
const MIN_NAME_BYTES = 20;
/** Longest iSCSI name (RFC 7143 4.2.7.2) with `,i,0x` and twelve digits, its zero byte, and the padding to a multiple of four. */
const MAX_NAME_BYTES = 244;
/** TPID FORMAT in bits 7 and 6 of the first byte. */
const FORMAT_SHIFT = 6;
const FORMAT_DEVICE = 0b00;
const FORMAT_PORT = 0b01;

/** What a TransportID names: one initiator port, or an initiator device with all its ports. */
export interface TransportId {
  /** iSCSI initiator name. */
  readonly device: string;
  /** SCSI initiator port name in our spelling, `name,i,0xIIIIIIIIIIII`; undefined in the device format. */
  readonly port: string | undefined;
  /** Bytes it took. */
  readonly bytes: number;
}

/** Where a TransportID is wrong: a byte of the buffer, for the field pointer. */
export interface BadTransportId {
  readonly badAt: number;
}

export function encodeTransportId(initiatorPort: string): Buffer {
  const name = scsiNameString(initiatorPort, MIN_NAME_BYTES);
  const head = Buffer.alloc(HEADER_BYTES);
  head[0] = (FORMAT_PORT << FORMAT_SHIFT) | PROTOCOL_ISCSI;
  head.writeUInt16BE(name.length, 2);
  return Buffer.concat([head, name]);
}

/** Reads the TransportID at `at`, of which nothing is at or beyond `end`. */
export function decodeTransportId(data: Buffer, at: number, end: number): TransportId | BadTransportId {
  if (end - at < HEADER_BYTES) return { badAt: at };
  const format = data[at]! >>> FORMAT_SHIFT;
  if ((data[at]! & 0x3f) !== PROTOCOL_ISCSI || format > FORMAT_PORT) return { badAt: at };
  if (data[at + 1] !== 0) return { badAt: at + 1 };
  const length = data.readUInt16BE(at + 2);
  const nameAt = at + HEADER_BYTES;
  if (length < MIN_NAME_BYTES || length > MAX_NAME_BYTES || length % 4 !== 0 || length > end - nameAt) return { badAt: at + 2 };
  const field = data.subarray(nameAt, nameAt + length);
  const zero = field.indexOf(0);
  if (zero <= 0) return { badAt: nameAt };
  // Behind the end of the name there is padding and nothing else.
  const stray = field.findIndex((byte, index) => index > zero && byte !== 0);
  if (stray >= 0) return { badAt: nameAt + stray };
  // Of bytes that are no text others would be kept, and two names might become one.
  if (!isUtf8(field.subarray(0, zero))) return { badAt: nameAt };
  const text = field.toString("utf8", 0, zero);
  const bytes = HEADER_BYTES + length;
  if (format === FORMAT_DEVICE) return text.includes(",") ? { badAt: nameAt } : { device: text, port: undefined, bytes };
  const parts = /^([^,]+),i,0x([0-9a-f]{1,12})$/i.exec(text);
  if (parts === null) return { badAt: nameAt };
  const device = parts[1]!;
  return { device, port: `${device},i,0x${parts[2]!.toLowerCase().padStart(12, "0")}`, bytes };
}

/** The whole list must be made of TransportIDs. */
export function decodeTransportIds(data: Buffer, at: number, end: number): readonly TransportId[] | BadTransportId {
  const ids: TransportId[] = [];
  let next = at;
  while (next < end) {
    const id = decodeTransportId(data, next, end);
    if ("badAt" in id) return id;
    ids.push(id);
    next += id.bytes;
  }
  return ids;
}

/** SCSI Response: RFC 7143 11.4. Sense data, when there is some, is the data segment (11.4.7). */
import { BHS, dataSegmentLength, FINAL_BIT, flags, get32, put24, put32 } from "../bhs.ts";
import { TARGET_OPCODE } from "../opcode.ts";

/** Bits of byte 1: RFC 7143 11.4.1. */
export const SCSI_RESPONSE_FLAG = {
  bidirectionalReadOverflow: 0x10,
  bidirectionalReadUnderflow: 0x08,
  residualOverflow: 0x04,
  residualUnderflow: 0x02,
} as const;

/** Response: RFC 7143 11.4.3. */
export const ISCSI_RESPONSE = { commandCompleted: 0x00, targetFailure: 0x01 } as const;

const RESPONSE = 2;
const STATUS = 3;

export interface ScsiResponse {
  readonly opcode: typeof TARGET_OPCODE.scsiResponse;
  bidirectionalReadOverflow: boolean;
  bidirectionalReadUnderflow: boolean;
  residualOverflow: boolean;
  residualUnderflow: boolean;
  /** ISCSI_RESPONSE */
  response: number;
  /** SAM-5 status code; meaningful when the command completed. */
  status: number;
  dataSegmentLength: number;
  initiatorTaskTag: number;
  /** 0 without recovery within commands. */
  snackTag: number;
  statSn: number;
  expCmdSn: number;
  maxCmdSn: number;
  /** Number of Data-In PDUs that the command has sent: RFC 7143 11.4.8. */
  expDataSn: number;
  bidirectionalReadResidualCount: number;
  residualCount: number;
}

export function blankScsiResponse(): ScsiResponse {
  return {
    opcode: TARGET_OPCODE.scsiResponse,
    bidirectionalReadOverflow: false,
    bidirectionalReadUnderflow: false,
    residualOverflow: false,
    residualUnderflow: false,
    response: ISCSI_RESPONSE.commandCompleted,
    status: 0,
    dataSegmentLength: 0,
    initiatorTaskTag: 0,
    snackTag: 0,
    statSn: 0,
    expCmdSn: 0,
    maxCmdSn: 0,
    expDataSn: 0,
    bidirectionalReadResidualCount: 0,
    residualCount: 0,
  };
}

export function decodeScsiResponse(bhs: Buffer, offset: number, into: ScsiResponse = blankScsiResponse()): ScsiResponse {
  const bits = flags(bhs, offset);
  into.bidirectionalReadOverflow = (bits & SCSI_RESPONSE_FLAG.bidirectionalReadOverflow) !== 0;
  into.bidirectionalReadUnderflow = (bits & SCSI_RESPONSE_FLAG.bidirectionalReadUnderflow) !== 0;
  into.residualOverflow = (bits & SCSI_RESPONSE_FLAG.residualOverflow) !== 0;
  into.residualUnderflow = (bits & SCSI_RESPONSE_FLAG.residualUnderflow) !== 0;
  into.response = bhs[offset + RESPONSE]!;
  into.status = bhs[offset + STATUS]!;
  into.dataSegmentLength = dataSegmentLength(bhs, offset);
  into.initiatorTaskTag = get32(bhs, offset + BHS.initiatorTaskTag);
  into.snackTag = get32(bhs, offset + BHS.word20);
  into.statSn = get32(bhs, offset + BHS.sn);
  into.expCmdSn = get32(bhs, offset + BHS.expSn);
  into.maxCmdSn = get32(bhs, offset + BHS.maxCmdSn);
  into.expDataSn = get32(bhs, offset + BHS.word36);
  into.bidirectionalReadResidualCount = get32(bhs, offset + BHS.word40);
  into.residualCount = get32(bhs, offset + BHS.word44);
  return into;
}

/**
 * The 48 bytes of a response to a command without bidirectional data and without SNACK Tag, from numbers:
 * the hot path keeps no response object per command.
 * @param flags SCSI_RESPONSE_FLAG bits
 */
export function writeScsiResponse(
  out: Buffer,
  offset: number,
  flags: number,
  response: number,
  status: number,
  dataSegmentLength: number,
  initiatorTaskTag: number,
  statSn: number,
  expCmdSn: number,
  maxCmdSn: number,
  expDataSn: number,
  residualCount: number,
): void {
  out[offset] = TARGET_OPCODE.scsiResponse;
  out[offset + BHS.flags] = FINAL_BIT | flags;
  out[offset + RESPONSE] = response;
  out[offset + STATUS] = status;
  out[offset + BHS.totalAhsLength] = 0;
  put24(out, offset + BHS.dataSegmentLength, dataSegmentLength);
  put32(out, offset + BHS.lun, 0);
  put32(out, offset + BHS.lun + 4, 0);
  put32(out, offset + BHS.initiatorTaskTag, initiatorTaskTag);
  put32(out, offset + BHS.word20, 0);
  put32(out, offset + BHS.sn, statSn);
  put32(out, offset + BHS.expSn, expCmdSn);
  put32(out, offset + BHS.maxCmdSn, maxCmdSn);
  put32(out, offset + BHS.word36, expDataSn);
  put32(out, offset + BHS.word40, 0);
  put32(out, offset + BHS.word44, residualCount);
}

export function encodeScsiResponse(pdu: ScsiResponse, out: Buffer, offset: number): void {
  const bits =
    (pdu.bidirectionalReadOverflow ? SCSI_RESPONSE_FLAG.bidirectionalReadOverflow : 0) |
    (pdu.bidirectionalReadUnderflow ? SCSI_RESPONSE_FLAG.bidirectionalReadUnderflow : 0) |
    (pdu.residualOverflow ? SCSI_RESPONSE_FLAG.residualOverflow : 0) |
    (pdu.residualUnderflow ? SCSI_RESPONSE_FLAG.residualUnderflow : 0);
  writeScsiResponse(
    out,
    offset,
    bits,
    pdu.response,
    pdu.status,
    pdu.dataSegmentLength,
    pdu.initiatorTaskTag,
    pdu.statSn,
    pdu.expCmdSn,
    pdu.maxCmdSn,
    pdu.expDataSn,
    pdu.residualCount,
  );
  put32(out, offset + BHS.word20, pdu.snackTag);
  put32(out, offset + BHS.word40, pdu.bidirectionalReadResidualCount);
}

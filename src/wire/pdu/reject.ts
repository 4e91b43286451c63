/** Reject: RFC 7143 11.17. The data segment is the header of the rejected PDU (11.17.3). */
import { BHS, beginBhs, dataSegmentLength, FINAL_BIT, get32, put32, putDataSegmentLength } from "../bhs.ts";
import { RESERVED_TAG, TARGET_OPCODE } from "../opcode.ts";

/** Reason: RFC 7143 11.17.1. */
export const REJECT_REASON = {
  dataDigestError: 0x02,
  snackReject: 0x03,
  protocolError: 0x04,
  commandNotSupported: 0x05,
  immediateCommandReject: 0x06,
  taskInProgress: 0x07,
  invalidDataAck: 0x08,
  invalidPduField: 0x09,
  longOperationReject: 0x0a,
  negotiationReset: 0x0b,
  waitingForLogout: 0x0c,
} as const;
export type RejectReason = (typeof REJECT_REASON)[keyof typeof REJECT_REASON];

const REASON = 2;

export interface Reject {
  readonly opcode: typeof TARGET_OPCODE.reject;
  /** 0 to 255, see REJECT_REASON. */
  reason: number;
  dataSegmentLength: number;
  statSn: number;
  expCmdSn: number;
  maxCmdSn: number;
  /** DataSN or R2TSN: the next one of the task; meaningful for Data-Out and SNACK only. */
  dataSn: number;
}

export function blankReject(): Reject {
  return {
    opcode: TARGET_OPCODE.reject,
    reason: REJECT_REASON.protocolError,
    dataSegmentLength: 0,
    statSn: 0,
    expCmdSn: 0,
    maxCmdSn: 0,
    dataSn: 0,
  };
}

export function decodeReject(bhs: Buffer, offset: number, into: Reject = blankReject()): Reject {
  into.reason = bhs[offset + REASON]!;
  into.dataSegmentLength = dataSegmentLength(bhs, offset);
  into.statSn = get32(bhs, offset + BHS.sn);
  into.expCmdSn = get32(bhs, offset + BHS.expSn);
  into.maxCmdSn = get32(bhs, offset + BHS.maxCmdSn);
  into.dataSn = get32(bhs, offset + BHS.word36);
  return into;
}

export function encodeReject(pdu: Reject, out: Buffer, offset: number): void {
  beginBhs(out, offset, pdu.opcode, FINAL_BIT);
  out[offset + REASON] = pdu.reason;
  putDataSegmentLength(out, offset, pdu.dataSegmentLength);
  put32(out, offset + BHS.initiatorTaskTag, RESERVED_TAG);
  put32(out, offset + BHS.sn, pdu.statSn);
  put32(out, offset + BHS.expSn, pdu.expCmdSn);
  put32(out, offset + BHS.maxCmdSn, pdu.maxCmdSn);
  put32(out, offset + BHS.word36, pdu.dataSn);
}

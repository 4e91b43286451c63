/** Asynchronous Message: RFC 7143 11.9. For a SCSI event the data segment is SenseLength, sense and event data (11.9.4). */
import { BHS, beginBhs, dataSegmentLength, FINAL_BIT, get16, get32, put16, put32, putDataSegmentLength } from "../bhs.ts";
import { getLun, type LunFields, putLun } from "../lun.ts";
import { RESERVED_TAG, TARGET_OPCODE } from "../opcode.ts";

/** AsyncEvent: RFC 7143 11.9.1. */
export const ASYNC_EVENT = {
  scsiEvent: 0,
  /** Parameter 3: seconds within which the initiator is to log out. */
  logoutRequest: 1,
  /** Parameter 1: CID; 2 and 3: Time2Wait and Time2Retain, seconds. */
  connectionDropped: 2,
  /** Parameters 2 and 3: Time2Wait and Time2Retain, seconds. */
  sessionDropped: 3,
  /** Parameter 3: seconds within which the initiator is to begin a negotiation. */
  negotiationRequest: 4,
  taskTerminated: 5,
  vendorSpecific: 255,
} as const;

/** The events that announce the end of a connection, or of all connections of the session. */
export type DropEvent = typeof ASYNC_EVENT.connectionDropped | typeof ASYNC_EVENT.sessionDropped;

const EVENT = 36;
const VENDOR_CODE = 37;
const PARAMETER_1 = 38;
const PARAMETER_2 = 40;
const PARAMETER_3 = 42;

export interface AsyncMessage extends LunFields {
  readonly opcode: typeof TARGET_OPCODE.asyncMessage;
  dataSegmentLength: number;
  statSn: number;
  expCmdSn: number;
  maxCmdSn: number;
  /** 0 to 255, see ASYNC_EVENT. */
  event: number;
  vendorCode: number;
  /** 16 bits each; what they mean depends on the event. */
  parameter1: number;
  parameter2: number;
  parameter3: number;
}

export function blankAsyncMessage(): AsyncMessage {
  return {
    opcode: TARGET_OPCODE.asyncMessage,
    dataSegmentLength: 0,
    lun: 0,
    lunHigh: 0,
    lunLow: 0,
    statSn: 0,
    expCmdSn: 0,
    maxCmdSn: 0,
    event: ASYNC_EVENT.scsiEvent,
    vendorCode: 0,
    parameter1: 0,
    parameter2: 0,
    parameter3: 0,
  };
}

export function decodeAsyncMessage(bhs: Buffer, offset: number, into: AsyncMessage = blankAsyncMessage()): AsyncMessage {
  into.dataSegmentLength = dataSegmentLength(bhs, offset);
  getLun(into, bhs, offset + BHS.lun);
  into.statSn = get32(bhs, offset + BHS.sn);
  into.expCmdSn = get32(bhs, offset + BHS.expSn);
  into.maxCmdSn = get32(bhs, offset + BHS.maxCmdSn);
  into.event = bhs[offset + EVENT]!;
  into.vendorCode = bhs[offset + VENDOR_CODE]!;
  into.parameter1 = get16(bhs, offset + PARAMETER_1);
  into.parameter2 = get16(bhs, offset + PARAMETER_2);
  into.parameter3 = get16(bhs, offset + PARAMETER_3);
  return into;
}

export function encodeAsyncMessage(pdu: AsyncMessage, out: Buffer, offset: number): void {
  beginBhs(out, offset, pdu.opcode, FINAL_BIT);
  putDataSegmentLength(out, offset, pdu.dataSegmentLength);
  putLun(pdu, out, offset + BHS.lun);
  put32(out, offset + BHS.initiatorTaskTag, RESERVED_TAG);
  put32(out, offset + BHS.sn, pdu.statSn);
  put32(out, offset + BHS.expSn, pdu.expCmdSn);
  put32(out, offset + BHS.maxCmdSn, pdu.maxCmdSn);
  out[offset + EVENT] = pdu.event;
  out[offset + VENDOR_CODE] = pdu.vendorCode;
  put16(out, offset + PARAMETER_1, pdu.parameter1);
  put16(out, offset + PARAMETER_2, pdu.parameter2);
  put16(out, offset + PARAMETER_3, pdu.parameter3);
}

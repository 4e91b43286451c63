/** NOP-Out: RFC 7143 11.18. A ping of the initiator, or its answer to one of ours. */
import {
  BHS,
  beginBhs,
  dataSegmentLength,
  FINAL_BIT,
  get32,
  IMMEDIATE_BIT,
  isImmediate,
  put32,
  putDataSegmentLength,
} from "../bhs.ts";
import { getLun, type LunFields, putLun } from "../lun.ts";
import { INITIATOR_OPCODE, RESERVED_TAG } from "../opcode.ts";

export interface NopOut extends LunFields {
  readonly opcode: typeof INITIATOR_OPCODE.nopOut;
  immediate: boolean;
  dataSegmentLength: number;
  /** RESERVED_TAG: no answer is wanted. */
  initiatorTaskTag: number;
  /** Of the NOP-In this answers; RESERVED_TAG for a ping of its own. */
  targetTransferTag: number;
  cmdSn: number;
  expStatSn: number;
}

export function blankNopOut(): NopOut {
  return {
    opcode: INITIATOR_OPCODE.nopOut,
    immediate: false,
    dataSegmentLength: 0,
    lun: 0,
    lunHigh: 0,
    lunLow: 0,
    initiatorTaskTag: 0,
    targetTransferTag: RESERVED_TAG,
    cmdSn: 0,
    expStatSn: 0,
  };
}

export function decodeNopOut(bhs: Buffer, offset: number, into: NopOut = blankNopOut()): NopOut {
  into.immediate = isImmediate(bhs, offset);
  into.dataSegmentLength = dataSegmentLength(bhs, offset);
  getLun(into, bhs, offset + BHS.lun);
  into.initiatorTaskTag = get32(bhs, offset + BHS.initiatorTaskTag);
  into.targetTransferTag = get32(bhs, offset + BHS.word20);
  into.cmdSn = get32(bhs, offset + BHS.sn);
  into.expStatSn = get32(bhs, offset + BHS.expSn);
  return into;
}

export function encodeNopOut(pdu: NopOut, out: Buffer, offset: number): void {
  beginBhs(out, offset, pdu.opcode | (pdu.immediate ? IMMEDIATE_BIT : 0), FINAL_BIT);
  putDataSegmentLength(out, offset, pdu.dataSegmentLength);
  putLun(pdu, out, offset + BHS.lun);
  put32(out, offset + BHS.initiatorTaskTag, pdu.initiatorTaskTag);
  put32(out, offset + BHS.word20, pdu.targetTransferTag);
  put32(out, offset + BHS.sn, pdu.cmdSn);
  put32(out, offset + BHS.expSn, pdu.expStatSn);
}

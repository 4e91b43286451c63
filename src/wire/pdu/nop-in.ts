/** NOP-In: RFC 7143 11.19. The answer to a NOP-Out, or a ping of the target. */
import { BHS, beginBhs, dataSegmentLength, FINAL_BIT, get32, put32, putDataSegmentLength } from "../bhs.ts";
import { getLun, type LunFields, putLun } from "../lun.ts";
import { RESERVED_TAG, TARGET_OPCODE } from "../opcode.ts";

export interface NopIn extends LunFields {
  readonly opcode: typeof TARGET_OPCODE.nopIn;
  dataSegmentLength: number;
  /** RESERVED_TAG for a ping of the target's own. */
  initiatorTaskTag: number;
  /** RESERVED_TAG: no answer is wanted. */
  targetTransferTag: number;
  statSn: number;
  expCmdSn: number;
  maxCmdSn: number;
}

export function blankNopIn(): NopIn {
  return {
    opcode: TARGET_OPCODE.nopIn,
    dataSegmentLength: 0,
    lun: 0,
    lunHigh: 0,
    lunLow: 0,
    initiatorTaskTag: RESERVED_TAG,
    targetTransferTag: RESERVED_TAG,
    statSn: 0,
    expCmdSn: 0,
    maxCmdSn: 0,
  };
}

export function decodeNopIn(bhs: Buffer, offset: number, into: NopIn = blankNopIn()): NopIn {
  into.dataSegmentLength = dataSegmentLength(bhs, offset);
  getLun(into, bhs, offset + BHS.lun);
  into.initiatorTaskTag = get32(bhs, offset + BHS.initiatorTaskTag);
  into.targetTransferTag = get32(bhs, offset + BHS.word20);
  into.statSn = get32(bhs, offset + BHS.sn);
  into.expCmdSn = get32(bhs, offset + BHS.expSn);
  into.maxCmdSn = get32(bhs, offset + BHS.maxCmdSn);
  return into;
}

export function encodeNopIn(pdu: NopIn, out: Buffer, offset: number): void {
  beginBhs(out, offset, pdu.opcode, FINAL_BIT);
  putDataSegmentLength(out, offset, pdu.dataSegmentLength);
  putLun(pdu, out, offset + BHS.lun);
  put32(out, offset + BHS.initiatorTaskTag, pdu.initiatorTaskTag);
  put32(out, offset + BHS.word20, pdu.targetTransferTag);
  put32(out, offset + BHS.sn, pdu.statSn);
  put32(out, offset + BHS.expSn, pdu.expCmdSn);
  put32(out, offset + BHS.maxCmdSn, pdu.maxCmdSn);
}

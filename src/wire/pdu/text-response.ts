/** Text Response: RFC 7143 11.11. The data segment is a text key list. */
import { BHS, beginBhs, dataSegmentLength, FINAL_BIT, flags, get32, put32, putDataSegmentLength } from "../bhs.ts";
import { getLun, type LunFields, putLun } from "../lun.ts";
import { RESERVED_TAG, TARGET_OPCODE } from "../opcode.ts";
import { TEXT_CONTINUE_BIT } from "./text-request.ts";

export interface TextResponse extends LunFields {
  readonly opcode: typeof TARGET_OPCODE.textResponse;
  /** F: the negotiation is over; the Target Transfer Tag is then RESERVED_TAG. */
  final: boolean;
  /** C: the key list goes on in the next response. */
  continues: boolean;
  dataSegmentLength: number;
  initiatorTaskTag: number;
  targetTransferTag: number;
  statSn: number;
  expCmdSn: number;
  maxCmdSn: number;
}

export function blankTextResponse(): TextResponse {
  return {
    opcode: TARGET_OPCODE.textResponse,
    final: true,
    continues: false,
    dataSegmentLength: 0,
    lun: 0,
    lunHigh: 0,
    lunLow: 0,
    initiatorTaskTag: 0,
    targetTransferTag: RESERVED_TAG,
    statSn: 0,
    expCmdSn: 0,
    maxCmdSn: 0,
  };
}

export function decodeTextResponse(bhs: Buffer, offset: number, into: TextResponse = blankTextResponse()): TextResponse {
  const bits = flags(bhs, offset);
  into.final = (bits & FINAL_BIT) !== 0;
  into.continues = (bits & TEXT_CONTINUE_BIT) !== 0;
  into.dataSegmentLength = dataSegmentLength(bhs, offset);
  getLun(into, bhs, offset + BHS.lun);
  into.initiatorTaskTag = get32(bhs, offset + BHS.initiatorTaskTag);
  into.targetTransferTag = get32(bhs, offset + BHS.word20);
  into.statSn = get32(bhs, offset + BHS.sn);
  into.expCmdSn = get32(bhs, offset + BHS.expSn);
  into.maxCmdSn = get32(bhs, offset + BHS.maxCmdSn);
  return into;
}

export function encodeTextResponse(pdu: TextResponse, out: Buffer, offset: number): void {
  beginBhs(out, offset, pdu.opcode, (pdu.final ? FINAL_BIT : 0) | (pdu.continues ? TEXT_CONTINUE_BIT : 0));
  putDataSegmentLength(out, offset, pdu.dataSegmentLength);
  putLun(pdu, out, offset + BHS.lun);
  put32(out, offset + BHS.initiatorTaskTag, pdu.initiatorTaskTag);
  put32(out, offset + BHS.word20, pdu.targetTransferTag);
  put32(out, offset + BHS.sn, pdu.statSn);
  put32(out, offset + BHS.expSn, pdu.expCmdSn);
  put32(out, offset + BHS.maxCmdSn, pdu.maxCmdSn);
}

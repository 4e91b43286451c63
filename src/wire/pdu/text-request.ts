/** Text Request: RFC 7143 11.10. The data segment is a text key list. */
import {
  BHS,
  beginBhs,
  dataSegmentLength,
  FINAL_BIT,
  flags,
  get32,
  IMMEDIATE_BIT,
  isImmediate,
  put32,
  putDataSegmentLength,
} from "../bhs.ts";
import { getLun, type LunFields, putLun } from "../lun.ts";
import { INITIATOR_OPCODE, RESERVED_TAG } from "../opcode.ts";

/** C bit of byte 1 of text requests and responses: RFC 7143 11.10.2. */
export const TEXT_CONTINUE_BIT = 0x40;

export interface TextRequest extends LunFields {
  readonly opcode: typeof INITIATOR_OPCODE.textRequest;
  immediate: boolean;
  /** F: the initiator has no more to say. */
  final: boolean;
  /** C: the key list goes on in the next request. */
  continues: boolean;
  dataSegmentLength: number;
  initiatorTaskTag: number;
  /** As in the target's last response; RESERVED_TAG to begin, or to begin again. */
  targetTransferTag: number;
  cmdSn: number;
  expStatSn: number;
}

export function blankTextRequest(): TextRequest {
  return {
    opcode: INITIATOR_OPCODE.textRequest,
    immediate: false,
    final: true,
    continues: false,
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

export function decodeTextRequest(bhs: Buffer, offset: number, into: TextRequest = blankTextRequest()): TextRequest {
  const bits = flags(bhs, offset);
  into.immediate = isImmediate(bhs, offset);
  into.final = (bits & FINAL_BIT) !== 0;
  into.continues = (bits & TEXT_CONTINUE_BIT) !== 0;
  into.dataSegmentLength = dataSegmentLength(bhs, offset);
  getLun(into, bhs, offset + BHS.lun);
  into.initiatorTaskTag = get32(bhs, offset + BHS.initiatorTaskTag);
  into.targetTransferTag = get32(bhs, offset + BHS.word20);
  into.cmdSn = get32(bhs, offset + BHS.sn);
  into.expStatSn = get32(bhs, offset + BHS.expSn);
  return into;
}

export function encodeTextRequest(pdu: TextRequest, out: Buffer, offset: number): void {
  const bits = (pdu.final ? FINAL_BIT : 0) | (pdu.continues ? TEXT_CONTINUE_BIT : 0);
  beginBhs(out, offset, pdu.opcode | (pdu.immediate ? IMMEDIATE_BIT : 0), bits);
  putDataSegmentLength(out, offset, pdu.dataSegmentLength);
  putLun(pdu, out, offset + BHS.lun);
  put32(out, offset + BHS.initiatorTaskTag, pdu.initiatorTaskTag);
  put32(out, offset + BHS.word20, pdu.targetTransferTag);
  put32(out, offset + BHS.sn, pdu.cmdSn);
  put32(out, offset + BHS.expSn, pdu.expStatSn);
}

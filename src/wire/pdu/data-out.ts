/** SCSI Data-Out: RFC 7143 11.7. Data of a write, asked for by an R2T or unsolicited. */
import { BHS, beginBhs, dataSegmentLength, FINAL_BIT, flags, get32, put32, putDataSegmentLength } from "../bhs.ts";
import { getLun, type LunFields, putLun } from "../lun.ts";
import { INITIATOR_OPCODE, RESERVED_TAG } from "../opcode.ts";

export interface DataOut extends LunFields {
  readonly opcode: typeof INITIATOR_OPCODE.dataOut;
  /** F: the last PDU of a sequence. */
  final: boolean;
  dataSegmentLength: number;
  initiatorTaskTag: number;
  /** Of the R2T that is answered; RESERVED_TAG for unsolicited data. */
  targetTransferTag: number;
  expStatSn: number;
  dataSn: number;
  bufferOffset: number;
}

export function blankDataOut(): DataOut {
  return {
    opcode: INITIATOR_OPCODE.dataOut,
    final: true,
    dataSegmentLength: 0,
    lun: 0,
    lunHigh: 0,
    lunLow: 0,
    initiatorTaskTag: 0,
    targetTransferTag: RESERVED_TAG,
    expStatSn: 0,
    dataSn: 0,
    bufferOffset: 0,
  };
}

export function decodeDataOut(bhs: Buffer, offset: number, into: DataOut = blankDataOut()): DataOut {
  into.final = (flags(bhs, offset) & FINAL_BIT) !== 0;
  into.dataSegmentLength = dataSegmentLength(bhs, offset);
  getLun(into, bhs, offset + BHS.lun);
  into.initiatorTaskTag = get32(bhs, offset + BHS.initiatorTaskTag);
  into.targetTransferTag = get32(bhs, offset + BHS.word20);
  into.expStatSn = get32(bhs, offset + BHS.expSn);
  into.dataSn = get32(bhs, offset + BHS.word36);
  into.bufferOffset = get32(bhs, offset + BHS.word40);
  return into;
}

export function encodeDataOut(pdu: DataOut, out: Buffer, offset: number): void {
  beginBhs(out, offset, pdu.opcode, pdu.final ? FINAL_BIT : 0);
  putDataSegmentLength(out, offset, pdu.dataSegmentLength);
  putLun(pdu, out, offset + BHS.lun);
  put32(out, offset + BHS.initiatorTaskTag, pdu.initiatorTaskTag);
  put32(out, offset + BHS.word20, pdu.targetTransferTag);
  put32(out, offset + BHS.expSn, pdu.expStatSn);
  put32(out, offset + BHS.word36, pdu.dataSn);
  put32(out, offset + BHS.word40, pdu.bufferOffset);
}

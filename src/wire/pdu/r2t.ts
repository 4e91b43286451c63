/** Ready To Transfer: RFC 7143 11.8. The target asks for a part of a write's data. */
import { BHS, FINAL_BIT, get32, put32 } from "../bhs.ts";
import { getLun, type LunFields } from "../lun.ts";
import { TARGET_OPCODE } from "../opcode.ts";

export interface R2t extends LunFields {
  readonly opcode: typeof TARGET_OPCODE.r2t;
  initiatorTaskTag: number;
  targetTransferTag: number;
  /** The next StatSN, which this PDU does not use up: RFC 7143 11.8.3. */
  statSn: number;
  expCmdSn: number;
  maxCmdSn: number;
  r2tSn: number;
  bufferOffset: number;
  /** Bytes, not 0. */
  desiredDataTransferLength: number;
}

export function blankR2t(): R2t {
  return {
    opcode: TARGET_OPCODE.r2t,
    lun: 0,
    lunHigh: 0,
    lunLow: 0,
    initiatorTaskTag: 0,
    targetTransferTag: 0,
    statSn: 0,
    expCmdSn: 0,
    maxCmdSn: 0,
    r2tSn: 0,
    bufferOffset: 0,
    desiredDataTransferLength: 0,
  };
}

export function decodeR2t(bhs: Buffer, offset: number, into: R2t = blankR2t()): R2t {
  getLun(into, bhs, offset + BHS.lun);
  into.initiatorTaskTag = get32(bhs, offset + BHS.initiatorTaskTag);
  into.targetTransferTag = get32(bhs, offset + BHS.word20);
  into.statSn = get32(bhs, offset + BHS.sn);
  into.expCmdSn = get32(bhs, offset + BHS.expSn);
  into.maxCmdSn = get32(bhs, offset + BHS.maxCmdSn);
  into.r2tSn = get32(bhs, offset + BHS.word36);
  into.bufferOffset = get32(bhs, offset + BHS.word40);
  into.desiredDataTransferLength = get32(bhs, offset + BHS.word44);
  return into;
}

/** The 48 bytes of an R2T, from numbers: the hot path keeps no object per PDU. The LUN words echo the command's. */
export function writeR2t(
  out: Buffer,
  offset: number,
  lunHigh: number,
  lunLow: number,
  initiatorTaskTag: number,
  targetTransferTag: number,
  statSn: number,
  expCmdSn: number,
  maxCmdSn: number,
  r2tSn: number,
  bufferOffset: number,
  desiredDataTransferLength: number,
): void {
  out[offset] = TARGET_OPCODE.r2t;
  out[offset + BHS.flags] = FINAL_BIT;
  out[offset + 2] = 0;
  out[offset + 3] = 0;
  put32(out, offset + BHS.totalAhsLength, 0);
  put32(out, offset + BHS.lun, lunHigh);
  put32(out, offset + BHS.lun + 4, lunLow);
  put32(out, offset + BHS.initiatorTaskTag, initiatorTaskTag);
  put32(out, offset + BHS.word20, targetTransferTag);
  put32(out, offset + BHS.sn, statSn);
  put32(out, offset + BHS.expSn, expCmdSn);
  put32(out, offset + BHS.maxCmdSn, maxCmdSn);
  put32(out, offset + BHS.word36, r2tSn);
  put32(out, offset + BHS.word40, bufferOffset);
  put32(out, offset + BHS.word44, desiredDataTransferLength);
}

export function encodeR2t(pdu: R2t, out: Buffer, offset: number): void {
  writeR2t(
    out,
    offset,
    pdu.lunHigh,
    pdu.lunLow,
    pdu.initiatorTaskTag,
    pdu.targetTransferTag,
    pdu.statSn,
    pdu.expCmdSn,
    pdu.maxCmdSn,
    pdu.r2tSn,
    pdu.bufferOffset,
    pdu.desiredDataTransferLength,
  );
}

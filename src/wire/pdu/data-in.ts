/** SCSI Data-In: RFC 7143 11.7. Data of a read, and with the S bit the status as well (11.7.3). */
import { BHS, dataSegmentLength, FINAL_BIT, flags, get32, put24, put32 } from "../bhs.ts";
import { getLun, type LunFields } from "../lun.ts";
import { RESERVED_TAG, TARGET_OPCODE } from "../opcode.ts";

/** Bits of byte 1: RFC 7143 11.7.1 to 11.7.3 and 11.4.1. */
export const DATA_IN_FLAG = {
  final: FINAL_BIT,
  acknowledge: 0x40,
  residualOverflow: 0x04,
  residualUnderflow: 0x02,
  status: 0x01,
} as const;

const STATUS = 3;

export interface DataIn extends LunFields {
  readonly opcode: typeof TARGET_OPCODE.dataIn;
  /** F: the last PDU of a sequence. */
  final: boolean;
  /** A: asks for a SNACK (recovery level 1 and above); LUN and Target Transfer Tag are valid then. */
  acknowledge: boolean;
  /** O, U and the fields statSn, status and residualCount have a meaning only with hasStatus. */
  residualOverflow: boolean;
  residualUnderflow: boolean;
  /** S */
  hasStatus: boolean;
  status: number;
  dataSegmentLength: number;
  initiatorTaskTag: number;
  targetTransferTag: number;
  statSn: number;
  expCmdSn: number;
  maxCmdSn: number;
  dataSn: number;
  bufferOffset: number;
  residualCount: number;
}

export function blankDataIn(): DataIn {
  return {
    opcode: TARGET_OPCODE.dataIn,
    final: true,
    acknowledge: false,
    residualOverflow: false,
    residualUnderflow: false,
    hasStatus: false,
    status: 0,
    dataSegmentLength: 0,
    lun: 0,
    lunHigh: 0,
    lunLow: 0,
    initiatorTaskTag: 0,
    targetTransferTag: RESERVED_TAG,
    statSn: 0,
    expCmdSn: 0,
    maxCmdSn: 0,
    dataSn: 0,
    bufferOffset: 0,
    residualCount: 0,
  };
}

export function decodeDataIn(bhs: Buffer, offset: number, into: DataIn = blankDataIn()): DataIn {
  const bits = flags(bhs, offset);
  into.final = (bits & DATA_IN_FLAG.final) !== 0;
  into.acknowledge = (bits & DATA_IN_FLAG.acknowledge) !== 0;
  into.residualOverflow = (bits & DATA_IN_FLAG.residualOverflow) !== 0;
  into.residualUnderflow = (bits & DATA_IN_FLAG.residualUnderflow) !== 0;
  into.hasStatus = (bits & DATA_IN_FLAG.status) !== 0;
  into.status = bhs[offset + STATUS]!;
  into.dataSegmentLength = dataSegmentLength(bhs, offset);
  getLun(into, bhs, offset + BHS.lun);
  into.initiatorTaskTag = get32(bhs, offset + BHS.initiatorTaskTag);
  into.targetTransferTag = get32(bhs, offset + BHS.word20);
  into.statSn = get32(bhs, offset + BHS.sn);
  into.expCmdSn = get32(bhs, offset + BHS.expSn);
  into.maxCmdSn = get32(bhs, offset + BHS.maxCmdSn);
  into.dataSn = get32(bhs, offset + BHS.word36);
  into.bufferOffset = get32(bhs, offset + BHS.word40);
  into.residualCount = get32(bhs, offset + BHS.word44);
  return into;
}

/**
 * The 48 bytes of a Data-In, from numbers: the hot path keeps no object per PDU.
 * @param flags DATA_IN_FLAG bits; statSn, status and residualCount are to be 0 without the status bit
 * @param targetTransferTag RESERVED_TAG without the acknowledge bit, and the LUN words 0
 */
export function writeDataIn(
  out: Buffer,
  offset: number,
  flags: number,
  status: number,
  dataSegmentLength: number,
  lunHigh: number,
  lunLow: number,
  initiatorTaskTag: number,
  targetTransferTag: number,
  statSn: number,
  expCmdSn: number,
  maxCmdSn: number,
  dataSn: number,
  bufferOffset: number,
  residualCount: number,
): void {
  out[offset] = TARGET_OPCODE.dataIn;
  out[offset + BHS.flags] = flags;
  out[offset + 2] = 0;
  out[offset + STATUS] = status;
  out[offset + BHS.totalAhsLength] = 0;
  put24(out, offset + BHS.dataSegmentLength, dataSegmentLength);
  put32(out, offset + BHS.lun, lunHigh);
  put32(out, offset + BHS.lun + 4, lunLow);
  put32(out, offset + BHS.initiatorTaskTag, initiatorTaskTag);
  put32(out, offset + BHS.word20, targetTransferTag);
  put32(out, offset + BHS.sn, statSn);
  put32(out, offset + BHS.expSn, expCmdSn);
  put32(out, offset + BHS.maxCmdSn, maxCmdSn);
  put32(out, offset + BHS.word36, dataSn);
  put32(out, offset + BHS.word40, bufferOffset);
  put32(out, offset + BHS.word44, residualCount);
}

export function encodeDataIn(pdu: DataIn, out: Buffer, offset: number): void {
  const bits =
    (pdu.final ? DATA_IN_FLAG.final : 0) |
    (pdu.acknowledge ? DATA_IN_FLAG.acknowledge : 0) |
    (pdu.residualOverflow ? DATA_IN_FLAG.residualOverflow : 0) |
    (pdu.residualUnderflow ? DATA_IN_FLAG.residualUnderflow : 0) |
    (pdu.hasStatus ? DATA_IN_FLAG.status : 0);
  writeDataIn(
    out,
    offset,
    bits,
    pdu.status,
    pdu.dataSegmentLength,
    pdu.lunHigh,
    pdu.lunLow,
    pdu.initiatorTaskTag,
    pdu.targetTransferTag,
    pdu.statSn,
    pdu.expCmdSn,
    pdu.maxCmdSn,
    pdu.dataSn,
    pdu.bufferOffset,
    pdu.residualCount,
  );
}

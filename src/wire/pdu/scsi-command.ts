/** SCSI Command: RFC 7143 11.3. */
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
  putTotalAhsLength,
  totalAhsLength,
} from "../bhs.ts";
import { getLun, type LunFields, putLun } from "../lun.ts";
import { INITIATOR_OPCODE } from "../opcode.ts";

const READ_BIT = 0x40;
const WRITE_BIT = 0x20;
const ATTRIBUTE_MASK = 0x07;

/** Task attributes, ATTR: RFC 7143 11.3.1. 5 to 7 are reserved. */
export const TASK_ATTRIBUTE = { untagged: 0, simple: 1, ordered: 2, headOfQueue: 3, aca: 4 } as const;

/** Offset of the CDB's first 16 bytes. */
const CDB_OFFSET = 32;

export interface ScsiCommand extends LunFields {
  readonly opcode: typeof INITIATOR_OPCODE.scsiCommand;
  immediate: boolean;
  /** F: no unsolicited Data-Out follows this PDU. */
  final: boolean;
  /** R: input data is expected. */
  read: boolean;
  /** W: output data is expected. */
  write: boolean;
  /** 0 to 7, see TASK_ATTRIBUTE. */
  attribute: number;
  /** Bytes of additional header segments behind the BHS. */
  totalAhsLength: number;
  /** Immediate data, bytes. */
  dataSegmentLength: number;
  initiatorTaskTag: number;
  /** Bytes. */
  expectedDataTransferLength: number;
  cmdSn: number;
  expStatSn: number;
  /** Where in the decoded buffer the first 16 bytes of the CDB lie. They are not copied here. */
  cdbOffset: number;
}

export function blankScsiCommand(): ScsiCommand {
  return {
    opcode: INITIATOR_OPCODE.scsiCommand,
    immediate: false,
    final: true,
    read: false,
    write: false,
    attribute: TASK_ATTRIBUTE.simple,
    totalAhsLength: 0,
    dataSegmentLength: 0,
    lun: 0,
    lunHigh: 0,
    lunLow: 0,
    initiatorTaskTag: 0,
    expectedDataTransferLength: 0,
    cmdSn: 0,
    expStatSn: 0,
    cdbOffset: CDB_OFFSET,
  };
}

export function decodeScsiCommand(bhs: Buffer, offset: number, into: ScsiCommand = blankScsiCommand()): ScsiCommand {
  const bits = flags(bhs, offset);
  into.immediate = isImmediate(bhs, offset);
  into.final = (bits & FINAL_BIT) !== 0;
  into.read = (bits & READ_BIT) !== 0;
  into.write = (bits & WRITE_BIT) !== 0;
  into.attribute = bits & ATTRIBUTE_MASK;
  into.totalAhsLength = totalAhsLength(bhs, offset);
  into.dataSegmentLength = dataSegmentLength(bhs, offset);
  getLun(into, bhs, offset + BHS.lun);
  into.initiatorTaskTag = get32(bhs, offset + BHS.initiatorTaskTag);
  into.expectedDataTransferLength = get32(bhs, offset + BHS.word20);
  into.cmdSn = get32(bhs, offset + BHS.sn);
  into.expStatSn = get32(bhs, offset + BHS.expSn);
  into.cdbOffset = offset + CDB_OFFSET;
  return into;
}

/** @param cdb its first 16 bytes go into the header, zeroes behind a shorter one; cdbOffset of the PDU is not used */
export function encodeScsiCommand(pdu: ScsiCommand, out: Buffer, offset: number, cdb?: Uint8Array): void {
  const bits = (pdu.final ? FINAL_BIT : 0) | (pdu.read ? READ_BIT : 0) | (pdu.write ? WRITE_BIT : 0) | pdu.attribute;
  beginBhs(out, offset, pdu.opcode | (pdu.immediate ? IMMEDIATE_BIT : 0), bits);
  putTotalAhsLength(out, offset, pdu.totalAhsLength);
  putDataSegmentLength(out, offset, pdu.dataSegmentLength);
  putLun(pdu, out, offset + BHS.lun);
  put32(out, offset + BHS.initiatorTaskTag, pdu.initiatorTaskTag);
  put32(out, offset + BHS.word20, pdu.expectedDataTransferLength);
  put32(out, offset + BHS.sn, pdu.cmdSn);
  put32(out, offset + BHS.expSn, pdu.expStatSn);
  if (cdb !== undefined) out.set(cdb.subarray(0, 16), offset + CDB_OFFSET);
}

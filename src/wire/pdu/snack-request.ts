/** SNACK Request: RFC 7143 11.16. Asks again for PDUs; refused at ErrorRecoveryLevel 0, but it must be understood to be refused. */
import { BHS, beginBhs, FINAL_BIT, flags, get32, put32 } from "../bhs.ts";
import { getLun, type LunFields, putLun } from "../lun.ts";
import { INITIATOR_OPCODE } from "../opcode.ts";

/** Type: RFC 7143 11.16.1. */
export const SNACK_TYPE = { dataOrR2t: 0, status: 1, dataAck: 2, resegmentedData: 3 } as const;

const TYPE_MASK = 0x0f;

export interface SnackRequest extends LunFields {
  readonly opcode: typeof INITIATOR_OPCODE.snackRequest;
  /** 0 to 15, see SNACK_TYPE. */
  type: number;
  initiatorTaskTag: number;
  /** Target Transfer Tag or SNACK Tag. */
  targetTransferTag: number;
  expStatSn: number;
  begRun: number;
  runLength: number;
}

export function blankSnackRequest(): SnackRequest {
  return {
    opcode: INITIATOR_OPCODE.snackRequest,
    type: SNACK_TYPE.dataOrR2t,
    lun: 0,
    lunHigh: 0,
    lunLow: 0,
    initiatorTaskTag: 0,
    targetTransferTag: 0,
    expStatSn: 0,
    begRun: 0,
    runLength: 0,
  };
}

export function decodeSnackRequest(bhs: Buffer, offset: number, into: SnackRequest = blankSnackRequest()): SnackRequest {
  into.type = flags(bhs, offset) & TYPE_MASK;
  getLun(into, bhs, offset + BHS.lun);
  into.initiatorTaskTag = get32(bhs, offset + BHS.initiatorTaskTag);
  into.targetTransferTag = get32(bhs, offset + BHS.word20);
  into.expStatSn = get32(bhs, offset + BHS.expSn);
  into.begRun = get32(bhs, offset + BHS.word40);
  into.runLength = get32(bhs, offset + BHS.word44);
  return into;
}

export function encodeSnackRequest(pdu: SnackRequest, out: Buffer, offset: number): void {
  beginBhs(out, offset, pdu.opcode, FINAL_BIT | pdu.type);
  putLun(pdu, out, offset + BHS.lun);
  put32(out, offset + BHS.initiatorTaskTag, pdu.initiatorTaskTag);
  put32(out, offset + BHS.word20, pdu.targetTransferTag);
  put32(out, offset + BHS.expSn, pdu.expStatSn);
  put32(out, offset + BHS.word40, pdu.begRun);
  put32(out, offset + BHS.word44, pdu.runLength);
}

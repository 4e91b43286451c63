/** Task Management Function Request: RFC 7143 11.5. */
import { BHS, beginBhs, FINAL_BIT, flags, get32, IMMEDIATE_BIT, isImmediate, put32 } from "../bhs.ts";
import { getLun, type LunFields, putLun } from "../lun.ts";
import { INITIATOR_OPCODE, RESERVED_TAG } from "../opcode.ts";

/** Function: RFC 7143 11.5.1; 9 to 12 are of RFC 7144. */
export const TASK_MANAGEMENT_FUNCTION = {
  abortTask: 1,
  abortTaskSet: 2,
  clearAca: 3,
  clearTaskSet: 4,
  logicalUnitReset: 5,
  targetWarmReset: 6,
  targetColdReset: 7,
  taskReassign: 8,
  queryTask: 9,
  queryTaskSet: 10,
  itNexusReset: 11,
  queryAsyncEvent: 12,
} as const;

const FUNCTION_MASK = 0x7f;

export interface TaskManagementRequest extends LunFields {
  readonly opcode: typeof INITIATOR_OPCODE.taskManagementRequest;
  immediate: boolean;
  /** 0 to 127, see TASK_MANAGEMENT_FUNCTION. */
  function: number;
  initiatorTaskTag: number;
  /** Of the task to abort or reassign; RESERVED_TAG for functions on more than one task. */
  referencedTaskTag: number;
  cmdSn: number;
  expStatSn: number;
  /** CmdSN of the task to abort. */
  refCmdSn: number;
  expDataSn: number;
}

export function blankTaskManagementRequest(): TaskManagementRequest {
  return {
    opcode: INITIATOR_OPCODE.taskManagementRequest,
    immediate: false,
    function: 0,
    lun: 0,
    lunHigh: 0,
    lunLow: 0,
    initiatorTaskTag: 0,
    referencedTaskTag: RESERVED_TAG,
    cmdSn: 0,
    expStatSn: 0,
    refCmdSn: 0,
    expDataSn: 0,
  };
}

export function decodeTaskManagementRequest(
  bhs: Buffer,
  offset: number,
  into: TaskManagementRequest = blankTaskManagementRequest(),
): TaskManagementRequest {
  into.immediate = isImmediate(bhs, offset);
  into.function = flags(bhs, offset) & FUNCTION_MASK;
  getLun(into, bhs, offset + BHS.lun);
  into.initiatorTaskTag = get32(bhs, offset + BHS.initiatorTaskTag);
  into.referencedTaskTag = get32(bhs, offset + BHS.word20);
  into.cmdSn = get32(bhs, offset + BHS.sn);
  into.expStatSn = get32(bhs, offset + BHS.expSn);
  into.refCmdSn = get32(bhs, offset + BHS.maxCmdSn);
  into.expDataSn = get32(bhs, offset + BHS.word36);
  return into;
}

export function encodeTaskManagementRequest(pdu: TaskManagementRequest, out: Buffer, offset: number): void {
  beginBhs(out, offset, pdu.opcode | (pdu.immediate ? IMMEDIATE_BIT : 0), FINAL_BIT | pdu.function);
  putLun(pdu, out, offset + BHS.lun);
  put32(out, offset + BHS.initiatorTaskTag, pdu.initiatorTaskTag);
  put32(out, offset + BHS.word20, pdu.referencedTaskTag);
  put32(out, offset + BHS.sn, pdu.cmdSn);
  put32(out, offset + BHS.expSn, pdu.expStatSn);
  put32(out, offset + BHS.maxCmdSn, pdu.refCmdSn);
  put32(out, offset + BHS.word36, pdu.expDataSn);
}

/** Task Management Function Response: RFC 7143 11.6, with what RFC 7144 adds to it. */
import { BHS, beginBhs, FINAL_BIT, get24, get32, put24, put32 } from "../bhs.ts";
import { TARGET_OPCODE } from "../opcode.ts";

/** Response: RFC 7143 11.6.1. */
export const TASK_MANAGEMENT_RESPONSE = {
  functionComplete: 0,
  taskDoesNotExist: 1,
  lunDoesNotExist: 2,
  taskStillAllegiant: 3,
  reassignmentNotSupported: 4,
  functionNotSupported: 5,
  authorizationFailed: 6,
  /** Of RFC 7144: what a query asked for is there. */
  functionSucceeded: 7,
  functionRejected: 255,
} as const;
export type TaskManagementResponseCode = (typeof TASK_MANAGEMENT_RESPONSE)[keyof typeof TASK_MANAGEMENT_RESPONSE];

const RESPONSE = 2;
const ADDITIONAL_RESPONSE = 8;

export interface TaskManagementResponse {
  readonly opcode: typeof TARGET_OPCODE.taskManagementResponse;
  /** 0 to 255, see TASK_MANAGEMENT_RESPONSE. */
  response: number;
  /** Additional Response Information, 24 bits: RFC 7144. */
  additionalResponse: number;
  initiatorTaskTag: number;
  statSn: number;
  expCmdSn: number;
  maxCmdSn: number;
}

export function blankTaskManagementResponse(): TaskManagementResponse {
  return {
    opcode: TARGET_OPCODE.taskManagementResponse,
    response: TASK_MANAGEMENT_RESPONSE.functionComplete,
    additionalResponse: 0,
    initiatorTaskTag: 0,
    statSn: 0,
    expCmdSn: 0,
    maxCmdSn: 0,
  };
}

export function decodeTaskManagementResponse(
  bhs: Buffer,
  offset: number,
  into: TaskManagementResponse = blankTaskManagementResponse(),
): TaskManagementResponse {
  into.response = bhs[offset + RESPONSE]!;
  into.additionalResponse = get24(bhs, offset + ADDITIONAL_RESPONSE);
  into.initiatorTaskTag = get32(bhs, offset + BHS.initiatorTaskTag);
  into.statSn = get32(bhs, offset + BHS.sn);
  into.expCmdSn = get32(bhs, offset + BHS.expSn);
  into.maxCmdSn = get32(bhs, offset + BHS.maxCmdSn);
  return into;
}

export function encodeTaskManagementResponse(pdu: TaskManagementResponse, out: Buffer, offset: number): void {
  beginBhs(out, offset, pdu.opcode, FINAL_BIT);
  out[offset + RESPONSE] = pdu.response;
  put24(out, offset + ADDITIONAL_RESPONSE, pdu.additionalResponse);
  put32(out, offset + BHS.initiatorTaskTag, pdu.initiatorTaskTag);
  put32(out, offset + BHS.sn, pdu.statSn);
  put32(out, offset + BHS.expSn, pdu.expCmdSn);
  put32(out, offset + BHS.maxCmdSn, pdu.maxCmdSn);
}

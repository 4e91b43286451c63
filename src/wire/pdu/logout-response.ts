/** Logout Response: RFC 7143 11.15. */
import { BHS, beginBhs, FINAL_BIT, get16, get32, put16, put32 } from "../bhs.ts";
import { TARGET_OPCODE } from "../opcode.ts";

/** Response: RFC 7143 11.15.1. */
export const LOGOUT_RESPONSE = { success: 0, cidNotFound: 1, recoveryNotSupported: 2, cleanupFailed: 3 } as const;

const RESPONSE = 2;
const TIME_TO_WAIT = 40;
const TIME_TO_RETAIN = 42;

export interface LogoutResponse {
  readonly opcode: typeof TARGET_OPCODE.logoutResponse;
  /** 0 to 255, see LOGOUT_RESPONSE. */
  response: number;
  initiatorTaskTag: number;
  statSn: number;
  expCmdSn: number;
  maxCmdSn: number;
  /** Time2Wait, seconds. */
  timeToWait: number;
  /** Time2Retain, seconds. */
  timeToRetain: number;
}

export function blankLogoutResponse(): LogoutResponse {
  return {
    opcode: TARGET_OPCODE.logoutResponse,
    response: LOGOUT_RESPONSE.success,
    initiatorTaskTag: 0,
    statSn: 0,
    expCmdSn: 0,
    maxCmdSn: 0,
    timeToWait: 0,
    timeToRetain: 0,
  };
}

export function decodeLogoutResponse(
  bhs: Buffer,
  offset: number,
  into: LogoutResponse = blankLogoutResponse(),
): LogoutResponse {
  into.response = bhs[offset + RESPONSE]!;
  into.initiatorTaskTag = get32(bhs, offset + BHS.initiatorTaskTag);
  into.statSn = get32(bhs, offset + BHS.sn);
  into.expCmdSn = get32(bhs, offset + BHS.expSn);
  into.maxCmdSn = get32(bhs, offset + BHS.maxCmdSn);
  into.timeToWait = get16(bhs, offset + TIME_TO_WAIT);
  into.timeToRetain = get16(bhs, offset + TIME_TO_RETAIN);
  return into;
}

export function encodeLogoutResponse(pdu: LogoutResponse, out: Buffer, offset: number): void {
  beginBhs(out, offset, pdu.opcode, FINAL_BIT);
  out[offset + RESPONSE] = pdu.response;
  put32(out, offset + BHS.initiatorTaskTag, pdu.initiatorTaskTag);
  put32(out, offset + BHS.sn, pdu.statSn);
  put32(out, offset + BHS.expSn, pdu.expCmdSn);
  put32(out, offset + BHS.maxCmdSn, pdu.maxCmdSn);
  put16(out, offset + TIME_TO_WAIT, pdu.timeToWait);
  put16(out, offset + TIME_TO_RETAIN, pdu.timeToRetain);
}

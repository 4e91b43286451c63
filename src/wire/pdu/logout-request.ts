/** Logout Request: RFC 7143 11.14. */
import { BHS, beginBhs, FINAL_BIT, flags, get16, get32, IMMEDIATE_BIT, isImmediate, put16, put32 } from "../bhs.ts";
import { INITIATOR_OPCODE } from "../opcode.ts";

/** Reason Code: RFC 7143 11.14.1. */
export const LOGOUT_REASON = { closeSession: 0, closeConnection: 1, removeConnectionForRecovery: 2 } as const;

const REASON_MASK = 0x7f;

export interface LogoutRequest {
  readonly opcode: typeof INITIATOR_OPCODE.logoutRequest;
  immediate: boolean;
  /** 0 to 127, see LOGOUT_REASON. */
  reason: number;
  initiatorTaskTag: number;
  /** Of the connection to close; without meaning when the session is to be closed. */
  connectionId: number;
  cmdSn: number;
  expStatSn: number;
}

export function blankLogoutRequest(): LogoutRequest {
  return {
    opcode: INITIATOR_OPCODE.logoutRequest,
    immediate: false,
    reason: LOGOUT_REASON.closeSession,
    initiatorTaskTag: 0,
    connectionId: 0,
    cmdSn: 0,
    expStatSn: 0,
  };
}

export function decodeLogoutRequest(bhs: Buffer, offset: number, into: LogoutRequest = blankLogoutRequest()): LogoutRequest {
  into.immediate = isImmediate(bhs, offset);
  into.reason = flags(bhs, offset) & REASON_MASK;
  into.initiatorTaskTag = get32(bhs, offset + BHS.initiatorTaskTag);
  into.connectionId = get16(bhs, offset + BHS.word20);
  into.cmdSn = get32(bhs, offset + BHS.sn);
  into.expStatSn = get32(bhs, offset + BHS.expSn);
  return into;
}

export function encodeLogoutRequest(pdu: LogoutRequest, out: Buffer, offset: number): void {
  beginBhs(out, offset, pdu.opcode | (pdu.immediate ? IMMEDIATE_BIT : 0), FINAL_BIT | pdu.reason);
  put32(out, offset + BHS.initiatorTaskTag, pdu.initiatorTaskTag);
  put16(out, offset + BHS.word20, pdu.connectionId);
  put32(out, offset + BHS.sn, pdu.cmdSn);
  put32(out, offset + BHS.expSn, pdu.expStatSn);
}

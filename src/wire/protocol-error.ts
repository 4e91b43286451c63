/**
 * A peer broke the protocol. The error carries what the wire must say: a Reject reason (RFC 7143 11.17),
 * a login status (11.13.5), or nothing but the end of the connection.
 */
import type { LoginStatus } from "./pdu/login-response.ts";
import type { RejectReason } from "./pdu/reject.ts";

export type ProtocolAnswer =
  | { readonly kind: "reject"; readonly reason: RejectReason }
  | { readonly kind: "login"; readonly statusClass: number; readonly statusDetail: number }
  | { readonly kind: "close" };

const CLOSE: ProtocolAnswer = Object.freeze({ kind: "close" });

export class ProtocolError extends Error {
  override readonly name = "ProtocolError";
  readonly answer: ProtocolAnswer;

  /** @param message a sentence for the log: what was received and what would have been right */
  constructor(answer: ProtocolAnswer, message: string) {
    super(message);
    this.answer = answer;
  }

  static reject(reason: RejectReason, message: string): ProtocolError {
    return new ProtocolError({ kind: "reject", reason }, message);
  }

  static login(status: LoginStatus, message: string): ProtocolError {
    return new ProtocolError({ kind: "login", statusClass: status >> 8, statusDetail: status & 0xff }, message);
  }

  static close(message: string): ProtocolError {
    return new ProtocolError(CLOSE, message);
  }
}

/**
 * Who logs in to what: InitiatorName, TargetName and SessionType of the first key list (RFC 7143 6.3, 13.4, 13.5
 * and 13.21).
 */
import { LOGIN_STATUS } from "../../wire/pdu/login-response.ts";
import { ProtocolError } from "../../wire/protocol-error.ts";
import type { LoginNegotiation } from "./negotiate.ts";
import type { SessionType } from "./negotiation-keys.ts";
import { quote } from "./text-value.ts";

export interface LoginIdentity {
  readonly initiatorName: string;
  /** undefined in a discovery session, even if the initiator named a target. */
  readonly targetName: string | undefined;
  readonly sessionType: SessionType;
}

/** RFC 7143 4.2.7.2: names hold no white space and no control characters. */
const NOT_IN_A_NAME = /[\s\p{C}]/u;

function missing(message: string): ProtocolError {
  return ProtocolError.login(LOGIN_STATUS.missingParameter, message);
}

/** @throws ProtocolError 0207h (missing), 0209h (session type) or 0200h (no possible name) */
export function identify(negotiation: LoginNegotiation): LoginIdentity {
  const initiatorName = negotiation.declared("InitiatorName");
  if (initiatorName === undefined) throw missing("the first login request names no InitiatorName");
  const sessionType = negotiation.declared("SessionType") ?? "Normal";
  if (sessionType !== "Normal" && sessionType !== "Discovery") {
    throw ProtocolError.login(
      LOGIN_STATUS.sessionTypeNotSupported,
      `SessionType=${quote(sessionType)}, Normal and Discovery are right`,
    );
  }
  const targetName = negotiation.declared("TargetName");
  if (sessionType === "Normal" && targetName === undefined)
    throw missing("the first login request of a normal session names no TargetName");
  return {
    initiatorName: prepare("InitiatorName", initiatorName),
    targetName: sessionType === "Discovery" || targetName === undefined ? undefined : prepare("TargetName", targetName),
    sessionType,
  };
}

/** RFC 3722: two spellings that differ in case are one name. */
function prepare(key: string, name: string): string {
  const prepared = name.normalize("NFKC").toLowerCase();
  if (prepared === "" || NOT_IN_A_NAME.test(prepared))
    throw ProtocolError.login(LOGIN_STATUS.initiatorError, `${key}=${quote(name)} is no iSCSI name`);
  return prepared;
}

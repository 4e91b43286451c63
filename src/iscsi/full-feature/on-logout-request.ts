/** Logout: RFC 7143 11.14 and 11.15. */
import { type DataSink, DISCARD } from "../../wire/framer.ts";
import { decodeLogoutRequest, LOGOUT_REASON, type LogoutRequest } from "../../wire/pdu/logout-request.ts";
import { blankLogoutResponse, LOGOUT_RESPONSE } from "../../wire/pdu/logout-response.ts";
import { REJECT_REASON } from "../../wire/pdu/reject.ts";
import { ControlMessage } from "../control-message.ts";
import type { PduHandler } from "./dispatch.ts";
import type { FullFeaturePhase } from "./full-feature-phase.ts";

/** DefaultTime2Wait that goes with the answer, seconds: after a logout the initiator may come back at once. */
const TIME_TO_WAIT_SECONDS = 0;
const REASONS: ReadonlySet<number> = new Set(Object.values(LOGOUT_REASON));

function header(phase: FullFeaturePhase, bytes: Buffer, offset: number): DataSink {
  const pdu = decodeLogoutRequest(bytes, offset);
  const discovery = phase.session === undefined;
  // RFC 7143 4.3: a discovery session takes the logout that closes the session, and no other.
  if (discovery ? pdu.reason !== LOGOUT_REASON.closeSession : !REASONS.has(pdu.reason)) {
    const why = `logout reason ${pdu.reason} in a ${discovery ? "discovery" : "normal"} session`;
    phase.connection.reject(REJECT_REASON.protocolError, bytes, offset, why);
    if (!pdu.immediate) phase.window.refused();
    return DISCARD;
  }
  if (!pdu.immediate) phase.window.answered();
  switch (pdu.reason) {
    case LOGOUT_REASON.closeSession:
      leave(phase, pdu);
      break;
    case LOGOUT_REASON.closeConnection:
      // The session has one connection: closing it closes the session.
      if (pdu.connectionId === phase.connectionId) leave(phase, pdu);
      else answer(phase, pdu, LOGOUT_RESPONSE.cidNotFound);
      break;
    case LOGOUT_REASON.removeConnectionForRecovery:
      answer(phase, pdu, LOGOUT_RESPONSE.recoveryNotSupported);
      break;
  }
  return DISCARD;
}

function answer(phase: FullFeaturePhase, pdu: LogoutRequest, response: number): void {
  const { initiatorTaskTag } = pdu;
  phase.connection.send(
    new ControlMessage({ ...blankLogoutResponse(), initiatorTaskTag, response, timeToWait: TIME_TO_WAIT_SECONDS }),
  );
}

/** Tasks end before the answer: after it no byte of this session reaches a volume. */
function leave(phase: FullFeaturePhase, pdu: LogoutRequest): void {
  phase.loggedOut = true;
  const { connection, session } = phase;
  connection.framer.stop();
  connection.services.counters.logouts += 1;
  const ended = session === undefined ? Promise.resolve() : session.end();
  ended.then(
    () => {
      answer(phase, pdu, LOGOUT_RESPONSE.success);
      connection.closeAfterSending("logout");
      connection.services.turn.end();
    },
    (error: unknown) => connection.fail(error),
  );
}

export const onLogoutRequest: PduHandler = { ordered: true, inDiscovery: true, header, end() {} };

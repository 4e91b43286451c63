/** What the initiator is told before the target ends its connection (Asynchronous Message, RFC 7143 11.9), and the event log once it has ended. */
import { ASYNC_EVENT, blankAsyncMessage, type DropEvent } from "../../wire/pdu/async-message.ts";
import { ControlMessage } from "../control-message.ts";
import type { Session } from "../session.ts";
import type { FullFeaturePhase } from "./full-feature-phase.ts";

/** Time2Retain, seconds: at ErrorRecoveryLevel 0 the tasks end with their connection, whatever was negotiated (13.16). */
const TIME_TO_RETAIN_SECONDS = 0;

/** Event 1: the initiator is to log out within `seconds`. */
export function logoutWanted(seconds: number): ControlMessage {
  return new ControlMessage({ ...blankAsyncMessage(), event: ASYNC_EVENT.logoutRequest, parameter3: seconds });
}

/**
 * Events 2 and 3: the target drops the connection, or all of the session, which here has no other. The times tell the
 * initiator how long to wait before it comes back, and that nothing is kept for it meanwhile.
 */
export function dropNotice({ connectionId, parameters }: FullFeaturePhase, event: DropEvent): ControlMessage {
  return new ControlMessage({
    ...blankAsyncMessage(),
    event,
    parameter1: event === ASYNC_EVENT.connectionDropped ? connectionId : 0,
    parameter2: parameters.DefaultTime2Wait,
    parameter3: TIME_TO_RETAIN_SECONDS,
  });
}

/** The session has ended: as asked, or lost. */
export function recordEnd(phase: FullFeaturePhase, session: Session, reason: string): void {
  const { services, peer: address, portal } = phase.connection;
  const { targetName: target, portalGroupTag: portalGroup, tsih, endedBy } = session;
  const kind = phase.loggedOut || phase.shuttingDown ? "session-ended" : "session-lost";
  const { initiatorName: initiator } = phase;
  const known = { initiator, address, target, portal: portal.listen, portalGroup, session: tsih, reason };
  services.events.record(kind, { ...known, ...endedBy });
}

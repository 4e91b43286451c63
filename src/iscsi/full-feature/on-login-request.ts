/** Login Request in full feature phase: RFC 7143 11.12 allows none. */
import { DISCARD } from "../../wire/framer.ts";
import { REJECT_REASON } from "../../wire/pdu/reject.ts";
import type { PduHandler } from "./dispatch.ts";

export const onLoginRequest: PduHandler = {
  ordered: false,
  header(phase, bytes, offset) {
    phase.connection.reject(REJECT_REASON.protocolError, bytes, offset, "Login Request in full feature phase");
    return DISCARD;
  },
  end() {},
};

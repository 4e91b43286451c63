/** SNACK Request: RFC 7143 11.16. At ErrorRecoveryLevel 0 nothing is retransmitted: refused. */
import { DISCARD } from "../../wire/framer.ts";
import { REJECT_REASON } from "../../wire/pdu/reject.ts";
import type { PduHandler } from "./dispatch.ts";

export const onSnackRequest: PduHandler = {
  ordered: false,
  header(phase, bytes, offset) {
    phase.connection.reject(REJECT_REASON.snackReject, bytes, offset, "SNACK at ErrorRecoveryLevel 0");
    return DISCARD;
  },
  end() {},
};

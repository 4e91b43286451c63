/** Operation code → handler, for full feature phase: RFC 7143 11.2.1.2. A code without a row is rejected. */
import type { DataSink } from "../../wire/framer.ts";
import { INITIATOR_OPCODE, type InitiatorOpcode } from "../../wire/opcode.ts";
import type { FullFeaturePhase } from "./full-feature-phase.ts";
import { onDataOut } from "./on-data-out.ts";
import { onLoginRequest } from "./on-login-request.ts";
import { onLogoutRequest } from "./on-logout-request.ts";
import { onNopOut } from "./on-nop-out.ts";
import { onScsiCommand } from "./on-scsi-command.ts";
import { onSnackRequest } from "./on-snack-request.ts";
import { onTaskManagementRequest } from "./on-task-management-request.ts";
import { onTextRequest } from "./on-text-request.ts";

export interface PduHandler {
  /** Carries a CmdSN and, unless immediate, takes its turn in the command window. */
  readonly ordered: boolean;
  /** Taken in a discovery session; every other PDU is rejected there. */
  readonly inDiscovery?: true;
  /** The header is there; `bytes` only during the call. Returns where the data segment goes. */
  readonly header: (
    phase: FullFeaturePhase,
    bytes: Buffer,
    offset: number,
    headerLength: number,
    dataLength: number,
  ) => DataSink;
  /** The PDU is complete. */
  readonly end: (phase: FullFeaturePhase, dataOk: boolean) => void;
}

const TABLE: Readonly<Record<InitiatorOpcode, PduHandler>> = {
  [INITIATOR_OPCODE.nopOut]: onNopOut,
  [INITIATOR_OPCODE.scsiCommand]: onScsiCommand,
  [INITIATOR_OPCODE.taskManagementRequest]: onTaskManagementRequest,
  [INITIATOR_OPCODE.loginRequest]: onLoginRequest,
  [INITIATOR_OPCODE.textRequest]: onTextRequest,
  [INITIATOR_OPCODE.dataOut]: onDataOut,
  [INITIATOR_OPCODE.logoutRequest]: onLogoutRequest,
  [INITIATOR_OPCODE.snackRequest]: onSnackRequest,
};

/** Indexed by the six bits of the operation code: one load per PDU. */
export const HANDLERS: readonly (PduHandler | undefined)[] = Array.from(
  { length: 64 },
  (_, code) => (TABLE as Readonly<Record<number, PduHandler>>)[code],
);

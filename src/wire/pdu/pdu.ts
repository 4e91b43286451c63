/**
 * All PDUs: the union types and the one table from operation code (RFC 7143 11.2.1.2) to decoder and
 * encoder. A PDU without a row does not compile.
 */
import { opcode } from "../bhs.ts";
import { INITIATOR_OPCODE, type InitiatorOpcode, TARGET_OPCODE, type TargetOpcode } from "../opcode.ts";
import { type AsyncMessage, decodeAsyncMessage, encodeAsyncMessage } from "./async-message.ts";
import { type DataIn, decodeDataIn, encodeDataIn } from "./data-in.ts";
import { type DataOut, decodeDataOut, encodeDataOut } from "./data-out.ts";
import { decodeLoginRequest, encodeLoginRequest, type LoginRequest } from "./login-request.ts";
import { decodeLoginResponse, encodeLoginResponse, type LoginResponse } from "./login-response.ts";
import { decodeLogoutRequest, encodeLogoutRequest, type LogoutRequest } from "./logout-request.ts";
import { decodeLogoutResponse, encodeLogoutResponse, type LogoutResponse } from "./logout-response.ts";
import { decodeNopIn, encodeNopIn, type NopIn } from "./nop-in.ts";
import { decodeNopOut, encodeNopOut, type NopOut } from "./nop-out.ts";
import { decodeR2t, encodeR2t, type R2t } from "./r2t.ts";
import { decodeReject, encodeReject, type Reject } from "./reject.ts";
import { decodeScsiCommand, encodeScsiCommand, type ScsiCommand } from "./scsi-command.ts";
import { decodeScsiResponse, encodeScsiResponse, type ScsiResponse } from "./scsi-response.ts";
import { decodeSnackRequest, encodeSnackRequest, type SnackRequest } from "./snack-request.ts";
import {
  decodeTaskManagementRequest,
  encodeTaskManagementRequest,
  type TaskManagementRequest,
} from "./task-management-request.ts";
import {
  decodeTaskManagementResponse,
  encodeTaskManagementResponse,
  type TaskManagementResponse,
} from "./task-management-response.ts";
import { decodeTextRequest, encodeTextRequest, type TextRequest } from "./text-request.ts";
import { decodeTextResponse, encodeTextResponse, type TextResponse } from "./text-response.ts";

export type InitiatorPdu =
  | NopOut
  | ScsiCommand
  | TaskManagementRequest
  | LoginRequest
  | TextRequest
  | DataOut
  | LogoutRequest
  | SnackRequest;

export type TargetPdu =
  | NopIn
  | ScsiResponse
  | TaskManagementResponse
  | LoginResponse
  | TextResponse
  | DataIn
  | LogoutResponse
  | R2t
  | AsyncMessage
  | Reject;

interface Codec<P> {
  readonly name: string;
  readonly decode: (bhs: Buffer, offset: number, into?: P) => P;
  readonly encode: (pdu: P, out: Buffer, offset: number) => void;
}

type CodecTable<Code extends number, P extends { readonly opcode: Code }> = {
  readonly [K in Code]: Codec<Extract<P, { readonly opcode: K }>>;
};

export const INITIATOR_PDU: CodecTable<InitiatorOpcode, InitiatorPdu> = {
  [INITIATOR_OPCODE.nopOut]: { name: "NOP-Out", decode: decodeNopOut, encode: encodeNopOut },
  [INITIATOR_OPCODE.scsiCommand]: { name: "SCSI Command", decode: decodeScsiCommand, encode: encodeScsiCommand },
  [INITIATOR_OPCODE.taskManagementRequest]: {
    name: "Task Management Function Request",
    decode: decodeTaskManagementRequest,
    encode: encodeTaskManagementRequest,
  },
  [INITIATOR_OPCODE.loginRequest]: { name: "Login Request", decode: decodeLoginRequest, encode: encodeLoginRequest },
  [INITIATOR_OPCODE.textRequest]: { name: "Text Request", decode: decodeTextRequest, encode: encodeTextRequest },
  [INITIATOR_OPCODE.dataOut]: { name: "SCSI Data-Out", decode: decodeDataOut, encode: encodeDataOut },
  [INITIATOR_OPCODE.logoutRequest]: { name: "Logout Request", decode: decodeLogoutRequest, encode: encodeLogoutRequest },
  [INITIATOR_OPCODE.snackRequest]: { name: "SNACK Request", decode: decodeSnackRequest, encode: encodeSnackRequest },
};

export const TARGET_PDU: CodecTable<TargetOpcode, TargetPdu> = {
  [TARGET_OPCODE.nopIn]: { name: "NOP-In", decode: decodeNopIn, encode: encodeNopIn },
  [TARGET_OPCODE.scsiResponse]: { name: "SCSI Response", decode: decodeScsiResponse, encode: encodeScsiResponse },
  [TARGET_OPCODE.taskManagementResponse]: {
    name: "Task Management Function Response",
    decode: decodeTaskManagementResponse,
    encode: encodeTaskManagementResponse,
  },
  [TARGET_OPCODE.loginResponse]: { name: "Login Response", decode: decodeLoginResponse, encode: encodeLoginResponse },
  [TARGET_OPCODE.textResponse]: { name: "Text Response", decode: decodeTextResponse, encode: encodeTextResponse },
  [TARGET_OPCODE.dataIn]: { name: "SCSI Data-In", decode: decodeDataIn, encode: encodeDataIn },
  [TARGET_OPCODE.logoutResponse]: { name: "Logout Response", decode: decodeLogoutResponse, encode: encodeLogoutResponse },
  [TARGET_OPCODE.r2t]: { name: "Ready To Transfer", decode: decodeR2t, encode: encodeR2t },
  [TARGET_OPCODE.asyncMessage]: { name: "Asynchronous Message", decode: decodeAsyncMessage, encode: encodeAsyncMessage },
  [TARGET_OPCODE.reject]: { name: "Reject", decode: decodeReject, encode: encodeReject },
};

/** The row of any operation code of either table; undefined for a code that a peer made up. */
function initiatorCodec(code: number): Codec<InitiatorPdu> | undefined {
  return (INITIATOR_PDU as unknown as Readonly<Record<number, Codec<InitiatorPdu>>>)[code];
}

function targetCodec(code: number): Codec<TargetPdu> | undefined {
  return (TARGET_PDU as unknown as Readonly<Record<number, Codec<TargetPdu>>>)[code];
}

/** The header at `offset` as the PDU of an initiator; undefined when the operation code is none. */
export function decodeInitiatorPdu(bhs: Buffer, offset: number): InitiatorPdu | undefined {
  return initiatorCodec(opcode(bhs, offset))?.decode(bhs, offset);
}

/** The header at `offset` as the PDU of a target; undefined when the operation code is none. */
export function decodeTargetPdu(bhs: Buffer, offset: number): TargetPdu | undefined {
  return targetCodec(opcode(bhs, offset))?.decode(bhs, offset);
}

/** Writes 48 bytes at `offset`. */
export function encodeInitiatorPdu(pdu: InitiatorPdu, out: Buffer, offset: number): void {
  initiatorCodec(pdu.opcode)?.encode(pdu, out, offset);
}

/** Writes 48 bytes at `offset`. */
export function encodeTargetPdu(pdu: TargetPdu, out: Buffer, offset: number): void {
  targetCodec(pdu.opcode)?.encode(pdu, out, offset);
}

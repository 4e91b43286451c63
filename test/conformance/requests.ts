/** Requests other than SCSI commands, field by field as a test wants them, and the answers that come back. */
import { type LunFields, lunFields } from "../../src/wire/lun.ts";
import { RESERVED_TAG, TARGET_OPCODE } from "../../src/wire/opcode.ts";
import { blankLogoutRequest, type LogoutRequest } from "../../src/wire/pdu/logout-request.ts";
import type { LogoutResponse } from "../../src/wire/pdu/logout-response.ts";
import { blankNopOut, type NopOut } from "../../src/wire/pdu/nop-out.ts";
import type { Reject } from "../../src/wire/pdu/reject.ts";
import { blankTaskManagementRequest, type TaskManagementRequest } from "../../src/wire/pdu/task-management-request.ts";
import type { TaskManagementResponse } from "../../src/wire/pdu/task-management-response.ts";
import { blankTextRequest, type TextRequest } from "../../src/wire/pdu/text-request.ts";
import type { TextResponse } from "../../src/wire/pdu/text-response.ts";
import { type Received, type ScriptedInitiator, type SendOptions, textOf } from "../support/scripted-initiator.ts";

const NO_DATA = Buffer.alloc(0);

/** Sense key, additional sense code and qualifier of fixed format sense data. */
export function senseOf(sense: Buffer): readonly [number, number, number] {
  return [(sense[2] ?? 0) & 0x0f, sense[12] ?? 0, sense[13] ?? 0];
}

/** Sends an immediate task management function for LUN 0; its tag. */
export function sendManagement(
  initiator: ScriptedInitiator,
  fields: Partial<TaskManagementRequest>,
  options: SendOptions = {},
): number {
  const pdu: TaskManagementRequest = {
    ...blankTaskManagementRequest(),
    ...lunFields(fields.lun ?? 0),
    immediate: true,
    initiatorTaskTag: initiator.nextTag(),
    referencedTaskTag: RESERVED_TAG,
    cmdSn: initiator.cmdSn,
    expStatSn: initiator.expStatSn,
    ...fields,
  };
  initiator.send(pdu, NO_DATA, options);
  return pdu.initiatorTaskTag;
}

/** The same with its response, which must be the next PDU. */
export async function manage(
  initiator: ScriptedInitiator,
  fields: Partial<TaskManagementRequest>,
  options: SendOptions = {},
): Promise<Received<TaskManagementResponse>> {
  const tag = sendManagement(initiator, fields, options);
  const answer = await initiator.expect(TARGET_OPCODE.taskManagementResponse);
  if (answer.pdu.initiatorTaskTag !== tag) throw new Error(`function ${tag} was answered as ${answer.pdu.initiatorTaskTag}`);
  return answer;
}

export function sendLogout(
  initiator: ScriptedInitiator,
  fields: Partial<LogoutRequest> = {},
  options: SendOptions = {},
): number {
  const initiatorTaskTag = initiator.nextTag();
  const { cmdSn, expStatSn } = initiator;
  initiator.send({ ...blankLogoutRequest(), immediate: true, initiatorTaskTag, cmdSn, expStatSn, ...fields }, NO_DATA, options);
  return initiatorTaskTag;
}

export async function logout(
  initiator: ScriptedInitiator,
  fields: Partial<LogoutRequest> = {},
  options: SendOptions = {},
): Promise<Received<LogoutResponse>> {
  sendLogout(initiator, fields, options);
  return initiator.expect(TARGET_OPCODE.logoutResponse);
}

export function sendNopOut(
  initiator: ScriptedInitiator,
  fields: Partial<NopOut> = {},
  data: Buffer = NO_DATA,
  options: SendOptions = {},
): number {
  const { cmdSn, expStatSn } = initiator;
  const pdu = { ...blankNopOut(), immediate: true, initiatorTaskTag: initiator.nextTag(), cmdSn, expStatSn, ...fields };
  initiator.send(pdu, data, options);
  return pdu.initiatorTaskTag;
}

/** Sends an immediate Text Request with F, and no transfer tag unless `fields` has one; its tag. */
export function sendText(
  initiator: ScriptedInitiator,
  keys: readonly string[] | Buffer,
  fields: Partial<TextRequest & LunFields> = {},
  options: SendOptions = {},
): number {
  const text = Buffer.isBuffer(keys) ? keys : textOf(keys);
  const { cmdSn, expStatSn } = initiator;
  const pdu: TextRequest = {
    ...blankTextRequest(),
    immediate: true,
    final: true,
    initiatorTaskTag: initiator.nextTag(),
    targetTransferTag: RESERVED_TAG,
    cmdSn,
    expStatSn,
    ...fields,
  };
  initiator.send(pdu, text, options);
  return pdu.initiatorTaskTag;
}

export async function text(
  initiator: ScriptedInitiator,
  keys: readonly string[] | Buffer,
  fields: Partial<TextRequest & LunFields> = {},
  options: SendOptions = {},
): Promise<Received<TextResponse>> {
  sendText(initiator, keys, fields, options);
  return initiator.expect(TARGET_OPCODE.textResponse);
}

/** The Reject that must come next. */
export function rejected(initiator: ScriptedInitiator): Promise<Received<Reject>> {
  return initiator.expect(TARGET_OPCODE.reject);
}

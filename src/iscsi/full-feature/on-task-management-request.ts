/** Task management functions: RFC 7143 11.5 and 11.6, 4.2.3; SAM-5 7. */
import type { LunNexus } from "../../scsi/nexus.ts";
import { TaskState } from "../../scsi/task.ts";
import { ATTENTION } from "../../scsi/unit-attention.ts";
import { type DataSink, DISCARD } from "../../wire/framer.ts";
import { REJECT_REASON } from "../../wire/pdu/reject.ts";
import {
  decodeTaskManagementRequest,
  TASK_MANAGEMENT_FUNCTION as FUNCTION,
  type TaskManagementRequest,
} from "../../wire/pdu/task-management-request.ts";
import {
  blankTaskManagementResponse,
  TASK_MANAGEMENT_RESPONSE as RESPONSE,
  type TaskManagementResponseCode,
} from "../../wire/pdu/task-management-response.ts";
import { lt } from "../../wire/serial-number.ts";
import { ControlMessage } from "../control-message.ts";
import type { PduHandler } from "./dispatch.ts";
import type { FullFeaturePhase } from "./full-feature-phase.ts";

function header(phase: FullFeaturePhase, bytes: Buffer, offset: number): DataSink {
  const pdu = decodeTaskManagementRequest(bytes, offset);
  const { connection, session } = phase;
  if (session === undefined) {
    if (!pdu.immediate) phase.window.answered();
    connection.reject(REJECT_REASON.protocolError, bytes, offset, "a discovery session has no tasks");
    return DISCARD;
  }
  if (pdu.immediate && phase.immediateTasks >= connection.services.limits.immediate_tasks) {
    const why = "too many immediate commands (limits.immediate_tasks)";
    connection.reject(REJECT_REASON.immediateCommandReject, bytes, offset, why);
    return DISCARD;
  }
  if (pdu.immediate) phase.immediateTasks += 1;
  const { peer, services } = connection;
  const fields = {
    peer,
    initiator: phase.initiatorName,
    target: session.targetName,
    lun: pdu.lun,
    function: nameOf(pdu.function),
  };
  services.log.limited(`task management ${peer}`).info(fields, "task management");
  void run(phase, pdu)
    .catch((error: unknown) => {
      services.log.error({ ...fields, err: error }, "task management failed");
      return RESPONSE.functionRejected;
    })
    .then((response) => {
      // Until here the function has its place in the window, so that a peer can't pile them up.
      if (pdu.immediate) phase.immediateTasks -= 1;
      else phase.window.answered();
      const { initiatorTaskTag } = pdu;
      connection.send(new ControlMessage({ ...blankTaskManagementResponse(), initiatorTaskTag, response }));
      if (pdu.function === FUNCTION.targetColdReset && response === RESPONSE.functionComplete) coldReset(phase);
      services.turn.end();
    });
  return DISCARD;
}

function nameOf(code: number): string {
  return Object.entries(FUNCTION).find(([, value]) => value === code)?.[0] ?? String(code);
}

async function run(phase: FullFeaturePhase, pdu: TaskManagementRequest): Promise<TaskManagementResponseCode> {
  const { device } = phase.connection.services;
  const nexus = phase.session!.nexus;
  const lunNexus = nexus.luns.get(pdu.lun);
  switch (pdu.function) {
    case FUNCTION.abortTask:
      return abortTask(phase, pdu);
    case FUNCTION.abortTaskSet:
      retireRefused(phase, pdu.lun);
      return onUnit(lunNexus, (unit) => device.abortTaskSet(unit));
    case FUNCTION.clearTaskSet:
      retireRefused(phase, pdu.lun);
      return onUnit(lunNexus, (unit) => device.clearTaskSet(unit));
    case FUNCTION.logicalUnitReset:
      retireRefused(phase, pdu.lun);
      return onUnit(lunNexus, (unit) => device.resetLogicalUnit(unit.lu));
    case FUNCTION.targetWarmReset:
    case FUNCTION.targetColdReset:
      retireRefused(phase, undefined);
      // Of the target this means the units that the initiator sees: others' units are not its to reset.
      await Promise.all([...nexus.luns.values()].map(({ lu }) => device.resetLogicalUnit(lu, ATTENTION.busReset)));
      return RESPONSE.functionComplete;
    case FUNCTION.taskReassign:
      return RESPONSE.reassignmentNotSupported;
    default:
      return RESPONSE.functionNotSupported;
  }
}

async function onUnit(
  lunNexus: LunNexus | undefined,
  work: (unit: LunNexus) => Promise<void>,
): Promise<TaskManagementResponseCode> {
  if (lunNexus === undefined) return RESPONSE.lunDoesNotExist;
  await work(lunNexus);
  return RESPONSE.functionComplete;
}

/**
 * Commands that were refused at admission are in no task set, and their answers may wait for the end of unsolicited data: after the
 * answer to this function there is none for them. `lun` undefined: at every LUN.
 */
function retireRefused(phase: FullFeaturePhase, lun: number | undefined): void {
  for (const task of [...phase.tasks.values()]) {
    if (task.state === TaskState.Done && task.unsolicited && (lun === undefined || task.lun === lun)) phase.retire(task);
  }
}

/** RFC 7143 11.6.1: what is answered when the referenced task isn't there depends on its CmdSN. */
async function abortTask(phase: FullFeaturePhase, pdu: TaskManagementRequest): Promise<TaskManagementResponseCode> {
  const task = phase.tasks.get(pdu.referencedTaskTag);
  if (task !== undefined && task.lun === pdu.lun) {
    // It has failed and its answer waits for the end of unsolicited data: no answer after this one.
    if (task.state === TaskState.Done && task.unsolicited) phase.retire(task);
    else await phase.connection.services.device.abort([task]);
    return RESPONSE.functionComplete;
  }
  const { expCmdSn, maxCmdSn } = phase.window;
  const inWindow = !lt(pdu.refCmdSn, expCmdSn) && !lt(maxCmdSn, pdu.refCmdSn) && lt(pdu.refCmdSn, pdu.cmdSn);
  const undelivered = phase.held.commandByTag(pdu.referencedTaskTag) ?? (inWindow ? pdu.refCmdSn : undefined);
  if (undelivered === undefined) return RESPONSE.taskDoesNotExist;
  phase.held.skip(undelivered);
  phase.replayHeld();
  return RESPONSE.functionComplete;
}

/** RFC 7143 11.5.1: a cold reset ends every session of the target, after the answer. */
function coldReset(phase: FullFeaturePhase): void {
  const { targetName } = phase.session!;
  for (const session of [...phase.connection.services.sessions.all]) {
    if (session.targetName === targetName) session.connection.closeAfterSending("target cold reset");
  }
}

export const onTaskManagementRequest: PduHandler = { ordered: true, header, end() {} };

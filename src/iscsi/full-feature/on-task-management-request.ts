/** Task management functions: RFC 7143 11.5 and 11.6, 4.2.3; RFC 7144 for those of protocol level 2; SAM-5 7. */
import { assert } from "../../common/assert.ts";
import type { LunNexus } from "../../scsi/nexus.ts";
import { SenseKey } from "../../scsi/sense.ts";
import { TaskState } from "../../scsi/task.ts";
import { ATTENTION } from "../../scsi/unit-attention.ts";
import { type DataSink, DISCARD } from "../../wire/framer.ts";
import { RESERVED_TAG } from "../../wire/opcode.ts";
import { ASYNC_EVENT } from "../../wire/pdu/async-message.ts";
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
import { RFC_7144_LEVEL } from "../session.ts";
import type { PduHandler } from "./dispatch.ts";
import type { FullFeaturePhase } from "./full-feature-phase.ts";

/** Response, and the information that goes with it. */
interface Answer {
  readonly response: TaskManagementResponseCode;
  readonly additionalResponse: number;
}

const NAMES: ReadonlyMap<number, string> = new Map(Object.entries(FUNCTION).map(([name, code]) => [code, name]));

const plain = (response: TaskManagementResponseCode): Answer => ({ response, additionalResponse: 0 });

function header(phase: FullFeaturePhase, bytes: Buffer, offset: number): DataSink {
  const pdu = decodeTaskManagementRequest(bytes, offset);
  const { connection, session } = phase;
  assert(session !== undefined, "a discovery session has no tasks");
  if (pdu.initiatorTaskTag === RESERVED_TAG) {
    connection.reject(REJECT_REASON.protocolError, bytes, offset, "a task management function with the reserved task tag");
    if (!pdu.immediate) phase.window.refused();
    return DISCARD;
  }
  if (pdu.immediate && phase.immediateFunctions >= connection.services.limits.immediate_tasks) {
    const why = "too many immediate commands (limits.immediate_tasks)";
    connection.reject(REJECT_REASON.immediateCommandReject, bytes, offset, why);
    return DISCARD;
  }
  if (pdu.immediate) phase.immediateFunctions += 1;
  phase.functionTags.add(pdu.initiatorTaskTag);
  const { peer, services } = connection;
  const fields = {
    peer,
    initiator: phase.initiatorName,
    target: session.targetName,
    lun: pdu.lun,
    function: nameOf(pdu.function),
  };
  services.log.limited(`task management ${peer}`).info(fields, "task management");
  const { taskManagement } = services.counters;
  // The code comes from the initiator: what is no function is counted as one thing.
  const counted = NAMES.get(pdu.function) ?? "reserved";
  taskManagement.set(counted, (taskManagement.get(counted) ?? 0) + 1);
  void run(phase, pdu)
    .catch((error: unknown) => {
      services.log.error({ ...fields, err: error }, "task management failed");
      return plain(RESPONSE.functionRejected);
    })
    .then((answer) => {
      // Until here the function has its place in the window, so that a peer can't pile them up.
      if (pdu.immediate) phase.immediateFunctions -= 1;
      else phase.window.answered();
      const { initiatorTaskTag } = pdu;
      phase.functionTags.delete(initiatorTaskTag);
      connection.send(new ControlMessage({ ...blankTaskManagementResponse(), initiatorTaskTag, ...answer }));
      if (pdu.function === FUNCTION.targetColdReset && answer.response === RESPONSE.functionComplete) coldReset(phase);
      services.turn.end();
    });
  return DISCARD;
}

function nameOf(code: number): string {
  return NAMES.get(code) ?? String(code);
}

async function run(phase: FullFeaturePhase, pdu: TaskManagementRequest): Promise<Answer> {
  if (pdu.function < FUNCTION.queryTask) return plain(await endTasks(phase, pdu));
  // RFC 7144: only where both sides have agreed on the level that defines them.
  if (phase.parameters.iSCSIProtocolLevel < RFC_7144_LEVEL) return plain(RESPONSE.functionNotSupported);
  return query(phase, pdu);
}

/** The functions that end tasks. */
async function endTasks(phase: FullFeaturePhase, pdu: TaskManagementRequest): Promise<TaskManagementResponseCode> {
  const { device } = phase.connection.services;
  const nexus = phase.session!.nexus;
  const lunNexus = nexus.luns.get(pdu.lun);
  switch (pdu.function) {
    case FUNCTION.abortTask:
      return abortTask(phase, pdu);
    case FUNCTION.abortTaskSet:
      endUndelivered(phase, pdu, pdu.lun);
      return onUnit(lunNexus, (unit) => device.abortTaskSet(unit));
    case FUNCTION.clearTaskSet:
      endUndelivered(phase, pdu, pdu.lun);
      return onUnit(lunNexus, (unit) => device.clearTaskSet(unit));
    case FUNCTION.logicalUnitReset:
      endUndelivered(phase, pdu, pdu.lun);
      return onUnit(lunNexus, (unit) => device.resetLogicalUnit(unit.lu));
    case FUNCTION.targetWarmReset:
    case FUNCTION.targetColdReset:
      endUndelivered(phase, pdu, undefined);
      // Of the target this means the units that the initiator sees: others' units are not its to reset.
      await Promise.all([...nexus.luns.values()].map(({ lu }) => device.resetLogicalUnit(lu, ATTENTION.busReset)));
      return RESPONSE.functionComplete;
    case FUNCTION.taskReassign:
      return RESPONSE.reassignmentNotSupported;
    default:
      return RESPONSE.functionNotSupported;
  }
}

const found = (there: boolean): Answer => plain(there ? RESPONSE.functionSucceeded : RESPONSE.functionComplete);

/** The functions of RFC 7144. A query ends nothing: "succeeded" says that what it asks for is there, "complete" that it is not. */
async function query(phase: FullFeaturePhase, pdu: TaskManagementRequest): Promise<Answer> {
  const { device } = phase.connection.services;
  const nexus = phase.session!.nexus;
  if (pdu.function === FUNCTION.itNexusReset) {
    endUndelivered(phase, pdu, undefined);
    await device.resetNexus(nexus);
    return plain(RESPONSE.functionComplete);
  }
  const lunNexus = nexus.luns.get(pdu.lun);
  if (lunNexus === undefined) return plain(RESPONSE.lunDoesNotExist);
  switch (pdu.function) {
    case FUNCTION.queryTask: {
      const task = phase.tasks.get(pdu.referencedTaskTag);
      return found(task !== undefined && task.lun === pdu.lun && task.state !== TaskState.Done);
    }
    case FUNCTION.queryTaskSet:
      return found(device.queryTaskSet(lunNexus));
    case FUNCTION.queryAsyncEvent:
      return asyncEvent(lunNexus);
    default:
      return plain(RESPONSE.functionNotSupported);
  }
}

/** UADE DEPTH: exactly one condition is pending, or more (SAM-5 7.9). */
const ONE_PENDING = 0x10;
const MORE_PENDING = 0x20;

/** QUERY ASYNCHRONOUS EVENT (SAM-5 7.9): what the next unit attention will say; it stays pending. */
function asyncEvent({ attentions }: LunNexus): Answer {
  const { first } = attentions;
  if (first === undefined) return plain(RESPONSE.functionComplete);
  const head = (attentions.size === 1 ? ONE_PENDING : MORE_PENDING) | SenseKey.UnitAttention;
  return { response: RESPONSE.functionSucceeded, additionalResponse: (head << 16) | (first.asc << 8) | first.ascq };
}

async function onUnit(
  lunNexus: LunNexus | undefined,
  work: (unit: LunNexus) => Promise<void>,
): Promise<TaskManagementResponseCode> {
  if (lunNexus === undefined) return RESPONSE.lunDoesNotExist;
  await work(lunNexus);
  return RESPONSE.functionComplete;
}

/** Commands of this session that no task set knows: refused ones whose data is on its way, and those held beyond a gap in CmdSN. */
function endUndelivered(phase: FullFeaturePhase, pdu: TaskManagementRequest, lun: number | undefined): void {
  phase.retireRefused(lun);
  phase.held.skipCommands(pdu.cmdSn, lun);
  phase.replayHeld();
}

/** RFC 7143 11.6.1: what is answered when the referenced task isn't there depends on its CmdSN. */
async function abortTask(phase: FullFeaturePhase, pdu: TaskManagementRequest): Promise<TaskManagementResponseCode> {
  const task = phase.tasks.get(pdu.referencedTaskTag);
  if (task !== undefined && task.lun === pdu.lun) {
    // It has failed and its answer waits for the end of its data: no answer after this one.
    if (task.state === TaskState.Done && task.awaitsDataOut) phase.retire(task);
    else await phase.connection.services.device.abort([task]);
    return RESPONSE.functionComplete;
  }
  // RFC 7143 11.5.1: a task management function is not aborted.
  const tag = pdu.referencedTaskTag;
  if (phase.functionTags.has(tag) || phase.held.holdsFunction(tag)) return RESPONSE.functionRejected;
  const { expCmdSn, maxCmdSn } = phase.window;
  const inWindow = !lt(pdu.refCmdSn, expCmdSn) && !lt(maxCmdSn, pdu.refCmdSn) && lt(pdu.refCmdSn, pdu.cmdSn);
  const undelivered = phase.held.commandByTag(pdu.referencedTaskTag) ?? (inWindow ? pdu.refCmdSn : undefined);
  if (undelivered === undefined) return RESPONSE.taskDoesNotExist;
  phase.held.skip(undelivered);
  phase.replayHeld();
  return RESPONSE.functionComplete;
}

/** RFC 7143 11.5.1: a cold reset ends every session of the target, after the answer; each is told (11.9.1, event 3). */
function coldReset(phase: FullFeaturePhase): void {
  const { targetName } = phase.session!;
  for (const session of [...phase.connection.services.sessions.all]) {
    if (session.targetName === targetName) session.connection.phase.drop("target cold reset", ASYNC_EVENT.sessionDropped);
  }
}

export const onTaskManagementRequest: PduHandler = { ordered: true, header, end() {} };

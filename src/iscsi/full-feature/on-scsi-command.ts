/** SCSI Command: RFC 7143 11.3, with immediate and unsolicited data (4.2.5.2, 11.7). */
import { assert } from "../../common/assert.ts";
import { SENSE } from "../../scsi/sense.ts";
import { ScsiStatus, TaskAttribute } from "../../scsi/status.ts";
import { CDB_MAX_BYTES, TaskState } from "../../scsi/task.ts";
import { BHS_CDB_BYTES, blankAdditionalHeaders, parseAhs } from "../../wire/ahs.ts";
import { BHS_LENGTH, isImmediate } from "../../wire/bhs.ts";
import { type DataSink, DISCARD } from "../../wire/framer.ts";
import { RESERVED_TAG } from "../../wire/opcode.ts";
import { REJECT_REASON } from "../../wire/pdu/reject.ts";
import { blankScsiCommand, decodeScsiCommand, type ScsiCommand } from "../../wire/pdu/scsi-command.ts";
import { ProtocolError } from "../../wire/protocol-error.ts";
import type { IscsiTask } from "../iscsi-task.ts";
import type { PduHandler } from "./dispatch.ts";
import type { FullFeaturePhase } from "./full-feature-phase.ts";
import { refuseOverlapped } from "./overlapped-command.ts";

/** Reused for every command: nothing of it is kept beyond `header`. */
const command: ScsiCommand = blankScsiCommand();
const additional = blankAdditionalHeaders();

function header(phase: FullFeaturePhase, bytes: Buffer, offset: number, headerLength: number, dataLength: number): DataSink {
  decodeScsiCommand(bytes, offset, command);
  const { connection, session } = phase;
  const immediate = isImmediate(bytes, offset);
  assert(session !== undefined, "a discovery session takes no SCSI commands");
  const fault = faultOf(command);
  if (fault !== undefined) {
    connection.reject(REJECT_REASON.protocolError, bytes, offset, fault);
    if (!immediate) phase.window.refused();
    return DISCARD;
  }
  if (immediate && phase.immediateTasks >= connection.services.limits.immediate_tasks) {
    connection.reject(
      REJECT_REASON.immediateCommandReject,
      bytes,
      offset,
      "too many immediate commands (limits.immediate_tasks)",
    );
    return DISCARD;
  }
  if (phase.tasks.has(command.initiatorTaskTag)) {
    refuseOverlapped(phase, session, command);
    return DISCARD;
  }
  const task = connection.services.tasks.take();
  if (!fill(phase, task, bytes, offset, headerLength)) {
    connection.services.tasks.give(task);
    if (!immediate) phase.window.refused();
    return DISCARD;
  }
  task.inWindow = true;
  if (immediate) phase.immediateTasks += 1;
  phase.tasks.set(task.tag, task);
  session.totals.commands += 1;
  connection.services.device.admit(task);
  phase.current = task;
  phase.currentLength = dataLength;
  if (connection.encoder.dataDigest) bytes.copy(phase.currentHeader, 0, offset, offset + headerLength);
  prepareDataOut(phase, task, dataLength);
  return dataLength > 0 ? phase.leaseSink.into(task, 0) : DISCARD;
}

/** RFC 7143 11: a reserved value in a field that is defined is a protocol error. */
function faultOf({ attribute, initiatorTaskTag }: ScsiCommand): string | undefined {
  if (attribute > TaskAttribute.Aca) return `the task attribute ${attribute} is reserved (RFC 7143 11.3.1)`;
  return initiatorTaskTag === RESERVED_TAG ? "a SCSI command with the reserved task tag (RFC 7143 11.2.1.8)" : undefined;
}

/** Copies the request into the task; false when the PDU was rejected. */
function fill(phase: FullFeaturePhase, task: IscsiTask, bytes: Buffer, offset: number, headerLength: number): boolean {
  bytes.copy(task.cdb, 0, command.cdbOffset, command.cdbOffset + BHS_CDB_BYTES);
  task.cdbLength = BHS_CDB_BYTES;
  let readLength = command.expectedDataTransferLength;
  if (headerLength > BHS_LENGTH) {
    try {
      parseAhs(bytes, offset + BHS_LENGTH, headerLength - BHS_LENGTH, additional);
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      if (error.answer.kind === "close") phase.formatError(bytes, offset, error.message);
      else phase.connection.reject(REJECT_REASON.invalidPduField, bytes, offset, error.message);
      return false;
    }
    const extended = Math.min(additional.extendedCdbLength, CDB_MAX_BYTES - BHS_CDB_BYTES);
    bytes.copy(task.cdb, BHS_CDB_BYTES, additional.extendedCdbOffset, additional.extendedCdbOffset + extended);
    task.cdbLength += extended;
    if (command.read && command.write && additional.bidirectionalReadLength >= 0)
      readLength = additional.bidirectionalReadLength;
  }
  task.transport = phase;
  task.nexus = phase.session!.nexus;
  task.lun = command.lun;
  task.lunHigh = command.lunHigh;
  task.lunLow = command.lunLow;
  task.tag = command.initiatorTaskTag;
  task.immediate = command.immediate;
  task.attribute = command.attribute as TaskAttribute;
  task.reads = command.read;
  task.writes = command.write;
  task.expectedDataIn = command.read ? readLength : 0;
  task.expectedDataOut = command.write ? command.expectedDataTransferLength : 0;
  task.unsolicited = !command.final;
  task.arrivedAt = phase.connection.services.now();
  task.dataOutAt = task.arrivedAt;
  return true;
}

/**
 * The command is admitted or has failed; decides where its data goes. Failing here, before Receiving, calls nobody
 * back: `end` sees it.
 */
function prepareDataOut(phase: FullFeaturePhase, task: IscsiTask, dataLength: number): void {
  const { parameters } = phase;
  task.discards = true;
  if (task.state === TaskState.Done) return;
  const pushed = dataLength > 0 || task.unsolicited;
  if (task.dataOutWanted > 0 && !task.writes) {
    // The command writes and the request says that no data comes: GOOD would be a lie (SAM-5 5.4.3.3, SPC-4 annex F).
    task.unsolicited = false;
    task.fail(SENSE.invalidFieldInCommandInformationUnit);
    return;
  }
  if (pushed && !unsolicitedAllowed(phase, task, dataLength)) {
    // RFC 7143 11.4.7.2: the command is answered, the connection goes on. Where Data-Out may not follow unasked, none is waited for.
    if (!task.writes || parameters.InitialR2T) task.unsolicited = false;
    task.fail(SENSE.unexpectedUnsolicitedData);
    return;
  }
  const target = Math.min(task.dataOutWanted, task.expectedDataOut);
  if (target > 0 && pushed) {
    // Data is right behind the header and must have its place now. Where there is none, the initiator is asked to come again.
    const { pool, dataOutBudget } = phase.connection.services;
    const budgeted = !pool.hasWaiters && phase.share.take(task, target) && takeBudget(phase, task, target);
    if (!budgeted || !pool.tryLease(target, task.leases)) {
      dataOutBudget.giveBack(task);
      task.failStatus(ScsiStatus.TaskSetFull);
      return;
    }
  }
  task.state = TaskState.Receiving;
  task.dataOutTarget = target;
  // A command that takes no data runs when its PDUs are complete, and what they carry is thrown away.
  task.discards = target === 0;
}

function takeBudget({ connection }: FullFeaturePhase, task: IscsiTask, bytes: number): boolean {
  const { dataOutBudget } = connection.services;
  return task.dormant ? dataOutBudget.takeDormant(task, bytes) : dataOutBudget.take(task, bytes);
}

function unsolicitedAllowed(phase: FullFeaturePhase, task: IscsiTask, dataLength: number): boolean {
  const { parameters } = phase;
  if (!task.writes) return false;
  if (dataLength > 0 && !parameters.ImmediateData) return false;
  if (task.unsolicited && parameters.InitialR2T) return false;
  return dataLength <= Math.min(parameters.FirstBurstLength, task.expectedDataOut);
}

function end(phase: FullFeaturePhase, dataOk: boolean): void {
  const task = phase.current;
  phase.current = undefined;
  phase.leaseSink.task = undefined;
  // Aborted while its data segment was on its way.
  if (task === undefined) return;
  task.dataOutReceived = phase.currentLength;
  if (!dataOk) {
    // RFC 7143 7.3 and 7.8: the command counts as not received. At ErrorRecoveryLevel 0 hosts don't send it again to fill the gap that this
    // leaves, but wait until it times out, so the error is escalated to session recovery, as 7.8 allows.
    phase.connection.reject(REJECT_REASON.dataDigestError, phase.currentHeader, 0, "immediate data with a wrong digest");
    phase.connection.closeAfterSending("immediate data with a wrong digest");
    return;
  }
  phase.proceed(task);
}

export const onScsiCommand: PduHandler = { ordered: true, header, end };

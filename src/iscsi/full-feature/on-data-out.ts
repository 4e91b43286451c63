/** SCSI Data-Out: RFC 7143 11.7, the order of its PDUs (11.7.5, 11.7.6) and errors in it (7.8, 7.9). */
import { SENSE, type SenseCode } from "../../scsi/sense.ts";
import { TaskState } from "../../scsi/task.ts";
import { type DataSink, DISCARD } from "../../wire/framer.ts";
import { RESERVED_TAG } from "../../wire/opcode.ts";
import { blankDataOut, type DataOut, decodeDataOut } from "../../wire/pdu/data-out.ts";
import { add } from "../../wire/serial-number.ts";
import type { IscsiTask } from "../iscsi-task.ts";
import { wantR2t } from "../r2t-scheduler.ts";
import type { PduHandler } from "./dispatch.ts";
import type { FullFeaturePhase } from "./full-feature-phase.ts";

/** Reused for every PDU. */
const pdu: DataOut = blankDataOut();

/** What is wrong with a PDU, and how its command ends: RFC 7143 11.4.7.2. */
interface Problem {
  readonly what: string;
  readonly sense: SenseCode;
}

const outOfSequence = (what: string): Problem => ({ what, sense: SENSE.protocolServiceCrcError });
const wrongAmount = (what: string): Problem => ({ what, sense: SENSE.notEnoughUnsolicitedData });

function header(phase: FullFeaturePhase, bytes: Buffer, offset: number, headerLength: number, dataLength: number): DataSink {
  decodeDataOut(bytes, offset, pdu);
  const task = phase.tasks.get(pdu.initiatorTaskTag);
  // Data of a task that has been aborted or answered meanwhile: late, and of no use (RFC 7143 11.5.1).
  if (task === undefined) return DISCARD;
  const unsolicited = pdu.targetTransferTag === RESERVED_TAG;
  const problem = unsolicited ? unsolicitedProblem(phase, task, dataLength) : solicitedProblem(task, dataLength);
  if (problem === "late") return DISCARD;
  if (problem !== undefined) {
    phase.connection.services.counters.protocolErrors += 1;
    const { peer } = phase.connection;
    phase.connection.services.log
      .limited(`data-out ${peer}`)
      .warn({ peer, tag: task.tag, problem: problem.what }, "Data-Out out of order: the command fails");
  }
  phase.current = task;
  phase.currentLength = dataLength;
  phase.currentFinal = pdu.final;
  if (phase.connection.encoder.dataDigest) bytes.copy(phase.currentHeader, 0, offset, offset + headerLength);
  task.dataOutAt = phase.connection.services.now();
  phase.lastDataOutAt = task.dataOutAt;
  const sink = phase.leaseSink.into(task, pdu.bufferOffset);
  if (problem === undefined) return sink;
  if (pdu.final) endRun(task, unsolicited);
  if (task.state === TaskState.Receiving) task.fail(problem.sense);
  else phase.proceed(task);
  phase.current = undefined;
  return DISCARD;
}

/** The F bit of a PDU that is not as it should be ends its run all the same: nothing more of it comes. */
function endRun(task: IscsiTask, unsolicited: boolean): void {
  if (unsolicited) task.unsolicited = false;
  const at = task.solicitations.findIndex((run) => run.transferTag === pdu.targetTransferTag);
  if (at >= 0) task.solicitations.splice(at, 1);
}

/** Unsolicited data goes on where the last left off, up to FirstBurstLength. */
function unsolicitedProblem(phase: FullFeaturePhase, task: IscsiTask, length: number): Problem | "late" | undefined {
  if (!task.unsolicited) return "late";
  const dataSn = task.unsolicitedDataSn;
  task.unsolicitedDataSn = add(dataSn, 1);
  if (pdu.dataSn !== dataSn) return outOfSequence(`DataSN ${pdu.dataSn}, ${dataSn} was due`);
  if (pdu.bufferOffset !== task.dataOutReceived)
    return outOfSequence(`buffer offset ${pdu.bufferOffset}, ${task.dataOutReceived} was due`);
  const bound = Math.min(phase.parameters.FirstBurstLength, task.expectedDataOut);
  const end = pdu.bufferOffset + length;
  return end > bound ? wrongAmount(`${end} bytes of unsolicited data, ${bound} are allowed`) : undefined;
}

/** Solicited data answers the oldest R2T, in order and exactly; empty PDUs may stand anywhere in it (RFC 7143 11.7.7). */
function solicitedProblem(task: IscsiTask, length: number): Problem | "late" | undefined {
  const run = task.solicitations[0];
  if (run === undefined) return "late";
  if (pdu.targetTransferTag !== run.transferTag)
    return outOfSequence(`target transfer tag ${pdu.targetTransferTag}, ${run.transferTag} was due`);
  // RFC 7143 4.2.5.3: what a task was begun with holds for all its PDUs.
  if (pdu.lun !== task.lun) return outOfSequence(`LUN ${pdu.lun}, ${task.lun} was due`);
  const dataSn = run.nextDataSn;
  run.nextDataSn = add(dataSn, 1);
  if (pdu.dataSn !== dataSn) return outOfSequence(`DataSN ${pdu.dataSn}, ${dataSn} was due`);
  if (pdu.bufferOffset !== run.received) return outOfSequence(`buffer offset ${pdu.bufferOffset}, ${run.received} was due`);
  const end = pdu.bufferOffset + length;
  if (end > run.end) return wrongAmount(`data up to ${end}, the R2T asked for ${run.end}`);
  return pdu.final && end < run.end ? wrongAmount(`the F bit at ${end}, the R2T asked for ${run.end}`) : undefined;
}

function end(phase: FullFeaturePhase, dataOk: boolean): void {
  const task = phase.current;
  phase.current = undefined;
  phase.leaseSink.task = undefined;
  if (task === undefined) return;
  task.dataOutReceived += phase.currentLength;
  const run = task.solicitations[0];
  if (task.unsolicited) {
    if (phase.currentFinal) task.unsolicited = false;
  } else if (run !== undefined) {
    run.received += phase.currentLength;
    if (phase.currentFinal) task.solicitations.shift();
  }
  if (!dataOk && phase.refuseDigest(task, "Data-Out")) return;
  // Runs that were asked for and have not arrived: nothing to do until they have.
  if (task.solicitations.length > 0) {
    if (task.solicitedUpTo < task.dataOutTarget && task.state === TaskState.Receiving) wantR2t(phase, task);
    return;
  }
  phase.proceed(task);
}

export const onDataOut: PduHandler = { ordered: false, header, end };

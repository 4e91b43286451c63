/** SCSI Data-Out: RFC 7143 11.7, the order of its PDUs (11.7.5, 11.7.6) and errors in it (7.8, 7.9). */
import { SENSE } from "../../scsi/sense.ts";
import { TaskState } from "../../scsi/task.ts";
import { BHS_LENGTH } from "../../wire/bhs.ts";
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

function header(phase: FullFeaturePhase, bytes: Buffer, offset: number, _headerLength: number, dataLength: number): DataSink {
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
      .warn({ peer, tag: task.tag, problem }, "Data-Out out of order: the command fails");
  }
  phase.current = task;
  phase.currentLength = dataLength;
  phase.currentFinal = pdu.final;
  if (phase.connection.encoder.dataDigest) bytes.copy(phase.currentHeader, 0, offset, offset + BHS_LENGTH);
  task.dataOutAt = phase.connection.services.now();
  phase.lastDataOutAt = task.dataOutAt;
  const sink = phase.leaseSink.into(task, pdu.bufferOffset);
  if (problem === undefined) return sink;
  if (unsolicited && pdu.final) task.unsolicited = false;
  if (task.state === TaskState.Receiving) task.fail(SENSE.protocolServiceCrcError);
  else phase.proceed(task);
  phase.current = undefined;
  return DISCARD;
}

/** Unsolicited data goes on where the last left off, up to FirstBurstLength. */
function unsolicitedProblem(phase: FullFeaturePhase, task: IscsiTask, length: number): string | undefined {
  if (!task.unsolicited) return "late";
  const dataSn = task.unsolicitedDataSn;
  task.unsolicitedDataSn = add(dataSn, 1);
  if (pdu.dataSn !== dataSn) return `DataSN ${pdu.dataSn}, ${dataSn} was due`;
  if (pdu.bufferOffset !== task.dataOutReceived) return `buffer offset ${pdu.bufferOffset}, ${task.dataOutReceived} was due`;
  const bound = Math.min(phase.parameters.FirstBurstLength, task.expectedDataOut);
  if (pdu.bufferOffset + length > bound) return `${pdu.bufferOffset + length} bytes of unsolicited data, ${bound} are allowed`;
  return undefined;
}

/** Solicited data answers the oldest R2T, in order and exactly. */
function solicitedProblem(task: IscsiTask, length: number): string | undefined {
  const run = task.solicitations[0];
  if (run === undefined) return "late";
  if (pdu.targetTransferTag !== run.transferTag)
    return `target transfer tag ${pdu.targetTransferTag}, ${run.transferTag} was due`;
  const dataSn = run.nextDataSn;
  run.nextDataSn = add(dataSn, 1);
  if (pdu.dataSn !== dataSn) return `DataSN ${pdu.dataSn}, ${dataSn} was due`;
  if (pdu.bufferOffset !== run.received) return `buffer offset ${pdu.bufferOffset}, ${run.received} was due`;
  const end = pdu.bufferOffset + length;
  if (end > run.end) return `data up to ${end}, the R2T asked for ${run.end}`;
  if (pdu.final !== (end === run.end)) return `F bit ${pdu.final ? "before" : "missing at"} the end of what the R2T asked for`;
  return undefined;
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
    run.received = task.dataOutReceived;
    if (run.received === run.end) task.solicitations.shift();
  }
  if (!dataOk && phase.refuseDigest(task, "Data-Out")) return;
  // Runs that were asked for and have not arrived: nothing to do until they have.
  if (task.solicitations.length > 0 && task.dataOutReceived < task.dataOutTarget) {
    if (task.solicitedUpTo < task.dataOutTarget) wantR2t(phase, task);
    return;
  }
  phase.proceed(task);
}

export const onDataOut: PduHandler = { ordered: false, header, end };

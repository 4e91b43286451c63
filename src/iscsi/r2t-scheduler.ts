/**
 * Asks for the data of writes: R2T, RFC 7143 11.8. Each task may have MaxOutstandingR2T runs of at most MaxBurstLength
 * asked for at a time; the initiator fulfils them in order (DataSequenceInOrder=Yes).
 */
import { writeR2t } from "../wire/pdu/r2t.ts";
import type { FullFeaturePhase } from "./full-feature/full-feature-phase.ts";
import type { IscsiTask } from "./iscsi-task.ts";

/** The task lacks data: its R2Ts go out at the end of the turn. */
export function wantR2t(phase: FullFeaturePhase, task: IscsiTask): void {
  task.solicitedUpTo = Math.max(task.solicitedUpTo, task.dataOutReceived);
  if (!phase.wantsR2t.includes(task)) phase.wantsR2t.push(task);
  phase.connection.services.turn.mark(phase.connection);
}

/** Sends what R2Ts may be sent now. */
export function sendR2ts(phase: FullFeaturePhase): void {
  const now = phase.connection.services.now();
  for (const task of phase.wantsR2t) {
    task.dataOutAt = now;
    while (task.solicitedUpTo < task.dataOutTarget && task.solicitations.length < phase.parameters.MaxOutstandingR2T) {
      solicit(phase, task);
    }
  }
  phase.wantsR2t.length = 0;
}

function solicit(phase: FullFeaturePhase, task: IscsiTask): void {
  const { encoder } = phase.connection;
  const offset = task.solicitedUpTo;
  const length = Math.min(task.dataOutTarget - offset, phase.parameters.MaxBurstLength);
  const transferTag = phase.nextTransferTag();
  task.solicitations.push({ transferTag, end: offset + length, received: offset, nextDataSn: 0 });
  task.solicitedUpTo = offset + length;
  const slot = encoder.beginSmall(0);
  writeR2t(
    slot.buffer,
    slot.offset,
    task.lunHigh,
    task.lunLow,
    task.tag,
    transferTag,
    encoder.statSn,
    encoder.expCmdSn,
    encoder.maxCmdSn,
    task.r2tSn,
    offset,
    length,
  );
  encoder.finishSmall(0);
  task.r2tSn += 1;
  phase.connection.services.counters.r2ts += 1;
}

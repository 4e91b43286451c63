/**
 * What a failed backend request means to the initiator: errno → sense (SPC-4 4.5, SBC-3 4.7.3.6, 4.18). The one
 * place where errors of storage become sense data.
 */
import { BackendError, classifyErrno, ERRNO, type FailureKind } from "../backend/backend-error.ts";
import { Operation } from "./lu-counters.ts";
import { SENSE, type SenseCode } from "./sense.ts";
import { ScsiStatus } from "./status.ts";
import { Origin, type ScsiTask } from "./task.ts";

/** What a slice answers that finds its backend gone. */
export const BACKEND_GONE = -ERRNO.ENODEV;

/** The storage has become shorter than the volume says: what lies behind its end can't be read or written. */
export const BEYOND_END = -ERRNO.EIO;

export type Direction = "read" | "write";

const MEANING: Record<Exclude<FailureKind, "medium" | "shortage">, SenseCode> = {
  "no-space": SENSE.spaceAllocationFailed,
  "not-ready": SENSE.notReadyCauseNotReportable,
  "read-only": SENSE.writeProtected,
  // We asked for what the storage can't do: that says nothing about the medium, and a host must not remap blocks for it.
  unsupported: SENSE.internalTargetFailure,
};

/**
 * Ends the task with the sense of a backend failure. `error` is a negative errno; `lba` is the first block of the
 * lowest piece that failed: every block before it was transferred.
 */
export function failIo(task: ScsiTask, error: number, direction: Direction, lba: number): false {
  const kind = classifyErrno(error);
  // It passes: hosts come again by themselves (SAM-5 5.3.1). An error would have them give the disk up.
  if (kind === "shortage") return task.failStatus(ScsiStatus.Busy);
  if (kind !== "medium") return task.fail(MEANING[kind]);
  task.lunNexus!.lu.counters.mediumErrors[direction === "read" ? Operation.Read : Operation.Write]! += 1;
  return task.fail(direction === "read" ? SENSE.unrecoveredReadError : SENSE.writeError, { information: lba });
}

/**
 * Ends the task after a failed flush. When fdatasync fails, the system may drop what it could not write and call it clean; the next
 * one succeeds. Linux hosts repeat a command that ends with MEDIUM ERROR, "write error", and would be told GOOD: HARDWARE ERROR is
 * not repeated.
 */
export function failFlush(task: ScsiTask, error: number): false {
  const { lunNexus } = task;
  if (lunNexus !== undefined) lunNexus.seenFailedFlushes = lunNexus.lu.backend?.failedFlushes ?? 0;
  const kind = classifyErrno(error);
  if (kind === "medium" || kind === "shortage") return task.fail(SENSE.writeFault);
  return task.fail(MEANING[kind]);
}

/**
 * A command that promises stable storage (SYNCHRONIZE CACHE, FUA, no write cache) has succeeded, but a flush has failed that this nexus has not
 * heard of: somebody else's flush may have got the error of this nexus's data. Told once per nexus. true: the task has ended so.
 */
export function tellFailedFlush(task: ScsiTask): boolean {
  const lunNexus = task.lunNexus!;
  const failed = lunNexus.lu.backend?.failedFlushes ?? 0;
  if (lunNexus.seenFailedFlushes === failed) return false;
  // A copy that fails with it leaves it to be told: its host may copy by other means without a look at the reason.
  if (task.origin === Origin.Host) lunNexus.seenFailedFlushes = failed;
  task.fail(SENSE.writeFault);
  return true;
}

/** The negative errno of what a backend's promise was rejected with; anything but a BackendError is a defect and thrown on. */
export function errnoOf(error: unknown): number {
  if (error instanceof BackendError) return -error.errno;
  throw error;
}

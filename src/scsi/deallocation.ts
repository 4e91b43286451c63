/** Zeroing and giving back ranges of the medium, in slices (SBC-3 4.7.3): what UNMAP and WRITE SAME have in common. */
import { ERRNO } from "../backend/backend-error.ts";
import { BACKEND_GONE, BEYOND_END, failFlush } from "./io-error.ts";
import { durable, flush, goesOn, goodIfStable, succeeded, yieldTurn } from "./medium-access.ts";
import type { ScsiTask } from "./task.ts";

/**
 * Bytes of one request. A discard only changes metadata; zeroes may have to be written. An abort waits for one
 * request, so these bound how long.
 */
const DISCARD_SLICE_BYTES = 1024 * 1024 * 1024;
const ZERO_SLICE_BYTES = 64 * 1024 * 1024;

type Request = (task: ScsiTask, offset: number, length: number) => Promise<number>;

const discardOnce: Request = (task, offset, length) => {
  const { backend } = task.lunNexus!.lu;
  if (backend === undefined) return Promise.resolve(BACKEND_GONE);
  if (offset + length > backend.sizeBytes) return Promise.resolve(BEYOND_END);
  return task.io(1, () => backend.discard(offset, length, task, 0));
};

const zeroOnce =
  (mayDeallocate: boolean): Request =>
  (task, offset, length) => {
    const { backend } = task.lunNexus!.lu;
    if (backend === undefined) return Promise.resolve(BACKEND_GONE);
    if (offset + length > backend.sizeBytes) return Promise.resolve(BEYOND_END);
    return task.io(1, () => backend.writeZeroes(offset, length, mayDeallocate, task, 0));
  };

const zeroKeeping = zeroOnce(false);
const zeroGivingBack = zeroOnce(true);

/** A discard that the storage turns out not to know is done as zeroes: the promise is that the range reads as zeroes. */
const discardOrZero: Request = async (task, offset, length) => {
  const error = await discardOnce(task, offset, length);
  return error === -ERRNO.EOPNOTSUPP && !task.aborted ? zeroGivingBack(task, offset, length) : error;
};

async function inSlices(task: ScsiTask, request: Request, offset: number, length: number, slice: number): Promise<boolean> {
  for (let done = 0; done < length; ) {
    if (done > 0 && !(await yieldTurn(task))) return false;
    const bytes = Math.min(length - done, slice);
    const error = await request(task, offset + done, bytes);
    if (!succeeded(task, error, "write", offset + done)) return false;
    done += bytes;
  }
  return true;
}

/** The range reads as zeroes and keeps its storage. false: the task has ended. */
export function writeZeroes(task: ScsiTask, offset: number, length: number): Promise<boolean> {
  return inSlices(task, zeroKeeping, offset, length, ZERO_SLICE_BYTES);
}

/**
 * The range reads as zeroes (LBPRZ) and gives back what storage it can: whole granules are discarded, where that
 * leaves zeroes; the rest is zeroed. false: the task has ended.
 */
export async function deallocate(task: ScsiTask, offset: number, length: number): Promise<boolean> {
  const { backend, blockSize } = task.lunNexus!.lu;
  const end = offset + length;
  const granule = Math.max(backend?.facts.discardGranularity ?? 0, blockSize);
  const whole = backend?.facts.canDiscard === true && backend.facts.discardZeroes && granule % blockSize === 0;
  const first = whole ? Math.min(end, Math.ceil(offset / granule) * granule) : end;
  const last = Math.max(first, Math.floor(end / granule) * granule);
  return (
    (await inSlices(task, zeroGivingBack, offset, first - offset, ZERO_SLICE_BYTES)) &&
    (await inSlices(task, discardOrZero, first, last - first, DISCARD_SLICE_BYTES)) &&
    (await inSlices(task, zeroGivingBack, last, end - last, ZERO_SLICE_BYTES))
  );
}

/** Ends the task with GOOD, without a write cache only after what it changed is on stable storage. */
export async function finishDurably(task: ScsiTask): Promise<void> {
  if (durable(task)) {
    const error = await flush(task);
    if (!goesOn(task)) return;
    if (error !== 0) {
      failFlush(task, error);
      return;
    }
  }
  goodIfStable(task);
}

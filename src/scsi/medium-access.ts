/**
 * The way of the block commands from a decoded CDB to the medium: the checks of range and data length, holding
 * the blocks, and requests of one slice for the commands that are written as async functions.
 */
import { LEASE_MAX_BYTES, type Lease } from "../backend/buffer-pool.ts";
import type { BlockShape } from "./cdb.ts";
import { Flag } from "./cdb.ts";
import { BACKEND_GONE, BEYOND_END, type Direction, failIo, tellFailedFlush } from "./io-error.ts";
import { Hold } from "./range-locks.ts";
import { SENSE } from "./sense.ts";
import type { Continuation, ScsiTask } from "./task.ts";

// ---- Decoding -----------------------------------------------------------------------------------

/** The blocks lie on the medium (SBC-3 4.5). No blocks at all may begin right behind the last one, not further. */
export function checkRange(task: ScsiTask): boolean {
  if (task.lba + task.blocks > task.lunNexus!.lu.state.sizeBlocks) return task.fail(SENSE.lbaOutOfRange);
  return true;
}

/** LBA, blocks and FUA of a command that transfers them; range and MAXIMUM TRANSFER LENGTH (SBC-3 6.6.3). */
export function decodeTransfer(task: ScsiTask, shape: BlockShape): boolean {
  const { cdb } = task;
  const { lu } = task.lunNexus!;
  task.lba = shape.lba(cdb);
  task.blocks = shape.blocks(cdb);
  task.fua = (cdb[shape.flagsAt]! & shape.flags & Flag.Fua) !== 0;
  if (task.blocks * lu.blockSize > lu.geometry.maxTransferBytes) return task.failCdb(shape.lengthAt);
  return checkRange(task);
}

/**
 * Data-Out of whole blocks. An initiator that offers less than the CDB says gets the whole blocks written that it
 * offers and a residual overflow; when that would leave a part of a block, nothing is written and it is told so
 * (the choices of FCP-4 9.4.2, which RFC 7143 11.4.5 leaves open).
 */
export function wantBlocks(task: ScsiTask): boolean {
  const { blockSize } = task.lunNexus!.lu;
  task.dataOutWanted = task.blocks * blockSize;
  if (task.expectedDataOut < task.dataOutWanted && task.expectedDataOut % blockSize !== 0)
    return task.fail(SENSE.invalidDataLength);
  return true;
}

/** Data-Out that has a meaning only as a whole. */
export function wantExactly(task: ScsiTask, bytes: number): boolean {
  task.dataOutWanted = bytes;
  if (task.expectedDataOut !== bytes) return task.fail(SENSE.invalidDataLength);
  return true;
}

/** As wantExactly, for parameter lists: more may be offered. */
export function wantAtLeast(task: ScsiTask, bytes: number): boolean {
  task.dataOutWanted = bytes;
  if (task.expectedDataOut < bytes) return task.fail(SENSE.invalidDataLength);
  return true;
}

// ---- Holding the blocks ---------------------------------------------------------------------------

/**
 * Last step before the medium: while the task waited for data or memory the medium may have shrunk or gone.
 */
export function onMedium(task: ScsiTask): boolean {
  const { backend, blockSize } = task.lunNexus!.lu;
  if (backend === undefined) return task.fail(SENSE.notReadyCauseNotReportable);
  if ((task.lba + task.blocks) * blockSize <= backend.sizeBytes) return checkRange(task);
  // Shorter than what was published, or both are shorter than when the CDB was checked.
  const direction = task.command!.writesMedium ? "write" : "read";
  const first = Math.max(task.lba, Math.floor(backend.sizeBytes / blockSize));
  return checkRange(task) && failIo(task, BEYOND_END, direction, first);
}

const sharedThen: Continuation = (task) => {
  if (onMedium(task)) task.onMedium!(task);
};

/** Takes the blocks shared, then runs `then` with the backend there. READ and WRITE come this way: nothing is allocated. */
export function holdShared(task: ScsiTask, then: Continuation): void {
  const { locks } = task.lunNexus!.lu;
  if (locks.active === 0) {
    if (!onMedium(task)) return;
    task.hold = Hold.Shared;
    then(task);
    return;
  }
  task.onMedium = then;
  locks.enter(task, Hold.Shared, sharedThen);
}

/** As holdShared, for async commands. false: the task has ended. */
export function hold(task: ScsiTask, how: Hold): Promise<boolean> {
  return new Promise((resolve) => {
    task.lunNexus!.lu.locks.enter(task, how, () => resolve(goesOn(task) && onMedium(task)));
  });
}

// ---- Slices of async commands -----------------------------------------------------------------------

/** false: the task was aborted, and has ended now. */
export function goesOn(task: ScsiTask): boolean {
  if (!task.aborted) return true;
  task.settleAborted();
  return false;
}

/** true: go on; false: the task has ended, aborted or with the sense of `error` at byte `offset` of the medium. */
export function succeeded(task: ScsiTask, error: number, direction: Direction, offset: number): boolean {
  if (!goesOn(task)) return false;
  if (error === 0) return true;
  return failIo(task, error, direction, Math.floor(offset / task.lunNexus!.lu.blockSize));
}

/** Between slices: lets everybody else have a turn of the event loop. false: aborted, and the task has ended. */
export async function yieldTurn(task: ScsiTask): Promise<boolean> {
  await new Promise<void>((resolve) => setImmediate(resolve));
  return goesOn(task);
}

/** Every write of this task must be on stable storage before its status (SBC-3 4.15: FUA, or WCE of 0). */
export const durable = (task: ScsiTask): boolean => task.fua || task.lunNexus!.writeThrough;

/** GOOD, unless the task promises stable storage and a flush has failed that its nexus has not heard of. */
export function goodIfStable(task: ScsiTask): void {
  if (!durable(task) || !tellFailedFlush(task)) task.good();
}

/** Resolves to 0 or a negative errno, as all below. */
export function readInto(task: ScsiTask, offset: number, lease: Lease, length: number): Promise<number> {
  const { backend } = task.lunNexus!.lu;
  if (backend === undefined) return Promise.resolve(BACKEND_GONE);
  if (offset + length > backend.sizeBytes) return Promise.resolve(BEYOND_END);
  return task.io(1, () => backend.read(offset, lease, 0, length, task, 0));
}

export function writeFrom(task: ScsiTask, offset: number, lease: Lease, leaseOffset: number, length: number): Promise<number> {
  const { backend } = task.lunNexus!.lu;
  if (backend === undefined) return Promise.resolve(BACKEND_GONE);
  if (offset + length > backend.sizeBytes) return Promise.resolve(BEYOND_END);
  return task.io(1, () => backend.write(offset, lease, leaseOffset, length, durable(task), task, 0));
}

export function flush(task: ScsiTask): Promise<number> {
  const { backend } = task.lunNexus!.lu;
  if (backend === undefined) return Promise.resolve(BACKEND_GONE);
  return task.io(1, () => backend.flush(task, 0));
}

/** One run of Data-Out that lies within one lease, so that it can be compared or written at once. */
export interface DataSlice {
  readonly lease: Lease;
  readonly at: number;
  readonly length: number;
}

/** The run that begins at byte `from` of Data-Out, of at most `most` bytes. Leases hold LEASE_MAX_BYTES each. */
export function dataSlice(task: ScsiTask, from: number, most: number): DataSlice {
  const at = from % LEASE_MAX_BYTES;
  return { lease: task.leases[Math.floor(from / LEASE_MAX_BYTES)]!, at, length: Math.min(most, LEASE_MAX_BYTES - at) };
}

/** Index of the first byte that differs, or -1. The fast comparison comes first: blocks nearly always are equal. */
export function firstDifference(a: Buffer, aAt: number, b: Buffer, bAt: number, length: number): number {
  if (a.compare(b, bAt, bAt + length, aAt, aAt + length) === 0) return -1;
  let at = 0;
  while (a[aAt + at] === b[bAt + at]) at += 1;
  return at;
}

/** A run of bytes is zero when its first byte is and every byte equals the one before it. */
export const isZero = (data: Buffer, length: number): boolean =>
  data[0] === 0 && data.compare(data, 1, length, 0, length - 1) === 0;

/** Ends the task with MISCOMPARE; `offset` counts bytes from the start of what was compared (SBC-3 5.2). */
export function miscompare(task: ScsiTask, offset: number): void {
  task.fail(SENSE.miscompareDuringVerify, { information: offset });
}

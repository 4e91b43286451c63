/**
 * WRITE ATOMIC(16): SBC-4 5.48 and 4.29. All of its blocks are written or none, as other commands see it and as a kill or a power cut
 * leaves it.
 *
 * Nothing beneath promises that: the kernel writes a file page by page, and a disk no more than a sector at once. So the data goes into
 * the unit's journal first (backend/atomic-journal.ts), and the blocks are held exclusively until the journal is done with them.
 */
import type { AtomicJournal } from "../../backend/atomic-journal.ts";
import { ERRNO } from "../../backend/backend-error.ts";
import { LEASE_MAX_BYTES, type Lease } from "../../backend/buffer-pool.ts";
import { maximumAtomicTransferLength } from "../block-limits.ts";
import { Flag, GROUP_NUMBER, u16, u64 } from "../cdb.ts";
import { type CommandDescriptor, Need } from "../command.ts";
import { failIo } from "../io-error.ts";
import type { LogicalUnit } from "../logical-unit.ts";
import { Operation } from "../lu-counters.ts";
import { checkRange, goesOn, goodIfStable, hold, readInto, wantAtLeast, writeFrom } from "../medium-access.ts";
import { Hold } from "../range-locks.ts";
import { leaseScratch } from "../scratch.ts";
import { SENSE } from "../sense.ts";
import type { ScsiTask } from "../task.ts";

const LENGTH_AT = 12;
/** Milliseconds until a record that can't be struck out is tried again. */
const RETRY_MS = 1000;

function decode(task: ScsiTask): boolean {
  const { lu } = task.lunNexus!;
  task.lba = u64(task.cdb, 2);
  task.blocks = u16(task.cdb, LENGTH_AT);
  task.fua = true;
  if (!checkRange(task)) return false;
  if (task.blocks > maximumAtomicTransferLength(lu)) return task.failCdb(LENGTH_AT);
  // With less data than the CDB says there would be a part of it.
  return wantAtLeast(task, task.blocks * lu.blockSize);
}

async function execute(task: ScsiTask): Promise<void> {
  const { lu } = task.lunNexus!;
  const bytes = task.blocks * lu.blockSize;
  if (bytes === 0) {
    task.good();
    return;
  }
  const scratch = await leaseScratch(task, bytes);
  if (scratch === undefined || !(await hold(task, Hold.Exclusive))) return;
  const journal = lu.atomicJournal!;
  const leave = await journal.enter();
  try {
    // Blocks are still kept for an earlier record: no second one before that is gone.
    const free = !journal.hasRecord || (await struckOut(journal));
    if (!goesOn(task)) return;
    if (free) await writeAtomically(task, bytes, scratch);
    else task.fail(SENSE.internalTargetFailure);
  } finally {
    leave();
  }
}

async function struckOut(journal: AtomicJournal): Promise<boolean> {
  try {
    await journal.strikeOut();
  } catch {
    return false;
  }
  return true;
}

/** Ends the task. From the record on nothing stops it halfway: an abort waits for the end of it. */
async function writeAtomically(task: ScsiTask, bytes: number, scratch: Lease): Promise<void> {
  const { lu } = task.lunNexus!;
  const journal = lu.atomicJournal!;
  const start = task.lba * lu.blockSize;
  // One write of a unit at a time is here, so that this memory is bounded by limits.atomic_write_bytes for each unit.
  const before = Buffer.allocUnsafe(bytes);
  const unread = await eachPiece(bytes, async (at, length) => {
    const error = await readInto(task, start + at, scratch, length);
    scratch.data.copy(before, at, 0, length);
    return error;
  });
  if (!goesOn(task)) return;
  if (unread.error !== 0) {
    failIo(task, unread.error, "read", Math.floor((start + unread.at) / lu.blockSize));
    return;
  }
  try {
    await journal.record(start, dataOf(task, bytes), before);
  } catch {
    if (journal.hasRecord) keepBlocks(task, journal);
    // Nothing has been written: the file of the journal can't be, which says nothing about the medium.
    if (goesOn(task)) task.fail(SENSE.internalTargetFailure);
    return;
  }
  const failed = await writeInPlace(task, start, bytes);
  const torn = failed.error !== 0 && (await putBack(task, start, before, failed.at, scratch)) !== 0;
  const settled = await struckOut(journal);
  if (!settled) keepBlocks(task, journal);
  if (!goesOn(task)) return;
  if (torn || !settled) task.fail(SENSE.internalTargetFailure);
  else if (failed.error !== 0) failIo(task, failed.error, "write", task.lba);
  else goodIfStable(task);
}

async function writeInPlace(task: ScsiTask, start: number, bytes: number): Promise<Outcome> {
  const { backend } = task.lunNexus!.lu;
  const failedFlushes = backend?.failedFlushes;
  const outcome = await eachPiece(bytes, (at, length) =>
    writeFrom(task, start + at, task.leases[Math.floor(at / LEASE_MAX_BYTES)]!, 0, length),
  );
  // Somebody else's flush may have got the error of what was written here.
  if (outcome.error !== 0 || backend?.failedFlushes === failedFlushes) return outcome;
  return { error: -ERRNO.EIO, at: Math.floor((bytes - 1) / LEASE_MAX_BYTES) * LEASE_MAX_BYTES };
}

/**
 * The record can't be struck out: after a crash it would be written again, over whatever the blocks hold by then. So nobody gets them before it
 * is gone, which is tried until it succeeds or the process ends.
 */
function keepBlocks(task: ScsiTask, journal: AtomicJournal): void {
  const release = task.lunNexus!.lu.locks.keep(task);
  const strikeOut = async (): Promise<void> => {
    const leave = await journal.enter();
    const settled = !journal.hasRecord || (await struckOut(journal));
    leave();
    if (settled) release();
    else again();
  };
  const again = (): void => void setTimeout(() => void strikeOut(), RETRY_MS).unref();
  again();
}

/** The data as the journal takes it. */
function dataOf(task: ScsiTask, bytes: number): Buffer[] {
  return task.leases.map(({ data }, index) => data.subarray(0, Math.min(LEASE_MAX_BYTES, bytes - index * LEASE_MAX_BYTES)));
}

/** The blocks as they were, up to and with the piece that failed. A full disk fails only where there was no room before: that succeeds. */
async function putBack(task: ScsiTask, start: number, before: Buffer, failedAt: number, scratch: Lease): Promise<number> {
  const touched = Math.min(before.length, failedAt + LEASE_MAX_BYTES);
  const { error, at } = await eachPiece(touched, (from, length) => {
    before.copy(scratch.data, 0, from, from + length);
    return writeFrom(task, start + from, scratch, 0, length);
  });
  // What failed again at the piece that had failed may have changed nothing there.
  return error !== 0 && at === failedAt ? isAsBefore(task, start, before, failedAt, scratch) : error;
}

async function isAsBefore(task: ScsiTask, start: number, before: Buffer, at: number, scratch: Lease): Promise<number> {
  const length = Math.min(LEASE_MAX_BYTES, before.length - at);
  const error = await readInto(task, start + at, scratch, length);
  return error !== 0 ? error : scratch.data.compare(before, at, at + length, 0, length);
}

interface Outcome {
  /** 0 or a negative errno, and where the piece begins that got it. */
  readonly error: number;
  readonly at: number;
}

/** Pieces of one lease, one after the other, up to the first that fails. */
async function eachPiece(bytes: number, work: (at: number, length: number) => Promise<number>): Promise<Outcome> {
  for (let at = 0; at < bytes; at += LEASE_MAX_BYTES) {
    const error = await work(at, Math.min(LEASE_MAX_BYTES, bytes - at));
    if (error !== 0) return { error, at };
  }
  return { error: 0, at: bytes };
}

export const COMMANDS: readonly CommandDescriptor[] = [
  {
    opcode: 0x9c,
    name: "WRITE ATOMIC(16)",
    clause: "SBC-4 5.48",
    // ATOMIC BOUNDARY (bytes 10 and 11) is not evaluated: a command is one atomic write (MAXIMUM ATOMIC BOUNDARY SIZE of 0).
    usage: [0x9c, Flag.Dpo | Flag.Fua, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0, 0, 0xff, 0xff, GROUP_NUMBER, 0],
    need: Need.Write,
    available: (lu: LogicalUnit) => lu.atomicJournal !== undefined,
    needsMedium: true,
    writesMedium: true,
    kind: Operation.Write,
    decode,
    execute,
  },
];

/** VERIFY(10), (12), (16) and (32) (SBC-3 5.33 to 5.36), and the reading back that WRITE AND VERIFY shares. */
import { LEASE_MAX_BYTES, type Lease } from "../../backend/buffer-pool.ts";
import { type BlockShape, CDB10, CDB12, CDB16, CDB32, Flag, flagsOf, shaped, VARIABLE_LENGTH } from "../cdb.ts";
import { type CommandDescriptor, Need } from "../command.ts";
import {
  checkRange,
  dataSlice,
  decodeTransfer,
  firstDifference,
  hold,
  miscompare,
  readInto,
  succeeded,
  wantAtLeast,
  yieldTurn,
} from "../medium-access.ts";
import { Hold } from "../range-locks.ts";
import { leaseScratch } from "../scratch.ts";
import type { ScsiTask } from "../task.ts";

/** BYTCHK (SBC-3 table 119): what the medium is compared with. 10b is reserved. */
export const ByteCheck = { None: 0, EveryBlock: 1, Reserved: 2, OneBlock: 3 } as const;

export const byteCheckOf = (task: ScsiTask): number => (flagsOf(task.cdb) & Flag.Bytchk) >> 1;

function decode(task: ScsiTask, shape: BlockShape): boolean {
  const check = byteCheckOf(task);
  if (check === ByteCheck.Reserved) return task.failCdb(shape.flagsAt, 2);
  // With Data-Out for every block the length is bounded like that of any transfer. Else nothing is transferred: the
  // range is read in slices, and any length will do.
  if (check === ByteCheck.EveryBlock) {
    return decodeTransfer(task, shape) && wantAtLeast(task, task.blocks * task.lunNexus!.lu.blockSize);
  }
  task.lba = shape.lba(task.cdb);
  task.blocks = shape.blocks(task.cdb);
  if (!checkRange(task)) return false;
  return check === ByteCheck.None || task.blocks === 0 || wantAtLeast(task, task.lunNexus!.lu.blockSize);
}

async function execute(task: ScsiTask): Promise<void> {
  const bytes = task.blocks * task.lunNexus!.lu.blockSize;
  if (bytes === 0) {
    task.good();
    return;
  }
  const scratch = await leaseScratch(task, bytes);
  if (scratch === undefined || !(await hold(task, Hold.Shared))) return;
  await readBack(task, byteCheckOf(task), bytes, scratch);
}

/** Reads `bytes` from the task's LBA on, really, slice by slice, compares as `check` says, and ends the task. The blocks are held. */
export async function readBack(task: ScsiTask, check: number, bytes: number, scratch: Lease): Promise<void> {
  const { blockSize } = task.lunNexus!.lu;
  const start = task.lba * blockSize;
  for (let done = 0; done < bytes; ) {
    if (done > 0 && !(await yieldTurn(task))) return;
    // Slices begin at multiples of LEASE_MAX_BYTES, as the leases of Data-Out do.
    const length = Math.min(bytes - done, LEASE_MAX_BYTES);
    const error = await readInto(task, start + done, scratch, length);
    if (!succeeded(task, error, "read", start + done)) return;
    const difference = differs(task, check, scratch, done, length);
    if (difference >= 0) {
      miscompare(task, done + difference);
      return;
    }
    done += length;
  }
  task.good();
}

/** Offset in the slice of the first byte that is not as it should be, or -1. */
function differs(task: ScsiTask, check: number, scratch: Lease, done: number, length: number): number {
  if (check === ByteCheck.EveryBlock) {
    const slice = dataSlice(task, done, length);
    return firstDifference(scratch.data, 0, slice.lease.data, slice.at, length);
  }
  if (check !== ByteCheck.OneBlock) return -1;
  const { blockSize } = task.lunNexus!.lu;
  const pattern = task.leases[0]!.data;
  for (let at = 0; at < length; at += blockSize) {
    const difference = firstDifference(scratch.data, at, pattern, 0, blockSize);
    if (difference >= 0) return at + difference;
  }
  return -1;
}

const row = (opcode: number, shape: BlockShape, clause: string, serviceAction?: number): CommandDescriptor => ({
  ...shaped(opcode, shape, Flag.Dpo | Flag.Bytchk, decode, serviceAction),
  name: `VERIFY(${shape.bytes})`,
  clause,
  need: Need.Read,
  needsMedium: true,
  execute,
});

export const COMMANDS: readonly CommandDescriptor[] = [
  row(0x2f, CDB10, "SBC-3 5.33"),
  row(0xaf, CDB12, "SBC-3 5.34"),
  row(0x8f, CDB16, "SBC-3 5.35"),
  row(VARIABLE_LENGTH, CDB32, "SBC-3 5.36", 0x000a),
];

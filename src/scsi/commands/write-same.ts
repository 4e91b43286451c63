/** WRITE SAME(10), (16) and (32) (SBC-3 5.42 to 5.44). */
import { LEASE_MAX_BYTES } from "../../backend/buffer-pool.ts";
import { type BlockShape, CDB10, CDB16, CDB32, Flag, flagsAt, flagsOf, shaped, VARIABLE_LENGTH } from "../cdb.ts";
import { type CommandDescriptor, Need } from "../command.ts";
import { deallocate, finishDurably, writeZeroes } from "../deallocation.ts";
import { Operation } from "../lu-counters.ts";
import { checkRange, goodIfStable, hold, isZero, succeeded, wantExactly, writeFrom, yieldTurn } from "../medium-access.ts";
import { Hold } from "../range-locks.ts";
import { leaseScratch } from "../scratch.ts";
import { SENSE } from "../sense.ts";
import type { ScsiTask } from "../task.ts";

// NDOB is in the usage map of those shapes only that have it.
const noDataOut = (task: ScsiTask): boolean => (flagsOf(task.cdb) & Flag.Ndob) !== 0;
const unmaps = (task: ScsiTask): boolean => (flagsOf(task.cdb) & Flag.Unmap) !== 0;

function decode(task: ScsiTask, shape: BlockShape): boolean {
  const { lu } = task.lunNexus!;
  task.lba = shape.lba(task.cdb);
  task.blocks = shape.blocks(task.cdb);
  if (!checkRange(task)) return false;
  if (task.blocks === 0) {
    // Zero means "to the end of the medium" (WSNZ 0). The maximum below keeps a host that slipped from losing the volume.
    task.blocks = lu.state.sizeBlocks - task.lba;
    if (task.blocks === 0) return task.fail(SENSE.lbaOutOfRange);
  }
  if (task.blocks * lu.blockSize > lu.geometry.maxWriteSameBytes) return task.failCdb(shape.lengthAt);
  if (unmaps(task) && !lu.geometry.thin) return task.failCdb(flagsAt(task.cdb), 3);
  return noDataOut(task) || wantExactly(task, lu.blockSize);
}

async function execute(task: ScsiTask): Promise<void> {
  const { blockSize } = task.lunNexus!.lu;
  const start = task.lba * blockSize;
  const bytes = task.blocks * blockSize;
  if (noDataOut(task) || isZero(task.leases[0]!.data, blockSize)) {
    if (!(await hold(task, Hold.Shared))) return;
    const zeroed = unmaps(task) ? deallocate(task, start, bytes) : writeZeroes(task, start, bytes);
    if (await zeroed) await finishDurably(task);
    return;
  }
  // Blocks that don't read as zeroes can't be unmapped: UNMAP or not, they are written (SBC-3 5.42, table 140).
  const scratch = await leaseScratch(task, bytes);
  if (scratch === undefined || !(await hold(task, Hold.Shared))) return;
  const most = Math.min(LEASE_MAX_BYTES, bytes);
  for (let at = 0; at < most; at += blockSize) task.leases[0]!.data.copy(scratch.data, at, 0, blockSize);
  for (let done = 0; done < bytes; ) {
    if (done > 0 && !(await yieldTurn(task))) return;
    const length = Math.min(bytes - done, most);
    const error = await writeFrom(task, start + done, scratch, 0, length);
    if (!succeeded(task, error, "write", start + done)) return;
    done += length;
  }
  goodIfStable(task);
}

// ANCHOR is in no usage map: there are no anchored blocks here (ANC_SUP of 0).
const row = (opcode: number, shape: BlockShape, flags: number, clause: string, serviceAction?: number): CommandDescriptor => ({
  ...shaped(opcode, shape, flags, decode, serviceAction),
  name: `WRITE SAME(${shape.bytes})`,
  clause,
  need: Need.Write,
  needsMedium: true,
  writesMedium: true,
  kind: Operation.Write,
  execute,
});

export const COMMANDS: readonly CommandDescriptor[] = [
  row(0x41, CDB10, Flag.Unmap, "SBC-3 5.42"),
  row(0x93, CDB16, Flag.Unmap | Flag.Ndob, "SBC-3 5.43"),
  row(VARIABLE_LENGTH, CDB32, Flag.Unmap | Flag.Ndob, "SBC-3 5.44", 0x000d),
];

/** PRE-FETCH(10) and (16) (SBC-3 5.5, 5.6). */
import { LEASE_MAX_BYTES } from "../../backend/buffer-pool.ts";
import { type BlockShape, CDB10, CDB16, Flag } from "../cdb.ts";
import { type CommandDescriptor, Need } from "../command.ts";
import { checkRange, hold, readInto, succeeded, yieldTurn } from "../medium-access.ts";
import { Hold } from "../range-locks.ts";
import { leaseScratch } from "../scratch.ts";
import { ScsiStatus } from "../status.ts";
import type { ScsiTask } from "../task.ts";

function decode(task: ScsiTask, shape: BlockShape): boolean {
  task.lba = shape.lba(task.cdb);
  task.blocks = shape.blocks(task.cdb);
  if (!checkRange(task)) return false;
  // Zero means everything from the LBA on (SBC-3 5.5).
  if (task.blocks === 0) task.blocks = task.lunNexus!.lu.state.sizeBlocks - task.lba;
  return true;
}

/**
 * The cache is the system's: reading the blocks puts them there. At most the bytes of one transfer are read: CONDITION MET
 * when that was everything, GOOD ("not all of them fit") otherwise. IMMED allows an earlier status; reading errors
 * are worth more than the time it saves.
 */
async function execute(task: ScsiTask): Promise<void> {
  const { blockSize, geometry } = task.lunNexus!.lu;
  const all = task.blocks * blockSize;
  const bytes = Math.min(all, geometry.maxTransferBytes);
  if (bytes > 0) {
    const scratch = await leaseScratch(task, bytes);
    if (scratch === undefined || !(await hold(task, Hold.Shared))) return;
    const start = task.lba * blockSize;
    for (let done = 0; done < bytes; ) {
      if (done > 0 && !(await yieldTurn(task))) return;
      const length = Math.min(bytes - done, LEASE_MAX_BYTES);
      const error = await readInto(task, start + done, scratch, length);
      if (!succeeded(task, error, "read", start + done)) return;
      done += length;
    }
  }
  if (bytes === all) task.failStatus(ScsiStatus.ConditionMet);
  else task.good();
}

const row = (opcode: number, shape: BlockShape, clause: string): CommandDescriptor => ({
  opcode,
  name: `PRE-FETCH(${shape.bytes})`,
  clause,
  usage: shape.usage(opcode, Flag.Immed),
  need: Need.Read,
  needsMedium: true,
  decode: (task) => decode(task, shape),
  execute,
});

export const COMMANDS: readonly CommandDescriptor[] = [row(0x34, CDB10, "SBC-3 5.5"), row(0x90, CDB16, "SBC-3 5.6")];

/** WRITE AND VERIFY(10), (12), (16) and (32) (SBC-3 5.36 to 5.39). */
import { type BlockShape, CDB10, CDB12, CDB16, CDB32, Flag, shaped, VARIABLE_LENGTH } from "../cdb.ts";
import { type CommandDescriptor, Need } from "../command.ts";
import { Operation } from "../lu-counters.ts";
import { dataSlice, decodeTransfer, hold, succeeded, wantBlocks, writeFrom, yieldTurn } from "../medium-access.ts";
import { Hold } from "../range-locks.ts";
import { leaseScratch } from "../scratch.ts";
import type { ScsiTask } from "../task.ts";
import { ByteCheck, byteCheckOf, readBack } from "./verify.ts";

function decode(task: ScsiTask, shape: BlockShape): boolean {
  const check = byteCheckOf(task);
  if (check !== ByteCheck.None && check !== ByteCheck.EveryBlock) return task.failCdb(shape.flagsAt, 2);
  if (!decodeTransfer(task, shape) || !wantBlocks(task)) return false;
  // What is verified has to be on the medium first.
  task.fua = true;
  return true;
}

async function execute(task: ScsiTask): Promise<void> {
  const bytes = task.dataOutLength;
  if (bytes === 0) {
    task.good();
    return;
  }
  const scratch = await leaseScratch(task, bytes);
  if (scratch === undefined || !(await hold(task, Hold.Shared))) return;
  const start = task.lba * task.lunNexus!.lu.blockSize;
  for (let done = 0; done < bytes; ) {
    if (done > 0 && !(await yieldTurn(task))) return;
    const { lease, at, length } = dataSlice(task, done, bytes - done);
    const error = await writeFrom(task, start + done, lease, at, length);
    if (!succeeded(task, error, "write", start + done)) return;
    done += length;
  }
  await readBack(task, byteCheckOf(task), bytes, scratch);
}

const row = (opcode: number, shape: BlockShape, clause: string, serviceAction?: number): CommandDescriptor => ({
  ...shaped(opcode, shape, Flag.Dpo | Flag.Bytchk, decode, serviceAction),
  name: `WRITE AND VERIFY(${shape.bytes})`,
  clause,
  need: Need.Write,
  needsMedium: true,
  writesMedium: true,
  kind: Operation.Write,
  execute,
});

export const COMMANDS: readonly CommandDescriptor[] = [
  row(0x2e, CDB10, "SBC-3 5.36"),
  row(0xae, CDB12, "SBC-3 5.37"),
  row(0x8e, CDB16, "SBC-3 5.38"),
  row(VARIABLE_LENGTH, CDB32, "SBC-3 5.39", 0x000c),
];

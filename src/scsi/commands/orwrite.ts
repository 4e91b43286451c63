/** ORWRITE(16) (SBC-3 5.4): Data-Out or'ed into the medium. */
import type { Lease } from "../../backend/buffer-pool.ts";
import { CDB16, Flag } from "../cdb.ts";
import { type CommandDescriptor, Need } from "../command.ts";
import { Operation } from "../lu-counters.ts";
import {
  dataSlice,
  decodeTransfer,
  goodIfStable,
  hold,
  readInto,
  succeeded,
  wantBlocks,
  writeFrom,
  yieldTurn,
} from "../medium-access.ts";
import { Hold } from "../range-locks.ts";
import { leaseScratch } from "../scratch.ts";
import type { ScsiTask } from "../task.ts";

async function execute(task: ScsiTask): Promise<void> {
  const bytes = task.dataOutLength;
  if (bytes === 0) {
    task.good();
    return;
  }
  const scratch = await leaseScratch(task, bytes);
  if (scratch === undefined || !(await hold(task, Hold.Exclusive))) return;
  const start = task.lba * task.lunNexus!.lu.blockSize;
  for (let done = 0; done < bytes; ) {
    if (done > 0 && !(await yieldTurn(task))) return;
    const { lease, at, length } = dataSlice(task, done, bytes - done);
    const readError = await readInto(task, start + done, scratch, length);
    if (!succeeded(task, readError, "read", start + done)) return;
    orInto(lease, at, scratch, length);
    const writeError = await writeFrom(task, start + done, lease, at, length);
    if (!succeeded(task, writeError, "write", start + done)) return;
    done += length;
  }
  goodIfStable(task);
}

function orInto(lease: Lease, at: number, medium: Lease, length: number): void {
  const data = lease.data;
  const old = medium.data;
  for (let byte = 0; byte < length; byte += 1) data[at + byte]! |= old[byte]!;
}

export const COMMANDS: readonly CommandDescriptor[] = [
  {
    opcode: 0x8b,
    name: "ORWRITE(16)",
    clause: "SBC-3 5.4",
    usage: CDB16.usage(0x8b, Flag.Dpo | Flag.Fua),
    need: Need.Write,
    needsMedium: true,
    writesMedium: true,
    kind: Operation.Write,
    decode: (task) => decodeTransfer(task, CDB16) && wantBlocks(task),
    execute,
  },
];

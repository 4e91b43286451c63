/** COMPARE AND WRITE (SBC-3 5.2): the atomic test and set that cluster filesystems build their locks on. */
import { Flag, GROUP_NUMBER, u64 } from "../cdb.ts";
import { type CommandDescriptor, Need } from "../command.ts";
import { BACKEND_GONE, BEYOND_END } from "../io-error.ts";
import { Operation } from "../lu-counters.ts";
import {
  checkRange,
  dataSlice,
  durable,
  firstDifference,
  goodIfStable,
  hold,
  miscompare,
  readInto,
  succeeded,
  wantExactly,
} from "../medium-access.ts";
import { Hold } from "../range-locks.ts";
import { leaseScratch } from "../scratch.ts";
import type { ScsiTask } from "../task.ts";

function decode(task: ScsiTask): boolean {
  const { lu } = task.lunNexus!;
  task.lba = u64(task.cdb, 2);
  task.blocks = task.cdb[13]!;
  task.fua = (task.cdb[1]! & Flag.Fua) !== 0;
  if (task.blocks > lu.geometry.maxCompareAndWriteBlocks) return task.failCdb(13);
  // Zero blocks is no error (SBC-3 5.2), but zero blocks that come with data is a count of 256 that did not fit its byte: GOOD would tell
  // that host that its data is written.
  if (task.blocks === 0 && task.expectedDataOut > 0) return task.failCdb(13);
  if (!checkRange(task)) return false;
  // Half of an instance of each would compare or write something that nobody asked for: all of it or nothing.
  return task.blocks === 0 || wantExactly(task, 2 * task.blocks * lu.blockSize);
}

async function execute(task: ScsiTask): Promise<void> {
  const { blockSize } = task.lunNexus!.lu;
  const bytes = task.blocks * blockSize;
  if (bytes === 0) {
    task.good();
    return;
  }
  const scratch = await leaseScratch(task, bytes);
  if (scratch === undefined || !(await hold(task, Hold.Exclusive))) return;

  const start = task.lba * blockSize;
  for (let done = 0; done < bytes; ) {
    const { lease, at, length } = dataSlice(task, done, bytes - done);
    const error = await readInto(task, start + done, scratch, length);
    if (!succeeded(task, error, "read", start + done)) return;
    const difference = firstDifference(scratch.data, 0, lease.data, at, length);
    if (difference >= 0) {
      miscompare(task, done + difference);
      return;
    }
    done += length;
  }
  const error = await writeInstance(task, start, bytes);
  if (succeeded(task, error, "write", start + task.ioErrorToken)) goodIfStable(task);
}

/** The second half of Data-Out, all requests at once: an abort finds either nothing written or everything on its way. */
function writeInstance(task: ScsiTask, start: number, bytes: number): Promise<number> {
  const { backend } = task.lunNexus!.lu;
  if (backend === undefined) return Promise.resolve(BACKEND_GONE);
  if (start + bytes > backend.sizeBytes) return Promise.resolve(BEYOND_END);
  return new Promise((resolve) => {
    task.beginIo(() => resolve(task.ioError));
    for (let done = 0; done < bytes; ) {
      const { lease, at, length } = dataSlice(task, bytes + done, bytes - done);
      backend.write(start + done, lease, at, length, durable(task), task, done);
      task.ioStarted();
      done += length;
    }
  });
}

export const COMMANDS: readonly CommandDescriptor[] = [
  {
    opcode: 0x89,
    name: "COMPARE AND WRITE",
    clause: "SBC-3 5.2",
    usage: [0x89, Flag.Dpo | Flag.Fua, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0xff, GROUP_NUMBER, 0],
    need: Need.Write,
    needsMedium: true,
    writesMedium: true,
    kind: Operation.Write,
    decode,
    execute,
  },
];

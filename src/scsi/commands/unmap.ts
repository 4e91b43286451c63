/** UNMAP (SBC-3 5.28). The whole parameter list is checked before anything is given back. */
import { GROUP_NUMBER, u16, u32, u64 } from "../cdb.ts";
import { type CommandDescriptor, Need } from "../command.ts";
import { deallocate, finishDurably } from "../deallocation.ts";
import { Operation } from "../lu-counters.ts";
import { hold, wantAtLeast, yieldTurn } from "../medium-access.ts";
import { Hold } from "../range-locks.ts";
import { SENSE } from "../sense.ts";
import type { ScsiTask } from "../task.ts";

const HEADER_BYTES = 8;
const DESCRIPTOR_BYTES = 16;

interface Range {
  readonly lba: number;
  readonly blocks: number;
}

function decode(task: ScsiTask): boolean {
  const bytes = u16(task.cdb, 7);
  // Zero is no error (SBC-3 5.28.1); less than a header is.
  if (bytes === 0) return true;
  if (bytes < HEADER_BYTES) return task.fail(SENSE.parameterListLengthError);
  return wantAtLeast(task, bytes);
}

/** The ranges of the list, in its order; undefined: the list is refused and the task has ended. */
function parse(task: ScsiTask): Range[] | undefined {
  const { lu } = task.lunNexus!;
  const list = task.leases[0]!.data;
  const descriptorBytes = u16(list, 2);
  // A list cut off in the middle would unmap something else than was meant.
  if (HEADER_BYTES + descriptorBytes > task.dataOutLength) return refuse(task.fail(SENSE.parameterListLengthError));
  // UNMAP DATA LENGTH counts what follows it.
  if (u16(list, 0) < descriptorBytes + HEADER_BYTES - 2) return refuse(task.failParameter(0));
  // An incomplete last descriptor is ignored (SBC-3 5.28.2).
  const count = Math.floor(descriptorBytes / DESCRIPTOR_BYTES);
  if (count > lu.geometry.maxUnmapDescriptors) return refuse(task.failParameter(2));
  const ranges: Range[] = [];
  let total = 0;
  for (let index = 0; index < count; index += 1) {
    const at = HEADER_BYTES + index * DESCRIPTOR_BYTES;
    const lba = u64(list, at);
    const blocks = u32(list, at + 8);
    total += blocks;
    if (lba + blocks > lu.state.sizeBlocks) return refuse(task.fail(SENSE.lbaOutOfRange));
    if (total * lu.blockSize > lu.geometry.maxUnmapBytes) return refuse(task.failParameter(at + 8));
    if (blocks > 0) ranges.push({ lba, blocks });
  }
  return ranges;
}

const refuse = (_failed: false): undefined => undefined;

/** Sorted, overlapping and touching ranges joined: granules that two descriptors share are given back too. */
export function joined(ranges: readonly Range[]): Range[] {
  const result: Range[] = [];
  for (const range of [...ranges].sort((a, b) => a.lba - b.lba)) {
    const last = result.at(-1);
    if (last === undefined || range.lba > last.lba + last.blocks) result.push(range);
    else result[result.length - 1] = { lba: last.lba, blocks: Math.max(last.blocks, range.lba + range.blocks - last.lba) };
  }
  return result;
}

async function execute(task: ScsiTask): Promise<void> {
  const listed = task.dataOutWanted === 0 ? [] : parse(task);
  if (listed === undefined) return;
  const ranges = joined(listed);
  const last = ranges.at(-1);
  if (last === undefined) {
    task.good();
    return;
  }
  // Held is everything from the first to the last block: more than needed, which delays a COMPARE AND WRITE between and harms nothing.
  task.lba = ranges[0]!.lba;
  task.blocks = last.lba + last.blocks - task.lba;
  if (!(await hold(task, Hold.Shared))) return;
  const { blockSize } = task.lunNexus!.lu;
  for (const [index, { lba, blocks }] of ranges.entries()) {
    if (index > 0 && !(await yieldTurn(task))) return;
    if (!(await deallocate(task, lba * blockSize, blocks * blockSize))) return;
    task.discardedBytes += blocks * blockSize;
  }
  await finishDurably(task);
}

export const COMMANDS: readonly CommandDescriptor[] = [
  {
    opcode: 0x42,
    name: "UNMAP",
    clause: "SBC-3 5.28",
    // ANCHOR (byte 1, bit 0) is not evaluated: there are no anchored blocks here (ANC_SUP of 0).
    usage: [0x42, 0, 0, 0, 0, 0, GROUP_NUMBER, 0xff, 0xff, 0],
    need: Need.Write,
    available: (lu) => lu.geometry.thin,
    needsMedium: true,
    writesMedium: true,
    kind: Operation.Discard,
    decode,
    execute,
  },
];

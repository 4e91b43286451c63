/** GET LBA STATUS (SBC-3 5.4, parameter data 5.4.2). */
import { u32, u64 } from "../cdb.ts";
import { type CommandDescriptor, Need } from "../command.ts";
import { BEYOND_END, errnoOf, failIo } from "../io-error.ts";
import { goesOn } from "../medium-access.ts";
import { SENSE } from "../sense.ts";
import type { ScsiTask } from "../task.ts";

const HEADER_BYTES = 8;
const DESCRIPTOR_BYTES = 16;
/** More are never looked up for one command; the host asks on from where the answer ends. */
const MAX_DESCRIPTORS = 256;

/** PROVISIONING STATUS (SBC-3 table 40). */
const MAPPED = 0;
const DEALLOCATED = 1;

interface Run {
  readonly lba: number;
  blocks: number;
  readonly status: number;
}

function decode(task: ScsiTask): boolean {
  task.lba = u64(task.cdb, 2);
  if (task.lba >= task.lunNexus!.lu.state.sizeBlocks) return task.fail(SENSE.lbaOutOfRange);
  return true;
}

async function execute(task: ScsiTask): Promise<void> {
  const allocationLength = u32(task.cdb, 10);
  const wanted = Math.floor((allocationLength - HEADER_BYTES) / DESCRIPTOR_BYTES);
  const runs = await lookUp(task, Math.max(1, Math.min(wanted, MAX_DESCRIPTORS)));
  if (runs === undefined) return;
  const bytes = HEADER_BYTES + runs.length * DESCRIPTOR_BYTES;
  task.reply(bytes, allocationLength, (out) => {
    out.writeUInt32BE(bytes - 4, 0);
    for (const [index, run] of runs.entries()) {
      const at = HEADER_BYTES + index * DESCRIPTOR_BYTES;
      out.writeBigUInt64BE(BigInt(run.lba), at);
      out.writeUInt32BE(run.blocks, at + 8);
      out[at + 12] = run.status;
    }
    return bytes;
  });
}

/** undefined: the task has ended. */
async function lookUp(task: ScsiTask, most: number): Promise<Run[] | undefined> {
  const { lu } = task.lunNexus!;
  const size = lu.state.sizeBlocks;
  const runs: Run[] = [];
  for (let lba = task.lba; lba < size; ) {
    const left = size - lba;
    let next: Run;
    if (!lu.geometry.thin) {
      next = { lba, blocks: left, status: MAPPED };
    } else if (lu.backend === undefined) {
      task.fail(SENSE.notReadyCauseNotReportable);
      return undefined;
    } else if (size * lu.blockSize > lu.backend.sizeBytes) {
      failIo(task, BEYOND_END, "read", Math.floor(lu.backend.sizeBytes / lu.blockSize));
      return undefined;
    } else {
      try {
        const extent = await lu.backend.status(lba * lu.blockSize, left * lu.blockSize);
        // Extents are whole blocks, by the contract of backends.
        next = { lba, blocks: extent.length / lu.blockSize, status: extent.allocated ? MAPPED : DEALLOCATED };
      } catch (error) {
        if (goesOn(task)) failIo(task, errnoOf(error), "read", lba);
        return undefined;
      }
      if (!goesOn(task)) return undefined;
    }
    lba += next.blocks;
    const last = runs.at(-1);
    if (last !== undefined && last.status === next.status && last.blocks + next.blocks <= 0xffff_ffff) {
      last.blocks += next.blocks;
      continue;
    }
    if (runs.length === most) break;
    next.blocks = Math.min(next.blocks, 0xffff_ffff);
    lba = next.lba + next.blocks;
    runs.push(next);
  }
  return runs;
}

export const COMMANDS: readonly CommandDescriptor[] = [
  {
    opcode: 0x9e,
    serviceAction: 0x12,
    name: "GET LBA STATUS",
    clause: "SBC-3 5.4",
    usage: [0x9e, 0x12, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0, 0],
    need: Need.Read,
    needsMedium: true,
    decode,
    execute,
  },
];

/**
 * REPORT REFERRALS: SBC-3 5.24. The whole unit is one user data segment, accessible alike through each target port group according to its
 * state (SBC-3 4.25).
 */
import { u64 } from "../cdb.ts";
import { type CommandDescriptor, Need } from "../command.ts";
import { replyWith } from "../parameter-data.ts";
import { SENSE } from "../sense.ts";
import { accessOf } from "../target-port-groups.ts";
import type { ScsiTask } from "../task.ts";

const HEADER_BYTES = 4;
const SEGMENT_BYTES = 20;
const GROUP_BYTES = 4;
const ONE_SEG = 0x01;

function decode(task: ScsiTask): boolean {
  return u64(task.cdb, 2) < task.lunNexus!.lu.state.sizeBlocks || task.fail(SENSE.lbaOutOfRange);
}

function execute(task: ScsiTask): void {
  // While the task waited for its turn the unit may have shrunk.
  if (!decode(task)) return;
  const { lu } = task.lunNexus!;
  const { groups } = task.nexus.targetPort;
  const out = Buffer.alloc(HEADER_BYTES + SEGMENT_BYTES + GROUP_BYTES * groups.length);
  out.writeUInt16BE(out.length - HEADER_BYTES, 2);
  out[HEADER_BYTES + 3] = groups.length;
  out.writeBigUInt64BE(0n, HEADER_BYTES + 4);
  out.writeBigUInt64BE(BigInt(lu.state.sizeBlocks - 1), HEADER_BYTES + 12);
  groups.forEach((tag, index) => {
    const at = HEADER_BYTES + SEGMENT_BYTES + index * GROUP_BYTES;
    out[at] = accessOf(lu, tag).state;
    out.writeUInt16BE(tag, at + 2);
  });
  replyWith(task, out, task.cdb.readUInt32BE(10));
}

export const COMMANDS: readonly CommandDescriptor[] = [
  {
    opcode: 0x9e,
    serviceAction: 0x13,
    name: "REPORT REFERRALS",
    clause: "SBC-3 5.24",
    usage: [0x9e, 0x13, ...new Array<number>(12).fill(0xff), ONE_SEG, 0],
    need: Need.Other,
    needsMedium: true,
    decode,
    execute,
  },
];

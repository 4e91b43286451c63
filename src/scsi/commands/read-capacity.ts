/** READ CAPACITY(10) and (16) (SBC-3 5.15, 5.16). */

import { blockLimits } from "../block-limits.ts";
import { u32 } from "../cdb.ts";
import { type CommandDescriptor, Need } from "../command.ts";
import { SENSE } from "../sense.ts";
import type { ScsiTask } from "../task.ts";

/** A volume without a block has no last one to report: it is not ready. */
const hasBlocks = (task: ScsiTask): boolean =>
  task.lunNexus!.lu.state.sizeBlocks > 0 || task.fail(SENSE.notReadyCauseNotReportable);

function fill10(out: Buffer, task: ScsiTask): number {
  const { lu } = task.lunNexus!;
  // SBC-3 5.15.2: all ones say that READ CAPACITY(16) has to be asked.
  out.writeUInt32BE(Math.min(lu.state.sizeBlocks - 1, 0xffff_ffff), 0);
  out.writeUInt32BE(lu.blockSize, 4);
  return 8;
}

function fill16(out: Buffer, task: ScsiTask): number {
  const { lu } = task.lunNexus!;
  const limits = blockLimits(lu.geometry, lu.backend?.facts);
  out.writeBigUInt64BE(BigInt(lu.state.sizeBlocks - 1), 0);
  out.writeUInt32BE(lu.blockSize, 8);
  // Byte 12: no protection information. Byte 13: P_I_EXPONENT 0.
  out[13] = limits.physicalBlockExponent;
  out.writeUInt16BE(
    (limits.provisioningManagement ? 0x8000 : 0) | (limits.unmappedReadsZero ? 0x4000 : 0) | limits.lowestAlignedLba,
    14,
  );
  return 32;
}

// The LBA and PMI fields of earlier standards are obsolete; a CDB that uses them is refused.
export const COMMANDS: readonly CommandDescriptor[] = [
  {
    opcode: 0x25,
    name: "READ CAPACITY(10)",
    clause: "SBC-3 5.15",
    usage: [0x25, 0, 0, 0, 0, 0, 0, 0, 0, 0],
    need: Need.Other,
    needsMedium: true,
    decode: hasBlocks,
    execute: (task) => task.reply(8, 8, fill10),
  },
  {
    opcode: 0x9e,
    serviceAction: 0x10,
    name: "READ CAPACITY(16)",
    clause: "SBC-3 5.16",
    usage: [0x9e, 0x10, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0, 0],
    need: Need.Other,
    needsMedium: true,
    decode: hasBlocks,
    execute: (task) => task.reply(32, u32(task.cdb, 10), fill16),
  },
];

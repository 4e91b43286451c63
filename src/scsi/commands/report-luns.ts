/** REPORT LUNS: SPC-4 6.33. */
import { type CommandDescriptor, Need } from "../command.ts";
import { encodeLunList } from "../lun-list.ts";
import { replyWith } from "../parameter-data.ts";
import type { ScsiTask } from "../task.ts";
import { ATTENTION } from "../unit-attention.ts";

/** Whether the list has the logical units, by SELECT REPORT. Lunette has no well known and no administrative logical units. */
const SELECT_REPORT: ReadonlyMap<number, boolean> = new Map([
  [0x00, true], // all but well known
  [0x01, false], // well known only
  [0x02, true], // all
  [0x10, false], // administrative only
  [0x11, true], // administrative, and those of no conglomerate
  // 12h asks an administrative logical unit for its subsidiaries. None of ours is one, so it is an invalid field.
]);
const MIN_ALLOCATION_LENGTH = 16;
const HEADER_BYTES = 8;

function decode(task: ScsiTask): boolean {
  if (!SELECT_REPORT.has(task.cdb[2]!)) return task.failCdb(2, 7);
  if (task.cdb.readUInt32BE(6) < MIN_ALLOCATION_LENGTH) return task.failCdb(6);
  return true;
}

function execute(task: ScsiTask): void {
  const { luns } = task.nexus;
  // The list that changed is the one that is told now: the attention that asked for it is moot at every unit of the nexus.
  for (const lunNexus of luns.values()) lunNexus.attentions.clear(ATTENTION.reportedLunsChanged);
  const list = SELECT_REPORT.get(task.cdb[2]!) ? encodeLunList([...luns.keys()]) : Buffer.alloc(0);
  const header = Buffer.alloc(HEADER_BYTES);
  header.writeUInt32BE(list.length, 0);
  replyWith(task, Buffer.concat([header, list]), task.cdb.readUInt32BE(6));
}

export const COMMANDS: readonly CommandDescriptor[] = [
  {
    opcode: 0xa0,
    name: "REPORT LUNS",
    clause: "SPC-4 6.33",
    usage: [0xa0, 0, 0xff, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0, 0],
    need: Need.Nothing,
    ignoresUnitAttention: true,
    withoutLogicalUnit: true,
    decode,
    execute,
  },
];

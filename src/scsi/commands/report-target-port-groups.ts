/** REPORT TARGET PORT GROUPS: SPC-4 6.37. Every portal group is a target port group of one port, always active/optimized. */
import { type CommandDescriptor, Need } from "../command.ts";
import { replyWith } from "../parameter-data.ts";
import type { ScsiTask } from "../task.ts";

/** PARAMETER DATA FORMAT, bits 7 to 5 of byte 1. */
const Format = { LengthOnly: 0b000, Extended: 0b001 } as const;
const FORMAT_SHIFT = 5;
const SERVICE_ACTION = 0x0a;
/** FORMAT TYPE of the extended header, bits 6 to 4. */
const EXTENDED_FORMAT_TYPE = 0x10;
const ACTIVE_OPTIMIZED = 0x0;
const AO_SUP = 0x01;

const formatOf = (task: ScsiTask): number => task.cdb[1]! >>> FORMAT_SHIFT;

function decode(task: ScsiTask): boolean {
  return formatOf(task) <= Format.Extended || task.failCdb(1, 7);
}

function group(tag: number): Buffer {
  const out = Buffer.alloc(12);
  out[0] = ACTIVE_OPTIMIZED;
  out[1] = AO_SUP;
  out.writeUInt16BE(tag, 2);
  // STATUS CODE 00h: the state has never changed.
  out[7] = 1; // TARGET PORT COUNT
  out.writeUInt16BE(tag, 10); // RELATIVE TARGET PORT IDENTIFIER
  return out;
}

function execute(task: ScsiTask): void {
  // IMPLICIT TRANSITION TIME 0: there are no transitions to wait for.
  const extension = formatOf(task) === Format.Extended ? Buffer.from([EXTENDED_FORMAT_TYPE, 0, 0, 0]) : Buffer.alloc(0);
  const body = Buffer.concat([extension, ...task.nexus.targetPort.groups.map(group)]);
  const head = Buffer.alloc(4);
  head.writeUInt32BE(body.length, 0);
  replyWith(task, Buffer.concat([head, body]), task.cdb.readUInt32BE(6));
}

export const COMMANDS: readonly CommandDescriptor[] = [
  {
    opcode: 0xa3,
    serviceAction: SERVICE_ACTION,
    name: "REPORT TARGET PORT GROUPS",
    clause: "SPC-4 6.37",
    usage: [0xa3, 0xe0 | SERVICE_ACTION, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0, 0],
    need: Need.Other,
    decode,
    execute,
  },
];

/** REPORT TARGET PORT GROUPS: SPC-4 6.37. */
import { type CommandDescriptor, Need } from "../command.ts";
import type { LogicalUnit } from "../logical-unit.ts";
import { replyWith } from "../parameter-data.ts";
import { accessOf, SETTABLE_STATES } from "../target-port-groups.ts";
import type { ScsiTask } from "../task.ts";

/** PARAMETER DATA FORMAT, bits 7 to 5 of byte 1. */
const Format = { LengthOnly: 0b000, Extended: 0b001 } as const;
const FORMAT_SHIFT = 5;
const SERVICE_ACTION = 0x0a;
/** FORMAT TYPE of the extended header, bits 6 to 4. */
const EXTENDED_FORMAT_TYPE = 0x10;
const PREF = 0x80;
const SUPPORTED = [...SETTABLE_STATES.values()].reduce((bits, { supportedBit }) => bits | supportedBit, 0);

const formatOf = (task: ScsiTask): number => task.cdb[1]! >>> FORMAT_SHIFT;

function decode(task: ScsiTask): boolean {
  return formatOf(task) <= Format.Extended || task.failCdb(1, 7);
}

function group(lu: LogicalUnit, tag: number): Buffer {
  const { state, preferred, statusCode } = accessOf(lu, tag);
  const out = Buffer.alloc(12);
  out[0] = (preferred ? PREF : 0) | state;
  out[1] = SUPPORTED;
  out.writeUInt16BE(tag, 2);
  out[5] = statusCode;
  out[7] = 1; // TARGET PORT COUNT
  out.writeUInt16BE(tag, 10); // RELATIVE TARGET PORT IDENTIFIER
  return out;
}

function execute(task: ScsiTask): void {
  const { lu } = task.lunNexus!;
  // IMPLICIT TRANSITION TIME 0: a change takes no time that a host would have to wait for.
  const extension = formatOf(task) === Format.Extended ? Buffer.from([EXTENDED_FORMAT_TYPE, 0, 0, 0]) : Buffer.alloc(0);
  const body = Buffer.concat([extension, ...task.nexus.targetPort.groups.map((tag) => group(lu, tag))]);
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

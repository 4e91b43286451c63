/** REPORT IDENTIFYING INFORMATION: SPC-4 6.32. */
import { type CommandDescriptor, Need } from "../command.ts";
import { INFORMATION_TYPES, informationType, TYPE_AT, TYPE_BITS, typeOf } from "../identifying-information.ts";
import { replyWith } from "../parameter-data.ts";
import type { ScsiTask } from "../task.ts";

const SERVICE_ACTION = 0x05;
/** INFORMATION TYPE 1111111b: which types there are, and how long each may be (6.32.3). */
const SUPPORTED = 0x7f;
const HEADER_BYTES = 4;
const DESCRIPTOR_BYTES = 4;

function decode(task: ScsiTask): boolean {
  const type = typeOf(task);
  return type === SUPPORTED || informationType(type) !== undefined || task.failCdb(TYPE_AT, 7);
}

function supported(): Buffer {
  const list = Buffer.alloc(INFORMATION_TYPES.length * DESCRIPTOR_BYTES);
  INFORMATION_TYPES.forEach(({ code, max }, index) => {
    list[index * DESCRIPTOR_BYTES] = code << 1;
    list.writeUInt16BE(max, index * DESCRIPTOR_BYTES + 2);
  });
  return list;
}

function execute(task: ScsiTask): void {
  const type = informationType(typeOf(task));
  const body = type === undefined ? supported() : task.lunNexus!.lu.state.identifying[type.field];
  const header = Buffer.alloc(HEADER_BYTES);
  header.writeUInt16BE(body.length, 2);
  replyWith(task, Buffer.concat([header, body]), task.cdb.readUInt32BE(6));
}

export const COMMANDS: readonly CommandDescriptor[] = [
  {
    opcode: 0xa3,
    serviceAction: SERVICE_ACTION,
    name: "REPORT IDENTIFYING INFORMATION",
    clause: "SPC-4 6.32",
    usage: [0xa3, SERVICE_ACTION, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, TYPE_BITS, 0],
    need: Need.Other,
    decode,
    execute,
  },
];

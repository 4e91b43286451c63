/** READ BUFFER(10): SPC-4 6.18: the echo buffer, its descriptor, and the descriptor of the data buffer that does not exist. */
import { type CommandDescriptor, Need } from "../command.ts";
import { replyWith } from "../parameter-data.ts";
import { SENSE } from "../sense.ts";
import type { ScsiTask } from "../task.ts";
import { ECHO_BUFFER_BYTES } from "./write-buffer.ts";

const MODE = 0x1f;
/** 6.18.1, table 226. Data mode (02h) is not there: what it would read no WRITE BUFFER could write. */
const Mode = { Descriptor: 0x03, Echo: 0x0a, EchoDescriptor: 0x0b } as const;
const EBOS = 0x01;

/** Fields that are reserved: BUFFER ID (byte 2) and BUFFER OFFSET (3 to 5) of the echo descriptor, BUFFER OFFSET of the other one. */
const FIRST_RESERVED: ReadonlyMap<number, number> = new Map([
  [Mode.Descriptor, 3],
  [Mode.Echo, 6],
  [Mode.EchoDescriptor, 2],
]);
const RESERVED_END = 6;

function decode(task: ScsiTask): boolean {
  const mode = task.cdb[1]! & MODE;
  const first = FIRST_RESERVED.get(mode);
  if (first === undefined) return task.failCdb(1, 4);
  for (let byte = first; byte < RESERVED_END; byte += 1) {
    const stray = task.cdb[byte]!;
    if (stray !== 0) return task.failCdb(byte, 31 - Math.clz32(stray));
  }
  // Nobody has written it on this nexus (6.18.6).
  if (mode === Mode.Echo && task.lunNexus!.echoBuffer === undefined) return task.fail(SENSE.commandSequenceError);
  return true;
}

function contents(task: ScsiTask): Buffer {
  const mode = task.cdb[1]! & MODE;
  if (mode === Mode.Echo) return task.lunNexus!.echoBuffer!;
  const descriptor = Buffer.alloc(4);
  // No buffer has this BUFFER ID, whatever it is: all zeroes (6.18.5).
  if (mode === Mode.Descriptor) return descriptor;
  // EBOS: what a nexus reads is what it has written, since each has a buffer of its own.
  descriptor[0] = EBOS;
  descriptor.writeUInt16BE(ECHO_BUFFER_BYTES, 2);
  return descriptor;
}

export const COMMANDS: readonly CommandDescriptor[] = [
  {
    opcode: 0x3c,
    name: "READ BUFFER(10)",
    clause: "SPC-4 6.18",
    usage: [0x3c, MODE, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0],
    need: Need.Read,
    decode,
    execute: (task) => replyWith(task, contents(task), task.cdb.readUIntBE(6, 3)),
  },
];

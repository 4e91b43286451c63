/**
 * WRITE BUFFER: SPC-4 6.49, with the one mode that means something here, the echo buffer: a host finds out whether what it sends arrives
 * unchanged. There is no microcode to download.
 */
import { LIMITS } from "../../common/limits.ts";
import { type CommandDescriptor, Need } from "../command.ts";
import { takeParameterList, wantParameterList } from "../parameter-data.ts";
import type { ScsiTask } from "../task.ts";

/** Bytes; the largest that the standard allows (6.18.7), and a multiple of four. */
export const ECHO_BUFFER_BYTES: number = LIMITS.echo_buffer_bytes.value;

const MODE = 0x1f;
const ECHO = 0x0a;
const LENGTH_AT = 6;

function decode(task: ScsiTask): boolean {
  if ((task.cdb[1]! & MODE) !== ECHO) return task.failCdb(1, 4);
  const length = task.cdb.readUIntBE(LENGTH_AT, 3);
  if (length > ECHO_BUFFER_BYTES) return task.failCdb(LENGTH_AT);
  return wantParameterList(task, length);
}

function execute(task: ScsiTask): void {
  const data = takeParameterList(task);
  if (data === undefined) return;
  // Each nexus has its own, so that nobody overwrites another's (6.49.9, note 43).
  task.lunNexus!.echoBuffer = Buffer.from(data);
  task.good();
}

export const COMMANDS: readonly CommandDescriptor[] = [
  {
    opcode: 0x3b,
    name: "WRITE BUFFER",
    clause: "SPC-4 6.49",
    // BUFFER ID and BUFFER OFFSET are ignored in this mode (6.49.9).
    usage: [0x3b, MODE, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0],
    need: Need.Write,
    decode,
    execute,
  },
];

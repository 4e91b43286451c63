/** REPORT TIMESTAMP: SPC-4 6.38. */
import { type CommandDescriptor, Need } from "../command.ts";
import { replyWith } from "../parameter-data.ts";
import type { ScsiTask } from "../task.ts";
import { TIMESTAMP_BYTES, timestampAt } from "../timestamp.ts";

const SERVICE_ACTION = 0x0f;
const BYTES = 12;
const TIMESTAMP_AT = 4;

function execute(task: ScsiTask): void {
  const { timestamp } = task.lunNexus!.lu.state;
  const out = Buffer.alloc(BYTES);
  out.writeUInt16BE(BYTES - 2, 0);
  out[2] = timestamp.origin;
  out.writeUIntBE(timestampAt(timestamp, task.server.now()), TIMESTAMP_AT, TIMESTAMP_BYTES);
  replyWith(task, out, task.cdb.readUInt32BE(6));
}

export const COMMANDS: readonly CommandDescriptor[] = [
  {
    opcode: 0xa3,
    serviceAction: SERVICE_ACTION,
    name: "REPORT TIMESTAMP",
    clause: "SPC-4 6.38",
    usage: [0xa3, SERVICE_ACTION, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0, 0],
    need: Need.Other,
    execute,
  },
];

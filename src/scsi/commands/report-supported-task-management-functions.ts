/** REPORT SUPPORTED TASK MANAGEMENT FUNCTIONS: SPC-4 6.36. */
import { type CommandDescriptor, Need } from "../command.ts";
import { replyWith } from "../parameter-data.ts";
import type { ScsiTask } from "../task.ts";

const REPD = 0x80;
/** ABORT TASK, ABORT TASK SET, CLEAR TASK SET, LOGICAL UNIT RESET: what the device server does (SAM-5 7). */
const ATS = 0x80;
const ATSS = 0x40;
const CTSS = 0x10;
const LURS = 0x08;
/** In a session whose transport carries them: QUERY TASK; QUERY ASYNCHRONOUS EVENT, QUERY TASK SET, I_T NEXUS RESET (byte 1). */
const QTS = 0x04;
const QAES = 0x04;
const QTSS = 0x02;
const ITNRS = 0x01;
const BASIC_BYTES = 4;
const EXTENDED_BYTES = 16;

function decode(task: ScsiTask): boolean {
  return task.cdb.readUInt32BE(6) >= BASIC_BYTES || task.failCdb(6);
}

/** The extended form adds timeouts; TMFTMOV 0 says that none are given. */
function execute(task: ScsiTask): void {
  const extended = (task.cdb[2]! & REPD) !== 0;
  const out = Buffer.alloc(extended ? EXTENDED_BYTES : BASIC_BYTES);
  const { carriesQueries } = task.nexus;
  out[0] = ATS | ATSS | CTSS | LURS | (carriesQueries ? QTS : 0);
  out[1] = carriesQueries ? QAES | QTSS | ITNRS : 0;
  if (extended) out[3] = EXTENDED_BYTES - BASIC_BYTES;
  replyWith(task, out, task.cdb.readUInt32BE(6));
}

export const COMMANDS: readonly CommandDescriptor[] = [
  {
    opcode: 0xa3,
    serviceAction: 0x0d,
    name: "REPORT SUPPORTED TASK MANAGEMENT FUNCTIONS",
    clause: "SPC-4 6.36",
    usage: [0xa3, 0x0d, REPD, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0, 0],
    // As MODE SENSE: SPC-4 6.15.4, ALLOW COMMANDS.
    need: Need.Read,
    decode,
    execute,
  },
];

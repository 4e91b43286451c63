/** REPORT SUPPORTED OPERATION CODES: SPC-4 6.35. What it tells is the command table itself. */
import { type CommandDescriptor, Need } from "../command.ts";
import { replyWith } from "../parameter-data.ts";
import type { ScsiTask } from "../task.ts";

const RCTD = 0x80;
const REPORTING_OPTIONS = 0x07;
const Option = { All: 0b000, Opcode: 0b001, ServiceAction: 0b010, Either: 0b011 } as const;
/** SUPPORT: 001b not supported, 011b supported as the standard says. */
const Support = { None: 0b001, Standard: 0b011 } as const;
const CTDP_ALL = 0x02;
const SERVACTV = 0x01;
const CTDP_ONE = 0x80;
const TIMEOUTS_BYTES = 12;

/** Command timeouts descriptor (6.35.4): no times are known, so both are 0. */
function timeouts(): Buffer {
  const out = Buffer.alloc(TIMEOUTS_BYTES);
  out.writeUInt16BE(TIMEOUTS_BYTES - 2, 0);
  return out;
}

/** What this unit has: some commands depend on its abilities. */
function supported(task: ScsiTask): readonly CommandDescriptor[] {
  const { lu } = task.lunNexus!;
  return task.server.commands.all.filter(({ available }) => available?.(lu) ?? true);
}

function sameOpcode(task: ScsiTask): readonly CommandDescriptor[] {
  return supported(task).filter(({ opcode }) => opcode === task.cdb[3]);
}

function decode(task: ScsiTask): boolean {
  const option = task.cdb[2]! & REPORTING_OPTIONS;
  if (option > Option.Either) return task.failCdb(2, 2);
  const known = sameOpcode(task);
  const withActions = known.some(({ serviceAction }) => serviceAction !== undefined);
  // 001b is for commands without service actions, 010b for those with; an unknown opcode is just not supported.
  if (option === Option.Opcode && withActions) return task.failCdb(2, 2);
  if (option === Option.ServiceAction && known.length > 0 && !withActions) return task.failCdb(2, 2);
  return true;
}

/** 6.35.2. */
function allCommands(task: ScsiTask, withTimeouts: boolean): Buffer {
  const commands = supported(task).toSorted((a, b) => a.opcode - b.opcode || (a.serviceAction ?? 0) - (b.serviceAction ?? 0));
  const descriptors = commands.map(({ opcode, serviceAction, usage }) => {
    const out = Buffer.alloc(8);
    out[0] = opcode;
    out.writeUInt16BE(serviceAction ?? 0, 2);
    out[5] = (withTimeouts ? CTDP_ALL : 0) | (serviceAction === undefined ? 0 : SERVACTV);
    out.writeUInt16BE(usage.length, 6);
    return withTimeouts ? Buffer.concat([out, timeouts()]) : out;
  });
  const list = Buffer.concat(descriptors);
  const head = Buffer.alloc(4);
  head.writeUInt32BE(list.length, 0);
  return Buffer.concat([head, list]);
}

/** 6.35.3. A command that isn't there has neither a CDB to describe nor times. */
function oneCommand(task: ScsiTask, withTimeouts: boolean): Buffer {
  const serviceAction = task.cdb.readUInt16BE(4);
  const useAction = (task.cdb[2]! & REPORTING_OPTIONS) !== Option.Opcode;
  const command = sameOpcode(task).find((known) => !useAction || (known.serviceAction ?? 0) === serviceAction);
  if (command === undefined) return Buffer.from([0, Support.None, 0, 0]);
  const head = Buffer.alloc(4);
  head[1] = (withTimeouts ? CTDP_ONE : 0) | Support.Standard;
  head.writeUInt16BE(command.usage.length, 2);
  return Buffer.concat([head, Buffer.from(command.usage), ...(withTimeouts ? [timeouts()] : [])]);
}

function execute(task: ScsiTask): void {
  const withTimeouts = (task.cdb[2]! & RCTD) !== 0;
  const all = (task.cdb[2]! & REPORTING_OPTIONS) === Option.All;
  replyWith(task, all ? allCommands(task, withTimeouts) : oneCommand(task, withTimeouts), task.cdb.readUInt32BE(6));
}

export const COMMANDS: readonly CommandDescriptor[] = [
  {
    opcode: 0xa3,
    serviceAction: 0x0c,
    name: "REPORT SUPPORTED OPERATION CODES",
    clause: "SPC-4 6.35",
    usage: [0xa3, 0x0c, RCTD | REPORTING_OPTIONS, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0, 0],
    // As MODE SENSE: SPC-4 6.15.4, ALLOW COMMANDS.
    need: Need.Read,
    decode,
    execute,
  },
];

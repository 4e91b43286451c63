/** REQUEST SENSE: SPC-4 6.39. */
import { type CommandDescriptor, Need } from "../command.ts";
import { replyWith } from "../parameter-data.ts";
import { encodeSense, SENSE, SENSE_MAX_BYTES, type SenseCode, SenseKey } from "../sense.ts";
import type { ScsiTask } from "../task.ts";
import { progressIn, readiness } from "../unit-condition.ts";

const DESC = 0x01;

/** What there is to tell: a pending unit attention, which is cleared by that, or the state of the unit. */
function pollableSense(task: ScsiTask): SenseCode {
  const { lunNexus } = task;
  if (lunNexus === undefined) return SENSE.lunNotSupported;
  const attention = lunNexus.attentions.shift();
  if (attention !== undefined)
    return { key: SenseKey.UnitAttention, asc: attention.asc, ascq: attention.ascq, text: attention.text };
  return readiness(lunNexus);
}

function execute(task: ScsiTask): void {
  const out = Buffer.alloc(SENSE_MAX_BYTES);
  const code = pollableSense(task);
  const sense = { code, ...progressIn(code, task.lunNexus) };
  const length = encodeSense(sense, (task.cdb[1]! & DESC) !== 0, out, 0);
  replyWith(task, out.subarray(0, length), task.cdb[4]!);
}

export const COMMANDS: readonly CommandDescriptor[] = [
  {
    opcode: 0x03,
    name: "REQUEST SENSE",
    clause: "SPC-4 6.39",
    usage: [0x03, DESC, 0, 0, 0xff, 0],
    need: Need.Nothing,
    ignoresUnitAttention: true,
    withoutLogicalUnit: true,
    execute,
  },
];

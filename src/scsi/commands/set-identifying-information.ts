/** SET IDENTIFYING INFORMATION: SPC-4 6.43. What it sets survives resets and losses of power, or the command fails. */
import { type CommandDescriptor, Need } from "../command.ts";
import { DurableStateError } from "../durable-state.ts";
import { informationType, TYPE_AT, TYPE_BITS, typeOf } from "../identifying-information.ts";
import { takeParameterList, wantParameterList } from "../parameter-data.ts";
import { SENSE } from "../sense.ts";
import type { ScsiTask } from "../task.ts";
import { ATTENTION } from "../unit-attention.ts";

const SERVICE_ACTION = 0x06;
const LENGTH_AT = 6;

/** What is too long is refused by its length in the CDB (table 322). */
function decode(task: ScsiTask): boolean {
  const type = informationType(typeOf(task));
  if (type === undefined) return task.failCdb(TYPE_AT, 7);
  const length = task.cdb.readUInt32BE(LENGTH_AT);
  return length <= type.max ? wantParameterList(task, length) : task.failCdb(LENGTH_AT);
}

async function execute(task: ScsiTask): Promise<void> {
  const list = takeParameterList(task);
  if (list === undefined) return;
  const { field, wrongAt } = informationType(typeOf(task))!;
  const wrong = wrongAt(list);
  if (wrong !== undefined) {
    task.failParameter(wrong);
    return;
  }
  const { lu, nexus, readOnly } = task.lunNexus!;
  if (readOnly) {
    // Who may not write does not decide for those who may.
    task.fail(SENSE.writeProtected);
    return;
  }
  // The list is in memory that is lent.
  const information = Buffer.from(list);
  let changed = false;
  try {
    await task.server.coordinator.change(lu, (state) => {
      changed = !state.identifying[field].equals(information);
      return changed ? { ...state, identifying: { ...state.identifying, [field]: information } } : state;
    });
  } catch (error) {
    if (!(error instanceof DurableStateError)) throw error;
    task.fail(SENSE.internalTargetFailure);
    return;
  }
  if (changed) lu.attend(ATTENTION.deviceIdentifierChanged, nexus);
  task.good();
}

export const COMMANDS: readonly CommandDescriptor[] = [
  {
    opcode: 0xa4,
    serviceAction: SERVICE_ACTION,
    name: "SET IDENTIFYING INFORMATION",
    clause: "SPC-4 6.43",
    usage: [0xa4, SERVICE_ACTION, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, TYPE_BITS, 0],
    need: Need.Write,
    decode,
    execute,
  },
];

/** SET TIMESTAMP: SPC-4 6.46. */
import { type CommandDescriptor, Need } from "../command.ts";
import { takeParameterList, wantParameterList } from "../parameter-data.ts";
import { SENSE } from "../sense.ts";
import type { ScsiTask } from "../task.ts";
import { HIGH_BYTE_MAX, TIMESTAMP_BYTES, TimestampOrigin } from "../timestamp.ts";
import { ATTENTION } from "../unit-attention.ts";

const SERVICE_ACTION = 0x0f;
const LIST_BYTES = 12;
const TIMESTAMP_AT = 4;

/** A length of zero changes nothing and is no error; any other must hold the list, and there is nothing to say behind it. */
function decode(task: ScsiTask): boolean {
  const length = task.cdb.readUInt32BE(6);
  return length === 0 || length === LIST_BYTES ? wantParameterList(task, length) : task.fail(SENSE.parameterListLengthError);
}

async function execute(task: ScsiTask): Promise<void> {
  const list = takeParameterList(task);
  if (list === undefined) return;
  if (list.length === 0) {
    task.good();
    return;
  }
  const stray = list.findIndex((byte, at) => byte !== 0 && (at < TIMESTAMP_AT || at >= TIMESTAMP_AT + TIMESTAMP_BYTES));
  if (stray >= 0 || list[TIMESTAMP_AT]! > HIGH_BYTE_MAX) {
    task.failParameter(stray >= 0 ? stray : TIMESTAMP_AT);
    return;
  }
  const { lu, nexus, readOnly } = task.lunNexus!;
  if (readOnly) {
    // Who may not write does not decide for those who may.
    task.fail(SENSE.writeProtected);
    return;
  }
  const milliseconds = list.readUIntBE(TIMESTAMP_AT, TIMESTAMP_BYTES);
  const timestamp = { origin: TimestampOrigin.SetTimestamp, milliseconds, at: task.server.now() };
  await task.server.coordinator.change(lu, (state) => ({ ...state, timestamp }));
  lu.attend(ATTENTION.timestampChanged, nexus);
  task.good();
}

export const COMMANDS: readonly CommandDescriptor[] = [
  {
    opcode: 0xa4,
    serviceAction: SERVICE_ACTION,
    name: "SET TIMESTAMP",
    clause: "SPC-4 6.46",
    usage: [0xa4, SERVICE_ACTION, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0, 0],
    need: Need.Write,
    decode,
    execute,
  },
];

/** START STOP UNIT: SBC-3 5.25. */
import { type CommandDescriptor, Need } from "../command.ts";
import { drainExecuting } from "../drain.ts";
import { failFlush } from "../io-error.ts";
import { SENSE } from "../sense.ts";
import { ScsiStatus } from "../status.ts";
import type { ScsiTask } from "../task.ts";

const IMMED = 0x01;
const START = 0x01;
const NO_FLUSH = 0x04;
const POWER_CONDITION = 0xf0;

/**
 * There are no power conditions, and no medium to load or eject (LOEJ is not in the usage map). Under somebody else's persistent
 * reservation starting is allowed and stopping is not (SBC-3 4.17, table of allowed commands).
 */
function decode(task: ScsiTask): boolean {
  if ((task.cdb[4]! & POWER_CONDITION) !== 0) return task.failCdb(4, 7);
  if ((task.cdb[4]! & START) === 0 && (task.lunNexus!.permits & Need.Write) === 0) {
    return task.failStatus(ScsiStatus.ReservationConflict);
  }
  // Who may not write does not stop the unit for those who may.
  if ((task.cdb[4]! & START) === 0 && task.lunNexus!.readOnly) return task.fail(SENSE.writeProtected);
  return true;
}

/** IMMED allows an answer before the work is done; as nothing here spins up, the answer comes after it, which is allowed too. */
async function execute(task: ScsiTask): Promise<void> {
  const { lu } = task.lunNexus!;
  const start = (task.cdb[4]! & START) !== 0;
  const { backend } = lu;
  if (start && backend === undefined) {
    task.fail(SENSE.notReadyCauseNotReportable);
    return;
  }
  await task.server.coordinator.change(lu, (state) => (state.stopped === !start ? state : { ...state, stopped: !start }));
  if (!start && backend !== undefined && (task.cdb[4]! & NO_FLUSH) === 0) {
    await drainExecuting(lu, ({ command }) => command?.writesMedium === true);
    const error = await task.io(1, () => backend.flush(task, 0));
    if (error !== 0) {
      failFlush(task, error);
      return;
    }
  }
  task.good();
}

export const COMMANDS: readonly CommandDescriptor[] = [
  {
    opcode: 0x1b,
    name: "START STOP UNIT",
    clause: "SBC-3 5.25",
    usage: [0x1b, IMMED, 0, 0, POWER_CONDITION | NO_FLUSH | START, 0],
    need: Need.Other,
    decode,
    execute,
  },
];

/** START STOP UNIT: SBC-3 5.25. On a removable unit LOEJ ejects and loads the medium. */
import { type CommandDescriptor, Need } from "../command.ts";
import { drainExecuting } from "../drain.ts";
import { failFlush } from "../io-error.ts";
import type { LogicalUnit, LuState } from "../logical-unit.ts";
import { SENSE } from "../sense.ts";
import { ScsiStatus } from "../status.ts";
import type { ScsiTask } from "../task.ts";
import { ATTENTION } from "../unit-attention.ts";

const IMMED = 0x01;
const START = 0x01;
const LOEJ = 0x02;
const NO_FLUSH = 0x04;
const POWER_CONDITION = 0xf0;

const loadsOrEjects = (task: ScsiTask): boolean => (task.cdb[4]! & LOEJ) !== 0;

/** With a power condition START and LOEJ are ignored (SBC-3 5.25); to a unit that uses no power all conditions are alike. */
const namesPowerCondition = (task: ScsiTask): boolean => (task.cdb[4]! & POWER_CONDITION) !== 0;

/**
 * Asked at admission, and again when the command executes: removal may have been prevented, and a reservation may have come, while it
 * waited for its turn. Only a removable medium can be loaded and ejected. Under somebody else's persistent reservation starting is allowed and stopping is not
 * (SBC-3 4.17, table of allowed commands).
 */
function isAllowed(task: ScsiTask): boolean {
  const { lu } = task.lunNexus!;
  if (namesPowerCondition(task)) return true;
  if (loadsOrEjects(task) && !lu.geometry.removable) return task.failCdb(4, 1);
  if ((task.cdb[4]! & START) === 0 && (task.lunNexus!.permits & Need.Write) === 0) {
    return task.failStatus(ScsiStatus.ReservationConflict);
  }
  // Who may not write does not stop the unit for those who may.
  if ((task.cdb[4]! & START) === 0 && task.lunNexus!.readOnly) return task.fail(SENSE.writeProtected);
  // Locked is the door: nothing goes out, and nothing comes in.
  if (loadsOrEjects(task) && isRemovalPrevented(lu)) return task.fail(SENSE.mediumRemovalPrevented);
  // A unit without a medium can be asked to load one, not to start.
  return !lu.state.ejected || loadsOrEjects(task) || (task.cdb[4]! & START) === 0 || task.fail(SENSE.mediumNotPresent);
}

/** Any nexus that prevents removal prevents it for all (SBC-3 5.13). */
const isRemovalPrevented = (lu: LogicalUnit): boolean => [...lu.nexuses].some(({ preventsRemoval }) => preventsRemoval);

/**
 * A fixed unit stops and starts, a removable one ejects and loads; stopping that one without LOEJ flushes it, and like a drive it
 * starts by itself with the next command.
 */
function after(lu: LogicalUnit, state: LuState, start: boolean, medium: boolean): LuState {
  const { removable } = lu.geometry;
  const stopped = removable ? state.stopped : !start;
  const ejected = medium ? !start : state.ejected;
  return state.stopped === stopped && state.ejected === ejected ? state : { ...state, stopped, ejected };
}

/** IMMED allows an answer before the work is done; as nothing here spins up, the answer comes after it, which is allowed too. */
async function execute(task: ScsiTask): Promise<void> {
  if (!isAllowed(task)) return;
  const { lu, nexus } = task.lunNexus!;
  if (namesPowerCondition(task)) {
    task.good();
    return;
  }
  const start = (task.cdb[4]! & START) !== 0;
  const { backend } = lu;
  if (start && backend === undefined) {
    task.fail(SENSE.notReadyCauseNotReportable);
    return;
  }
  const wasEjected = lu.state.ejected;
  await task.server.coordinator.change(lu, (state) => after(lu, state, start, loadsOrEjects(task)));
  // A medium that comes in may be another one: every host is told that has not loaded it itself (SPC-4 5.14, 28h/00h).
  if (wasEjected && !lu.state.ejected) lu.attend(ATTENTION.mediumMayHaveChanged, nexus);
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
    usage: [0x1b, IMMED, 0, 0, POWER_CONDITION | NO_FLUSH | LOEJ | START, 0],
    need: Need.Other,
    decode: isAllowed,
    execute,
  },
];

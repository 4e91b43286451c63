/**
 * SANITIZE: SBC-4 5.30. The operation itself is ../sanitize.ts. CRYPTOGRAPHIC ERASE is not there: nothing is encrypted, so there is no key to
 * forget. ZNR is in no usage map: the unit has no zones.
 */
import { u16 } from "../cdb.ts";
import { type CommandDescriptor, Need } from "../command.ts";
import { drainExecuting } from "../drain.ts";
import { DurableStateError, type SanitizeOverwrite, type SanitizeRecord } from "../durable-state.ts";
import type { LogicalUnit } from "../logical-unit.ts";
import { goesOn } from "../medium-access.ts";
import { takeParameterList, wantParameterList } from "../parameter-data.ts";
import { type SanitizeOperation, startSanitize } from "../sanitize.ts";
import { SENSE } from "../sense.ts";
import { ScsiStatus } from "../status.ts";
import type { ScsiTask } from "../task.ts";
import { Condition, refusingCondition } from "../unit-condition.ts";

const ServiceAction = { Overwrite: 0x01, BlockErase: 0x02, ExitFailureMode: 0x1f } as const;

const IMMED = 0x80;
const AUSE = 0x20;
const LENGTH_AT = 7;

/** Parameter list of OVERWRITE (table 111). */
const HEADER_BYTES = 4;
const INVERT = 0x80;
const TEST = 0x60;
const COUNT = 0x1f;

const has = (task: ScsiTask, flag: number): boolean => (task.cdb[1]! & flag) !== 0;

/** A failed operation that did not allow an unrestricted exit is left only by one that succeeds and allows none either (5.30.1). */
const restricted = (lu: LogicalUnit): boolean => lu.state.sanitize?.status === "failed" && !lu.state.sanitize.unrestrictedExit;

function decodeOverwrite(task: ScsiTask): boolean {
  const { lu } = task.lunNexus!;
  const length = u16(task.cdb, LENGTH_AT);
  if (length <= HEADER_BYTES || length > HEADER_BYTES + lu.blockSize) return task.failCdb(LENGTH_AT);
  if (restricted(lu) && has(task, AUSE)) return task.failCdb(1, 5);
  return wantParameterList(task, length);
}

function decodeErase(task: ScsiTask): boolean {
  if (u16(task.cdb, LENGTH_AT) !== 0) return task.failCdb(LENGTH_AT);
  return !(restricted(task.lunNexus!.lu) && has(task, AUSE)) || task.failCdb(1, 5);
}

function decodeExit(task: ScsiTask): boolean {
  if (u16(task.cdb, LENGTH_AT) !== 0) return task.failCdb(LENGTH_AT);
  return !restricted(task.lunNexus!.lu) || task.failCdb(1, 4);
}

/** undefined: the list is refused and the task has ended. A list that is not exactly what it says destroys nothing. */
function parse(task: ScsiTask): SanitizeOverwrite | undefined {
  const list = takeParameterList(task);
  if (list === undefined) return undefined;
  const refuse = (_failed: false): undefined => undefined;
  const flags = list[0]!;
  const patternBytes = list.readUInt16BE(2);
  // 01b to 11b of TEST are vendor specific, and weaken the operation: there are none.
  if ((flags & TEST) !== 0) return refuse(task.failParameter(0, 6));
  if ((flags & COUNT) === 0) return refuse(task.failParameter(0, 4));
  if (list[1] !== 0) return refuse(task.failParameter(1, 31 - Math.clz32(list[1]!)));
  if (patternBytes === 0 || patternBytes > task.lunNexus!.lu.blockSize) return refuse(task.failParameter(2));
  if (HEADER_BYTES + patternBytes > list.length) return refuse(task.fail(SENSE.parameterListLengthError));
  if (HEADER_BYTES + patternBytes < list.length) return refuse(task.failParameter(2));
  return { pattern: Buffer.from(list.subarray(HEADER_BYTES)), count: flags & COUNT, invert: (flags & INVERT) !== 0 };
}

async function overwrite(task: ScsiTask): Promise<void> {
  const parameters = parse(task);
  if (parameters === undefined) return;
  await begin(task, { status: "in progress", method: "overwrite", unrestrictedExit: has(task, AUSE), overwrite: parameters });
}

function erase(task: ScsiTask): Promise<void> {
  return begin(task, { status: "in progress", method: "block erase", unrestrictedExit: has(task, AUSE) });
}

/** From the moment that the state is published commands are refused; what executes then ends before the medium is touched (4.11.3). */
async function begin(task: ScsiTask, record: SanitizeRecord): Promise<void> {
  const { lu } = task.lunNexus!;
  let begun = false;
  let reserved = false;
  const remembered = await changed(task, (state) => {
    reserved = isReserved(task);
    begun = !reserved && state.sanitize?.status !== "in progress";
    return begun ? { ...state, sanitize: { ...record, storage: lu.storage } } : state;
  });
  if (!remembered) return;
  if (!begun) {
    if (!goesOn(task)) return;
    if (reserved) task.failStatus(ScsiStatus.ReservationConflict);
    else task.fail(SENSE.sanitizeInProgress, { progress: lu.sanitizing?.progress ?? 0 });
    return;
  }
  const others = drainExecuting(
    lu,
    (other) =>
      other !== task &&
      // Other commands change nothing on the medium, and some of them wait for this one.
      other.command?.needsMedium === true &&
      refusingCondition(other.command, Condition.Sanitizing, other) !== undefined,
  );
  const operation = startSanitize(lu, task.server, others);
  if (!goesOn(task)) return;
  if (has(task, IMMED)) task.good();
  else awaitEnd(task, operation);
}

/** A reservation may have come since the command was admitted: while its change waited for that one to be durable. */
const isReserved = ({ command, lunNexus }: ScsiTask): boolean => (command!.need & ~lunNexus!.permits) !== 0;

/** Nothing of the task itself is in flight: an abort ends it at once, and the operation goes on. */
function awaitEnd(task: ScsiTask, operation: SanitizeOperation): void {
  let waiting = true;
  task.parked = () => {
    waiting = false;
  };
  void operation.finished.then((outcome) => {
    if (!waiting) return;
    task.parked = undefined;
    if (outcome === "done") task.good();
    else task.fail(outcome === "failed" ? SENSE.sanitizeFailed : SENSE.notReadyCauseNotReportable);
  });
}

async function exitFailureMode(task: ScsiTask): Promise<void> {
  let refused = false;
  let reserved = false;
  const remembered = await changed(task, (state) => {
    reserved = isReserved(task);
    refused = state.sanitize?.status === "failed" && !state.sanitize.unrestrictedExit;
    return reserved || refused || state.sanitize?.status !== "failed" ? state : { ...state, sanitize: undefined };
  });
  if (!remembered || !goesOn(task)) return;
  if (reserved) task.failStatus(ScsiStatus.ReservationConflict);
  else if (refused) task.failCdb(1, 4);
  else task.good();
}

/** false: the change could not be made durable, so it was not made, and the task has ended. */
async function changed(task: ScsiTask, mutate: Parameters<typeof task.server.coordinator.change>[1]): Promise<boolean> {
  try {
    await task.server.coordinator.change(task.lunNexus!.lu, mutate);
    return true;
  } catch (error) {
    if (!(error instanceof DurableStateError)) throw error;
    if (goesOn(task)) task.fail(SENSE.internalTargetFailure);
    return false;
  }
}

type Action = Pick<CommandDescriptor, "decode" | "execute" | "available">;

const row = (name: string, serviceAction: number, clause: string, flags: number, action: Action): CommandDescriptor => ({
  opcode: 0x48,
  serviceAction,
  name: `SANITIZE / ${name}`,
  clause,
  usage: [0x48, flags | serviceAction, 0, 0, 0, 0, 0, 0xff, 0xff, 0],
  need: Need.Write,
  needsMedium: true,
  writesMedium: true,
  ...action,
});

export const COMMANDS: readonly CommandDescriptor[] = [
  row("OVERWRITE", ServiceAction.Overwrite, "SBC-4 5.30.2.2", IMMED | AUSE, { decode: decodeOverwrite, execute: overwrite }),
  row("BLOCK ERASE", ServiceAction.BlockErase, "SBC-4 5.30.2.3", IMMED | AUSE, {
    decode: decodeErase,
    execute: erase,
    // Erased is what has been given back: that takes a unit that can (LBPME).
    available: (lu) => lu.geometry.thin,
  }),
  row("EXIT FAILURE MODE", ServiceAction.ExitFailureMode, "SBC-4 5.30.2.5", IMMED | AUSE, {
    decode: decodeExit,
    execute: exitFailureMode,
  }),
];

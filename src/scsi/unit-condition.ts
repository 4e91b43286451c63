/**
 * Conditions of a logical unit, as one nexus meets them, under which most commands are refused: asymmetric access states (SPC-4 5.15.2.4),
 * sanitize operations (SBC-4 4.11), taken offline by the operator, no medium, stopped (SBC-3 4.15). Each is a bit, so that a command pays one comparison while there is none.
 */
import type { CommandDescriptor } from "./command.ts";
import type { SanitizeRecord } from "./durable-state.ts";
import type { LuState } from "./logical-unit.ts";
import type { LunNexus } from "./nexus.ts";
import { SENSE, type SenseCode } from "./sense.ts";
import { ScsiStatus } from "./status.ts";
import type { ScsiTask } from "./task.ts";

export const Condition = {
  None: 0,
  Transitioning: 0x01,
  Unavailable: 0x02,
  Standby: 0x04,
  Sanitizing: 0x08,
  SanitizeFailed: 0x10,
  NoMedium: 0x20,
  Stopped: 0x40,
  MemoryNotReady: 0x80,
  ReservationsLost: 0x100,
  Offline: 0x200,
  Reopening: 0x400,
} as const;

/** ASYMMETRIC ACCESS STATE (SPC-4 6.37, table of states) and the condition that it means for a nexus through such a port. */
export const AccessState = {
  ActiveOptimized: 0x0,
  ActiveNonOptimized: 0x1,
  Standby: 0x2,
  Unavailable: 0x3,
  Transitioning: 0xf,
} as const;
export type AccessState = (typeof AccessState)[keyof typeof AccessState];

/** As `access_state` of the configuration has them. */
export const ACCESS_STATE_NAMES: Readonly<Record<AccessState, string>> = {
  [AccessState.ActiveOptimized]: "active/optimized",
  [AccessState.ActiveNonOptimized]: "active/non-optimized",
  [AccessState.Standby]: "standby",
  [AccessState.Unavailable]: "unavailable",
  [AccessState.Transitioning]: "transitioning",
};

const CONDITION_OF: Record<AccessState, number> = {
  [AccessState.ActiveOptimized]: Condition.None,
  [AccessState.ActiveNonOptimized]: Condition.None,
  [AccessState.Standby]: Condition.Standby,
  [AccessState.Unavailable]: Condition.Unavailable,
  [AccessState.Transitioning]: Condition.Transitioning,
};

/** The conditions that come from access states. */
export const ACCESS_CONDITIONS = Condition.Transitioning | Condition.Unavailable | Condition.Standby;

const CONDITION_OF_MEMORY: Record<LuState["memory"], number> = {
  intact: Condition.None,
  lost: Condition.ReservationsLost,
  unavailable: Condition.MemoryNotReady,
};

const CONDITION_OF_SERVICE: Record<LuState["service"], number> = {
  open: Condition.None,
  reopening: Condition.Reopening,
  offline: Condition.Offline,
};

const CONDITION_OF_SANITIZE: Record<SanitizeRecord["status"], number> = {
  "in progress": Condition.Sanitizing,
  failed: Condition.SanitizeFailed,
};

/** Commands that a port answers in any state. */
const ALWAYS = ["INQUIRY", "REPORT LUNS", "REQUEST SENSE"] as const;
const ACCESS_STATE_COMMANDS = ["REPORT TARGET PORT GROUPS", "SET TARGET PORT GROUPS"] as const;
/** SPC-4 5.13.5.2. START STOP UNIT is among them with START=1 only: see refusedStop. */
const WITHOUT_MEMORY = [
  "INQUIRY",
  "LOG SENSE",
  "READ BUFFER(10)",
  "REPORT LUNS",
  "REPORT TARGET PORT GROUPS",
  "REQUEST SENSE",
  "START STOP UNIT",
  "WRITE BUFFER",
] as const;
const BUFFER_COMMANDS = ["READ BUFFER(10)", "WRITE BUFFER"] as const;

/** SBC-4 4.11.2. LOG SENSE and MODE SENSE are among them for some pages: see pageAllowedDuringSanitize. */
const DURING_SANITIZE = [
  ...ALWAYS,
  "READ CAPACITY(10)",
  "READ CAPACITY(16)",
  "REPORT SUPPORTED OPERATION CODES",
  "REPORT SUPPORTED TASK MANAGEMENT FUNCTIONS",
] as const;
const TEMPERATURE_LOG_PAGE = 0x0d;
/** Caching, Control, Protocol Specific Logical Unit and Port, Informational Exceptions Control. */
const MODE_PAGES_DURING_SANITIZE: ReadonlySet<number> = new Set([0x08, 0x0a, 0x18, 0x19, 0x1c]);

function pageAllowedDuringSanitize({ name }: CommandDescriptor, cdb: Buffer): boolean {
  const page = cdb[2]! & 0x3f;
  const subpage = cdb[3]!;
  if (subpage !== 0) return false;
  if (name === "LOG SENSE") return page === TEMPERATURE_LOG_PAGE;
  return (name === "MODE SENSE(6)" || name === "MODE SENSE(10)") && MODE_PAGES_DURING_SANITIZE.has(page);
}

interface Row {
  readonly condition: number;
  readonly sense: SenseCode;
  /** Names of the commands that run all the same (of commands with service actions, with it or what stands before " / "); undefined: all that need no medium. */
  readonly allows: ReadonlySet<string> | undefined;
  /** Of the other commands, those that run all the same with some contents of the CDB. */
  readonly alsoAllows?: (command: CommandDescriptor, cdb: Buffer) => boolean;
}

/** In the order in which they are told: what a command can't pass first. */
export const CONDITIONS: readonly Row[] = [
  {
    condition: Condition.Transitioning,
    sense: SENSE.accessStateTransition,
    allows: new Set([...ALWAYS, "REPORT TARGET PORT GROUPS"]),
  },
  {
    condition: Condition.Unavailable,
    sense: SENSE.portUnavailable,
    allows: new Set([...ALWAYS, ...ACCESS_STATE_COMMANDS, ...BUFFER_COMMANDS]),
  },
  {
    condition: Condition.Standby,
    sense: SENSE.portStandby,
    allows: new Set([
      ...ALWAYS,
      ...ACCESS_STATE_COMMANDS,
      ...BUFFER_COMMANDS,
      "LOG SELECT",
      "LOG SENSE",
      "MODE SELECT(6)",
      "MODE SELECT(10)",
      "MODE SENSE(6)",
      "MODE SENSE(10)",
      "PERSISTENT RESERVE IN",
      "PERSISTENT RESERVE OUT",
      "REPORT IDENTIFYING INFORMATION",
      "REPORT SUPPORTED OPERATION CODES",
      "REPORT SUPPORTED TASK MANAGEMENT FUNCTIONS",
      "REPORT TIMESTAMP",
    ]),
  },
  // Nonvolatile memory that is not ready, and a recoverable lost persistent reservation (SPC-4 5.13.5.2, 5.13.5.3.2).
  { condition: Condition.MemoryNotReady, sense: SENSE.notReadyCauseNotReportable, allows: new Set(WITHOUT_MEMORY) },
  {
    condition: Condition.ReservationsLost,
    sense: SENSE.reservationInformationLost,
    allows: new Set([...WITHOUT_MEMORY, "PERSISTENT RESERVE OUT / REPLACE LOST RESERVATION"]),
  },
  { condition: Condition.Offline, sense: SENSE.notReadyManualIntervention, allows: undefined },
  // Told as BUSY: see refusedByCondition.
  { condition: Condition.Reopening, sense: SENSE.notReadyBecomingReady, allows: undefined },
  {
    condition: Condition.Sanitizing,
    sense: SENSE.sanitizeInProgress,
    allows: new Set(DURING_SANITIZE),
    alsoAllows: pageAllowedDuringSanitize,
  },
  {
    condition: Condition.SanitizeFailed,
    sense: SENSE.sanitizeFailed,
    allows: new Set([...DURING_SANITIZE, "SANITIZE"]),
    alsoAllows: pageAllowedDuringSanitize,
  },
  { condition: Condition.NoMedium, sense: SENSE.mediumNotPresent, allows: undefined },
  { condition: Condition.Stopped, sense: SENSE.notReadyInitializingCommandRequired, allows: undefined },
];

const MEDIUM_CONDITIONS = Condition.NoMedium | Condition.Stopped;

/** What a nexus meets under this state: bits of `Condition`. */
export function conditionOf(state: LuState, lunNexus: LunNexus): number {
  const access = state.access.get(lunNexus.nexus.targetPort.portalGroupTag);
  return (
    (access === undefined ? Condition.None : CONDITION_OF[access.state]) |
    CONDITION_OF_MEMORY[state.memory] |
    CONDITION_OF_SERVICE[state.service] |
    (state.sanitize === undefined ? Condition.None : CONDITION_OF_SANITIZE[state.sanitize.status]) |
    (state.ejected ? Condition.NoMedium : 0) |
    (state.stopped ? Condition.Stopped : 0)
  );
}

function refuses(row: Row, command: CommandDescriptor, cdb: Buffer | undefined): boolean {
  if (row.allows === undefined) return command.needsMedium === true;
  if (cdb !== undefined && row.alsoAllows?.(command, cdb) === true) return false;
  return !row.allows.has(command.name) && !row.allows.has(command.name.split(" / ")[0]!);
}

/** The first condition of the nexus that refuses the command; undefined: none does. Without its task it is taken to be for all pages. */
export function refusingCondition(command: CommandDescriptor, condition: number, task?: ScsiTask): SenseCode | undefined {
  return CONDITIONS.find((row) => (condition & row.condition) !== 0 && refuses(row, command, task?.cdb))?.sense;
}

/** What TEST UNIT READY would be told: "no sense" when the unit is as it should be (SPC-4 6.39). */
export function readiness({ condition, lu }: LunNexus): SenseCode {
  const row = CONDITIONS.find((candidate) => (condition & candidate.condition) !== 0);
  if (lu.backend === undefined && (condition & MEDIUM_CONDITIONS) === condition) return SENSE.notReadyCauseNotReportable;
  return row?.sense ?? SENSE.noSense;
}

/** PROGRESS INDICATION of what the sense says is in progress (SBC-4 4.11.3). */
export function progressIn(sense: SenseCode, lunNexus: LunNexus | undefined): { readonly progress?: number } {
  return sense === SENSE.sanitizeInProgress ? { progress: lunNexus?.lu.sanitizing?.progress ?? 0 } : {};
}

/** START STOP UNIT passes without memory to start, and not to stop (SPC-4 5.13.5.2). */
function refusedStop(task: ScsiTask, command: CommandDescriptor, condition: number): SenseCode | undefined {
  const withoutMemory = condition & (Condition.MemoryNotReady | Condition.ReservationsLost);
  const START = 0x01;
  if (withoutMemory === 0 || command.name !== "START STOP UNIT" || (task.cdb[4]! & START) !== 0) return undefined;
  return CONDITIONS.find((row) => (withoutMemory & row.condition) !== 0)?.sense;
}

/** The way of a command through a unit that is not as it should be. true: the task has ended. */
export function refusedByCondition(task: ScsiTask, command: CommandDescriptor, condition: number): boolean {
  const sense = refusingCondition(command, condition, task) ?? refusedStop(task, command, condition);
  if (sense === undefined) return false;
  if (sense === SENSE.notReadyBecomingReady) {
    // It passes within moments, and hosts come again after BUSY by themselves (SAM-5 5.3.1); some give up after NOT READY.
    task.failStatus(ScsiStatus.Busy);
    return true;
  }
  // Of a volume that is offline a host should not hear that it might start it or load a medium.
  const offline = task.lunNexus?.lu.backend === undefined && (condition & MEDIUM_CONDITIONS) === condition;
  task.fail(offline ? SENSE.notReadyCauseNotReportable : sense, progressIn(sense, task.lunNexus));
  return true;
}

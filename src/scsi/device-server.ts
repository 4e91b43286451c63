/**
 * The device server and task manager of a reactor (SAM-5 4.6): the way of every command from its CDB to the
 * backend, and of task management functions to the tasks they end.
 *
 * Order of checks at admission (SAM-5 5.3.3, 5.14; SPC-4 5.13): command known → logical unit there → unit
 * attention → reservation → CDB → medium ready → write protection.
 */
import type { BufferPool } from "../backend/buffer-pool.ts";
import { assert } from "../common/assert.ts";
import type { Events } from "../common/events.ts";
import type { CommandDescriptor } from "./command.ts";
import type { Coordinator } from "./coordinator.ts";
import type { LogicalUnit } from "./logical-unit.ts";
import { type LuCounters, Operation } from "./lu-counters.ts";
import type { LunNexus, Nexus } from "./nexus.ts";
import { Hold } from "./range-locks.ts";
import { reservationsAfterNexusLoss } from "./reservations.ts";
import { SENSE, SenseKey } from "./sense.ts";
import { ScsiStatus } from "./status.ts";
import { type Continuation, type Drain, Origin, type ScsiTask, TaskState } from "./task.ts";
import { CopyManager } from "./third-party-copy/copy-manager.ts";
import { POWER_ON_TIMESTAMP } from "./timestamp.ts";
import { ATTENTION, type Attention } from "./unit-attention.ts";
import { Condition, refusedByCondition } from "./unit-condition.ts";

/** Looks a CDB up; see command-table.ts. */
export interface CommandTable {
  /** undefined: no such opcode. "service-action": the opcode is known, its service action is not. */
  find(cdb: Buffer): CommandDescriptor | "service-action" | undefined;
  readonly all: readonly CommandDescriptor[];
}

export interface DeviceServerOptions {
  readonly pool: BufferPool;
  readonly commands: CommandTable;
  readonly coordinator: Coordinator;
  /** What hosts change for each other. */
  readonly events: Events;
  /** Monotonic milliseconds. */
  readonly now: () => number;
  /** A command broke an invariant: logged by the owner; the command ends with HARDWARE ERROR. */
  readonly onInternalError: (task: ScsiTask, error: unknown) => void;
}

const executeNow: Continuation = (task) => task.server.execute(task);
const stayDormant: Continuation = (task) => {
  task.onEnabled = undefined;
};

class DrainCount implements Drain {
  #left: number;
  readonly #resolve: () => void;

  constructor(count: number, resolve: () => void) {
    this.#left = count;
    this.#resolve = resolve;
  }

  taskEnded(): void {
    this.#left -= 1;
    if (this.#left === 0) this.#resolve();
  }
}

/** Why a command did not end well, where hosts' administrators ask for it. */
function countFailure({ aborted, status, sense }: ScsiTask, counters: LuCounters): void {
  if (aborted) counters.aborted += 1;
  else if (status === ScsiStatus.ReservationConflict) counters.reservationConflicts += 1;
  else if (status === ScsiStatus.TaskSetFull || status === ScsiStatus.Busy) counters.postponed += 1;
  else if (sense?.code.key === SenseKey.UnitAttention) counters.unitAttentions += 1;
}

export class DeviceServer {
  readonly pool: BufferPool;
  readonly commands: CommandTable;
  readonly coordinator: Coordinator;
  readonly now: () => number;
  /** Bytes of Data-Out held by tasks that wait for scratch memory; see scratch.ts. */
  heldByScratchWaiters = 0;
  readonly copies = new CopyManager();
  readonly events: Events;
  readonly #onInternalError: (task: ScsiTask, error: unknown) => void;

  constructor(options: DeviceServerOptions) {
    this.pool = options.pool;
    this.commands = options.commands;
    this.coordinator = options.coordinator;
    this.now = options.now;
    this.events = options.events;
    this.#onInternalError = options.onInternalError;
  }

  /**
   * First step of a task, in CmdSN order. Afterwards either `task.state` is Done (the transport answers
   * and is not called back), or the transport fetches the smaller of `dataOutWanted` and `expectedDataOut` and calls `execute`.
   */
  admit(task: ScsiTask): void {
    assert(task.state === TaskState.Idle, "a task is admitted once");
    task.server = this;
    task.state = TaskState.Admitted;
    const lunNexus = task.nexus.luns.get(task.lun);
    task.lunNexus = lunNexus;
    if (lunNexus !== undefined && !lunNexus.lu.tasks.enter(task)) {
      // The ACA attribute; no unit here establishes an auto contingent allegiance (NORMACA is 0), so there is none to belong to (SAM-5 8.6.5).
      task.fail(SENSE.invalidMessageError);
      return;
    }

    let command = this.commands.find(task.cdb);
    if (typeof command === "object" && command.available !== undefined && lunNexus !== undefined) {
      if (!command.available(lunNexus.lu)) command = command.serviceAction === undefined ? undefined : "service-action";
    }
    if (typeof command !== "object") {
      // An unmapped LUN is told first: the initiator can't know anything about a unit that isn't there.
      if (lunNexus === undefined) task.fail(SENSE.lunNotSupported);
      else if (!this.#attentionPending(task, lunNexus)) {
        if (command === "service-action") task.failCdb(task.cdb[0] === 0x7f ? 8 : 1, task.cdb[0] === 0x7f ? 7 : 4);
        else task.fail(SENSE.invalidOpcode);
      }
      return;
    }
    task.command = command;
    if (lunNexus === undefined) {
      if (!command.withoutLogicalUnit) {
        task.fail(SENSE.lunNotSupported);
        return;
      }
    } else {
      const attentive = !command.ignoresUnitAttention && task.origin === Origin.Host;
      if (attentive && this.#attentionPending(task, lunNexus)) return;
      if ((command.need & ~lunNexus.permits) !== 0) {
        task.failStatus(ScsiStatus.ReservationConflict);
        return;
      }
    }
    if (task.cdbLength < command.usage.length || !this.#onlyUsedBits(task, command)) {
      if (task.state === TaskState.Admitted) task.failCdb(task.cdbLength);
      return;
    }
    if (lunNexus !== undefined && !this.#ready(task, command, lunNexus)) return;
    command.decode?.(task);
  }

  /** Second step: all Data-Out is in the leases. Ends with `transport.taskDone`. */
  execute(task: ScsiTask): void {
    const command = task.command;
    assert(task.state === TaskState.Admitted || task.state === TaskState.Receiving, "execute follows admission");
    assert(command !== undefined, "an admitted task has its command");
    if (task.dormant) {
      this.whenEnabled(task, executeNow);
      return;
    }
    task.state = TaskState.Executing;
    const lunNexus = task.lunNexus;
    // While Data-Out was on its way a reservation may have come, or the unit may have gone.
    if (lunNexus !== undefined) {
      if ((command.need & ~lunNexus.permits) !== 0) {
        task.failStatus(ScsiStatus.ReservationConflict);
        return;
      }
      if (!this.#ready(task, command, lunNexus)) return;
    }
    try {
      const running = command.execute(task);
      if (running !== undefined) running.catch((error: unknown) => this.internalError(task, error));
    } catch (error) {
      this.internalError(task, error);
    }
  }

  /**
   * Runs `then` once the task is enabled (SAM-5 8.5): at once, unless its attribute or an older task's has it wait. A transport asks before it
   * takes memory for the task or asks for its data; `execute` asks in any case. An abort, a reset or a lost nexus ends
   * the waiting task like one that waits for Data-Out, and reservations are looked at again when it executes.
   */
  whenEnabled(task: ScsiTask, then: Continuation): void {
    if (!task.dormant) {
      then(task);
      return;
    }
    task.onEnabled = then;
    task.parked = stayDormant;
  }

  /** Called by the task when it has ended. */
  taskEnded(task: ScsiTask): void {
    const lu = task.lunNexus?.lu;
    if (lu !== undefined) {
      lu.tasks.leave(task);
      if (task.hold !== Hold.None) lu.locks.leave(task);
      if (task.origin !== Origin.CopyPlace) this.#count(task, lu);
    }
    if (task.drains !== undefined) {
      const drains = task.drains;
      task.drains = undefined;
      for (const drain of drains) drain.taskEnded();
    }
  }

  // ---- Task management (SAM-5 7) ------------------------------------------------------------------

  /**
   * Aborts the tasks; resolves when none of them has anything in flight any more, so that no byte of theirs reaches the
   * volume afterwards. Tasks that have ended already don't count.
   */
  abort(tasks: readonly ScsiTask[]): Promise<void> {
    const live = tasks.filter((task) => task.state !== TaskState.Done && task.state !== TaskState.Idle);
    if (live.length === 0) return Promise.resolve();
    return new Promise((resolve) => {
      const drain = new DrainCount(live.length, resolve);
      for (const task of live) {
        task.drains ??= [];
        task.drains.push(drain);
      }
      // Ending one task may let another one end by itself: only those that this drain still waits for are aborted.
      for (const task of live) if (task.drains?.includes(drain)) this.#abortOne(task);
    });
  }

  /** ABORT TASK SET: the tasks of this nexus at the unit. What a copy operation does here is no task of the nexus (SPC-4 5.17.4.6). */
  abortTaskSet(lunNexus: LunNexus): Promise<void> {
    const { lu, nexus } = lunNexus;
    return this.abort(lu.tasks.matching(nexus).filter((task) => task.origin === Origin.Host));
  }

  /** CLEAR TASK SET: everybody's tasks; the others are told (SAM-5 7.5, TST 000b). */
  clearTaskSet(lunNexus: LunNexus): Promise<void> {
    const tasks = lunNexus.lu.tasks.matching(undefined);
    const others = new Set(tasks.map((task) => task.lunNexus).filter((owner) => owner !== undefined && owner !== lunNexus));
    for (const other of others) other?.attentions.establish(ATTENTION.commandsClearedByAnother);
    return this.abort(tasks);
  }

  /**
   * LOGICAL UNIT RESET (SAM-5 6.3.3): aborts every task, releases a legacy reservation, allows medium removal, restores the
   * mode parameters of the configuration, and tells every nexus.
   */
  async resetLogicalUnit(lu: LogicalUnit, condition: Attention = ATTENTION.deviceReset): Promise<void> {
    const drained = this.abort(lu.tasks.matching(undefined));
    const cacheGoes = lu.state.modes.writeCacheEnabled && !lu.defaultModes.writeCacheEnabled;
    for (const lunNexus of lu.nexuses) lunNexus.preventsRemoval = false;
    // A hard reset sets the timestamp to zero, a logical unit reset leaves it (SPC-4 5.2).
    const timestamp = { ...POWER_ON_TIMESTAMP, at: this.now() };
    await this.coordinator.change(lu, (state) => ({
      ...lu.stateAfterReset(state),
      timestamp: condition === ATTENTION.busReset ? timestamp : state.timestamp,
    }));
    lu.attend(condition);
    lu.counters.resets += 1;
    await drained;
    // Who reads WCE=0 from here on counts on what was acknowledged before; a flush that fails is told to every nexus once (failedFlushes).
    if (cacheGoes)
      await new Promise<void>((resolve) => (lu.backend ? lu.backend.flush({ ioDone: () => resolve() }, 0) : resolve()));
    for (const lunNexus of lu.nexuses) this.copies.forget(lunNexus);
  }

  /** QUERY TASK SET (SAM-5 7.10): has the nexus any command in the task set? */
  queryTaskSet({ lu, nexus }: LunNexus): boolean {
    return lu.tasks.some((task) => task.nexus === nexus && task.origin === Origin.Host);
  }

  /**
   * I_T NEXUS RESET (SAM-5 7.6): what a loss of the nexus does to each of its units (SAM-5 6.3.4), while the session goes on. Its tasks are
   * aborted, its legacy reservation and its lock on the medium go, and it is told.
   */
  async resetNexus(nexus: Nexus): Promise<void> {
    const drained = this.abortNexus(nexus);
    for (const lunNexus of nexus.luns.values()) {
      lunNexus.preventsRemoval = false;
      await this.coordinator.change(lunNexus.lu, (state) => {
        const reservations = reservationsAfterNexusLoss(state.reservations, nexus);
        return reservations === state.reservations ? state : { ...state, reservations };
      });
      lunNexus.attentions.establish(ATTENTION.nexusLoss);
    }
    await drained;
    for (const lunNexus of nexus.luns.values()) this.copies.forget(lunNexus);
  }

  /** Every task of a nexus that goes away; resolves when none has anything in flight. */
  abortNexus(nexus: Nexus): Promise<void> {
    const tasks: ScsiTask[] = [];
    for (const lunNexus of nexus.luns.values()) tasks.push(...lunNexus.lu.tasks.matching(nexus));
    return this.abort(tasks);
  }

  #abortOne(task: ScsiTask): void {
    if (task.aborted) return;
    task.aborted = true;
    if (task.state === TaskState.Executing) {
      const parked = task.parked;
      if (parked === undefined) {
        task.onAbort?.(task);
        return;
      }
      parked(task);
      task.settleAborted();
    } else {
      task.transport.abortDataOut(task);
    }
  }

  // ---- Checks -------------------------------------------------------------------------------------

  /** Reports the first pending unit attention (SAM-5 5.14.5), if any, and clears it. */
  #attentionPending(task: ScsiTask, lunNexus: LunNexus): boolean {
    if (lunNexus.attentions.empty) return false;
    const { asc, ascq, text } = lunNexus.attentions.shift()!;
    task.fail({ key: SenseKey.UnitAttention, asc, ascq, text });
    return true;
  }

  /** Refuses a CDB with a bit that the command does not evaluate, pointing at it. */
  #onlyUsedBits(task: ScsiTask, command: CommandDescriptor): boolean {
    const { usage } = command;
    const { cdb } = task;
    for (let byte = 1; byte < usage.length; byte += 1) {
      const stray = cdb[byte]! & ~usage[byte]!;
      if (stray !== 0) return task.failCdb(byte, 31 - Math.clz32(stray));
    }
    return true;
  }

  #ready(task: ScsiTask, command: CommandDescriptor, lunNexus: LunNexus): boolean {
    const { lu, condition } = lunNexus;
    if (condition !== Condition.None && refusedByCondition(task, command, condition)) return false;
    if (command.needsMedium && lu.backend === undefined) return task.fail(SENSE.notReadyCauseNotReportable);
    if (command.writesMedium && (lunNexus.readOnly || lu.geometry.readOnly || lu.state.modes.softwareWriteProtect)) {
      return task.fail(SENSE.writeProtected);
    }
    return true;
  }

  /** The one place where a command of a logical unit is counted: every one, when it ends. */
  #count(task: ScsiTask, lu: LogicalUnit): void {
    const ok = !task.aborted && (task.status === ScsiStatus.Good || task.status === ScsiStatus.ConditionMet);
    // A parameter list is no data of the medium: what UNMAP discarded counts, not the list that named it.
    const bytes = task.discardedBytes || Math.min(task.dataInLength, task.expectedDataIn) + task.dataOutLength;
    const kind = task.command?.kind ?? Operation.Other;
    const moved = ok ? bytes : 0;
    const milliseconds = this.now() - task.arrivedAt;
    const column = lu.counters.record(kind, moved, milliseconds, ok);
    // What a copy operation does is no command of the nexus (SPC-4 5.17.4.6).
    if (task.origin === Origin.Host) task.nexus.counters.record(kind, moved, milliseconds, ok, column);
    if (!ok) countFailure(task, lu.counters);
  }

  /** A command broke an invariant of ours: it is told to the owner, and the command ends when nothing of it is in flight. */
  internalError(task: ScsiTask, error: unknown): void {
    this.#onInternalError(task, error);
    task.failInternally();
  }
}

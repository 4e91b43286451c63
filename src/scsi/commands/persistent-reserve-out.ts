/** PERSISTENT RESERVE OUT: SPC-4 6.16. What the service actions do is in persistent-reservation.ts. */
import { type CommandDescriptor, Need } from "../command.ts";
import { drainForbidden } from "../drain.ts";
import { DurableStateError } from "../durable-state.ts";
import type { LogicalUnit } from "../logical-unit.ts";
import { takeParameterList, wantParameterList } from "../parameter-data.ts";
import {
  clear,
  type Outcome,
  preempt,
  type Refusal,
  refusesMove,
  register,
  registerAndMove,
  release,
  replaceLost,
  reserve,
  type Transition,
} from "../persistent-reservation.ts";
import { BASIC_BYTES, type Flags, readBasic, readMove, readRegistered } from "../persistent-reserve-parameters.ts";
import {
  isReservationType,
  type PortPair,
  pairKey,
  portPairOf,
  type ReservationState,
  type ReservationType,
} from "../reservations.ts";
import { SENSE } from "../sense.ts";
import { ScsiStatus } from "../status.ts";
import type { ScsiTask } from "../task.ts";

const ServiceAction = {
  Register: 0x00,
  Reserve: 0x01,
  Release: 0x02,
  Clear: 0x03,
  Preempt: 0x04,
  PreemptAndAbort: 0x05,
  RegisterAndIgnoreExistingKey: 0x06,
  RegisterAndMove: 0x07,
  ReplaceLostReservation: 0x08,
} as const;
const LOGICAL_UNIT_SCOPE = 0x0;

/** What a parameter list asks of the state; undefined: the task has failed. */
type Request = (
  task: ScsiTask,
  list: Buffer,
  asker: PortPair,
) => ((state: ReservationState, lost: boolean) => Transition) | undefined;

const typeOf = (task: ScsiTask): number => task.cdb[2]! & 0x0f;

function refuse(task: ScsiTask, refusal: Refusal): void {
  switch (refusal.kind) {
    case "conflict":
      task.failStatus(ScsiStatus.ReservationConflict);
      return;
    case "sense":
      task.fail(refusal.code);
      return;
    case "service action":
      task.failCdb(1, 4);
      return;
    case "parameter":
      task.failParameter(refusal.byte, refusal.bit);
      return;
  }
}

/** Nobody is told twice of one command. */
function tell(lu: LogicalUnit, { notices }: Outcome): void {
  const told = new Map(notices.map(({ to, attention }) => [pairKey(to), attention]));
  for (const { nexus, attentions } of lu.nexuses) {
    const attention = told.get(pairKey(portPairOf(nexus)));
    if (attention !== undefined) attentions.establish(attention);
  }
}

/** Whoever runs these hosts will ask who has taken the disk from whom. */
function tellPreempted({ server, nexus }: ScsiTask, lu: LogicalUnit, { preempted }: Outcome, asker: PortPair): void {
  const { initiatorName: initiator, targetPort } = nexus;
  for (const victim of preempted) {
    if (pairKey(victim) === pairKey(asker)) continue;
    const details = { initiator, target: targetPort.targetName, volume: lu.identity.name };
    server.events.record("reservation-preempted", { ...details, from: victim.initiatorPort, to: asker.initiatorPort });
  }
}

/** PREEMPT AND ABORTs that wait for what they have aborted. Two that wait for each other would wait for ever. */
const aborting = new WeakSet<ScsiTask>();

/** Ends the tasks of the preempted nexuses, this command excepted, and lets go of their locks on the medium (SPC-4 5.13.11.2.6). */
async function abortPreempted(task: ScsiTask, lu: LogicalUnit, { preempted }: Outcome): Promise<void> {
  const pairs = new Set(preempted.map(pairKey));
  const victims = [...lu.nexuses].filter(({ nexus }) => pairs.has(pairKey(portPairOf(nexus))));
  for (const victim of victims) victim.preventsRemoval = false;
  aborting.add(task);
  const { server } = task;
  const tasks = victims.flatMap(({ nexus }) => lu.tasks.matching(nexus)).filter((other) => !aborting.has(other));
  await Promise.all([server.abort(tasks), ...victims.map((victim) => server.copies.abortAll(victim))]);
}

async function perform(task: ScsiTask, request: Request, aborts: boolean): Promise<void> {
  const list = takeParameterList(task);
  if (list === undefined) return;
  const { lu, nexus } = task.lunNexus!;
  const asker = portPairOf(nexus);
  const transition = request(task, list, asker);
  if (transition === undefined) return;
  const result: { transition: Transition } = { transition: { kind: "conflict" } };
  try {
    await task.server.coordinator.change(lu, (state) => {
      result.transition = { kind: "conflict" };
      // Aborted while it waited for its turn: whoever did that, a PREEMPT AND ABORT for one, is not to meet its effect afterwards.
      if (task.aborted) return state;
      // A RESERVE that came while the list was on its way: SPC-2 5.5.1.
      if (state.reservations.legacy !== undefined) return state;
      result.transition = transition(state.reservations, state.memory === "lost");
      if (result.transition.kind !== "done" || result.transition.state === state.reservations) return state;
      return {
        ...state,
        reservations: result.transition.state,
        memory: result.transition.replaced ? "intact" : state.memory,
      };
    });
  } catch (error) {
    if (!(error instanceof DurableStateError)) throw error;
    // Not "insufficient registration resources": nothing is wrong with what was asked for, and nobody else's removal of a
    // registration would help. Whoever fences with this must not believe that it happened.
    task.fail(SENSE.internalTargetFailure);
    return;
  }
  const outcome = result.transition;
  if (outcome.kind !== "done") {
    refuse(task, outcome);
    return;
  }
  tell(lu, outcome);
  tellPreempted(task, lu, outcome, asker);
  if (aborts) {
    await abortPreempted(task, lu, outcome);
    aborting.delete(task);
  }
  await drainForbidden(lu);
  task.good();
}

// ---- Service actions ------------------------------------------------------------------------------------

const REGISTER_FLAGS: Flags = { allTargetPorts: true, aptpl: true };

const registering =
  (ignoresKey: boolean): Request =>
  (task, list, asker) => {
    const basic = readBasic(task, list, ignoresKey ? REGISTER_FLAGS : { ...REGISTER_FLAGS, specInitiatorPorts: true });
    if (basic === undefined) return undefined;
    const pairs = readRegistered(task, list, basic);
    if (pairs === undefined) return undefined;
    const parameters = {
      key: ignoresKey ? undefined : basic.key,
      newKey: basic.serviceActionKey,
      ...pairs,
      aptpl: basic.aptpl,
    };
    const { maxRegistrants } = task.lunNexus!.lu.geometry;
    return (state) => register(state, asker, parameters, maxRegistrants);
  };

/** RESERVE and both PREEMPTs: their TYPE was checked when the CDB was decoded. */
const typed =
  (
    apply: (
      state: ReservationState,
      asker: PortPair,
      key: bigint,
      serviceActionKey: bigint,
      type: ReservationType,
    ) => Transition,
  ): Request =>
  (task, list, asker) => {
    const basic = readBasic(task, list, {});
    const type = typeOf(task);
    if (basic === undefined || !isReservationType(type)) return undefined;
    return (state) => apply(state, asker, basic.key, basic.serviceActionKey, type);
  };

const reserving = typed((state, asker, key, _unused, type) => reserve(state, asker, key, type));
const preempting = typed((state, asker, key, victim, type) => preempt(state, asker, key, victim, type));

const releasing: Request = (task, list, asker) => {
  const basic = readBasic(task, list, {});
  return basic && ((state) => release(state, asker, basic.key, typeOf(task)));
};

const clearing: Request = (task, list, asker) => {
  const basic = readBasic(task, list, {});
  return basic && ((state) => clear(state, asker, basic.key));
};

const replacing: Request = (task, list, asker) => {
  const basic = readBasic(task, list, { allTargetPorts: "invalid", aptpl: true });
  const type = typeOf(task);
  if (basic === undefined || !isReservationType(type)) return undefined;
  const wanted = { key: basic.key, newKey: basic.serviceActionKey, type, aptpl: basic.aptpl };
  return (state, lost) => replaceLost(state, asker, wanted, lost);
};

const moving: Request = (task, list, asker) => {
  // Whether the asker may move anything comes before what it would move (SPC-4 5.13.8, table 70).
  if (list.length >= 8) {
    const refusal = refusesMove(task.lunNexus!.lu.state.reservations, asker, list.readBigUInt64BE(0));
    if (refusal !== undefined) return () => refusal;
  }
  const move = readMove(task, list);
  const { maxRegistrants } = task.lunNexus!.lu.geometry;
  return move && ((state) => registerAndMove(state, asker, move, maxRegistrants));
};

// ---- CDBs --------------------------------------------------------------------------------------------------

/** SCOPE must be the logical unit; TYPE one of the six, but for RELEASE, where another number is an invalid release. */
function checkScopeAndType(task: ScsiTask, anyType: boolean): boolean {
  if (task.cdb[2]! >>> 4 !== LOGICAL_UNIT_SCOPE) return task.failCdb(2, 7);
  return anyType || isReservationType(typeOf(task)) || task.failCdb(2, 3);
}

function wantList(task: ScsiTask): boolean {
  if (task.lunNexus!.lu.state.reservations.legacy !== undefined) return task.failStatus(ScsiStatus.ReservationConflict);
  const length = task.cdb.readUInt32BE(5);
  return length < BASIC_BYTES ? task.fail(SENSE.parameterListLengthError) : wantParameterList(task, length);
}

interface Action {
  readonly serviceAction: number;
  readonly name: string;
  /** Clause of SPC-4. */
  readonly clause: string;
  readonly request: Request;
  /** Where SCOPE and TYPE mean something; else they are ignored (SPC-4 6.16.2). */
  readonly scopeAndType?: "checked" | "any type";
  readonly aborts?: true;
}

const ACTIONS: readonly Action[] = [
  { serviceAction: ServiceAction.Register, name: "REGISTER", clause: "5.13.7", request: registering(false) },
  { serviceAction: ServiceAction.Reserve, name: "RESERVE", clause: "5.13.9", request: reserving, scopeAndType: "checked" },
  {
    serviceAction: ServiceAction.Release,
    name: "RELEASE",
    clause: "5.13.11.2.2",
    request: releasing,
    scopeAndType: "any type",
  },
  { serviceAction: ServiceAction.Clear, name: "CLEAR", clause: "5.13.11.2.7", request: clearing },
  {
    serviceAction: ServiceAction.Preempt,
    name: "PREEMPT",
    clause: "5.13.11.2.4",
    request: preempting,
    scopeAndType: "checked",
  },
  {
    serviceAction: ServiceAction.PreemptAndAbort,
    name: "PREEMPT AND ABORT",
    clause: "5.13.11.2.6",
    request: preempting,
    scopeAndType: "checked",
    aborts: true,
  },
  {
    serviceAction: ServiceAction.RegisterAndIgnoreExistingKey,
    name: "REGISTER AND IGNORE EXISTING KEY",
    clause: "5.13.7",
    request: registering(true),
  },
  { serviceAction: ServiceAction.RegisterAndMove, name: "REGISTER AND MOVE", clause: "5.13.8", request: moving },
  {
    serviceAction: ServiceAction.ReplaceLostReservation,
    name: "REPLACE LOST RESERVATION",
    clause: "5.13.11.3",
    request: replacing,
    scopeAndType: "checked",
  },
];

export const COMMANDS: readonly CommandDescriptor[] = ACTIONS.map((action) => ({
  opcode: 0x5f,
  serviceAction: action.serviceAction,
  name: `PERSISTENT RESERVE OUT / ${action.name}`,
  clause: `SPC-4 6.16, ${action.clause}`,
  usage: [0x5f, action.serviceAction, 0xff, 0, 0, 0xff, 0xff, 0xff, 0xff, 0],
  // Keys decide, in the service action itself (SPC-4 5.13.1, table of PERSISTENT RESERVE OUT service actions).
  need: Need.Nothing,
  decode: (task) =>
    (action.scopeAndType === undefined || checkScopeAndType(task, action.scopeAndType === "any type")) && wantList(task),
  execute: (task) => perform(task, action.request, action.aborts === true),
}));

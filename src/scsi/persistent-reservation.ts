/**
 * The service actions of PERSISTENT RESERVE OUT (SPC-4 5.13.7 to 5.13.11) as pure functions: the state before, who asks and for what, and out
 * comes the state after with those to be told or aborted, or a refusal.
 */
import {
  holds,
  NO_RESERVATION,
  type PortPair,
  pairKey,
  RESERVATION_TYPES,
  type Registrant,
  type ReservationState,
  type ReservationType,
  registrantOf,
  sameInitiatorPort,
  samePair,
} from "./reservations.ts";
import { SENSE, type SenseCode } from "./sense.ts";
import { ATTENTION, type Attention } from "./unit-attention.ts";

export interface Notice {
  readonly to: PortPair;
  readonly attention: Attention;
}

/** It was done. */
export interface Outcome {
  readonly kind: "done";
  readonly state: ReservationState;
  readonly notices: readonly Notice[];
  /** Nexuses whose tasks PREEMPT AND ABORT ends: all that were registered with the key, the asking one too. */
  readonly preempted: readonly PortPair[];
  /** Reservations that had been lost are replaced. */
  readonly replaced?: true;
}

/** It was refused; nothing has changed. */
export type Refusal =
  | { readonly kind: "conflict" }
  | { readonly kind: "sense"; readonly code: SenseCode }
  /** Invalid field in CDB, pointing at the service action. */
  | { readonly kind: "service action" }
  /** Invalid field in parameter list. */
  | { readonly kind: "parameter"; readonly byte: number; readonly bit?: number };

export type Transition = Outcome | Refusal;

const CONFLICT: Refusal = { kind: "conflict" };
/** Bytes of the basic parameter list (SPC-4 6.16.3): where a field pointer points. */
export const PARAMETER = { reservationKey: 0, serviceActionKey: 8, flags: 20 } as const;
const TOO_MANY: Refusal = { kind: "sense", code: SENSE.insufficientRegistrationResources };
const ZERO_KEY: Refusal = { kind: "parameter", byte: PARAMETER.serviceActionKey };

const done = (state: ReservationState, notices: readonly Notice[] = [], preempted: readonly PortPair[] = []): Outcome => ({
  kind: "done",
  state,
  notices,
  preempted,
});

/** PRGENERATION counts in 32 bits and wraps (SPC-4 6.15.2). */
const nextGeneration = (state: ReservationState): number => (state.generation + 1) >>> 0;

const notify = (to: readonly PortPair[], attention: Attention, except: PortPair): Notice[] =>
  to.filter((pair) => !samePair(pair, except)).map((pair) => ({ to: pair, attention }));

/** Registered, and with this key: the condition of every service action but the two that register. */
function keyFits(state: ReservationState, pair: PortPair, key: bigint): boolean {
  return registrantOf(state, pair)?.key === key;
}

/** A configuration may have lowered the bound beneath those that are registered: they stay, and only their number may not grow. */
function tooMany(before: ReservationState, after: readonly Registrant[], maxRegistrants: number): boolean {
  return after.length > Math.max(maxRegistrants, before.registrants.length);
}

// ---- REGISTER, REGISTER AND IGNORE EXISTING KEY: 5.13.7 -------------------------------------------------

/** A nexus that SPEC_I_PT names, and where in the list. */
export interface NamedPair {
  readonly pair: PortPair;
  readonly at: number;
}

export interface RegisterParameters {
  /** undefined: REGISTER AND IGNORE EXISTING KEY. */
  readonly key: bigint | undefined;
  readonly newKey: bigint;
  /** The asker, and with ALL_TG_PT its pairs with every other port: as if each had asked (SPC-4 6.16.3). */
  readonly own: readonly PortPair[];
  /** SPEC_I_PT: the other nexuses that its TransportIDs stand for. undefined: the bit is 0. */
  readonly named: readonly NamedPair[] | undefined;
  readonly aptpl: boolean;
}

/** Tables 67 and 68. */
export function register(
  state: ReservationState,
  asker: PortPair,
  wanted: RegisterParameters,
  maxRegistrants: number,
): Transition {
  const { key, newKey, own, named, aptpl } = wanted;
  if (key !== undefined && own.some((pair) => (registrantOf(state, pair)?.key ?? 0n) !== key)) return CONFLICT;
  const registered = own.filter((pair) => registrantOf(state, pair) !== undefined);
  // Nothing is done but counting (6.15.2): APTPL is not heeded either.
  if (registered.length === 0 && newKey === 0n) return done({ ...state, generation: nextGeneration(state) });
  // A nexus that is registered may not register others, and nobody's registration is changed by somebody else's command.
  if (named !== undefined && registered.length > 0) return { kind: "parameter", byte: PARAMETER.flags, bit: 3 };
  const taken = named?.find(({ pair }) => registrantOf(state, pair) !== undefined);
  if (taken !== undefined) return { kind: "parameter", byte: taken.at };
  if (newKey === 0n) return unregister({ ...state, aptpl }, asker, registered);
  const registrants = state.registrants.map((each) =>
    own.some((pair) => samePair(each, pair)) ? { ...each, key: newKey } : each,
  );
  const known = new Set(registrants.map(pairKey));
  for (const pair of [...own, ...(named ?? []).map((each) => each.pair)]) {
    if (known.has(pairKey(pair))) continue;
    known.add(pairKey(pair));
    registrants.push({ ...pair, key: newKey });
  }
  if (tooMany(state, registrants, maxRegistrants)) return TOO_MANY;
  return done({ ...state, generation: nextGeneration(state), registrants, aptpl });
}

/** Unregistering (5.13.11.2.3). A reservation goes with its holder, or with the last of its holders. */
function unregister(state: ReservationState, asker: PortPair, leaving: readonly PortPair[]): Outcome {
  const leaves = (pair: PortPair): boolean => leaving.some((each) => samePair(each, pair));
  const registrants = state.registrants.filter((registrant) => !leaves(registrant));
  const { reservation } = state;
  const lost =
    reservation !== undefined && (reservation.holder === undefined ? registrants.length === 0 : leaves(reservation.holder));
  // The others are told only where being registered had let them in.
  const told = lost && sharesWithRegistrants(reservation.type) ? registrants : [];
  return done(
    { ...state, generation: nextGeneration(state), registrants, reservation: lost ? undefined : reservation },
    notify(told, ATTENTION.reservationsReleased, asker),
  );
}

/** Registrants only and all registrants types. */
function sharesWithRegistrants(type: ReservationType): boolean {
  return type >= 0x5;
}

const reservationFor = (type: ReservationType, holder: PortPair) => ({
  type,
  holder: RESERVATION_TYPES[type].allHold ? undefined : holder,
});

// ---- RESERVE: 5.13.9; RELEASE: 5.13.11.2.2; CLEAR: 5.13.11.2.7 --------------------------------------------------

export function reserve(state: ReservationState, asker: PortPair, key: bigint, type: ReservationType): Transition {
  if (!keyFits(state, asker, key)) return CONFLICT;
  const { reservation } = state;
  if (reservation === undefined) return done({ ...state, reservation: reservationFor(type, asker) });
  return holds(state, asker) && reservation.type === type ? done(state) : CONFLICT;
}

/** `type` may be any number: one that is not the reservation's is an invalid release. */
export function release(state: ReservationState, asker: PortPair, key: bigint, type: number): Transition {
  if (!keyFits(state, asker, key)) return CONFLICT;
  const { reservation } = state;
  if (reservation === undefined || !holds(state, asker)) return done(state);
  if (reservation.type !== type) return { kind: "sense", code: SENSE.invalidReleaseOfReservation };
  const told = sharesWithRegistrants(reservation.type) ? state.registrants : [];
  return done({ ...state, reservation: undefined }, notify(told, ATTENTION.reservationsReleased, asker));
}

export function clear(state: ReservationState, asker: PortPair, key: bigint): Transition {
  if (!keyFits(state, asker, key)) return CONFLICT;
  return done(
    { ...state, generation: nextGeneration(state), registrants: [], reservation: undefined },
    notify(state.registrants, ATTENTION.reservationsPreempted, asker),
  );
}

// ---- PREEMPT, PREEMPT AND ABORT: 5.13.11.2.4 to 5.13.11.2.6 -------------------------------------------------------

export function preempt(
  state: ReservationState,
  asker: PortPair,
  key: bigint,
  victim: bigint,
  type: ReservationType,
): Transition {
  if (!keyFits(state, asker, key)) return CONFLICT;
  const { reservation } = state;
  const allHold = reservation !== undefined && reservation.holder === undefined;
  if (victim === 0n) {
    // Only under an all registrants reservation does zero mean anything: everybody else.
    return allHold ? preemptReservation(state, asker, () => true, type) : ZERO_KEY;
  }
  const holder = reservation?.holder === undefined ? undefined : registrantOf(state, reservation.holder);
  if (holder?.key === victim) {
    return preemptReservation(state, asker, (registrant) => registrant.key === victim, type);
  }
  return preemptRegistrations(state, asker, victim);
}

/**
 * 5.13.11.2.4.3: the losers go, and the asker holds a new reservation. It keeps its own registration even when it gave its own key; its
 * tasks end all the same when it asked for that (5.13.11.2.6).
 */
function preemptReservation(
  state: ReservationState,
  asker: PortPair,
  identified: (registrant: Registrant) => boolean,
  type: ReservationType,
): Outcome {
  const preempted = state.registrants.filter(identified);
  const lost = preempted.filter((registrant) => !samePair(registrant, asker));
  const kept = state.registrants.filter((registrant) => !lost.includes(registrant));
  const notices = notify(lost, ATTENTION.registrationsPreempted, asker);
  // Who stays registered finds a reservation of another type.
  if (state.reservation?.type !== type) notices.push(...notify(kept, ATTENTION.reservationsReleased, asker));
  return done(
    { ...state, generation: nextGeneration(state), registrants: kept, reservation: reservationFor(type, asker) },
    notices,
    preempted,
  );
}

/** 5.13.11.2.5: registrations with that key go, the asker's own too; the reservation stays while it has a holder. */
function preemptRegistrations(state: ReservationState, asker: PortPair, victim: bigint): Transition {
  const lost = state.registrants.filter((registrant) => registrant.key === victim);
  if (lost.length === 0) return CONFLICT;
  const registrants = state.registrants.filter((registrant) => registrant.key !== victim);
  const reservation = registrants.length === 0 ? undefined : state.reservation;
  return done(
    { ...state, generation: nextGeneration(state), registrants, reservation },
    notify(lost, ATTENTION.registrationsPreempted, asker),
    lost,
  );
}

// ---- REGISTER AND MOVE: 5.13.8 --------------------------------------------------------------------------------

/** The parameter list of REGISTER AND MOVE differs (SPC-4 6.16.4): the TransportID begins here. */
export const MOVE_TRANSPORT_ID_AT = 24;

export interface MoveParameters {
  readonly key: bigint;
  readonly newKey: bigint;
  readonly to: PortPair;
  /** UNREG: the asker's registration goes. */
  readonly unregister: boolean;
  readonly aptpl: boolean;
}

export function registerAndMove(
  state: ReservationState,
  asker: PortPair,
  move: MoveParameters,
  maxRegistrants: number,
): Transition {
  const refusal = refusesMove(state, asker, move.key);
  if (refusal !== undefined) return refusal;
  if (move.newKey === 0n) return ZERO_KEY;
  // Its own initiator port, through whichever target port.
  if (sameInitiatorPort(move.to, asker)) return { kind: "parameter", byte: MOVE_TRANSPORT_ID_AT };
  const entry: Registrant = { ...move.to, key: move.newKey };
  let registrants = state.registrants.filter((registrant) => !(move.unregister && samePair(registrant, asker)));
  if (registrants.some((registrant) => samePair(registrant, entry))) {
    registrants = registrants.map((registrant) => (samePair(registrant, entry) ? entry : registrant));
  } else {
    registrants.push(entry);
  }
  if (tooMany(state, registrants, maxRegistrants)) return TOO_MANY;
  return done({
    ...state,
    generation: nextGeneration(state),
    registrants,
    reservation: { type: state.reservation!.type, holder: move.to },
    aptpl: move.aptpl,
  });
}

/** Only the holder of a reservation that has one holder can move it (table 70). */
export function refusesMove(state: ReservationState, asker: PortPair, key: bigint): Refusal | undefined {
  if (!keyFits(state, asker, key)) return CONFLICT;
  const { reservation } = state;
  if (reservation === undefined) return { kind: "service action" };
  return reservation.holder === undefined || !samePair(reservation.holder, asker) ? CONFLICT : undefined;
}

// ---- REPLACE LOST RESERVATION: 5.13.11.3 -----------------------------------------------------------------------

/** Begins anew with the asker as the only registrant and holder, telling nobody. Never a conflict while something is lost (5.13.5.3.2). */
export function replaceLost(
  state: ReservationState,
  asker: PortPair,
  wanted: { readonly key: bigint; readonly newKey: bigint; readonly type: ReservationType; readonly aptpl: boolean },
  lost: boolean,
): Transition {
  const { key, newKey, type, aptpl } = wanted;
  if (!lost) {
    // Table 66: who is not registered meets a reservation of another nexus before anything else.
    const conflicts = state.reservation !== undefined && registrantOf(state, asker) === undefined;
    return conflicts ? CONFLICT : { kind: "sense", code: SENSE.invalidReleaseOfReservation };
  }
  if (key !== 0n) return { kind: "parameter", byte: PARAMETER.reservationKey };
  if (newKey === 0n) return ZERO_KEY;
  const registrants: readonly Registrant[] = [{ ...asker, key: newKey }];
  const anew = { ...NO_RESERVATION, legacy: state.legacy, registrants, reservation: reservationFor(type, asker), aptpl };
  return { ...done(anew), replaced: true };
}

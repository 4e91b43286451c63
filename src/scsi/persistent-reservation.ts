/**
 * The service actions of PERSISTENT RESERVE OUT (SPC-4 5.9.6 to 5.9.11) as pure functions: the state before, who asks and for what, and out
 * comes the state after with those to be told or aborted, or a refusal.
 */
import {
  holds,
  type PortPair,
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
  /** Nexuses that lost their registration to a preemption, the asking one too: PREEMPT AND ABORT ends their tasks. */
  readonly preempted: readonly PortPair[];
}

/** It was refused; nothing has changed. */
export type Refusal =
  | { readonly kind: "conflict" }
  | { readonly kind: "sense"; readonly code: SenseCode }
  /** Invalid field in parameter list. */
  | { readonly kind: "parameter"; readonly byte: number; readonly bit?: number };

export type Transition = Outcome | Refusal;

const CONFLICT: Refusal = { kind: "conflict" };
/** Bytes of the basic parameter list (SPC-4 6.16.3): where a field pointer points. */
export const PARAMETER = { reservationKey: 0, serviceActionKey: 8, flags: 20 } as const;
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

// ---- REGISTER, REGISTER AND IGNORE EXISTING KEY: 5.9.7 -------------------------------------------------

export interface RegisterParameters {
  /** undefined: REGISTER AND IGNORE EXISTING KEY. */
  readonly key: bigint | undefined;
  readonly newKey: bigint;
  /**
   * Which nexuses an unregistered one registers: itself, its pairs with every other port (ALL_TG_PT), and those that a list of
   * TransportIDs names (SPEC_I_PT).
   */
  readonly register: readonly PortPair[];
  readonly specInitiatorPorts: boolean;
}

export function register(
  state: ReservationState,
  asker: PortPair,
  { key, newKey, register: pairs, specInitiatorPorts }: RegisterParameters,
  maxRegistrants: number,
): Transition {
  const own = registrantOf(state, asker);
  if (key !== undefined && key !== (own?.key ?? 0n)) return CONFLICT;
  if (own === undefined) {
    if (newKey === 0n) {
      if (specInitiatorPorts) return ZERO_KEY;
      return done({ ...state, generation: nextGeneration(state) });
    }
    const registrants = [...state.registrants];
    for (const pair of pairs) {
      const at = registrants.findIndex((registrant) => samePair(registrant, pair));
      const entry: Registrant = { ...pair, key: newKey };
      if (at < 0) registrants.push(entry);
      // Somebody else's registration is not this initiator's to change (SPEC_I_PT): it stays as it is.
      else if (sameInitiatorPort(pair, asker)) registrants[at] = entry;
    }
    if (registrants.length > maxRegistrants) return { kind: "sense", code: SENSE.insufficientRegistrationResources };
    return done({ ...state, generation: nextGeneration(state), registrants });
  }
  // SPC-4 5.9.7: a nexus that is registered may not register others.
  if (specInitiatorPorts) return { kind: "parameter", byte: PARAMETER.flags, bit: 3 };
  if (newKey === 0n) return unregister(state, asker);
  const registrants = state.registrants.map((registrant) => (registrant === own ? { ...own, key: newKey } : registrant));
  return done({ ...state, generation: nextGeneration(state), registrants });
}

/** Unregistering (5.9.11.3). A reservation goes with its holder, or with the last of its holders. */
function unregister(state: ReservationState, asker: PortPair): Outcome {
  const registrants = state.registrants.filter((registrant) => !samePair(registrant, asker));
  const { reservation } = state;
  const lost =
    reservation !== undefined &&
    (reservation.holder === undefined ? registrants.length === 0 : samePair(reservation.holder, asker));
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

// ---- RESERVE: 5.9.9; RELEASE: 5.9.11.2; CLEAR: 5.9.11.6 --------------------------------------------------

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

// ---- PREEMPT, PREEMPT AND ABORT: 5.9.11.4, 5.9.11.5 -------------------------------------------------------

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
    return allHold ? preemptReservation(state, asker, (registrant) => !samePair(registrant, asker), type) : ZERO_KEY;
  }
  const holder = reservation?.holder === undefined ? undefined : registrantOf(state, reservation.holder);
  if (holder?.key === victim) {
    return preemptReservation(state, asker, (registrant) => registrant.key === victim && !samePair(registrant, asker), type);
  }
  return preemptRegistrations(state, asker, victim);
}

/** 5.9.11.4.3: the losers go, and the asker holds a new reservation. It keeps its own registration even when it gave its own key. */
function preemptReservation(
  state: ReservationState,
  asker: PortPair,
  loses: (registrant: Registrant) => boolean,
  type: ReservationType,
): Outcome {
  const lost = state.registrants.filter(loses);
  const kept = state.registrants.filter((registrant) => !loses(registrant));
  const notices = notify(lost, ATTENTION.registrationsPreempted, asker);
  // Who stays registered finds a reservation of another type.
  if (state.reservation?.type !== type) notices.push(...notify(kept, ATTENTION.reservationsReleased, asker));
  return done(
    { ...state, generation: nextGeneration(state), registrants: kept, reservation: reservationFor(type, asker) },
    notices,
    lost,
  );
}

/** 5.9.11.4.4: registrations with that key go, the asker's own too; the reservation stays while it has a holder. */
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

// ---- REGISTER AND MOVE: 5.9.8 --------------------------------------------------------------------------------

/** The parameter list of REGISTER AND MOVE differs (SPC-4 6.16.4): the TransportID begins here. */
export const MOVE_TRANSPORT_ID_AT = 24;

export interface MoveParameters {
  readonly key: bigint;
  readonly newKey: bigint;
  readonly to: PortPair;
  /** UNREG: the asker's registration goes. */
  readonly unregister: boolean;
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
  if (samePair(move.to, asker)) return { kind: "parameter", byte: MOVE_TRANSPORT_ID_AT };
  const entry: Registrant = { ...move.to, key: move.newKey };
  let registrants = state.registrants.filter((registrant) => !(move.unregister && samePair(registrant, asker)));
  if (registrants.some((registrant) => samePair(registrant, entry))) {
    registrants = registrants.map((registrant) => (samePair(registrant, entry) ? entry : registrant));
  } else {
    registrants.push(entry);
  }
  if (registrants.length > maxRegistrants) return { kind: "sense", code: SENSE.insufficientRegistrationResources };
  return done({
    ...state,
    generation: nextGeneration(state),
    registrants,
    reservation: { type: state.reservation!.type, holder: move.to },
  });
}

/** Only the holder of a reservation that has one holder can move it. */
export function refusesMove(state: ReservationState, asker: PortPair, key: bigint): Refusal | undefined {
  if (!keyFits(state, asker, key)) return CONFLICT;
  const { reservation } = state;
  return reservation?.holder === undefined || !samePair(reservation.holder, asker) ? CONFLICT : undefined;
}

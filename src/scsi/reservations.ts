/**
 * Reservations of a logical unit (SPC-4 5.13 persistent, SPC-2 5.5 RESERVE/RELEASE): the state, and what it lets an I_T nexus
 * do. The service actions of PERSISTENT RESERVE OUT are in persistent-reservation.ts. Pure functions over an immutable state.
 */
import { Need, PERMIT_ALL } from "./command.ts";
import type { Nexus } from "./nexus.ts";

/** An I_T nexus by its names, which outlive sessions: SCSI initiator port and SCSI target port. */
export interface PortPair {
  readonly initiatorPort: string;
  readonly targetPort: string;
  /** RELATIVE TARGET PORT IDENTIFIER of the target port. */
  readonly relativePort: number;
}

export interface Registrant extends PortPair {
  /** Reservation key, never 0. */
  readonly key: bigint;
}

/** Persistent reservation types (SPC-4 6.15.3.4) and what others may do meanwhile (5.13.1): bits of `Need`. */
export const RESERVATION_TYPES = {
  1: { name: "Write Exclusive", registrants: Need.Read | Need.Other, others: Need.Read | Need.Other, allHold: false },
  3: { name: "Exclusive Access", registrants: Need.Other, others: Need.Other, allHold: false },
  5: { name: "Write Exclusive - Registrants Only", registrants: PERMIT_ALL, others: Need.Read | Need.Other, allHold: false },
  6: { name: "Exclusive Access - Registrants Only", registrants: PERMIT_ALL, others: Need.Other, allHold: false },
  7: { name: "Write Exclusive - All Registrants", registrants: PERMIT_ALL, others: Need.Read | Need.Other, allHold: true },
  8: { name: "Exclusive Access - All Registrants", registrants: PERMIT_ALL, others: Need.Other, allHold: true },
} as const;
export type ReservationType = keyof typeof RESERVATION_TYPES;

export function isReservationType(type: number): type is ReservationType {
  return Object.hasOwn(RESERVATION_TYPES, type);
}

export interface PersistentReservation {
  readonly type: ReservationType;
  /** The holder; undefined where every registrant is one (types 7h and 8h). */
  readonly holder: PortPair | undefined;
}

export interface ReservationState {
  /** PRGENERATION. */
  readonly generation: number;
  /** In order of registration; no two of the same port pair. A list is never changed in place. */
  readonly registrants: readonly Registrant[];
  readonly reservation: PersistentReservation | undefined;
  /** Who holds the unit by RESERVE(6) or RESERVE(10). */
  readonly legacy: PortPair | undefined;
  /** APTPL of the last successful registering: registrations and reservation survive a loss of power (SPC-4 5.13.5.1). */
  readonly aptpl: boolean;
}

export const NO_RESERVATION: ReservationState = Object.freeze({
  generation: 0,
  registrants: [],
  reservation: undefined,
  legacy: undefined,
  aptpl: false,
});

export function portPairOf(nexus: Nexus): PortPair {
  const { targetPort } = nexus;
  return { initiatorPort: nexus.initiatorPort, targetPort: targetPort.portName, relativePort: targetPort.portalGroupTag };
}

/** Initiator port names are compared without regard to case: the ISID in them is a number (RFC 7143 4.2.7.1). */
export const sameInitiatorPort = (a: PortPair, b: PortPair): boolean =>
  a.initiatorPort.toLowerCase() === b.initiatorPort.toLowerCase();

export function samePair(a: PortPair, b: PortPair): boolean {
  return a.targetPort === b.targetPort && sameInitiatorPort(a, b);
}

/** One text for each pair that samePair tells from others: registrants may be thousands, so they are looked up, not searched for. */
export const pairKey = ({ initiatorPort, targetPort }: PortPair): string => `${targetPort}\0${initiatorPort.toLowerCase()}`;

const registries = new WeakMap<readonly Registrant[], ReadonlyMap<string, Registrant>>();

export function registrantOf({ registrants }: ReservationState, pair: PortPair): Registrant | undefined {
  let registry = registries.get(registrants);
  if (registry === undefined) {
    registry = new Map(registrants.map((registrant) => [pairKey(registrant), registrant]));
    registries.set(registrants, registry);
  }
  return registry.get(pairKey(pair));
}

/** Is this registered nexus a persistent reservation holder (SPC-4 5.13.10)? */
export function holds(state: ReservationState, pair: PortPair): boolean {
  const { reservation } = state;
  if (reservation === undefined) return false;
  if (reservation.holder === undefined) return registrantOf(state, pair) !== undefined;
  return samePair(reservation.holder, pair);
}

/** What the nexus may do under `state`: bits of `Need`. */
export function permitsOf(state: ReservationState, nexus: Nexus): number {
  const { legacy, reservation } = state;
  if (legacy === undefined && reservation === undefined) return PERMIT_ALL;
  const pair = portPairOf(nexus);
  if (legacy !== undefined) return samePair(legacy, pair) ? PERMIT_ALL : 0;
  if (reservation === undefined || holds(state, pair)) return PERMIT_ALL;
  const row = RESERVATION_TYPES[reservation.type];
  return registrantOf(state, pair) === undefined ? row.others : row.registrants;
}

// ---- RESERVE(6/10) and RELEASE(6/10): SPC-2 5.5 and 7.24, SPC-4 5.13.3 ---------------------------------

/**
 * What a RESERVE or RELEASE meets where initiators have registered: GOOD without effect for a nexus that the persistent reservation
 * lets in (the exceptions of SPC-4 5.13.3, reported by CRH), else a conflict. undefined: nobody has registered.
 */
function underPersistent(state: ReservationState, pair: PortPair): "good" | "conflict" | undefined {
  if (state.registrants.length === 0) return undefined;
  if (holds(state, pair)) return "good";
  const { reservation } = state;
  const letIn = reservation !== undefined && RESERVATION_TYPES[reservation.type].registrants === PERMIT_ALL;
  return letIn && registrantOf(state, pair) !== undefined ? "good" : "conflict";
}

/** The new state, or undefined: reservation conflict. */
export function reserveUnit(state: ReservationState, pair: PortPair): ReservationState | undefined {
  const persistent = underPersistent(state, pair);
  if (persistent !== undefined) return persistent === "good" ? state : undefined;
  if (state.legacy !== undefined) return samePair(state.legacy, pair) ? state : undefined;
  return { ...state, legacy: pair };
}

/** The new state, or undefined: reservation conflict. Releasing what another holds does nothing and succeeds (SPC-2 7.16.2). */
export function releaseUnit(state: ReservationState, pair: PortPair): ReservationState | undefined {
  const persistent = underPersistent(state, pair);
  if (persistent !== undefined) return persistent === "good" ? state : undefined;
  return state.legacy !== undefined && samePair(state.legacy, pair) ? { ...state, legacy: undefined } : state;
}

/** A reset releases a RESERVE(6/10) reservation and keeps persistent ones (SPC-2 5.5.1, SPC-4 5.13.5). */
export function reservationsAfterReset(state: ReservationState): ReservationState {
  return state.legacy === undefined ? state : { ...state, legacy: undefined };
}

/** The loss of its I_T nexus releases a RESERVE(6/10) reservation; registrations stay (SPC-2 5.5.1, SPC-4 5.13.5). */
export function reservationsAfterNexusLoss(state: ReservationState, nexus: Nexus): ReservationState {
  return state.legacy !== undefined && samePair(state.legacy, portPairOf(nexus)) ? { ...state, legacy: undefined } : state;
}

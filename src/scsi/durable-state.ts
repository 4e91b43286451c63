/**
 * What a logical unit remembers across restarts, kills and power cuts: persistent reservations once an initiator asked for it (APTPL:
 * SPC-4 5.13.5), identifying information (SPC-4 5.6), and a sanitize operation that has not succeeded (SBC-4 4.11). PRGENERATION is not
 * among it: a power on sets it to zero whatever APTPL says (SPC-4 6.15.2). Where and how it is kept is the store's matter.
 */
import type { LuIdentity, LuState } from "./logical-unit.ts";
import {
  isReservationType,
  NO_RESERVATION,
  type PersistentReservation,
  type PortPair,
  pairKey,
  RESERVATION_TYPES,
  type Registrant,
  registrantOf,
} from "./reservations.ts";

export interface DurableReservations {
  readonly registrants: readonly Registrant[];
  readonly reservation: PersistentReservation | undefined;
}

/** SET IDENTIFYING INFORMATION (SPC-4 6.43): what a host has written on the unit, as it came. */
export interface IdentifyingInformation {
  /** ITYPE 0: peripheral device identifying information. */
  readonly peripheral: Buffer;
  /** ITYPE 2: text, UTF-8 with its terminating zero. */
  readonly text: Buffer;
}

export const NO_INFORMATION: IdentifyingInformation = Object.freeze({ peripheral: Buffer.alloc(0), text: Buffer.alloc(0) });

export const SANITIZE_METHODS = ["block erase", "cryptographic erase", "overwrite"] as const;
export const SANITIZE_STATUSES = ["in progress", "failed"] as const;

/** A sanitize operation that has begun and not succeeded; once it has, there is nothing to remember. */
export interface SanitizeRecord {
  readonly status: (typeof SANITIZE_STATUSES)[number];
  readonly method: (typeof SANITIZE_METHODS)[number];
  /** AUSE: EXIT FAILURE MODE is allowed (SBC-4 5.30). */
  readonly unrestrictedExit: boolean;
  /** Where the medium is (LogicalUnit.storage): on another one it does not go on. */
  readonly storage?: string | undefined;
  /** Of the method "overwrite", while it is in progress. */
  readonly overwrite?: SanitizeOverwrite | undefined;
  /** Where it goes on after a restart: everything before this is done and on stable storage. */
  readonly at?: SanitizePosition | undefined;
}

/** The parameter list of the OVERWRITE service action (SBC-4 5.30.2.2). */
export interface SanitizeOverwrite {
  readonly pattern: Buffer;
  readonly count: number;
  readonly invert: boolean;
}

export interface SanitizePosition {
  readonly pass: number;
  /** Bytes of the medium in that pass. */
  readonly offset: number;
}

export interface DurableState {
  /** undefined: nobody is registered, or the registrations end with power. */
  readonly reservations: DurableReservations | undefined;
  readonly identifying: IdentifyingInformation;
  readonly sanitize: SanitizeRecord | undefined;
}

export const NOTHING_DURABLE: DurableState = Object.freeze({
  reservations: undefined,
  identifying: NO_INFORMATION,
  sanitize: undefined,
});

/** What a store knows of a unit. */
export type Loaded =
  | { readonly kind: "known"; readonly state: DurableState }
  /** There was something and it is broken: initiators may replace it (SPC-4 5.13.5.3.2). */
  | { readonly kind: "lost"; readonly reason: string }
  /** It can't be told yet what there is; an operator has to act (SPC-4 5.13.5.3.3). */
  | { readonly kind: "unavailable"; readonly reason: string };

export interface DurableStore {
  /**
   * Resolves when the state would survive a power cut; until then, and when it rejects, the old one does.
   * @throws Error whose message says what to do
   */
  save(identity: LuIdentity, state: DurableState): Promise<void>;
  load(identity: LuIdentity): Promise<Loaded>;
}

/** The durable part of the state could not be saved: nothing has changed. */
export class DurableStateError extends Error {
  override readonly name = "DurableStateError";
}

// ---- From and to the state of the unit --------------------------------------------------------------------

export function durableOf({ reservations, identifying, sanitize }: LuState): DurableState {
  const { aptpl, registrants, reservation } = reservations;
  // There is no reservation without a registrant.
  return { reservations: aptpl && registrants.length > 0 ? { registrants, reservation } : undefined, identifying, sanitize };
}

export function isNothing({ reservations, identifying, sanitize }: DurableState): boolean {
  const bytes = identifying.peripheral.length + identifying.text.length;
  return reservations === undefined && bytes === 0 && sanitize === undefined;
}

/** The state of a unit that begins anew, with what it remembers. */
export function withDurable(state: LuState, { reservations, identifying, sanitize }: DurableState): LuState {
  return {
    ...state,
    reservations: reservations === undefined ? NO_RESERVATION : { ...NO_RESERVATION, ...reservations, aptpl: true },
    identifying,
    sanitize,
  };
}

/** Nothing of the durable part differs. The comparisons of references come first: they settle every change that is about something else. */
export function sameDurable(a: LuState, b: LuState): boolean {
  // What replaces something lost is saved even if it is nothing.
  if (a.memory !== b.memory) return false;
  if (a.reservations === b.reservations && a.identifying === b.identifying && a.sanitize === b.sanitize) return true;
  return JSON.stringify(encodeDurable(durableOf(a))) === JSON.stringify(encodeDurable(durableOf(b)));
}

// ---- As JSON --------------------------------------------------------------------------------------------------

/** Keys as 16 hexadecimal digits: a JSON number would round them. A holder is given by its place among the registrants. */
interface DurableJson {
  readonly registrants?: readonly {
    readonly key: string;
    readonly initiatorPort: string;
    readonly targetPort: string;
    readonly relativePort: number;
  }[];
  readonly reservation?: { readonly type: number; readonly holder?: number };
  readonly identifying?: { readonly peripheral: string; readonly text: string };
  readonly sanitize?: SanitizeJson;
}

type SanitizeJson = Omit<SanitizeRecord, "overwrite"> & {
  readonly overwrite?: { readonly pattern: string; readonly count: number; readonly invert: boolean };
};

function encodeSanitize({ status, method, unrestrictedExit, storage, overwrite, at }: SanitizeRecord): SanitizeJson {
  return {
    ...{ status, method, unrestrictedExit },
    ...(storage !== undefined && { storage }),
    ...(overwrite && { overwrite: { ...overwrite, pattern: overwrite.pattern.toString("hex") } }),
    ...(at && { at: { pass: at.pass, offset: at.offset } }),
  };
}

export function encodeDurable({ reservations, identifying, sanitize }: DurableState): DurableJson {
  const hasInformation = identifying.peripheral.length + identifying.text.length > 0;
  return {
    ...(reservations && encodeReservations(reservations)),
    ...(hasInformation && {
      identifying: { peripheral: identifying.peripheral.toString("hex"), text: identifying.text.toString("hex") },
    }),
    ...(sanitize && { sanitize: encodeSanitize(sanitize) }),
  };
}

function encodeReservations({ registrants, reservation }: DurableReservations): DurableJson {
  const entries = registrants.map(({ key, initiatorPort, targetPort, relativePort }) => ({
    key: key.toString(16).padStart(16, "0"),
    initiatorPort,
    targetPort,
    relativePort,
  }));
  if (reservation === undefined) return { registrants: entries };
  const { type, holder } = reservation;
  const owner = holder && registrants.indexOf(registrantOf({ ...NO_RESERVATION, registrants }, holder)!);
  return { registrants: entries, reservation: { type, ...(owner !== undefined && { holder: owner }) } };
}

/** @throws Error that says what is wrong: every field is checked, since this decides who may write. */
export function decodeDurable(json: unknown): DurableState {
  const { registrants, reservation, identifying, sanitize, ...others } = fields(json, "state");
  const [stray] = Object.keys(others);
  if (stray !== undefined) throw new Error(`"${stray}" is unknown`);
  return {
    reservations: registrants === undefined ? nothing(reservation) : decodeReservations(registrants, reservation),
    identifying: identifying === undefined ? NO_INFORMATION : decodeInformation(identifying),
    sanitize: sanitize === undefined ? undefined : decodeSanitize(sanitize),
  };
}

function decodeReservations(registrantsJson: unknown, reservationJson: unknown): DurableReservations {
  if (!Array.isArray(registrantsJson) || registrantsJson.length === 0) throw new Error("registrants: a list is wanted");
  const registrants: Registrant[] = [];
  const known = new Set<string>();
  for (const entry of registrantsJson as unknown[]) {
    const { key, initiatorPort, targetPort, relativePort } = fields(entry, "registrant");
    const registrant: Registrant = {
      key: BigInt(`0x${hexOf(key, "key").toString("hex")}`),
      initiatorPort: textOf(initiatorPort, "initiatorPort"),
      targetPort: textOf(targetPort, "targetPort"),
      relativePort: integerOf(relativePort, "relativePort", 0xffff),
    };
    if (registrant.key === 0n || registrant.key > 0xffff_ffff_ffff_ffffn)
      throw new Error("key: eight bytes, not zero, are wanted");
    if (known.has(pairKey(registrant))) throw new Error("a nexus is registered twice");
    known.add(pairKey(registrant));
    registrants.push(registrant);
  }
  if (reservationJson === undefined) return { registrants, reservation: undefined };
  const { type, holder } = fields(reservationJson, "reservation");
  if (typeof type !== "number" || !isReservationType(type)) throw new Error(`reservation: there is no type ${String(type)}`);
  if (RESERVATION_TYPES[type].allHold) {
    nothing(holder);
    return { registrants, reservation: { type, holder: undefined } };
  }
  const { initiatorPort, targetPort, relativePort } = registrants[integerOf(holder, "holder", registrants.length - 1)]!;
  const pair: PortPair = { initiatorPort, targetPort, relativePort };
  return { registrants, reservation: { type, holder: pair } };
}

function decodeInformation(json: unknown): IdentifyingInformation {
  const { peripheral, text } = fields(json, "identifying");
  return { peripheral: hexOf(peripheral, "peripheral"), text: hexOf(text, "text") };
}

function decodeSanitize(json: unknown): SanitizeRecord {
  const { status, method, unrestrictedExit, storage, overwrite, at } = fields(json, "sanitize");
  const knownStatus = SANITIZE_STATUSES.find((known) => known === status);
  const knownMethod = SANITIZE_METHODS.find((known) => known === method);
  if (knownStatus === undefined || knownMethod === undefined || typeof unrestrictedExit !== "boolean")
    throw new Error("sanitize: unknown status, method or exit");
  return {
    status: knownStatus,
    method: knownMethod,
    unrestrictedExit,
    ...(storage !== undefined && { storage: textOf(storage, "storage") }),
    ...(overwrite !== undefined && { overwrite: decodeOverwrite(overwrite) }),
    ...(at !== undefined && { at: decodePosition(at) }),
  };
}

function decodeOverwrite(json: unknown): SanitizeOverwrite {
  const { pattern, count, invert } = fields(json, "overwrite");
  const bytes = hexOf(pattern, "pattern");
  if (bytes.length === 0 || count === 0 || typeof invert !== "boolean")
    throw new Error("overwrite: no pattern, count or inversion");
  return { pattern: bytes, count: integerOf(count, "count", 31), invert };
}

function decodePosition(json: unknown): SanitizePosition {
  const { pass, offset } = fields(json, "at");
  return { pass: integerOf(pass, "pass", 31), offset: integerOf(offset, "offset", Number.MAX_SAFE_INTEGER) };
}

function fields(json: unknown, what: string): Record<string, unknown> {
  if (typeof json !== "object" || json === null || Array.isArray(json)) throw new Error(`${what}: an object is wanted`);
  return json as Record<string, unknown>;
}

function nothing(json: unknown): undefined {
  if (json !== undefined) throw new Error("a reservation without its registrants, or a holder where all hold");
  return undefined;
}

function textOf(json: unknown, what: string): string {
  if (typeof json !== "string" || json === "") throw new Error(`${what}: text is wanted`);
  return json;
}

function integerOf(json: unknown, what: string, max: number): number {
  if (typeof json !== "number" || !Number.isInteger(json) || json < 0 || json > max)
    throw new Error(`${what}: an integer from 0 to ${max} is wanted`);
  return json;
}

function hexOf(json: unknown, what: string): Buffer {
  if (typeof json !== "string" || !/^([0-9a-f]{2})*$/.test(json)) throw new Error(`${what}: hexadecimal digits are wanted`);
  return Buffer.from(json, "hex");
}

/**
 * Applies the table of negotiation keys: RFC 7143 6.2 (list, boolean and numerical negotiation, declarations,
 * the constants NotUnderstood, Irrelevant and Reject). This target answers offers and declares; it makes no
 * offers of its own, so a negotiation never takes a second round.
 */
import type { LimitName, Limits } from "../../common/limits.ts";
import { LOGIN_STATUS } from "../../wire/pdu/login-response.ts";
import { REJECT_REASON } from "../../wire/pdu/reject.ts";
import { ProtocolError } from "../../wire/protocol-error.ts";
import type { TextKey } from "../../wire/text-keys.ts";
import {
  defaultParameters,
  type KeyRow,
  keyRow,
  NEGOTIATION_KEYS,
  type NegotiatedParameters,
  type NegotiationStage,
  type ParameterName,
  type SessionType,
  VALUE_MAX_BYTES,
} from "./negotiation-keys.ts";
import { parseNumber, quote } from "./text-value.ts";

/** RFC 7143 6.2: constants that answer a key without giving it a value. */
export const ANSWER = { notUnderstood: "NotUnderstood", irrelevant: "Irrelevant", reject: "Reject" } as const;
const ANSWERS: ReadonlySet<string> = new Set(Object.values(ANSWER));

/** Their values are names that somebody gives. */
const FREE_TEXT: ReadonlySet<KeyRow["type"]> = new Set(["declared-text", "security"]);

function violation(message: string): ProtocolError {
  return ProtocolError.login(LOGIN_STATUS.initiatorError, message);
}

type Values = { -readonly [Key in keyof NegotiatedParameters]: NegotiatedParameters[Key] };

/** All keys of one login. Owns the values agreed so far. */
export class LoginNegotiation {
  readonly #limits: Limits;
  readonly #values: Values = defaultParameters();
  readonly #seen = new Set<string>();
  readonly #declared = new Map<string, string>();

  constructor(limits: Limits) {
    this.#limits = limits;
  }

  /** How many keys have come, for the bound over the whole login. */
  get keys(): number {
    return this.#seen.size;
  }

  /** The text that the initiator declared for a key of the declared-text kind. */
  declared(key: "InitiatorName" | "InitiatorAlias" | "TargetName" | "SessionType"): string | undefined {
    return this.#declared.get(key);
  }

  /**
   * Takes note of every key and of what is declared; must see each request's list before `answer` does.
   * @throws ProtocolError 0200h: a key comes twice, at the wrong time, from the wrong side, or declares nonsense
   */
  admit(pairs: readonly TextKey[], stage: NegotiationStage, firstRequest: boolean): void {
    for (const { key, value } of pairs) {
      if (this.#seen.has(key)) throw violation(`${quote(key)} comes twice in one login (RFC 7143 6.3)`);
      this.#seen.add(key);
      const row = keyRow(key);
      if (row === undefined) continue;
      if (!row.stages.includes(stage))
        throw violation(`${key} in the ${stage} stage, ${row.stages.join(" or ")} is right (RFC 7143 ${row.clause})`);
      if (ANSWERS.has(value) && !FREE_TEXT.has(row.type))
        throw violation(`${key}=${value}: this constant is an answer, and nothing asked for one (RFC 7143 6.2)`);
      if (row.sender === "target") throw violation(`${key} from an initiator, only targets send it (RFC 7143 ${row.clause})`);
      if (row.firstRequestOnly && !firstRequest) throw violation(`${key} after the first request (RFC 7143 ${row.clause})`);
      this.#checkLength(key, value, row);
      if (row.type === "declared-text") this.#declared.set(key, value);
    }
  }

  /** Our answers to the offers of one request, in the order of the offers, FirstBurstLength last. */
  answer(pairs: readonly TextKey[], sessionType: SessionType): TextKey[] {
    const answers: TextKey[] = [];
    for (const pair of firstBurstLast(pairs)) {
      const value = this.#answerOne(pair, sessionType);
      if (value !== undefined) answers.push({ key: pair.key, value });
    }
    return answers;
  }

  /** The key that tells the initiator what we take; from now on it holds. */
  declareOurs(): TextKey {
    this.#values.TargetMaxRecvDataSegmentLength = this.#ours(NEGOTIATION_KEYS.MaxRecvDataSegmentLength.ours);
    return { key: "MaxRecvDataSegmentLength", value: String(this.#values.TargetMaxRecvDataSegmentLength) };
  }

  /** What holds at the end of the login. */
  result(): NegotiatedParameters {
    // RFC 7143 13.14: FirstBurstLength MUST NOT exceed MaxBurstLength, also where one of them is a default.
    const firstBurst = Math.min(this.#values.FirstBurstLength, this.#values.MaxBurstLength);
    return Object.freeze({ ...this.#values, FirstBurstLength: firstBurst });
  }

  #checkLength(key: string, value: string, row: KeyRow): void {
    // CHAP values are larger by their own rule, and SendTargets never gets here.
    if (row.type === "security") return;
    const most = row.type === "declared-text" ? row.maxBytes : VALUE_MAX_BYTES;
    // In a list the bound is that of each value: RFC 7143 6.1.
    const values = row.type === "list" ? value.split(",") : [value];
    for (const each of values) {
      const bytes = Buffer.byteLength(each);
      if (bytes > most) throw violation(`${key} with a value of ${bytes} bytes, at most ${most} are right (RFC 7143 6.1)`);
    }
  }

  #ours(ours: number | LimitName): number {
    return typeof ours === "string" ? this.#limits[ours] : ours;
  }

  /** The answer to one offer; undefined when the key wants none. */
  #answerOne({ key, value }: TextKey, sessionType: SessionType): string | undefined {
    const row = keyRow(key);
    if (row === undefined) return ANSWER.notUnderstood;
    if (row.irrelevantInDiscovery && sessionType === "Discovery") return ANSWER.irrelevant;
    if (key === "FirstBurstLength" && this.#values.InitialR2T && !this.#values.ImmediateData) return ANSWER.irrelevant;
    const name = key as ParameterName;
    switch (row.type) {
      case "list": {
        const chosen = value.split(",").find((each) => row.values.includes(each));
        return chosen === undefined ? ANSWER.reject : this.#set(name, chosen);
      }
      case "boolean-or":
      case "boolean-and": {
        if (value !== "Yes" && value !== "No") return ANSWER.reject;
        const offer = value === "Yes";
        const agreed = row.type === "boolean-or" ? offer || row.ours : offer && row.ours;
        this.#set(name, agreed);
        return agreed ? "Yes" : "No";
      }
      case "number-min":
      case "number-max": {
        const offer = parseNumber(value);
        if (offer === undefined || offer < row.least || offer > row.most) return ANSWER.reject;
        const ours = this.#ours(row.ours);
        const agreed = row.type === "number-min" ? Math.min(offer, ours) : Math.max(offer, ours);
        return this.#set(name, key === "FirstBurstLength" ? Math.min(agreed, this.#values.MaxBurstLength) : agreed);
      }
      case "declared-number":
        this.#set(name, declaredNumber(key, value, row, violation));
        return undefined;
      case "obsolete":
        return ANSWER.reject;
      case "declared-text":
      case "security":
      case "query":
        return undefined;
    }
  }

  #set(name: ParameterName, value: string | number | boolean): string {
    (this.#values as Record<ParameterName, string | number | boolean>)[name] = value;
    return String(value);
  }
}

/** FirstBurstLength depends on InitialR2T, ImmediateData and MaxBurstLength, which may stand behind it in the list. */
function firstBurstLast(pairs: readonly TextKey[]): TextKey[] {
  const last = (pair: TextKey): number => (pair.key === "FirstBurstLength" ? 1 : 0);
  return pairs.toSorted((a, b) => last(a) - last(b));
}

/** A declaration can't be answered "Reject" and stay harmless: the sides would disagree on it. */
function declaredNumber(
  key: string,
  value: string,
  row: { readonly least: number; readonly most: number },
  fault: (message: string) => ProtocolError,
): number {
  const declared = parseNumber(value);
  if (declared === undefined || declared < row.least || declared > row.most) {
    throw fault(`${key}=${quote(value)}, a number from ${row.least} to ${row.most} is right`);
  }
  return declared;
}

/** What a Text Request of the full feature phase said. */
export interface FullFeatureText {
  /** Answers to send, in the order of the keys; the SendTargets answer is the caller's. */
  readonly answers: readonly TextKey[];
  /** The value of SendTargets: "All", a target's name, or "" for the target of the session. */
  readonly sendTargets: string | undefined;
  /** A new bound for what we may send, bytes. RFC 7143 13.12: it holds once our response has left. */
  readonly maxRecvDataSegmentLength: number | undefined;
}

/**
 * Text negotiation in the full feature phase: RFC 7143 7.2 and 11.10.
 * @param seen keys that have come earlier in the same negotiation; those of `pairs` are added
 * @throws ProtocolError (Reject, protocol error): a key comes twice, or is not negotiable after login
 */
export function negotiateFullFeature(pairs: readonly TextKey[], seen = new Set<string>()): FullFeatureText {
  const fault = (message: string): ProtocolError => ProtocolError.reject(REJECT_REASON.protocolError, message);
  const answers: TextKey[] = [];
  let sendTargets: string | undefined;
  let maxRecvDataSegmentLength: number | undefined;
  for (const { key, value } of pairs) {
    if (seen.has(key)) throw fault(`${quote(key)} comes twice in one text negotiation (RFC 7143 6.4)`);
    seen.add(key);
    const row = keyRow(key);
    if (row === undefined) {
      answers.push({ key, value: ANSWER.notUnderstood });
    } else if (row.type === "obsolete") {
      answers.push({ key, value: ANSWER.reject });
    } else if (!(row.stages as readonly NegotiationStage[]).includes("full-feature") || row.sender === "target") {
      throw fault(`${key} in a text request of the full feature phase (RFC 7143 ${row.clause})`);
    } else if (row.type === "query") {
      sendTargets = value;
    } else if (row.type === "declared-number") {
      maxRecvDataSegmentLength = declaredNumber(key, value, row, fault);
    }
  }
  return { answers, sendTargets, maxRecvDataSegmentLength };
}

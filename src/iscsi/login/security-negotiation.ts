/**
 * The security stage: RFC 7143 6.3.2, 12.1 and 12.1.3, with the rules of 9.2.1.
 *
 *   method ──AuthMethod, CHAP chosen──▶ algorithm ──CHAP_A──▶ response ──CHAP_N, CHAP_R [, CHAP_I, CHAP_C]──▶ done
 *      └─────AuthMethod, None chosen (or no AuthMethod at all where none is asked for)────────────────────────▶ done
 */
import { InvariantError } from "../../common/assert.ts";
import { LIMITS } from "../../common/limits.ts";
import { LOGIN_STATUS } from "../../wire/pdu/login-response.ts";
import { ProtocolError } from "../../wire/protocol-error.ts";
import type { TextKey } from "../../wire/text-keys.ts";
import {
  type AuthCredential,
  type AuthCredentials,
  CHAP_ALGORITHMS,
  type ChapAlgorithmName,
  chapResponse,
  chooseAlgorithm,
  equalBytes,
  sameSecret,
} from "./chap.ts";
import type { AuthRequirement } from "./login-policy.ts";
import { NEGOTIATION_KEYS, VALUE_MAX_BYTES } from "./negotiation-keys.ts";
import { formatHex, parseBinary, parseNumber, quote } from "./text-value.ts";

/** How the initiator proved its name, for the log and the session. */
export type Authentication =
  | { readonly method: "none" }
  | { readonly method: "chap" | "mutual"; readonly algorithm: ChapAlgorithmName; readonly user: string };

type SecurityKey = {
  [Key in keyof typeof NEGOTIATION_KEYS]: (typeof NEGOTIATION_KEYS)[Key]["type"] extends "security" ? Key : never;
}[keyof typeof NEGOTIATION_KEYS];

/** The data of each step lives in the step: a challenge can't be used twice, because leaving the step drops it. */
type Step =
  | { readonly at: "method" }
  | { readonly at: "algorithm" }
  | { readonly at: "response"; readonly algorithm: ChapAlgorithmName; readonly identifier: number; readonly challenge: Buffer }
  | { readonly at: "done"; readonly authentication: Authentication };

/** Keys that may come in each step. */
const EXPECTED: Readonly<Record<Step["at"], readonly SecurityKey[]>> = {
  method: ["AuthMethod"],
  algorithm: ["CHAP_A"],
  response: ["CHAP_N", "CHAP_R", "CHAP_I", "CHAP_C"],
  done: [],
};

/** Hashed for a user that nobody knows, so that the answer takes as long as a wrong secret does. */
const NOBODY: AuthCredential = { secret: "no user has this secret" };

function violation(message: string): ProtocolError {
  return ProtocolError.login(LOGIN_STATUS.initiatorError, message);
}

function failure(message: string): ProtocolError {
  return ProtocolError.login(LOGIN_STATUS.authenticationFailure, message);
}

export class SecurityNegotiation {
  readonly #required: AuthRequirement;
  readonly #credentials: AuthCredentials | undefined;
  readonly #randomBytes: (length: number) => Buffer;
  #step: Step = { at: "method" };

  /** @param randomBytes the system's generator; each challenge is drawn from it once and dropped after one answer */
  constructor(required: AuthRequirement, credentials: AuthCredentials | undefined, randomBytes: (length: number) => Buffer) {
    if (required !== "none" && credentials === undefined) throw new InvariantError(`"${required}" comes with credentials`);
    this.#required = required;
    this.#credentials = credentials;
    this.#randomBytes = randomBytes;
  }

  /** How the initiator may go on; undefined while it still has to prove its name. */
  get authentication(): Authentication | undefined {
    if (this.#step.at === "done") return this.#step.authentication;
    // RFC 7143 6.3.2: AuthMethod need not be negotiated where the target asks for nothing.
    return this.#required === "none" ? { method: "none" } : undefined;
  }

  /**
   * Answers the security keys of one request; other keys are left alone.
   * @throws ProtocolError 0201h (authentication failure) or 0200h (keys missing or out of step)
   */
  answer(pairs: readonly TextKey[]): TextKey[] {
    const keys = new Map<string, string>();
    for (const { key, value } of pairs) {
      if (!isSecurityKey(key)) continue;
      if (!EXPECTED[this.#step.at].includes(key))
        throw violation(`${key} out of step: the security negotiation is at "${this.#step.at}"`);
      keys.set(key, value);
    }
    if (keys.size === 0) return [];
    const step = this.#step;
    switch (step.at) {
      case "method":
        return this.#chooseMethod(keys);
      case "algorithm":
        return this.#challenge(keys);
      case "response":
        return this.#verify(step, keys);
      case "done":
        throw new InvariantError("no key is expected once the security negotiation is done");
    }
  }

  #chooseMethod(keys: ReadonlyMap<string, string>): TextKey[] {
    const offered = keys.get("AuthMethod") ?? "";
    const wanted = this.#required === "none" ? "None" : "CHAP";
    if (!offered.split(",").includes(wanted))
      throw failure(`AuthMethod=${quote(offered)} offers no ${wanted}, which this access needs`);
    this.#step = wanted === "None" ? { at: "done", authentication: { method: "none" } } : { at: "algorithm" };
    return [{ key: "AuthMethod", value: wanted }];
  }

  #challenge(keys: ReadonlyMap<string, string>): TextKey[] {
    const offered = keys.get("CHAP_A") ?? "";
    const allowed = this.#credentials?.algorithms ?? [];
    const algorithm = chooseAlgorithm(offered, allowed);
    if (algorithm === undefined) throw failure(`CHAP_A=${quote(offered)} offers none of ${allowed.join(", ")}`);
    const { id, bytes } = CHAP_ALGORITHMS[algorithm];
    const identifier = this.#randomBytes(1)[0] ?? 0;
    // As long as the digest: long enough to be unguessable, and what every initiator has room for.
    const challenge = this.#randomBytes(bytes);
    this.#step = { at: "response", algorithm, identifier, challenge };
    return [
      { key: "CHAP_A", value: String(id) },
      { key: "CHAP_I", value: String(identifier) },
      { key: "CHAP_C", value: formatHex(challenge) },
    ];
  }

  #verify(step: Extract<Step, { at: "response" }>, keys: ReadonlyMap<string, string>): TextKey[] {
    const user = keys.get("CHAP_N");
    const response = keys.get("CHAP_R");
    if (user === undefined || response === undefined)
      throw violation("CHAP_N and CHAP_R come in one request (RFC 7143 12.1.3)");
    if (Buffer.byteLength(user) > VALUE_MAX_BYTES) throw violation(`CHAP_N has at most ${VALUE_MAX_BYTES} bytes`);
    const given = binary("CHAP_R", response);
    const counter = counterChallenge(keys);

    if (counter !== undefined && equalBytes(counter.challenge, step.challenge)) {
      throw failure(`user ${quote(user)} sent our own challenge back (RFC 7143 9.2.1)`);
    }
    const found = this.#credentials?.find(user);
    const credential = found ?? NOBODY;
    const right = equalBytes(given, chapResponse(step.algorithm, step.identifier, credential.secret, step.challenge));
    if (found === undefined) throw failure(`CHAP user ${quote(user)} is not known here`);
    if (!right) throw failure(`CHAP user ${quote(user)} gave a wrong response (its secret differs from ours)`);

    if (counter === undefined) {
      if (this.#required === "mutual")
        throw failure(`user ${quote(user)} did not ask for our proof, mutual CHAP is needed here`);
      this.#step = { at: "done", authentication: { method: "chap", algorithm: step.algorithm, user } };
      return [];
    }
    const mutual = credential.mutual;
    if (mutual === undefined) throw failure(`user ${quote(user)} asks for our proof, but has no mutual secret here`);
    if (sameSecret(mutual.secret, credential.secret))
      throw failure(`user ${quote(user)} has the same secret in both directions (RFC 7143 9.2.1)`);
    this.#step = { at: "done", authentication: { method: "mutual", algorithm: step.algorithm, user } };
    return [
      { key: "CHAP_N", value: mutual.user },
      { key: "CHAP_R", value: formatHex(chapResponse(step.algorithm, counter.identifier, mutual.secret, counter.challenge)) },
    ];
  }
}

function isSecurityKey(key: string): key is SecurityKey {
  return Object.hasOwn(NEGOTIATION_KEYS, key) && NEGOTIATION_KEYS[key as keyof typeof NEGOTIATION_KEYS].type === "security";
}

/** The initiator's own challenge, when it asks for our proof. */
function counterChallenge(keys: ReadonlyMap<string, string>): { identifier: number; challenge: Buffer } | undefined {
  const identifierText = keys.get("CHAP_I");
  const challengeText = keys.get("CHAP_C");
  if (identifierText === undefined && challengeText === undefined) return undefined;
  if (identifierText === undefined || challengeText === undefined)
    throw violation("CHAP_I and CHAP_C come together (RFC 7143 12.1.3)");
  const identifier = parseNumber(identifierText);
  if (identifier === undefined || identifier > 0xff)
    throw violation(`CHAP_I=${quote(identifierText)}, a number from 0 to 255 is right`);
  return { identifier, challenge: binary("CHAP_C", challengeText) };
}

function binary(key: SecurityKey, text: string): Buffer {
  const value = parseBinary(text, LIMITS.chap_value_bytes.value);
  if (!value.ok) throw violation(`${key}: ${value.fault}`);
  return value.bytes;
}

/**
 * The login phase, target's side: RFC 7143 6.3 and 11.12. Pure: it takes decoded requests with their text and
 * gives outcomes; sockets, timers, sequence numbers and TSIHs belong to the connection.
 *
 *   start ──CSG 0──▶ security ──T, NSG 1, name proved──▶ operational ──T, NSG 3──▶ complete
 *     │                  └──────T, NSG 3, name proved──────────────────────────────▶ complete
 *     └──CSG 1, where no proof is asked for──────────────▶ operational
 *
 *   Every state but "complete" goes to "refused" at the first violation, and when the target is elsewhere; both are ends.
 *
 * A list of keys may be spread over requests with the C bit; an answer longer than the initiator takes is spread
 * over responses likewise, each drawn by an empty request (RFC 7143 6.2).
 */
import { InvariantError } from "../../common/assert.ts";
import type { Limits } from "../../common/limits.ts";
import { ISCSI_VERSION, LOGIN_STAGE, type LoginRequest } from "../../wire/pdu/login-request.ts";
import { LOGIN_STATUS } from "../../wire/pdu/login-response.ts";
import { ProtocolError } from "../../wire/protocol-error.ts";
import { encodeTextKeys, parseTextKeys, type TextKey } from "../../wire/text-keys.ts";
import { identify, type LoginIdentity } from "./login-identity.ts";
import type { LoginDecision, LoginPolicy } from "./login-policy.ts";
import { LoginNegotiation } from "./negotiate.ts";
import type { NegotiatedParameters, SessionType } from "./negotiation-keys.ts";
import { type Authentication, SecurityNegotiation } from "./security-negotiation.ts";

export interface LoginMachineOptions {
  readonly policy: LoginPolicy;
  readonly limits: Limits;
  /** The system's generator of random bytes. */
  readonly randomBytes: (length: number) => Buffer;
  /** The initiator's address, without a port. */
  readonly address: string;
  /** Of the portal that the connection came in on. */
  readonly portalGroupTag: number;
}

/** Fields of a Login Response; the rest (StatSN, ExpCmdSN, MaxCmdSN, TSIH, ISID, tag) is the connection's. */
export interface LoginReply {
  readonly transit: boolean;
  readonly continues: boolean;
  readonly currentStage: number;
  /** 0 unless `transit`. */
  readonly nextStage: number;
  readonly text: Buffer;
}

/** What a finished login agreed on. */
export interface LoginResult {
  readonly initiatorName: string;
  readonly initiatorAlias: string | undefined;
  /** undefined in a discovery session. */
  readonly targetName: string | undefined;
  readonly sessionType: SessionType;
  /** 12 hex digits. */
  readonly isid: string;
  /** As the initiator sent it: 0 asks for a new session. */
  readonly tsih: number;
  readonly cid: number;
  readonly authentication: Authentication;
  readonly parameters: NegotiatedParameters;
  /** The policy's object. */
  readonly target: unknown;
}

export type LoginOutcome =
  | ({ readonly kind: "respond" } & LoginReply)
  /** The connection may still turn this into a refusal, when the session can't be made. */
  | ({ readonly kind: "complete"; readonly result: LoginResult } & LoginReply)
  /** Answer with this status, then close. `reason` is for the log, never for the wire. */
  | {
      readonly kind: "refuse";
      readonly statusClass: number;
      readonly statusDetail: number;
      readonly reason: string;
      /** TargetAddress, where the status is a redirection (class 1); else empty. */
      readonly text: Buffer;
    };

type State = "start" | "security" | "operational" | "complete" | "refused";

const NEXT: Readonly<Record<State, readonly State[]>> = {
  start: ["security", "operational", "refused"],
  security: ["operational", "complete", "refused"],
  operational: ["complete", "refused"],
  complete: [],
  refused: [],
};

/** The state that a stage number of the wire stands for. */
const STAGE_STATE: Readonly<Partial<Record<number, "security" | "operational" | "complete">>> = {
  [LOGIN_STAGE.securityNegotiation]: "security",
  [LOGIN_STAGE.operationalNegotiation]: "operational",
  [LOGIN_STAGE.fullFeaturePhase]: "complete",
};

const ISID_HEX_DIGITS = 12;
const EMPTY = Buffer.alloc(0);

function violation(message: string): ProtocolError {
  return ProtocolError.login(LOGIN_STATUS.initiatorError, message);
}

const MALFORMED_TEXT = {
  kind: "login",
  statusClass: LOGIN_STATUS.initiatorError >> 8,
  statusDetail: LOGIN_STATUS.initiatorError & 0xff,
} as const;

/** Fields that stay the same in all requests of one login: RFC 7143 11.12. */
type Fixed = Readonly<Pick<LoginRequest, "isid" | "tsih" | "connectionId" | "initiatorTaskTag">>;

/** What the first whole key list settled. */
interface Admission {
  readonly identity: LoginIdentity;
  readonly decision: Extract<LoginDecision, { kind: "admitted" }>;
  readonly security: SecurityNegotiation;
}

export class LoginMachine {
  readonly #options: LoginMachineOptions;
  readonly #negotiation: LoginNegotiation;
  #state: State = "start";
  #fixed: Fixed | undefined;
  #admission: Admission | undefined;
  #declaredOurs = false;
  #redirectedTo: string | undefined;
  #requests = 0;
  #bytesReceived = 0;
  #bytesSent = 0;
  /** The parts of a key list whose end has not come. */
  #received: Buffer[] = [];
  /** The rest of an answer that did not fit into one response. */
  #unsent: Buffer = EMPTY;

  constructor(options: LoginMachineOptions) {
    this.#options = options;
    this.#negotiation = new LoginNegotiation(options.limits);
  }

  /** The initiator's name once it is known, for the log line of a refusal or a loss. */
  get initiatorName(): string | undefined {
    return this.#admission?.identity.initiatorName ?? this.#negotiation.declared("InitiatorName");
  }

  get targetName(): string | undefined {
    return this.#admission?.identity.targetName ?? this.#negotiation.declared("TargetName");
  }

  /** Takes one Login Request with its data segment, without padding. The bytes of `text` are not kept. */
  request(pdu: LoginRequest, text: Buffer): LoginOutcome {
    try {
      return this.#take(pdu, text);
    } catch (error) {
      if (!(error instanceof ProtocolError) || error.answer.kind !== "login") throw error;
      if (this.#state !== "complete" && this.#state !== "refused") this.#enter("refused");
      const { statusClass, statusDetail } = error.answer;
      const address = this.#redirectedTo;
      this.#redirectedTo = undefined;
      const text = address === undefined ? EMPTY : encodeTextKeys([{ key: "TargetAddress", value: address }]);
      return { kind: "refuse", statusClass, statusDetail, reason: error.message, text };
    }
  }

  /** The one place that changes the state. */
  #enter(to: State): void {
    if (!NEXT[this.#state].includes(to)) throw new InvariantError(`a login does not go from ${this.#state} to ${to}`);
    this.#state = to;
  }

  #take(pdu: LoginRequest, text: Buffer): LoginOutcome {
    if (this.#state === "complete" || this.#state === "refused") {
      throw ProtocolError.login(LOGIN_STATUS.invalidDuringLogin, `a login request after the login is ${this.#state}`);
    }
    this.#checkBounds(text);
    this.#checkHeader(pdu);
    if (this.#state === "start") this.#enter(pdu.currentStage === LOGIN_STAGE.securityNegotiation ? "security" : "operational");

    if (this.#unsent.length > 0) {
      if (text.length > 0 || pdu.continues)
        throw violation("keys in a request that should have drawn the rest of our answer (RFC 7143 6.2)");
      return this.#respond(pdu);
    }
    if (pdu.continues) {
      // Copied, because the text is a view of a buffer that the connection uses again.
      this.#received.push(Buffer.from(text));
      return { kind: "respond", transit: false, continues: false, currentStage: pdu.currentStage, nextStage: 0, text: EMPTY };
    }
    const whole = this.#received.length === 0 ? text : Buffer.concat([...this.#received, text]);
    this.#received = [];
    this.#unsent = encodeTextKeys(this.#answer(whole));
    this.#bytesSent += this.#unsent.length;
    if (this.#bytesSent > this.#options.limits.login_response_bytes) {
      throw violation(`the keys of this login want more than ${this.#options.limits.login_response_bytes} bytes of answers`);
    }
    return this.#respond(pdu);
  }

  #checkBounds(text: Buffer): void {
    const { login_pdus, login_bytes, login_data_bytes } = this.#options.limits;
    this.#requests++;
    this.#bytesReceived += text.length;
    if (this.#requests > login_pdus) throw violation(`more than ${login_pdus} requests in one login (limits.login_pdus)`);
    if (text.length > login_data_bytes)
      throw violation(`a data segment of ${text.length} bytes, at most ${login_data_bytes} are right during login`);
    if (this.#bytesReceived > login_bytes)
      throw violation(`more than ${login_bytes} bytes of text in one login (limits.login_bytes)`);
  }

  #checkHeader(pdu: LoginRequest): void {
    const { isid, tsih, connectionId, initiatorTaskTag } = pdu;
    // The versions of the first request are those of the login: RFC 7143 11.12.4.
    if (this.#fixed === undefined && (pdu.versionMin > ISCSI_VERSION || pdu.versionMax < ISCSI_VERSION)) {
      throw ProtocolError.login(
        LOGIN_STATUS.unsupportedVersion,
        `versions ${pdu.versionMin} to ${pdu.versionMax}, this target has ${ISCSI_VERSION}`,
      );
    }
    if (this.#fixed === undefined) this.#fixed = { isid, tsih, connectionId, initiatorTaskTag };
    for (const name of ["isid", "tsih", "connectionId", "initiatorTaskTag"] as const) {
      if (pdu[name] !== this.#fixed[name])
        throw violation(`${name} changed from ${this.#fixed[name]} to ${pdu[name]} within one login (RFC 7143 11.12)`);
    }

    const stage = STAGE_STATE[pdu.currentStage];
    if (stage === undefined || stage === "complete")
      throw violation(`CSG ${pdu.currentStage} is no stage of a login (RFC 7143 11.12.3)`);
    if (this.#state !== "start" && stage !== this.#state)
      throw violation(`CSG says ${stage}, this login is in its ${this.#state} stage`);
    if (!pdu.transit) return;
    if (pdu.continues) throw violation("T and C are both set (RFC 7143 11.12.2)");
    if (STAGE_STATE[pdu.nextStage] === undefined || pdu.nextStage <= pdu.currentStage) {
      throw violation(`a transition from stage ${pdu.currentStage} to ${pdu.nextStage} (RFC 7143 11.12.3)`);
    }
  }

  /** Our answers and declarations for one whole key list. */
  #answer(text: Buffer): TextKey[] {
    const { login_keys, login_bytes } = this.#options.limits;
    const pairs = parseTextKeys(text, { maxKeys: login_keys - this.#negotiation.keys, maxBytes: login_bytes }, MALFORMED_TEXT);
    const stage = this.#stage();
    const isFirst = this.#admission === undefined;
    this.#negotiation.admit(pairs, stage, isFirst);
    const admission = this.#admission ?? this.#admit();
    const { identity, decision, security } = admission;

    const answers = stage === "security" ? security.answer(pairs) : [];
    if (stage === "operational" && security.authentication === undefined) {
      throw ProtocolError.login(
        LOGIN_STATUS.authenticationFailure,
        "the login skips the security stage, this access needs CHAP",
      );
    }
    answers.push(...this.#negotiation.answer(pairs, identity.sessionType));
    // RFC 7143 6.3.1 and 13.9: in the first response to a whole key list, when a target is named, whatever the type of the session.
    if (isFirst && this.#negotiation.declared("TargetName") !== undefined) {
      answers.push({ key: "TargetPortalGroupTag", value: String(this.#options.portalGroupTag) });
    }
    if (stage === "operational" && !this.#declaredOurs) {
      this.#declaredOurs = true;
      if (decision.targetAlias !== undefined && decision.targetAlias !== "")
        answers.push({ key: "TargetAlias", value: decision.targetAlias });
      answers.push(this.#negotiation.declareOurs());
    }
    return answers;
  }

  /** Who is it, and may it come in: settled once, by the first whole key list. */
  #admit(): Admission {
    const { policy, address, portalGroupTag, randomBytes } = this.#options;
    const identity = identify(this.#negotiation);
    const { initiatorName, targetName } = identity;
    const decision = policy.decide({ initiatorName, targetName, address, portalGroupTag });
    if (decision.kind === "redirected") {
      this.#redirectedTo = decision.address;
      const status = decision.permanent ? LOGIN_STATUS.targetMovedPermanently : LOGIN_STATUS.targetMovedTemporarily;
      throw ProtocolError.login(status, `the target is at ${decision.address} (${decision.reason})`);
    }
    if (decision.kind === "refused") {
      const { statusClass, statusDetail, reason } = decision;
      throw new ProtocolError({ kind: "login", statusClass, statusDetail }, reason);
    }
    this.#admission = {
      identity,
      decision,
      security: new SecurityNegotiation(decision.auth, decision.credentials, randomBytes),
    };
    return this.#admission;
  }

  #stage(): "security" | "operational" {
    if (this.#state === "security" || this.#state === "operational") return this.#state;
    throw new InvariantError(`no keys are taken in state ${this.#state}`);
  }

  /** Sends as much of the answer as one response holds; with the last part goes the transition, if it is due. */
  #respond(pdu: LoginRequest): LoginOutcome {
    // RFC 7143 13.12: during login the default MaxRecvDataSegmentLength holds in both directions.
    const room = this.#options.limits.login_data_bytes;
    const text = this.#unsent.subarray(0, room);
    this.#unsent = this.#unsent.subarray(room);
    const reply = { currentStage: pdu.currentStage, nextStage: 0, text };
    if (this.#unsent.length > 0) return { kind: "respond", ...reply, transit: false, continues: true };

    const authentication = this.#admission?.security.authentication;
    const next = STAGE_STATE[pdu.nextStage];
    if (!pdu.transit || authentication === undefined || next === undefined)
      return { kind: "respond", ...reply, transit: false, continues: false };
    this.#enter(next);
    const transition = { ...reply, nextStage: pdu.nextStage, transit: true, continues: false };
    return next === "complete"
      ? { kind: "complete", ...transition, result: this.#result(authentication) }
      : { kind: "respond", ...transition };
  }

  #result(authentication: Authentication): LoginResult {
    if (this.#admission === undefined || this.#fixed === undefined) throw new InvariantError("a complete login was admitted");
    const { identity, decision } = this.#admission;
    return {
      ...identity,
      initiatorAlias: this.#negotiation.declared("InitiatorAlias"),
      isid: this.#fixed.isid.toString(16).padStart(ISID_HEX_DIGITS, "0"),
      tsih: this.#fixed.tsih,
      cid: this.#fixed.connectionId,
      authentication,
      parameters: this.#negotiation.result(),
      target: decision.target,
    };
  }
}

/** Drives a LoginMachine the way a connection does: requests made from rows, text from "key=value" strings. */
import { DEFAULT_LIMITS, type Limits } from "../../../src/common/limits.ts";
import { LoginMachine, type LoginOutcome } from "../../../src/iscsi/login/login-machine.ts";
import type { LoginDecision, LoginPolicy, LoginQuestion } from "../../../src/iscsi/login/login-policy.ts";
import { blankLoginRequest, type LoginRequest } from "../../../src/wire/pdu/login-request.ts";

export const INITIATOR = "iqn.1999-07.com.os:hostid.77";
export const TARGET = "iqn.1999-07.com.example:diskarray.sn.88";
export const NAMES = [`InitiatorName=${INITIATOR}`, `TargetName=${TARGET}`];
export const ISID = 0x00023d000001;

export const OPEN: Extract<LoginDecision, { kind: "admitted" }> = {
  kind: "admitted",
  auth: "none",
  credentials: undefined,
  target: "the target",
};

/** Bytes 0xa0, 0xa1, … for every draw; the CHAP identifier (one byte) is 0x1c. */
export function knownBytes(length: number): Buffer {
  return length === 1 ? Buffer.of(0x1c) : Buffer.from(Array.from({ length }, (_, index) => 0xa0 + index));
}

export class LoginDriver {
  readonly machine: LoginMachine;
  readonly questions: LoginQuestion[] = [];

  constructor(decision: LoginDecision = OPEN, limits: Partial<Limits> = {}) {
    const policy: LoginPolicy = {
      decide: (question) => {
        this.questions.push(question);
        return decision;
      },
    };
    this.machine = new LoginMachine({
      policy,
      limits: { ...DEFAULT_LIMITS, ...limits },
      randomBytes: knownBytes,
      address: "192.0.2.7",
      portalGroupTag: 1,
    });
  }

  /** One request: stages as in the appendix of the RFC ("0,1"), keys as lines. */
  send(stages: string, transit: 0 | 1, keys: readonly string[], fields: Partial<LoginRequest> = {}): LoginOutcome {
    return this.raw(stages, transit, Buffer.from(keys.map((key) => `${key}\0`).join("")), fields);
  }

  raw(stages: string, transit: 0 | 1, text: Buffer, fields: Partial<LoginRequest> = {}): LoginOutcome {
    const [currentStage = 0, nextStage = 0] = stages.split(",").map(Number);
    const pdu: LoginRequest = {
      ...blankLoginRequest(),
      transit: transit === 1,
      currentStage,
      nextStage,
      dataSegmentLength: text.length,
      isid: ISID,
      initiatorTaskTag: 7,
      connectionId: 1,
      ...fields,
    };
    return this.machine.request(pdu, text);
  }
}

/** The keys of an answer, in their order. Throws when the login was refused. */
export function keysOf(outcome: LoginOutcome): string[] {
  if (outcome.kind === "refuse") throw new Error(`refused: ${outcome.reason}`);
  return outcome.text.toString("utf8").split("\0").slice(0, -1);
}

/** The refusal's status, such as "0201"; the kind of the outcome when it is none. */
export function statusOf(outcome: LoginOutcome): string {
  if (outcome.kind !== "refuse") return outcome.kind;
  return ((outcome.statusClass << 8) | outcome.statusDetail).toString(16).padStart(4, "0");
}

/**
 * Every error of the REST sidecar: RFC 9457 problem documents, whose `type` is `urn:lunette:problem:` and one of these names. Errors of the
 * daemon keep their name, status and advice; the others are the sidecar's own.
 */
import { CONTROL_ERRORS, type ControlErrorType } from "../control/control-error.ts";

export const PROBLEM_PREFIX = "urn:lunette:problem:";
export const PROBLEM_CONTENT_TYPE = "application/problem+json";

export interface ProblemRow {
  readonly status: number;
  /** The same for every occurrence (RFC 9457 3.1.3). */
  readonly title: string;
  readonly advice: string;
}

/** What the sidecar says by itself. */
const OWN_PROBLEMS = {
  unauthenticated: {
    status: 401,
    title: "No valid key or certificate",
    advice: 'send "Authorization: Bearer lnt_…" with a key of "lunette api-key create", or a client certificate',
  },
  "not-acceptable": {
    status: 406,
    title: "No such representation",
    advice: "accept application/json; /v1/events has text/event-stream too",
  },
  "too-many-requests": {
    status: 429,
    title: "Too many requests",
    advice: "wait as long as Retry-After says, or raise api.requests_per_second",
  },
  "daemon-unintelligible": {
    status: 502,
    title: "The daemon's answer can't be read",
    advice: "run lunette serve and lunette api of one version",
  },
  "outcome-unknown": {
    status: 504,
    title: "Nobody knows whether it was done",
    advice: "the change may have been made: read the object, and see /v1/audit, before asking for it again",
  },
  "daemon-unavailable": {
    status: 503,
    title: "The daemon does not answer",
    advice: 'nothing was done; try again. "systemctl status lunette" says whether it runs',
  },
  "too-many-connections": {
    status: 503,
    title: "Too many requests at once",
    advice: "try again, and keep fewer requests open",
  },
} as const satisfies Record<string, ProblemRow>;

const DAEMON_TITLES: Readonly<Record<ControlErrorType, string>> = {
  "not-permitted": "Not permitted",
  "invalid-object": "The object is not valid",
  "bad-request": "The request can't be read",
  "bad-parameter": "A parameter of the address is wrong",
  "malformed-json": "The body is no JSON object",
  "unknown-path": "There is nothing at this path",
  "unknown-object": "There is no such object",
  "wrong-method": "The path does not have this method",
  "reload-refused": "The configuration was not reloaded",
  "request-timeout": "The request took too long",
  "already-exists": "There is an object of this name already",
  "in-use": "The object is in use",
  "defined-in-file": "The object is defined in a hand-written file",
  "change-refused": "The change is refused",
  "changed-meanwhile": "The object was changed meanwhile",
  "body-too-large": "The body is too large",
  "wrong-content-type": "The body has another content type",
  "invalid-configuration": "The configuration can't be used",
  "headers-too-large": "The headers are too large",
  "internal-error": "A defect of Lunette",
  "too-many-changes": "Too many changes wait",
  "too-many-followers": "Too many clients follow events",
  "path-not-allowed": "Volumes may not lie there",
  "api-keys-unusable": "No API key works",
  "store-failed": "The change could not be stored",
};

/** The daemon speaks of its socket where a client of the API sees a web service. */
const ADVICE: Readonly<Record<string, string>> = {
  "bad-request": "send HTTP/1.1 as /v1/openapi.json describes it",
  "bad-parameter": "correct what each of errors points at; /v1/openapi.json has the parameters of each path",
  "unknown-path": "use a path of this version of Lunette; /v1/openapi.json lists them",
  "request-timeout": "send the whole request at once",
  "body-too-large": "send less",
  "wrong-content-type": "send content-type: application/json; to PATCH, application/merge-patch+json too",
  "too-many-followers": "end another follower of events, or try again later",
};

export type OwnProblemType = keyof typeof OWN_PROBLEMS;
export type ProblemType = ControlErrorType | OwnProblemType;

/** Every type that an answer of the sidecar can have. */
export const PROBLEMS: Readonly<Record<string, ProblemRow>> = {
  ...OWN_PROBLEMS,
  ...Object.fromEntries(
    Object.entries(CONTROL_ERRORS).map(([type, { status, advice }]) => [
      type,
      { status, title: DAEMON_TITLES[type as ControlErrorType], advice: ADVICE[type] ?? advice },
    ]),
  ),
};

/** An error with a problem document: thrown anywhere in a request, it becomes the answer. */
export class Problem extends Error {
  readonly type: string;
  readonly status: number;
  readonly advice: string;
  /** Further members of the document. */
  readonly details: Readonly<Record<string, unknown>>;
  /** Headers of the answer. */
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    type: ProblemType,
    detail: string,
    details: Readonly<Record<string, unknown>> = {},
    headers: Readonly<Record<string, string>> = {},
  ) {
    const row = PROBLEMS[type] as ProblemRow;
    super(detail);
    this.type = type;
    this.status = row.status;
    this.advice = row.advice;
    this.details = details;
    this.headers = headers;
  }

  document(): Readonly<Record<string, unknown>> {
    return {
      ...this.details,
      type: `${PROBLEM_PREFIX}${this.type}`,
      title: PROBLEMS[this.type]?.title ?? this.type,
      status: this.status,
      detail: this.message,
      advice: this.advice,
    };
  }
}

/** An error of the daemon: a change that it has refused is in its audit log. */
export class DaemonProblem extends Problem {}

/** Errors of the control socket: stable types as data, each with its HTTP status and what to do. Clients look at `type` alone. */

export interface ErrorRow {
  readonly status: number;
  readonly advice: string;
}

export const CONTROL_ERRORS = {
  "bad-request": { status: 400, advice: "send HTTP/1.1 as PROTOCOL.md describes it" },
  "bad-parameter": { status: 400, advice: "correct the query of the address; PROTOCOL.md has the parameters of each path" },
  "malformed-json": { status: 400, advice: "send one JSON object, in UTF-8" },
  "unknown-path": { status: 404, advice: "use a path of this version of Lunette; GET /v1 lists them" },
  "wrong-method": { status: 405, advice: "use a method that the header Allow names" },
  "reload-refused": {
    status: 409,
    advice: "nothing has changed; correct the configuration, and see what it would do with lunette plan",
  },
  "request-timeout": { status: 408, advice: "send the whole request at once, or raise limits.control_request_ms" },
  "body-too-large": { status: 413, advice: "send less, or raise limits.control_request_bytes" },
  "wrong-content-type": { status: 415, advice: "send content-type: application/json" },
  "invalid-configuration": {
    status: 422,
    advice: 'correct the file ("lunette check" shows each line); nothing was changed',
  },
  "headers-too-large": { status: 431, advice: "send fewer headers" },
  "internal-error": { status: 500, advice: "the daemon's log has the cause; report it as a defect" },
  "too-many-followers": { status: 503, advice: "end another follower of events, or raise limits.control_followers" },
} as const satisfies Record<string, ErrorRow>;

export type ControlErrorType = keyof typeof CONTROL_ERRORS;

export class ControlError extends Error {
  readonly type: ControlErrorType;

  constructor(type: ControlErrorType, message: string) {
    super(message);
    this.type = type;
  }

  get status(): number {
    return CONTROL_ERRORS[this.type].status;
  }

  body(): string {
    const { advice } = CONTROL_ERRORS[this.type];
    return `${JSON.stringify({ error: { type: this.type, message: this.message, advice } })}\n`;
  }
}

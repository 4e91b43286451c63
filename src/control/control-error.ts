/** Errors of the control socket: stable types as data, each with its HTTP status and what to do. Clients look at `type` alone. */

export interface ErrorRow {
  readonly status: number;
  readonly advice: string;
}

export const CONTROL_ERRORS = {
  "bad-request": { status: 400, advice: "send HTTP/1.1 as PROTOCOL.md describes it" },
  "bad-parameter": { status: 400, advice: "correct the query of the address; PROTOCOL.md has the parameters of each path" },
  "malformed-json": { status: 400, advice: "send one JSON object, in UTF-8" },
  "not-permitted": { status: 403, advice: "use a key with the role that this takes, and with prefixes that cover the object" },
  "path-not-allowed": {
    status: 403,
    advice: "name a path under one of folders, or have the folder added to volume_folders of [api]",
  },
  "unknown-path": { status: 404, advice: "use a path of this version of Lunette; GET /v1 lists them" },
  "unknown-object": { status: 404, advice: "list the objects of this kind; names are compared letter by letter" },
  "wrong-method": { status: 405, advice: "use a method that the header Allow names" },
  "reload-refused": {
    status: 409,
    advice: "nothing has changed; correct the configuration, and see what it would do with lunette plan",
  },
  "already-exists": { status: 409, advice: "change the object that is there, or take another name" },
  "change-refused": { status: 409, advice: "nothing has changed; the message says what stands in the way" },
  "in-use": { status: 409, advice: "change or delete first what uses names" },
  "defined-in-file": { status: 409, advice: "edit the file at place, and reload; what is written by hand is changed by hand" },
  "request-timeout": { status: 408, advice: "send the whole request at once, or raise limits.control_request_ms" },
  "changed-meanwhile": { status: 412, advice: "read the object again, and decide by what it is now" },
  "body-too-large": { status: 413, advice: "send less, or raise limits.control_request_bytes" },
  "wrong-content-type": { status: 415, advice: "send content-type: application/json" },
  "invalid-configuration": {
    status: 422,
    advice: 'correct the file ("lunette check" shows each line); nothing was changed',
  },
  "invalid-object": { status: 422, advice: "correct what each of errors points at; nothing was changed" },
  "headers-too-large": { status: 431, advice: "send fewer headers" },
  "internal-error": { status: 500, advice: "the daemon's log has the cause; report it as a defect" },
  "store-failed": { status: 500, advice: "make room in state_dir, and see that Lunette may write there; then try again" },
  "api-keys-unusable": {
    status: 503,
    advice: "no API key works until state_dir/api-keys.json is restored or moved away; the control socket needs none",
  },
  "too-many-changes": { status: 503, advice: "nothing has changed; try again, with fewer changes at a time" },
  "too-many-followers": { status: 503, advice: "end another follower of events, or raise limits.control_followers" },
} as const satisfies Record<string, ErrorRow>;

export type ControlErrorType = keyof typeof CONTROL_ERRORS;

export class ControlError extends Error {
  readonly type: ControlErrorType;
  /** Further members of the answer. */
  readonly details: Readonly<Record<string, unknown>>;

  constructor(type: ControlErrorType, message: string, details: Readonly<Record<string, unknown>> = {}) {
    super(message);
    this.type = type;
    this.details = details;
  }

  get status(): number {
    return CONTROL_ERRORS[this.type].status;
  }

  body(): string {
    const { advice } = CONTROL_ERRORS[this.type];
    return `${JSON.stringify({ error: { ...this.details, type: this.type, message: this.message, advice } })}\n`;
  }
}

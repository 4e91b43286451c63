/** The command's side of the control socket (src/control/PROTOCOL.md). Every failure says what to do. */
import { readFileSync, statSync } from "node:fs";
import { type IncomingMessage, request } from "node:http";
import path from "node:path";
import type { ControlErrorType } from "../control/control-error.ts";

/** The daemon answers from memory: what takes longer than this, milliseconds, hangs. */
const ANSWER_MS = 10_000;

const STRANGER = "what listens there is no Lunette of this version: its answer can't be read";

/** The error of an answer: type, message and advice, and what belongs to some types. */
export interface ErrorBody {
  readonly type: string;
  readonly message: string;
  readonly advice: string;
  readonly place?: string;
  readonly uses?: readonly { readonly kind: string; readonly name: string; readonly place?: string }[];
  readonly errors?: readonly { readonly message: string; readonly pointer?: string }[];
}

/** Something that the person at the keyboard can mend; the message says how. */
export class ControlFailure extends Error {
  /** When the daemon has answered. */
  readonly body: ErrorBody | undefined;

  constructor(message: string, body?: ErrorBody) {
    super(message);
    this.body = body;
  }

  /** Of the protocol, when the daemon has answered. */
  get type(): string | undefined {
    return this.body?.type;
  }
}

export type ChangeMethod = "POST" | "PUT" | "PATCH" | "DELETE";

interface Asking {
  readonly method: "GET" | ChangeMethod;
  /** 0: as long as it takes. */
  readonly timeoutMs: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What the daemon takes for done. */
const ANSWERED: readonly (number | undefined)[] = [200, 201, 202];

export class ControlClient {
  readonly #socket: string;

  constructor(socket: string) {
    this.#socket = socket;
  }

  /** The answer to GET `path`. The daemon and this command are of one version, so its shape is taken on trust. */
  async get<Answer>(path: string, timeoutMs = ANSWER_MS): Promise<Answer> {
    return this.#json<Answer>(await this.#ask(path, { method: "GET", timeoutMs }));
  }

  /** The answer to a POST that changes something: it takes as long as it takes. */
  async post<Answer>(path: string, body?: unknown): Promise<Answer> {
    return this.change<Answer>("POST", path, body);
  }

  async change<Answer>(
    method: ChangeMethod,
    path: string,
    body?: unknown,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Answer> {
    return this.#json<Answer>(await this.#ask(path, { method, timeoutMs: 0, body, headers }));
  }

  async #json<Answer>(response: IncomingMessage): Promise<Answer> {
    try {
      return JSON.parse(await textOf(response)) as Answer;
    } catch (error) {
      throw error instanceof SyntaxError ? new ControlFailure(STRANGER) : this.#explained(error as NodeJS.ErrnoException);
    }
  }

  /** Lines of a stream as they come; ends when the daemon ends. */
  async *lines(path: string): AsyncGenerator<string> {
    const response = await this.#ask(path, { method: "GET", timeoutMs: 0 });
    response.setEncoding("utf8");
    let rest = "";
    try {
      for await (const chunk of response as AsyncIterable<string>) {
        const lines = (rest + chunk).split("\n");
        rest = lines.pop() ?? "";
        yield* lines;
      }
    } catch (error) {
      // A stream that breaks off has ended; half a line is none.
      if ((error as NodeJS.ErrnoException).code !== "ECONNRESET") throw error;
    }
  }

  async #ask(path: string, { method, timeoutMs, body, headers = {} }: Asking): Promise<IncomingMessage> {
    const text = body === undefined ? undefined : JSON.stringify(body);
    const all = text === undefined ? headers : { ...headers, "content-type": "application/json" };
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      const options = { socketPath: this.#socket, path, method, agent: false, timeout: timeoutMs, headers: all };
      const asking = request(options, resolve);
      asking.once("error", (error: NodeJS.ErrnoException) => reject(this.#explained(error)));
      asking.once("timeout", () => asking.destroy(new Error("no answer")));
      asking.end(text);
    });
    if (ANSWERED.includes(response.statusCode)) return response;
    throw refusal(response.statusCode ?? 0, await textOf(response), path);
  }

  #explained(error: NodeJS.ErrnoException): ControlFailure {
    const socket = this.#socket;
    const elsewhere = "If it listens elsewhere, name its socket with --socket, or its configuration with --config.";
    switch (error.code) {
      case "ENOENT":
        return new ControlFailure(
          `no daemon listens on ${socket}. Is it running? "systemctl status lunette" says; "lunette serve" starts it. ${elsewhere}`,
        );
      case "ECONNREFUSED":
        return new ControlFailure(
          `nobody listens on ${socket} any more: the daemon that made it is gone. Start it again ("systemctl start lunette"). ${elsewhere}`,
        );
      case "EACCES":
      case "EPERM":
        return new ControlFailure(`permission denied on ${socket}. ${accessAdvice(socket)}`);
      case "ECONNRESET":
      case "EPIPE":
      case "EAGAIN":
        return new ControlFailure(
          `the daemon on ${socket} takes no more connections now, or has ended. Try again; limits.control_connections bounds them.`,
        );
      default:
        return new ControlFailure(`asking the daemon on ${socket} failed: ${error.message}. ${elsewhere}`);
    }
  }
}

async function textOf(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of response as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks).toString("utf8");
}

function refusal(status: number, text: string, asked: string): ControlFailure {
  try {
    const { error } = JSON.parse(text) as { error: ErrorBody };
    return new ControlFailure(refusalText(error, asked), error);
  } catch {
    return new ControlFailure(`what listens there answered with status ${status} and is no Lunette of this version`);
  }
}

/** The daemon's advice names members of its answer; whoever types a command has not seen that, but lines. */
const ADVICE: Partial<Record<ControlErrorType, string>> = {
  "already-exists": 'change what is there with "set", or take another name',
  "change-refused": "nothing was changed; what may be forced is done with --force",
  "changed-meanwhile": "somebody else was faster: look at what is there now, and try again",
  "defined-in-file": 'edit it there, and run "lunette reload": what is written by hand is changed by hand',
  "in-use": "change or delete first what uses it",
  "invalid-object": "correct that, and try again; nothing was changed",
  "path-not-allowed": "name a path in one of the folders that are allowed, or add its folder to volume_folders of [api]",
};

/** The verb that lists the objects of a collection. */
const LISTS: Readonly<Record<string, string>> = {
  "api-keys": "api-key list",
  "auth-groups": "auth list",
  igroups: "igroup list",
  "portal-groups": "portal list",
  targets: "target list",
  tasks: "tasks",
  volumes: "volume list",
};

function adviceOn({ type, advice }: ErrorBody, path: string): string {
  const [, collection = ""] = /^\/v1\/(?:config\/)?([^/?]+)/.exec(path) ?? [];
  const list = LISTS[collection];
  if (type === "unknown-object" && list !== undefined)
    return `"lunette ${list}" shows what there is; names are compared letter by letter`;
  return ADVICE[type as ControlErrorType] ?? advice;
}

/** What is wrong, where, and at the end what to do. */
function refusalText(body: ErrorBody, asked: string): string {
  const { message, place, uses = [], errors = [] } = body;
  const advice = adviceOn(body, asked);
  const lines = [
    // A message may name the only use or fault.
    ...uses
      .filter(({ name }) => uses.length > 1 || !message.includes(name))
      .map((use) => `  used by ${use.kind} ${use.name}${use.place === undefined ? "" : ` (${use.place})`}`),
    ...errors
      .filter((fault) => !message.includes(fault.message))
      .map((fault) => `  ${fault.pointer === undefined ? "" : `${fault.pointer}: `}${fault.message}`),
    // The message may have named it.
    ...(place === undefined || message.includes(place) ? [] : [`  defined at ${place}`]),
  ];
  return lines.length === 0 ? `${message}: ${advice}` : [`${message}:`, ...lines, `  ${advice}`].join("\n");
}

/** Who may: the group of the socket, or of the folder that hides it. */
function accessAdvice(socket: string): string {
  for (const place of [socket, path.dirname(socket)]) {
    try {
      const { gid } = statSync(place);
      // Whoever joins this group may read more than a socket.
      if (gid === 0) break;
      const group = groupName(gid);
      return `Members of the group ${group} may use it: "sudo usermod -aG ${group} $USER", then log in again; or use sudo.`;
    } catch {
      // Not to be looked at either: the folder around it tells.
    }
  }
  return "Use sudo, or the user that runs Lunette.";
}

function groupName(gid: number): string {
  try {
    const line = readFileSync("/etc/group", "utf8")
      .split("\n")
      .find((each) => each.split(":")[2] === String(gid));
    return line?.split(":")[0] ?? String(gid);
  } catch {
    return String(gid);
  }
}

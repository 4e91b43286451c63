/**
 * The sidecar's side of the control socket (src/control/PROTOCOL.md). Errors of the daemon become problems of the same name. Nothing is tried
 * twice: a change whose answer was lost may have been made, and is told as that. So each request has a connection of its own; one that was kept
 * open could be closed by the daemon just when a change goes out, and nobody would know whether it arrived.
 */
import { Agent, type IncomingMessage, request } from "node:http";
import type { ApiBounds } from "./bounds.ts";
import { type Caller, callerHeaders } from "./caller.ts";
import { DaemonProblem, PROBLEMS, Problem, type ProblemType } from "./problems.ts";

export type DaemonMethod = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

export interface DaemonRequest {
  readonly method: DaemonMethod;
  /** Segments that come from a client are encoded already. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: Readonly<Record<string, unknown>>;
  readonly ifMatch?: string | undefined;
  readonly ifNoneMatch?: string | undefined;
  /** On whose behalf; null: the sidecar's own. */
  readonly caller: Caller | null;
  /** Changes nothing although it is no GET: it is answered from memory, and may be asked again. */
  readonly question?: true;
}

export interface DaemonAnswer {
  readonly status: number;
  readonly etag: string | undefined;
  readonly body: unknown;
}

export interface DaemonClient {
  /** @throws Problem */
  ask(request: DaemonRequest): Promise<DaemonAnswer>;
  /** Lines of GET `path` as they come, until the daemon ends or `signal` is aborted. @throws Problem before the first line only */
  follow(path: string, caller: Caller | null, signal: AbortSignal): Promise<AsyncIterable<string>>;
  close(): void;
}

type ClientBounds = Pick<
  ApiBounds,
  "daemon_requests" | "daemon_changes" | "daemon_queue" | "daemon_read_ms" | "daemon_change_ms" | "daemon_answer_bytes"
>;

/** When a client may try again, seconds: the daemon starts within a second or two. */
const RETRY_AFTER = { "retry-after": "2" };

const isQuestion = ({ method, question }: DaemonRequest): boolean => method === "GET" || question === true;
const unavailable = (why: string): Problem => new Problem("daemon-unavailable", why, {}, RETRY_AFTER);

export class SocketClient implements DaemonClient {
  readonly #socket: string;
  readonly #bounds: ClientBounds;
  readonly #questions: Agent;
  /** The daemon carries out one after the other: those that wait must not keep questions, such as whose key this is, from it. */
  readonly #changes: Agent;
  #open = 0;

  constructor(socket: string, bounds: ClientBounds) {
    this.#socket = socket;
    this.#bounds = bounds;
    const { daemon_requests, daemon_changes } = bounds;
    this.#questions = new Agent({ keepAlive: false, maxSockets: Math.max(1, daemon_requests - daemon_changes) });
    this.#changes = new Agent({ keepAlive: false, maxSockets: daemon_changes });
  }

  async ask(asked: DaemonRequest): Promise<DaemonAnswer> {
    const { daemon_requests, daemon_queue, daemon_read_ms, daemon_change_ms, daemon_answer_bytes } = this.#bounds;
    if (this.#open >= daemon_requests + daemon_queue)
      throw new Problem("too-many-connections", `${this.#open} requests wait for the daemon already`, {}, RETRY_AFTER);
    this.#open += 1;
    const question = isQuestion(asked);
    try {
      const milliseconds = question ? daemon_read_ms : daemon_change_ms;
      const response = await this.#send(asked, milliseconds);
      const text = await textOf(response, daemon_answer_bytes);
      return answerOf(response, text);
    } catch (error) {
      throw this.#explained(error, question);
    } finally {
      this.#open -= 1;
    }
  }

  async follow(path: string, caller: Caller | null, signal: AbortSignal): Promise<AsyncIterable<string>> {
    try {
      const response = await this.#send({ method: "GET", path, caller }, this.#bounds.daemon_read_ms, signal);
      if (response.statusCode !== 200) throw failureOf(response.statusCode ?? 0, await textOf(response, 65_536));
      // Nothing may happen for days.
      response.socket.setTimeout(0);
      return linesOf(response);
    } catch (error) {
      throw this.#explained(error, true);
    }
  }

  close(): void {
    this.#questions.destroy();
    this.#changes.destroy();
  }

  /** A follower has a connection of its own, which none of the others wait for. */
  #send(asked: DaemonRequest, milliseconds: number, signal?: AbortSignal): Promise<IncomingMessage> {
    const { method, path, query, body, ifMatch, ifNoneMatch, caller } = asked;
    const search = query === undefined || Object.keys(query).length === 0 ? "" : `?${new URLSearchParams(query)}`;
    const bytes = body === undefined ? undefined : Buffer.from(JSON.stringify(body));
    const headers: Record<string, string> = { ...callerHeaders(caller) };
    if (bytes !== undefined) {
      headers["content-type"] = "application/json";
      headers["content-length"] = String(bytes.length);
    }
    if (ifMatch !== undefined) headers["if-match"] = ifMatch;
    if (ifNoneMatch !== undefined) headers["if-none-match"] = ifNoneMatch;
    return new Promise((resolve, reject) => {
      const asking = request(
        {
          socketPath: this.#socket,
          path: path + search,
          method,
          headers,
          agent: signal !== undefined ? false : isQuestion(asked) ? this.#questions : this.#changes,
          timeout: milliseconds,
          ...(signal === undefined ? {} : { signal }),
        },
        resolve,
      );
      asking.once("error", reject);
      asking.once("timeout", () => asking.destroy(new Error(`no answer within ${milliseconds} ms`)));
      asking.end(bytes);
    });
  }

  #explained(error: unknown, question: boolean): unknown {
    if (error instanceof Problem) return question ? error : aboutChange(error);
    const { code, message, syscall } = error as NodeJS.ErrnoException;
    switch (code) {
      case "ENOENT":
      case "ECONNREFUSED":
        return unavailable(`no daemon listens on ${this.#socket}`);
      case "EACCES":
      case "EPERM":
        return unavailable(`${this.#socket} may not be opened: the user of lunette api has to be in the group of the socket`);
      default:
        // Without a connection nothing was asked yet.
        if (question || syscall === "connect") return unavailable(`the daemon did not answer: ${message}`);
        return new Problem("outcome-unknown", `the daemon did not answer (${message}): the change may have been made`);
    }
  }
}

/** An answer that can't be read says nothing of what was done; the daemon's own errors do. */
function aboutChange(error: Problem): Problem {
  if (error.type !== "daemon-unintelligible") return error;
  return new Problem("daemon-unintelligible", `${error.message}; the change may have been made`);
}

async function textOf(response: IncomingMessage, bound: number): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > bound) throw new Problem("daemon-unintelligible", `the daemon's answer has more than ${bound} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, length).toString("utf8");
}

function answerOf(response: IncomingMessage, text: string): DaemonAnswer {
  const status = response.statusCode ?? 0;
  if (status < 200 || status > 299) throw failureOf(status, text);
  return { status, etag: response.headers.etag, body: parsed(text) };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Problem("daemon-unintelligible", "the daemon's answer is no JSON");
  }
}

/** The daemon's error, under its own name. One that this version does not know is told as what it is: an answer that can't be read. */
function failureOf(status: number, text: string): Problem {
  const error = (parsed(text) as { error?: Record<string, unknown> } | null)?.error;
  if (typeof error !== "object" || error === null || typeof error["type"] !== "string")
    return new Problem("daemon-unintelligible", `the daemon answered with status ${status} and without an error`);
  const { type, message, advice: _, ...details } = error;
  if (PROBLEMS[type as string] === undefined)
    return new Problem("daemon-unintelligible", `the daemon answered with the unknown error "${type}": ${message}`);
  return new DaemonProblem(type as ProblemType, String(message), details, type === "too-many-changes" ? RETRY_AFTER : {});
}

async function* linesOf(response: IncomingMessage): AsyncGenerator<string> {
  response.setEncoding("utf8");
  let rest = "";
  try {
    for await (const chunk of response as AsyncIterable<string>) {
      const lines = (rest + chunk).split("\n");
      rest = lines.pop() ?? "";
      yield* lines;
    }
  } catch {
    // A stream that breaks off, or is not wanted any more, has ended; half a line is none.
  }
}

/**
 * What was refused here, for whoever looks into it later: one JSON line in the log of the sidecar for each change that it refused itself, and for
 * each credential that was not admitted. The log goes to the service manager's journal, which bounds it; `"audit":"refused"` finds the lines. What
 * the daemon has refused stands in its audit log (GET /v1/audit), and not here: of each refused change there is one line. A line never has a key, a
 * body or a query: a problem's `detail` may quote what was sent, so its type alone is told.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { Logger } from "../../common/logger.ts";
import { DaemonProblem, PROBLEM_PREFIX } from "../problems.ts";

const PATH_CHARACTERS = 200;
const READING: readonly string[] = ["GET", "HEAD", "OPTIONS"];
/** Anybody can cause these without end: of one address the first few in a while are told one by one, the others are counted. */
const UNBOUNDED: readonly number[] = [401, 404, 405, 429];

/** What the caller is not told. */
export interface RefusalFacts {
  readonly reason: string;
  /** Name of the key that it would have been. */
  readonly key?: string;
}

export class Refusals {
  readonly #log: Logger;
  readonly #facts = new WeakMap<FastifyRequest, RefusalFacts>();
  /** Those that the daemon has refused: who called was known before. */
  readonly #told = new WeakSet<FastifyRequest>();

  constructor(log: Logger) {
    this.#log = log;
  }

  /** Why the request is about to be refused. */
  because(request: FastifyRequest, facts: RefusalFacts): void {
    this.#facts.set(request, facts);
  }

  watch(app: FastifyInstance): void {
    app.addHook("onError", async (request, _reply, error) => {
      if (error instanceof DaemonProblem && request.caller !== null) this.#told.add(request);
    });
    app.addHook("onSend", async (request, reply, payload) => {
      const status = reply.statusCode;
      const change = !READING.includes(request.method);
      if (status >= 400 && !this.#told.has(request) && (change || this.#facts.has(request)))
        this.#tell(request, reply, payload);
    });
  }

  #tell(request: FastifyRequest, { statusCode: status }: FastifyReply, payload: unknown): void {
    const { caller, ip: address, method } = request;
    const log = UNBOUNDED.includes(status) ? this.#log.limited(`refused ${address}`) : this.#log;
    const who = caller === null ? { address } : { caller: caller.name, kind: caller.kind, role: caller.role, address };
    const what = { method, path: pathOf(request), status, type: typeOf(payload) };
    log.warn({ audit: "refused", ...who, ...what, ...this.#facts.get(request) }, "request refused");
  }
}

/** A key that somebody has put into a path stays out of the log. */
function pathOf({ url }: FastifyRequest): string {
  return (url.split("?")[0] ?? "").replaceAll(/lnt_[\w-]*/g, "lnt_…").slice(0, PATH_CHARACTERS);
}

function typeOf(payload: unknown): string | undefined {
  if (typeof payload !== "string") return undefined;
  try {
    const { type } = JSON.parse(payload) as { type?: unknown };
    return typeof type === "string" && type.startsWith(PROBLEM_PREFIX) ? type.slice(PROBLEM_PREFIX.length) : undefined;
  } catch {
    return undefined;
  }
}

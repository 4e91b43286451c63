/** A small application behind the authentication of the REST sidecar, and a daemon that knows the keys of the test. */
import fastify, { type FastifyInstance } from "fastify";
import { authentication } from "../../../src/api/auth/auth.ts";
import type { AuthBounds } from "../../../src/api/auth/auth-bounds.ts";
import { type Caller, callerHeaders, type RouteRole } from "../../../src/api/caller.ts";
import type { DaemonAnswer, DaemonRequest } from "../../../src/api/daemon-client.ts";
import { PROBLEM_CONTENT_TYPE, Problem } from "../../../src/api/problems.ts";
import { type LoggedLine, recordingLog } from "../../support/control.ts";

export const key = (letter: string): string => `lnt_${letter.repeat(12)}_${letter.repeat(43)}`;

/** What the daemon answers for a key or fingerprint: a caller, or why not. */
type Known =
  | Omit<Caller, "kind">
  | { readonly reason: string; readonly key?: string }
  | { readonly type: "api-keys-unusable" | "daemon-unavailable" };

export class FakeDaemon {
  readonly known = new Map<string, Known>([
    [key("a"), { name: "boss", role: "admin" }],
    [key("b"), { name: "ops", role: "operate", prefixes: { volumes: ["vm-"] } }],
    [key("c"), { name: "eye", role: "read" }],
    [key("d"), { reason: "expired", key: "old" }],
    [key("e"), { reason: "wrong-secret", key: "ops" }],
  ]);
  readonly asked: DaemonRequest[] = [];

  async ask(request: DaemonRequest): Promise<DaemonAnswer> {
    this.asked.push(request);
    const { key: shown, certificate } = request.body as { key?: string; certificate?: string };
    const found = this.known.get(shown ?? certificate ?? "") ?? { reason: "unknown-key" };
    if ("name" in found) return { status: 200, etag: undefined, body: found };
    if ("type" in found) throw new Problem(found.type, "in /secret/path");
    throw new Problem("not-permitted", "no such key", { ...found });
  }
}

export interface AuthFixture {
  readonly app: FastifyInstance;
  readonly daemon: FakeDaemon;
  readonly lines: readonly LoggedLine[];
  /** What reached the routes. */
  readonly reached: { readonly url: string; readonly caller: Caller | null; readonly headers: object }[];
}

const ROUTES: readonly (readonly ["GET" | "POST" | "PATCH" | "DELETE", string, RouteRole])[] = [
  ["GET", "/healthz", "public"],
  ["GET", "/v1/volumes", "read"],
  ["POST", "/v1/volumes", "operate"],
  ["DELETE", "/v1/api-keys/:name", "admin"],
  ["GET", "/v1/api-keys", "admin"],
  ["GET", "/v1/events", "read"],
];

export async function authFixture(options: {
  readonly bounds?: Partial<AuthBounds>;
  readonly requestsPerSecond?: number;
  readonly now?: () => number;
  readonly https?: object;
}): Promise<AuthFixture> {
  const daemon = new FakeDaemon();
  const { log, lines } = recordingLog();
  const app = (options.https === undefined ? fastify() : fastify({ https: options.https })) as FastifyInstance;
  app.decorateRequest("caller", null);
  const { bounds = {}, requestsPerSecond = 1000, now } = options;
  await authentication({
    client: daemon,
    log,
    requestsPerSecond: () => requestsPerSecond,
    bounds,
    ...(now === undefined ? {} : { now }),
  })(app);
  app.setErrorHandler((error, _request, reply) => {
    const problem = error instanceof Problem ? error : new Problem("internal-error", String(error));
    return reply
      .code(problem.status)
      .headers(problem.headers)
      .type(PROBLEM_CONTENT_TYPE)
      .send(JSON.stringify(problem.document()));
  });
  app.setNotFoundHandler(() => {
    throw new Problem("unknown-path", "there is nothing");
  });
  const reached: AuthFixture["reached"] = [];
  for (const [method, url, role] of ROUTES) {
    app.route({
      method,
      url,
      config: { role },
      handler: async (request, reply) => {
        reached.push({ url, caller: request.caller, headers: { ...request.headers, told: callerHeaders(request.caller) } });
        if (url !== "/v1/events") return { url };
        reply.hijack();
        reply.raw.writeHead(200, { "content-type": "text/event-stream" });
        reply.raw.write(": begun\n\n");
        return reply;
      },
    });
  }
  await app.ready();
  return { app, daemon, lines, reached };
}

export const bearer = (text: string): { authorization: string } => ({ authorization: `Bearer ${text}` });

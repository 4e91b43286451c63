/**
 * The HTTP application: routes, what every request goes through, and what every error becomes. It knows the daemon through a DaemonClient and
 * nothing else, and keeps nothing of its own.
 */
import type { Server } from "node:http";
import type { Socket } from "node:net";
import fastify, { type FastifyError, type FastifyInstance, type FastifyReply, type FastifyRequest } from "fastify";
import type { Logger } from "../common/logger.ts";
import { addBodies, coerceQuery } from "./bodies.ts";
import { type ApiBounds, DEFAULT_API_BOUNDS } from "./bounds.ts";
import { serveConsole } from "./console-files.ts";
import type { DaemonClient } from "./daemon-client.ts";
import { registerEvents } from "./event-routes.ts";
import { problemOf, rawProblem } from "./failures.ts";
import { object, oneOf } from "./json-schema.ts";
import { registerObjects } from "./object-routes.ts";
import { describeApi } from "./openapi.ts";
import { operation } from "./operation.ts";
import { PROBLEM_CONTENT_TYPE, Problem } from "./problems.ts";
import { registerQuestions } from "./question-routes.ts";
import { SCHEMAS } from "./schemas.ts";

export interface ApiOptions {
  readonly client: DaemonClient;
  readonly log: Logger;
  /** Sets `request.caller`, and refuses who may not do what `config.role` of the route says. */
  readonly authenticate: (app: FastifyInstance) => void | Promise<void>;
  readonly bounds?: Partial<ApiBounds>;
  /** The built console; undefined: there is none. */
  readonly consoleFolder?: string | undefined;
  /** undefined: HTTP without TLS. */
  readonly tls?: TlsFiles | undefined;
}

/** Contents, PEM. */
export interface TlsFiles {
  readonly cert: Buffer;
  readonly key: Buffer;
  /** Who signs client certificates; a client need not have one. */
  readonly ca?: Buffer | undefined;
}

/** How often it is looked for requests that take too long, milliseconds. */
const CHECK_MS = 500;

/** For every answer: nothing here is to be framed, sniffed, or to load anything from elsewhere. */
const SECURITY_HEADERS = {
  // Answers say how things are now, and to one caller: only files of the console may be kept, and are asked about each time.
  "cache-control": "no-store",
  "content-security-policy":
    "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
} as const;

/** Takes requests with `inject`, or after `listen`. */
export async function buildApi(options: ApiOptions): Promise<FastifyInstance> {
  const bounds: ApiBounds = { ...DEFAULT_API_BOUNDS, ...options.bounds };
  const { client, log } = options;
  const app = makeApp(bounds, options.tls, log);
  app.decorateRequest("caller", null);
  app.setSerializerCompiler(() => (value) => JSON.stringify(value));
  for (const schema of SCHEMAS) app.addSchema(schema);
  const paths = rememberMethods(app);

  app.addHook("onRequest", async (request, reply) => {
    reply.headers(SECURITY_HEADERS);
    // A segment of nothing is no id: /v1/volumes/ is not the list.
    const empty = Object.values(request.params as Record<string, string>).includes("");
    if (request.is404 || empty) throw nothingThere(request, reply, paths);
    refuseBodyOfGet(request);
  });
  // A connection that takes nothing is not kept for ever; what is sent at once never notices.
  app.addHook("onSend", async (_request, { raw }) => {
    raw.setTimeout(bounds.answer_stalled_ms, () => raw.destroy());
  });
  await options.authenticate(app);
  addBodies(app, bounds);
  app.addHook("preValidation", async (request) => coerceQuery(request));
  app.setNotFoundHandler((request, reply) => {
    throw nothingThere(request, reply, paths);
  });
  app.setErrorHandler((error: FastifyError, request, reply) => {
    const problem = problemOf(error, bounds);
    if (problem.type === "internal-error")
      log.error(
        { method: request.method, path: request.routeOptions.url, err: error },
        "internal error in a request: it fails, the service goes on",
      );
    return send(reply, problem);
  });

  await describeApi(app);
  const context = { client, bounds };
  registerObjects(app, context);
  registerQuestions(app, context);
  registerEvents(app, context);
  registerHealth(app, client);
  if (options.consoleFolder !== undefined) await serveConsole(app, options.consoleFolder);
  await app.ready();
  return app;
}

function makeApp(bounds: ApiBounds, tls: TlsFiles | undefined, log: Logger): FastifyInstance {
  const server = {
    maxHeaderSize: bounds.header_bytes,
    headersTimeout: bounds.request_ms,
    requestTimeout: bounds.request_ms,
    keepAliveTimeout: bounds.idle_ms,
    connectionsCheckingInterval: CHECK_MS,
  };
  const common = {
    logger: false,
    bodyLimit: bounds.body_bytes,
    routerOptions: { maxParamLength: bounds.id_characters, ignoreTrailingSlash: false, caseSensitive: true },
    requestTimeout: bounds.request_ms,
    keepAliveTimeout: bounds.idle_ms,
    forceCloseConnections: "idle" as const,
    exposeHeadRoutes: true,
    ajv: {
      customOptions: {
        coerceTypes: false as const,
        useDefaults: false,
        removeAdditional: false as const,
        allErrors: true,
        allowUnionTypes: true,
      },
    },
    clientErrorHandler: (error: NodeJS.ErrnoException, socket: Socket) => answerRaw(error, socket, log),
    // Paths that can't be decoded never reach a route.
    frameworkErrors: (error: FastifyError, _request: FastifyRequest, reply: FastifyReply) => {
      send(reply.headers(SECURITY_HEADERS), problemOf(error, bounds));
    },
  };
  const app = (
    tls === undefined
      ? fastify({ ...common, http: server })
      : fastify({ ...common, https: { ...server, ...tlsOptions(tls), handshakeTimeout: bounds.request_ms } })
  ) as FastifyInstance;
  (app.server as Server).maxConnections = bounds.connections;
  return app;
}

/** A client without a certificate may show a key: who is refused is decided with the request. */
export function tlsOptions({ cert, key, ca }: TlsFiles) {
  return {
    cert,
    key,
    minVersion: "TLSv1.2" as const,
    ...(ca === undefined ? {} : { ca, requestCert: true, rejectUnauthorized: false }),
  };
}

function send(reply: FastifyReply, problem: Problem): FastifyReply {
  return reply
    .code(problem.status)
    .headers(problem.headers)
    .type(PROBLEM_CONTENT_TYPE)
    .send(JSON.stringify(problem.document()));
}

/** What is no HTTP, or never came whole, has no reply object: the answer is written by hand. Who it was is not known; it may have been a change. */
function answerRaw(error: NodeJS.ErrnoException, socket: Socket, log: Logger): void {
  // Before the end of a handshake nothing can be answered: an answer would wait for it, and hold the connection for ever.
  const shaking = (socket as Socket & { readonly secureConnecting?: boolean }).secureConnecting === true;
  if (error.code === "ECONNRESET" || shaking || !socket.writable) {
    socket.destroy();
    return;
  }
  const problem = rawProblem(error);
  const { remoteAddress: address } = socket;
  log
    .limited(`refused ${address}`)
    .warn({ audit: "refused", address, status: problem.status, type: problem.type }, "request refused");
  const body = JSON.stringify(problem.document());
  const lines = [`HTTP/1.1 ${problem.status} Error`, "connection: close", `content-type: ${PROBLEM_CONTENT_TYPE}`];
  socket.end(`${lines.join("\r\n")}\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`, () => socket.destroy());
}

type Methods = (path: string) => readonly string[];

/** The methods of each path, for Allow: a path of which only the method is wrong is no unknown path. */
function rememberMethods(app: FastifyInstance): Methods {
  const patterns = new Map<string, { readonly pattern: RegExp; readonly methods: Set<string> }>();
  app.addHook("onRoute", ({ url, method }) => {
    const source = url.replace(/[.*+?^${}()|[\]\\]/g, "\\$&").replace(/:\w+/g, "[^/]+");
    const row = patterns.get(url) ?? { pattern: new RegExp(`^${source}$`), methods: new Set<string>() };
    for (const each of [method].flat()) row.methods.add(each);
    patterns.set(url, row);
  });
  return (path) => [...([...patterns.values()].find(({ pattern }) => pattern.test(path))?.methods ?? [])];
}

function nothingThere(request: FastifyRequest, reply: FastifyReply, paths: Methods): Problem {
  const path = request.url.split("?")[0] ?? "";
  const methods = paths(path);
  if (methods.length === 0) return new Problem("unknown-path", `there is nothing at ${path.slice(0, 200)}`);
  reply.header("allow", methods.join(", "));
  return new Problem("wrong-method", `${path.slice(0, 200)} has no ${request.method}`);
}

function refuseBodyOfGet({ method, headers }: FastifyRequest): void {
  if (method !== "GET" && method !== "HEAD") return;
  if (headers["transfer-encoding"] !== undefined || Number(headers["content-length"] ?? 0) > 0)
    throw new Problem("bad-request", `a ${method} request has no body here`, {}, { connection: "close" });
}

function registerHealth(app: FastifyInstance, client: DaemonClient): void {
  app.get(
    "/healthz",
    operation({
      ...{
        id: "getHealth",
        tag: "status",
        summary: "Whether this service runs, and whether the daemon answers",
        role: "public",
      },
      answers: { 200: { what: "This service runs.", schema: object({ daemon: oneOf(["available", "unavailable"]) }) } },
      problems: [],
    }),
    async (_request, reply) => {
      const answers = client.ask({ method: "GET", path: "/v1", caller: null }).then(
        () => "available",
        () => "unavailable",
      );
      return reply.send({ daemon: await answers });
    },
  );
}

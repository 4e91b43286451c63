/**
 * The control socket: JSON over HTTP/1.1 on a unix socket, as PROTOCOL.md describes it. Whoever may open the socket (mode 0660) may use it; who
 * that was is logged with each change. Everything that a client can make grow has a bound in `limits`.
 */
import { chmod } from "node:fs/promises";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Socket } from "node:net";
import type { Limits } from "../common/limits.ts";
import type { Logger } from "../common/logger.ts";
import { ControlError, type ControlErrorType } from "./control-error.ts";
import { streamEvents } from "./event-stream.ts";
import { RoutePaths } from "./route-paths.ts";
import type { ControlAnswer, ControlHeaders, ControlRequest, Method, Peer, Route } from "./routes.ts";
import { freeSocketPath } from "./socket-file.ts";

const SOCKET_MODE = 0o660;
/** A connection without a request is kept this long, milliseconds. */
const KEEP_ALIVE_MS = 5_000;
/** How often it is looked for requests that take too long, milliseconds. */
const CHECK_MS = 250;

type ControlLimits = Pick<
  Limits,
  "control_connections" | "control_followers" | "control_request_bytes" | "control_header_bytes" | "control_request_ms"
>;

export interface ControlServerOptions {
  readonly path: string;
  readonly routes: readonly Route[];
  readonly limits: ControlLimits;
  readonly log: Logger;
  /** Who connected the socket of this descriptor (SO_PEERCRED); undefined where that can't be told. */
  readonly peerOf: (fd: number) => Peer | undefined;
  /** Told of a request that changes something and can't be taken as one: its body or query is wrong. The answer waits for it. */
  readonly onUnreadable?: (
    request: Pick<ControlRequest, "method" | "path" | "headers" | "peer">,
    error: ControlError,
  ) => Promise<void>;
}

export class ControlServer {
  readonly #options: ControlServerOptions;
  #limits: ControlLimits;
  readonly #server: Server;
  readonly #paths: RoutePaths;
  #followers = 0;

  private constructor(options: ControlServerOptions) {
    this.#options = options;
    this.#paths = new RoutePaths(options.routes);
    const { limits } = options;
    this.#limits = limits;
    this.#server = createServer(
      {
        maxHeaderSize: limits.control_header_bytes,
        keepAliveTimeout: KEEP_ALIVE_MS,
        connectionsCheckingInterval: CHECK_MS,
      },
      (request, response) => void this.#serve(request, response),
    );
    this.changeLimits(limits);
    this.#server.on("clientError", refuseRaw);
    this.#server.on("drop", () =>
      options.log
        .limited("control connections")
        .warn(
          { limit: "control_connections", value: this.#limits.control_connections },
          "control connection refused: limit reached",
        ),
    );
  }

  /** Listens, or throws an Error whose message says what to do. */
  static async start(options: ControlServerOptions): Promise<ControlServer> {
    await freeSocketPath(options.path);
    const control = new ControlServer(options);
    const server = control.#server;
    // The socket is made during the call of listen: until it has its mode, nobody but the owner gets in.
    const mask = process.umask(0o177);
    const listening = new Promise<void>((resolve, reject) => {
      server.once("error", (error) =>
        reject(
          new Error(`the control socket ${options.path} can't listen: ${error.message}; change node.control_socket`, {
            cause: error,
          }),
        ),
      );
      server.listen({ path: options.path }, resolve);
    });
    process.umask(mask);
    await listening;
    // What goes wrong later costs a question, never the target.
    server
      .removeAllListeners("error")
      .on("error", (error) => options.log.limited("control").error({ err: error }, "control socket"));
    await chmod(options.path, SOCKET_MODE);
    return control;
  }

  /** Other bounds, from the next request on. Connections that are open stay. */
  changeLimits(limits: ControlLimits): void {
    this.#limits = limits;
    this.#server.maxConnections = limits.control_connections;
    this.#server.requestTimeout = limits.control_request_ms;
    this.#server.headersTimeout = limits.control_request_ms;
  }

  /** Ends every connection and removes the socket. */
  close(): Promise<void> {
    return new Promise((resolve) => {
      this.#server.close(() => resolve());
      this.#server.closeAllConnections();
    });
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { log } = this.#options;
    const peer = this.#peerOf(request.socket);
    let status = 200;
    let failure: ControlErrorType | undefined;
    try {
      const answer = await this.#answer(request, peer);
      if (response.destroyed) return;
      if (answer.kind === "json") {
        status = answer.status ?? 200;
        response.writeHead(status, {
          "content-type": "application/json",
          "cache-control": "no-store",
          ...(answer.etag === undefined ? {} : { etag: answer.etag }),
        });
        // An answer that nobody takes is not kept for ever.
        response.setTimeout(this.#limits.control_request_ms, () => response.destroy());
        response.end(`${JSON.stringify(answer.value)}\n`);
      } else {
        this.#follow(answer, request, response);
      }
    } catch (error) {
      let told = error;
      if (!(told instanceof ControlError)) {
        log.error({ path: request.url, err: error }, "internal error in a control request: it fails, the daemon goes on");
        told = new ControlError("internal-error", "the request has met a defect of Lunette");
      }
      status = (told as ControlError).status;
      failure = (told as ControlError).type;
      refuse(request, response, told as ControlError, this.#allowed(request));
    } finally {
      // Whoever changes something is known afterwards, whatever came of it.
      if (request.method !== "GET" && request.method !== "HEAD" && !this.#changesNothing(request))
        log.info({ method: request.method, path: pathOf(request), ...peer, status, failure }, "control request");
    }
  }

  async #answer(request: IncomingMessage, peer: Peer | undefined): Promise<ControlAnswer> {
    const path = pathOf(request);
    if (path === "/v1" && request.method === "GET") return { kind: "json", value: this.#index() };
    const found = this.#paths.find(path);
    if (found === undefined) throw new ControlError("unknown-path", `there is nothing at ${path.slice(0, 200)}`);
    const { methods, params } = found;
    const route = methods.get(request.method ?? "");
    if (route === undefined) throw new ControlError("wrong-method", `${path} has no ${request.method}`);
    const { method } = route;
    const headers = headersOf(request);
    let query: URLSearchParams;
    let body: Record<string, unknown> | undefined;
    try {
      query = this.#query(request, route);
      body = await this.#body(request, method);
    } catch (error) {
      const changes = method !== "GET" && route.changesNothing !== true;
      if (changes && error instanceof ControlError) await this.#options.onUnreadable?.({ method, path, headers, peer }, error);
      throw error;
    }
    return await route.handle({ method, path, params, headers, query, body, peer });
  }

  #index(): unknown {
    return { version: 1, paths: this.#paths.list() };
  }

  #query(request: IncomingMessage, route: Route): URLSearchParams {
    const query = new URLSearchParams((request.url ?? "").split("?").slice(1).join("?"));
    for (const name of new Set(query.keys())) {
      if (!route.parameters.includes(name)) {
        const known = route.parameters.length === 0 ? "it has none" : `it has ${route.parameters.join(", ")}`;
        throw new ControlError("bad-parameter", `${route.path} has no parameter "${name.slice(0, 40)}"; ${known}`);
      }
      if (query.getAll(name).length > 1) throw new ControlError("bad-parameter", `the parameter "${name}" is given twice`);
    }
    return query;
  }

  async #body(request: IncomingMessage, method: Method): Promise<Record<string, unknown> | undefined> {
    const bytes = await this.#read(request);
    if (method === "GET") {
      if (bytes.length > 0) throw new ControlError("bad-request", "a GET request has no body here");
      return undefined;
    }
    if (bytes.length === 0) return {};
    const type = request.headers["content-type"]?.split(";")[0]?.trim().toLowerCase();
    if (type !== "application/json")
      throw new ControlError("wrong-content-type", `the body has content-type ${type ?? "none"}`);
    return parseObject(bytes);
  }

  async #read(request: IncomingMessage): Promise<Buffer> {
    const bound = this.#limits.control_request_bytes;
    const tooLarge = () => new ControlError("body-too-large", `the body has more than ${bound} bytes`);
    // Refused on what the header announces, before anything is taken.
    if (Number(request.headers["content-length"] ?? 0) > bound) throw tooLarge();
    const chunks: Buffer[] = [];
    let length = 0;
    try {
      for await (const chunk of request as AsyncIterable<Buffer>) {
        length += chunk.length;
        if (length > bound) throw tooLarge();
        chunks.push(chunk);
      }
    } catch (error) {
      if (error instanceof ControlError) throw error;
      throw new ControlError("bad-request", "the request has not come to its end");
    }
    return Buffer.concat(chunks, length);
  }

  #follow(answer: Extract<ControlAnswer, { kind: "events" }>, request: IncomingMessage, response: ServerResponse): void {
    const bound = this.#limits.control_followers;
    if (this.#followers >= bound) throw new ControlError("too-many-followers", `${bound} clients follow events already`);
    this.#followers += 1;
    response.on("close", () => {
      this.#followers -= 1;
    });
    // Nothing may happen for days.
    request.socket.setTimeout(0);
    streamEvents(answer.source, answer.from, response);
  }

  #changesNothing(request: IncomingMessage): boolean {
    return this.#paths.find(pathOf(request))?.methods.get(request.method ?? "")?.changesNothing === true;
  }

  #allowed(request: IncomingMessage): string {
    return [...(this.#paths.find(pathOf(request))?.methods.keys() ?? ["GET"])].join(", ");
  }

  #peerOf(socket: Socket): Peer | undefined {
    // Node.js has no public way to the descriptor of a socket.
    const fd = (socket as unknown as { _handle?: { fd?: number } })._handle?.fd;
    return fd === undefined || fd < 0 ? undefined : this.#options.peerOf(fd);
  }
}

const pathOf = (request: IncomingMessage): string => (request.url ?? "").split("?")[0] ?? "";

function headersOf({ headers }: IncomingMessage): ControlHeaders {
  const one = (name: string): string | undefined => {
    const value = headers[name];
    return typeof value === "string" ? value : undefined;
  };
  return {
    ifMatch: one("if-match"),
    ifNoneMatch: one("if-none-match"),
    actor: one("lunette-actor"),
    scope: one("lunette-scope"),
  };
}

function parseObject(bytes: Buffer): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (error) {
    throw new ControlError("malformed-json", `the body is no JSON: ${(error as Error).message}`);
  }
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw new ControlError("malformed-json", "the body is no JSON object");
  return value as Record<string, unknown>;
}

function refuse(request: IncomingMessage, response: ServerResponse, error: ControlError, allowed: string): void {
  if (response.destroyed || response.headersSent) {
    response.destroy();
    return;
  }
  // What is left of a body is not read: the connection ends with the answer.
  const unread = !request.complete;
  response.writeHead(error.status, {
    "content-type": "application/json",
    "cache-control": "no-store",
    ...(error.type === "wrong-method" ? { allow: allowed } : {}),
    ...(unread ? { connection: "close" } : {}),
  });
  response.end(error.body());
}

const RAW_ERRORS: Readonly<Record<string, ControlErrorType>> = {
  HPE_HEADER_OVERFLOW: "headers-too-large",
  ERR_HTTP_REQUEST_TIMEOUT: "request-timeout",
};

/** What is no HTTP has no response object: the answer is written by hand. */
function refuseRaw(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === "ECONNRESET" || !socket.writable) {
    socket.destroy();
    return;
  }
  const told = new ControlError(RAW_ERRORS[error.code ?? ""] ?? "bad-request", `the request can't be read: ${error.message}`);
  const body = told.body();
  const head = `HTTP/1.1 ${told.status} Error\r\nconnection: close\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n`;
  socket.end(head + body, () => socket.destroy());
}

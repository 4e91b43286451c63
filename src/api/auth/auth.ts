/**
 * Who may call: each request is that of a key or a client certificate that the daemon knows, and does what its role allows. README.md describes
 * it for callers. Nothing is remembered of a credential: each request asks the daemon, so what is revoked there ends with the next request.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest, RouteOptions } from "fastify";
import type { Logger } from "../../common/logger.ts";
import { type Caller, hasRole, type RouteRole } from "../caller.ts";
import type { DaemonClient } from "../daemon-client.ts";
import { Problem } from "../problems.ts";
import { type AuthBounds, DEFAULT_AUTH_BOUNDS } from "./auth-bounds.ts";
import { type Credential, credentialOf, isFromAnotherSite, type Unusable } from "./credentials.ts";
import { rateLimits } from "./rate-limits.ts";
import { Refusals } from "./refusals.ts";

export interface AuthOptions {
  readonly client: Pick<DaemonClient, "ask">;
  readonly log: Logger;
  /** `api.requests_per_second` as it is now: of one caller. */
  readonly requestsPerSecond: () => number;
  readonly bounds?: Partial<AuthBounds>;
  readonly now?: () => number;
}

/** What the sidecar itself tells the daemon of a caller: a client's own say so is dropped. */
const DAEMON_HEADERS = "lunette-";
/** Answers that may go on for days: it is looked again and again whether the caller is still admitted. */
const STREAMS: readonly (string | undefined)[] = ["/v1/events"];
const CHALLENGE = 'Bearer realm="lunette"';

/** As `authenticate` of ApiOptions. */
export function authentication(options: AuthOptions): (app: FastifyInstance) => Promise<void> {
  return async (app) => {
    const bounds = { ...DEFAULT_AUTH_BOUNDS, ...options.bounds };
    const now = options.now ?? Date.now;
    const limits = await rateLimits(app, options.requestsPerSecond, bounds);
    const refusals = new Refusals(options.log);
    const door = new Door(options.client, refusals);
    refusals.watch(app);
    refuseRoutesWithoutRole(app);

    const watchStream = (request: FastifyRequest, { raw }: FastifyReply): void => {
      const look = setInterval(() => {
        const again = credentialOf(request.raw, now(), bounds.authorization_bytes);
        door.admit(request, again).catch((error: unknown) => {
          // That the daemon is away says nothing of the caller.
          if (!(error instanceof Problem) || error.type !== "unauthenticated") return;
          options.log.warn({ audit: "ended", caller: request.caller?.name }, "no longer admitted: the stream of events ends");
          raw.destroy();
        });
      }, bounds.recheck_ms);
      raw.once("close", () => clearInterval(look));
    };

    app.addHook("onRequest", async (request, reply) => {
      dropDaemonHeaders(request);
      // Nothing is there to be kept from anybody: the answer is that there is nothing.
      if (request.is404) return limits.anonymous(request);
      const role = roleOf(request);
      if (role === "public") return limits.anonymous(request);
      const credential = credentialOf(request.raw, now(), bounds.authorization_bytes);
      if (credential === "none") {
        await limits.anonymous(request);
        throw unauthenticated("this needs a key or a client certificate", CHALLENGE);
      }
      await limits.mayAttempt(request);
      try {
        request.caller = await door.admit(request, credential);
      } catch (error) {
        if (error instanceof Problem && error.type === "unauthenticated") await limits.failed(request);
        throw error;
      }
      await limits.caller(request);
      checkRole(request, request.caller, role, refusals);
      if (STREAMS.includes(request.routeOptions.url)) watchStream(request, reply);
    });
  };
}

/** Asks the daemon whether somebody is let in. */
class Door {
  readonly #client: Pick<DaemonClient, "ask">;
  readonly #refusals: Refusals;

  constructor(client: Pick<DaemonClient, "ask">, refusals: Refusals) {
    this.#client = client;
    this.#refusals = refusals;
  }

  /** @throws Problem, the same whatever is wrong with the credential */
  async admit(request: FastifyRequest, credential: Credential | Unusable): Promise<Caller> {
    if (typeof credential === "string") throw this.#notAdmitted(request, credential);
    const { kind, body } = credential;
    try {
      const asked = { method: "POST", path: "/v1/api-keys/authenticate", body, caller: null, question: true } as const;
      const answer = await this.#client.ask(asked);
      return { kind, ...(answer.body as Omit<Caller, "kind">) };
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      const { type, details, headers } = error;
      if (type === "not-permitted") throw this.#notAdmitted(request, String(details["reason"]), details["key"]);
      // Its own words name files and sockets, and nobody knows yet who hears them.
      if (type === "api-keys-unusable")
        throw new Problem(type, "no key can be checked until its operator has mended the list of keys");
      if (type === "daemon-unavailable")
        throw new Problem(type, "the daemon, which knows the keys, does not answer", {}, headers);
      throw error;
    }
  }

  #notAdmitted(request: FastifyRequest, reason: string, key?: unknown): Problem {
    this.#refusals.because(request, { reason, ...(typeof key === "string" ? { key } : {}) });
    return unauthenticated("the key or certificate is not admitted", `${CHALLENGE}, error="invalid_token"`);
  }
}

const unauthenticated = (detail: string, challenge: string): Problem =>
  new Problem("unauthenticated", detail, {}, { "www-authenticate": challenge });

function checkRole(request: FastifyRequest, caller: Caller, role: Exclude<RouteRole, "public">, refusals: Refusals): void {
  if (!hasRole(caller.role, role)) {
    refusals.because(request, { reason: `role ${caller.role}` });
    throw new Problem("not-permitted", `this takes the role ${role}, and "${caller.name}" has ${caller.role}`);
  }
  if (
    caller.kind === "certificate" &&
    request.method !== "GET" &&
    request.method !== "HEAD" &&
    isFromAnotherSite(request.raw)
  ) {
    refusals.because(request, { reason: "another site" });
    throw new Problem("not-permitted", "a page of another site may not use the certificate of a browser to change something");
  }
}

/** The least role; a route without one is a defect that opens nothing. */
function roleOf({ routeOptions }: FastifyRequest): RouteRole {
  const { role } = routeOptions.config;
  if (role === undefined) throw new Problem("internal-error", "the request has met a defect of Lunette");
  return role;
}

function dropDaemonHeaders({ raw }: FastifyRequest): void {
  for (const name of Object.keys(raw.headers)) if (name.startsWith(DAEMON_HEADERS)) delete raw.headers[name];
}

/** Told when the service starts, and not when somebody calls. */
function refuseRoutesWithoutRole(app: FastifyInstance): void {
  const routes: RouteOptions[] = [];
  app.addHook("onRoute", (route) => {
    routes.push(route);
  });
  app.addHook("onReady", async () => {
    for (const { method, url, config } of routes)
      if (config?.role === undefined) throw new Error(`${String(method)} ${url} has no role: give it one`);
  });
}

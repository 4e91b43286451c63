/** The paths of the control socket that read: `GET /v1/…`. */

import type { LunetteEvent } from "../common/events.ts";
import { ControlError } from "./control-error.ts";
import type { ControlService, EventSource } from "./service.ts";

export type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

/** Who asks, as the kernel says; undefined where it does not say. */
export interface Peer {
  readonly pid: number;
  readonly uid: number;
  readonly gid: number;
}

/** What a request may say beside its body. */
export interface ControlHeaders {
  readonly ifMatch?: string | undefined;
  readonly ifNoneMatch?: string | undefined;
  /** On whose behalf the peer asks, as it says: `lunette-actor`. */
  readonly actor?: string | undefined;
  /** What that one may do, JSON: `lunette-scope`. */
  readonly scope?: string | undefined;
}

export interface ControlRequest {
  readonly method: Method;
  /** As the request wrote it, without the query. */
  readonly path: string;
  /** What stands at the `:names` of the route's path, decoded. */
  readonly params: Readonly<Record<string, string>>;
  readonly headers: ControlHeaders;
  readonly query: URLSearchParams;
  /** undefined where the method has none. */
  readonly body: Readonly<Record<string, unknown>> | undefined;
  readonly peer: Peer | undefined;
}

/** An answer: one JSON value, or events as they happen. */
export type ControlAnswer =
  | { readonly kind: "json"; readonly value: unknown; readonly status?: 200 | 201 | 202; readonly etag?: string }
  | { readonly kind: "events"; readonly source: EventSource; readonly from: number };

export interface Route {
  readonly method: Method;
  /** A segment `:name` stands for any one segment, which is percent-decoded; the others are compared as they are written. */
  readonly path: string;
  /** Names of the query that it understands. */
  readonly parameters: readonly string[];
  /** A question whose method is POST because of its body: it is not logged as a change. */
  readonly changesNothing?: true;
  readonly handle: (request: ControlRequest) => ControlAnswer | Promise<ControlAnswer>;
}

/** Events of one answer, unless `limit` asks for fewer. */
const EVENTS_LIMIT = 1000;

const json = (value: unknown): ControlAnswer => ({ kind: "json", value });

export function readRoutes(service: ControlService): readonly Route[] {
  const get = (path: string, handle: Route["handle"], parameters: readonly string[] = []): Route => ({
    method: "GET",
    path,
    parameters,
    handle,
  });
  return [
    get("/v1/status", () => json(service.status())),
    get("/v1/targets", () => json({ targets: service.targets() })),
    get("/v1/luns", () => json({ luns: service.luns() })),
    get("/v1/sessions", () => json({ sessions: service.sessions() })),
    get("/v1/connections", () => json({ connections: service.connections() })),
    get("/v1/top", () => json(service.top())),
    get("/v1/events", ({ query }) => answerEvents(service.events, query), ["from", "limit", "follow"]),
  ];
}

/** An answer to GET /v1/events without `follow`. */
export interface EventPage {
  readonly events: readonly LunetteEvent[];
  /** Where to go on: the `from` of the next request. */
  readonly next: number;
  /** Sequence of the oldest event that is kept. */
  readonly oldest: number;
}

function answerEvents(source: EventSource, query: URLSearchParams): ControlAnswer {
  const follow = query.get("follow");
  if (follow !== null && follow !== "1") throw new ControlError("bad-parameter", `follow=${follow}: only follow=1 is known`);
  const from = wholeNumber(query, "from", 0);
  if (follow !== null) {
    if (query.has("limit")) throw new ControlError("bad-parameter", "limit and follow exclude each other");
    return { kind: "events", source, from: from ?? source.next };
  }
  const limit = Math.min(wholeNumber(query, "limit", 1) ?? EVENTS_LIMIT, EVENTS_LIMIT);
  // Without `from`: the newest ones.
  const events = source.read(from ?? source.next - limit, limit);
  const page: EventPage = { events, next: (events.at(-1)?.sequence ?? source.next - 1) + 1, oldest: source.oldest };
  return json(page);
}

export function wholeNumber(query: URLSearchParams, name: string, least: number): number | undefined {
  const text = query.get(name);
  if (text === null) return undefined;
  const value = Number(text);
  if (!/^\d{1,15}$/.test(text) || value < least)
    throw new ControlError("bad-parameter", `${name}=${text.slice(0, 40)}: must be a whole number of at least ${least}`);
  return value;
}

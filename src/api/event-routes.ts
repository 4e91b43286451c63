/**
 * GET /v1/events: a page of events as JSON, or events as they happen (server-sent events, WHATWG HTML 9.2). A follower has no queue: it is sent
 * as much as it reads, and the rest waits in the daemon's log. While the daemon is away the stream stays, and goes on where it was.
 */
import { once } from "node:events";
import type { ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { LunetteEvent } from "../common/events.ts";
import type { EventPage } from "../control/routes.ts";
import type { ApiBounds } from "./bounds.ts";
import type { Caller } from "./caller.ts";
import type { DaemonClient } from "./daemon-client.ts";
import { type JsonSchema, object, ref } from "./json-schema.ts";
import { operation, pass, type RouteContext } from "./operation.ts";
import { Problem } from "./problems.ts";

export const EVENT_STREAM_TYPE = "text/event-stream";

/** How long a browser waits before it connects again, milliseconds. */
const RECONNECT_MS = 2_000;

const FROM: JsonSchema = {
  type: "integer",
  minimum: 0,
  description:
    "Sequence of the first event that is wanted. Without it: the newest ones, or, in a stream, those that happen from now on.",
};

export function registerEvents(app: FastifyInstance, { client, bounds }: RouteContext): void {
  let followers = 0;
  const ending = new AbortController();
  app.addHook("preClose", async () => ending.abort());
  const options = operation({
    ...{ id: "listEvents", tag: "events", summary: "Events, or events as they happen", role: "read" },
    description:
      "With `accept: text/event-stream` the answer is a stream: `id` is the sequence, `data` the event. It goes on after `Last-Event-ID`. " +
      'An event named `missed` stands for n events that are no longer kept: `{"missed": n}`.',
    query: object(
      {},
      { from: FROM, limit: { type: "integer", minimum: 1, maximum: bounds.page_items, description: "Not in a stream." } },
    ),
    headers: {
      "last-event-id": { type: "string", pattern: "^[0-9]{1,15}$", description: "Sequence of the last event that was seen." },
    },
    answers: {
      200: { what: "A page, or a stream.", schema: ref("EventPage") },
    },
    problems: ["not-acceptable", "too-many-followers"],
  });
  const content = (options.schema.response as Record<string, { content: Record<string, unknown> }>)["200"]?.content;
  if (content !== undefined) content[EVENT_STREAM_TYPE] = { schema: { type: "string", description: "Server-sent events." } };
  app.get("/v1/events", options, async (request, reply) => {
    const accepted = representation(request.headers.accept);
    // The head of a stream would not end (RFC 9110 9.3.2): it is that of a page.
    const wanted = request.method === "HEAD" && accepted === "stream" ? "page" : accepted;
    if (wanted === undefined)
      throw new Problem("not-acceptable", `${request.headers.accept?.slice(0, 100)}: there is JSON and a stream`);
    const { from, limit } = request.query as { from?: number; limit?: number };
    if (wanted === "page") {
      const query = {
        ...(from === undefined ? {} : { from: String(from) }),
        ...(limit === undefined ? {} : { limit: String(limit) }),
      };
      return pass(reply, await client.ask({ method: "GET", path: "/v1/events", query, caller: request.caller }));
    }
    if (limit !== undefined) throw new Problem("bad-parameter", "limit: a stream has none");
    if (followers >= bounds.followers)
      throw new Problem("too-many-followers", `${followers} clients follow events already`, {}, { "retry-after": "10" });
    followers += 1;
    try {
      await stream(request, reply, client, bounds, from, ending.signal);
    } finally {
      followers -= 1;
    }
    return reply;
  });
}

/** JSON unless a stream is asked for by name. */
function representation(accept: string | undefined): "page" | "stream" | undefined {
  const types = (accept ?? "*/*").split(",").map((each) => (each.split(";")[0] ?? "").trim().toLowerCase());
  if (types.includes(EVENT_STREAM_TYPE)) return "stream";
  return types.some((type) => ["*/*", "application/*", "application/json"].includes(type)) ? "page" : undefined;
}

async function stream(
  request: FastifyRequest,
  reply: FastifyReply,
  client: DaemonClient,
  bounds: ApiBounds,
  from: number | undefined,
  ending: AbortSignal,
): Promise<void> {
  const lastSeen = request.headers["last-event-id"] as string | undefined;
  const gone = new AbortController();
  const { raw } = reply;
  raw.on("close", () => gone.abort());
  const signal = AbortSignal.any([ending, gone.signal]);
  let next = lastSeen === undefined ? from : Number(lastSeen) + 1;
  // The first answer decides whether there is a stream at all: what goes wrong until then is a problem document.
  next ??= await newest(client, request.caller);
  let lines = await client.follow(`/v1/events?follow=1&from=${next}`, request.caller, signal);
  reply.hijack();
  raw.writeHead(200, {
    ...(reply.getHeaders() as Record<string, string>),
    "content-type": EVENT_STREAM_TYPE,
    "cache-control": "no-store",
  });
  // Nothing may happen for days; a peer that vanishes is noticed by the kernel.
  request.raw.socket.setTimeout(0);
  request.raw.socket.setKeepAlive(true, bounds.heartbeat_ms);
  raw.write(`retry: ${RECONNECT_MS}\n\n`);
  const heart = setInterval(() => {
    if (!raw.writableNeedDrain) raw.write(": nothing new\n\n");
  }, bounds.heartbeat_ms);
  try {
    for (;;) {
      for await (const line of lines) {
        const event = JSON.parse(line) as LunetteEvent | { readonly missed: number };
        if ("missed" in event) next += event.missed;
        else next = event.sequence + 1;
        if (!(await write(raw, messageOf(event, line), bounds, signal))) return;
      }
      // The daemon has ended: it goes on with the next one, whose sequences go on too.
      if (!raw.write(": the daemon is away\n\n")) await drained(raw, bounds, signal);
      lines = await followAgain(client, request.caller, () => next as number, bounds, signal);
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    clearInterval(heart);
    raw.end();
  }
}

async function newest(client: DaemonClient, caller: Caller | null): Promise<number> {
  const { body } = await client.ask({ method: "GET", path: "/v1/events", query: { limit: "1" }, caller });
  return (body as EventPage).next;
}

/** Waits for the daemon as long as the client does. */
async function followAgain(
  client: DaemonClient,
  caller: Caller | null,
  next: () => number,
  bounds: ApiBounds,
  signal: AbortSignal,
): Promise<AsyncIterable<string>> {
  for (;;) {
    await sleep(bounds.daemon_retry_ms, undefined, { signal });
    try {
      return await client.follow(`/v1/events?follow=1&from=${next()}`, caller, signal);
    } catch (error) {
      if (!(error instanceof Problem) || error.type !== "daemon-unavailable") throw error;
    }
  }
}

function messageOf(event: LunetteEvent | { readonly missed: number }, line: string): string {
  return "missed" in event ? `event: missed\ndata: ${line}\n\n` : `id: ${event.sequence}\ndata: ${line}\n\n`;
}

/** false: the follower did not take what it was sent for too long. */
async function write(raw: ServerResponse, text: string, bounds: ApiBounds, signal: AbortSignal): Promise<boolean> {
  if (signal.aborted) return false;
  return raw.write(text) || (await drained(raw, bounds, signal));
}

async function drained(raw: ServerResponse, bounds: ApiBounds, signal: AbortSignal): Promise<boolean> {
  const late = AbortSignal.timeout(bounds.follower_stalled_ms);
  try {
    await once(raw, "drain", { signal: AbortSignal.any([signal, late]) });
    return true;
  } catch {
    raw.destroy();
    return false;
  }
}

/**
 * Events as they happen, one JSON line each. A follower has no queue of its own, only a place in the log: it is sent as much as it reads. One
 * that reads too slowly loses the events that the log no longer keeps, and a line `{"missed": n}` says how many.
 */
import type { ServerResponse } from "node:http";
import type { EventSource } from "./service.ts";

/** Lines that are handed over at once, before it is looked whether they were taken. */
const BATCH = 100;

export function streamEvents(source: EventSource, from: number, response: ServerResponse): void {
  let cursor = from;
  let blocked = false;
  const pump = (): void => {
    while (!blocked && cursor < source.next) {
      const events = source.read(cursor, BATCH);
      const first = events[0]?.sequence ?? source.next;
      const lines = first > cursor ? [`{"missed":${first - cursor}}\n`] : [];
      for (const event of events) lines.push(`${JSON.stringify(event)}\n`);
      cursor = (events.at(-1)?.sequence ?? source.next - 1) + 1;
      blocked = !response.write(lines.join(""));
    }
  };
  response.writeHead(200, { "content-type": "application/x-ndjson", "cache-control": "no-store" });
  response.flushHeaders();
  const unfollow = source.follow(pump);
  response.on("drain", () => {
    blocked = false;
    pump();
  });
  response.on("close", unfollow);
  pump();
}

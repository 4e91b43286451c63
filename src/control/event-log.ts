/**
 * The event log: what has happened and why, bounded in memory and on disk. Recording never waits: the event is in memory at once, and on
 * disk soon after. A disk that hangs or is full costs the copy on disk, which is said once, and nothing else.
 */
import { randomUUID } from "node:crypto";
import { join } from "node:path";
import {
  EVENT_KINDS,
  type EventDetails,
  type EventKind,
  type EventKindRow,
  type Events,
  type LunetteEvent,
} from "../common/events.ts";
import type { Limits } from "../common/limits.ts";
import type { EventFiles } from "./event-files.ts";
import { Repetitions } from "./repetitions.ts";

/** Lines that wait for the disk; more are counted and dropped. */
const UNWRITTEN_MAX = 10_000;
/** A disk that hangs holds up the end of the daemon no longer than this, milliseconds. */
const CLOSE_MS = 2_000;

export interface EventLogOptions {
  readonly limits: Pick<Limits, "events_kept" | "event_text_bytes">;
  /** undefined: memory only. */
  readonly files: EventFiles | undefined;
  /** Told when events can't be written, once until they can again. */
  readonly onFailure: (error: Error) => void;
  readonly now?: () => Date;
}

export const eventFolder = (stateDir: string): string => join(stateDir, "events");

export class EventLog implements Events {
  readonly #options: EventLogOptions;
  readonly #now: () => Date;
  /** A ring: the event of sequence n is at n modulo its length. */
  #ring: (LunetteEvent | undefined)[];
  #oldest = 1;
  #next = 1;
  readonly #followers = new Set<() => void>();
  readonly #repetitions = new Repetitions((kind, last, repeated) => this.#add(kind, last, repeated));
  #unwritten: string[] = [];
  #writing: Promise<void> | undefined;
  #dropped = 0;
  #failing = false;
  #closed = false;

  constructor(options: EventLogOptions) {
    this.#options = options;
    this.#now = options.now ?? (() => new Date());
    this.#ring = new Array(options.limits.events_kept);
  }

  /** Reads back what earlier runs have written. Never rejects: a daemon without its old events serves all the same. */
  async open(): Promise<void> {
    try {
      const lines = (await this.#options.files?.open()) ?? [];
      for (const line of lines.slice(-this.#ring.length)) {
        const event = parseEvent(line);
        // Sequences only rise; anything else in the file is not ours to tell.
        if (event !== undefined && event.sequence >= this.#next) this.#keep(event);
      }
    } catch (error) {
      this.#failed(error as Error);
    }
  }

  /** Sequence of the next event. */
  get next(): number {
    return this.#next;
  }

  /** Sequence of the oldest event that is kept; equal to `next` when there is none. */
  get oldest(): number {
    return this.#oldest;
  }

  /** Events that did not reach the disk. */
  get unwritten(): number {
    return this.#dropped;
  }

  record(kind: EventKind, details: EventDetails): void {
    if (this.#closed) return;
    const row: EventKindRow = EVENT_KINDS[kind];
    if (row.limited === undefined || this.#repetitions.pass(kind, details)) this.#add(kind, details);
  }

  /** At most `limit` events from sequence `from` on, oldest first. What is no longer kept is left out. */
  read(from: number, limit: number): LunetteEvent[] {
    const events: LunetteEvent[] = [];
    for (let sequence = Math.max(from, this.#oldest); sequence < this.#next && events.length < limit; sequence += 1) {
      const event = this.#ring[sequence % this.#ring.length];
      // Sequences have holes where lines on disk were damaged.
      if (event?.sequence === sequence) events.push(event);
    }
    return events;
  }

  /** Other bounds, from now on: of more events than are kept then, the oldest go. */
  changeLimits(limits: Pick<Limits, "events_kept" | "event_log_bytes">): void {
    this.#options.files?.changeLimit(limits.event_log_bytes);
    if (limits.events_kept === this.#ring.length) return;
    const kept = this.read(this.#next - limits.events_kept, limits.events_kept);
    this.#ring = new Array(limits.events_kept);
    this.#oldest = this.#next;
    for (const event of kept) this.#keep(event);
  }

  /** Calls `wake` after each event until the returned function is called. */
  follow(wake: () => void): () => void {
    this.#followers.add(wake);
    return () => this.#followers.delete(wake);
  }

  /** Tells what is still counted, and resolves when everything is on disk, or could not get there in time. */
  async close(): Promise<void> {
    this.#repetitions.flush();
    this.#closed = true;
    const written = Promise.resolve(this.#writing)
      .then(() => this.#options.files?.close())
      .catch(() => {});
    await Promise.race([written, new Promise((resolve) => setTimeout(resolve, CLOSE_MS).unref())]);
  }

  #add(kind: EventKind, details: EventDetails, repeated?: number): void {
    const event: LunetteEvent = {
      sequence: this.#next,
      id: randomUUID(),
      at: this.#now().toISOString(),
      kind,
      severity: EVENT_KINDS[kind].severity,
      details: this.#bounded(details),
      ...(repeated === undefined ? {} : { repeated }),
    };
    this.#keep(event);
    if (this.#options.files !== undefined) this.#write(`${JSON.stringify(event)}\n`);
    for (const wake of this.#followers) wake();
  }

  #keep(event: LunetteEvent): void {
    if (this.#next === this.#oldest) this.#oldest = event.sequence;
    this.#next = event.sequence + 1;
    this.#oldest = Math.max(this.#oldest, this.#next - this.#ring.length);
    this.#ring[event.sequence % this.#ring.length] = event;
  }

  /** Texts come from initiators: they are cut, and fields that are not known are left out. */
  #bounded(details: EventDetails): EventDetails {
    const bytes = this.#options.limits.event_text_bytes;
    const entries = Object.entries(details).filter(([, value]) => value !== undefined);
    return Object.fromEntries(entries.map(([name, value]) => [name, typeof value === "string" ? cut(value, bytes) : value]));
  }

  // ---- The disk -------------------------------------------------------------------------------------

  #write(line: string): void {
    if (this.#unwritten.length >= UNWRITTEN_MAX) {
      this.#dropped += 1;
      return;
    }
    this.#unwritten.push(line);
    this.#writing ??= this.#writeAll().finally(() => {
      this.#writing = undefined;
    });
  }

  async #writeAll(): Promise<void> {
    // What one turn of the event loop has to say goes out together.
    await new Promise((resolve) => setImmediate(resolve));
    while (this.#unwritten.length > 0) {
      const lines = this.#unwritten;
      this.#unwritten = [];
      try {
        await this.#options.files?.append(lines);
        this.#failing = false;
      } catch (error) {
        this.#dropped += lines.length;
        this.#failed(error as Error);
      }
    }
  }

  #failed(error: Error): void {
    if (this.#failing) return;
    this.#failing = true;
    this.#options.onFailure(error);
  }
}

function cut(text: string, maxBytes: number): string {
  if (Buffer.byteLength(text) <= maxBytes) return text;
  const end = "…";
  // A character that the cut goes through is left out whole.
  const head = Buffer.from(text)
    .subarray(0, maxBytes - Buffer.byteLength(end))
    .toString("utf8")
    .replace(/\ufffd+$/, "");
  return head + end;
}

/** undefined: not an event. One of a kind that only another version knows is told as it is. */
function parseEvent(line: string): LunetteEvent | undefined {
  let json: unknown;
  try {
    json = JSON.parse(line);
  } catch {
    return undefined;
  }
  if (typeof json !== "object" || json === null) return undefined;
  const { sequence, id, at, kind, severity, details } = json as Record<string, unknown>;
  const known =
    Number.isSafeInteger(sequence) &&
    (sequence as number) > 0 &&
    typeof id === "string" &&
    typeof at === "string" &&
    typeof kind === "string" &&
    typeof severity === "string" &&
    typeof details === "object" &&
    details !== null;
  return known ? (json as LunetteEvent) : undefined;
}

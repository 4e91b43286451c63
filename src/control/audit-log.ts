/**
 * The audit log: every change of the configuration, made or refused, with who asked for it and what the object was before and after, in the
 * order in which changes came into force. An entry is on disk before its change is answered. Two files of JSON lines in `state_dir/audit` take
 * turns; secrets are never in them.
 */
import { join } from "node:path";
import type { Limits } from "../common/limits.ts";
import { EventFiles } from "./event-files.ts";
import type { ControlRequest, Peer } from "./routes.ts";

export interface AuditFacts {
  readonly actor: string;
  readonly peer?: Peer | undefined;
  readonly method: string;
  readonly path: string;
  readonly outcome: "applied" | "refused";
  /** Type of the error of a refused one, and its message. */
  readonly error?: string | undefined;
  readonly message?: string | undefined;
  /** The store's, after an applied one. */
  readonly generation?: number | undefined;
  /** Which object: also of a change of one of its parts. */
  readonly collection?: string | undefined;
  readonly id?: string | undefined;
  /** The whole object, secrets masked; absent where there is none. */
  readonly before?: unknown;
  readonly after?: unknown;
}

export interface AuditEntry extends AuditFacts {
  /** Rises by one from entry to entry, restarts included. */
  readonly sequence: number;
  /** ISO 8601 in UTC. */
  readonly at: string;
}

export interface AuditPage {
  readonly entries: readonly AuditEntry[];
  /** The `from` of the next request. */
  readonly next: number;
  /** Of the oldest entry that is kept. */
  readonly oldest: number;
}

export interface AuditLogOptions {
  readonly stateDir: string;
  readonly limits: Pick<Limits, "audit_log_bytes" | "audit_entries">;
  /** Told when entries can't be written. */
  readonly onFailure: (error: Error) => void;
  readonly now?: () => Date;
}

/** Entries that wait for a disk that fails; of more, the oldest are given up. */
const WAITING_MAX = 1000;
/** Refused requests name what they like: of their texts this many characters are kept. */
const TEXT_MAX = 2000;

export class AuditLog {
  readonly #files: EventFiles;
  readonly #options: AuditLogOptions;
  #next = 1;
  /** The generation of the store after the last applied change that is written. */
  #generation: number | undefined;
  #waiting: string[] = [];
  #turn: Promise<unknown> = Promise.resolve();

  constructor(options: AuditLogOptions) {
    this.#options = options;
    this.#files = new EventFiles(join(options.stateDir, "audit"), options.limits.audit_log_bytes, "audit");
  }

  /** Never rejects: what can't be read is not told, and what can't be written is tried again with the next entry. */
  async open(): Promise<void> {
    try {
      for (const line of await this.#files.open()) {
        const entry = parseEntry(line);
        if (entry === undefined) continue;
        this.#next = entry.sequence + 1;
        if (entry.outcome === "applied" && entry.generation !== undefined) this.#generation = entry.generation;
      }
    } catch (error) {
      this.#options.onFailure(error as Error);
    }
  }

  /** undefined: none is known. */
  get generation(): number | undefined {
    return this.#generation;
  }

  changeLimits({ audit_log_bytes: bytes }: Pick<Limits, "audit_log_bytes">): void {
    this.#files.changeLimit(bytes);
  }

  /** Resolves once the entry is on disk, or could not be written. */
  record(facts: AuditFacts): Promise<void> {
    const sequence = this.#next;
    this.#next += 1;
    const at = (this.#options.now?.() ?? new Date()).toISOString();
    if (facts.outcome === "applied" && facts.generation !== undefined) this.#generation = facts.generation;
    const told = { ...facts, path: facts.path.slice(0, TEXT_MAX), message: facts.message?.slice(0, TEXT_MAX) };
    this.#waiting.push(`${JSON.stringify({ sequence, at, ...told })}\n`);
    if (this.#waiting.length > WAITING_MAX) this.#waiting.shift();
    return this.#inTurn(() => this.#write());
  }

  /** For changes whose place is elsewhere, such as those of API keys. */
  note(
    request: ControlRequest,
    outcome: { readonly error?: string; readonly before?: unknown; readonly after?: unknown },
  ): void {
    const { method, path, peer } = request;
    const actor = actorOf(request);
    void this.record({ actor, peer, method, path, outcome: outcome.error === undefined ? "applied" : "refused", ...outcome });
  }

  read(from: number | undefined, wanted?: number): Promise<AuditPage> {
    const most = this.#options.limits.audit_entries;
    const limit = Math.min(wanted ?? most, most);
    return this.#inTurn(async () => {
      const lines = await this.#files.read();
      const oldest = sequenceOf(lines[0]) ?? this.#next;
      const first = Math.max(from ?? this.#next - limit, oldest);
      const entries: AuditEntry[] = [];
      for (const line of lines) {
        if (entries.length >= limit) break;
        const sequence = sequenceOf(line);
        const entry = sequence === undefined || sequence < first ? undefined : parseEntry(line);
        if (entry !== undefined) entries.push(entry);
      }
      return { entries, next: (entries.at(-1)?.sequence ?? this.#next - 1) + 1, oldest };
    });
  }

  close(): Promise<void> {
    return this.#inTurn(() => this.#files.close()).catch(() => {});
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#turn.then(work);
    this.#turn = result.catch(() => {});
    return result;
  }

  async #write(): Promise<void> {
    // Those behind it may have taken this one along.
    const lines = this.#waiting;
    if (lines.length === 0) return;
    this.#waiting = [];
    try {
      await this.#files.append(lines);
      await this.#files.sync();
    } catch (error) {
      this.#waiting = [...lines, ...this.#waiting].slice(-WAITING_MAX);
      this.#options.onFailure(error as Error);
    }
  }
}

/** On whose behalf: the sidecar says it, for others it is the user at the other end. */
export function actorOf({ headers, peer }: Pick<ControlRequest, "headers" | "peer">): string {
  return headers.actor ?? (peer === undefined ? "unknown" : `uid:${peer.uid}`);
}

const sequenceOf = (line: string | undefined): number | undefined => {
  const found = /^\{"sequence":(\d{1,15}),/.exec(line ?? "")?.[1];
  return found === undefined ? undefined : Number(found);
};

function parseEntry(line: string): AuditEntry | undefined {
  if (sequenceOf(line) === undefined) return undefined;
  try {
    return JSON.parse(line) as AuditEntry;
  } catch {
    return undefined;
  }
}

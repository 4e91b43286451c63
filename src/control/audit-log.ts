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
  /** By default those of `state_dir/audit`. */
  readonly files?: EventFiles;
}

/** Entries that wait for a disk that fails; of more, the oldest are given up. */
const WAITING_MAX = 1000;
/** Refused requests name what they like: of their texts this many characters are kept. */
const TEXT_MAX = 2000;

/** On its way to the disk. It has a number once it is known which one comes next. */
interface Waiting {
  readonly at: string;
  readonly facts: AuditFacts;
  sequence?: number;
}

export class AuditLog {
  readonly #files: EventFiles;
  readonly #options: AuditLogOptions;
  #opened = false;
  #next = 1;
  /** The generation of the store after the last applied change that is written. */
  #generation: number | undefined;
  #waiting: Waiting[] = [];
  #turn: Promise<unknown> = Promise.resolve();

  constructor(options: AuditLogOptions) {
    this.#options = options;
    this.#files = options.files ?? new EventFiles(join(options.stateDir, "audit"), options.limits.audit_log_bytes, "audit");
  }

  /** Never rejects: what can't be opened is tried again with the next entry. */
  open(): Promise<void> {
    return this.#inTurn(() => this.#open()).catch(this.#options.onFailure);
  }

  async #open(): Promise<void> {
    if (this.#opened) return;
    let generation: number | undefined;
    for (const line of await this.#files.open()) {
      const entry = parseEntry(line);
      if (entry === undefined) continue;
      this.#next = Math.max(this.#next, entry.sequence + 1);
      if (entry.outcome === "applied" && entry.generation !== undefined) generation = entry.generation;
    }
    // What has been recorded since is newer.
    this.#generation ??= generation;
    this.#opened = true;
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
    const at = (this.#options.now?.() ?? new Date()).toISOString();
    if (facts.outcome === "applied" && facts.generation !== undefined) this.#generation = facts.generation;
    this.#waiting.push({ at, facts });
    this.#dropOldest();
    return this.#inTurn(() => this.#write());
  }

  /** For changes whose place is elsewhere, such as those of API keys. Resolves as `record` does. */
  note(
    request: ControlRequest,
    outcome: { readonly error?: string; readonly before?: unknown; readonly after?: unknown },
  ): Promise<void> {
    const { method, path, peer } = request;
    const actor = actorOf(request);
    return this.record({ actor, peer, method, path, outcome: outcome.error === undefined ? "applied" : "refused", ...outcome });
  }

  read(from: number | undefined, wanted?: number): Promise<AuditPage> {
    const most = this.#options.limits.audit_entries;
    const limit = Math.min(wanted ?? most, most);
    return this.#inTurn(async () => {
      const lines = await this.#files.read();
      const oldest = sequenceOf(lines[0]) ?? this.#next;
      const first = Math.max(from ?? this.#next - limit, oldest);
      const entries: AuditEntry[] = [];
      let wanted = first;
      for (const line of lines) {
        if (entries.length >= limit) break;
        // One that a failing disk had after all stands there again.
        const sequence = sequenceOf(line);
        const entry = sequence === undefined || sequence < wanted ? undefined : parseEntry(line);
        if (entry === undefined) continue;
        entries.push(entry);
        wanted = entry.sequence + 1;
      }
      return { entries, next: (entries.at(-1)?.sequence ?? this.#next - 1) + 1, oldest };
    });
  }

  /** What waits is tried once more. */
  close(): Promise<void> {
    return this.#inTurn(async () => {
      await this.#write();
      await this.#files.close();
    }).catch(() => {});
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#turn.then(work);
    this.#turn = result.catch(() => {});
    return result;
  }

  async #write(): Promise<void> {
    // Those behind it may have taken this one along.
    const waiting = this.#waiting;
    if (waiting.length === 0) return;
    this.#waiting = [];
    try {
      await this.#open();
      await this.#files.append(waiting.map((entry) => this.#lineOf(entry)));
      await this.#files.sync();
    } catch (error) {
      this.#waiting = [...waiting, ...this.#waiting];
      this.#dropOldest();
      this.#options.onFailure(error as Error);
    }
  }

  #lineOf(entry: Waiting): string {
    entry.sequence ??= this.#next++;
    const { at, facts, sequence } = entry;
    const { path, message } = facts;
    return `${JSON.stringify({ sequence, at, ...facts, path: path.slice(0, TEXT_MAX), message: message?.slice(0, TEXT_MAX) })}\n`;
  }

  /** One that is given up leaves a gap in the sequence. */
  #dropOldest(): void {
    const dropped = this.#waiting.splice(0, Math.max(0, this.#waiting.length - WAITING_MAX));
    this.#next += dropped.filter(({ sequence }) => sequence === undefined).length;
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

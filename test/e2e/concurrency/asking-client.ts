/** What a client knows of the others, and how it holds an answer against what it may be. */
import { type RestAnswer, RestClient } from "../../support/rest-client.ts";
import { randomNumbers } from "../varied-configuration.ts";

export const MiB = 1024 * 1024;
/** Names of a kind that everybody in a team fights for. */
export const SHARED = 6;
/** After so many wrong answers there is nothing more to learn. */
const ENOUGH_WRONG = 20;

/** Clients with one key. */
export interface Team {
  /** With which the names of its volumes and igroups begin. */
  readonly prefix: string;
  readonly role: "read" | "operate" | "admin";
  /** Its key allows these prefixes only. */
  readonly restricted: boolean;
  readonly clients: number;
  readonly key: string;
}

/** A change that was answered as made. */
export interface Made {
  readonly actor: string;
  readonly method: string;
  /** As the audit log has it. */
  readonly path: string;
  readonly generation: number;
  /** undefined: something was taken away. */
  readonly object: { readonly generation: number } | undefined;
}

/** What all clients together have seen. */
export class Seen {
  answers = 0;
  readonly wrong: string[] = [];
  readonly made: Made[] = [];
  /** Milliseconds of each of these. */
  readonly changeMs: number[] = [];
  /** Milliseconds of each read. */
  readonly readMs: number[] = [];
  /** Answers by operation and outcome. */
  readonly outcomes = new Map<string, number>();
  /** Refused changes by the type of the problem. */
  readonly refused = new Map<string, number>();
  /** Increments that were made, by path of the target that counts. */
  readonly increments = new Map<string, number>();

  get enough(): boolean {
    return this.wrong.length >= ENOUGH_WRONG;
  }
}

export const count = (map: Map<string, number>, key: string): Map<string, number> => map.set(key, (map.get(key) ?? 0) + 1);

export interface World {
  readonly port: number;
  readonly baseIqn: string;
  /** Defined in the hand-written file. */
  readonly steadyVolume: string;
  readonly seen: Seen;
  /** Milliseconds of performance.now(). */
  readonly end: number;
}

export type Check = (answer: RestAnswer) => boolean;

export interface Asked {
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** Outcomes that are right; of a success also what it has to say. */
  readonly may: readonly string[];
  readonly check?: Check;
}

export class AskingClient {
  readonly world: World;
  readonly team: Team;
  readonly number: number;
  readonly #random: () => number;
  readonly #client: RestClient;
  #turn = 0;

  constructor(world: World, team: Team, number: number, seed: number) {
    this.world = world;
    this.team = team;
    this.number = number;
    this.#random = randomNumbers(seed);
    this.#client = new RestClient(world.port, team.key);
  }

  /** Sends it, and holds the answer against what it may be. undefined: it is wrong, which is noted. */
  async ask(what: string, method: string, path: string, asked: Asked): Promise<RestAnswer | undefined> {
    const { seen } = this.world;
    const started = performance.now();
    const answer = await this.#client.send(method, path, asked.body, asked.headers);
    const { outcome, status, body } = answer;
    seen.answers += 1;
    count(seen.outcomes, `${what}: ${outcome}`);
    if (method === "GET") seen.readMs.push(performance.now() - started);
    else if (!path.includes("dry_run=1")) this.#note(method, path, answer, performance.now() - started);
    const known = asked.may.includes(outcome);
    if (known && (status >= 400 || (asked.check?.(answer) ?? true))) return answer;
    const sent = JSON.stringify({ ...asked.headers, body: asked.body });
    const got = `${outcome} ${JSON.stringify(body).slice(0, 1000)}`;
    this.wrong(
      `${what}: ${method} ${path} ${sent}: ${got}, not ${asked.may.join(", ")}${known ? " with another content" : ""}`,
    );
    return undefined;
  }

  /** What is there now; undefined: nothing. */
  async get(
    what: string,
    path: string,
    may: readonly string[] = ["200", "404 unknown-object"],
  ): Promise<RestAnswer | undefined> {
    const check: Check = ({ headers }) => /^"[0-9a-f]{24}"$/.test(headers.etag ?? "");
    const answer = await this.ask(what, "GET", path, { may, check });
    return answer?.status === 200 ? answer : undefined;
  }

  wrong(why: string): void {
    this.world.seen.wrong.push(`${this.team.prefix}${this.number}: ${why}`);
  }

  close(): void {
    this.#client.close();
  }

  chance(most: number): number {
    return Math.floor(this.#random() * most);
  }

  pick<T>(values: readonly T[]): T {
    return values[this.chance(values.length)] as T;
  }

  /** One that others of the team use as well. */
  name(kind: string): string {
    return `${this.team.prefix}${kind}${this.chance(SHARED)}`;
  }

  /** One that nobody else ever uses. */
  ownName(): string {
    this.#turn += 1;
    return `${this.team.prefix}own-${this.number}-${this.#turn}`;
  }

  initiator(): string {
    return `iqn.2026-11.com.example:host-${this.chance(4)}`;
  }

  /** The target of the team that a host is logged in to. */
  get live(): string {
    return `/v1/targets/${this.team.prefix}live`;
  }

  #note(method: string, path: string, { status, outcome, body }: RestAnswer, milliseconds: number): void {
    const { seen } = this.world;
    if (status >= 400) {
      count(seen.refused, outcome.slice("4xx ".length));
      return;
    }
    const { generation, object, plan } = body;
    // What was there already has no plan, and a generation of its own or, by chance, that of the store.
    const earlier = object !== undefined && object.generation !== generation;
    if (earlier || (object !== undefined && outcome === "200" && plan.steps.length === 0)) return;
    seen.changeMs.push(milliseconds);
    const [bare = ""] = path.split("?");
    const action = /^(.*)\/(?:resize|offline|online)$/.exec(bare);
    seen.made.push({
      actor: `api-key:team-${this.team.prefix}`,
      method: action === null ? method : "PATCH",
      path: (action?.[1] ?? bare).replace("/v1/", "/v1/config/"),
      generation,
      object,
    });
  }
}

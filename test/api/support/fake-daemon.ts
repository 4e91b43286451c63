/** A daemon in memory, as far as the sidecar can tell: objects with generations and ETags under /v1/config, and the answers of `fakeService`. */
import type { DaemonAnswer, DaemonClient, DaemonRequest } from "../../../src/api/daemon-client.ts";
import { Problem, type ProblemType } from "../../../src/api/problems.ts";
import type { ControlService } from "../../../src/control/service.ts";
import { fakeService, memoryEvents } from "../../support/control.ts";

type Fields = Record<string, unknown>;

/** The member that names an object of a collection. */
const KEYS: Readonly<Record<string, string>> = {
  volumes: "name",
  targets: "iqn",
  "portal-groups": "tag",
  "auth-groups": "name",
  igroups: "name",
  portals: "address",
  initiators: "initiator",
  access: "igroup",
  luns: "lun",
  chap: "user",
};

export class FakeDaemon implements DaemonClient {
  readonly events = memoryEvents();
  readonly service: ControlService = fakeService(this.events);
  /** Everything that was asked. */
  readonly asked: DaemonRequest[] = [];
  /** By path of the collection, then id. */
  readonly #objects = new Map<string, Map<string, Fields>>();
  #generation = 0;
  #failure: Problem | undefined;
  #away = false;
  readonly #wakes = new Set<() => void>();

  /** What changes something. */
  get changes(): readonly DaemonRequest[] {
    return this.asked.filter(({ method }) => method !== "GET");
  }

  /** As it was at first. */
  reset(): void {
    this.asked.length = 0;
    this.#objects.clear();
    this.#failure = undefined;
    this.#away = false;
  }

  put(collection: string, id: string, fields: Fields): void {
    const facts = { id, uuid: "3f0b1a52-6f0e-4c1b-9a53-0f6a5d2c7e11", home: "managed" };
    this.#generation += 1;
    this.#in(collection).set(id, { ...fields, ...facts, generation: this.#generation });
  }

  /** The next request that is no question fails so. */
  failNext(type: ProblemType, details: Fields = {}): void {
    this.#failure = new Problem(type, "as the test wants it", details);
  }

  /** The daemon ends: streams end, and nothing is answered until it comes back. */
  leave(): void {
    this.#away = true;
    for (const wake of this.#wakes) wake();
  }

  comeBack(): void {
    this.#away = false;
  }

  async ask(request: DaemonRequest): Promise<DaemonAnswer> {
    this.asked.push(request);
    if (this.#away) throw new Problem("daemon-unavailable", "no daemon listens", {}, { "retry-after": "2" });
    const failure = this.#failure;
    if (failure !== undefined && request.path.startsWith("/v1/config")) {
      this.#failure = undefined;
      throw failure;
    }
    if (request.path.startsWith("/v1/config/")) return this.#configured(request);
    const value = this.#live(request);
    if (value === undefined) throw new Problem("unknown-path" as ProblemType, `the fake has no ${request.path}`);
    return { status: 200, etag: undefined, body: JSON.parse(JSON.stringify(value)) };
  }

  async follow(path: string, _caller: unknown, signal: AbortSignal): Promise<AsyncIterable<string>> {
    if (this.#away) throw new Problem("daemon-unavailable", "no daemon listens", {}, { "retry-after": "2" });
    const from = Number(new URLSearchParams(path.split("?")[1]).get("from"));
    return this.#lines(from, signal);
  }

  close(): void {}

  async *#lines(from: number, signal: AbortSignal): AsyncGenerator<string> {
    let cursor = from;
    while (!signal.aborted && !this.#away) {
      for (const event of this.events.read(cursor, 100)) {
        cursor = event.sequence + 1;
        yield JSON.stringify(event);
      }
      await new Promise<void>((resolve) => {
        const unfollow = this.events.follow(resolve);
        const done = (): void => {
          unfollow();
          this.#wakes.delete(done);
          resolve();
        };
        this.#wakes.add(done);
        signal.addEventListener("abort", done, { once: true });
      });
    }
  }

  #live({ method, path, query, body }: DaemonRequest): unknown {
    const { service, events } = this;
    const from = Number(query?.["from"] ?? events.next - Number(query?.["limit"] ?? 1000));
    const limit = Number(query?.["limit"] ?? 1000);
    const found: Readonly<Record<string, () => unknown>> = {
      "GET /v1": () => ({ version: 1, paths: [] }),
      "GET /v1/status": () => service.status(),
      "GET /v1/targets": () => ({ targets: service.targets() }),
      "GET /v1/luns": () => ({ luns: service.luns() }),
      "GET /v1/sessions": () => ({ sessions: service.sessions() }),
      "GET /v1/connections": () => ({ connections: service.connections() }),
      "GET /v1/top": () => service.top(),
      "GET /v1/tasks": () => ({ tasks: [TASK] }),
      "GET /v1/tasks/t1": () => ({ task: TASK }),
      "POST /v1/tasks/t1/cancel": () => ({ task: TASK }),
      "POST /v1/sessions/7/kick": () => ({ session: service.sessions()[0] }),
      "GET /v1/events": () => ({ events: events.read(from, limit), next: events.next, oldest: events.oldest }),
      "GET /v1/plan": () => PLAN,
      "POST /v1/plan": () => PLAN,
      "POST /v1/reload": () => PLAN,
      "GET /v1/explain": () => ({
        initiator: { written: query?.["initiator"], name: query?.["initiator"], igroups: [] },
        targets: [],
        failures: [],
      }),
      "GET /v1/audit": () => ({ entries: [], next: 1, oldest: 1 }),
      "GET /v1/api-keys": () => ({ items: [KEY] }),
      "GET /v1/api-keys/robot": () => KEY,
      "POST /v1/api-keys": () => ({ ...KEY, name: body?.["name"], key: "lnt_1_2" }),
      "DELETE /v1/api-keys/robot": () => KEY,
    };
    return found[`${method} ${path}`]?.();
  }

  #configured({ method, path, body, ifMatch, ifNoneMatch, query }: DaemonRequest): DaemonAnswer {
    const segments = path.slice("/v1/config/".length).split("/").map(decodeURIComponent);
    // A table that there is one of is an object without a collection.
    const single = segments.length === 1 && KEYS[segments[0] ?? ""] === undefined;
    const isCollection = !single && segments.length % 2 === 1;
    const collection = single ? "" : (isCollection ? segments : segments.slice(0, -1)).join("/");
    const objects = this.#in(collection);
    const key = KEYS[collection.split("/").at(-1) ?? ""] ?? "";
    if (isCollection && method === "GET")
      return { status: 200, etag: undefined, body: { generation: this.#generation, items: [...objects.values()] } };
    const id = isCollection ? String(body?.[key]) : (segments.at(-1) ?? "");
    const present = objects.get(id);
    const etag = present === undefined ? undefined : `"${present["generation"]}"`;
    const fails = (type: string, details: Fields = {}): Problem => new Problem(type as ProblemType, `${method} ${id}`, details);
    if (method === "GET") {
      if (present === undefined) throw fails("unknown-object");
      return { status: 200, etag, body: present };
    }
    if (ifMatch !== undefined && ifMatch !== "*" && ifMatch !== etag) throw fails("changed-meanwhile");
    if (ifNoneMatch === "*" && present !== undefined) throw fails("changed-meanwhile");
    if (present === undefined && (method === "PATCH" || method === "DELETE")) throw fails("unknown-object");
    if (present !== undefined && method === "POST") throw fails("already-exists");
    const plan = { steps: [], refusals: [], restarts: [] };
    if (query?.["dry_run"] === "1") return { status: 200, etag, body: { generation: this.#generation, plan, sessions: [] } };
    if (method === "DELETE") {
      objects.delete(id);
      return { status: 200, etag: undefined, body: { generation: this.#generation, plan, sessions: [] } };
    }
    const kept = method === "PATCH" ? { ...present } : {};
    const fields: Fields = {
      ...kept,
      ...(key === "" ? {} : { [key]: key === "tag" || key === "lun" ? Number(id) : id }),
      ...body,
    };
    for (const [name, value] of Object.entries(fields)) if (value === null) delete fields[name];
    this.put(collection, id, fields);
    const made = objects.get(id) as Fields;
    return {
      status: present === undefined ? 201 : 200,
      etag: `"${made["generation"]}"`,
      body: { object: made, generation: this.#generation, plan, sessions: [] },
    };
  }

  #in(collection: string): Map<string, Fields> {
    const objects = this.#objects.get(collection) ?? new Map<string, Fields>();
    this.#objects.set(collection, objects);
    return objects;
  }
}

const TASK = {
  id: "t1",
  kind: "create-volume",
  volume: "vm09",
  state: "running",
  done: 1024,
  total: 4096,
  started: "2026-11-21T10:00:00.000Z",
  actor: "uid:0",
};
const KEY = {
  name: "robot",
  id: "0123456789ab",
  roles: ["operate"],
  created: "2026-11-21T10:00:00.000Z",
  created_by: "uid:0",
  prefixes: { volumes: ["vm"] },
};
const PLAN = {
  plan: { steps: [], refusals: [], restarts: [] },
  sessions: [],
  files: ["/etc/lunette/lunette.toml"],
  warnings: [],
};

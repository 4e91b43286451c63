/** The REST API as its users run it: a daemon, a sidecar, a key, and the generated client. */
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import fastify from "fastify";
import createClient, { type Client } from "openapi-fetch";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { SCHEMAS } from "../../src/api/schemas.ts";
import type { EventPage } from "../../src/control/routes.ts";
import type { paths } from "../api/generated-client.ts";
import { ApiProcess } from "../support/api-process.ts";
import { ask } from "../support/control.ts";
import { freePorts, LunetteProcess } from "../support/lunette-process.ts";
import { ScriptedInitiator } from "../support/scripted-initiator.ts";
import { configuration, session, TARGET } from "./scripted-target.ts";

let lunette: LunetteProcess;
let socket: string;
let sidecar: ApiProcess;
/** Of the sidecar, and of others. */
let port: number;
let others: number[];
let key: string;
let api: Client<paths>;

const clientOf = (at: number): Client<paths> =>
  createClient<paths>({ baseUrl: `http://127.0.0.1:${at}`, headers: { authorization: `Bearer ${key}` } });

beforeAll(async () => {
  lunette = await LunetteProcess.start((place) => {
    mkdirSync(join(place.folder, "volumes"), { recursive: true });
    return `[api]\nvolume_folders = ["${place.folder}/volumes"]\nrequests_per_second = 1000\n${configuration(place, [
      { name: "vm01", path: join(place.folder, "vm01.img"), lines: 'size = "8 MiB"\ncreate = "thin"' },
    ])}`;
  });
  socket = join(lunette.folder, "control.sock");
  const made = await ask(socket, "/v1/api-keys", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: '{"name":"test","role":"admin"}',
  });
  key = made.json.key;
  [port = 0, ...others] = await freePorts(4);
  sidecar = await ApiProcess.start(socket, "--listen", `127.0.0.1:${port}`);
  api = clientOf(port);
}, 60_000);
afterAll(async () => {
  await sidecar?.terminate();
  await lunette?.dispose();
});

/** Paths of the daemon, the member with the list where there is one, and the schema of what the service tells. */
const TOLD: readonly (readonly [string, string | undefined, string])[] = [
  ["/v1/status", undefined, "NodeStatus"],
  ["/v1/luns", "luns", "LunStatus"],
  ["/v1/sessions", "sessions", "Session"],
  ["/v1/connections", "connections", "Connection"],
  ["/v1/top", undefined, "TopSample"],
  ["/v1/events", undefined, "EventPage"],
  ["/v1/audit", undefined, "AuditPage"],
  ["/v1/plan", undefined, "PlanAnswer"],
  ["/v1/explain?initiator=iqn.2026-11.com.example%3Ah", undefined, "Explanation"],
  ["/v1/api-keys", "items", "ApiKey"],
  ["/v1/config/volumes", "items", "Volume"],
  ["/v1/config/targets", "items", "Target"],
  ["/v1/config/portal-groups", "items", "PortalGroup"],
  ["/v1/config/node", undefined, "Node"],
  ["/v1/config/limits", undefined, "Limits"],
  ["/v1/config/metrics", undefined, "Metrics"],
  ["/v1/config/api", undefined, "Api"],
];

/** Names of all members, at any depth; elements of lists count as one. */
function membersOf(value: unknown, at = ""): string[] {
  if (Array.isArray(value)) return value.flatMap((each) => membersOf(each, `${at}[]`));
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, member]) => [`${at}.${name}`, ...membersOf(member, `${at}.${name}`)]);
}

/** "fits", or what does not: with the validator that the service has. */
async function schemaCheck() {
  const app = fastify({ ajv: { customOptions: { coerceTypes: false, removeAdditional: false, allowUnionTypes: true } } });
  for (const schema of SCHEMAS) app.addSchema(schema);
  for (const [, , name] of TOLD)
    if (!app.hasRoute({ method: "POST", url: `/${name}` }))
      app.post(`/${name}`, { schema: { body: { $ref: `${name}#` } } }, async () => "fits");
  const against = async (name: string, value: unknown): Promise<string> => {
    const response = await app.inject({ method: "POST", url: `/${name}`, payload: value as object });
    return response.statusCode === 200 ? response.body : response.json().message;
  };
  return { app, against };
}

/** Sequence of the next event. */
const nextEvent = async (): Promise<number> =>
  ((await api.GET("/v1/events", { params: { query: { limit: 1 } } })).data as EventPage).next;

const events = async (from: number): Promise<AsyncGenerator<{ kind: string; volume?: string }>> => {
  const url = `http://127.0.0.1:${port}/v1/events?from=${from}`;
  const response = await fetch(url, { headers: { authorization: `Bearer ${key}`, accept: "text/event-stream" } });
  expect(response.headers.get("content-type")).toBe("text/event-stream");
  return (async function* () {
    let text = "";
    for await (const chunk of response.body!.pipeThrough(new TextDecoderStream()) as unknown as AsyncIterable<string>) {
      const parts = (text + chunk).split("\n\n");
      text = parts.pop() ?? "";
      for (const part of parts) {
        const data = /^data: (.*)$/m.exec(part)?.[1];
        if (data === undefined) continue;
        const { kind, details } = JSON.parse(data);
        yield { kind, volume: details.volume };
      }
    }
  })();
};

describe("the REST API", () => {
  it("wants a key, and says so in a problem document", async () => {
    const response = await fetch(`http://127.0.0.1:${port}/v1/volumes`);
    expect([response.status, response.headers.get("content-type")]).toEqual([
      401,
      expect.stringMatching(/^application\/problem\+json/),
    ]);
    expect(await response.json()).toMatchObject({ type: "urn:lunette:problem:unauthenticated" });
  });

  it("serves the description and the console without one", async () => {
    const document = await (await fetch(`http://127.0.0.1:${port}/v1/openapi.json`)).json();
    expect(document).toEqual(JSON.parse(readFileSync(new URL("../../src/api/openapi.json", import.meta.url), "utf8")));
    const page = await fetch(`http://127.0.0.1:${port}/`);
    expect([page.status, page.headers.get("content-type")]).toEqual([200, expect.stringContaining("text/html")]);
    expect(page.headers.get("content-security-policy")).toContain("default-src 'self'");
  });

  it("takes a volume through its life, and refuses what would surprise somebody else", async () => {
    const path = { id: "vm02" };
    const first = await nextEvent();
    const made = await api.POST("/v1/volumes", { body: { name: "vm02", size: "4 MiB", create: "thin" } });
    expect(made.error).toBeUndefined();
    expect(made.response.status).toBe(201);
    expect(made.response.headers.get("location")).toBe("/v1/volumes/vm02");
    expect(made.data?.object).toMatchObject({
      id: "vm02",
      size: 4 * 2 ** 20,
      home: "managed",
      path: `${lunette.folder}/volumes/vm02.img`,
    });
    const same = await api.POST("/v1/volumes", { body: { name: "vm02", size: "4 MiB", create: "thin" } });
    expect(same.response.status).toBe(200);
    const other = await api.POST("/v1/volumes", { body: { name: "vm02", size: "5 MiB", create: "thin" } });
    expect([other.response.status, other.error?.type]).toEqual([409, "urn:lunette:problem:already-exists"]);

    const stream = await events(first);
    expect((await stream.next()).value).toMatchObject({ kind: expect.any(String) });

    const read = await api.GET("/v1/volumes/{id}", { params: { path } });
    expect(read.data?.status).toMatchObject({ online: true, sizeBytes: 4 * 2 ** 20 });
    const etag = read.response.headers.get("etag") ?? "";
    const unchanged = await api.GET("/v1/volumes/{id}", { params: { path, header: { "if-none-match": etag } } });
    expect(unchanged.response.status).toBe(304);
    const grown = await api.POST("/v1/volumes/{id}/resize", {
      params: { path, header: { "if-match": etag } },
      body: { size: "6 MiB" },
    });
    expect([grown.response.status, grown.data?.object?.size]).toEqual([200, 6 * 2 ** 20]);
    const late = await api.PATCH("/v1/volumes/{id}", {
      params: { path, header: { "if-match": etag } },
      body: { read_only: true },
    });
    expect([late.response.status, late.error?.type]).toEqual([412, "urn:lunette:problem:changed-meanwhile"]);

    const map = await api.POST("/v1/igroups", { body: { name: "g", initiators: ["iqn.2026-11.com.example:h"] } });
    expect(map.response.status).toBe(201);
    const target = await api.POST("/v1/targets", {
      body: { name: "t2", access: [{ igroup: "g", auth: "none" }], lun: [{ lun: 0, volume: "vm02" }] },
    });
    expect(target.response.status).toBe(201);
    const used = await api.DELETE("/v1/volumes/{id}", { params: { path } });
    expect([used.response.status, used.error?.type, used.error?.uses?.length]).toEqual([409, "urn:lunette:problem:in-use", 1]);
    const iqn = { id: "iqn.2026-11.com.example.e2e:t2" };
    expect((await api.DELETE("/v1/targets/{id}", { params: { path: iqn } })).response.status).toBe(200);
    expect((await api.DELETE("/v1/igroups/{id}", { params: { path: { id: "g" } } })).response.status).toBe(200);
    const gone = await api.DELETE("/v1/volumes/{id}", { params: { path, query: { delete_file: true } } });
    expect(gone.response.status).toBe(200);
    expect((await api.GET("/v1/volumes/{id}", { params: { path } })).response.status).toBe(404);
    await stream.return(undefined);
  });

  it("refuses to change what a hand-written file has, with file and line", async () => {
    const { error, response } = await api.PATCH("/v1/volumes/{id}", {
      params: { path: { id: "vm01" } },
      body: { size: "16 MiB" },
    });
    expect([response.status, error?.type]).toEqual([409, "urn:lunette:problem:defined-in-file"]);
    expect(JSON.stringify(error?.place)).toContain("lunette.toml");
    expect(error?.detail).toMatch(/lunette\.toml:\d+/);
  });

  it("follows what happens: a login is told as an event", async () => {
    const stream = await events(await nextEvent());
    const initiator = await ScriptedInitiator.connect(lunette.port);
    await initiator.login(TARGET);
    expect((await stream.next()).value).toMatchObject({ kind: "login-accepted" });
    const sessions = await api.GET("/v1/sessions", { params: { query: { target: TARGET } } });
    expect(sessions.data?.items).toHaveLength(1);
    initiator.close();
    await stream.return(undefined);
  });

  it("refuses a change in one place: what the daemon refuses is in its audit log, the rest in the log of the service", async () => {
    const entries = async () => (await api.GET("/v1/audit")).data?.entries ?? [];
    const refused = () => sidecar.log.filter((line) => line["audit"] === "refused");
    const [audited, logged] = [(await entries()).length, refused().length];
    const byDaemon = await api.PATCH("/v1/volumes/{id}", { params: { path: { id: "vm01" } }, body: { size: "16 MiB" } });
    const byService = await api.POST("/v1/volumes", { body: { name: "x", colour: "red" } as never });
    expect([byDaemon.response.status, byService.response.status]).toEqual([409, 422]);
    await expect.poll(() => refused().length).toBe(logged + 1);
    expect(refused().at(-1)).toMatchObject({ caller: "test", path: "/v1/volumes", type: "invalid-object" });
    const now = await entries();
    expect(now).toHaveLength(audited + 1);
    expect(now.at(-1)).toMatchObject({ actor: "api-key:test", outcome: "refused", error: "defined-in-file" });
  });

  it("tells all that the daemon tells, and its schemas have a place for each member of it", async () => {
    const initiator = await session(lunette.port);
    await initiator.read(0, 8);
    const { app, against } = await schemaCheck();
    const headers = { authorization: `Bearer ${key}` };
    for (const [path, member, schema] of TOLD) {
      const daemon = (await ask(socket, path)).json;
      const rest = (await (
        await fetch(`http://127.0.0.1:${port}${path.replace("/v1/config/", "/v1/")}`, { headers })
      ).json()) as Record<string, unknown[]>;
      const [theirs, ours] =
        member === undefined ? [[daemon], [rest]] : [daemon[member], rest[member in rest ? member : "items"] ?? []];
      expect(ours.length, path).toBeGreaterThan(0);
      expect(ours.length, path).toBe(theirs.length);
      for (const value of ours) expect([path, await against(schema, value)]).toEqual([path, "fits"]);
      const told = new Set<string>(ours.flatMap((value: unknown) => membersOf(value)));
      const missing = theirs.flatMap((value: unknown) => membersOf(value)).filter((name: string) => !told.has(name));
      expect([path, missing]).toEqual([path, []]);
    }
    await app.close();
    initiator.close();
  });

  it("is held to its caller's role by the daemon as well", async () => {
    const headers = { "content-type": "application/json", "lunette-scope": '{"role":"operate"}', "lunette-actor": "api-key:x" };
    const asked = [
      ["GET", "/v1/audit", undefined],
      ["GET", "/v1/api-keys", undefined],
      ["POST", "/v1/plan", `{"file":"/x.toml","text":""}`],
      ["POST", "/v1/reload", "{}"],
      ["POST", "/v1/api-keys", '{"name":"y","role":"admin"}'],
      ["PATCH", "/v1/config/api", '{"requests_per_second":1}'],
    ] as const;
    for (const [method, path, body] of asked) {
      const { status, json } = await ask(socket, path, { method, headers, ...(body === undefined ? {} : { body }) });
      expect([path, status, json.error?.type]).toEqual([path, 403, "not-permitted"]);
    }
    // A reload that can't be read is refused as well, and in the audit log.
    const bad = await ask(socket, "/v1/reload", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: '{"x":1}',
    });
    expect(bad.status).toBe(400);
    const { entries } = (await ask(socket, "/v1/audit")).json;
    expect(entries.slice(-4).map((entry: { path: string; error?: string }) => [entry.path, entry.error])).toEqual([
      ["/v1/reload", "not-permitted"],
      ["/v1/api-keys", "not-permitted"],
      ["/v1/config/api", "not-permitted"],
      ["/v1/reload", "bad-request"],
    ]);
  });

  it("costs no I/O when it is killed", async () => {
    const initiator = await session(lunette.port);
    const other = await ApiProcess.start(socket, "--listen", `127.0.0.1:${others[0]}`);
    const asking = clientOf(others[0] as number).GET("/v1/luns");
    let reads = 0;
    let running = true;
    const reading = (async () => {
      for (; running; reads += 1) await initiator.read(0, 8);
    })();
    await asking;
    await expect.poll(() => reads).toBeGreaterThan(50);
    await other.kill();
    const before = reads;
    await expect.poll(() => reads).toBeGreaterThan(before + 50);
    running = false;
    await reading;
    initiator.close();
  });

  it("answers 503 while the daemon is away, and works again by itself when it is back", async () => {
    await lunette.terminate();
    const away = await api.GET("/v1/volumes");
    expect([away.response.status, away.error?.type]).toEqual([503, "urn:lunette:problem:daemon-unavailable"]);
    expect(Number(away.response.headers.get("retry-after"))).toBeGreaterThan(0);
    // One that is started meanwhile waits, and says so once.
    const early = ApiProcess.begin(socket, "--listen", `127.0.0.1:${others[1]}`);
    await expect.poll(() => early.says("waiting for the daemon"), { timeout: 10_000 }).toBe(true);
    await lunette.run();
    const back = await api.GET("/v1/volumes");
    expect([back.response.status, back.data?.items.map(({ id }) => id)]).toEqual([200, ["vm01"]]);
    await early.ready();
    expect(early.log.filter(({ msg }) => msg === "waiting for the daemon")).toHaveLength(1);
    // It ends at once although somebody follows events.
    const stream = await fetch(`http://127.0.0.1:${others[1]}/v1/events`, {
      headers: { authorization: `Bearer ${key}`, accept: "text/event-stream" },
    });
    expect(stream.status).toBe(200);
    expect(await Promise.race([early.terminate(), sleep(5_000, "late")])).toBe(0);
    await stream.body?.cancel();
  });

  it("does not listen on other addresses without TLS, and says what to do", async () => {
    const open = await ApiProcess.start(socket, "--listen", `0.0.0.0:${others[2]}`);
    expect(await open.exited).toBe(78);
    expect(open.logText()).toContain("api.plain_http = true");
  });
});

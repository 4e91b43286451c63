/** The REST API as its users run it: a daemon, a sidecar, a key, and the generated client. */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, readFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import createClient, { type Client } from "openapi-fetch";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { EventPage } from "../../src/control/routes.ts";
import type { paths } from "../api/generated-client.ts";
import { ask } from "../support/control.ts";
import { LunetteProcess } from "../support/lunette-process.ts";
import { ScriptedInitiator } from "../support/scripted-initiator.ts";
import { configuration, session, TARGET } from "./scripted-target.ts";

const COMMAND = fileURLToPath(new URL("../../dist/main.js", import.meta.url));

/** `lunette api`, a process of its own. */
class ApiProcess {
  readonly lines: string[] = [];
  readonly port: number;
  readonly #child: ChildProcess;
  #ended = false;
  readonly exited: Promise<number | NodeJS.Signals | null>;

  private constructor(socket: string, port: number, host: string) {
    this.port = port;
    const args = [COMMAND, "api", "--socket", socket, "--listen", `${host}:${port}`, "--log-format", "json"];
    this.#child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "pipe"] });
    for (const stream of [this.#child.stdout, this.#child.stderr])
      createInterface({ input: stream as NodeJS.ReadableStream }).on("line", (line) => this.lines.push(line));
    this.exited = new Promise((resolve) => this.#child.once("close", (code, signal) => resolve(code ?? signal)));
    void this.exited.then(() => {
      this.#ended = true;
    });
  }

  static async start(socket: string, host = "127.0.0.1"): Promise<ApiProcess> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    await new Promise((resolve) => server.close(resolve));
    return new ApiProcess(socket, port, host);
  }

  async ready(): Promise<this> {
    const deadline = Date.now() + 20_000;
    while (!this.says("ready")) {
      if (this.#ended || Date.now() > deadline) throw new Error(`lunette api is not ready:\n${this.lines.join("\n")}`);
      await sleep(20);
    }
    return this;
  }

  says(message: string): boolean {
    return this.lines.some((line) => line.includes(`"msg":"${message}"`));
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }
}

let lunette: LunetteProcess;
let socket: string;
let sidecar: ApiProcess;
let key: string;
let api: Client<paths>;

const clientOf = ({ port }: ApiProcess): Client<paths> =>
  createClient<paths>({ baseUrl: `http://127.0.0.1:${port}`, headers: { authorization: `Bearer ${key}` } });

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
  sidecar = await (await ApiProcess.start(socket)).ready();
  api = clientOf(sidecar);
}, 60_000);
afterAll(async () => {
  sidecar?.signal("SIGTERM");
  await sidecar?.exited;
  await lunette?.dispose();
});

/** Sequence of the next event. */
const nextEvent = async (): Promise<number> =>
  ((await api.GET("/v1/events", { params: { query: { limit: 1 } } })).data as EventPage).next;

const events = async (from: number): Promise<AsyncGenerator<{ kind: string; volume?: string }>> => {
  const url = `http://127.0.0.1:${sidecar.port}/v1/events?from=${from}`;
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
    const response = await fetch(`http://127.0.0.1:${sidecar.port}/v1/volumes`);
    expect([response.status, response.headers.get("content-type")]).toEqual([
      401,
      expect.stringMatching(/^application\/problem\+json/),
    ]);
    expect(await response.json()).toMatchObject({ type: "urn:lunette:problem:unauthenticated" });
  });

  it("serves the description and the console without one", async () => {
    const document = await (await fetch(`http://127.0.0.1:${sidecar.port}/v1/openapi.json`)).json();
    expect(document).toEqual(JSON.parse(readFileSync(new URL("../../src/api/openapi.json", import.meta.url), "utf8")));
    const page = await fetch(`http://127.0.0.1:${sidecar.port}/`);
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

  it("costs no I/O when it is killed", async () => {
    const initiator = await session(lunette.port);
    const other = await (await ApiProcess.start(socket)).ready();
    const asking = clientOf(other).GET("/v1/luns");
    let reads = 0;
    let running = true;
    const reading = (async () => {
      for (; running; reads += 1) await initiator.read(0, 8);
    })();
    await asking;
    await expect.poll(() => reads).toBeGreaterThan(50);
    other.signal("SIGKILL");
    expect(await other.exited).toBe("SIGKILL");
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
    const early = await ApiProcess.start(socket);
    await expect.poll(() => early.says("waiting for the daemon"), { timeout: 10_000 }).toBe(true);
    await lunette.run();
    const back = await api.GET("/v1/volumes");
    expect([back.response.status, back.data?.items.map(({ id }) => id)]).toEqual([200, ["vm01"]]);
    await early.ready();
    expect(early.lines.filter((line) => line.includes("waiting for the daemon"))).toHaveLength(1);
    // It ends at once although somebody follows events.
    const stream = await fetch(`http://127.0.0.1:${early.port}/v1/events`, {
      headers: { authorization: `Bearer ${key}`, accept: "text/event-stream" },
    });
    expect(stream.status).toBe(200);
    early.signal("SIGTERM");
    expect(await Promise.race([early.exited, sleep(5_000, "late")])).toBe(0);
    await stream.body?.cancel();
  });

  it("does not listen on other addresses without TLS, and says what to do", async () => {
    const open = await ApiProcess.start(socket, "0.0.0.0");
    expect(await open.exited).toBe(78);
    expect(open.lines.join("\n")).toContain("api.plain_http = true");
  });
});

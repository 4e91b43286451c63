/** Each bound of bounds.ts is reached, and what is beyond it costs only whoever went there. */
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";
import { join } from "node:path";
import fastify from "fastify";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { API_BOUNDS, type ApiBounds, DEFAULT_API_BOUNDS } from "../../src/api/bounds.ts";
import { SocketClient } from "../../src/api/daemon-client.ts";
import { LiveSettings } from "../../src/api/live-settings.ts";
import { askForSettings } from "../../src/api/settings.ts";
import { drain } from "../../src/api/sidecar.ts";
import { recordingLog } from "../support/control.ts";
import { makeTemporaryFolder } from "../support/temporary-folder.ts";
import { type ApiFixture, apiFixture, http } from "./support/api-fixture.ts";

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
  // The next case has all connections to itself.
  await expect.poll(connectionsNow, { interval: 5, timeout: 2000 }).toBe(0);
});
const connectionsNow = (): Promise<number> =>
  new Promise((resolve) => small.app.server.getConnections((_, count) => resolve(count)));

/** Bounds that do not stand in each other's way are reached with one service. */
const SMALL: Partial<ApiBounds> = {
  body_bytes: 100,
  header_bytes: 1000,
  id_characters: 50,
  followers: 2,
  follower_stalled_ms: 50,
  page_items: 3,
  sort_members: 2,
  told_errors: 2,
  request_ms: 300,
  idle_ms: 50,
  heartbeat_ms: 20,
  answer_stalled_ms: 100,
  connections: 8,
};
let small: ApiFixture;
beforeAll(async () => {
  small = await apiFixture({ bounds: SMALL });
  await small.listen();
});
beforeEach(() => small.daemon.reset());
afterAll(async () => {
  small.app.server.closeAllConnections();
  await small.close();
});

/** A daemon that answers as the test says. */
async function strange(answer: (path: string, respond: (text: string) => void) => void): Promise<string> {
  const path = join(await makeTemporaryFolder("api"), "control.sock");
  const server = createServer((asked, response) => answer(asked.url ?? "", (text) => response.end(text)));
  server.listen(path);
  await once(server, "listening");
  ends.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return path;
}

const client = (path: string, bounds: Partial<ApiBounds>): SocketClient => {
  const made = new SocketClient(path, { ...DEFAULT_API_BOUNDS, ...bounds });
  ends.push(() => made.close());
  return made;
};
const get = { method: "GET", path: "/v1/status", caller: null } as const;

async function open(api: ApiFixture, text: string): Promise<Socket> {
  const socket = connect(api.port(), "127.0.0.1");
  await once(socket, "connect");
  socket.write(text);
  ends.push(() => socket.destroy());
  return socket;
}

const HEAD = (path: string, more = "") => `GET ${path} HTTP/1.1\r\nhost: lunette\r\n${more}\r\n`;
const STREAM = HEAD("/v1/events", "accept: text/event-stream\r\n");

async function* endless(ended: () => void): AsyncGenerator<string> {
  try {
    for (let sequence = 1; ; sequence += 1) yield JSON.stringify({ sequence, details: { reason: "x".repeat(100_000) } });
  } finally {
    ended();
  }
}

/** How each is reached. */
const REACHED: Readonly<Record<keyof ApiBounds, () => Promise<void>>> = {
  body_bytes: async () => {
    const api = small;
    const send = (length: number) => {
      const body = `{"name":"${"a".repeat(length - 11)}"}`;
      return http(api.port(), "POST", "/v1/volumes", { headers: { "content-type": "application/json" }, body });
    };
    expect([(await send(100)).status, (await send(101)).status]).toEqual([201, 413]);
  },
  header_bytes: async () => {
    const api = small;
    const send = (length: number) => http(api.port(), "GET", "/v1/volumes", { headers: { "x-a": "a".repeat(length) } });
    expect([(await send(500)).status, (await send(1000)).status]).toEqual([200, 431]);
  },
  id_characters: async () => {
    const api = small;
    const send = async (length: number) => (await http(api.port(), "GET", `/v1/volumes/${"a".repeat(length)}`)).json.type;
    expect([await send(50), await send(51)]).toEqual([
      "urn:lunette:problem:unknown-object",
      "urn:lunette:problem:unknown-path",
    ]);
  },
  connections: async () => {
    const api = small;
    for (let i = 0; i < 8; i += 1) await open(api, "");
    await expect(http(api.port(), "GET", "/healthz")).rejects.toThrow();
  },
  followers: async () => {
    const api = small;
    for (let i = 0; i < 2; i += 1) await once(await open(api, STREAM), "data");
    const third = await http(api.port(), "GET", "/v1/events", { headers: { accept: "text/event-stream" } });
    expect([third.status, third.json.type]).toEqual([503, "urn:lunette:problem:too-many-followers"]);
    expect((await http(api.port(), "GET", "/v1/events")).status).toBe(200);
  },
  follower_stalled_ms: async () => {
    const api = small;
    const { follow } = api.daemon;
    let ended = false;
    // More than the kernel takes on both sides.
    api.daemon.follow = async () => endless(() => (ended = true));
    const socket = await open(api, STREAM);
    await once(socket, "data");
    socket.pause();
    await expect.poll(() => ended).toBe(true);
    api.daemon.follow = follow;
  },
  page_items: async () => {
    const api = small;
    for (const name of ["a", "b", "c", "d"]) api.daemon.put("igroups", name, { name });
    const { json } = await http(api.port(), "GET", "/v1/igroups");
    expect(json.items).toHaveLength(3);
    expect((await http(api.port(), "GET", `/v1/igroups?cursor=${json.next}`)).json.items).toHaveLength(1);
    expect((await http(api.port(), "GET", "/v1/igroups?limit=4")).status).toBe(400);
  },
  sort_members: async () => {
    const api = small;
    const statuses = ["id,name", "id,name,home"].map(
      async (sort) => (await http(api.port(), "GET", `/v1/igroups?sort=${sort}`)).status,
    );
    expect(await Promise.all(statuses)).toEqual([200, 400]);
  },
  told_errors: async () => {
    const api = small;
    const { json } = await http(api.port(), "POST", "/v1/igroups", {
      headers: { "content-type": "application/json" },
      body: '{"a":1,"b":1,"c":1}',
    });
    expect(json.errors).toHaveLength(2);
  },
  request_ms: async () => {
    const api = small;
    const socket = await open(
      api,
      "POST /v1/volumes HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: 9\r\n\r\n{",
    );
    const [data] = (await once(socket, "data")) as [Buffer];
    expect(data.toString()).toContain("urn:lunette:problem:request-timeout");
    expect(api.daemon.asked).toEqual([]);
  },
  idle_ms: async () => {
    const api = small;
    const socket = await open(api, HEAD("/v1/volumes"));
    socket.resume();
    await once(socket, "close");
  },
  heartbeat_ms: async () => {
    const api = small;
    const socket = await open(api, STREAM);
    let text = "";
    socket.on("data", (chunk) => {
      text += chunk.toString();
    });
    await expect.poll(() => text).toContain("\n: nothing new\n\n");
  },
  daemon_requests: async () => {
    let most = 0;
    let now = 0;
    const path = await strange((_path, respond) => {
      now += 1;
      most = Math.max(most, now);
      setTimeout(() => {
        now -= 1;
        respond("{}");
      }, 20);
    });
    const few = client(path, { daemon_requests: 3, daemon_changes: 1 });
    await Promise.all(Array.from({ length: 8 }, () => few.ask(get)));
    expect(most).toBe(2);
  },
  daemon_changes: async () => {
    const waiting: (() => void)[] = [];
    const path = await strange((asked, respond) => {
      if (asked === get.path) respond("{}");
      else waiting.push(() => respond("{}"));
    });
    const few = client(path, { daemon_requests: 3, daemon_changes: 2 });
    const changes = [1, 2, 3].map(() => few.ask({ ...get, method: "POST", path: "/v1/config/volumes" }));
    await expect.poll(() => waiting.length).toBe(2);
    expect((await few.ask(get)).status).toBe(200);
    expect(waiting.length).toBe(2);
    waiting.splice(0).map((answer) => answer());
    await expect.poll(() => waiting.length).toBe(1);
    waiting[0]?.();
    await Promise.all(changes);
  },
  daemon_queue: async () => {
    const path = await strange((_path, respond) => setTimeout(respond, 50, "{}"));
    const few = client(path, { daemon_requests: 1, daemon_queue: 2 });
    const all = await Promise.allSettled(Array.from({ length: 4 }, () => few.ask(get)));
    expect(all.map(({ status }) => status)).toEqual(["fulfilled", "fulfilled", "fulfilled", "rejected"]);
    expect((all[3] as PromiseRejectedResult).reason).toMatchObject({ type: "too-many-connections", status: 503 });
  },
  daemon_read_ms: async () => {
    const path = await strange(() => {});
    const hasty = client(path, { daemon_read_ms: 50 });
    await expect(hasty.ask(get)).rejects.toMatchObject({ type: "daemon-unavailable" });
    await expect(hasty.ask({ ...get, method: "POST", question: true })).rejects.toMatchObject({ type: "daemon-unavailable" });
  },
  daemon_change_ms: async () => {
    const path = await strange((_path, respond) => setTimeout(respond, 100, "{}"));
    const change = { ...get, method: "POST" } as const;
    const [patient, hasty] = [client(path, { daemon_read_ms: 20 }), client(path, { daemon_change_ms: 20 })];
    expect((await patient.ask(change)).status).toBe(200);
    await expect(hasty.ask(change)).rejects.toMatchObject({ type: "outcome-unknown", status: 504 });
  },
  daemon_answer_bytes: async () => {
    const path = await strange((_path, respond) => respond(`"${"a".repeat(98)}"`));
    expect((await client(path, { daemon_answer_bytes: 100 }).ask(get)).status).toBe(200);
    await expect(client(path, { daemon_answer_bytes: 99 }).ask(get)).rejects.toMatchObject({ type: "daemon-unintelligible" });
  },
  daemon_retry_ms: async () => {
    const { log, lines } = recordingLog();
    const path = join(await makeTemporaryFolder("api"), "nobody.sock");
    let asked = 0;
    const away = client(path, {});
    const counting = { ...away, ask: (each: Parameters<SocketClient["ask"]>[0]) => away.ask(each).finally(() => (asked += 1)) };
    const ending = new AbortController();
    const waiting = askForSettings(counting as unknown as SocketClient, { daemon_retry_ms: 10 }, log, ending.signal);
    await expect.poll(() => asked).toBeGreaterThan(3);
    ending.abort();
    await expect(waiting).rejects.toThrow();
    expect(lines.map(({ message }) => message)).toEqual(["waiting for the daemon"]);
  },
  settings_ms: async () => {
    let asked = 0;
    const table = { requests_per_second: 50 };
    const counting = {
      ask: async () => {
        asked += 1;
        return { status: 200, etag: undefined, body: table };
      },
    };
    const { log } = recordingLog();
    const live = new LiveSettings(table as never, { client: counting, log, listenGiven: false, onWaiting: () => {} });
    const ending = new AbortController();
    const following = live.follow(10, ending.signal);
    await expect.poll(() => asked).toBeGreaterThan(3);
    ending.abort();
    await following;
  },
  answer_stalled_ms: async () => {
    const api = small;
    // More than the kernel takes on both sides.
    const { ask } = api.daemon;
    const items = [{ id: "a", name: "x".repeat(40_000_000) }];
    api.daemon.ask = async () => ({ status: 200, etag: undefined, body: { items } });
    const socket = connect(api.port(), "127.0.0.1");
    ends.push(() => socket.destroy());
    socket.write(HEAD("/v1/igroups"));
    await once(socket, "readable");
    expect(await connectionsNow()).toBe(1);
    await expect.poll(connectionsNow, { timeout: 2000, interval: 10 }).toBe(0);
    api.daemon.ask = ask;
  },
  drain_ms: async () => {
    let asked = (): void => {};
    const reached = new Promise<void>((resolve) => {
      asked = resolve;
    });
    const app = fastify();
    app.get("/never", () => {
      asked();
      return new Promise(() => {});
    });
    await app.listen({ host: "127.0.0.1", port: 0 });
    const cut = expect(http((app.server.address() as AddressInfo).port, "GET", "/never")).rejects.toThrow();
    await reached;
    const before = performance.now();
    await drain(app, 100);
    await cut;
    expect(performance.now() - before).toBeGreaterThan(90);
    expect(API_BOUNDS.drain_ms.value).toBeLessThan(10_000);
  },
};

describe("the bound", () => {
  it.each(Object.entries(REACHED))("%s is kept", (_name, reach) => reach());

  it("of each row stands in README.md with its unit and default", () => {
    const readme = readFileSync(new URL("../../src/api/README.md", import.meta.url), "utf8");
    for (const [name, { unit, value, what }] of Object.entries(API_BOUNDS))
      expect(readme.replaceAll(/ +/g, " "), name).toContain(`| \`${name}\` | ${unit} | ${value} | ${what} |`);
  });
});

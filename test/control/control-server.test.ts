import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { type IncomingMessage, request } from "node:http";
import { connect } from "node:net";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { peerCredentials } from "../../src/backend/native-io.ts";
import { DEFAULT_LIMITS, LIMITS } from "../../src/common/limits.ts";
import { CONTROL_ERRORS } from "../../src/control/control-error.ts";
import { ControlServer } from "../../src/control/control-server.ts";
import type { Peer, Route } from "../../src/control/routes.ts";
import { ask, askRaw, type ControlFixture, controlFixture, recordingLog } from "../support/control.ts";
import { makeTemporaryFolder } from "../support/temporary-folder.ts";

const PLAIN = { routes: [], limits: DEFAULT_LIMITS, log: recordingLog().log, peerOf: () => undefined };

let folder: string;
beforeAll(async () => {
  folder = await makeTemporaryFolder("control");
});
afterAll(() => rmSync(folder, { recursive: true }));

let fixture: ControlFixture | undefined;
afterEach(async () => {
  await fixture?.close();
  fixture = undefined;
});

async function start(options: Parameters<typeof controlFixture>[0] = {}): Promise<ControlFixture> {
  fixture = await controlFixture(options);
  return fixture;
}

const started: unknown[] = [];
const CHANGE: Route = {
  method: "POST",
  path: "/v1/echo",
  parameters: [],
  handle: ({ body }) => {
    started.push(body);
    return { kind: "json", value: { got: body } };
  },
};

/** Follows events; `line()` is the next one. */
async function follow(path: string, query = "") {
  const asking = request({ socketPath: path, path: `/v1/events?follow=1${query}`, agent: false });
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    asking.on("response", resolve).on("error", reject).end();
  });
  asking.on("error", () => {});
  response.on("error", () => {});
  const lines = response.statusCode === 200 ? createInterface({ input: response })[Symbol.asyncIterator]() : undefined;
  return {
    status: response.statusCode,
    response,
    line: async () => JSON.parse((await lines?.next())?.value ?? "null"),
    end: () => asking.destroy(),
  };
}

describe("the control socket", () => {
  it.each([
    ["/v1/status", "configured"],
    ["/v1/targets", "targets"],
    ["/v1/luns", "luns"],
    ["/v1/sessions", "sessions"],
    ["/v1/connections", "connections"],
    ["/v1/top", "milliseconds"],
    ["/v1/events", "events"],
  ])("answers GET %s with JSON", async (path, member) => {
    const { ask } = await start();
    const { status, headers, json } = await ask(path);
    expect(status).toBe(200);
    expect(headers["content-type"]).toBe("application/json");
    expect(json).toHaveProperty(member);
  });

  it("lists its paths and its version at /v1", async () => {
    const { json } = await (await start()).ask("/v1");
    expect(json.version).toBe(1);
    expect(json.paths).toContainEqual({ path: "/v1/status", methods: ["GET"] });
  });

  it("has mode 0660, in a folder that it makes with mode 0750, and is gone after the end", async () => {
    const path = join(folder, "run", "lunette", "control.sock");
    const server = await ControlServer.start({ ...PLAIN, path });
    expect(statSync(path).mode & 0o777).toBe(0o660);
    expect(statSync(join(path, "..")).mode & 0o027).toBe(0);
    await server.close();
    expect(existsSync(path)).toBe(false);
  });

  it("takes the place of a socket that a dead daemon has left", async () => {
    const path = join(folder, "control.sock");
    const script = `require("net").createServer().listen(${JSON.stringify(path)}, () => process.kill(process.pid, "SIGKILL"))`;
    spawnSync(process.execPath, ["-e", script]);
    expect(statSync(path).isSocket()).toBe(true);
    const server = await ControlServer.start({ ...PLAIN, path });
    expect((await ask(path, "/v1")).status).toBe(200);
    await server.close();
  });

  it("refuses to take the place of one that is listened on, and leaves that one alone", async () => {
    const { path, ask } = await start();
    await expect(ControlServer.start({ ...PLAIN, path })).rejects.toThrow(
      `another Lunette listens on the control socket ${path}: stop it, or give this one another node.control_socket`,
    );
    expect((await ask("/v1/status")).status).toBe(200);
  });

  it("never removes a file that is no socket", async () => {
    const path = join(folder, "precious");
    writeFileSync(path, "data");
    await expect(ControlServer.start({ ...PLAIN, path })).rejects.toThrow("is no socket and is left alone");
    expect(readFileSync(path, "utf8")).toBe("data");
  });

  it("says what to do when its folder can't be made", async () => {
    writeFileSync(join(folder, "file"), "");
    await expect(ControlServer.start({ ...PLAIN, path: join(folder, "file", "control.sock") })).rejects.toThrow(
      "change node.control_socket",
    );
  });
});

describe("a request that is wrong", () => {
  it.each([
    ["/", "unknown-path"],
    ["/v1/", "unknown-path"],
    ["/v1/status/", "unknown-path"],
    ["/v2/status", "unknown-path"],
    ["//v1/status", "unknown-path"],
    ["/v1/../v1/status", "unknown-path"],
    ["/v1/%73tatus", "unknown-path"],
    ["/v1/..%2f..%2fetc%2fpasswd", "unknown-path"],
    ["/V1/STATUS", "unknown-path"],
    ["/v1/constructor", "unknown-path"],
    ["/__proto__", "unknown-path"],
    ["/v1/status?verbose=1", "bad-parameter"],
    ["/v1/events?from=-1", "bad-parameter"],
    ["/v1/events?from=1e3", "bad-parameter"],
    ["/v1/events?from=99999999999999999999", "bad-parameter"],
    ["/v1/events?limit=0", "bad-parameter"],
    ["/v1/events?limit=1&limit=2", "bad-parameter"],
    ["/v1/events?follow=yes", "bad-parameter"],
    ["/v1/events?follow=1&limit=3", "bad-parameter"],
  ])("GET %s is %s", async (path, type) => {
    const { status, json } = await (await start()).ask(path);
    const row = CONTROL_ERRORS[type as keyof typeof CONTROL_ERRORS];
    expect(status).toBe(row.status);
    expect(json).toEqual({ error: { type, message: expect.any(String), advice: row.advice } });
  });

  it.each(["POST", "PUT", "PATCH", "DELETE", "OPTIONS"])("%s where only GET is known says what is allowed", async (method) => {
    const { status, headers, json } = await (await start()).ask("/v1/status", { method });
    expect([status, json.error.type, headers["allow"]]).toEqual([405, "wrong-method", "GET"]);
  });

  it.each([
    ["{", "malformed-json", 400],
    ["[1]", "malformed-json", 400],
    ["null", "malformed-json", 400],
    ['"text"', "malformed-json", 400],
    [Buffer.from([0x7b, 0xff, 0x7d]), "malformed-json", 400],
  ])("a body %j is %s and starts nothing", async (body, type, expected) => {
    const { ask } = await start({ routes: [CHANGE] });
    started.length = 0;
    const headers = { "content-type": "application/json" };
    const { status, json } = await ask("/v1/echo", { method: "POST", headers, body });
    expect([status, json.error.type]).toEqual([expected, type]);
    expect(started).toEqual([]);
  });

  it("a body of another type starts nothing, so that no web page can send one", async () => {
    const { ask } = await start({ routes: [CHANGE] });
    const { status, json } = await ask("/v1/echo", { method: "POST", headers: { "content-type": "text/plain" }, body: "{}" });
    expect([status, json.error.type]).toEqual([415, "wrong-content-type"]);
  });

  it("a GET with a body is refused", async () => {
    const { status } = await (await start()).ask("/v1/status", { headers: { "content-length": "2" }, body: "{}" });
    expect(status).toBe(400);
  });

  it("what is no HTTP gets an error in JSON and the connection is closed", async () => {
    const answer = await askRaw((await start()).path, "\u0000\u0001 nonsense\r\n\r\n");
    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
    expect(JSON.parse(answer.split("\r\n\r\n")[1] ?? "").error.type).toBe("bad-request");
  });

  it("an address in absolute form names no path here", async () => {
    const answer = await askRaw(
      (await start()).path,
      "GET http://elsewhere/v1/status HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n",
    );
    expect(answer).toContain("unknown-path");
  });

  it("a defect in an answer is a 500 that tells nothing of the inside, and the log has the cause", async () => {
    const service = {
      status: () => {
        throw new Error("secret inside");
      },
    };
    const { ask, lines } = await start({ service });
    const { status, json } = await ask("/v1/status");
    expect([status, json.error.type]).toEqual([500, "internal-error"]);
    expect(JSON.stringify(json)).not.toContain("secret inside");
    expect(lines.some(({ level, fields }) => level === "error" && String(fields["err"]).includes("secret inside"))).toBe(true);
    expect((await ask("/v1/luns")).status).toBe(200);
  });
});

describe("a change", () => {
  it("is logged with who asked for it, whatever came of it", async () => {
    const { ask, lines } = await start({ routes: [CHANGE], peerOf: () => ({ pid: 1, uid: 1000, gid: 100 }) });
    const headers = { "content-type": "application/json" };
    expect((await ask("/v1/echo", { method: "POST", headers, body: '{"a":1}' })).json).toEqual({ got: { a: 1 } });
    await ask("/v1/echo", { method: "POST", headers, body: "{" });
    await ask("/v1/echo", { method: "POST" });
    await ask("/v1/status");
    const who = { method: "POST", path: "/v1/echo", pid: 1, uid: 1000, gid: 100 };
    expect(lines.map(({ fields }) => fields)).toEqual([
      { ...who, status: 200, failure: undefined },
      { ...who, status: 400, failure: "malformed-json" },
      { ...who, status: 200, failure: undefined },
    ]);
  });

  it("is asked for by this process, as the kernel knows it", async () => {
    const { ask, lines } = await start({ routes: [CHANGE], peerOf: (fd) => peerCredentials(fd) as Peer });
    await ask("/v1/echo", { method: "POST" });
    expect(lines[0]?.fields).toMatchObject({ pid: process.pid, uid: process.getuid?.(), gid: process.getgid?.() });
  });
});

describe("a bound", () => {
  it("control_request_bytes: a longer body is refused on its announced length, and chunked as soon as it is longer", async () => {
    const { ask, path } = await start({ routes: [CHANGE], limits: { control_request_bytes: 4096 } });
    started.length = 0;
    const headers = { "content-type": "application/json" };
    const body = JSON.stringify({ a: "x".repeat(4096) });
    const announced = await ask("/v1/echo", { method: "POST", headers, body });
    expect([announced.status, announced.json.error.type]).toEqual([413, "body-too-large"]);
    const chunk = `1000\r\n${"x".repeat(4096)}\r\n`;
    const head = "POST /v1/echo HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n";
    const answer = await askRaw(path, head + chunk + chunk);
    expect(answer).toMatch(/^HTTP\/1\.1 413 /);
    expect(answer).toMatch(/connection: close/i);
    expect(started).toEqual([]);
    const most = JSON.stringify({ a: "x".repeat(4096 - 8) });
    expect(most.length).toBe(4096);
    expect((await ask("/v1/echo", { method: "POST", headers, body: most })).status).toBe(200);
  });

  it("control_header_bytes: longer headers are refused", async () => {
    const { ask } = await start();
    const { status, json } = await ask("/v1/status", { headers: { "x-long": "x".repeat(LIMITS.control_header_bytes.value) } });
    expect([status, json.error.type]).toEqual([431, "headers-too-large"]);
  });

  it.each([
    ["says nothing", ""],
    ["stops within its headers", "GET /v1/status HTTP/1.1\r\nhost:"],
    [
      "stops within its body",
      "POST /v1/echo HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 9\r\n\r\n{",
    ],
  ])("control_request_ms: a client that %s is dropped", async (_what, bytes) => {
    const { path } = await start({ routes: [CHANGE], limits: { control_request_ms: 200 } });
    started.length = 0;
    const began = performance.now();
    const answer = await askRaw(path, bytes);
    expect(performance.now() - began).toBeGreaterThan(150);
    expect(answer).toMatch(/^(HTTP\/1\.1 408 .*request-timeout.*)?$/s);
    expect(started).toEqual([]);
  });

  it("control_request_ms: a client that does not take its answer is dropped", async () => {
    const huge = { state: "x".repeat(8 * 1024 * 1024) };
    const { path } = await start({ service: { status: () => huge as never }, limits: { control_request_ms: 200 } });
    const socket = connect(path, () => socket.write("GET /v1/status HTTP/1.1\r\nhost: x\r\n\r\n"));
    socket.pause();
    await sleep(1000);
    let length = 0;
    socket.on("data", (chunk) => {
      length += chunk.length;
    });
    socket.on("error", () => {});
    socket.resume();
    await new Promise((resolve) => socket.on("close", resolve));
    expect(length).toBeLessThan(8 * 1024 * 1024);
  });

  it("control_connections: one more is closed and logged, and there is room again when one ends", async () => {
    const { path, ask, lines } = await start({ limits: { control_connections: 4 } });
    const idle = await Promise.all(
      Array.from({ length: 4 }, async () => {
        const socket = connect(path);
        await new Promise((resolve) => socket.on("connect", resolve));
        return socket;
      }),
    );
    await expect(ask("/v1/status")).rejects.toThrow();
    expect(lines[0]?.fields).toMatchObject({ limit: "control_connections", value: 4 });
    for (const socket of idle) socket.destroy();
    await sleep(50);
    expect((await ask("/v1/status")).status).toBe(200);
  });

  it("is changed while it runs, from the next request on", async () => {
    const { path, ask, changeLimits } = await start({ routes: [CHANGE] });
    changeLimits({ ...DEFAULT_LIMITS, control_request_bytes: 4096, control_followers: 1, control_request_ms: 200 });
    const headers = { "content-type": "application/json" };
    const body = JSON.stringify({ a: "x".repeat(4096) });
    expect((await ask("/v1/echo", { method: "POST", headers, body })).status).toBe(413);
    const first = await follow(path);
    expect((await follow(path)).status).toBe(503);
    first.end();
    expect(await askRaw(path, "GET /v1/status HTTP/1.1\r\n")).toMatch(/^HTTP\/1\.1 408 /);
  });

  it("control_followers: one more is told to wait, and there is room again when one ends", async () => {
    const { path } = await start({ limits: { control_followers: 1 } });
    const first = await follow(path);
    expect((await follow(path)).status).toBe(503);
    first.end();
    await sleep(50);
    const next = await follow(path);
    expect(next.status).toBe(200);
    next.end();
  });
});

describe("following events", () => {
  it("tells those from the asked one on, then each as it happens", async () => {
    const { path, events } = await start();
    events.record("volume-online", { volume: "a" });
    events.record("volume-online", { volume: "b" });
    const follower = await follow(path, "&from=2");
    expect(await follower.line()).toMatchObject({ sequence: 2, kind: "volume-online", details: { volume: "b" } });
    events.record("volume-offline", { volume: "b", reason: "gone" });
    expect(await follower.line()).toMatchObject({ sequence: 3, severity: "error", details: { reason: "gone" } });
    follower.end();
  });

  it("without a place tells only what happens from now on", async () => {
    const { path, events } = await start();
    events.record("volume-online", { volume: "a" });
    const follower = await follow(path);
    events.record("volume-online", { volume: "b" });
    expect(await follower.line()).toMatchObject({ sequence: 2 });
    follower.end();
  });

  it("says how many are no longer kept", async () => {
    const { path, events } = await start({ limits: { events_kept: 100 } });
    for (let i = 0; i < 150; i += 1) events.record("volume-online", { volume: `v${i}` });
    const follower = await follow(path, "&from=1");
    expect(await follower.line()).toEqual({ missed: 50 });
    expect(await follower.line()).toMatchObject({ sequence: 51 });
    follower.end();
  });

  it("holds nothing for a follower that does not read: it misses what the log drops meanwhile", async () => {
    const { path, events } = await start({ limits: { events_kept: 100 } });
    const socket = connect(path, () => socket.write("GET /v1/events?follow=1 HTTP/1.1\r\nhost: x\r\n\r\n"));
    await new Promise((resolve) => socket.once("readable", resolve));
    const reason = "x".repeat(400);
    for (let round = 0; round < 100; round += 1) {
      for (let i = 0; i < 100; i += 1) events.record("volume-online", { volume: `v${i}`, reason });
      await sleep(1);
    }
    let text = "";
    socket.on("data", (chunk) => {
      text += chunk.toString();
    });
    await sleep(300);
    expect(text).toContain('{"missed":');
    expect(text).toContain('"sequence":10000,');
    expect(text.length).toBeLessThan(3 * 1024 * 1024);
    socket.destroy();
  });

  it("ends when the daemon ends", async () => {
    const { path } = await start();
    const { response } = await follow(path);
    const closed = new Promise((resolve) => response.on("close", resolve));
    await fixture?.close();
    fixture = undefined;
    await closed;
  });
});

describe("GET /v1/events", () => {
  it("gives the newest, or a page from the asked one on, and where to go on", async () => {
    const { ask, events } = await start();
    for (let i = 1; i <= 5; i += 1) events.record("volume-online", { volume: `v${i}` });
    const sequences = (json: { events: { sequence: number }[] }) => json.events.map(({ sequence }) => sequence);
    const newest = (await ask("/v1/events?limit=2")).json;
    expect([sequences(newest), newest.next, newest.oldest]).toEqual([[4, 5], 6, 1]);
    const page = (await ask("/v1/events?from=2&limit=2")).json;
    expect([sequences(page), page.next]).toEqual([[2, 3], 4]);
    const end = (await ask("/v1/events?from=6")).json;
    expect([sequences(end), end.next]).toEqual([[], 6]);
  });
});

/** Who is let in, what they may do, how often they may ask, and what is told of those who are refused. */
import type { AddressInfo } from "node:net";
import fastify from "fastify";
import { afterEach, describe, expect, it, vi } from "vitest";
import { authentication } from "../../../src/api/auth/auth.ts";
import { AUTH_BOUNDS } from "../../../src/api/auth/auth-bounds.ts";
import { recordingLog } from "../../support/control.ts";
import { type AuthFixture, authFixture, bearer, FakeDaemon, key } from "./auth-fixture.ts";

let fixture: AuthFixture | undefined;
afterEach(async () => {
  vi.useRealTimers();
  await fixture?.app.close();
  fixture = undefined;
});

async function start(options: Parameters<typeof authFixture>[0] = {}): Promise<AuthFixture> {
  fixture = await authFixture(options);
  return fixture;
}

type Method = "GET" | "HEAD" | "POST" | "DELETE";

async function send(method: Method, url: string, headers: Record<string, string> = {}, remoteAddress = "192.0.2.1") {
  const answer = await (fixture as AuthFixture).app.inject({ method, url, headers, remoteAddress });
  const { statusCode, body } = answer;
  const type = statusCode >= 400 && body !== "" ? (JSON.parse(body) as { type: string }).type.split(":").at(-1) : "done";
  return { statusCode, type, headers: answer.headers, body };
}

describe("a request without a credential", () => {
  it("reaches what is public, and nothing else", async () => {
    const { daemon } = await start();
    expect((await send("GET", "/healthz")).statusCode).toBe(200);
    for (const [method, url] of [
      ["GET", "/v1/volumes"],
      ["HEAD", "/v1/volumes"],
      ["POST", "/v1/volumes"],
      ["GET", "/v1/api-keys"],
    ] as const) {
      const { statusCode, headers } = await send(method, url);
      expect([url, statusCode, headers["www-authenticate"]]).toEqual([url, 401, 'Bearer realm="lunette"']);
    }
    expect([fixture?.reached.map(({ url }) => url), daemon.asked]).toEqual([["/healthz"], []]);
  });
});

describe("a key", () => {
  it("is asked of the daemon with every request, and says who calls", async () => {
    const { daemon, reached } = await start();
    for (let time = 0; time < 2; time += 1) expect((await send("GET", "/v1/volumes", bearer(key("b")))).statusCode).toBe(200);
    expect(daemon.asked).toHaveLength(2);
    expect(daemon.asked[0]).toEqual({
      method: "POST",
      path: "/v1/api-keys/authenticate",
      question: true,
      body: { key: key("b") },
      caller: null,
    });
    expect(reached[0]?.caller).toEqual({ kind: "api-key", name: "ops", role: "operate", prefixes: { volumes: ["vm-"] } });
  });

  it("that is revoked opens nothing from the next request on", async () => {
    const { daemon } = await start();
    expect((await send("GET", "/v1/volumes", bearer(key("c")))).statusCode).toBe(200);
    daemon.known.delete(key("c"));
    expect((await send("GET", "/v1/volumes", bearer(key("c")))).statusCode).toBe(401);
  });

  it.each([
    ["read", "c", "GET", "/v1/volumes", 200],
    ["read", "c", "HEAD", "/v1/volumes", 200],
    ["read", "c", "POST", "/v1/volumes", 403],
    ["read", "c", "GET", "/v1/api-keys", 403],
    ["operate", "b", "POST", "/v1/volumes", 200],
    ["operate", "b", "GET", "/v1/api-keys", 403],
    ["operate", "b", "DELETE", "/v1/api-keys/x", 403],
    ["admin", "a", "POST", "/v1/volumes", 200],
    ["admin", "a", "DELETE", "/v1/api-keys/x", 200],
  ] as const)("with the role %s (%s) gets for %s %s the status %i", async (_, letter, method, url, status) => {
    await start();
    expect((await send(method, url, bearer(key(letter)))).statusCode).toBe(status);
    expect(fixture?.reached).toHaveLength(status === 200 ? 1 : 0);
  });

  it("that is unknown, expired, wrong or no key at all gets one and the same answer", async () => {
    await start();
    const answers = [];
    for (const shown of [key("f"), key("d"), key("e"), "lnt_", "hunter2", ""])
      answers.push(await send("GET", "/v1/volumes", bearer(shown)));
    answers.push(await send("GET", "/v1/volumes", { authorization: "Basic cm9vdDpyb290" }));
    expect(new Set(answers.map(({ body }) => body)).size).toBe(1);
    for (const { statusCode, headers } of answers)
      expect([statusCode, headers["www-authenticate"]]).toEqual([401, 'Bearer realm="lunette", error="invalid_token"']);
  });

  it(`in a header longer than ${AUTH_BOUNDS.authorization_bytes.value} bytes is not even asked about`, async () => {
    const { daemon } = await start();
    const fits = AUTH_BOUNDS.authorization_bytes.value - "Bearer lnt_".length;
    await send("GET", "/v1/volumes", bearer(`lnt_${"x".repeat(fits)}`));
    expect(daemon.asked).toHaveLength(1);
    await send("GET", "/v1/volumes", bearer(`lnt_${"x".repeat(fits + 1)}`));
    expect(daemon.asked).toHaveLength(1);
  });

  it.each(["api-keys-unusable", "daemon-unavailable"] as const)(
    "can't be checked while the daemon says %s: 503, and no path of a file",
    async (type) => {
      const { daemon } = await start();
      daemon.known.set(key("c"), { type });
      const { statusCode, body } = await send("GET", "/v1/volumes", bearer(key("c")));
      expect([statusCode, body.includes("/secret/path")]).toEqual([503, false]);
      expect(fixture?.reached).toEqual([]);
    },
  );
});

describe("what a client says of itself to the daemon", () => {
  it("is dropped, whatever its case: the daemon is told what the key says", async () => {
    const { reached } = await start();
    await send("POST", "/v1/volumes", {
      ...bearer(key("b")),
      "lunette-actor": "api-key:boss",
      "Lunette-Scope": '{"role":"admin"}',
      "lunette-else": "x",
    });
    const { told, ...headers } = { ...reached[0]?.headers } as { told: Record<string, string> };
    expect(Object.keys(headers).filter((name) => name.startsWith("lunette-"))).toEqual([]);
    expect(told).toEqual({
      "lunette-actor": "api-key:ops",
      "lunette-scope": '{"role":"operate","prefixes":{"volumes":["vm-"]}}',
    });
  });
});

describe("who asks too often", () => {
  it("is one caller above requests_per_second, wherever it calls from, and others go on", async () => {
    await start({ requestsPerSecond: 3 });
    vi.useFakeTimers({ toFake: ["Date"] });
    for (let at = 1; at <= 3; at += 1)
      expect((await send("GET", "/v1/volumes", bearer(key("c")), `192.0.2.${at}`)).statusCode).toBe(200);
    const over = await send("GET", "/v1/volumes", bearer(key("c")), "192.0.2.9");
    expect([over.statusCode, over.type, over.headers["retry-after"]]).toEqual([429, "too-many-requests", "1"]);
    expect((await send("GET", "/v1/volumes", bearer(key("b")))).statusCode).toBe(200);
    vi.advanceTimersByTime(1000);
    expect((await send("GET", "/v1/volumes", bearer(key("c")))).statusCode).toBe(200);
  });

  it("is an address with failed_attempts wrong keys: its next one is not looked at for the rest of the minute, even the right one", async () => {
    const { daemon } = await start();
    vi.useFakeTimers({ toFake: ["Date"] });
    const most = AUTH_BOUNDS.failed_attempts.value;
    for (let attempt = 0; attempt < most; attempt += 1)
      expect((await send("GET", "/v1/volumes", bearer(key("f")))).statusCode).toBe(401);
    vi.advanceTimersByTime(AUTH_BOUNDS.failed_attempts_ms.value - 5000);
    const over = await send("GET", "/v1/volumes", bearer(key("c")));
    expect([over.statusCode, over.type, over.headers["retry-after"]]).toEqual([429, "too-many-requests", "5"]);
    expect(daemon.asked).toHaveLength(most);
    expect((await send("GET", "/v1/volumes", bearer(key("c")), "192.0.2.2")).statusCode).toBe(200);
    vi.advanceTimersByTime(5000);
    expect((await send("GET", "/v1/volumes", bearer(key("c")))).statusCode).toBe(200);
  });

  it("is not an address from which right keys come, however many", async () => {
    await start();
    for (let attempt = 0; attempt <= 3 * AUTH_BOUNDS.failed_attempts.value; attempt += 1)
      expect((await send("GET", "/v1/volumes", bearer(key("c")))).statusCode).toBe(200);
  });

  it("is a host with all the addresses of its IPv6 network", async () => {
    await start({ bounds: { failed_attempts: 2 } });
    for (const host of ["1", "2"]) await send("GET", "/v1/volumes", bearer(key("f")), `2001:db8:1:1::${host}`);
    expect((await send("GET", "/v1/volumes", bearer(key("c")), "2001:db8:1:1:ffff::3")).statusCode).toBe(429);
    expect((await send("GET", "/v1/volumes", bearer(key("c")), "2001:db8:1:2::3")).statusCode).toBe(200);
  });

  it("is an address above anonymous_requests in a second, for what is public and what is not", async () => {
    await start();
    vi.useFakeTimers({ toFake: ["Date"] });
    const most = AUTH_BOUNDS.anonymous_requests.value;
    for (let at = 0; at < most; at += 1)
      expect((await send("GET", at % 2 === 0 ? "/healthz" : "/v1/volumes")).statusCode).toBeOneOf([200, 401]);
    expect((await send("GET", "/healthz")).statusCode).toBe(429);
    expect((await send("GET", "/v1/volumes")).statusCode).toBe(429);
    expect((await send("GET", "/v1/volumes", bearer(key("c")))).statusCode).toBe(200);
  });

  it("is remembered for so many addresses and callers only: the one that was quiet longest is forgotten", async () => {
    await start({ bounds: { addresses: 2, callers: 1, failed_attempts: 1 }, requestsPerSecond: 1 });
    vi.useFakeTimers({ toFake: ["Date"] });
    for (const at of [1, 2, 3]) await send("GET", "/v1/volumes", bearer(key("f")), `192.0.2.${at}`);
    expect((await send("GET", "/v1/volumes", bearer(key("c")), "192.0.2.3")).statusCode).toBe(429);
    expect((await send("GET", "/v1/volumes", bearer(key("c")), "192.0.2.1")).statusCode).toBe(200);
    expect((await send("GET", "/v1/volumes", bearer(key("c")), "192.0.2.4")).statusCode).toBe(429);
    expect((await send("GET", "/v1/volumes", bearer(key("b")), "192.0.2.4")).statusCode).toBe(200);
    expect((await send("GET", "/v1/volumes", bearer(key("c")), "192.0.2.4")).statusCode).toBe(200);
    expect([AUTH_BOUNDS.addresses.value, AUTH_BOUNDS.callers.value]).toEqual([4096, 4096]);
  });
});

describe("the log of what was refused", () => {
  it("has a line for each refused change: who, from where, what and why", async () => {
    const { lines } = await start();
    await send("POST", "/v1/volumes?secret=1", bearer(key("c")));
    await send("POST", "/v1/volumes", bearer(key("d")));
    await send("POST", "/v1/volumes", bearer(key("e")));
    await send("POST", "/v1/volumes");
    expect(lines.map(({ fields }) => fields)).toEqual([
      {
        ...{ audit: "refused", caller: "eye", kind: "api-key", role: "read", address: "192.0.2.1", method: "POST" },
        ...{ path: "/v1/volumes", status: 403, type: "not-permitted", reason: "role read" },
      },
      {
        ...{
          audit: "refused",
          address: "192.0.2.1",
          method: "POST",
          path: "/v1/volumes",
          status: 401,
          type: "unauthenticated",
        },
        ...{ reason: "expired", key: "old" },
      },
      {
        ...{
          audit: "refused",
          address: "192.0.2.1",
          method: "POST",
          path: "/v1/volumes",
          status: 401,
          type: "unauthenticated",
        },
        ...{ reason: "wrong-secret", key: "ops" },
      },
      { audit: "refused", address: "192.0.2.1", method: "POST", path: "/v1/volumes", status: 401, type: "unauthenticated" },
    ]);
  });

  it("has wrong credentials of those who only look too, and nothing of what went well", async () => {
    const { lines } = await start();
    await send("GET", "/v1/volumes", bearer(key("f")));
    await send("GET", "/v1/volumes", bearer(key("c")));
    await send("POST", "/v1/volumes", bearer(key("b")));
    await send("GET", "/v1/volumes");
    expect(lines.map(({ fields }) => fields["reason"])).toEqual(["unknown-key"]);
  });

  it("never has a key, wherever in a request it stands", async () => {
    const { lines } = await start();
    for (const letter of "abcdef") {
      const shown = key(letter);
      await send("DELETE", `/v1/api-keys/${shown}?key=${shown}`, { ...bearer(shown), referer: shown });
      await send("POST", `/v1/${shown}`, bearer(shown));
      await send("POST", "/v1/volumes", { authorization: `Basic ${shown}` });
    }
    expect(lines.length).toBeGreaterThan(6);
    expect(JSON.stringify(lines)).not.toMatch(/([a-f])\1{11}/);
  });
});

describe("a stream of events", () => {
  it("ends within recheck_ms of the revocation of its key, and not while the daemon is away", async () => {
    const { app, daemon } = await start({ bounds: { recheck_ms: 20 } });
    expect(AUTH_BOUNDS.recheck_ms.value).toBeLessThanOrEqual(1000);
    await app.listen({ port: 0, host: "127.0.0.1" });
    const { port } = app.server.address() as AddressInfo;
    const response = await fetch(`http://127.0.0.1:${port}/v1/events`, { headers: bearer(key("c")) });
    const reader = response.body?.getReader();
    await reader?.read();
    daemon.known.set(key("c"), { type: "daemon-unavailable" });
    const before = daemon.asked.length;
    await vi.waitFor(() => expect(daemon.asked.length).toBeGreaterThan(before + 2));
    const end = expect(reader?.read()).rejects.toThrow();
    daemon.known.delete(key("c"));
    await end;
    const after = daemon.asked.length;
    await new Promise((resolve) => setTimeout(resolve, 60));
    expect(daemon.asked.length).toBeLessThanOrEqual(after + 1);
  });
});

describe("a route without a role", () => {
  it("keeps the service from starting", async () => {
    const app = fastify();
    await authentication({ client: new FakeDaemon(), log: recordingLog().log, requestsPerSecond: () => 1 })(app);
    app.get("/v1/forgotten", async () => ({}));
    await expect(app.ready()).rejects.toThrow("GET /v1/forgotten has no role");
  });
});

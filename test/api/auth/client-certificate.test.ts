/** Client certificates in place of keys: which CA, which certificate, when, and for whom a browser shows one. */
import { rmSync } from "node:fs";
import { Agent, request } from "node:https";
import type { AddressInfo } from "node:net";
import type { TLSSocket } from "node:tls";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { tlsOptions } from "../../../src/api/app.ts";
import { makeTemporaryFolder } from "../../support/temporary-folder.ts";
import { describeWithTools } from "../../support/tools.ts";
import { type AuthFixture, authFixture, bearer, key } from "./auth-fixture.ts";
import { Authority, type Signed } from "./certificates.ts";

let folder: string;
let ours: Authority;
let server: Signed;
let host: Signed;
let stranger: Signed;
let foreign: Signed;
let fixture: AuthFixture;
/** Connections that went on with the TLS session of an earlier one. */
let resumed = 0;

async function start(now?: () => number): Promise<void> {
  fixture = await authFixture({ https: tlsOptions({ ...server, ca: ours.cert }), ...(now === undefined ? {} : { now }) });
  fixture.daemon.known.set(host.fingerprint, { name: "backup", role: "operate" });
  fixture.daemon.known.set(foreign.fingerprint, { name: "foreign", role: "admin" });
  await fixture.app.listen({ port: 0, host: "127.0.0.1" });
}

async function send(
  method: "GET" | "POST",
  client: Signed | undefined,
  headers: Record<string, string> = {},
  agent: Agent | false = false,
): Promise<number> {
  const { port } = fixture.app.server.address() as AddressInfo;
  const shown = client === undefined ? {} : { cert: client.cert, key: client.key };
  return await new Promise((resolve, reject) => {
    const asking = request(
      { host: "127.0.0.1", port, path: "/v1/volumes", method, headers, agent, ca: ours.cert, ...shown },
      (answer) => {
        if ((answer.socket as TLSSocket).isSessionReused()) resumed += 1;
        answer.resume().on("end", () => resolve(answer.statusCode ?? 0));
      },
    );
    asking.on("error", reject).end();
  });
}

const reasons = (): unknown[] => fixture.lines.map(({ fields }) => fields["reason"]);

describeWithTools(["openssl"], "a client certificate", () => {
  beforeAll(async () => {
    folder = await makeTemporaryFolder("certificates");
    ours = new Authority(folder, "ours");
    server = ours.sign("server");
    host = ours.sign("host");
    stranger = ours.sign("stranger");
    foreign = new Authority(folder, "theirs").sign("host");
  }, 20_000);
  afterAll(() => rmSync(folder, { recursive: true }));
  afterEach(() => fixture.app.close());

  it("of the configured CA that the daemon knows is the caller of that name, with its role", async () => {
    await start();
    expect(await send("POST", host)).toBe(200);
    expect(fixture.reached[0]?.caller).toEqual({ kind: "certificate", name: "backup", role: "operate" });
    expect(fixture.reached[0]?.headers).toMatchObject({ told: { "lunette-actor": "certificate:backup" } });
  });

  it("of the configured CA that the daemon does not know is refused", async () => {
    await start();
    expect(await send("GET", stranger)).toBe(401);
    expect(reasons()).toEqual(["unknown-key"]);
  });

  it("of another CA is refused without asking the daemon, even where it would know it", async () => {
    await start();
    expect(await send("GET", foreign)).toBe(401);
    expect([reasons(), fixture.daemon.asked]).toEqual([["certificate-not-verified"], []]);
  });

  it("is not needed by who has a key, and does not help a wrong key in", async () => {
    await start();
    expect(await send("GET", undefined)).toBe(401);
    expect(await send("GET", undefined, bearer(key("c")))).toBe(200);
    expect(await send("GET", foreign, bearer(key("c")))).toBe(200);
    expect(await send("GET", host, bearer(key("f")))).toBe(401);
  });

  it("is refused once it has expired, also on a connection that was opened before", async () => {
    let now = Date.now();
    await start(() => now);
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    expect(await send("GET", host, {}, agent)).toBe(200);
    now += 3 * 86_400_000;
    expect(await send("GET", host, {}, agent)).toBe(401);
    expect(reasons()).toEqual(["certificate-not-valid-now"]);
    agent.destroy();
  });

  it("is who it was on a resumed TLS session, and is asked about again", async () => {
    await start();
    const before = resumed;
    // No keep-alive: each request has a connection of its own, which resumes the session of the first.
    const agent = new Agent({ keepAlive: false });
    for (let time = 0; time < 3; time += 1) expect(await send("GET", host, {}, agent)).toBe(200);
    fixture.daemon.known.delete(host.fingerprint);
    expect(await send("GET", host, {}, agent)).toBe(401);
    expect(resumed - before).toBeGreaterThan(0);
    agent.destroy();
  });

  it.each([
    ["https://evil.example", 403],
    ["null", 403],
    ["http://127.0.0.1:1", 403],
    ["same", 200],
  ])(
    "shown by a browser for a page of %s changes something: %i; reading is kept from pages by the browser",
    async (origin, status) => {
      await start();
      const { port } = fixture.app.server.address() as AddressInfo;
      const headers = { origin: origin === "same" ? `https://127.0.0.1:${port}` : origin };
      expect(await send("POST", host, headers)).toBe(status);
      expect(await send("GET", host, headers)).toBe(200);
      expect(await send("POST", undefined, { ...headers, ...bearer(key("b")) })).toBe(200);
    },
  );
});

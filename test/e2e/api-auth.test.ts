/** Who may call: the daemon, `lunette api` and `lunette api-key` as their users run them, with keys and with client certificates. */
import { spawnSync } from "node:child_process";
import { readFileSync, truncateSync, writeFileSync } from "node:fs";
import { Agent, request as httpsRequest } from "node:https";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { AUTH_BOUNDS } from "../../src/api/auth/auth-bounds.ts";
import { Authority, type Signed } from "../api/auth/certificates.ts";
import { ApiProcess } from "../support/api-process.ts";
import { LunetteProcess } from "../support/lunette-process.ts";
import { describeWithTools } from "../support/tools.ts";
import { configuration, session } from "./scripted-target.ts";

const COMMAND = fileURLToPath(new URL("../../dist/main.js", import.meta.url));
const REQUESTS_PER_SECOND = 20;

let lunette: LunetteProcess;
let plain: ApiProcess;
let secure: ApiProcess;
let authority: Authority;
let admin: string;

const startSidecar = (...args: string[]): Promise<ApiProcess> =>
  ApiProcess.start(join(lunette.folder, "control.sock"), ...args);

function cli(...args: string[]): { status: number | null; stdout: string; stderr: string } {
  const socket = join(lunette.folder, "control.sock");
  return spawnSync(process.execPath, [COMMAND, "api-key", ...args, "--socket", socket], { encoding: "utf8" });
}

function keyOf(name: string, ...args: string[]): string {
  const { status, stdout, stderr } = cli("create", name, ...args);
  if (status !== 0) throw new Error(stderr);
  return stdout.trim();
}

interface Answer {
  readonly status: number;
  readonly type: string | undefined;
  readonly headers: Headers;
  readonly text: string;
}

async function send(
  method: string,
  path: string,
  key?: string,
  body?: object,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const answer = await fetch(`http://127.0.0.1:${lunette.ports[1]}${path}`, {
    method,
    headers: {
      ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
      ...(body === undefined ? {} : { "content-type": "application/json" }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  const type = /"type":\s*"urn:lunette:problem:([a-z-]+)"/.exec(text)?.[1];
  return { status: answer.status, type, headers: answer.headers, text };
}

/** POST /v1/reload of the one with TLS. */
function ask(method: string, client?: Signed, headers: Record<string, string> = {}): Promise<number> {
  const shown = client === undefined ? {} : { cert: client.cert, key: client.key };
  return new Promise((resolve, reject) => {
    const options = {
      host: "127.0.0.1",
      port: lunette.ports[2],
      path: "/v1/reload",
      method,
      headers,
      ca: authority.cert,
      ...shown,
    };
    httpsRequest({ ...options, agent: new Agent() }, (answer) => {
      answer.resume().on("end", () => resolve(answer.statusCode ?? 0));
    })
      .on("error", reject)
      .end();
  });
}

const volume = (name: string): object => ({ name, size: "1 MiB", create: "thin" });

function configurationWith(tls: string): Parameters<typeof LunetteProcess.start>[0] {
  return (place) =>
    configuration(
      place,
      [],
      `[api]\nlisten = "127.0.0.1:${place.ports[1]}"\nrequests_per_second = ${REQUESTS_PER_SECOND}\n${tls}`,
    );
}

beforeAll(async () => {
  lunette = await LunetteProcess.start(configurationWith(""), { ports: 3 });
  admin = keyOf("boss", "--role", "admin");
  plain = await startSidecar();
}, 40_000);
afterAll(async () => {
  for (const sidecar of [plain, secure]) await sidecar?.terminate();
  await lunette?.dispose();
});

describe("a key", () => {
  it("is needed for all but what is public", async () => {
    expect((await send("GET", "/healthz")).status).toBe(200);
    expect((await send("GET", "/v1/openapi.json")).status).toBe(200);
    const page = await send("GET", "/");
    expect([page.status, page.headers.get("content-type")]).toEqual([200, expect.stringContaining("text/html")]);
    const { status, type, headers } = await send("GET", "/v1/volumes");
    expect([status, type, headers.get("www-authenticate")]).toEqual([401, "unauthenticated", 'Bearer realm="lunette"']);
    expect((await send("GET", "/v1/volumes", admin)).status).toBe(200);
    expect((await send("GET", "/v1/volumes", `${admin.slice(0, -1)}_`)).status).toBe(401);
  });

  it("with the role read is refused every change, and nothing changes", async () => {
    const key = keyOf("eye", "--role", "read");
    expect((await send("POST", "/v1/volumes", key, volume("stolen"))).type).toBe("not-permitted");
    expect((await send("DELETE", "/v1/api-keys/boss", key)).type).toBe("not-permitted");
    expect((await send("GET", "/v1/api-keys", key)).type).toBe("not-permitted");
    expect((await send("GET", "/v1/volumes", admin)).text).not.toContain("stolen");
    await expect
      .poll(() => plain.log)
      .toContainEqual(
        expect.objectContaining({ audit: "refused", caller: "eye", method: "POST", path: "/v1/volumes", status: 403 }),
      );
  });

  it("with a prefix changes volumes of this prefix and no others, whatever headers it sends", async () => {
    const key = keyOf("vms", "--role", "operate", "--volume-prefix", "vm-");
    const smuggled = { "lunette-actor": "api-key:boss", "lunette-scope": '{"role":"admin"}' };
    const refused = await send("POST", "/v1/volumes", key, volume("db-1"), smuggled);
    expect([refused.status, refused.type]).toEqual([403, "not-permitted"]);
    const made = await send("POST", "/v1/volumes", key, volume("vm-1"), smuggled);
    expect([made.status, made.text]).toEqual([201, expect.stringContaining('"vm-1"')]);
    const audit = JSON.parse((await send("GET", "/v1/audit", admin)).text) as {
      entries: { actor: string; outcome: string; path: string }[];
    };
    expect(audit.entries.filter(({ path }) => path.endsWith("/volumes")).map(({ actor, outcome }) => [actor, outcome])).toEqual(
      [
        ["api-key:vms", "refused"],
        ["api-key:vms", "applied"],
      ],
    );
    // The keys of this test were made on the command line.
    expect(audit.entries).toContainEqual(
      expect.objectContaining({ path: "/v1/api-keys", outcome: "applied", actor: `uid:${process.getuid?.()}` }),
    );
    expect((await send("DELETE", "/v1/volumes/vm-1?delete_file=true", key)).status).toBe(200);
  });

  it("that is revoked opens nothing more, and ends the stream of events that it opened within a second", async () => {
    const key = keyOf("leaked", "--role", "read");
    const stream = await fetch(`http://127.0.0.1:${lunette.ports[1]}/v1/events`, {
      headers: { authorization: `Bearer ${key}`, accept: "text/event-stream" },
    });
    expect(stream.status).toBe(200);
    const ended = stream.text().then(
      () => performance.now(),
      () => performance.now(),
    );
    expect((await send("GET", "/v1/status", key)).status).toBe(200);
    expect(cli("revoke", "leaked").status).toBe(0);
    const revoked = performance.now();
    expect((await send("GET", "/v1/status", key)).status).toBe(401);
    // One look a second, and some for a busy machine.
    expect((await ended) - revoked).toBeLessThan(AUTH_BOUNDS.recheck_ms.value + 3000);
  });

  it("that has expired is refused as one that never was; the log says which", async () => {
    const expires = new Date(Date.now() + 1500).toISOString();
    const made = await send("POST", "/v1/api-keys", admin, { name: "brief", role: "read", expires });
    const { key } = JSON.parse(made.text) as { key: string };
    expect((await send("GET", "/v1/status", key)).status).toBe(200);
    await sleep(Date.parse(expires) - Date.now() + 50);
    const expired = await send("GET", "/v1/status", key);
    const unknown = await send("GET", "/v1/status", `lnt_${"0".repeat(12)}_${"A".repeat(43)}`);
    expect([expired.status, expired.text]).toEqual([401, unknown.text]);
    await expect
      .poll(() => plain.log)
      .toContainEqual(expect.objectContaining({ audit: "refused", reason: "expired", key: "brief" }));
  });

  it("that asks too often is told when to come again", async () => {
    const key = keyOf("eager", "--role", "read");
    const answers = await Promise.all(Array.from({ length: 8 * REQUESTS_PER_SECOND }, () => send("GET", "/v1/whoami", key)));
    const over = answers.filter(({ status }) => status === 429);
    expect(over.length).toBeGreaterThan(0);
    expect([over[0]?.type, over[0]?.headers.get("retry-after")]).toEqual(["too-many-requests", "1"]);
    expect(answers.every(({ status }) => status === 200 || status === 429)).toBe(true);
  });

  it("is not looked at any more from an address that has tried too many wrong ones", async () => {
    const wrong = `lnt_${"0".repeat(12)}_${"A".repeat(43)}`;
    const statuses: number[] = [];
    for (let attempt = 0; attempt <= AUTH_BOUNDS.failed_attempts.value; attempt += 1)
      statuses.push((await send("GET", "/v1/status", wrong)).status);
    // Some were tried before.
    expect([...new Set(statuses)]).toEqual([401, 429]);
    const { status, headers } = await send("GET", "/v1/status", admin);
    expect([status, Number(headers.get("retry-after")) > 0]).toEqual([429, true]);
    expect((await send("GET", "/healthz")).status).toBe(200);
  });

  it("never stands in a log", () => {
    const told = JSON.stringify([plain.log, lunette.log]);
    expect(told).not.toContain(admin.slice(17));
    expect(told).not.toMatch(/lnt_[0-9a-f]{12}_[\w-]{20}/);
    expect(readFileSync(join(lunette.folder, "state", "api-keys.json"), "utf8")).not.toContain(admin.slice(17));
  });
});

describe("plain HTTP", () => {
  it("is not served to other machines unless it is asked for by name", async () => {
    const sidecar = await startSidecar("--listen", `0.0.0.0:${lunette.ports[2]}`);
    expect(await sidecar.exited).toBe(78);
    expect(sidecar.logText()).toContain("plain_http");
  });
});

describeWithTools(["openssl"], "TLS", () => {
  let reloaded: string;
  beforeAll(async () => {
    authority = new Authority(lunette.folder, "ours");
    const server = authority.sign("server");
    const tls = `tls_cert = "${server.certFile}"\ntls_key = "${server.keyFile}"\nclient_ca = "${authority.certFile}"\n`;
    await lunette.reconfigure(configurationWith(tls));
    const socket = join(lunette.folder, "control.sock");
    const reload = spawnSync(process.execPath, [COMMAND, "reload", "--socket", socket], { encoding: "utf8" });
    expect([reload.status, reload.stderr]).toEqual([0, ""]);
    reloaded = reload.stdout;
    secure = await startSidecar("--listen", `127.0.0.1:${lunette.ports[2]}`);
  });

  it("is told to wait for a restart: by the reload that wants it, and by the service that runs without", async () => {
    expect(reloaded).toContain("restart lunette-api");
    await expect
      .poll(() => plain.log, { timeout: 5000 })
      .toContainEqual(expect.objectContaining({ settings: ["api.tls_cert", "api.tls_key", "api.client_ca"] }));
  });

  it("a client certificate calls as the entry that has its fingerprint, until that is revoked", async () => {
    const host = authority.sign("host");
    expect(await ask("POST", host)).toBe(401);
    expect(cli("create", "backup", "--role", "admin", "--certificate", host.certFile).stdout).toBe("");
    expect(await ask("POST", host)).toBe(200);
    expect(await ask("POST", host, { origin: "https://elsewhere.example" })).toBe(403);
    expect(cli("revoke", "backup").status).toBe(0);
    expect(await ask("POST", host)).toBe(401);
  });

  it("a certificate of another authority is worth nothing, and a key is enough without one", async () => {
    const foreign = new Authority(lunette.folder, "theirs").sign("host");
    cli("create", "foreign", "--role", "admin", "--certificate", foreign.certFile);
    expect(await ask("POST", foreign)).toBe(401);
    expect(await ask("POST")).toBe(401);
    expect(await ask("POST", undefined, { authorization: `Bearer ${admin}` })).toBe(200);
  });

  it("a damaged list of keys lets nobody in, and costs hosts nothing; restored, its keys work again without a restart", async () => {
    const file = join(lunette.folder, "state", "api-keys.json");
    // Not before it has ended: when keys were last used is written late.
    await lunette.terminate();
    const good = readFileSync(file);
    truncateSync(file, good.length - 20);
    await lunette.run();
    const key = { authorization: `Bearer ${admin}` };
    expect(await ask("POST", undefined, key)).toBe(503);
    const listed = cli("list");
    expect([listed.status, listed.stderr]).toEqual([1, expect.stringContaining(`${file} is damaged`)]);
    expect(cli("create", "another", "--role", "admin").status).toBe(1);
    expect(readFileSync(file)).toEqual(good.subarray(0, good.length - 20));
    (await session(lunette.port, 0)).close();
    writeFileSync(file, good);
    await expect.poll(() => ask("POST", undefined, key), { timeout: 5000, interval: 200 }).toBe(200);
  });
});

/** Keys of the REST API: what is made, kept, let in and refused; the file, damaged in every way; the paths of the control socket. */
import { createHash } from "node:crypto";
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { LIMITS } from "../../src/common/limits.ts";
import { newApiKey, parseKey } from "../../src/control/api-keys.ts";
import { type ApiKeyAudit, apiKeyRoutes } from "../../src/control/api-keys-routes.ts";
import { ApiKeyStore } from "../../src/control/api-keys-store.ts";
import { ControlError } from "../../src/control/control-error.ts";
import { type ControlFixture, controlFixture, memoryEvents, recordingLog } from "../support/control.ts";
import { makeTemporaryFolder } from "../support/temporary-folder.ts";

const START = Date.parse("2026-11-21T10:00:30.000Z");
const FINGERPRINT = "ab".repeat(32);

let folder: string;
let file: string;
let now: number;
let failures: string[];
let bound: number;
let store: ApiKeyStore;

beforeEach(async () => {
  folder = await makeTemporaryFolder("api-keys");
  file = join(folder, "api-keys.json");
  now = START;
  failures = [];
  bound = LIMITS.api_keys.value;
  store = await opened();
});
afterEach(() => rmSync(folder, { recursive: true }));

async function opened(): Promise<ApiKeyStore> {
  const made = new ApiKeyStore({
    stateDir: folder,
    limits: () => ({ api_keys: bound }),
    onFailure: (message) => failures.push(message),
    now: () => new Date(now),
  });
  await made.open();
  return made;
}

const keyOf = async (name: string, more: object = {}): Promise<string> =>
  (await store.create({ name, role: "read", ...more }, "uid:0")).key as string;

const typeOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => "done",
    (error: unknown) => (error instanceof ControlError ? error.type : String(error)),
  );

describe("a key", () => {
  it("has 256 bits of secret, and the file has SHA-256 of them and not the secret", async () => {
    const key = await keyOf("ci");
    const { id, secret } = parseKey(key) as { id: string; secret: string };
    expect(Buffer.from(secret, "base64url")).toHaveLength(32);
    const text = readFileSync(file, "utf8");
    expect(text).not.toContain(secret);
    expect(text).toContain(createHash("sha256").update(secret).digest("hex"));
    expect(JSON.parse(text)).toMatchObject({ format: "lunette api keys", version: 1, keys: [{ name: "ci", id }] });
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  it("is let in with its role after a restart too, and what is listed of it has nothing secret", async () => {
    const key = await keyOf("ci", { role: "operate", prefixes: { volumes: ["vm-"] } });
    store = await opened();
    expect(await store.authenticate({ key })).toEqual({
      admitted: true,
      name: "ci",
      role: "operate",
      prefixes: { volumes: ["vm-"] },
    });
    const listed = await store.list();
    expect(listed).toEqual([
      {
        name: "ci",
        id: parseKey(key)?.id,
        roles: ["operate"],
        created: "2026-11-21T10:00:30.000Z",
        created_by: "uid:0",
        last_used: "2026-11-21T10:00:00.000Z",
        prefixes: { volumes: ["vm-"] },
      },
    ]);
  });

  it("is not let in with any character of it changed", async () => {
    const key = await keyOf("ci");
    await fc.assert(
      fc.asyncProperty(fc.nat(key.length - 1), fc.constantFrom(..."aZ09-_!"), async (at, character) => {
        const other = key.slice(0, at) + character + key.slice(at + 1);
        expect((await store.authenticate({ key: other })).admitted).toBe(other === key);
      }),
      { numRuns: 200 },
    );
  });

  it("tells the log, and it alone, why one was refused", async () => {
    const key = await keyOf("ci", { expires: "2026-11-21T10:01:00.000Z" });
    const why = async (shown: string) => await store.authenticate({ key: shown });
    expect(await why("lnt_x")).toEqual({ admitted: false, why: "malformed-key" });
    expect(await why(`lnt_000000000000_${"A".repeat(43)}`)).toEqual({ admitted: false, why: "unknown-key" });
    expect(await why(`${key.slice(0, 17)}${"A".repeat(43)}`)).toEqual({ admitted: false, why: "wrong-secret", name: "ci" });
    expect((await why(key)).admitted).toBe(true);
    now = Date.parse("2026-11-21T10:01:00.000Z");
    expect(await why(key)).toEqual({ admitted: false, why: "expired", name: "ci" });
  });

  it("opens nothing once it is revoked, also after a restart, and its name is free again", async () => {
    const key = await keyOf("ci");
    await store.revoke("ci");
    expect(await store.authenticate({ key })).toEqual({ admitted: false, why: "unknown-key" });
    store = await opened();
    expect(await store.authenticate({ key })).toEqual({ admitted: false, why: "unknown-key" });
    expect(await typeOf(store.revoke("ci"))).toBe("unknown-object");
    expect(await keyOf("ci")).not.toBe(key);
  });

  it("can be a certificate's fingerprint, written as openssl writes it, with role, expiry and revocation as any", async () => {
    const wanted = newApiKey(
      { name: "host", role: "operate", certificate: FINGERPRINT.toUpperCase().replace(/..(?!$)/g, "$&:") },
      new Date(now),
    );
    expect(await store.create(wanted, "uid:0")).not.toHaveProperty("key");
    expect(await store.authenticate({ certificate: FINGERPRINT })).toEqual({ admitted: true, name: "host", role: "operate" });
    expect(await store.authenticate({ certificate: "cd".repeat(32) })).toEqual({ admitted: false, why: "unknown-certificate" });
    expect(await typeOf(store.create({ ...wanted, name: "other" }, "uid:0"))).toBe("already-exists");
    await store.revoke("host");
    expect((await store.authenticate({ certificate: FINGERPRINT })).admitted).toBe(false);
  });

  it("is never let in by the digest that the file has", async () => {
    const { id } = parseKey(await keyOf("ci")) as { id: string };
    await store.create({ name: "host", role: "admin", certificate: FINGERPRINT }, "uid:0");
    const host = (await store.list()).find(({ name }) => name === "host");
    for (const shown of [`lnt_${id}_${FINGERPRINT.slice(0, 43)}`, `lnt_${host?.id}_${FINGERPRINT.slice(0, 43)}`])
      expect((await store.authenticate({ key: shown })).admitted).toBe(false);
  });

  it("was used last in the minute that is listed, which is kept when the daemon ends", async () => {
    const key = await keyOf("ci");
    await store.authenticate({ key });
    expect(readFileSync(file, "utf8")).not.toContain("lastUsed");
    now += 61_000;
    await store.authenticate({ key });
    await store.close();
    expect((await (await opened()).list())[0]?.last_used).toBe("2026-11-21T10:01:00.000Z");
  });
});

describe("what can't be a key", () => {
  const faults = (body: object): string[] => {
    try {
      newApiKey(body as Record<string, unknown>, new Date(START));
      return [];
    } catch (error) {
      return (error as ControlError & { details: { errors: { pointer: string }[] } }).details.errors.map(
        ({ pointer }) => pointer,
      );
    }
  };

  it.each([
    [{}, ["/name", "/role"]],
    [{ name: "a", role: "root" }, ["/role"]],
    [{ name: "", role: "read" }, ["/name"]],
    [{ name: "a b", role: "read" }, ["/name"]],
    [{ name: "x".repeat(65), role: "read" }, ["/name"]],
    [{ name: "authenticate", role: "read" }, ["/name"]],
    [{ name: ["a"], role: "read" }, ["/name"]],
    [{ name: "a", role: "read", roles: [] }, ["/roles"]],
    [{ name: "a", role: "read", "x/y~": 1 }, ["/x~1y~0"]],
    [{ name: "a", role: "read", expires: "2026-11-21T10:00:30.000Z" }, ["/expires"]],
    [{ name: "a", role: "read", expires: "tomorrow" }, ["/expires"]],
    [{ name: "a", role: "read", expires: "2026-12-01T00:00:00" }, ["/expires"]],
    [{ name: "a", role: "read", expires: "2026-13-01T00:00:00Z" }, ["/expires"]],
    [{ name: "a", role: "read", expires: 1 }, ["/expires"]],
    [{ name: "a", role: "read", prefixes: { volumes: ["v"] } }, ["/prefixes"]],
    [{ name: "a", role: "admin", prefixes: { volumes: ["v"] } }, ["/prefixes"]],
    [{ name: "a", role: "operate", prefixes: {} }, ["/prefixes"]],
    [{ name: "a", role: "operate", prefixes: [] }, ["/prefixes"]],
    [{ name: "a", role: "operate", prefixes: { targets: ["t"] } }, ["/prefixes/targets"]],
    [{ name: "a", role: "operate", prefixes: { volumes: "v" } }, ["/prefixes/volumes"]],
    [
      { name: "a", role: "operate", prefixes: { volumes: ["v", ""], igroups: [7] } },
      ["/prefixes/volumes/1", "/prefixes/igroups/0"],
    ],
    [{ name: "a", role: "read", certificate: "ab" }, ["/certificate"]],
  ])("%j is refused at %j", (body, pointers) => {
    expect(faults(body)).toEqual(pointers);
  });

  it("is one with more prefixes than the bound, and up to the bound it is taken", () => {
    const most = LIMITS.api_key_prefixes.value;
    const list = (count: number) => Array.from({ length: count }, (_, index) => `v${index}`);
    const body = (volumes: number, igroups: number) => ({
      name: "a",
      role: "operate",
      prefixes: { volumes: list(volumes), igroups: list(igroups) },
    });
    expect(faults(body(most - 1, 1))).toEqual([]);
    expect(faults(body(most, 1))).toEqual(["/prefixes"]);
  });

  it("is one more than limits.api_keys", async () => {
    bound = 2;
    await keyOf("a");
    await keyOf("b");
    expect(await typeOf(keyOf("c"))).toBe("change-refused");
    await store.revoke("a");
    expect(await typeOf(keyOf("c"))).toBe("done");
  });

  it("is a second one of a name, and of a hundred at once one is made", async () => {
    const results = await Promise.all(Array.from({ length: 100 }, () => typeOf(keyOf("ci"))));
    expect(results.filter((each) => each === "done")).toHaveLength(1);
    expect(results.filter((each) => each === "already-exists")).toHaveLength(99);
  });
});

describe("the file", () => {
  const damage: readonly (readonly [string, () => void])[] = [
    ["empty", () => truncateSync(file, 0)],
    ["cut", () => truncateSync(file, statSync(file).size - 3)],
    ["no JSON", () => writeFileSync(file, "keys")],
    ["a list", () => writeFileSync(file, "[]")],
    ["of another kind", () => writeFileSync(file, "{}")],
    ["changed by hand", () => writeFileSync(file, readFileSync(file, "utf8").replace('"read"', '"admin"'))],
    ["of a newer version", () => writeFileSync(file, readFileSync(file, "utf8").replace('"version": 1', '"version": 2'))],
    ["nested deeper than can be looked at", () => writeFileSync(file, `${'{"a":'.repeat(100_000)}1${"}".repeat(100_000)}`)],
    ["far too large", () => truncateSync(file, 64 * 1024 * 1024)],
    [
      "a folder",
      () => {
        rmSync(file);
        mkdirSync(file);
      },
    ],
  ];

  it.each(damage)("that is %s lets nobody in, is not replaced, and works again once it is restored", async (_, change) => {
    const key = await keyOf("ci");
    const good = readFileSync(file);
    change();
    store = await opened();
    expect(failures).toEqual([expect.stringContaining(file)]);
    const size = statSync(file).size;
    expect(await typeOf(store.authenticate({ key }))).toBe("api-keys-unusable");
    expect(await typeOf(store.list())).toBe("api-keys-unusable");
    expect(await typeOf(keyOf("other"))).toBe("api-keys-unusable");
    expect(await typeOf(store.revoke("ci"))).toBe("api-keys-unusable");
    await store.close();
    expect(statSync(file).size).toBe(size);
    // It is looked at once a second, and told once.
    now += 1000;
    expect(await typeOf(store.list())).toBe("api-keys-unusable");
    expect(failures).toHaveLength(1);
    rmSync(file, { recursive: true });
    writeFileSync(file, good);
    now += 1000;
    expect((await store.authenticate({ key })).admitted).toBe(true);
  });

  it("that was moved away leaves no keys, and new ones can be made", async () => {
    const key = await keyOf("ci");
    truncateSync(file, 10);
    store = await opened();
    rmSync(file);
    now += 1000;
    expect(await store.authenticate({ key })).toEqual({ admitted: false, why: "unknown-key" });
    expect(await typeOf(keyOf("ci"))).toBe("done");
  });

  it("that was left half written by a crash is as before the change", async () => {
    const key = await keyOf("ci");
    writeFileSync(`${file}.new`, '{"format": "lunette api k');
    store = await opened();
    expect((await store.authenticate({ key })).admitted).toBe(true);
    expect(await typeOf(keyOf("other"))).toBe("done");
    expect(existsSync(`${file}.new`)).toBe(false);
  });

  it("that can't be written makes no key, and a revoked one is refused all the same and can be revoked again", async () => {
    const key = await keyOf("ci");
    // A folder where the temporary file goes: root is stopped by it too, as it is not by a mode.
    mkdirSync(join(`${file}.new`, "x"), { recursive: true });
    chmodSync(`${file}.new`, 0o700);
    expect(await typeOf(keyOf("other"))).toBe("store-failed");
    expect((await store.list()).map(({ name }) => name)).toEqual(["ci"]);
    expect(await typeOf(store.revoke("ci"))).toBe("store-failed");
    expect((await store.authenticate({ key })).admitted).toBe(false);
    expect(failures[0]).toContain(file);
    rmSync(`${file}.new`, { recursive: true });
    expect(await typeOf(store.revoke("ci"))).toBe("done");
    expect(await store.list()).toEqual([]);
  });
});

describe("/v1/api-keys", () => {
  let fixture: ControlFixture;
  const audited: unknown[] = [];
  const events = memoryEvents();
  const { log, lines } = recordingLog();
  const audit: ApiKeyAudit = async ({ method, path }, outcome) => {
    // The answer waits until the entry is kept.
    await new Promise((resolve) => setTimeout(resolve, 5));
    audited.push({ method, path, ...outcome });
  };
  beforeEach(async () => {
    fixture = await controlFixture({
      routes: apiKeyRoutes({ store, events, log, audit, now: () => new Date(now) }),
      peerOf: () => ({ pid: 1, uid: 1000, gid: 100 }),
    });
    audited.length = 0;
  });
  afterEach(() => fixture.close());

  const send = (method: string, path: string, body?: object, headers: Record<string, string> = {}) =>
    fixture.ask(path, {
      method,
      headers: { "content-type": "application/json", ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });

  it("makes a key, shows it once, and tells events and log who made it, without the key", async () => {
    const { status, json } = await send("POST", "/v1/api-keys", { name: "ci", role: "admin" });
    expect([status, json.name, json.roles]).toEqual([201, "ci", ["admin"]]);
    expect((await send("POST", "/v1/api-keys/authenticate", { key: json.key })).json).toEqual({ name: "ci", role: "admin" });
    expect((await fixture.ask("/v1/api-keys/ci")).json).not.toHaveProperty("key");
    expect((await send("DELETE", "/v1/api-keys/ci", undefined, { "lunette-actor": "api-key:boss" })).status).toBe(200);
    expect(events.read(0, 100).slice(-2)).toMatchObject([
      { kind: "api-key-created", details: { reason: 'key "ci", role admin', actor: "uid:1000" } },
      { kind: "api-key-revoked", details: { reason: 'key "ci"', actor: "api-key:boss" } },
    ]);
    expect(lines.slice(-2)).toMatchObject([
      { fields: { apiKey: "ci", uid: 1000 } },
      { fields: { apiKey: "ci", actor: "api-key:boss" } },
    ]);
    expect(audited).toMatchObject([
      { method: "POST", path: "/v1/api-keys", after: { name: "ci" } },
      { method: "DELETE", path: "/v1/api-keys/ci", before: { name: "ci" } },
    ]);
    const told = JSON.stringify([lines, fixture.lines, audited, events.read(0, 100)]);
    expect(told).not.toContain(parseKey(json.key)?.secret);
  });

  it("says to the sidecar why a key is not let in, and logs no line for asking", async () => {
    const key = await keyOf("ci", { expires: "2026-11-21T10:00:31.000Z" });
    now += 1000;
    const { status, json } = await send("POST", "/v1/api-keys/authenticate", { key });
    expect(status).toBe(403);
    expect(json.error).toMatchObject({ type: "not-permitted", reason: "expired", key: "ci" });
    expect(fixture.lines.filter(({ message }) => message === "control request")).toEqual([]);
  });

  it.each([[{}], [{ key: 1 }], [{ key: "a", certificate: "b" }], [{ key: "a", more: 1 }]])(
    "refuses to authenticate %j",
    async (body) => {
      expect((await send("POST", "/v1/api-keys/authenticate", body)).json.error.type).toBe("invalid-object");
    },
  );

  it.each(["GET", "POST", "DELETE"])(
    "refuses %s to callers of the REST API who are no admins, and audits refused changes",
    async (method) => {
      await keyOf("ci");
      const path = method === "DELETE" ? "/v1/api-keys/ci" : "/v1/api-keys";
      const body = method === "POST" ? { name: "mine", role: "admin" } : undefined;
      for (const scope of ['{"role":"operate"}', '{"role":"read","prefixes":{}}', "null", "{}", '"admin"']) {
        const { json } = await send(method, path, body, { "lunette-scope": scope, "lunette-actor": "api-key:x" });
        expect([scope, json.error?.type]).toEqual([scope, "not-permitted"]);
      }
      expect((await send(method, path, body, { "lunette-scope": "{" })).json.error.type).toBe("not-permitted");
      expect((await store.list()).map(({ name }) => name)).toEqual(["ci"]);
      expect(audited).toHaveLength(method === "GET" ? 0 : 6);
      expect((await send(method, path, body, { "lunette-scope": '{"role":"admin"}' })).status).toBe(
        method === "POST" ? 201 : 200,
      );
    },
  );
});

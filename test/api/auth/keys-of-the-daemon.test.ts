/** The API with its authentication before a control socket with real keys: what is made, used and revoked through the API itself. */
import { rmSync, truncateSync } from "node:fs";
import { join } from "node:path";
import type { FastifyInstance } from "fastify";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { buildApi } from "../../../src/api/app.ts";
import { authentication } from "../../../src/api/auth/auth.ts";
import { DEFAULT_API_BOUNDS } from "../../../src/api/bounds.ts";
import { SocketClient } from "../../../src/api/daemon-client.ts";
import type { ApiRole } from "../../../src/control/api-keys.ts";
import { apiKeyRoutes } from "../../../src/control/api-keys-routes.ts";
import { ApiKeyStore } from "../../../src/control/api-keys-store.ts";
import { type ControlFixture, controlFixture, memoryEvents, recordingLog } from "../../support/control.ts";
import { makeTemporaryFolder } from "../../support/temporary-folder.ts";

let folder: string;
let store: ApiKeyStore;
let fixture: ControlFixture;
let client: SocketClient;
let app: FastifyInstance;
let admin: string;
const { log, lines } = recordingLog();

beforeAll(async () => {
  folder = await makeTemporaryFolder("keys-of-the-daemon");
  store = new ApiKeyStore({ stateDir: folder, limits: () => ({ api_keys: 10 }), onFailure: () => {} });
  fixture = await controlFixture({ routes: apiKeyRoutes({ store, events: memoryEvents(), log }) });
  client = new SocketClient(fixture.path, DEFAULT_API_BOUNDS);
  app = await buildApi({ client, log, authenticate: authentication({ client, log, requestsPerSecond: () => 20 }) });
  admin = await keyOf("boss", "admin");
});
afterAll(async () => {
  await app.close();
  client.close();
  await fixture.close();
  rmSync(folder, { recursive: true });
});
beforeEach(() => {
  lines.length = 0;
});

const keyOf = async (name: string, role: ApiRole, more: object = {}): Promise<string> =>
  (await store.create({ name, role, ...more }, "uid:0")).key as string;

async function send(method: "GET" | "POST" | "DELETE", url: string, key: string | undefined, payload?: object) {
  const headers = key === undefined ? {} : { authorization: `Bearer ${key}` };
  const answer = await app.inject({ method, url, headers, ...(payload === undefined ? {} : { payload }) });
  return { status: answer.statusCode, json: answer.json() };
}

describe("the API with keys of the daemon", () => {
  it("lets an admin make a key, the key in with its role, and nobody in once it is revoked", async () => {
    const made = await send("POST", "/v1/api-keys", admin, { name: "eye", role: "read" });
    expect(made.status).toBe(201);
    const { key } = made.json as { key: string };
    expect((await send("GET", "/v1/whoami", key)).json).toEqual({ kind: "api-key", name: "eye", role: "read" });
    expect((await send("GET", "/v1/api-keys", key)).status).toBe(403);
    expect((await send("POST", "/v1/api-keys", key, { name: "mine", role: "admin" })).status).toBe(403);
    const listed = (await send("GET", "/v1/api-keys", admin)).json as { items: { name: string; created_by: string }[] };
    expect(listed.items.map(({ name, created_by }) => [name, created_by])).toEqual([
      ["boss", "uid:0"],
      ["eye", "api-key:boss"],
    ]);
    expect((await send("DELETE", "/v1/api-keys/eye", admin)).status).toBe(200);
    expect((await send("GET", "/v1/whoami", key)).status).toBe(401);
    expect(JSON.stringify([lines, fixture.lines])).not.toContain(key.slice(20));
  });

  it("tells its log, and not its caller, that a key has expired", async () => {
    const key = await keyOf("old", "read", { expires: "2020-01-01T00:00:00.000Z" });
    const expired = await send("GET", "/v1/status", key);
    const unknown = await send("GET", "/v1/status", `${key.slice(0, -1)}_`);
    expect([expired.status, expired.json]).toEqual([401, unknown.json]);
    expect(lines.map(({ fields }) => [fields["reason"], fields["key"]])).toEqual([
      ["expired", "old"],
      ["wrong-secret", "old"],
    ]);
  });

  it("answers 429 to the caller above requests_per_second, and to that one only", async () => {
    const key = await keyOf("eager", "read");
    vi.useFakeTimers({ toFake: ["Date"] });
    const answers = await Promise.all(Array.from({ length: 45 }, () => send("GET", "/v1/whoami", key)));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(20);
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(25);
    expect((await send("GET", "/v1/whoami", admin)).status).toBe(200);
    vi.useRealTimers();
  });

  it("refuses everybody while the file of keys is damaged, and says nothing of where it is", async () => {
    truncateSync(join(folder, "api-keys.json"), 5);
    await store.open();
    const { status, json } = await send("GET", "/v1/status", admin);
    expect([status, (json as { type: string }).type]).toEqual([503, "urn:lunette:problem:api-keys-unusable"]);
    expect(JSON.stringify(json)).not.toContain(folder);
    expect((await send("GET", "/healthz", undefined)).status).toBe(200);
  });
});

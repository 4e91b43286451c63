/** `lunette api-key` against a control socket with a store of its own. */
import { X509Certificate } from "node:crypto";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { expiryOf } from "../../src/cli/api-key.ts";
import { runCommandLine } from "../../src/cli/command-line.ts";
import { apiKeyRoutes } from "../../src/control/api-keys-routes.ts";
import { ApiKeyStore } from "../../src/control/api-keys-store.ts";
import { type ControlFixture, controlFixture, memoryEvents, recordingLog } from "../support/control.ts";
import { makeTemporaryFolder } from "../support/temporary-folder.ts";

/** Self-signed; of who signed it, and when, the command line asks nothing. */
const CERTIFICATE = `-----BEGIN CERTIFICATE-----
MIIBdjCCAR2gAwIBAgIUBYcCp78yM0OF5gv/zeNM/t9dCEcwCgYIKoZIzj0EAwIw
ETEPMA0GA1UEAwwGY2xpZW50MB4XDTI2MTEyMTE4MTcyMVoXDTI2MTEyMjE4MTcy
MVowETEPMA0GA1UEAwwGY2xpZW50MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE
jSOuTt0dC4WOQUe2muxbTRysHKKCzk6mBG42/PdujOtpDnvCskMvGWuAQyKq7Hvg
fGjsPA8UHc5lv1nwBtAjOqNTMFEwHQYDVR0OBBYEFEINYzVRfK2j1VXPDOOmUDAV
1eHbMB8GA1UdIwQYMBaAFEINYzVRfK2j1VXPDOOmUDAV1eHbMA8GA1UdEwEB/wQF
MAMBAf8wCgYIKoZIzj0EAwIDRwAwRAIgela90k830YgHhYYh4FCb2b2YCeAfZCgB
YO0YADQ2zZ8CIClzD65qr8qAdE9hVed6o717RgrX7Ku7GGsqEPnO5eFn
-----END CERTIFICATE-----
`;

let folder: string;
let fixture: ControlFixture;
let store: ApiKeyStore;

beforeEach(async () => {
  folder = await makeTemporaryFolder("api-key-verb");
  store = new ApiKeyStore({ stateDir: folder, limits: () => ({ api_keys: 10 }), onFailure: () => {} });
  fixture = await controlFixture({ routes: apiKeyRoutes({ store, events: memoryEvents(), log: recordingLog().log }) });
});
afterEach(async () => {
  await fixture.close();
  rmSync(folder, { recursive: true });
});

async function cli(...args: string[]): Promise<{ code: number; out: string[]; err: string[] }> {
  const out: string[] = [];
  const err: string[] = [];
  const code = await runCommandLine(["api-key", ...args, "--socket", fixture.path], {
    out: (text) => out.push(text),
    err: (text) => err.push(text),
  });
  return { code, out, err };
}

describe("lunette api-key create", () => {
  it("prints the key alone on standard output, and what to do with it on standard error", async () => {
    const { code, out, err } = await cli(
      "create",
      "ci",
      "--role",
      "operate",
      "--expires",
      "90d",
      "--volume-prefix",
      "vm-",
      "--volume-prefix",
      "db-",
    );
    expect(code).toBe(0);
    expect(out).toEqual([expect.stringMatching(/^lnt_[0-9a-f]{12}_[A-Za-z0-9_-]{43}$/)]);
    expect(err.join()).toContain("not shown again");
    expect(err.join()).not.toContain(out[0]);
    expect(await store.authenticate({ key: out[0] as string })).toMatchObject({
      admitted: true,
      role: "operate",
      prefixes: { volumes: ["vm-", "db-"] },
    });
    const { expires = "" } = await store.get("ci");
    expect(Math.abs(Date.parse(expires) - Date.now() - 90 * 86_400_000)).toBeLessThan(60_000);
  });

  it("prints with --json what the daemon answers, key and all", async () => {
    const { out } = await cli("create", "ci", "--role", "read", "--json");
    const { key, name } = JSON.parse(out[0] as string) as { key: string; name: string };
    expect([name, (await store.authenticate({ key })).admitted]).toEqual(["ci", true]);
  });

  it("takes a certificate in a PEM file, and prints no key", async () => {
    const pem = join(folder, "client.pem");
    writeFileSync(pem, CERTIFICATE);
    const { code, out } = await cli("create", "host", "--role", "read", "--certificate", pem);
    expect([code, out]).toEqual([0, []]);
    const certificate = new X509Certificate(CERTIFICATE).fingerprint256;
    expect(await store.authenticate({ certificate })).toMatchObject({ admitted: true, name: "host" });
  });

  it.each([
    [["create", "ci"], 2, "role"],
    [["create", "ci", "--role", "root"], 2, "root"],
    [["create", "--role", "read"], 2, "Not enough"],
    [["create", "ci", "--role", "read", "--expires", "soon"], 2, "90d"],
    [["create", "ci", "--role", "read", "--expires", "2027-02-30"], 2, "2027-01-31"],
    [["create", "ci", "--role", "read", "--expires", "2020-01-31"], 1, "past"],
    [["create", "ci", "--role", "read", "--certificate", "/nowhere.pem"], 2, "PEM"],
    [["create", "ci", "--role", "admin", "--volume-prefix", "vm-"], 1, 'role "operate"'],
    [["revoke", "nobody"], 1, 'no API key "nobody"'],
  ])("refuses %j with code %i and a message about %j", async (args, code, about) => {
    const refused = await cli(...args);
    expect([refused.code, refused.out]).toEqual([code, []]);
    expect(refused.err.join("\n")).toContain(about);
    expect(await store.list()).toEqual([]);
  });
});

describe("lunette api-key list and revoke", () => {
  it("show no secret, and end the key", async () => {
    const key = (await cli("create", "ci", "--role", "operate", "--igroup-prefix", "esx")).out[0] as string;
    const listed = (await cli("list")).out.join("\n");
    expect(listed).toMatch(/ci +operate +lnt_[0-9a-f]{12}_… +never +never +igroups esx\*/);
    expect(listed).not.toContain(key.slice(20));
    expect(JSON.parse((await cli("list", "--json")).out[0] as string)).toMatchObject({ items: [{ name: "ci" }] });
    expect((await cli("revoke", "ci")).out).toEqual(['the key "ci" is revoked']);
    expect((await store.authenticate({ key })).admitted).toBe(false);
    expect((await cli("list")).out[0]).toContain("no keys");
  });
});

it("times are from now in hours, days and weeks, or dates in UTC", () => {
  const now = new Date("2026-11-21T10:00:00.000Z");
  expect(expiryOf("12h", now)).toBe("2026-11-21T22:00:00.000Z");
  expect(expiryOf("2w", now)).toBe("2026-12-05T10:00:00.000Z");
  expect(expiryOf("2027-01-31", now)).toBe("2027-01-31T00:00:00.000Z");
  expect(expiryOf("2027-01-31T12:30Z", now)).toBe("2027-01-31T12:30:00.000Z");
});

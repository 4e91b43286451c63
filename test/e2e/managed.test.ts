/** Objects are made, changed and deleted over the control socket, while a host of another target goes on. */
import { access, readFile, stat, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Answer, ask } from "../support/control.ts";
import { LunetteProcess, type Place } from "../support/lunette-process.ts";
import { ScriptedInitiator } from "../support/scripted-initiator.ts";
import { capacity, testUnitReady } from "./scripted-target.ts";

const BASE = "iqn.2026-11.com.example.e2e";
const HOST = "iqn.2026-11.com.example:scripted";
const SECRET = "correct horse battery";

const handWritten = ({ folder, port }: Place): string => `
[[portal_group]]
tag = 1
portals = ["127.0.0.1:${port}"]
[[igroup]]
name = "by-hand"
initiators = ["${HOST}"]
[[volume]]
name = "steady"
path = "${folder}/steady.img"
size = "8 MiB"
create = "thin"
[[target]]
name = "steady"
[[target.access]]
igroup = "by-hand"
auth = "none"
[[target.lun]]
lun = 0
volume = "steady"
`;

describe("objects made while Lunette runs", () => {
  let lunette: LunetteProcess;
  let steady: ScriptedInitiator;

  beforeAll(async () => {
    lunette = await LunetteProcess.start(handWritten, { ports: 2 });
    steady = await ScriptedInitiator.session(lunette.port, `${BASE}:steady`);
  });
  afterAll(async () => {
    // Through all of this the steady host was told nothing, and is still there.
    expect(await testUnitReady(steady)).toBe("good");
    await steady.expectNothing(50);
    steady.close();
    await lunette?.dispose();
  });

  const send = (method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Answer> =>
    ask(join(lunette.folder, "control.sock"), `/v1${path}`, {
      method,
      headers: { ...headers, ...(body === undefined ? {} : { "content-type": "application/json" }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  const get = async (path: string): Promise<Answer["json"]> => (await send("GET", path)).json;
  const managed = (): Promise<string> => readFile(join(lunette.folder, "state/managed.toml"), "utf8");

  it("are made one by one, and a host that they admit sees its disk", async () => {
    const volume = await send("POST", "/config/volumes", { name: "vm01", size: "16 MiB", create: "thin" });
    expect(volume).toMatchObject({
      status: 201,
      json: { generation: 1, object: { id: "vm01", home: "managed", size: 16_777_216 } },
    });
    expect(volume.json.object.path).toBe(join(lunette.folder, "state/volumes/vm01.img"));
    expect((await stat(join(lunette.folder, "state/volumes"))).mode & 0o777).toBe(0o700);
    const igroup = { name: "hosts", initiators: ["iqn.2026-11.com.example:other"] };
    expect((await send("POST", "/config/igroups", igroup)).status).toBe(201);
    expect((await send("PUT", `/config/igroups/hosts/initiators/${HOST}`)).status).toBe(201);
    expect((await send("PUT", "/config/targets/vm01", { alias: "vm store" })).json.object.id).toBe(`${BASE}:vm01`);
    expect((await send("POST", "/config/targets/vm01/access", { igroup: "hosts", auth: "none" })).status).toBe(201);
    expect((await send("PUT", "/config/targets/vm01/luns/0@hosts", { volume: "vm01" })).status).toBe(201);
    const host = await ScriptedInitiator.session(lunette.port, `${BASE}:vm01`);
    expect(await capacity(host)).toBe(16 * 1024 * 1024);
    const grown = await send("PATCH", "/config/volumes/vm01", { size: "32 MiB" });
    expect(grown.json.sessions).toMatchObject([{ outcome: "unit attention" }]);
    expect(await testUnitReady(host)).toBe("6/2a/09");
    expect(await capacity(host)).toBe(32 * 1024 * 1024);
    host.close();
    expect(await managed()).toContain('[[target.lun]]\nlun = 0\nigroups = [ "hosts" ]\nvolume = "vm01"');
    expect((await stat(join(lunette.folder, "state/managed.toml"))).mode & 0o777).toBe(0o600);
  });

  it("are the same when they are asked for again, and refused when they differ", async () => {
    const { generation } = await get("/config");
    const again = await send("POST", "/config/volumes", { name: "vm01", size: 33_554_432, create: "thin" });
    expect(again).toMatchObject({ status: 200, json: { generation, plan: { steps: [] } } });
    const read = await send("GET", "/config/targets/vm01");
    const written = await send("PUT", "/config/targets/vm01", read.json, { "if-match": String(read.headers["etag"]) });
    expect(written).toMatchObject({ status: 200, json: { generation } });
    const other = await send("POST", "/config/volumes", { name: "vm01", size: "1 GiB", create: "thin" });
    expect(other).toMatchObject({ status: 409, json: { error: { type: "already-exists" } } });
    expect((await send("PUT", "/config/volumes/vm01", { ...read.json }, { "if-none-match": "*" })).status).toBe(412);
  });

  it("keep a secret that is written back masked, and never show it", async () => {
    const made = await send("POST", "/config/auth-groups", { name: "esx", chap: [{ user: "esx-a", secret: SECRET }] });
    expect(made).toMatchObject({ status: 201, json: { object: { chap: [{ user: "esx-a", secret: "***" }] } } });
    const { json } = await send("GET", "/config/auth-groups/esx");
    expect((await send("PUT", "/config/auth-groups/esx", { ...json, algorithms: ["sha256"] })).status).toBe(200);
    expect(await managed()).toContain(`secret = "${SECRET}"`);
    const everything = JSON.stringify([await get("/config"), await get("/audit"), await get("/status"), await get("/events")]);
    expect(everything).not.toContain(SECRET);
    expect((await send("PUT", "/config/auth-groups/new", { chap: [{ user: "a", secret: "***" }] })).json.error).toMatchObject({
      type: "invalid-object",
      errors: [{ pointer: "/chap/0/secret" }],
    });
  });

  it("change by whoever has seen them last", async () => {
    const { headers } = await send("GET", "/config/igroups/hosts");
    const etag = String(headers["etag"]);
    expect((await send("PATCH", "/config/igroups/hosts", { os_type: "linux" }, { "if-match": etag })).status).toBe(200);
    const late = await send("PATCH", "/config/igroups/hosts", { os_type: "vmware" }, { "if-match": etag });
    expect(late).toMatchObject({ status: 412, json: { error: { type: "changed-meanwhile" } } });
    expect((await send("PATCH", "/config/igroups/hosts", { os_type: null })).json.object.os_type).toBeUndefined();
  });

  it("are refused with the place of what is wrong, and nothing changes", async () => {
    const before = await managed();
    const refused = async (method: string, path: string, body: unknown, status: number, error: object): Promise<void> => {
      expect(await send(method, path, body)).toMatchObject({ status, json: { error } });
    };
    await refused("POST", "/config/volumes", { name: "x", size: "much", sizes: 1 }, 422, {
      type: "invalid-object",
      errors: [
        { message: expect.stringMatching(/^size = "much": must be /), pointer: "/size" },
        { message: expect.stringMatching(/^unknown key "sizes" .*did you mean "size"/), pointer: "/sizes" },
      ],
    });
    await refused("PATCH", "/config/volumes/steady", { read_only: true }, 409, {
      type: "defined-in-file",
      place: expect.stringMatching(/lunette\.toml:\d+:\d+$/),
    });
    await refused("PATCH", "/config/node", { name: "x" }, 409, { type: "defined-in-file" });
    await refused("PATCH", "/config/metrics", { listen: "off" }, 409, { type: "defined-in-file" });
    await refused("DELETE", "/config/volumes/vm01", undefined, 409, {
      type: "in-use",
      uses: [{ kind: "target.lun", name: `${BASE}:vm01/LUN 0`, place: expect.stringMatching(/managed\.toml:\d+:\d+$/) }],
    });
    await refused("DELETE", "/config/igroups/hosts", undefined, 409, { type: "in-use" });
    await refused("GET", "/config/volumes/none", undefined, 404, { type: "unknown-object" });
    await refused("POST", "/config/targets/vm01/luns", { lun: 0, volume: "steady" }, 422, {
      errors: [{ message: expect.stringContaining("lun = 0 means volume"), pointer: "/lun" }],
    });
    await refused("PATCH", "/config/volumes/vm01", { size: "8 MiB" }, 409, { type: "change-refused" });
    await refused("PATCH", "/config/volumes/vm01", { name: "vm02" }, 422, { errors: [{ pointer: "/name" }] });
    await refused("PATCH", "/config/volumes/vm01", { uuid: "x" }, 422, { errors: [{ pointer: "/uuid" }] });
    const malformed = await ask(join(lunette.folder, "control.sock"), "/v1/config/volumes", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: '{"name":',
    });
    expect(malformed.json.error.type).toBe("malformed-json");
    const { entries } = await get("/audit?limit=1");
    expect(entries).toMatchObject([
      { outcome: "refused", error: "malformed-json", method: "POST", path: "/v1/config/volumes" },
    ]);
    expect(await managed()).toBe(before);
  });

  it("have their files in folders for volumes only", async () => {
    const folder = lunette.folder;
    await writeFile(join(folder, "outside.img"), "");
    await symlink(join(folder, "outside.img"), join(folder, "state/volumes/link.img"));
    await symlink(join(folder, "nowhere"), join(folder, "state/volumes/dangling.img"));
    for (const path of [
      join(folder, "outside.img"),
      join(folder, "state/volumes/../../outside.img"),
      join(folder, "state/volumes/link.img"),
      join(folder, "state/volumes/dangling.img"),
      "/dev/null",
      "/etc/passwd",
    ])
      expect(await send("POST", "/config/volumes", { name: "p", path })).toMatchObject({
        status: 403,
        json: { error: { type: "path-not-allowed" } },
      });
  });

  it("show what a change would do without doing it", async () => {
    const before = await managed();
    const plan = await send("DELETE", "/config/targets/vm01?dry_run=1");
    expect(plan.status).toBe(200);
    expect(plan.json.plan.steps.map(({ action, kind }: { action: string; kind: string }) => `${action} ${kind}`)).toContain(
      "remove target",
    );
    expect(await managed()).toBe(before);
  });

  it("are allowed by role and prefix", async () => {
    const as = (scope: object, method: string, path: string, body?: object): Promise<Answer> =>
      send(method, path, body, { "lunette-scope": JSON.stringify(scope), "lunette-actor": "api-key:ci" });
    const ci = { role: "operate", prefixes: { volumes: ["ci-"], igroups: ["ci-"] } };
    const volume = { size: "1 MiB", create: "thin" };
    expect((await as({ role: "read" }, "PUT", "/config/volumes/ci-1", volume)).json.error.type).toBe("not-permitted");
    expect((await as(ci, "PUT", "/config/volumes/other", volume)).status).toBe(403);
    expect((await as(ci, "PUT", "/config/limits", { connections: 10 })).status).toBe(403);
    expect((await as(ci, "PUT", "/config/volumes/ci-1", volume)).status).toBe(201);
    expect((await as(ci, "PUT", "/config/targets/vm01/luns/5", { volume: "ci-1" })).status).toBe(403);
    const { entries } = await get("/audit?limit=5");
    expect(entries.at(-2)).toMatchObject({ outcome: "applied", actor: "api-key:ci", collection: "volumes", id: "ci-1" });
    expect(entries.at(-1)).toMatchObject({ outcome: "refused", actor: "api-key:ci", error: "not-permitted" });
  });

  it("are deleted with their file only where Lunette has made it", async () => {
    const made = join(lunette.folder, "state/volumes/ci-1.img");
    expect((await send("DELETE", "/config/volumes/ci-1?delete_file=1")).status).toBe(200);
    await expect(access(made)).rejects.toThrow("ENOENT");
    const found = join(lunette.folder, "state/volumes/found.img");
    await writeFile(found, Buffer.alloc(1024 * 1024));
    expect((await send("PUT", "/config/volumes/found", { size: "1 MiB", create: "thin" })).status).toBe(201);
    expect((await send("DELETE", "/config/volumes/found?delete_file=1")).json.error.type).toBe("change-refused");
    expect((await send("DELETE", "/config/volumes/found")).status).toBe(200);
    await access(found);
  });

  it("are merged with the hand-written file as it was applied, until it is reloaded", async () => {
    await lunette.reconfigure((place) => `${handWritten(place)}\n[[volume]]\nname = "half-edited`);
    expect((await send("PUT", "/config/igroups/later", { initiators: [HOST] })).status).toBe(201);
    await lunette.reconfigure((place) => `${handWritten(place)}\n[[igroup]]\nname = "later"\n`);
    const clash = await send("POST", "/reload");
    expect(clash).toMatchObject({ status: 422, json: { error: { type: "invalid-configuration" } } });
    expect(clash.json.error.message).toMatch(/name "later" is already taken by .*lunette\.toml:\d+/);
    await lunette.reconfigure(handWritten);
    expect((await send("POST", "/reload")).status).toBe(200);
    expect((await get("/config/igroups/later")).home).toBe("managed");
  });

  it("survive SIGKILL, and everything is as it was", async () => {
    const before = await get("/config");
    steady.close();
    await lunette.kill();
    await lunette.run();
    steady = await ScriptedInitiator.session(lunette.port, `${BASE}:steady`);
    expect(await get("/config")).toEqual(before);
  });
});

/** What clients may send, and what they may not: the answers of the store. */
import { chmod, mkdir, readFile, realpath, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { LIMITS } from "../../src/common/limits.ts";
import { AuditLog } from "../../src/control/audit-log.ts";
import { makeTemporaryFolder } from "../support/temporary-folder.ts";
import { closeStores, openStore, prepareFolder, type StoreFixture } from "./support/store-fixture.ts";

let folder: string;
let fixture: StoreFixture;
beforeEach(async () => {
  folder = await makeTemporaryFolder("change");
  await prepareFolder(folder);
  fixture = await openStore(folder);
});
afterEach(async () => {
  await closeStores();
  await rm(folder, { recursive: true });
});

const volume = { name: "v", size: "1 MiB", create: "thin" };

describe("a body", () => {
  it.each<[string, object, object]>([
    ["null in a PUT", { name: null }, { pointer: "/name", message: expect.stringContaining("only PATCH") }],
    ["a number that no file can hold", { ...volume, size: 2 ** 60 }, { pointer: "/size" }],
    ["half a character", { ...volume, product: "\ud800" }, { pointer: "/product" }],
    [
      "a wrong type",
      { ...volume, read_only: "yes" },
      { pointer: "/read_only", message: 'read_only = "yes": must be true or false' },
    ],
    ["a table where a value belongs", { ...volume, io: { a: 1 } }, { pointer: "/io" }],
    ["__proto__", JSON.parse('{"name":"v","__proto__":{"size":1}}') as object, { pointer: "/__proto__" }],
    ["another id", { ...volume, id: "w" }, { pointer: "/id" }],
    ["another name", { ...volume, name: "w" }, { pointer: "/name" }],
  ])("with %s is refused where it is wrong", async (_, body, error) => {
    const answer = await fixture.ask("PUT", "/config/volumes/v", body);
    expect(answer).toMatchObject({ status: 422, json: { error: { type: "invalid-object" } } });
    expect(answer.json.error.errors).toContainEqual(expect.objectContaining(error));
    expect(await fixture.text()).toBeUndefined();
  });

  it("may be what was read, and then nothing changes", async () => {
    await fixture.ask("POST", "/config/volumes", volume);
    const { json, etag } = await fixture.ask("GET", "/config/volumes/v");
    expect(await fixture.ask("PUT", "/config/volumes/v", json, { ifMatch: etag })).toMatchObject({
      status: 200,
      etag,
      json: { generation: 1 },
    });
    expect((await fixture.ask("PATCH", "/config/volumes/v", { ...json, generation: 7 })).status).toBe(422);
  });
});

describe("a table that stands once", () => {
  it("is managed while the hand-written file has none, and goes back to its defaults", async () => {
    expect((await fixture.ask("GET", "/config/limits")).json).toMatchObject({
      home: "managed",
      generation: 0,
      connections: 1024,
    });
    expect((await fixture.ask("PATCH", "/config/limits", { connections: 99 })).json.object.connections).toBe(99);
    expect(fixture.running().limits.connections).toBe(99);
    expect((await fixture.ask("DELETE", "/config/limits")).json.object.connections).toBe(1024);
    expect((await fixture.ask("DELETE", "/config/limits")).json.plan.steps).toEqual([]);
  });
  it("belongs to the hand-written file where that has it", async () => {
    const answer = await fixture.ask("PUT", "/config/node", { base_iqn: "iqn.2026-11.com.other" });
    expect(answer.json.error).toMatchObject({ type: "defined-in-file", place: `${join(folder, "lunette.toml")}:1:1` });
  });
});

describe("secrets", () => {
  it("in files are read when they are named, and not again by other changes", async () => {
    const file = join(folder, "secret");
    await writeFile(file, "first secret of it", { mode: 0o600 });
    const group = { name: "g", chap: [{ user: "u", secret_file: file }] };
    expect((await fixture.ask("POST", "/config/auth-groups", group)).status).toBe(201);
    await writeFile(file, "second secret of it");
    await chmod(file, 0o644);
    expect((await fixture.ask("POST", "/config/volumes", volume)).status).toBe(201);
    expect(fixture.running().authGroups[0]?.chap[0]?.secret).toBe("first secret of it");
    const again = await fixture.ask("PATCH", "/config/auth-groups/g", { algorithms: ["sha1"] });
    expect(again.json.error.errors[0]).toMatchObject({
      pointer: "/chap/0/secret_file",
      message: expect.stringContaining("is open to everybody"),
    });
    await chmod(file, 0o600);
    await fixture.ask("PATCH", "/config/auth-groups/g", { algorithms: ["sha1"] });
    expect(fixture.running().authGroups[0]?.chap[0]?.secret).toBe("second secret of it");
  });
  it("of a user stay with the user, wherever in the list", async () => {
    const chap = [
      { user: "a", secret: "the secret of a" },
      { user: "b", secret: "the secret of b" },
    ];
    await fixture.ask("POST", "/config/auth-groups", { name: "g", chap });
    await fixture.ask("PUT", "/config/auth-groups/g", {
      chap: [
        { user: "b", secret: "***" },
        { user: "a", secret: "***" },
      ],
    });
    const users = fixture.running().authGroups[0]?.chap.map(({ user, secret }) => [user, secret]);
    expect(users).toEqual([
      ["b", "the secret of b"],
      ["a", "the secret of a"],
    ]);
    expect(
      (await fixture.ask("PATCH", "/config/auth-groups/g/chap/a", { secret: "another one of a" })).json.object.secret,
    ).toBe("***");
    expect(await readFile(join(folder, "state/audit/audit.jsonl"), "utf8")).not.toMatch(/secret of|another one/);
  });
});

describe("parts of objects", () => {
  it("are found by any spelling of their id", async () => {
    await fixture.ask("POST", "/config/portal-groups", { tag: 2, portals: ["[::1]:3261"] });
    expect((await fixture.ask("GET", "/config/portal-groups/2/portals/%5B0:0:0:0:0:0:0:1%5D:3261")).json.address).toBe(
      "[::1]:3261",
    );
    await fixture.ask("POST", "/config/igroups", { name: "h", initiators: ["iqn.2026-11.com.example:a"] });
    expect(
      (await fixture.ask("POST", "/config/igroups/h/initiators", { initiator: "IQN.2026-11.com.example:A" })).json.plan.steps,
    ).toEqual([]);
    const last = await fixture.ask("DELETE", "/config/portal-groups/2/portals/[::1]:3261");
    expect(last.json.error.errors[0].message).toMatch(/managed\.toml:\d+:\d+: portals = an empty array/);
  });
  it("of what is written by hand are written by hand", async () => {
    const answer = await fixture.ask("PUT", "/config/igroups/by-hand/initiators/iqn.2026-11.com.example:x");
    expect(answer.json.error.type).toBe("defined-in-file");
  });
});

it("a block device is a volume only where its folder is listed itself", async () => {
  const answer = await fixture.ask("PUT", "/config/volumes/v", { path: "/dev/loop0" });
  expect(answer.json.error).toMatchObject({ type: "path-not-allowed", folders: [join(folder, "state/volumes")] });
});

it("the path of a volume is only opened where it led when it was checked, until the volume is another or gone", async () => {
  const own = join(await realpath(join(folder, "state")), "volumes");
  const [one, two] = [join(folder, "state/volumes/v.img"), join(folder, "state/volumes/two")];
  const file = join(folder, "state/managed.toml");
  const places = () => [...fixture.expected].map(([path, place]) => [path, place.file, place.realPath]);
  await fixture.ask("POST", "/config/volumes?dry_run=1", volume);
  expect(places()).toEqual([]);
  expect((await fixture.ask("POST", "/config/volumes", volume)).status).toBe(201);
  expect(places()).toEqual([[one, file, join(own, "v.img")]]);
  // As the opener sees it.
  expect(fixture.running().volumes[0]).toMatchObject({ path: one, place: { file } });
  await fixture.ask("PATCH", "/config/volumes/v", { path: two });
  expect(places()).toEqual([[two, file, join(own, "two")]]);
  await fixture.ask("DELETE", "/config/volumes/v");
  expect(places()).toEqual([]);
});

describe("managed_objects", () => {
  const refused = (count: number): object => ({
    status: 409,
    json: { error: { type: "change-refused", message: expect.stringMatching(`would make ${count} .*raise managed_objects$`) } },
  });

  it("bounds objects and their parts together, in whatever way they are added", async () => {
    expect((await fixture.ask("PATCH", "/config/limits", { managed_objects: 3 })).status).toBe(200);
    const [a, b] = ["iqn.2026-11.com.example:a", "iqn.2026-11.com.example:b"];
    expect((await fixture.ask("POST", "/config/igroups", { name: "g", initiators: [a] })).status).toBe(201);
    expect((await fixture.ask("PUT", "/config/igroups/h", {})).status).toBe(201);
    const text = await fixture.text();
    expect(await fixture.ask("POST", "/config/igroups", { name: "i" })).toMatchObject(refused(4));
    expect(await fixture.ask("PUT", "/config/volumes/v?dry_run=1", volume)).toMatchObject(refused(4));
    expect(await fixture.ask("POST", "/config/igroups/g/initiators", { initiator: b })).toMatchObject(refused(4));
    expect(await fixture.ask("PUT", `/config/igroups/g/initiators/${b}`)).toMatchObject(refused(4));
    expect(await fixture.ask("PUT", "/config/igroups/h", { initiators: [b, a] })).toMatchObject(refused(5));
    expect(await fixture.text()).toBe(text);
    // One goes, and there is room again.
    expect((await fixture.ask("DELETE", `/config/igroups/g/initiators/${a}`)).status).toBe(200);
    expect((await fixture.ask("POST", "/config/igroups", { name: "i" })).status).toBe(201);
  });

  it("leaves what exists when it is lowered, and can be raised when it is reached", async () => {
    for (const name of ["g", "h"]) await fixture.ask("POST", "/config/igroups", { name });
    expect((await fixture.ask("PATCH", "/config/limits", { managed_objects: 1 })).status).toBe(200);
    expect((await fixture.ask("PATCH", "/config/igroups/g", { os_type: "linux" })).status).toBe(200);
    expect(await fixture.ask("POST", "/config/igroups", { name: "i" })).toMatchObject(refused(3));
    expect((await fixture.ask("PATCH", "/config/limits", { managed_objects: 3 })).status).toBe(200);
    expect((await fixture.ask("POST", "/config/igroups", { name: "i" })).status).toBe(201);
  });
});

it("of more changes than changes_waiting at a time the last are refused, and the others made", async () => {
  expect((await fixture.ask("PATCH", "/config/limits", { changes_waiting: 3 })).status).toBe(200);
  const names = ["a", "b", "c", "d", "e"];
  const all = await Promise.all(names.map((name) => fixture.ask("POST", "/config/igroups", { name })));
  expect(all.map(({ status }) => status)).toEqual([201, 201, 201, 503, 503]);
  expect(all[4]).toMatchObject({ json: { error: { type: "too-many-changes", message: "3 changes wait already" } } });
  const { entries } = await fixture.audit.read(0);
  expect(entries.map(({ error, generation }) => error ?? generation).toSorted()).toEqual([
    ...[1, 2, 3, 4],
    ...["too-many-changes", "too-many-changes"],
  ]);
  const reloads = await Promise.allSettled(names.map(() => fixture.store.reload({ force: false, actor: "test" })));
  const refusals = reloads.flatMap((each) => (each.status === "rejected" ? [each.reason] : []));
  expect(refusals.map(({ type }) => type)).toEqual(["too-many-changes", "too-many-changes"]);
  // They have not taken a place.
  expect((await fixture.ask("POST", "/config/igroups", { name: "d" })).status).toBe(201);
});

describe("the audit log", () => {
  it("keeps what audit_log_bytes allows, the newest, and gives audit_entries of it at once", async () => {
    const state = join(folder, "bounded");
    await mkdir(state);
    const bytes = LIMITS.audit_log_bytes.min;
    const limits = { audit_log_bytes: bytes, audit_entries: LIMITS.audit_entries.value };
    const open = async (): Promise<AuditLog> => {
      const log = new AuditLog({ stateDir: state, limits, onFailure: (error) => expect.fail(error.message) });
      await log.open();
      return log;
    };
    const log = await open();
    const facts = { actor: "test", method: "PUT", path: "/v1/config/limits", outcome: "refused" as const };
    for (let each = 0; each < 400; each += 1) void log.record({ ...facts, message: "x".repeat(200) });
    await log.record(facts);
    const { oldest, next, entries } = await log.read(0);
    expect([oldest > 1, next, entries.length]).toEqual([true, 402, 402 - oldest]);
    await log.close();
    const again = await open();
    expect((await again.read(undefined, 1)).entries).toMatchObject([{ sequence: 401 }]);
    for (let each = 0; each < 1100; each += 1) void again.record({ ...facts, path: "" });
    expect((await again.read(0)).entries.length).toBeLessThanOrEqual(LIMITS.audit_entries.value);
    await again.close();
  });
});

/** Names, paths and members that nobody writes by mistake: each is refused where it is wrong, and never met by a defect. */
import { existsSync } from "node:fs";
import { link, mkdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { makeTemporaryFolder } from "../support/temporary-folder.ts";
import { type Asked, closeStores, openStore, prepareFolder, type StoreFixture } from "./support/store-fixture.ts";

let folder: string;
let fixture: StoreFixture;
beforeEach(async () => {
  folder = await makeTemporaryFolder("odd");
  await prepareFolder(folder);
  fixture = await openStore(folder);
});
afterEach(async () => {
  await closeStores();
  await rm(folder, { recursive: true });
});

const VOLUME = { size: "1 MiB", create: "thin" };
const id = (name: string): string => encodeURIComponent(name);
const errorOf = ({ status, json }: Asked): [number, string] => [status, json.error?.type];

describe("a name", () => {
  it.each(["x".repeat(300), "..", "../a", "a/b", "a%b", "a\u0000b", "a\nb", "ä", "a@b", "a,b", " ", "-"])(
    "like %j is no name of a volume",
    async (name) => {
      expect(errorOf(await fixture.ask("PUT", `/config/volumes/${id(name)}`, VOLUME))).toEqual([422, "invalid-object"]);
      expect(errorOf(await fixture.ask("POST", "/config/volumes", { ...VOLUME, name }))).toEqual([422, "invalid-object"]);
      expect((await fixture.ask("GET", `/config/volumes/${id(name)}`)).status).toBe(404);
    },
  );

  it.each(["constructor", "toString", "hasOwnProperty", "prototype"])("like %s is one as any other", async (name) => {
    expect((await fixture.ask("GET", `/config/igroups/${name}`)).status).toBe(404);
    expect((await fixture.ask("DELETE", `/config/igroups/${name}`)).status).toBe(404);
    expect((await fixture.ask("PUT", `/config/igroups/${name}`, {})).status).toBe(201);
    expect((await fixture.ask("PATCH", `/config/igroups/${name}`, { os_type: "linux" })).json.object.os_type).toBe("linux");
    expect((await (await openStore(folder)).ask("GET", `/config/igroups/${name}`)).json.os_type).toBe("linux");
    expect((await fixture.ask("DELETE", `/config/igroups/${name}`)).status).toBe(200);
  });

  it("of a target is one, in full or short, in capitals or not", async () => {
    expect((await fixture.ask("PUT", "/config/targets/vm01", { alias: "a" })).status).toBe(201);
    for (const other of ["IQN.2026-11.com.example:VM01", "VM01", "iqn.2026-11.com.example:vm01"])
      expect((await fixture.ask("PUT", `/config/targets/${other}`, { alias: "a" })).json.generation).toBe(1);
    for (const body of [{ name: "VM01" }, { iqn: "iqn.2026-11.com.example:VM01" }])
      expect((await fixture.ask("POST", "/config/targets", { ...body, alias: "b" })).status).toBe(409);
    expect((await fixture.ask("PUT", "/config/targets/other", { name: "vm01" })).status).toBe(422);
  });

  it("of a portal group is its number, however it is written", async () => {
    expect((await fixture.ask("PUT", "/config/portal-groups/02", { portals: ["127.0.0.1:3262"] })).json.object.id).toBe("2");
    expect((await fixture.ask("PUT", "/config/portal-groups/02", { portals: ["127.0.0.1:3262"] })).status).toBe(200);
    expect((await fixture.ask("GET", "/config/portal-groups/002")).json.id).toBe("2");
  });

  it("of a LUN map with more than one audience is not taken for one of them", async () => {
    await fixture.ask("PUT", "/config/volumes/v", VOLUME);
    await fixture.ask("PUT", "/config/targets/t", { access: [{ igroup: "by-hand", auth: "none" }] });
    expect((await fixture.ask("PUT", "/config/targets/t/luns/0@by-hand", { volume: "v" })).status).toBe(201);
    expect((await fixture.ask("GET", "/config/targets/t/luns/0@by-hand@other")).status).toBe(404);
    expect((await fixture.ask("DELETE", "/config/targets/t/luns/0@by-hand@other")).status).toBe(404);
    expect((await fixture.ask("GET", "/config/targets/t/luns/0@")).status).toBe(404);
  });
});

describe("null in a PATCH", () => {
  it("does not take away what the object is named by, or lies in", async () => {
    await fixture.ask("PUT", "/config/volumes/v", VOLUME);
    for (const [body, pointer] of [
      [{ name: null }, "/name"],
      [{ path: null }, "/path"],
    ] as const) {
      const answer = await fixture.ask("PATCH", "/config/volumes/v", body);
      expect(errorOf(answer)).toEqual([422, "invalid-object"]);
      expect(answer.json.error.errors).toMatchObject([{ pointer }]);
    }
    await fixture.ask("PUT", "/config/igroups/h", { initiators: ["iqn.2026-11.com.example:h"] });
    await fixture.ask("PUT", "/config/targets/t", { access: [{ igroup: "h", auth: "none" }] });
    expect((await fixture.ask("PATCH", "/config/targets/t", { name: null })).status).toBe(422);
    expect((await fixture.ask("PATCH", "/config/targets/t/access/h", { igroup: null })).status).toBe(422);
    expect((await fixture.ask("PATCH", "/config/targets/t/access/h", { auth: null })).json.error.errors).toMatchObject([
      { pointer: "" },
    ]);
  });
});

describe("the path of a volume", () => {
  const put = (path: string, query = ""): Promise<Asked> =>
    fixture.ask("PUT", `/config/volumes/p${query}`, { ...VOLUME, path });
  const own = (): string => join(folder, "state/volumes");

  it("that no system takes is refused", async () => {
    for (const path of [join(own(), "x".repeat(300)), `${own()}/${"a/".repeat(3000)}b`, own(), `${own()}/..`, `${own()}/`])
      expect(errorOf(await put(path))).toEqual([403, "path-not-allowed"]);
  });

  it("never leads into the state of Lunette, to its configuration or to a secret, whatever folders are listed", async () => {
    const secret = join(folder, "secret");
    await writeFile(secret, "a secret of a host", { mode: 0o600 });
    await fixture.ask("PUT", "/config/auth-groups/g", { chap: [{ user: "u", secret_file: secret }] });
    expect((await fixture.ask("PATCH", "/config/api", { volume_folders: [folder] })).status).toBe(200);
    await mkdir(join(folder, "state/audit"), { recursive: true });
    await symlink(join(folder, "state"), join(folder, "elsewhere"));
    for (const path of [
      "state/managed.toml",
      "state/new.img",
      "state/audit/audit.jsonl",
      "elsewhere/managed.toml",
      "lunette.toml",
      "secret",
    ])
      expect([path, ...errorOf(await put(join(folder, path)))]).toEqual([path, 403, "path-not-allowed"]);
    expect((await put(join(folder, "fine.img"))).status).toBe(201);
    expect((await fixture.ask("PUT", "/config/volumes/q", { ...VOLUME, path: join(own(), "q.img") })).status).toBe(201);
  });

  it("that has another name elsewhere is refused: it would be a way around the folders", async () => {
    await fixture.ask("PUT", "/config/volumes/first", VOLUME);
    await writeFile(join(folder, "outside"), "theirs");
    await link(join(folder, "outside"), join(own(), "linked.img"));
    const answer = await put(join(own(), "linked.img"));
    expect(errorOf(answer)).toEqual([403, "path-not-allowed"]);
    expect(answer.json.error.message).toContain("has other names");
  });

  it("is the same in another spelling, and that of another volume is taken", async () => {
    await put(join(own(), "p.img"));
    for (const path of [`${own()}//p.img`, `${own()}/./p.img`, "volumes/p.img"])
      expect([path, (await fixture.ask("POST", "/config/volumes", { ...VOLUME, name: "p", path })).status]).toEqual([
        path,
        200,
      ]);
    const taken = await fixture.ask("PUT", "/config/volumes/q", { ...VOLUME, path: join(own(), "p.img") });
    expect(taken.json.error.errors).toMatchObject([{ pointer: "/path", message: expect.stringContaining("already used") }]);
  });

  it("makes no folder while it is only thought about, or refused", async () => {
    expect((await fixture.ask("PUT", "/config/volumes/v?dry_run=1", VOLUME)).json.object.path).toBe(join(own(), "v.img"));
    expect((await fixture.ask("PUT", "/config/volumes/v", { ...VOLUME, size: "much" })).status).toBe(422);
    expect(existsSync(own())).toBe(false);
    expect((await fixture.ask("PUT", "/config/volumes/v", VOLUME)).status).toBe(201);
    expect(existsSync(own())).toBe(true);
  });
});

describe("igroups", () => {
  it("that would hold each other, or hosts beside igroups, are refused, and nothing is kept of them", async () => {
    await fixture.ask("PUT", "/config/igroups/a", {});
    await fixture.ask("PUT", "/config/igroups/b", { igroups: ["a"] });
    const cycle = await fixture.ask("PATCH", "/config/igroups/a", { igroups: ["b"] });
    expect(cycle.json.error.errors).toMatchObject([{ pointer: "/igroups", message: expect.stringContaining("a -> b -> a") }]);
    expect((await fixture.ask("PATCH", "/config/igroups/a", { igroups: ["a"] })).status).toBe(422);
    const both = await fixture.ask("POST", "/config/igroups/b/initiators", { initiator: "iqn.2026-11.com.example:x" });
    expect(both.json.error.errors[0].message).toContain("both initiators and igroups");
    expect((await fixture.ask("GET", "/config")).json.generation).toBe(2);
  });
});

it("a volume that is made after a reload with another state_dir lies where the state is until the restart", async () => {
  const file = join(folder, "lunette.toml");
  const text = (await readFile(file, "utf8")).replace(join(folder, "state"), join(folder, "other"));
  await writeFile(file, text);
  const { plan } = await fixture.store.reload({ force: false, actor: "test" });
  expect(plan.restarts).toMatchObject([{ field: "state_dir" }]);
  const { object } = (await fixture.ask("PUT", "/config/volumes/v", VOLUME)).json;
  expect(object.path).toBe(join(folder, "state/volumes/v.img"));
  expect(existsSync(join(folder, "other"))).toBe(false);
  expect(await fixture.text()).toContain('name = "v"');
});

describe("a secret", () => {
  it.each<[string, object]>([
    ["a number", { chap: [{ user: "u", secret: 12345e30 }] }],
    ["half a character", { chap: [{ user: "u", secret: "123456789\ud800" }] }],
    ["a table", { chap: [{ user: "u", secret: { a: "123456789" } }] }],
    ["a list", { chap: [{ user: "u", mutual_secret: ["123456789"] }] }],
    ["in the place of its table", { chap: "1234567890 is the secret" }],
    ["in a list in the place of its table", { chap: ["1234567890 is the secret"] }],
  ])("that is %s is not told", async (_, body) => {
    const answer = await fixture.ask("PUT", "/config/auth-groups/g", body);
    expect(answer.status).toBe(422);
    const { entries } = await fixture.audit.read(0);
    expect(entries).toHaveLength(1);
    expect(JSON.stringify([answer, entries])).not.toMatch(/12345/);
  });

  it("of a user does not become that of one who takes its place", async () => {
    await fixture.ask("PUT", "/config/auth-groups/g", {
      chap: [
        { user: "a", secret: "the secret of a" },
        { user: "b", secret: "the secret of b", mutual_user: "t", mutual_secret: "the target's to b" },
      ],
    });
    const renamed = await fixture.ask("PATCH", "/config/auth-groups/g", { chap: [{ user: "c", secret: "***" }] });
    expect(renamed.json.error.errors).toMatchObject([{ pointer: "/chap/0/secret" }]);
    const other = await fixture.ask("PATCH", "/config/auth-groups/g", {
      chap: [{ user: "a", secret: "***", mutual_user: "t", mutual_secret: "***" }],
    });
    expect(other.json.error.errors).toMatchObject([{ pointer: "/chap/0/mutual_secret" }]);
    expect((await fixture.ask("PATCH", "/config/auth-groups/g", { chap: [{ user: "b", secret: "***" }] })).status).toBe(200);
    const credential = fixture.running().authGroups[0]?.chap[0];
    expect([credential?.secret, credential?.mutual]).toEqual(["the secret of b", undefined]);
  });
});

describe("a caller that is restricted by prefixes", () => {
  const scope = JSON.stringify({ role: "operate", prefixes: { igroups: ["ci-"], volumes: ["ci-"] } });
  it.each([{ igroups: "prod" }, { igroups: 5 }, { igroups: {} }, { igroups: [5, "prod"] }])(
    "is answered as others are for %j",
    async (body) => {
      const answer = await fixture.ask("PUT", "/config/igroups/ci-a", body, { scope });
      expect(["invalid-object", "not-permitted"]).toContain(answer.json.error.type);
    },
  );
  it("with prefixes of what is unknown may do nothing", async () => {
    for (const prefixes of [{ volume: ["ci-"] }, [], "ci-"]) {
      const unknown = JSON.stringify({ role: "operate", prefixes });
      expect((await fixture.ask("PUT", "/config/igroups/ci-a", {}, { scope: unknown })).status).toBe(403);
    }
  });
});

it("a query that is no flag is refused, and that is written down", async () => {
  expect((await fixture.ask("PUT", "/config/igroups/a?dry_run=yes", {})).json.error.type).toBe("bad-parameter");
  expect((await fixture.audit.read(0)).entries).toMatchObject([{ outcome: "refused", error: "bad-parameter" }]);
});

it("an answer that is only thought has no etag, because nothing has it", async () => {
  expect((await fixture.ask("PUT", "/config/igroups/a?dry_run=1", {})).etag).toBeUndefined();
  const { etag } = await fixture.ask("PUT", "/config/igroups/a", {});
  expect((await fixture.ask("DELETE", "/config/igroups/a", {}, { ifMatch: etag })).status).toBe(200);
});

import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { ControlError, type ControlErrorType } from "../../src/control/control-error.ts";
import { type Asked, type FakeDaemon, fakeDaemon, NOTHING_TOUCHED, TOUCHED } from "./fake-daemon.ts";

let daemon: FakeDaemon;
beforeEach(async () => {
  daemon = await fakeDaemon();
});
afterEach(() => daemon.control.close());

const CONFIG = "/v1/config";
const LUNS = [
  { lun: 0, volume: "vm01", igroups: [], read_only: false },
  { lun: 2, volume: "vm02", igroups: ["b", "a"], read_only: false },
  { lun: 2, volume: "vm02", igroups: ["c"], read_only: false },
];
const TARGET = { id: "iqn.2026-11.com.example:t", uuid: "u", generation: 1, home: "managed", name: "t", lun: LUNS };
const withTarget = (): void => void daemon.answers.set(`GET ${CONFIG}/targets/t`, () => TARGET);

describe("a verb sends what was given, by the keys of the file, and says what was done", () => {
  const changes: [args: string[], asked: Asked, said: string][] = [
    [
      ["volume", "create", "vm01", "--size", "10 GiB", "--create", "thin", "--no-write-cache", "--block-size", "4096"],
      {
        method: "POST",
        path: `${CONFIG}/volumes`,
        body: { name: "vm01", size: 10 * 2 ** 30, create: "thin", write_cache: false, block_size: 4096 },
      },
      'created volume "vm01"',
    ],
    [
      ["volume", "create", "vm01", "--path", "here.img"],
      { method: "POST", path: `${CONFIG}/volumes`, body: { name: "vm01", path: path.resolve("here.img") } },
      'created volume "vm01"',
    ],
    [
      ["volume", "set", "vm01", "--read-only", "--unset", "serial,product"],
      { method: "PATCH", path: `${CONFIG}/volumes/vm01`, body: { read_only: true, serial: null, product: null } },
      'changed volume "vm01"',
    ],
    [
      ["volume", "resize", "vm01", "1.5 TB", "--force"],
      { method: "PATCH", path: `${CONFIG}/volumes/vm01?force=1`, body: { size: 1.5e12 } },
      'resized volume "vm01" to 1464843750 KiB',
    ],
    [
      ["volume", "offline", "vm01"],
      { method: "PATCH", path: `${CONFIG}/volumes/vm01`, body: { online: false } },
      'took offline volume "vm01"',
    ],
    [
      ["volume", "online", "vm01"],
      { method: "PATCH", path: `${CONFIG}/volumes/vm01`, body: { online: true } },
      'brought online volume "vm01"',
    ],
    [
      ["volume", "delete", "vm01"],
      { method: "DELETE", path: `${CONFIG}/volumes/vm01` },
      'deleted volume "vm01"; its file stays',
    ],
    [
      ["volume", "delete", "vm01", "--delete-file"],
      { method: "DELETE", path: `${CONFIG}/volumes/vm01?delete_file=1` },
      'deleted volume "vm01" and its file',
    ],
    [
      ["target", "create", "t", "--portal-groups", "1,2"],
      { method: "POST", path: `${CONFIG}/targets`, body: { name: "t", portal_groups: [1, 2] } },
      'created target "t"',
    ],
    [
      ["target", "create", "iqn.2026-11.com.example:t", "--alias", "a"],
      { method: "POST", path: `${CONFIG}/targets`, body: { iqn: "iqn.2026-11.com.example:t", alias: "a" } },
      'created target "iqn.2026-11.com.example:t"',
    ],
    [
      ["target", "set", "t", "--unset", "portal-groups"],
      { method: "PATCH", path: `${CONFIG}/targets/t`, body: { portal_groups: null } },
      'changed target "t"',
    ],
    [
      ["target", "allow", "t", "esx", "--auth", "chap", "--auth-group", "g"],
      { method: "PUT", path: `${CONFIG}/targets/t/access/esx`, body: { igroup: "esx", auth: "chap", auth_group: "g" } },
      'admitted igroup "esx" to target "t"',
    ],
    [
      ["target", "deny", "t", "esx"],
      { method: "DELETE", path: `${CONFIG}/targets/t/access/esx` },
      'igroup "esx" is no longer admitted to target "t"',
    ],
    [
      ["target", "redirect", "t", "192.0.2.11:3260", "--permanent"],
      { method: "PATCH", path: `${CONFIG}/targets/t`, body: { redirect: { to: "192.0.2.11:3260", permanent: true } } },
      'changed target "t": redirected to 192.0.2.11:3260',
    ],
    [
      ["target", "redirect", "t", "--off"],
      { method: "PATCH", path: `${CONFIG}/targets/t`, body: { redirect: null } },
      'changed target "t": no longer redirected',
    ],
    [
      ["target", "offline", "t"],
      { method: "PATCH", path: `${CONFIG}/targets/t`, body: { online: false } },
      'took offline target "t"',
    ],
    [["target", "delete", "t"], { method: "DELETE", path: `${CONFIG}/targets/t` }, 'deleted target "t"'],
    [
      ["igroup", "create", "web", "--initiator", "iqn.a", "--initiator", "iqn.b", "--os-type", "linux"],
      { method: "POST", path: `${CONFIG}/igroups`, body: { name: "web", initiators: ["iqn.a", "iqn.b"], os_type: "linux" } },
      'created igroup "web"',
    ],
    [
      ["igroup", "set", "web", "--networks", "192.0.2.0/24, 2001:db8::/32"],
      { method: "PATCH", path: `${CONFIG}/igroups/web`, body: { networks: ["192.0.2.0/24", "2001:db8::/32"] } },
      'changed igroup "web"',
    ],
    [
      ["igroup", "add", "web", "iqn.a:x"],
      { method: "POST", path: `${CONFIG}/igroups/web/initiators`, body: { initiator: "iqn.a:x" } },
      'added iqn.a:x to igroup "web"',
    ],
    [
      ["igroup", "remove", "web", "iqn.a:x"],
      { method: "DELETE", path: `${CONFIG}/igroups/web/initiators/iqn.a%3Ax` },
      'removed iqn.a:x from igroup "web"',
    ],
    [["igroup", "delete", "a/b"], { method: "DELETE", path: `${CONFIG}/igroups/a%2Fb` }, 'deleted igroup "a/b"'],
    [
      ["portal", "add", "1", "192.0.2.10:3260"],
      { method: "POST", path: `${CONFIG}/portal-groups/1/portals`, body: { address: "192.0.2.10:3260" } },
      'added 192.0.2.10:3260 to portal group "1"',
    ],
    [
      ["portal", "remove", "1", "[::]:3260"],
      { method: "DELETE", path: `${CONFIG}/portal-groups/1/portals/%5B%3A%3A%5D%3A3260` },
      'removed [::]:3260 from portal group "1"',
    ],
    [
      ["portal", "group", "create", "2", "--portals", "192.0.2.10,192.0.2.11", "--name", "back", "--preferred"],
      {
        method: "POST",
        path: `${CONFIG}/portal-groups`,
        body: { tag: 2, portals: ["192.0.2.10", "192.0.2.11"], name: "back", preferred: true },
      },
      'created portal group "2"',
    ],
    [
      ["portal", "group", "set", "2", "--access-state", "standby"],
      { method: "PATCH", path: `${CONFIG}/portal-groups/2`, body: { access_state: "standby" } },
      'changed portal group "2"',
    ],
    [
      ["portal", "group", "delete", "2", "--force"],
      { method: "DELETE", path: `${CONFIG}/portal-groups/2?force=1` },
      'deleted portal group "2"',
    ],
    [
      ["auth", "create", "esx", "--algorithms", "sha256"],
      { method: "POST", path: `${CONFIG}/auth-groups`, body: { name: "esx", algorithms: ["sha256"] } },
      'created auth group "esx"',
    ],
    [
      ["auth", "user", "add", "esx", "h", "--secret-file", "/etc/lunette/secrets/h"],
      { method: "POST", path: `${CONFIG}/auth-groups/esx/chap`, body: { user: "h", secret_file: "/etc/lunette/secrets/h" } },
      'added CHAP user "h" of auth group "esx"',
    ],
    [
      ["auth", "user", "remove", "esx", "h"],
      { method: "DELETE", path: `${CONFIG}/auth-groups/esx/chap/h` },
      'removed CHAP user "h" of auth group "esx"',
    ],
    [["auth", "delete", "esx"], { method: "DELETE", path: `${CONFIG}/auth-groups/esx` }, 'deleted auth group "esx"'],
    [
      ["map", "vm03", "t"],
      { method: "POST", path: `${CONFIG}/targets/t/luns`, body: { lun: 1, volume: "vm03" } },
      'mapped volume "vm03" as LUN 1 of target "t"',
    ],
    [
      ["map", "vm02", "t", "--igroup", "d", "--read-only"],
      { method: "POST", path: `${CONFIG}/targets/t/luns`, body: { lun: 2, volume: "vm02", igroups: ["d"], read_only: true } },
      'mapped volume "vm02" as LUN 2 of target "t"',
    ],
    [
      ["map", "vm02", "t", "--igroups", "a,b", "--read-only"],
      { method: "PATCH", path: `${CONFIG}/targets/t/luns/2%40a%2Cb`, body: { read_only: true } },
      'mapped volume "vm02" as LUN 2 of target "t"',
    ],
    [
      ["map", "other", "t", "--lun", "0"],
      { method: "POST", path: `${CONFIG}/targets/t/luns`, body: { lun: 0, volume: "other" } },
      'mapped volume "other" as LUN 0 of target "t"',
    ],
    [
      ["unmap", "vm01", "t"],
      { method: "DELETE", path: `${CONFIG}/targets/t/luns/0` },
      'unmapped volume "vm01", LUN 0 of target "t"',
    ],
    [
      ["unmap", "0", "t"],
      { method: "DELETE", path: `${CONFIG}/targets/t/luns/0` },
      'unmapped volume "vm01", LUN 0 of target "t"',
    ],
    [
      ["unmap", "2", "t", "--igroup", "a,b"],
      { method: "DELETE", path: `${CONFIG}/targets/t/luns/2%40a%2Cb` },
      'unmapped volume "vm02", LUN 2 of target "t"',
    ],
  ];
  test.each(changes)("%j", async (args, asked, said) => {
    withTarget();
    expect(await daemon.run(args)).toEqual({ code: 0, out: said, err: "" });
    expect(daemon.changes).toEqual([asked]);
  });

  test("sessions that are touched follow it, and fields that wait for a restart", async () => {
    const restarts = [{ kind: "volume", name: "vm01", field: "block_size", why: "hosts see it" }];
    const plan = { ...NOTHING_TOUCHED.plan, restarts };
    daemon.answers.set(`PATCH ${CONFIG}/volumes/vm01`, () => ({ ...NOTHING_TOUCHED, plan, sessions: [TOUCHED] }));
    expect((await daemon.run(["volume", "resize", "vm01", "1 GiB"])).out.split("\n")).toEqual([
      'resized volume "vm01" to 1 GiB',
      "  session of iqn.h at 192.0.2.7:5000 to iqn.t: unit attention, the size of a LUN has changed",
      "  block_size needs a restart: hosts see it",
    ]);
  });

  test("what is so already is said to be so", async () => {
    const plan = { steps: [], refusals: [], restarts: [] };
    daemon.answers.set(`POST ${CONFIG}/igroups`, () => ({ ...NOTHING_TOUCHED, plan }));
    expect((await daemon.run(["igroup", "create", "web"])).out).toBe('nothing to do: igroup "web" is so already');
  });

  test("--json gives the daemon's answer as it is", async () => {
    const { out } = await daemon.run(["volume", "delete", "vm01", "--json"]);
    expect(JSON.parse(out)).toEqual(NOTHING_TOUCHED);
  });

  test("--dry-run prints the plan, and fails where the plan is refused", async () => {
    const { code, out } = await daemon.run(["volume", "delete", "vm01", "--dry-run"]);
    expect([code, out]).toEqual([0, "change volume vm01\n    an effect\n0 to add, 1 to change, 0 to remove"]);
    expect(daemon.changes[0]?.path).toBe(`${CONFIG}/volumes/vm01?dry_run=1`);
    const refusals = [{ kind: "volume", name: "vm01", field: "size", why: "would shrink", forcible: true }];
    daemon.answers.set(`PATCH ${CONFIG}/volumes/vm01`, () => ({
      ...NOTHING_TOUCHED,
      plan: { ...NOTHING_TOUCHED.plan, refusals },
    }));
    const refused = await daemon.run(["volume", "resize", "vm01", "1 MiB", "--dry-run"]);
    expect([refused.code, refused.out]).toEqual([1, expect.stringContaining("refused: volume vm01 would shrink")]);
  });

  test("names that move the cursor do not reach the terminal", async () => {
    const session = { ...TOUCHED.session, initiatorName: "iqn.\u001b[2J\u0007" };
    daemon.answers.set(`PATCH ${CONFIG}/volumes/\u001b`, () => NOTHING_TOUCHED);
    daemon.answers.set(`PATCH ${CONFIG}/volumes/vm01`, () => ({ ...NOTHING_TOUCHED, sessions: [{ ...TOUCHED, session }] }));
    daemon.answers.set(`GET ${CONFIG}/igroups`, () => ({
      generation: 1,
      items: [{ id: "a\u001b[31m", uuid: "u", generation: 1, home: "managed", initiators: ["x\u202e\r"] }],
    }));
    daemon.answers.set(`GET ${CONFIG}/igroups/a`, () => ({
      id: "a",
      uuid: "u\u0007",
      generation: 1,
      home: "file",
      name: "\u001bc",
    }));
    for (const args of [
      ["volume", "offline", "vm01"],
      ["igroup", "list"],
      ["igroup", "show", "a"],
      ["volume", "offline", "\u001b[2J"],
      ["volume", "\u001b[2J"],
    ]) {
      const { out, err } = await daemon.run(args);
      // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what must not be there
      expect(out + err).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
    }
  });
});

describe("show", () => {
  test("has every key in the order of the schema, nested tables, and where it is defined", async () => {
    daemon.answers.set(`GET ${CONFIG}/targets/t`, () => ({
      ...TARGET,
      portal_groups: [1, 2],
      access: [{ igroup: "web", auth: "none" }],
      lun: [{ lun: 0, volume: "vm01", igroups: [], read_only: false }],
    }));
    const { code, out } = await daemon.run(["target", "show", "t"]);
    expect([code, out.split("\n")]).toEqual([
      0,
      [
        "name           t",
        "portal_groups  1, 2",
        "access",
        "  igroup  web",
        "  auth    none",
        "lun",
        "  lun        0",
        "  volume     vm01",
        "  igroups    none",
        "  read_only  false",
        "id          iqn.2026-11.com.example:t",
        "uuid        u",
        "generation  1",
        "defined     by command line or API (managed.toml)",
      ],
    ]);
  });
});

describe("map without --lun", () => {
  test("seeks another number when somebody else was faster", async () => {
    let asked = 0;
    daemon.answers.set(`GET ${CONFIG}/targets/t`, () => ({
      ...TARGET,
      lun: asked++ === 0 ? [] : [{ lun: 0, volume: "faster" }],
    }));
    daemon.answers.set(`POST ${CONFIG}/targets/t/luns`, ({ body }) => {
      if (body?.["lun"] === 0) throw refusal("already-exists", "LUN 0 is mapped");
      return NOTHING_TOUCHED;
    });
    expect(await daemon.run(["map", "vm09", "t"])).toMatchObject({
      code: 0,
      out: 'mapped volume "vm09" as LUN 1 of target "t"',
    });
  });

  test("a number that was asked for is not replaced by another", async () => {
    withTarget();
    daemon.answers.set(`POST ${CONFIG}/targets/t/luns`, () => {
      throw refusal("already-exists", "LUN 0 is mapped");
    });
    expect(await daemon.run(["map", "vm09", "t", "--lun", "0"])).toMatchObject({ code: 1, out: "" });
    expect(daemon.changes).toHaveLength(1);
  });
});

describe("unmap", () => {
  test.each([
    [["vm02"], 2, "say which with --igroup (a,b or c)"],
    [["vm09"], 1, "has no such map. It has 0=vm01, 2@a,b=vm02, 2@c=vm02"],
    [["vm01", "--igroup", "c"], 1, "has no such map"],
  ])("of %j takes nothing away and says what there is", async ([what = "", ...more], code, message) => {
    withTarget();
    expect(await daemon.run(["unmap", what, "t", ...more])).toMatchObject({ code, err: expect.stringContaining(message) });
    expect(daemon.changes).toEqual([]);
  });

  test("never guesses between a volume whose name is a number and the LUN of that number", async () => {
    const lun = [
      { lun: 0, volume: "1" },
      { lun: 1, volume: "a" },
    ];
    daemon.answers.set(`GET ${CONFIG}/targets/t`, () => ({ ...TARGET, lun }));
    expect(await daemon.run(["unmap", "1", "t"])).toMatchObject({
      code: 2,
      err: expect.stringContaining("name the other one"),
    });
    expect(daemon.changes).toEqual([]);
  });
});

describe("secrets", () => {
  const path = `${CONFIG}/auth-groups/esx/chap`;

  test("come from standard input, one after the other", async () => {
    const args = ["auth", "user", "add", "esx", "h", "--secret", "-", "--mutual-user", "t", "--mutual-secret", "-"];
    const { code } = await daemon.run(args, { secrets: ["0123456789abcdef", "fedcba9876543210"] });
    expect(code).toBe(0);
    expect(daemon.changes).toEqual([
      {
        method: "POST",
        path,
        body: { user: "h", secret: "0123456789abcdef", mutual_user: "t", mutual_secret: "fedcba9876543210" },
      },
    ]);
  });

  test("on the command line are refused, and not repeated", async () => {
    const { code, err } = await daemon.run(["auth", "user", "add", "esx", "h", "--secret", "0123456789abcdef"]);
    expect([code, err]).toEqual([2, expect.stringContaining('Give "--secret -"')]);
    expect(err).not.toContain("0123456789abcdef");
    expect(daemon.changes).toEqual([]);
  });

  test("that are empty change nothing", async () => {
    const args = ["auth", "user", "set", "esx", "h", "--secret", "-"];
    expect((await daemon.run(args, { secrets: [""] })).code).toBe(2);
    expect((await daemon.run(args)).code).toBe(2);
    expect(daemon.changes).toEqual([]);
  });
});

const refusal = (type: string, message: string, details = {}): ControlError =>
  new ControlError(type as ControlErrorType, message, details);

describe("a refusal ends with what to do", () => {
  test("of the file: the line to edit", async () => {
    daemon.answers.set(`DELETE ${CONFIG}/volumes/vm01`, () => {
      throw refusal("defined-in-file", 'volume "vm01" is defined in a file', { place: "/etc/lunette/lunette.toml:12:1" });
    });
    const { code, out, err } = await daemon.run(["volume", "delete", "vm01"]);
    expect([code, out]).toEqual([1, ""]);
    expect(err.split("\n").slice(0, 2)).toEqual([
      'lunette volume delete: volume "vm01" is defined in a file:',
      "  defined at /etc/lunette/lunette.toml:12:1",
    ]);
  });

  test("of what is in use: who uses it", async () => {
    const uses = [
      { kind: "target.lun", name: "iqn.t LUN 0", place: "managed.toml:3:1" },
      { kind: "target.lun", name: "\u001b[2J" },
    ];
    daemon.answers.set(`DELETE ${CONFIG}/volumes/vm01`, () => {
      throw refusal("in-use", 'volume "vm01" is in use', { uses });
    });
    expect((await daemon.run(["volume", "delete", "vm01"])).err.split("\n").slice(0, 3)).toEqual([
      'lunette volume delete: volume "vm01" is in use:',
      "  used by target.lun iqn.t LUN 0 (managed.toml:3:1)",
      "  used by target.lun ?[2J",
    ]);
  });

  test("of what there is not: the verb that lists what there is", async () => {
    const gone = () => {
      throw refusal("unknown-object", 'there is no target "dta"');
    };
    daemon.answers.set(`GET ${CONFIG}/targets/dta`, gone);
    daemon.answers.set(`POST ${CONFIG}/igroups/wbe/initiators`, gone);
    daemon.answers.set("GET /v1/tasks/9", gone);
    for (const [args, list] of [
      [["map", "vm01", "dta"], "lunette target list"],
      [["igroup", "add", "wbe", "iqn.a"], "lunette igroup list"],
      [["task", "show", "9"], "lunette tasks"],
    ] as const) {
      const { code, err } = await daemon.run(args);
      expect([code, err]).toEqual([1, expect.stringContaining(`"${list}" shows what there is`)]);
    }
  });

  test("of a single use or fault: once, in words of the command line", async () => {
    const uses = [{ kind: "target.lun", name: "iqn.t LUN 0", place: "managed.toml:3:1" }];
    daemon.answers.set(`DELETE ${CONFIG}/volumes/vm01`, () => {
      throw refusal("in-use", "volume vm01 is used by target.lun iqn.t LUN 0 (managed.toml:3:1)", { uses });
    });
    expect((await daemon.run(["volume", "delete", "vm01"])).err).toBe(
      "lunette volume delete: volume vm01 is used by target.lun iqn.t LUN 0 (managed.toml:3:1): change or delete first what uses it",
    );
  });

  test("of an object with faults: each of them", async () => {
    const errors = [{ message: "must be a name", pointer: "/name" }, { message: "no such igroup" }];
    daemon.answers.set(`POST ${CONFIG}/volumes`, () => {
      throw refusal("invalid-object", "the volume is not valid", { errors });
    });
    const { err } = await daemon.run(["volume", "create", "v"]);
    expect(err).toContain("\n  /name: must be a name\n  no such igroup\n  ");
  });
});

describe("what can't be meant changes nothing and ends with 2", () => {
  test.each([
    [["volume"], "give one of list, show, create"],
    [["volume", "creat", "x"], 'unknown command "volume creat" (did you mean "create"?)'],
    [["portal", "group", "delte", "1"], 'unknown command "portal group delte" (did you mean "delete"?)'],
    [["volume", "create", "x", "--sze", "1 GiB"], 'unknown option "--sze" (did you mean "--size"?)'],
    [["volume", "create"], "volume create: Not enough non-option arguments"],
    [["volume", "create", "a", "b"], '"b" is one argument too many for "lunette volume create <volume>"'],
    [["volume", "create", "x", "--size", "10G"], '--size: "10G": must be a whole number of bytes or a size such as "10 GiB"'],
    [["volume", "create", "x", "--block-size", "big"], '--block-size: "big": must be a whole number'],
    [["volume", "create", "x", "--size", "1", "--size", "2"], "--size is given twice"],
    [["volume", "create", "x", "--create", "fat"], "Choices:"],
    [["volume", "resize", "x", "larger"], 'size: "larger": must be'],
    [["volume", "set", "x"], "give at least one option that says what to change"],
    [["volume", "set", "x", "--unset", "path"], "--unset: path is always there"],
    [["volume", "set", "x", "--unset", "colour"], "--unset: there is no colour"],
    [["target", "allow", "t", "h"], "Missing required argument: auth"],
    [["target", "redirect", "t"], "give an address, or --off"],
    [["portal", "group", "create", "front", "--portals", "x"], 'tag: "front": must be a whole number'],
    [["map", "v", "t", "--lun", "first"], '--lun: "first": must be a whole number'],
  ])("%j", async (args, message) => {
    const { code, out, err } = await daemon.run(args);
    expect([code, out]).toEqual([2, ""]);
    expect(err).toContain(message);
    expect(daemon.changes).toEqual([]);
  });
});

import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { ControlError } from "../../src/control/control-error.ts";
import { type FakeDaemon, fakeDaemon } from "./fake-daemon.ts";

let daemon: FakeDaemon;
beforeEach(async () => {
  daemon = await fakeDaemon();
  for (const [table, more] of Object.entries(SETTINGS)) daemon.answers.set(`GET /v1/config/${table}`, () => more);
});
afterEach(() => daemon.control.close());

const about = (id: string, generation: number) => ({ id, uuid: "u", generation });
const METRICS = { ...about("metrics", 0), home: "file", place: "/etc/lunette/lunette.toml:5:1", listen: "off" };
const API = { ...about("api", 0), home: "managed", listen: "127.0.0.1:9870", plain_http: false, volume_folders: [] };
const SETTINGS = {
  node: { ...about("node", 0), home: "file", place: "/etc/lunette/lunette.toml:1:1", base_iqn: "iqn.2026-11.com.example" },
  metrics: METRICS,
  api: API,
  limits: { ...about("limits", 3), home: "managed", connections: 512, transfer_bytes: 2 ** 24 },
};

describe("settings show", () => {
  test("has every table with where it stands, one that nobody has written as well", async () => {
    const { code, out, err } = await daemon.run(["settings", "show"]);
    expect([code, err]).toEqual([0, ""]);
    const tables = out.split("\n\n");
    expect(tables.map((text) => text.split("\n")[0])).toEqual(["[node]", "[metrics]", "[api]", "[limits]"]);
    expect(tables[1]?.split("\n")).toEqual([
      "[metrics]",
      "listen  off",
      "id          metrics",
      "uuid        u",
      "generation  0",
      "defined     /etc/lunette/lunette.toml:5:1",
    ]);
    expect(tables[2]).toContain("defined     nowhere: all of it is as by default");
    expect(tables[3]).toContain("transfer_bytes  16 MiB");
    expect(tables[3]).toContain("defined     by command line or API (managed.toml)");
  });

  test("of one table is that table, for programs the daemon's answer", async () => {
    expect(JSON.parse((await daemon.run(["settings", "show", "metrics", "--json"])).out)).toEqual(METRICS);
    expect(JSON.parse((await daemon.run(["settings", "show", "--json"])).out)).toEqual(SETTINGS);
  });
});

describe("settings set", () => {
  test.each([
    ["metrics", ["--listen", "127.0.0.1:9861"], { listen: "127.0.0.1:9861" }],
    ["api", ["--requests-per-second", "50", "--plain-http"], { requests_per_second: 50, plain_http: true }],
    ["api", ["--volume-folder", "/srv/a", "--volume-folder", "/srv/b"], { volume_folders: ["/srv/a", "/srv/b"] }],
    ["limits", ["--connections", "512", "--transfer-bytes", "8 MiB"], { connections: 512, transfer_bytes: 2 ** 23 }],
    ["limits", ["--unset", "connections"], { connections: null }],
  ])("of %s with %j changes these keys and no other", async (table, options, body) => {
    const { code, out, err } = await daemon.run(["settings", "set", table, ...options]);
    expect([code, out, err]).toEqual([0, `changed [${table}]`, ""]);
    expect(daemon.changes).toEqual([{ method: "PATCH", path: `/v1/config/${table}`, body }]);
  });

  test("names the line of a table that the file has", async () => {
    const place = "/etc/lunette/lunette.toml:5:1";
    daemon.answers.set("PATCH /v1/config/metrics", () => {
      throw new ControlError("defined-in-file", `[metrics] is defined in ${place}, which Lunette never changes`, { place });
    });
    const { code, out, err } = await daemon.run(["settings", "set", "metrics", "--listen", "off"]);
    expect([code, out]).toEqual([1, ""]);
    expect(err).toContain(place);
    expect(err).toMatch(/run "lunette reload"/);
  });

  test.each([
    [["settings", "set", "limits"], "give at least one option that says what to change"],
    [["settings", "set", "limits", "--connections", "many"], '--connections: "many": must be a whole number'],
    [["settings", "set", "node", "--name", "a"], 'unknown command "settings set node"'],
    [["settings", "show", "volumes"], "Choices:"],
  ])("%j is not understood and changes nothing", async (args, message) => {
    expect(await daemon.run(args)).toMatchObject({ code: 2, out: "", err: expect.stringContaining(message) });
    expect(daemon.changes).toEqual([]);
  });
});

/** What explain and plan are told about the running daemon, and what they answer over the socket and at the command line. */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Explanation, TargetExplanation } from "../../src/access/explain-types.ts";
import { runCommandLine } from "../../src/cli/command-line.ts";
import type { EventDetails } from "../../src/common/events.ts";
import { ConfigError, type Problem } from "../../src/config/config-error.ts";
import type { FileFacts } from "../../src/config/file-facts.ts";
import { type LoadedConfiguration, loadConfiguration } from "../../src/config/load.ts";
import { conditionsOf } from "../../src/control/live-facts.ts";
import { type PlanAnswer, type QuestionSource, questionRoutes } from "../../src/control/questions.ts";
import type { DaemonState } from "../../src/control/service.ts";
import type { LogicalUnit } from "../../src/scsi/logical-unit.ts";
import { AccessState } from "../../src/scsi/unit-condition.ts";
import { FILE, load } from "../config/in-memory.ts";
import { makeUnit, type UnitUnderTest } from "../scsi/support/scsi-harness.ts";
import { type ControlFixture, controlFixture, memoryEvents } from "../support/control.ts";

const SECRET = "0123456789abcdef";
const TEXT = `[node]
base_iqn = "iqn.2026-11.com.example"
[[portal_group]]
tag = 1
portals = ["192.0.2.10:3260"]
[[auth_group]]
name = "esx"
[[auth_group.chap]]
user = "esx-a"
secret = "${SECRET}"
[[igroup]]
name = "esx"
initiators = ["iqn.1998-01.com.vmware:esx-a"]
[[volume]]
name = "v0"
path = "/v0"
[[target]]
name = "store"
[[target.access]]
igroup = "esx"
auth = "chap"
auth_group = "esx"
[[target.lun]]
lun = 0
volume = "v0"
`;
const HOST = "iqn.1998-01.com.vmware:esx-a";
const STORE = "iqn.2026-11.com.example:store";
const SESSION = {
  login: { initiatorName: HOST },
  connection: { address: "192.0.2.7" },
  targetName: STORE.toUpperCase(),
  portalGroupTag: 1,
};

let unit: UnitUnderTest;
let units: Map<string, LogicalUnit>;
let events: ReturnType<typeof memoryEvents>;
let sessions: unknown[];
let state: DaemonState;
let wanted: string;
let control: ControlFixture;

beforeEach(async () => {
  unit = makeUnit();
  units = new Map([["v0", unit.lu]]);
  events = memoryEvents();
  sessions = [];
  state = "serving";
  wanted = TEXT;
  const running = load(TEXT).configuration;
  const source = {
    configuration: () => running,
    state: () => state,
    configFile: FILE,
    units,
    events,
    services: {
      sessions: {
        get all() {
          return sessions;
        },
      },
    },
  } as unknown as QuestionSource;
  // Another text is read as the daemon reads it: that text, and beside it the system's files.
  const read = (file: string, files?: FileFacts): LoadedConfiguration =>
    files === undefined ? load(wanted) : loadConfiguration(file, files, { managedFile: "/nowhere/managed.toml" });
  control = await controlFixture({ routes: questionRoutes(source, read) });
});
afterEach(() => control.close());

async function asked(parameters: Readonly<Record<string, string>> = {}): Promise<Explanation> {
  const { status, json } = await control.ask(`/v1/explain?${new URLSearchParams({ initiator: HOST, ...parameters })}`);
  expect(status).toBe(200);
  return json as Explanation;
}
const store = async (parameters?: Readonly<Record<string, string>>): Promise<TargetExplanation> =>
  (await asked(parameters)).targets[0] as TargetExplanation;

const refused = (details: EventDetails): void =>
  events.record("login-refused", { initiator: HOST, target: STORE, address: "192.0.2.7", reason: "why", ...details });

async function cli(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const out: string[] = [];
  const err: string[] = [];
  const code = await runCommandLine(args, { out: (text) => out.push(text), err: (text) => err.push(text) });
  return { code, out: out.join("\n"), err: err.join("\n") };
}

describe("GET /v1/explain", () => {
  it.each([
    ["", /^initiator: give/],
    ["initiator=", /^initiator: give/],
    [`initiator=${"x".repeat(224)}`, /at most 223 bytes/],
    [`initiator=${"%C3%A9".repeat(112)}`, /at most 223 bytes/],
    [`initiator=${HOST}&address=192.0.2.7:3260`, /must be an IP address without a port/],
    [`initiator=${HOST}&address=host1`, /must be an IP address/],
    [`initiator=${HOST}&address=::1%25${"e".repeat(60)}`, /must be an IP address/],
    [`initiator=${HOST}&portal_group=0`, /1 to 65535/],
    [`initiator=${HOST}&portal_group=65536`, /1 to 65535/],
    [`initiator=${HOST}&portal_group=1e1`, /1 to 65535/],
    [`initiator=${HOST}&portalgroup=1`, /it has initiator, address, portal_group/],
  ])("refuses the parameters %j", async (query, message) => {
    const { status, json } = await control.ask(`/v1/explain?${query}`);
    expect([status, json.error.type]).toEqual([400, "bad-parameter"]);
    expect(json.error.message).toMatch(message);
  });

  it("explains a name that no initiator can have instead of refusing it", async () => {
    expect((await asked({ initiator: "esx a+b" })).initiator).toMatchObject({ written: "esx a+b", fault: expect.any(String) });
  });

  it("answers with the step, the place and what the initiator sees", async () => {
    const { verdict, luns } = await store({ address: "192.0.2.7", portal_group: "1" });
    expect(verdict).toMatchObject({ kind: "admitted", step: "view", place: { file: FILE, line: 19 } });
    expect(luns).toMatchObject([{ lun: 0, volume: "v0", problems: [] }]);
  });

  it("tells that every target is offline while the daemon starts", async () => {
    state = "starting";
    expect((await store()).verdict).toMatchObject({ step: "target", status: "0301h" });
  });

  it("tells why a volume is offline, as the latest event has it", async () => {
    unit.lu.backend = undefined;
    const what = async () => (await store()).luns[0]?.problems[0]?.what;
    expect(await what()).toBe("volume \"v0\" is offline: it can't be opened; the daemon's log says why");
    events.record("volume-offline", { volume: "v0", reason: "EIO" });
    events.record("volume-offline", { volume: "v0", reason: "ENOENT" });
    events.record("volume-offline", { volume: "v1", reason: "EACCES" });
    expect(await what()).toBe('volume "v0" is offline: ENOENT');
    units.clear();
    expect(await what()).toBe('volume "v0" is offline: it is not opened yet');
  });

  it("tells the access state that a host has changed", async () => {
    unit.lu.state = {
      ...unit.lu.state,
      access: new Map([[1, { state: AccessState.Standby, preferred: false, statusCode: 1 }]]),
    };
    expect((await store()).luns[0]?.problems).toMatchObject([{ what: "portal group 1 is standby for it" }]);
  });

  it("tells each condition under which a unit refuses commands", async () => {
    const at = unit.lu.state;
    const sanitize = { status: "in progress", method: "overwrite", unrestrictedExit: false } as const;
    const told = (change: Partial<typeof at>) => conditionsOf({ ...at, ...change }).map(({ what }) => what);
    expect(told({})).toEqual([]);
    expect(told({ sanitize })).toEqual([expect.stringContaining("sanitize operation is in progress")]);
    expect(told({ sanitize: { ...sanitize, status: "failed" } })).toEqual([expect.stringContaining("has failed")]);
    expect(told({ stopped: true })).toEqual(["a host has stopped it"]);
    expect(told({ stopped: true, ejected: true })).toEqual(["its medium is ejected"]);
    expect(told({ memory: "lost" })).toEqual([expect.stringContaining("reservations are lost")]);
    expect(told({ memory: "unavailable" })).toEqual([expect.stringContaining("can't be read")]);
    unit.lu.state = { ...at, stopped: true };
    expect((await store()).verdict.next).toBe("LUN 0: start it from a host (START STOP UNIT with START)");
  });

  it("tells a refused secret as what keeps the initiator out, until it has logged in", async () => {
    refused({ status: "0x0201", initiator: HOST.toUpperCase(), target: STORE.toUpperCase() });
    expect((await store()).verdict).toMatchObject({ step: "authentication", place: { line: 6 } });
    events.record("login-accepted", { initiator: HOST, target: STORE });
    expect(await store()).toMatchObject({ verdict: { step: "view" }, failures: [] });
  });

  it("tells a live session, which failures before it do not put in doubt", async () => {
    refused({ status: "0x0201" });
    sessions = [SESSION];
    const { verdict, sessions: told } = await store();
    expect(verdict.step).toBe("view");
    expect(told).toEqual([{ initiatorName: HOST, address: "192.0.2.7", targetIqn: STORE, portalGroupTag: 1 }]);
  });

  it("forgets what the rules of an earlier configuration have refused, and nothing else", async () => {
    refused({ status: "0x0202" });
    refused({ status: "0x0201", reason: "secret" });
    expect((await store()).failures).toHaveLength(2);
    events.record("configuration-applied", {});
    expect((await store()).failures).toMatchObject([{ reason: "secret" }]);
  });

  it("tells failures from the address that is asked about only, however it is written", async () => {
    refused({ status: "0x0202" });
    expect((await store({ address: "192.0.2.8" })).failures).toEqual([]);
    expect((await store({ address: "::ffff:192.0.2.7" })).failures).toHaveLength(1);
    for (const address of ["2001:db8::1", "[2001:db8:0::1]:50001", "2001:db8::1:50001"]) refused({ status: "0x0202", address });
    expect((await store({ address: "2001:DB8::0:1" })).failures).toHaveLength(3);
    refused({ status: "0x0202", address: "192.0.2.8:50001" });
    expect((await store({ address: "192.0.2.8" })).failures).toHaveLength(1);
  });

  it("tells nothing of other initiators, and a target name that there is not", async () => {
    refused({ initiator: "iqn.1998-01.com.vmware:esx-b" });
    refused({ target: `${STORE}s`, status: "0x0203" });
    const { targets, failures } = await asked();
    expect(targets[0]?.failures).toEqual([]);
    expect(failures).toMatchObject([{ targetIqn: `${STORE}s` }]);
    const { out } = await cli("explain", HOST, "--socket", control.path);
    expect(out).toContain(`asking for ${STORE}s, which is no target here, it failed`);
  });

  it("tells ten failures at most, the latest first", async () => {
    for (let i = 0; i < 12; i += 1) refused({ status: "0x0201", address: `192.0.2.${i}`, reason: `${i}` });
    expect((await store()).failures.map(({ reason }) => Number(reason))).toEqual([11, 10, 9, 8, 7, 6, 5, 4, 3, 2]);
  });
});

describe("GET /v1/plan", () => {
  const answer = async (): Promise<PlanAnswer> => (await control.ask("/v1/plan")).json as PlanAnswer;

  it("has no step when the files say what runs", async () => {
    expect(await answer()).toEqual({
      plan: { steps: [], refusals: [], restarts: [] },
      sessions: [],
      files: [FILE],
      warnings: [],
    });
  });

  it("has each change and what it does to each session", async () => {
    sessions = [SESSION];
    wanted = TEXT.replace("vmware:esx-a", "vmware:esx-b");
    const { plan, sessions: touched } = await answer();
    expect(plan.steps).toMatchObject([{ action: "change", kind: "igroup", name: "esx" }]);
    expect(touched).toMatchObject([{ session: { initiatorName: HOST, targetIqn: STORE }, outcome: "ends", steps: [0] }]);
  });

  it("knows the size that a mapped volume has now", async () => {
    wanted = TEXT.replace('path = "/v0"', 'path = "/v0"\nsize = "1 KiB"\ncreate = "thin"');
    const { plan } = await answer();
    expect(plan.refusals).toMatchObject([{ kind: "volume", name: "v0", field: "size", forcible: true }]);
    units.clear();
    expect((await answer()).plan.refusals).toEqual([]);
  });

  it("refuses files that can't be used with every problem, and no line of them", async () => {
    wanted = TEXT.replace('igroup = "esx"', 'igroup = "esxx"').replace('volume = "v0"', 'volume = "v1"');
    const { status, json } = await control.ask("/v1/plan");
    expect([status, json.error.type]).toEqual([422, "invalid-configuration"]);
    expect(json.error.message).toMatch(/lunette\.toml:20:\d+: .*\n.*lunette\.toml:25:\d+: .*\n2 errors$/s);

    wanted = TEXT.replace(`secret = "${SECRET}"`, `secret = "${SECRET}`);
    const broken = (await control.ask("/v1/plan")).json.error.message as string;
    expect(broken).toContain(`${FILE}:10:`);
    expect(broken).not.toContain("012345");
    wanted = `${TEXT}\nnot toml`;
    expect((await control.ask("/v1/plan")).json.error.message).not.toContain("not toml");
  });

  it("tells a hundred problems at most", async () => {
    const problem = (line: number): Problem => ({
      severity: "error",
      place: { file: FILE, line, column: 1 },
      message: "wrong",
    });
    const many = Array.from({ length: 103 }, (_, at) => problem(at + 1));
    const fails = (): never => {
      throw new ConfigError(many);
    };
    const source = { configuration: () => load(TEXT).configuration, configFile: FILE } as unknown as QuestionSource;
    const plan = questionRoutes(source, fails).find(({ path }) => path === "/v1/plan");
    expect(() =>
      plan?.handle({
        method: "GET",
        path: "/v1/plan",
        params: {},
        headers: {},
        query: new URLSearchParams(),
        body: undefined,
        peer: undefined,
      }),
    ).toThrow(/:100:1: wrong\n… and 3 more\n103 errors$/);
  });
});

describe("POST /v1/plan", () => {
  const post = (body: unknown, headers: Record<string, string> = {}): ReturnType<ControlFixture["ask"]> =>
    control.ask("/v1/plan", {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body: typeof body === "string" ? body : JSON.stringify(body),
    });
  const next = "/srv/next.toml";

  it("plans the text as if it were the hand-written file, whatever stands in that", async () => {
    wanted = "not read";
    const same = TEXT.replace("[node]\n", '[node]\nname = "host1"\n');
    expect((await post({ file: next, text: same })).json).toMatchObject({ plan: { steps: [] }, files: [next] });
    sessions = [SESSION];
    const text = same.replace("vmware:esx-a", "vmware:esx-b");
    const { status, json } = await post({ file: next, text });
    expect([status, json.plan.steps[0]]).toMatchObject([200, { action: "change", kind: "igroup", place: { file: next } }]);
    expect(json.sessions).toMatchObject([{ outcome: "ends" }]);
  });

  it("reads what the text names from where the file stands", async () => {
    const { json } = await post({ file: next, text: TEXT.replace(`secret = "${SECRET}"`, 'secret_file = "esx.secret"') });
    expect(json.error).toMatchObject({ type: "invalid-configuration" });
    expect(json.error.message).toContain("/srv/esx.secret");
  });

  it("names the file in every problem of the text, and shows none of its lines", async () => {
    const { status, json } = await post({ file: next, text: `${TEXT}\nnot toml` });
    expect([status, json.error.type]).toEqual([422, "invalid-configuration"]);
    expect(json.error.message).toContain(`${next}:27:`);
    expect(json.error.message).not.toContain("not toml");
  });

  it.each<[string, unknown]>([
    ["nothing", {}],
    ["a path that is not absolute", { file: "next.toml", text: TEXT }],
    ["no text", { file: next }],
    ["a text that is none", { file: next, text: [TEXT] }],
    ["something else", { file: next, text: TEXT, force: true }],
  ])("refuses a body with %s", async (_, body) => {
    expect((await post(body)).json.error).toMatchObject({ type: "bad-request", message: expect.stringContaining('"file"') });
  });

  it("is refused to callers of the REST service that are no admins, and only the socket's own logs are spared it", async () => {
    const as = (role: string): ReturnType<typeof post> =>
      post({ file: next, text: TEXT }, { "lunette-scope": JSON.stringify({ role }) });
    expect((await as("operate")).json.error.type).toBe("not-permitted");
    expect((await as("admin")).status).toBe(200);
    expect((await post("{")).json.error.type).toBe("malformed-json");
    expect(control.lines.filter(({ message }) => message === "control request")).toEqual([]);
  });
});

describe("at the command line", () => {
  const plan = (...more: string[]) => cli("plan", "--socket", control.path, ...more);

  it("explain shows the steps, and with --json the daemon's answer", async () => {
    const { code, out, err } = await cli("explain", HOST, "192.0.2.7", "--portal-group", "1", "--socket", control.path);
    expect([code, err]).toEqual([0, ""]);
    expect(out).toContain(`initiator ${HOST}, from 192.0.2.7, through portal group 1`);
    expect(out).toContain(`target ${STORE} (${FILE}:17:1): admitted\n`);
    const { out: json } = await cli("explain", HOST, "--socket", control.path, "--json");
    expect(JSON.parse(json)).toEqual(await asked());
  });

  it("explain lets no control character of an event reach the terminal", async () => {
    refused({ status: "0x0201", reason: "\u001b[31mred" });
    const { out } = await cli("explain", HOST, "--socket", control.path);
    expect(out).toContain("?[31mred");
    expect(out).not.toContain("\u001b");
  });

  it("explain ends with 1 and the fault when the daemon refuses the question, and with 2 without an initiator", async () => {
    const { code, err } = await cli("explain", HOST, "host1", "--socket", control.path);
    expect([code, err]).toEqual([1, expect.stringContaining("address=host1: must be an IP address without a port")]);
    expect((await cli("explain", "--socket", control.path)).code).toBe(2);
  });

  it("plan ends with 0 without changes, 2 with some, and 1 when nothing can be applied", async () => {
    expect(await plan()).toEqual({ code: 0, out: "nothing to do", err: "" });
    wanted = TEXT.replace('name = "store"', 'name = "store"\nalias = "disk"');
    const changed = await plan();
    expect([changed.code, changed.out]).toEqual([2, expect.stringContaining(`change target ${STORE}`)]);
    expect((await plan("--json")).code).toBe(2);
    wanted = TEXT.replace('path = "/v0"', 'path = "/v0"\nsize = "1 KiB"\ncreate = "thin"');
    expect(await plan()).toMatchObject({ code: 1, out: expect.stringContaining("refused, so nothing is applied") });
    wanted = TEXT.replace('igroup = "esx"', 'igroup = "esxx"');
    const invalid = await plan();
    expect([invalid.code, invalid.out]).toEqual([1, ""]);
    expect(invalid.err).toMatch(/esxx.*\n1 error: correct the file/);
    expect((await cli("plan", "--socket", "/nowhere/control.sock")).code).toBe(1);
  });
});

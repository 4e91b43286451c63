/**
 * A Linux host under verifying fio while everything but its own disk is changed again and again, and a disk that grows, comes
 * and goes under a session. One boot of the guest; the cases are in guest/cases/reload.sh.
 */
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { constants, setPriority } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { OBJECT_KINDS } from "../../src/config/config-objects.ts";
import { PLAN_ACTIONS } from "../../src/config/plan.ts";
import type { PlanAnswer } from "../../src/control/questions.ts";
import type { LunStatus, NodeStatus, SessionStatus, TargetStatus } from "../../src/control/service.ts";
import { LATENCY_BUCKETS_SECONDS } from "../../src/scsi/lu-counters.ts";
import { ApiProcess } from "../support/api-process.ts";
import { runCommand } from "../support/command.ts";
import { type Answer, ask } from "../support/control.ts";
import { HOST_IN_GUEST } from "../support/guest.ts";
import { describeWithGuest, type GuestCases, runGuestCases } from "../support/guest-cases.ts";
import { LunetteProcess, type Place } from "../support/lunette-process.ts";
import { BystandingHosts } from "./bystanding-hosts.ts";
import { VariedConfigurations } from "./varied-configuration.ts";

const COMMAND = fileURLToPath(new URL("../../dist/main.js", import.meta.url));
const BASE = "iqn.2026-11.com.example.e2e";
const STEADY = `${BASE}:steady`;
/** Of each way to change it there is one: its name follows. */
const CHANGING = `${BASE}:changing`;
const SEED = 19;
const RELOADS = 200;
const ROUNDS = 5;
/** Between two reloads. */
const PAUSE_MS = 100;

/** What is beside the variety: a disk that nothing concerns, and one that is changed on purpose. */
const configuration =
  ({ mebibytes, mapped, varied }: { mebibytes: number; mapped: boolean; varied: string }) =>
  ({ folder, port }: Place): string =>
    `${varied}
[[portal_group]]
tag = 1
name = "guest"
portals = ["127.0.0.1:${port}"]
advertise = ["${HOST_IN_GUEST}:${port}"]
[[igroup]]
name = "guest"
initiators = ["iqn.2026-11.com.example.guest:linux"]
[[volume]]
name = "steady"
path = "${folder}/steady.img"
size = "64 MiB"
create = "thin"
[[target]]
name = "steady"
portal_groups = [1]
[[target.access]]
igroup = "guest"
auth = "none"
[[target.lun]]
lun = 0
volume = "steady"
[[volume]]
name = "grows-file"
path = "${folder}/grows-file.img"
size = "${mebibytes} MiB"
create = "thin"
[[volume]]
name = "comes-file"
path = "${folder}/comes-file.img"
size = "8 MiB"
create = "thin"
[[target]]
name = "changing-file"
portal_groups = [1]
[[target.access]]
igroup = "guest"
auth = "none"
[[target.lun]]
lun = 0
volume = "grows-file"
${mapped ? '[[target.lun]]\nlun = 1\nvolume = "comes-file"' : ""}
`;

describeWithGuest("a Linux host stays undisturbed by reloads, and sees what concerns it", () => {
  let lunette: LunetteProcess;
  let cases: GuestCases;
  let bystanders: BystandingHosts;
  let api: ApiProcess | undefined;
  let key = "";
  const varied = new VariedConfigurations(SEED);
  const state = { mebibytes: 16, mapped: false, varied: "" };
  /** The steady session and the daemon's faults when fio has begun, and when the last reload is through. */
  const watched: { session: SessionStatus; status: NodeStatus }[] = [];
  const answers: PlanAnswer[] = [];
  const refusedFiles: { readonly answer: Answer; readonly unchanged: boolean }[] = [];
  const latencies = { quiet: emptyLatencies(), reloads: emptyLatencies() };
  let mark: Float64Array;

  const control = (path: string, method = "GET"): Promise<Answer> => ask(`${lunette.folder}/control.sock`, path, { method });
  async function get<T>(path: string): Promise<T> {
    const { status, json } = await control(path);
    if (status !== 200) throw new Error(JSON.stringify(json));
    return json as T;
  }
  const steadySession = async (): Promise<SessionStatus> => {
    const { sessions } = await get<{ sessions: SessionStatus[] }>("/v1/sessions");
    return sessions.find(({ target }) => target === STEADY) as SessionStatus;
  };
  const variedPlace = () => ({ folder: lunette.folder, ports: lunette.ports.slice(1, 7) });
  const watch = async () => watched.push({ session: await steadySession(), status: await get<NodeStatus>("/v1/status") });

  async function reload(): Promise<PlanAnswer> {
    await lunette.reconfigure(configuration(state));
    const { status, json } = await control("/v1/reload", "POST");
    if (status !== 200) throw new Error(JSON.stringify(json));
    return json as PlanAnswer;
  }

  /** What is configured, without what is counted. */
  const inForce = async (): Promise<string> => {
    const { targets } = await get<{ targets: TargetStatus[] }>("/v1/targets");
    const { configured } = await get<NodeStatus>("/v1/status");
    return JSON.stringify([configured, targets.map(({ sessions: _sessions, ...target }) => target)]);
  };

  async function refuseInvalid(number: number): Promise<void> {
    const mistakes = [
      "[[target]]\nnam = 1\n",
      '[[target]]\nname = "steady"\n',
      '[[volume]]\nname = "broken',
      '[[target]]\nname = "lost"\n[[target.lun]]\nlun = 0\nvolume = "nowhere"\n',
      `[[volume]]\nname = "second"\npath = "${lunette.folder}/steady.img"\n`,
    ];
    const before = await inForce();
    await lunette.reconfigure(configuration({ ...state, varied: `${varied.next(variedPlace())}${mistakes[number % 5]}` }));
    const answer = await control("/v1/reload", "POST");
    refusedFiles.push({ answer, unchanged: before === (await inForce()) });
  }

  async function reloads(round: number): Promise<void> {
    for (let number = 0; number < RELOADS / ROUNDS; number++) {
      state.varied = varied.next(variedPlace());
      answers.push(await reload());
      if (number % 10 === 0) await refuseInvalid(round * 4 + number / 10);
      if (number % 5 === 0) await bystanders.logIn(await get<{ targets: TargetStatus[] }>("/v1/targets"));
      await sleep(PAUSE_MS);
    }
  }

  async function cli(...words: string[]): Promise<string> {
    const { code, output } = await runCommand(process.execPath, [
      COMMAND,
      ...words,
      "--socket",
      `${lunette.folder}/control.sock`,
    ]);
    if (code !== 0) throw new Error(`lunette ${words.join(" ")}: ${output}`);
    return output;
  }
  async function rest(method: string, path: string, body?: object): Promise<void> {
    const response = await fetch(`http://127.0.0.1:${lunette.ports[7]}/v1/${path}`, {
      method,
      headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
  }

  interface Way {
    /** A target for the guest, with a LUN of 16 MiB and another volume that is not mapped yet. */
    create(): Promise<unknown>;
    grow(mebibytes: string): Promise<unknown>;
    map(): Promise<unknown>;
    unmap(): Promise<unknown>;
  }
  /** The ways in which an administrator changes what the guest sees. */
  const WAYS: Readonly<Record<string, Way>> = {
    file: {
      create: async () => {},
      grow: (mebibytes) => {
        state.mebibytes = Number(mebibytes);
        return reload();
      },
      map: () => {
        state.mapped = true;
        return reload();
      },
      unmap: () => {
        state.mapped = false;
        return reload();
      },
    },
    cli: {
      create: async () => {
        await cli("volume", "create", "grows-cli", "--size", "16 MiB", "--create", "thin");
        await cli("volume", "create", "comes-cli", "--size", "8 MiB", "--create", "thin");
        await cli("target", "create", "changing-cli", "--portal-groups", "1");
        await cli("target", "allow", "changing-cli", "guest", "--auth", "none");
        await cli("map", "grows-cli", "changing-cli");
      },
      grow: (mebibytes) => cli("volume", "resize", "grows-cli", `${mebibytes} MiB`),
      map: () => cli("map", "comes-cli", "changing-cli", "--lun", "1"),
      unmap: () => cli("unmap", "comes-cli", "changing-cli"),
    },
    rest: {
      create: async () => {
        key = /^lnt_\S+/m.exec(await cli("api-key", "create", "reloads", "--role", "operate"))![0];
        api = await ApiProcess.start(`${lunette.folder}/control.sock`, "--listen", `127.0.0.1:${lunette.ports[7]}`);
        await rest("PUT", "volumes/grows-rest", { name: "grows-rest", size: "16 MiB", create: "thin" });
        await rest("PUT", "volumes/comes-rest", { name: "comes-rest", size: "8 MiB", create: "thin" });
        await rest("PUT", "targets/changing-rest", {
          ...{ name: "changing-rest", portal_groups: [1], access: [{ igroup: "guest", auth: "none" }] },
          lun: [{ lun: 0, volume: "grows-rest" }],
        });
      },
      grow: (mebibytes) => rest("PATCH", "volumes/grows-rest", { size: `${mebibytes} MiB` }),
      map: () => rest("POST", "targets/changing-rest/luns", { lun: 1, volume: "comes-rest" }),
      unmap: () => rest("DELETE", "targets/changing-rest/luns/1"),
    },
  };
  /** What the guest has written at `offset` is what the file of the volume that grows has there. */
  async function compare(name: string, sha256: string, offset: number): Promise<void> {
    const { luns } = await get<{ luns: LunStatus[] }>("/v1/luns");
    const path = luns.find(({ volume }) => volume === `grows-${name}`)!.path;
    const found = createHash("sha256")
      .update((await readFile(path)).subarray(offset))
      .digest("hex");
    if (found !== sha256) throw new Error(`${path} has ${found} behind ${offset}, not ${sha256}`);
  }

  beforeAll(async () => {
    lunette = await LunetteProcess.start(configuration(state), { ports: 8 });
    for (const { create } of Object.values(WAYS)) await create();
    bystanders = new BystandingHosts(lunette.port);
    cases = await runGuestCases({
      cases: "reload",
      settings: {
        PORTAL: `${HOST_IN_GUEST}:${lunette.port}`,
        STEADY,
        CHANGING,
        ROUNDS: String(ROUNDS),
        QUIET_SECONDS: "2",
        WAYS: Object.keys(WAYS).join(" "),
      },
      deadlineSeconds: 300,
      onAsk: async ([verb = "", first = "", second = "", third = ""]) => {
        const way = WAYS[first];
        if (verb === "begin") {
          // From now on this process makes configurations and plays other hosts: that must not cost the guest, whose latency is
          // compared, its share of the cores. Guest and daemon run already, and keep their priority.
          setPriority(constants.priority.PRIORITY_LOW);
          await watch();
          mark = await steadyLatencies(lunette);
        } else if (verb === "quiet-ends") mark = await add(latencies.quiet, mark);
        else if (verb === "reload") {
          await reloads(Number(first) - 1);
          mark = await add(latencies.reloads, mark);
          if (Number(first) === ROUNDS) await watch();
        } else if (way === undefined) throw new Error(`unknown request ${verb} ${first}`);
        else if (verb === "compare") await compare(first, second, Number(third));
        else if (verb === "grow") await way.grow(second);
        else if (verb === "map") await way.map();
        else if (verb === "unmap") await way.unmap();
        else throw new Error(`unknown request ${verb}`);
        return "done";
      },
    });
  });
  afterAll(async () => {
    bystanders?.close();
    await api?.terminate();
    await lunette?.dispose();
  });

  async function add(sum: Float64Array, since: Float64Array): Promise<Float64Array> {
    const now = await steadyLatencies(lunette);
    for (let column = 0; column < sum.length; column++) sum[column]! += now[column]! - since[column]!;
    return now;
  }

  test("it logs in", () => cases.expectPassed("login-for-reloads"));
  test("its load runs through 200 reloads, and its kernel has nothing to say of its session or disk", () =>
    cases.expectPassed("reloads-under-verifying-fio"));
  test("fio has verified what it wrote, without an error", () => cases.expectPassed("fio-verified-during-reloads"));
  test("99 in 100 of its commands take at most twice as long during reloads", () => {
    const [quiet, reloading] = [percentile(latencies.quiet, 0.99), percentile(latencies.reloads, 0.99)];
    console.log(`on the target's side: 99 in 100 within ${quiet} ms without reloads, within ${reloading} ms with them`);
    cases.expectPassed("latency-within-twice");
  });

  test("the reloads have added, changed and removed objects of every kind that may change", () => {
    expect(answers).toHaveLength(RELOADS);
    const met = new Set(answers.flatMap(({ plan }) => plan.steps.map(({ kind, action }) => `${action} ${kind}`)));
    const fixed = ["node", "metrics", "api"];
    const wanted = OBJECT_KINDS.filter((kind) => !fixed.includes(kind)).flatMap((kind) =>
      PLAN_ACTIONS.filter((action) => kind !== "limits" || action === "change").map((action) => `${action} ${kind}`),
    );
    expect([...met].sort()).toEqual(wanted.sort());
    expect(answers.every(({ plan }) => plan.steps.length > 0 && plan.refusals.length === 0)).toBe(true);
  });
  test("other hosts' sessions have been ended and told, its own never, and no plan said so", () => {
    const touched = answers.flatMap(({ sessions }) => sessions);
    const guests = (iqn: string) => iqn === STEADY || iqn.startsWith(CHANGING);
    const outcomes = (target: (iqn: string) => boolean) =>
      new Set(touched.filter(({ session }) => target(session.targetIqn)).map(({ outcome }) => outcome));
    expect([...outcomes(guests)]).toEqual(["nothing"]);
    expect([...outcomes((iqn) => !guests(iqn))].sort()).toEqual(["ends", "nothing", "unit attention"]);
  });
  test("an invalid file in between is refused with its line, and changes nothing", () => {
    expect(refusedFiles).toHaveLength(RELOADS / 10);
    for (const { answer, unchanged } of refusedFiles) {
      expect(answer.status).toBeGreaterThanOrEqual(400);
      expect(answer.json.error.message).toMatch(/lunette\.toml:\d+:\d+: /);
      expect(unchanged).toBe(true);
    }
  });
  test("its session is the same one with the same handle, and no connection was lost", () => {
    const [before, after] = watched;
    expect(after!.session).toMatchObject({
      tsih: before!.session.tsih,
      isid: before!.session.isid,
      address: before!.session.address,
      startedAt: before!.session.startedAt,
    });
    expect(after!.session.commands).toBeGreaterThan(before!.session.commands + 1000);
    const { connectionsLost, digestErrors, protocolErrors } = before!.status.running;
    expect(after!.status.running).toMatchObject({ connectionsLost, digestErrors, protocolErrors });
  });

  for (const way of Object.keys(WAYS)) {
    test(`a disk that grows by ${way}: the kernel notes it and finds the new capacity without a login, and writes at the new end`, () =>
      cases.expectPassed(`grows-by-${way}`));
    test(`a LUN that comes and goes by ${way}: the kernel notes it, and a scan finds the disk, and then does not`, () =>
      cases.expectPassed(`map-and-unmap-by-${way}`));
  }
  test("with udev rules for the two attentions, a capacity and a disk are found without anybody's doing", () =>
    cases.expectPassed("found-by-udev-rules"));
  test("it logs out", () => cases.expectPassed("logout-after-reloads"));
  test("every case of the guest is one of the tests above", () => cases.expectNoOthers());
});

/** Commands of the steady volume, reads and writes, by bucket of latency. */
function emptyLatencies(): Float64Array {
  return new Float64Array(LATENCY_BUCKETS_SECONDS.length + 1);
}

async function steadyLatencies(lunette: LunetteProcess): Promise<Float64Array> {
  const counts = emptyLatencies();
  const text = await lunette.metricsText();
  const line =
    /^lunette_lun_latency_seconds_bucket\{(?=[^}]*volume="steady")(?=[^}]*operation="(?:read|write)")[^}]*le="([^"]+)"[^}]*\} (\d+)$/gm;
  for (const [, le, count] of text.matchAll(line)) {
    const column = le === "+Inf" ? LATENCY_BUCKETS_SECONDS.length : LATENCY_BUCKETS_SECONDS.indexOf(Number(le) as never);
    counts[column]! += Number(count);
  }
  return counts;
}

/** The bound in milliseconds of the bucket in which it lies; the counts are cumulative. */
function percentile(counts: Float64Array, part: number): number {
  const all = counts.at(-1)!;
  return (LATENCY_BUCKETS_SECONDS.find((_, column) => counts[column]! >= part * all) ?? Number.POSITIVE_INFINITY) * 1000;
}

/**
 * A hundred clients of the REST API change things at the same time, for half a minute. Every answer is right, or says that somebody else was
 * faster; what is stored is what the audit log tells, change by change; and hosts on disks that nobody touches notice nothing.
 */
import { randomBytes } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { AuditEntry, AuditPage } from "../../src/control/audit-log.ts";
import { ApiProcess } from "../support/api-process.ts";
import { managedObjects, replayAudit } from "../support/audit-replay.ts";
import { ask } from "../support/control.ts";
import { LunetteProcess, type Place } from "../support/lunette-process.ts";
import { RestClient } from "../support/rest-client.ts";
import { INITIATOR_NAME, ScriptedInitiator } from "../support/scripted-initiator.ts";
import { MiB, Seen, type Team, type World } from "./concurrency/asking-client.ts";
import { runClient } from "./concurrency/concurrent-clients.ts";
import { resultOf, testUnitReady } from "./scripted-target.ts";

const BASE = "iqn.2026-11.com.example.e2e";
const SEED = 4;
const DURATION_MS = 30_000;
/** Of the steady host alone, to compare with. */
const ALONE_MS = 2_000;
const STEADY_BLOCKS = (8 * MiB) / 512;
const PIECE_BLOCKS = 8;

const handWritten = ({ folder, ports }: Place): string => `
[api]
requests_per_second = 100000
[[portal_group]]
tag = 1
portals = ["127.0.0.1:${ports[0]}"]
[[igroup]]
name = "by-hand"
initiators = ["${INITIATOR_NAME}"]
[[volume]]
name = "steady"
path = "${folder}/steady.img"
size = "8 MiB"
create = "thin"
[[target]]
name = "steady"
portal_groups = [1]
[[target.access]]
igroup = "by-hand"
auth = "none"
[[target.lun]]
lun = 0
volume = "steady"
`;

const TEAMS: readonly Omit<Team, "key">[] = [
  { prefix: "a-", role: "operate", restricted: true, clients: 24 },
  { prefix: "b-", role: "operate", restricted: true, clients: 24 },
  { prefix: "c-", role: "operate", restricted: false, clients: 24 },
  { prefix: "d-", role: "admin", restricted: false, clients: 16 },
  { prefix: "e-", role: "read", restricted: false, clients: 12 },
];
/** Those that change something have a target that a host is logged in to. */
const CHANGING = TEAMS.filter(({ role }) => role !== "read");

/** Errors of changes that the daemon alone finds: as many are in its audit log as clients were told. */
const OF_THE_DAEMON = ["already-exists", "in-use", "changed-meanwhile", "change-refused", "defined-in-file", "unknown-object"];

let lunette: LunetteProcess;
let api: ApiProcess;
let admin: RestClient;
let steady: ScriptedInitiator;
let teams: readonly Team[];
const seen = new Seen();
const hosts = new Map<string, ScriptedInitiator>();

beforeAll(async () => {
  lunette = await LunetteProcess.start(handWritten, { ports: 3 });
  api = await ApiProcess.start(socket(), "--listen", `127.0.0.1:${lunette.ports[1]}`);
  teams = await Promise.all(
    TEAMS.map(async (team) => {
      const prefixes = { volumes: [team.prefix], igroups: [team.prefix] };
      const body = JSON.stringify({
        name: `team-${team.prefix}`,
        role: team.role,
        ...(team.restricted ? { prefixes } : {}),
      });
      const headers = { "content-type": "application/json" };
      const made = await ask(socket(), "/v1/api-keys", { method: "POST", headers, body });
      return { ...team, key: made.json.key };
    }),
  );
  admin = new RestClient(lunette.ports[1] as number, teams.find(({ role }) => role === "admin")?.key ?? "");
  // All of what they do is kept, and the clients change this table too.
  await made("PATCH", "/v1/limits", { audit_log_bytes: "512 MiB" });
  await made("POST", "/v1/portal-groups", { tag: 2, portals: [`127.0.0.1:${lunette.ports[2]}`] });
  for (const { prefix } of CHANGING) {
    await made("POST", "/v1/volumes", { name: `${prefix}root`, size: MiB, create: "thin" });
    await made("POST", "/v1/igroups", { name: `${prefix}hosts`, initiators: [INITIATOR_NAME] });
    await made("POST", "/v1/targets", {
      name: `${prefix}live`,
      portal_groups: [1],
      access: [{ igroup: `${prefix}hosts`, auth: "none" }],
      lun: [{ lun: 0, volume: `${prefix}root` }],
    });
    await made("POST", "/v1/targets", { name: `${prefix}counter`, alias: "0" });
    hosts.set(prefix, await ScriptedInitiator.session(lunette.port, `${BASE}:${prefix}live`));
  }
  steady = await ScriptedInitiator.session(lunette.port, `${BASE}:steady`);
}, 60_000);

afterAll(async () => {
  for (const host of [steady, ...hosts.values()]) host?.close();
  admin?.close();
  await api?.terminate();
  await lunette?.dispose();
});

const socket = (): string => join(lunette.folder, "control.sock");

async function made(method: string, path: string, body: unknown): Promise<void> {
  const answer = await admin.send(method, path, body);
  if (answer.status >= 300) throw new Error(`${method} ${path}: ${JSON.stringify(answer.body)}`);
}

/** Writes and reads back what was written until it is told to stop; the milliseconds of each command. */
async function writeAndVerify(goesOn: () => boolean): Promise<number[]> {
  const written = new Map<number, Buffer>();
  const latencies: number[] = [];
  const timed = async <T>(work: Promise<T>): Promise<T> => {
    const started = performance.now();
    const result = await work;
    latencies.push(performance.now() - started);
    return result;
  };
  while (goesOn()) {
    const lba = Math.floor((Math.random() * STEADY_BLOCKS) / PIECE_BLOCKS) * PIECE_BLOCKS;
    const data = randomBytes(PIECE_BLOCKS * 512);
    expect(resultOf(await timed(steady.write(lba, data)))).toBe("good");
    written.set(lba, data);
    const [place, wanted] = [...written][Math.floor(Math.random() * written.size)] as [number, Buffer];
    const outcome = await timed(steady.read(place, PIECE_BLOCKS));
    expect(resultOf(outcome)).toBe("good");
    expect(outcome.data.equals(wanted), `what was written at ${place} reads back`).toBe(true);
    await sleep(2);
  }
  return latencies;
}

/** LUN 0 of a target whose other LUNs come, go and grow: it is there all the time, and its host is told of the others. */
async function lookOn(host: ScriptedInitiator, goesOn: () => boolean): Promise<void> {
  while (goesOn()) {
    expect(await testUnitReady(host)).toBeOneOf(["good", "6/3f/0e", "6/3f/0a"]);
    // Not mapped now, new, grown, offline, or there.
    expect(await testUnitReady(host, 1 + Math.floor(Math.random() * 6))).toMatch(/^(good|5\/25\/00|6\/..\/..|2\/04\/..)$/);
    await sleep(20);
  }
}

/** REPORT LUNS (SPC-4 6.33): numbers below 256, by peripheral device addressing. */
async function reportedLuns(host: ScriptedInitiator): Promise<number[]> {
  const bytes = 4096;
  const cdb = [0xa0, 0, 0, 0, 0, 0, 0, 0, bytes >> 8, 0, 0, 0];
  const { data } = await host.run(cdb, { read: true, expectedDataTransferLength: bytes });
  return Array.from({ length: data.readUInt32BE(0) / 8 }, (_, index) => data[8 + index * 8 + 1] ?? 0);
}

async function allOfTheAudit(): Promise<AuditEntry[]> {
  const entries: AuditEntry[] = [];
  for (let from = 1; ; ) {
    const { body, outcome } = await admin.send("GET", `/v1/audit?from=${from}&limit=1000`);
    expect(outcome).toBe("200");
    const page = body as AuditPage;
    expect(page.oldest).toBe(1);
    entries.push(...page.entries);
    if (page.entries.length === 0) return entries;
    from = page.next;
  }
}

const percentile = (values: readonly number[], share: number): number =>
  values.toSorted((a, b) => a - b)[Math.floor((values.length - 1) * share)] ?? 0;
const told = (values: readonly number[]): string =>
  [0.5, 0.99, 1].map((share) => percentile(values, share).toFixed(1)).join(" / ");

describe("a hundred clients at once", () => {
  let config: unknown;
  let entries: readonly AuditEntry[];

  it("get right answers, or that somebody else was faster, and hosts notice nothing", async () => {
    const { tsih } = steady;
    const aloneUntil = performance.now() + ALONE_MS;
    const before = await writeAndVerify(() => performance.now() < aloneUntil);
    const end = performance.now() + DURATION_MS;
    let running = true;
    const goesOn = (): boolean => running;
    const world: World = { port: lunette.ports[1] as number, baseIqn: BASE, steadyVolume: "steady", seen, end };
    const clients = teams.flatMap((team) => Array.from({ length: team.clients }, () => team));
    const own = monitorEventLoopDelay({ resolution: 1 });
    own.enable();
    const all = Promise.all(clients.map((team, number) => runClient(world, team, number, SEED * 1000 + number))).finally(() => {
      running = false;
    });
    const [, during] = await Promise.all([
      all,
      writeAndVerify(goesOn),
      ...[...hosts.values()].map((host) => lookOn(host, goesOn)),
    ]);
    own.disable();
    const seconds = DURATION_MS / 1000;
    console.log(
      `${clients.length} clients: ${seen.answers} answers, ${seen.made.length} changes (${(seen.made.length / seconds).toFixed(0)}/s); ` +
        `milliseconds (median / p99 / max) of a change ${told(seen.changeMs)}, of a read ${told(seen.readMs)}, of the steady host's commands before ${told(before)}, ` +
        `during ${told(during)}; p99 of this process's own event loop ${(own.percentile(99) / 1e6).toFixed(1)}`,
    );
    if (process.env["LUNETTE_OUTCOMES"] !== undefined)
      await writeFile(
        process.env["LUNETTE_OUTCOMES"],
        [...seen.outcomes]
          .map((each) => each.join(" "))
          .toSorted()
          .join("\n"),
      );
    expect(seen.wrong.slice(0, 5)).toEqual([]);
    expect(seen.made.length).toBeGreaterThan(clients.length);
    // Each kind of conflict has been there.
    const conflicts = new Set([...seen.outcomes.keys()].map((each) => each.split(": ")[1]));
    for (const each of ["409 already-exists", "409 in-use", "412 changed-meanwhile", "404 unknown-object"])
      expect(conflicts).toContain(each);
    const sessions = (await ask(socket(), "/v1/sessions")).json.sessions as { target: string; tsih: number }[];
    expect(sessions.filter(({ target }) => target === `${BASE}:steady`)).toMatchObject([{ tsih }]);
    for (const [prefix, host] of hosts)
      expect(sessions.filter(({ target }) => target === `${BASE}:${prefix}live`)).toMatchObject([{ tsih: host.tsih }]);
    await steady.expectNothing(50);
    for (const [prefix, host] of hosts) {
      const { lun } = (await admin.send("GET", `/v1/targets/${prefix}live`)).body;
      const mapped = (lun as { lun: number }[]).map(({ lun: number }) => number);
      expect((await reportedLuns(host)).toSorted((a, b) => a - b)).toEqual(mapped.toSorted((a, b) => a - b));
    }
  });

  it("lose no update that was made with If-Match", async () => {
    for (const { prefix } of CHANGING) {
      const path = `/v1/targets/${prefix}counter`;
      const increments = seen.increments.get(path) ?? 0;
      expect(increments).toBeGreaterThan(0);
      expect((await admin.send("GET", path)).body.alias).toBe(String(increments));
    }
  });

  it("find each change that was answered in the audit log, once and in order", async () => {
    entries = await allOfTheAudit();
    config = (await ask(socket(), "/v1/config")).json;
    expect(entries.map(({ sequence }) => sequence)).toEqual(entries.map((_, index) => index + 1));
    const generations = entries.flatMap(({ generation }) => generation ?? []);
    expect(generations).toEqual(generations.map((_, index) => index + 1));
    expect((config as { generation: number }).generation).toBe(generations.length);
    const byGeneration = new Map(entries.map((entry) => [entry.generation, entry]));
    const answered = new Set<number>();
    for (const { generation, actor, method, path, object } of seen.made) {
      const entry = byGeneration.get(generation);
      expect(entry).toMatchObject({ actor, method, path: expect.stringContaining(path.split("/").slice(0, 4).join("/")) });
      // The answer of a change of a part is the part.
      const whole = path.split("/").length <= 5;
      if (whole && object !== undefined) expect(entry?.after).toEqual(object);
      answered.add(generation);
    }
    expect(answered.size).toBe(seen.made.length);
    const preparing = 2 + 4 * CHANGING.length;
    expect(generations.slice(preparing).filter((generation) => !answered.has(generation))).toEqual([]);
    for (const type of OF_THE_DAEMON)
      expect([type, entries.filter(({ error }) => error === type).length]).toEqual([type, seen.refused.get(type) ?? 0]);
  });

  it("leave what a replay of the audit log gives, and what a restart finds", async () => {
    expect(Object.entries(replayAudit(entries))).toEqual(expect.arrayContaining(managedObjects(config)));
    // Each change began where the one before it had ended.
    const state = new Map<string, unknown>();
    for (const { outcome, collection, id, before, after } of entries) {
      if (outcome !== "applied" || collection === undefined || ["limits"].includes(collection)) continue;
      const key = `${collection} ${id}`;
      expect(before, key).toEqual(state.get(key));
      state.set(key, after);
    }
    for (const host of [steady, ...hosts.values()]) host.close();
    await lunette.terminate();
    await lunette.run();
    expect((await ask(socket(), "/v1/config")).json).toEqual(config);
    expect((await admin.send("GET", "/v1/audit?limit=1")).body.next).toBe(entries.length + 1);
    expect([...api.log, ...lunette.log].filter(({ level = 0 }) => level >= 50)).toEqual([]);
  });
});

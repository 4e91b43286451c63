/** The control socket and the verbs of the command line against the daemon as its users run it. */
import { spawn, spawnSync } from "node:child_process";
import { readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { LunetteEvent } from "../../src/common/events.ts";
import type { EventPage } from "../../src/control/routes.ts";
import type { ConnectionStatus, LunStatus, NodeStatus, SessionStatus, TargetStatus } from "../../src/control/service.ts";
import { ask } from "../support/control.ts";
import { LunetteProcess } from "../support/lunette-process.ts";
import { INITIATOR_NAME, ScriptedInitiator } from "../support/scripted-initiator.ts";
import { configuration, TARGET } from "./scripted-target.ts";

const COMMAND = fileURLToPath(new URL("../../dist/main.js", import.meta.url));
const CLOSED = "iqn.2026-11.com.example.e2e:closed";

let lunette: LunetteProcess;
let socket: string;

beforeAll(async () => {
  lunette = await LunetteProcess.start((place) => {
    const volumes = [
      { name: "vm01", path: join(place.folder, "vm01.img"), lines: 'size = "8 MiB"\ncreate = "thin"' },
      { name: "gone", path: join(place.folder, "nowhere.img") },
    ];
    return `${configuration(place, volumes)}
[[igroup]]
name = "others"
initiators = ["iqn.2026-11.com.example:another"]
[[target]]
name = "closed"
[[target.access]]
igroup = "others"
auth = "none"
`;
  });
  socket = join(lunette.folder, "control.sock");
}, 40_000);
afterAll(() => lunette?.dispose());

function cli(...args: string[]): { status: number | null; stdout: string; stderr: string } {
  const command = [COMMAND, ...args, "--config", join(lunette.folder, "lunette.toml")];
  return spawnSync(process.execPath, command, { encoding: "utf8" });
}

const answer = async <T>(path: string): Promise<T> => (await ask(socket, path)).json as T;
const events = async (): Promise<readonly LunetteEvent[]> => (await answer<EventPage>("/v1/events?from=0")).events;

describe("the control socket of a daemon", () => {
  it("has mode 0660", () => expect(statSync(socket).mode & 0o777).toBe(0o660));

  it("tells in status what is configured and what is offline", async () => {
    const { configured, running } = await answer<NodeStatus>("/v1/status");
    expect(configured).toMatchObject({ node: "e2e", targets: 2, volumes: 2, portalGroups: [{ tag: 1, name: "local" }] });
    expect(running).toMatchObject({ state: "serving", pid: lunette.pid, volumesOffline: ["gone"] });
    const { status, stdout } = cli("status");
    expect(status).toBe(0);
    expect(stdout).toContain("serving");
    expect(stdout).toContain('offline    volume "gone"');
  });

  it("lists targets with the place of each in the file", async () => {
    const { targets } = await answer<{ targets: TargetStatus[] }>("/v1/targets");
    expect(targets.map(({ iqn, access }) => [iqn, access[0]?.igroup])).toEqual([
      [TARGET, "any"],
      [CLOSED, "others"],
    ]);
    expect(targets[0]?.place).toMatch(/lunette\.toml:\d+$/);
  });

  it("shows a session with what it has negotiated, and counters that grow by what it does", async () => {
    const lun = async (): Promise<LunStatus> =>
      (await answer<{ luns: LunStatus[] }>("/v1/luns")).luns.find(({ volume }) => volume === "vm01") as LunStatus;
    const initiator = await ScriptedInitiator.connect(lunette.port);
    await initiator.login(TARGET, ["MaxBurstLength=65536", "InitiatorAlias=test host"]);
    await initiator.settle();
    const before = await lun();
    for (let i = 0; i < 5; i += 1) await initiator.read(0, 8);
    await initiator.write(0, Buffer.alloc(1024, 7));
    const after = await lun();
    const grown = (kind: string, what: "operations" | "bytes") => after.counters[kind]![what] - before.counters[kind]![what];
    expect([grown("read", "operations"), grown("read", "bytes")]).toEqual([5, 5 * 4096]);
    expect([grown("write", "operations"), grown("write", "bytes")]).toEqual([1, 1024]);
    expect(after).toMatchObject({ online: true, sizeBytes: 8 * 2 ** 20, sessions: 1, maps: [{ target: TARGET, lun: 0 }] });
    expect(after.counters["read"]!.latencySeconds).toBeGreaterThan(before.counters["read"]!.latencySeconds);

    const { sessions } = await answer<{ sessions: SessionStatus[] }>("/v1/sessions");
    expect(sessions).toHaveLength(1);
    expect(sessions[0]).toMatchObject({
      initiator: INITIATOR_NAME,
      alias: "test host",
      target: TARGET,
      portal: `127.0.0.1:${lunette.port}`,
      authentication: { method: "none" },
      bytesRead: 5 * 4096,
      bytesWritten: 1024,
      depth: 0,
      luns: [
        { lun: 0, volume: "vm01", readOnly: false },
        { lun: 1, volume: "gone", readOnly: false },
      ],
    });
    expect(sessions[0]?.parameters).toMatchObject({ MaxBurstLength: 65536 });
    const { connections } = await answer<{ connections: ConnectionStatus[] }>("/v1/connections");
    expect(connections).toMatchObject([{ phase: "full-feature", initiator: INITIATOR_NAME, tsih: sessions[0]?.tsih }]);
    for (const verb of ["sessions", "connections"]) expect(cli(verb).stdout).toContain(INITIATOR_NAME);
    initiator.close();
    await expect.poll(async () => (await answer<{ sessions: SessionStatus[] }>("/v1/sessions")).sessions).toEqual([]);
  });

  it("tells a refused login with the initiator, its address, the status and the reason", async () => {
    const initiator = await ScriptedInitiator.connect(lunette.port);
    const { pdu } = await initiator.loginRequest([
      `InitiatorName=${INITIATOR_NAME}`,
      `TargetName=${CLOSED}`,
      "SessionType=Normal",
    ]);
    expect([pdu.statusClass, pdu.statusDetail]).toEqual([2, 2]);
    initiator.close();
    const refused = (await events()).findLast(({ kind }) => kind === "login-refused");
    expect(refused).toMatchObject({
      severity: "warning",
      details: { initiator: INITIATOR_NAME, target: CLOSED, portalGroup: 1, status: "0x0202" },
    });
    expect(refused?.details.address).toContain("127.0.0.1");
    expect(refused?.details.reason).toMatch(/lunette\.toml:\d+/);
    const { stdout } = cli("events");
    expect(stdout).toMatch(/warning +login-refused .*initiator=iqn\.2026-11\.com\.example:scripted .*status=0x0202 .*reason=/);
  });

  it("tells events as they happen to whoever follows", async () => {
    const child = spawn(process.execPath, [COMMAND, "events", "--follow", "--json", "--last", "0", "--socket", socket]);
    const lines: LunetteEvent[] = [];
    createInterface({ input: child.stdout }).on("line", (line) => lines.push(JSON.parse(line) as LunetteEvent));
    try {
      // Until it follows, what happens is not for it.
      await expect
        .poll(
          async () => {
            const initiator = await ScriptedInitiator.connect(lunette.port);
            await initiator.loginRequest([`InitiatorName=${INITIATOR_NAME}`, "TargetName=iqn.2026-11.com.example:none"]);
            initiator.close();
            return lines.map(({ kind }) => kind);
          },
          { timeout: 15_000, interval: 300 },
        )
        .toContain("login-refused");
    } finally {
      child.kill();
    }
  });

  it("measures rates for top", async () => {
    const initiator = await ScriptedInitiator.session(lunette.port, TARGET);
    const measuring = new Promise<string>((resolve) => {
      const child = spawn(process.execPath, [COMMAND, "top", "--json", "--interval", "1", "--socket", socket]);
      let text = "";
      child.stdout.on("data", (chunk) => {
        text += chunk;
      });
      child.on("close", () => resolve(text));
    });
    let done = false;
    void measuring.then(() => {
      done = true;
    });
    while (!done) {
      await initiator.read(0, 8);
      await sleep(1);
    }
    const { luns, sessions } = JSON.parse(await measuring);
    expect(luns[0]).toMatchObject({ volume: "vm01" });
    expect(luns[0].readIops).toBeGreaterThan(10);
    expect(luns[0].readBytesPerSecond / luns[0].readIops).toBeCloseTo(4096);
    expect(luns[0].readLatencySeconds).toBeGreaterThan(0);
    expect(sessions[0].iops).toBeGreaterThan(10);
    initiator.close();
  });

  it("logs a change with the process that asked for it", async () => {
    await ask(socket, "/v1/status", { method: "POST" });
    await expect.poll(() => lunette.log.find(({ msg }) => msg === "control request")).toBeDefined();
    expect(lunette.log.find(({ msg }) => msg === "control request")).toMatchObject({
      method: "POST",
      path: "/v1/status",
      pid: process.pid,
      uid: process.getuid?.(),
      status: 405,
    });
  });

  it("keeps a second daemon from taking its socket", async () => {
    const text = readFileSync(join(lunette.folder, "lunette.toml"), "utf8");
    const file = join(lunette.folder, "second.toml");
    const other = text.replace(`"127.0.0.1:${lunette.port}"`, `"127.0.0.2:${lunette.port}"`).replace("/state", "/state-2");
    writeFileSync(file, other, { mode: 0o600 });
    const { status, stdout } = spawnSync(process.execPath, [COMMAND, "serve", "--config", file], { encoding: "utf8" });
    expect(status).toBe(1);
    expect(stdout).toContain(`another Lunette listens on the control socket ${socket}`);
    expect((await answer<NodeStatus>("/v1/status")).running.state).toBe("serving");
  });
});

it("events are there after SIGKILL and a restart, and their numbers go on", async () => {
  const before = await events();
  expect(before.at(-1)?.sequence).toBeGreaterThan(1);
  // Written soon after they happen; the page cache survives the process.
  await sleep(300);
  await lunette.kill();
  expect(cli("status").stderr).toContain("nobody listens on");
  await lunette.run();
  const after = await events();
  expect(after.slice(0, before.length)).toEqual(before);
  expect(after.at(-1)).toMatchObject({ kind: "daemon-started" });
  expect(after.map(({ sequence }) => sequence)).toEqual(after.map((_, at) => (after[0]?.sequence ?? 0) + at));
}, 40_000);

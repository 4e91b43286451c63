/**
 * A thousand targets with a LUN each, against the daemon as its users run it: everything is there and one change is one step. How long
 * each takes is printed; `npm run bench:scale` measures it over rounds and holds it to what is promised.
 */
import { afterAll, beforeAll, expect, it } from "vitest";
import { BACKUP_HOST, BASE_IQN, hostName, manyTargets, targetName } from "../../bench/scale-configuration.mjs";
import type { Explanation } from "../../src/access/explain-types.ts";
import type { PlanAnswer } from "../../src/control/questions.ts";
import type { LunStatus, NodeStatus, TargetStatus } from "../../src/control/service.ts";
import { runCommand } from "../support/command.ts";
import { ask } from "../support/control.ts";
import { LunetteProcess } from "../support/lunette-process.ts";
import { ScriptedInitiator } from "../support/scripted-initiator.ts";
import { describeWithTools } from "../support/tools.ts";
import { capacity, testUnitReady } from "./scripted-target.ts";

const TARGETS = 1000;
const MIB = 1024 * 1024;
const names = Array.from({ length: TARGETS }, (_, number) => `${BASE_IQN}:${targetName(number)}`);

describeWithTools(["iscsi-ls"], `${TARGETS} targets with a LUN each`, () => {
  let lunette: LunetteProcess;

  async function timed<T>(what: string, work: () => Promise<T>): Promise<T> {
    const start = performance.now();
    const result = await work();
    console.log(`${TARGETS} targets: ${what} took ${Math.round(performance.now() - start)} ms`);
    return result;
  }
  async function control<T>(path: string, method = "GET"): Promise<T> {
    const { status, json } = await ask(`${lunette.folder}/control.sock`, path, { method });
    expect(status, JSON.stringify(json)).toBe(200);
    return json as T;
  }
  const configure = (size: string) =>
    lunette.reconfigure(({ folder, port }) => manyTargets({ folder, port, targets: TARGETS, size }));

  beforeAll(async () => {
    lunette = await timed("start, files created,", () =>
      LunetteProcess.start(({ folder, port }) => manyTargets({ folder, port, targets: TARGETS })),
    );
  }, 60_000);
  afterAll(() => lunette?.dispose());

  it("are all served when it is ready, and when it is started again", async () => {
    await lunette.terminate();
    await timed("start", () => lunette.run());
    const { configured, running } = await timed("status", () => control<NodeStatus>("/v1/status"));
    expect([configured.targets, configured.volumes, running.volumesOffline]).toEqual([TARGETS, TARGETS, []]);
    const { targets } = await timed("targets", () => control<{ targets: TargetStatus[] }>("/v1/targets"));
    expect(targets.map(({ iqn }) => iqn)).toEqual(names);
    const { luns } = await timed("luns", () => control<{ luns: LunStatus[] }>("/v1/luns"));
    expect(luns.filter(({ online, sizeBytes }) => online && sizeBytes === MIB)).toHaveLength(TARGETS);
    expect(new Set(luns.map(({ naa }) => naa)).size).toBe(TARGETS);
  });

  it("are told by libiscsi's discovery to a host that may log in to each, and the one of its own to another", async () => {
    const discovered = async (initiator: string): Promise<string[]> => {
      const { code, output } = await runCommand("iscsi-ls", ["-i", initiator, `iscsi://127.0.0.1:${lunette.port}`]);
      expect(code, output).toBe(0);
      return [...output.matchAll(/^Target:(\S+) Portal:(\S+)$/gm)].map(([, target]) => target!);
    };
    expect((await timed("discovery of all", () => discovered(BACKUP_HOST))).sort()).toEqual(names);
    expect(await timed("discovery of one", () => discovered(hostName(617)))).toEqual([names[617]]);
  });

  it("are explained, each with its verdict", async () => {
    const path = `/v1/explain?initiator=${hostName(3)}&address=127.0.0.1`;
    const { targets } = await timed("explain", () => control<Explanation>(path));
    expect(targets.map(({ iqn }) => iqn)).toEqual(names);
    const admitted = targets.filter(({ verdict }) => verdict.kind === "admitted");
    expect(admitted.map(({ iqn, luns }) => [iqn, luns.length])).toEqual([[names[3], 1]]);
  });

  it("take a change of one volume as one step, of which only the host that sees it hears", async () => {
    const login = async (number: number): Promise<ScriptedInitiator> => {
      const initiator = await ScriptedInitiator.connect(lunette.port);
      const { pdu } = await initiator.loginRequest([`InitiatorName=${hostName(number)}`, `TargetName=${names[number]}`]);
      expect([pdu.statusClass, pdu.nextStage]).toEqual([0, 3]);
      await initiator.settle();
      return initiator;
    };
    const host = await timed("login", () => login(0));
    const other = await login(999);
    await configure("2 MiB");
    const { plan, sessions } = await timed("reload of one change", () => control<PlanAnswer>("/v1/reload", "POST"));
    expect(plan.steps).toMatchObject([{ action: "change", kind: "volume", name: targetName(0), fields: [{ field: "size" }] }]);
    expect(sessions.map(({ outcome }) => outcome).sort()).toEqual(["nothing", "unit attention"]);
    expect([await testUnitReady(host), await testUnitReady(other)]).toEqual(["6/2a/09", "good"]);
    expect([await capacity(host), await capacity(other)]).toEqual([2 * MIB, MIB]);
    host.close();
    other.close();
    expect((await timed("plan", () => control<PlanAnswer>("/v1/plan"))).plan.steps).toEqual([]);
  });
});

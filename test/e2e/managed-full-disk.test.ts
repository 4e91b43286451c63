/** state_dir on a filesystem that is really full: changes are refused whole, hosts go on, and the audit log catches up once there is room. */
import { spawnSync } from "node:child_process";
import { closeSync, mkdirSync, openSync, readFileSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { AuditEntry } from "../../src/control/audit-log.ts";
import { managedObjects, replayAudit } from "../support/audit-replay.ts";
import { type Answer, ask } from "../support/control.ts";
import { LunetteProcess } from "../support/lunette-process.ts";
import { ScriptedInitiator } from "../support/scripted-initiator.ts";
import { describeWithPrivileges } from "../support/tools.ts";
import { configuration, TARGET, testUnitReady } from "./scripted-target.ts";

describeWithPrivileges(["CAP_SYS_ADMIN"], ["mount", "umount"], "a full disk under state_dir", () => {
  let lunette: LunetteProcess;
  let state: string;

  beforeAll(async () => {
    lunette = await LunetteProcess.start((place) => {
      state = join(place.folder, "state");
      mkdirSync(state);
      expect(spawnSync("mount", ["-t", "tmpfs", "-o", "size=1m", "none", state]).status).toBe(0);
      const lines = 'size = "1 MiB"\ncreate = "thin"';
      return configuration(place, [{ name: "steady", path: join(place.folder, "steady.img"), lines }]);
    });
  }, 30_000);
  afterAll(async () => {
    await lunette?.kill();
    spawnSync("umount", [state]);
    await lunette?.dispose();
  });

  const send = (method: string, path: string, body?: object): Promise<Answer> =>
    ask(join(lunette.folder, "control.sock"), `/v1${path}`, {
      method,
      ...(body === undefined ? {} : { headers: { "content-type": "application/json" }, body: JSON.stringify(body) }),
    });
  const managed = (): string => readFileSync(join(state, "managed.toml"), "utf8");

  function fill(): void {
    const ballast = openSync(join(state, "ballast"), "w");
    try {
      for (;;) writeSync(ballast, Buffer.alloc(4096));
    } catch (error) {
      expect((error as NodeJS.ErrnoException).code).toBe("ENOSPC");
    } finally {
      closeSync(ballast);
    }
  }

  it("changes nothing, and says so, until there is room again", async () => {
    const initiator = await ScriptedInitiator.session(lunette.port, TARGET);
    await initiator.settle();
    expect((await send("PUT", "/config/igroups/first", {})).status).toBe(201);
    fill();
    const before = managed();
    const everything = (await send("GET", "/config")).json;
    for (let number = 0; number < 20; number += 1) {
      const answer = await send("PUT", `/config/igroups/g${number}`, { initiators: ["iqn.2026-11.com.example:g"] });
      expect(answer).toMatchObject({ status: 500, json: { error: { type: "store-failed" } } });
      expect(answer.json.error.message).toMatch(/managed\.toml can't be written: .*nothing was changed$/);
    }
    expect(managed()).toBe(before);
    expect((await send("GET", "/config")).json).toEqual(everything);
    expect(await testUnitReady(initiator)).toBe("good");
    rmSync(join(state, "ballast"));
    expect((await send("PUT", "/config/igroups/last", {})).json.generation).toBe(2);
    const { entries } = (await send("GET", "/audit?from=0")).json as { entries: AuditEntry[] };
    expect(entries.map(({ sequence }) => sequence)).toEqual(Array.from({ length: 22 }, (_, at) => at + 1));
    expect(entries.map(({ outcome, error }) => error ?? outcome)).toEqual([
      "applied",
      ...Array.from({ length: 20 }, () => "store-failed"),
      "applied",
    ]);
    expect(await testUnitReady(initiator)).toBe("good");
    initiator.close();
  });

  it("has left what a start finds whole", async () => {
    const before = (await send("GET", "/config")).json;
    await lunette.kill();
    await lunette.run();
    expect((await send("GET", "/config")).json).toEqual(before);
    const { entries } = (await send("GET", "/audit?from=0")).json as { entries: AuditEntry[] };
    expect(Object.entries(replayAudit(entries))).toEqual(managedObjects(before));
  });
});

/** managed.toml when the disk fails, or the process dies, at any step of a change: it is the old one or the new one, and the store knows which. */
import { rm, writeFile } from "node:fs/promises";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { REAL_DISK } from "../../src/common/atomic-file.ts";
import { makeTemporaryFolder } from "../support/temporary-folder.ts";
import { closeStores, openStore, prepareFolder } from "./support/store-fixture.ts";

type Disk = typeof REAL_DISK;

/** A disk whose steps are counted: `step` comes before each, and what it throws is the step's error. */
function steppingDisk(step: (name: string) => void): Disk {
  const before =
    <A extends unknown[], R>(name: string, run: (...args: A) => Promise<R>) =>
    async (...args: A): Promise<R> => {
      step(name);
      return await run(...args);
    };
  return {
    open: before("open", async (...args: Parameters<Disk["open"]>) => {
      const file = await REAL_DISK.open(...args);
      return new Proxy(file, {
        get: (target, key) => {
          const value = Reflect.get(target, key) as unknown;
          if (typeof value !== "function") return value;
          const bound = (value as (...args: unknown[]) => Promise<unknown>).bind(target);
          if (key === "writeFile")
            return before("write", async (text: unknown) => {
              // What a crash within a write leaves: half of it.
              await bound(String(text).slice(0, String(text).length / 2));
              step("second half");
              await target.appendFile(String(text).slice(String(text).length / 2));
            });
          return key === "sync" ? before("sync", bound) : bound;
        },
      });
    }) as Disk["open"],
    rename: before("rename", REAL_DISK.rename) as Disk["rename"],
    rm: before("rm", REAL_DISK.rm) as Disk["rm"],
  };
}

/** Steps of one write: open, write, its second half, sync, rename, open of the folder, sync of the folder. */
const STEPS = 7;
const FIRST = { initiators: ["iqn.2026-11.com.example:first"] };
const SECOND = { initiators: ["iqn.2026-11.com.example:second"] };

describe("a change", () => {
  let folder: string;
  beforeEach(async () => {
    folder = await makeTemporaryFolder("crash");
    await prepareFolder(folder);
    const { ask } = await openStore(folder);
    expect((await ask("PUT", "/config/igroups/hosts", FIRST)).status).toBe(201);
  });
  afterEach(async () => {
    await closeStores();
    await rm(folder, { recursive: true });
  });

  it("takes the steps that these tests count", async () => {
    const taken: string[] = [];
    const { ask } = await openStore(folder, { disk: steppingDisk((name) => taken.push(name)) });
    await ask("PUT", "/config/igroups/hosts", SECOND);
    expect(taken).toEqual(["open", "write", "second half", "sync", "rename", "open", "sync"]);
    expect(taken).toHaveLength(STEPS);
  });

  it.each(Array.from({ length: STEPS }, (_, step) => step))(
    "that the process does not survive at step %i leaves old or new",
    async (last) => {
      let count = 0;
      const disk = steppingDisk(() => {
        // From here on nothing happens any more, not even cleaning up.
        if (count++ >= last) throw Object.assign(new Error("killed"), { code: "EIO" });
      });
      const killed = await openStore(folder, { disk });
      await killed.ask("PUT", "/config/igroups/hosts", SECOND);
      const started = await openStore(folder);
      const { json } = await started.ask("GET", "/config/igroups/hosts");
      expect([FIRST.initiators, SECOND.initiators]).toContainEqual(json.initiators);
      expect(json.initiators).toEqual(last <= 4 ? FIRST.initiators : SECOND.initiators);
      // What is left behind is in nobody's way.
      expect((await started.ask("PUT", "/config/igroups/hosts", { initiators: [] })).status).toBe(200);
    },
  );

  it.each(Array.from({ length: STEPS }, (_, step) => step))(
    "that a full disk refuses at step %i has changed nothing",
    async (full) => {
      let count = 0;
      const disk = steppingDisk(() => {
        if (count++ === full) throw Object.assign(new Error("no space left on device"), { code: "ENOSPC" });
      });
      const fixture = await openStore(folder, { disk });
      const before = await fixture.text();
      const answer = await fixture.ask("PUT", "/config/igroups/hosts", SECOND);
      expect(answer).toMatchObject({ status: 500, json: { error: { type: "store-failed" } } });
      expect(await fixture.text()).toBe(before);
      expect((await fixture.ask("GET", "/config/igroups/hosts")).json.initiators).toEqual(FIRST.initiators);
      expect(fixture.running().igroups.find(({ name }) => name === "hosts")?.initiators).toEqual(FIRST.initiators);
      expect((await fixture.ask("PUT", "/config/igroups/hosts", SECOND)).status).toBe(200);
      expect((await fixture.audit.read(0)).entries.map(({ outcome, error }) => error ?? outcome)).toEqual([
        "applied",
        "store-failed",
        "applied",
      ]);
    },
  );

  it("that fails after it was stored is taken back", async () => {
    const fixture = await openStore(folder, { failAfterWrite: () => new Error("the volume can't grow") });
    const before = await fixture.text();
    expect(await fixture.ask("PUT", "/config/igroups/hosts", SECOND)).toMatchObject({
      status: 409,
      json: { error: { type: "change-refused" } },
    });
    expect(await fixture.text()).toBe(before);
  });
});

it("a managed.toml that can't be read keeps the daemon from starting, and is not replaced", async () => {
  const folder = await makeTemporaryFolder("crash");
  try {
    await prepareFolder(folder);
    const { ask, text } = await openStore(folder);
    await ask("PUT", "/config/igroups/hosts", FIRST);
    const damaged = `${await text()}[[igroup]\n`;
    await writeFile(`${folder}/state/managed.toml`, damaged);
    await expect(openStore(folder)).rejects.toThrow(/managed\.toml:\d+:\d+: not valid TOML/);
    expect(await text()).toBe(damaged);
  } finally {
    await closeStores();
    await rm(folder, { recursive: true });
  }
});

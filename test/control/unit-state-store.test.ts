/** Files of what units remember: whole or not at all, bound to their unit, and never trusted when they are broken. */
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, statSync, truncateSync, writeFileSync } from "node:fs";
import path from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { UnitStateStore } from "../../src/control/unit-state-store.ts";
import { type DurableState, type Loaded, NO_INFORMATION, NOTHING_DURABLE } from "../../src/scsi/durable-state.ts";
import { deriveIdentity } from "../../src/scsi/identity.ts";
import { makeTemporaryFolder } from "../support/temporary-folder.ts";

const NODE = "2b0d5c5e-7f4f-4b59-8a5e-3f1f1d7b7a10";
const identity = deriveIdentity(NODE, "data");
const pair = {
  initiatorPort: "iqn.2026-01.test:a,i,0x000000000001",
  targetPort: "iqn.2026-01.test:t,t,0x0001",
  relativePort: 1,
};
const STATE: DurableState = {
  reservations: { registrants: [{ ...pair, key: 0xfedc_ba98_7654_3210n }], reservation: { type: 5, holder: pair } },
  identifying: { peripheral: Buffer.from([1, 2, 3]), text: Buffer.from("rack 7\0") },
  sanitize: undefined,
};

let folder: string;
let store: UnitStateStore;
let file: string;
let failures: string[];

beforeEach(async () => {
  folder = await makeTemporaryFolder("units");
  failures = [];
  store = new UnitStateStore(folder, (volume, error) => failures.push(`${volume}: ${error.message}`));
  file = store.pathOf(identity);
});

const reasonOf = (loaded: Loaded): string => (loaded.kind === "known" ? "" : loaded.reason);

describe("a unit's state", () => {
  it("comes back after a restart, in a file of its own that only Lunette may read", async () => {
    await store.save(identity, STATE);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(path.basename(file)).toBe(`${identity.naa.toString("hex")}.json`);
    const restarted = new UnitStateStore(folder, () => {});
    expect(await restarted.load(identity)).toEqual({ kind: "known", state: STATE });
    expect(readdirSync(path.dirname(file))).toEqual([path.basename(file)]);
  });

  it("makes the folders that are missing", async () => {
    const deep = new UnitStateStore(path.join(folder, "not", "there"), () => {});
    await deep.save(identity, STATE);
    expect(await deep.load(identity)).toEqual({ kind: "known", state: STATE });
  });

  it("is nothing where there is no file, and has none where it is nothing", async () => {
    expect(await store.load(identity)).toEqual({ kind: "known", state: NOTHING_DURABLE });
    await store.save(identity, NOTHING_DURABLE);
    await store.save(identity, STATE);
    await store.save(identity, { ...NOTHING_DURABLE, identifying: NO_INFORMATION });
    expect(existsSync(file)).toBe(false);
    expect(await store.load(identity)).toEqual({ kind: "known", state: NOTHING_DURABLE });
  });

  it("is that before the save where a crash has left only the temporary file of it", async () => {
    await store.save(identity, STATE);
    writeFileSync(`${file}.new`, '{"format": "lunette unit st');
    expect(await store.load(identity)).toEqual({ kind: "known", state: STATE });
    await store.save(identity, { ...STATE, sanitize: { status: "failed", method: "overwrite", unrestrictedExit: true } });
    expect((await store.load(identity)).kind).toBe("known");
  });

  it("says what it is for who opens the file", async () => {
    await store.save(identity, STATE);
    expect(JSON.parse(readFileSync(file, "utf8"))).toMatchObject({
      format: "lunette unit state",
      version: 1,
      volume: "data",
      naa: identity.naa.toString("hex"),
      state: { registrants: [{ key: "fedcba9876543210", ...pair }], reservation: { type: 5, holder: 0 } },
    });
  });
});

describe("a file that can't be trusted", () => {
  it("is lost at every length that is not its own, and says what to do", async () => {
    await store.save(identity, STATE);
    const whole = readFileSync(file).length;
    // The newline at the end is not part of the state.
    for (const length of [0, 1, 40, Math.floor(whole / 2), whole - 2]) {
      truncateSync(file, length);
      const loaded = await store.load(identity);
      expect([length, loaded.kind]).toEqual([length, "lost"]);
      expect(reasonOf(loaded)).toContain(file);
      expect(reasonOf(loaded)).toContain("restore the file");
      await store.save(identity, STATE);
    }
  });

  it("is lost with any digit of its contents changed", async () => {
    await store.save(identity, STATE);
    const text = readFileSync(file, "utf8");
    for (const [from, to] of [
      ["fedcba9876543210", "fedcba9876543211"],
      ['"type": 5', '"type": 6'],
      ['"holder": 0', '"holder": 1'],
      ['"volume": "data"', '"volume": "date"'],
    ] as const) {
      expect(text).toContain(from);
      writeFileSync(file, text.replace(from, to));
      expect([to, (await store.load(identity)).kind]).toEqual([to, "lost"]);
    }
  });

  it("is lost when it is nested deeper than can be looked at", async () => {
    await store.save(identity, STATE);
    const depth = 100_000;
    const nested = `${'{"a":'.repeat(depth)}1${"}".repeat(depth)}`;
    const { state: _state, ...rest } = JSON.parse(readFileSync(file, "utf8")) as Record<string, unknown>;
    writeFileSync(file, `${JSON.stringify(rest).slice(0, -1)},"state":${nested}}`);
    expect((await store.load(identity)).kind).toBe("lost");
  });

  it("is lost when it is larger than any state", async () => {
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, "");
    truncateSync(file, 8 * 1024 * 1024 + 1);
    expect((await store.load(identity)).kind).toBe("lost");
  });

  it("is unavailable, not lost, where a newer Lunette has written it", async () => {
    await store.save(identity, STATE);
    writeFileSync(file, readFileSync(file, "utf8").replace('"version": 1', '"version": 2'));
    const loaded = await store.load(identity);
    expect([loaded.kind, reasonOf(loaded)]).toEqual(["unavailable", expect.stringContaining("version 2")]);
  });

  it("is unavailable where it belongs to another unit: nothing is inherited", async () => {
    const other = deriveIdentity(NODE, "other");
    await store.save(other, STATE);
    renameSync(store.pathOf(other), file);
    const loaded = await store.load(identity);
    expect([loaded.kind, reasonOf(loaded)]).toEqual(["unavailable", expect.stringContaining('volume "other"')]);
    expect(await store.load(deriveIdentity("9c4dbe8e-3a0b-4c56-8f43-1d6a35c1d4ee", "data"))).toEqual({
      kind: "known",
      state: NOTHING_DURABLE,
    });
  });

  it("is unavailable where it can't be read", async () => {
    mkdirSync(file, { recursive: true });
    expect((await store.load(identity)).kind).toBe("unavailable");
  });
});

describe("a save", () => {
  it("that fails tells the operator, throws, and leaves the old state and no other file", async () => {
    await store.save(identity, STATE);
    // A folder in the way of the temporary file: works for root too.
    mkdirSync(`${file}.new`);
    await expect(store.save(identity, NOTHING_DURABLE)).resolves.toBeUndefined();
    await expect(store.save(identity, STATE)).rejects.toThrow("state_dir");
    expect(failures).toEqual([expect.stringMatching(/^data: .*can't be written/)]);
    expect(existsSync(file)).toBe(false);
  });

  it("that finds no folder to write to fails as well", async () => {
    writeFileSync(path.dirname(file), "in the way");
    await expect(store.save(identity, STATE)).rejects.toThrow("can't be written");
  });
});

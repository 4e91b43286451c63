/** Opening volumes, and the end of that. */
import { existsSync, renameSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { DEFAULT_LIMITS } from "../src/common/limits.ts";
import type { Logger } from "../src/common/logger.ts";
import type { VolumeConfig } from "../src/config/model.ts";
import { Reactor } from "../src/reactor.ts";
import { LocalCoordinator } from "../src/scsi/coordinator.ts";
import type { LogicalUnit } from "../src/scsi/logical-unit.ts";
import { CLOSE_PATIENCE_MS, Volumes } from "../src/volumes.ts";
import { MemoryStore } from "./scsi/support/memory-store.ts";
import { recordingLog } from "./support/control.ts";
import { makeTemporaryFolder } from "./support/temporary-folder.ts";

const MiB = 1024 * 1024;

afterEach(() => {
  vi.useRealTimers();
});

describe("Volumes", () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });

  test("stopped while they are being opened leave no timer that would keep the process from its end", async () => {
    const reactor = { units: new Map() } as unknown as Reactor;
    const store = new MemoryStore();
    const log = {} as Logger;
    const volumes = new Volumes({
      reactor,
      coordinator: new LocalCoordinator(store),
      limits: DEFAULT_LIMITS,
      log,
      stateDir: "/nowhere",
      store,
      nodeUuid: "00112233-4455-6677-8899-aabbccddeeff",
    });
    const opening = volumes.open([], []);
    await volumes.stop();
    await opening;
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe("volumes that change", () => {
  let folder: string;
  let reactor: Reactor;
  let volumes: Volumes;
  let config: VolumeConfig;

  beforeEach(async () => {
    folder = await makeTemporaryFolder("volumes");
    const { log } = recordingLog();
    const store = new MemoryStore();
    const coordinator = new LocalCoordinator(store);
    const limits = { ...DEFAULT_LIMITS, buffer_bytes: 16 * MiB };
    const nobody = {} as never;
    reactor = new Reactor({ limits, log, coordinator, policy: nobody, directory: nobody });
    const nodeUuid = "00112233-4455-6677-8899-aabbccddeeff";
    volumes = new Volumes({ reactor, coordinator, limits, log, stateDir: folder, store, nodeUuid });
    config = {
      name: "one",
      path: join(folder, "one"),
      sizeBytes: undefined,
      create: undefined,
      blockSize: 512,
      physicalBlockSize: 4096,
      io: "buffered",
      writeCache: true,
      readOnly: false,
      removable: false,
      spaceWarningPercent: 5,
      online: true,
      serial: undefined,
      product: "VIRTUAL-DISK",
      place: { file: "f", line: 1, column: 1 },
    };
  });
  afterEach(async () => {
    await volumes.stop();
    await reactor.close();
    rmSync(folder, { recursive: true });
  });

  const makeFile = (): void => {
    writeFileSync(config.path, "");
    truncateSync(config.path, MiB);
  };
  const unit = (): LogicalUnit => reactor.units.get("one")!;
  const change = (fields: Partial<VolumeConfig>, names: readonly string[]) => {
    config = { ...config, ...fields };
    return volumes.prepareChanges([{ volume: config, fields: names }]);
  };
  /** The storage does not answer flushes until what this returns is called. */
  const hang = (): (() => void) => {
    const backend = unit().backend!;
    const flush = backend.flush.bind(backend);
    const waiting: (() => void)[] = [];
    backend.flush = (...request) => void waiting.push(() => flush(...request));
    return () => {
      for (const goOn of waiting.splice(0)) goOn();
    };
  };
  const fakeTimers = () => vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  /** Time passes until it has settled. Resolves to how much, milliseconds. */
  const settled = async (promise: Promise<unknown>): Promise<number> => {
    let [passed, ended] = [0, false];
    const end = promise.finally(() => {
      ended = true;
    });
    for (; !ended && passed < 100_000; passed += 500) {
      for (let turn = 0; turn < 20 && !ended; turn += 1) await new Promise((resolve) => setImmediate(resolve));
      if (!ended) vi.advanceTimersByTime(500);
    }
    await end;
    return passed;
  };

  test("one that comes online while its change is being prepared serves by the new configuration, never by the old", async () => {
    await volumes.open([config], []);
    expect(unit().backend).toBeUndefined();
    const prepared = await change({ readOnly: true, writeCache: false }, ["read_only", "write_cache"]);
    makeFile();
    const opening = volumes.openAdded();
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(unit().backend).toBeUndefined();
    await prepared.commit();
    await opening;
    expect(unit().backend?.facts.readOnly).toBe(true);
    expect([unit().geometry.readOnly, unit().state.modes.writeCacheEnabled]).toEqual([true, false]);
  });

  test("one that was not open and goes offline is not opened any more, whatever was on its way", async () => {
    await volumes.open([config], []);
    const prepared = await change({ online: false }, ["online"]);
    makeFile();
    const opening = volumes.openAdded();
    await prepared.commit();
    await opening;
    await volumes.openAdded();
    expect([unit().backend, unit().state.service]).toEqual([undefined, "offline"]);
    expect(unit().offlineBecause).toMatch(/as configured/);
  });

  test("one whose storage does not answer is offline for hosts at once, and holds up later changes for a bounded time", async () => {
    makeFile();
    await volumes.open([config], []);
    const answer = hang();
    fakeTimers();
    const offline = (await change({ online: false }, ["online"])).commit();
    expect(await settled(offline)).toBeLessThanOrEqual(CLOSE_PATIENCE_MS + 500);
    expect(unit().state.service).toBe("offline");
    // Two more changes, while it still can't be closed.
    await (await change({ readOnly: true }, ["read_only"])).commit();
    const online = (await change({ online: true }, ["online"])).commit();
    expect(await settled(online)).toBeLessThanOrEqual(CLOSE_PATIENCE_MS + 500);
    expect(unit().state.service).toBe("offline");
    vi.useRealTimers();
    answer();
    await vi.waitFor(async () => {
      await volumes.openAdded();
      expect(unit().backend?.facts.readOnly).toBe(true);
    });
    expect([unit().geometry.readOnly, unit().state.service]).toEqual([true, "open"]);
  });

  test("one that is removed though its storage does not answer is closed, and unlocked, when it does", async () => {
    makeFile();
    await volumes.open([config], []);
    const answer = hang();
    fakeTimers();
    expect(await settled(volumes.remove("one"))).toBeLessThanOrEqual(CLOSE_PATIENCE_MS + 500);
    vi.useRealTimers();
    // Its name and its file come again, and wait for that.
    await volumes.add(config);
    await volumes.openAdded();
    expect(unit().offlineBecause).toMatch(/locked/);
    answer();
    await vi.waitFor(async () => {
      await volumes.openAdded();
      expect(unit().backend).toBeDefined();
    });
  });

  test("offline and online again comes back when its file does, and remembers what it had to", async () => {
    makeFile();
    await volumes.open([config], []);
    const { reservations } = unit().state;
    await (await change({ online: false }, ["online"])).commit();
    renameSync(config.path, `${config.path}.moved`);
    await (await change({ online: true }, ["online"])).commit();
    await volumes.openAdded();
    expect([unit().backend, existsSync(config.path)]).toEqual([undefined, false]);
    renameSync(`${config.path}.moved`, config.path);
    await volumes.openAdded();
    expect([unit().backend?.sizeBytes, unit().state.reservations === reservations]).toEqual([MiB, true]);
  });
});

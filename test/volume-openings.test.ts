/** Volumes that are opened while the daemon runs: creating a thick one is a task, and can be cancelled. */
import {
  existsSync,
  linkSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { DEFAULT_LIMITS } from "../src/common/limits.ts";
import type { VolumeConfig } from "../src/config/model.ts";
import { type RunningTask, Tasks } from "../src/control/tasks.ts";
import type { Reactor } from "../src/reactor.ts";
import type { LogicalUnit } from "../src/scsi/logical-unit.ts";
import { VolumeOpener } from "../src/volume-opener.ts";
import { VolumeOpenings } from "../src/volume-openings.ts";
import { MiB, makeStorage, type Storage } from "./backend/fixture.ts";
import { makeUnit, type UnitUnderTest } from "./scsi/support/scsi-harness.ts";
import { memoryEvents, recordingLog } from "./support/control.ts";
import { makeTemporaryFolder } from "./support/temporary-folder.ts";

/** Bytes; more than two steps of the allocation. */
const SIZE = 600 * MiB;
const TUR = [0, 0, 0, 0, 0, 0];

let folder: string;
let storage: Storage;
const units: LogicalUnit[] = [];

beforeEach(async () => {
  folder = await makeTemporaryFolder("openings");
  storage = makeStorage();
});
afterEach(async () => {
  for (const unit of units.splice(0)) await unit.backend?.close();
  storage.ring.close();
  rmSync(folder, { recursive: true });
});

const volume = (name: string, more: Partial<VolumeConfig>): VolumeConfig => ({
  name,
  path: join(folder, name),
  sizeBytes: SIZE,
  create: "thick",
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
  ...more,
});

function closed(): UnitUnderTest {
  const unit = makeUnit();
  unit.lu.replaceBackend(undefined);
  units.push(unit.lu);
  return unit;
}

/** @param onProgress called with each task that has come further */
function openings(onProgress: (task: RunningTask) => void = () => {}) {
  const { log } = recordingLog();
  const reactor = { ring: storage.ring, pool: storage.pool, units: new Map() } as unknown as Reactor;
  const tasks = new (class extends Tasks {
    override begin(task: Parameters<Tasks["begin"]>[0]): RunningTask {
      const running = super.begin(task);
      const progress = running.progress.bind(running);
      running.progress = (done) => {
        progress(done);
        onProgress(running);
      };
      return running;
    }
  })(() => DEFAULT_LIMITS);
  const cancelled: string[] = [];
  const { coordinator } = makeUnit().server;
  const subject = new VolumeOpenings({
    ...{ reactor, coordinator, log, tasks },
    events: memoryEvents(),
    opener: new VolumeOpener({ reactor, limits: DEFAULT_LIMITS, log, stateDir: folder }),
    beforeRound: () => Promise.resolve(),
    onCancelled: (_unit, reason) => Promise.resolve(void cancelled.push(reason)),
  });
  return { subject, tasks, cancelled };
}

describe("creating a thick volume", () => {
  it("is a task that tells how far it is, on behalf of the one who asked", async () => {
    const steps: number[] = [];
    const { subject, tasks } = openings(({ task }) => steps.push(task.done));
    const unit = closed();
    subject.want(unit.lu, volume("one", {}));
    await subject.openNow("uid:7");
    expect(steps).toEqual([256 * MiB, 512 * MiB, SIZE]);
    expect(tasks.list()).toMatchObject([
      { kind: "create-volume", volume: "one", state: "succeeded", actor: "uid:7", total: SIZE },
    ]);
    expect(subject.creations).toEqual([]);
    expect(unit.lu.backend?.sizeBytes).toBe(SIZE);
    expect(statSync(join(folder, "one")).blocks * 512).toBeGreaterThanOrEqual(SIZE);
  });

  it("that is cancelled leaves no file, and is not tried again until somebody asks for it", async () => {
    const { subject, tasks, cancelled } = openings((running) => running.cancel("cancelled by uid:7"));
    const [thick, thin] = [closed(), closed()];
    subject.want(thick.lu, volume("one", {}));
    subject.want(thin.lu, volume("two", { create: "thin" }));
    await subject.openNow();
    expect(existsSync(join(folder, "one"))).toBe(false);
    expect(tasks.list()).toMatchObject([{ state: "cancelled", done: 256 * MiB, error: "cancelled by uid:7" }]);
    expect(cancelled).toEqual(["creation cancelled: cancelled by uid:7"]);
    expect([subject.wants(thick.lu), thin.lu.backend?.sizeBytes]).toEqual([false, SIZE]);
    await subject.openNow();
    expect(tasks.list()).toHaveLength(1);
    subject.want(thick.lu, volume("one", { create: "thin" }));
    await subject.openNow();
    expect(thick.lu.backend?.sizeBytes).toBe(SIZE);
  });

  it("stops when the volume is given up, and leaves no file", async () => {
    const given: Promise<void>[] = [];
    const unit = closed();
    const { subject, cancelled } = openings(() => given.push(subject.giveUp(unit.lu, "the volume is removed")));
    subject.want(unit.lu, volume("one", {}));
    await subject.openNow();
    await Promise.all(given);
    expect([existsSync(join(folder, "one")), unit.lu.backend, cancelled]).toEqual([false, undefined, []]);
  });
});

describe("a file that was put in the place of the one that is being created", () => {
  it("stays when that is cancelled", async () => {
    const path = join(folder, "one");
    const unit = closed();
    const { subject } = openings((running) => {
      renameSync(path, `${path}.ours`);
      writeFileSync(path, "somebody else's");
      running.cancel("cancelled by uid:7");
    });
    subject.want(unit.lu, volume("one", {}));
    await subject.openNow();
    expect(readFileSync(path, "utf8")).toBe("somebody else's");
  });
});

describe("the end of the daemon", () => {
  it("does not wait for a file that is being created, and says nothing of it to hosts: the next start makes it", async () => {
    const stopping: Promise<void>[] = [];
    const unit = closed();
    const { subject, cancelled } = openings(() => stopping.push(subject.stop()));
    subject.want(unit.lu, volume("one", {}));
    await subject.openNow();
    await Promise.all(stopping);
    expect([existsSync(join(folder, "one")), unit.lu.backend, cancelled]).toEqual([false, undefined, []]);
  });
});

describe("a volume whose configuration is about to change", () => {
  it("is not opened by the old one meanwhile", async () => {
    const { subject } = openings();
    const unit = closed();
    subject.want(unit.lu, volume("one", { create: "thin", readOnly: false }));
    const letGo = await subject.hold(unit.lu);
    const opening = subject.openNow();
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(unit.lu.backend).toBeUndefined();
    subject.want(unit.lu, volume("one", { readOnly: true }));
    letGo();
    await opening;
    expect([unit.lu.backend?.facts.readOnly, unit.lu.geometry.readOnly]).toEqual([true, true]);
  });

  it("is open before it is changed where that can't be stopped any more", async () => {
    const { subject } = openings();
    const unit = closed();
    subject.want(unit.lu, volume("one", { create: "thin" }));
    const opening = subject.openNow();
    while (subject.wants(unit.lu)) await new Promise((resolve) => setImmediate(resolve));
    const letGo = await subject.hold(unit.lu);
    expect(unit.lu.backend?.sizeBytes).toBe(SIZE);
    letGo();
    await opening;
  });

  it("is tried again after a creation by the old one was cancelled, also when the new one can't be opened either", async () => {
    const unit = closed();
    const given: Promise<void>[] = [];
    const { subject, cancelled } = openings(() => {
      given.push(subject.giveUp(unit.lu, "the volume is taken offline"));
      subject.want(unit.lu, volume("one", { create: undefined }));
    });
    subject.want(unit.lu, volume("one", {}));
    await subject.openNow();
    await Promise.all(given);
    expect([cancelled, subject.wants(unit.lu)]).toEqual([[], true]);
    expect(unit.lu.offlineBecause).toMatch(/does not exist/);
  });
});

describe("a volume that can't be opened", () => {
  it("is tried again with each round, and hosts are told when it is there", async () => {
    const { subject } = openings();
    const unit = closed();
    subject.want(unit.lu, volume("one", { create: undefined }));
    await subject.openNow();
    expect((await unit.run(TUR)).code).toBe("2/04/00");
    expect(unit.lu.offlineBecause).toMatch(/does not exist/);
    subject.want(unit.lu, volume("one", { create: "thin" }));
    await subject.openNow();
    expect((await unit.run(TUR)).code).toBe("6/2a/09");
    expect(unit.lu.offlineBecause).toBeUndefined();
  });
});

describe("a volume whose path was allowed", () => {
  const place = { file: "managed.toml", line: 1, column: 1 };
  const thin = { create: "thin", sizeBytes: MiB } as const;

  function opener() {
    const reactor = { ring: storage.ring, pool: storage.pool };
    const subject = new VolumeOpener({ reactor, limits: DEFAULT_LIMITS, log: recordingLog().log, stateDir: folder });
    const open = async (more: Partial<VolumeConfig>): Promise<void> => {
      const { backend, journal } = await subject.open(makeUnit().lu, volume("one", { ...thin, place, ...more }));
      await backend.close();
      await journal?.close();
    };
    const expectAt = (path: string, realPath = path): void => subject.expectAt(path, { file: place.file, realPath });
    return { open, expectAt };
  }

  beforeEach(() => {
    folder = realpathSync(folder);
    writeFileSync(join(folder, "secret"), "of Lunette");
  });

  const swaps: [string, string, (path: string) => void, RegExp][] = [
    [
      "is a symbolic link now",
      "one",
      (path) => symlinkSync(join(folder, "secret"), path),
      /leads to .*secret, and led to .*one /,
    ],
    ["is a hard link now", "one", (path) => linkSync(join(folder, "secret"), path), /has other names/],
    [
      "lies in a folder that is a link now",
      "sub/two",
      () => {
        mkdirSync(join(folder, "elsewhere"));
        symlinkSync(join(folder, "elsewhere"), join(folder, "sub"));
      },
      /leads to .*elsewhere\/two, and led to .*sub\/two /,
    ],
  ];
  it.each(swaps)("is neither opened, grown nor made when it %s", async (_, name, swap, message) => {
    const { open, expectAt } = opener();
    const path = join(folder, name);
    expectAt(path);
    swap(path);
    await expect(open({ path })).rejects.toThrow(message);
    // It stays so until the path is right.
    await expect(open({ path })).rejects.toThrow(message);
    expect(readFileSync(join(folder, "secret"), "utf8")).toBe("of Lunette");
    expect(existsSync(join(folder, "elsewhere/two"))).toBe(false);
  });

  it("is opened through the link that was allowed, and its path means what it says from then on", async () => {
    const { open, expectAt } = opener();
    const path = join(folder, "link");
    for (const name of ["one", "two"]) writeFileSync(join(folder, name), Buffer.alloc(MiB));
    symlinkSync(join(folder, "one"), path);
    expectAt(path, join(folder, "one"));
    await open({ path });
    rmSync(path);
    symlinkSync(join(folder, "two"), path);
    await open({ path });
  });

  it("follows any link when another file defines it: that is written by hand", async () => {
    const { open, expectAt } = opener();
    const path = join(folder, "link");
    writeFileSync(join(folder, "one"), Buffer.alloc(MiB));
    expectAt(path);
    symlinkSync(join(folder, "one"), path);
    await open({ path, place: { ...place, file: "lunette.toml" } });
  });
});

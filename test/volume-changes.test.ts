/** Changes of volumes under hosts: all of them or none, also where the storage fails half-way. */
import { afterEach, describe, expect, it, vi } from "vitest";
import { BackendError, ERRNO } from "../src/backend/backend-error.ts";
import { CheckedBackend } from "../src/backend/checked-backend.ts";
import { NO_EVENTS } from "../src/common/events.ts";
import type { VolumeConfig } from "../src/config/model.ts";
import { DRAIN_MS, FLUSH_MS, RESIZE_MS, STORAGE_MS, type UnitChange, VolumeChanger } from "../src/volume-changes.ts";
import type { VolumeOpener } from "../src/volume-opener.ts";
import { ModelBackend } from "./scsi/support/model-backend.ts";
import { MiB, makeUnit, settle, type UnitUnderTest } from "./scsi/support/scsi-harness.ts";
import { recordingLog } from "./support/control.ts";

const TUR = [0, 0, 0, 0, 0, 0];
const WRITE = [0x2a, 0, 0, 0, 0, 0, 0, 0, 1, 0];
const BLOCK = Buffer.alloc(512, 7);

const CONFIG: VolumeConfig = {
  name: "volume",
  path: "/v",
  sizeBytes: 4 * MiB,
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

const changeOf = (unit: UnitUnderTest, after: Partial<VolumeConfig>, fields: readonly string[] = []): UnitChange => ({
  unit: unit.lu,
  before: CONFIG,
  after: { ...CONFIG, ...after },
  fields,
});
const sized = (unit: UnitUnderTest, sizeBytes: number): UnitChange => changeOf(unit, { sizeBytes }, ["size"]);

/** @param opens answers each opening of storage: its backend, or what it fails of */
function changer(
  opens: () => ModelBackend | Promise<ModelBackend> | Error | "never" = () => new Error("nothing is opened here"),
  foreseen?: Error,
) {
  const lost: string[] = [];
  const { log } = recordingLog();
  const opener = {
    tryOpening: () => (foreseen === undefined ? Promise.resolve() : Promise.reject(foreseen)),
    openAgain: () => {
      const opened = opens();
      if (opened === "never") return never();
      if (opened instanceof Promise) return opened.then((backend) => ({ backend, journal: undefined }));
      if (opened instanceof Error) return Promise.reject(opened);
      return Promise.resolve({ backend: new CheckedBackend(opened, 512), journal: undefined });
    },
  } as unknown as VolumeOpener;
  const make = ({ server }: UnitUnderTest): VolumeChanger =>
    new VolumeChanger({
      reactor: { ring: { submit: () => {} } as never },
      coordinator: server.coordinator,
      opener,
      events: NO_EVENTS,
      log,
      onLost: (_unit, _volume, error) => lost.push(error.message),
    });
  return { make, lost };
}

const never = <T>(): Promise<T> => new Promise(() => {});
/** Only the timers: what the event loop does by itself goes on. */
const fakeTimers = () => vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
async function pass(milliseconds: number): Promise<void> {
  await settle();
  vi.advanceTimersByTime(milliseconds);
  await settle();
}

const failing = (message: string): BackendError => new BackendError("/v", ERRNO.EIO, message);

afterEach(() => vi.useRealTimers());

describe("growing", () => {
  it("is told once all is prepared, and not before", async () => {
    const unit = makeUnit();
    const prepared = await changer()
      .make(unit)
      .prepare([sized(unit, 8 * MiB)]);
    expect([unit.backend.sizeBytes, unit.lu.state.sizeBlocks]).toEqual([8 * MiB, 8192]);
    expect((await unit.run(TUR)).status).toBe(0);
    await prepared.commit();
    expect([unit.lu.state.sizeBlocks, unit.lu.sizeHeld]).toEqual([16384, false]);
    expect((await unit.run(TUR)).code).toBe("6/2a/09");
  });

  it("of two volumes, of which the second can't, puts the first back: no host has heard of anything", async () => {
    const [first, second] = [makeUnit(), makeUnit()];
    second.backend.resize = () => Promise.reject(failing("no space"));
    const { make } = changer();
    await expect(make(first).prepare([sized(first, 8 * MiB), sized(second, 8 * MiB)])).rejects.toThrow("no space");
    for (const { backend, lu } of [first, second]) {
      expect([backend.sizeBytes, lu.state.sizeBlocks, lu.sizeHeld]).toEqual([4 * MiB, 8192, false]);
    }
    expect([(await first.run(TUR)).status, (await second.run(TUR)).status]).toEqual([0, 0]);
  });
});

describe("shrinking", () => {
  it("refuses what is behind the new end, lets what is in flight there end, and only then cuts", async () => {
    const unit = makeUnit();
    unit.backend.held = true;
    const atTheEnd = [0x2a, 0, 0, 0, 0x1f, 0xff, 0, 0, 1, 0];
    const write = unit.start(atTheEnd, { dataOut: BLOCK });
    await settle();
    const preparing = changer()
      .make(unit)
      .prepare([sized(unit, 2 * MiB)]);
    await settle();
    expect(unit.backend.sizeBytes).toBe(4 * MiB);
    expect((await unit.run(atTheEnd, { dataOut: BLOCK })).code).toBe("5/21/00");
    unit.backend.release();
    expect((await write.done).status).toBe(0);
    const prepared = await preparing;
    expect(unit.backend.sizeBytes).toBe(2 * MiB);
    await prepared.commit();
    expect((await unit.run(TUR)).code).toBe("6/2a/09");
    unit.expectIdle();
  });

  it("is given up, and the size stays, when a command does not end", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    const unit = makeUnit();
    unit.backend.held = true;
    const write = unit.start(WRITE, { dataOut: BLOCK });
    await settle();
    const preparing = changer()
      .make(unit)
      .prepare([sized(unit, 2 * MiB)]);
    await settle();
    vi.advanceTimersByTime(DRAIN_MS);
    await expect(preparing).rejects.toThrow("have not ended within 5 s");
    expect([unit.backend.sizeBytes, unit.lu.state.sizeBlocks, unit.lu.sizeHeld]).toEqual([4 * MiB, 8192, false]);
    unit.backend.release();
    expect((await write.done).status).toBe(0);
  });

  it.each([
    ["a block device", { kind: "block-device" as const }, "block device"],
    ["what is being sanitized", {}, "sanitized"],
  ])("is refused for %s", async (what, facts, message) => {
    const unit = makeUnit({ facts });
    if (what === "what is being sanitized") {
      const sanitize = { status: "in progress", method: "overwrite", unrestrictedExit: false } as never;
      await unit.server.coordinator.change(unit.lu, (state) => ({ ...state, sanitize }));
    }
    await expect(
      changer()
        .make(unit)
        .prepare([sized(unit, 2 * MiB)]),
    ).rejects.toThrow(message);
    expect(unit.lu.state.sizeBlocks).toBe(8192);
  });
});

describe("a size that can't be changed", () => {
  it("though the file has been cut is put back, with zeroes, and hosts are told to look again", async () => {
    const unit = makeUnit();
    const { backend } = unit;
    const resize = backend.resize.bind(backend);
    backend.resize = async (bytes, mayShrink) => {
      await resize(bytes, mayShrink);
      if (bytes === 2 * MiB) throw failing("can't be made durable");
    };
    await expect(
      changer()
        .make(unit)
        .prepare([sized(unit, 2 * MiB)]),
    ).rejects.toThrow("can't be made durable");
    expect([backend.sizeBytes, unit.lu.state.sizeBlocks, unit.lu.sizeHeld]).toEqual([4 * MiB, 8192, false]);
    expect((await unit.run(TUR)).code).toBe("6/2a/09");
  });

  it("by storage that does not answer is given up, and no other change of it begins before it has ended and is put back", async () => {
    fakeTimers();
    const unit = makeUnit();
    const { backend } = unit;
    const resize = backend.resize.bind(backend);
    let goOn: () => void = () => {};
    backend.resize = (bytes, mayShrink) =>
      bytes > 4 * MiB
        ? new Promise<void>((resolve) => (goOn = resolve)).then(() => resize(bytes, mayShrink))
        : resize(bytes, mayShrink);
    const { make } = changer();
    const given = expect(make(unit).prepare([sized(unit, 8 * MiB)])).rejects.toThrow("within 600 s");
    await pass(RESIZE_MS);
    await given;
    await expect(make(unit).prepare([sized(unit, 6 * MiB)])).rejects.toThrow("an earlier change of the size");
    goOn();
    await settle();
    expect([backend.sizeBytes, unit.lu.state.sizeBlocks, unit.lu.sizeHeld]).toEqual([4 * MiB, 8192, false]);
    expect((await unit.run(TUR)).status).toBe(0);
  });

  it("while hosts wait for the file to be opened anew is refused: a thick one takes its time", async () => {
    const unit = makeUnit();
    const change = changeOf(unit, { sizeBytes: 8 * MiB, create: "thick" }, ["size"]);
    const opening = { ...change, before: { ...CONFIG, readOnly: true } };
    await expect(changer().make(unit).prepare([opening])).rejects.toThrow("open it for writing first");
  });
});

describe("the write cache", () => {
  it("is off for hosts when everything older is on stable storage", async () => {
    const unit = makeUnit();
    expect((await unit.run(WRITE, { dataOut: BLOCK })).status).toBe(0);
    expect(unit.backend.stable[0]).toBe(0);
    const prepared = await changer()
      .make(unit)
      .prepare([changeOf(unit, { writeCache: false })]);
    expect(unit.backend.stable[0]).toBe(7);
    expect(unit.lu.state.modes.writeCacheEnabled).toBe(true);
    await prepared.commit();
    expect([unit.lu.state.modes.writeCacheEnabled, unit.lu.defaultModes.writeCacheEnabled]).toEqual([false, false]);
    expect((await unit.run(TUR)).code).toBe("6/2a/01");
  });

  it("stays on when the flush fails", async () => {
    const unit = makeUnit();
    unit.backend.fault = ({ kind }) => (kind === "flush" ? 5 : 0);
    await expect(
      changer()
        .make(unit)
        .prepare([changeOf(unit, { writeCache: false })]),
    ).rejects.toThrow("flushed");
    expect(unit.lu.state.modes.writeCacheEnabled).toBe(true);
    expect([...unit.lu.nexuses].map(({ writeThrough }) => writeThrough)).toEqual([false]);
  });
});

describe("opening anew", () => {
  const readOnly = (): ModelBackend => new ModelBackend({ sizeBytes: 4 * MiB, facts: { readOnly: true } });

  it("lets writes in flight end, answers BUSY until it is through, and then refuses writes", async () => {
    const unit = makeUnit();
    unit.backend.held = true;
    const write = unit.start(WRITE, { dataOut: BLOCK });
    await settle();
    const preparing = changer(readOnly)
      .make(unit)
      .prepare([changeOf(unit, { readOnly: true })]);
    await settle();
    // The first flush, while hosts are served on.
    expect(unit.backend.pending.map(({ kind }) => kind)).toEqual(["write", "flush"]);
    unit.backend.complete(1);
    await settle();
    expect((await unit.run(WRITE, { dataOut: BLOCK })).status).toBe(0x08);
    unit.backend.release();
    expect((await write.done).status).toBe(0);
    const prepared = await preparing;
    expect((await unit.run(TUR)).status).toBe(0x08);
    await prepared.commit();
    expect((await unit.run(TUR)).code).toBe("6/2a/01");
    expect((await unit.run(WRITE, { dataOut: BLOCK })).code).toBe("7/27/00");
    expect((await unit.run([0x1a, 0x08, 0x3f, 0, 4, 0])).dataIn[2]! & 0x80).toBe(0x80);
    unit.expectIdle();
  });

  it("is refused beforehand where that can be known, and hosts notice nothing", async () => {
    const unit = makeUnit();
    const { make } = changer(undefined, failing("no direct I/O"));
    await expect(make(unit).prepare([changeOf(unit, { io: "direct" })])).rejects.toThrow("no direct I/O");
    expect((await unit.run(TUR)).status).toBe(0);
  });

  it("that fails all the same leaves the volume as it was", async () => {
    const unit = makeUnit();
    const again = new ModelBackend({ sizeBytes: 4 * MiB });
    const answers = [failing("somebody was faster"), again];
    const { make, lost } = changer(() => answers.shift()!);
    await expect(make(unit).prepare([changeOf(unit, { readOnly: true })])).rejects.toThrow("somebody was faster");
    expect((await unit.run(WRITE, { dataOut: BLOCK })).status).toBe(0);
    expect([again.data[0], lost]).toEqual([7, []]);
  });

  it("is given up while hosts are served when the storage does not flush what has gathered", async () => {
    fakeTimers();
    const unit = makeUnit();
    unit.backend.held = true;
    const given = expect(
      changer(readOnly)
        .make(unit)
        .prepare([changeOf(unit, { readOnly: true })]),
    ).rejects.toThrow("within 60 s");
    await settle();
    expect((await unit.run(TUR)).status).toBe(0);
    await pass(FLUSH_MS);
    await given;
    expect(unit.lu.backend?.facts.readOnly).toBe(false);
    unit.backend.release();
  });

  it("is given up when a host has begun to sanitize it meanwhile", async () => {
    const unit = makeUnit();
    const { make } = changer(readOnly);
    unit.backend.held = true;
    const given = expect(make(unit).prepare([changeOf(unit, { readOnly: true })])).rejects.toThrow("is being sanitized");
    await settle();
    unit.lu.sanitizing = {} as never;
    unit.backend.release();
    await given;
    expect((await unit.run(TUR)).status).toBe(0);
  });

  it("of several begins when all of them are flushed: none waits for the others' page caches", async () => {
    const [first, second] = [makeUnit(), makeUnit()];
    second.backend.held = true;
    const { make } = changer(readOnly);
    const preparing = make(first).prepare([changeOf(first, { readOnly: true }), changeOf(second, { readOnly: true })]);
    await settle();
    expect((await first.run(TUR)).status).toBe(0);
    second.backend.release();
    await (await preparing).commit();
    expect((await first.run(TUR)).code).toBe("6/2a/01");
  });

  it("keeps hosts waiting for a bounded time when the storage does not answer", async () => {
    fakeTimers();
    const unit = makeUnit();
    const { make, lost } = changer(() => "never");
    const changes = make(unit);
    unit.backend.close = never;
    const given = expect(changes.prepare([changeOf(unit, { readOnly: true })])).rejects.toThrow(
      "could not be closed within 10 s",
    );
    await settle();
    expect((await unit.run(TUR)).status).toBe(0x08);
    await pass(STORAGE_MS);
    await pass(STORAGE_MS);
    await given;
    expect((await unit.run(TUR)).code).toBe("2/04/00");
    expect(lost).toEqual([expect.stringContaining("could not be opened anew within 10 s")]);
  });

  it("closes what is opened too late: its lock would keep everybody out", async () => {
    fakeTimers();
    const unit = makeUnit();
    const late = readOnly();
    const closed = vi.spyOn(late, "close");
    const again = new ModelBackend({ sizeBytes: 4 * MiB });
    let open: () => void = () => {};
    const opened = new Promise<ModelBackend>((resolve) => {
      open = () => resolve(late);
    });
    const answers = [opened, again];
    const { make } = changer(() => answers.shift()!);
    const given = expect(make(unit).prepare([changeOf(unit, { readOnly: true })])).rejects.toThrow("could not be opened anew");
    await pass(STORAGE_MS);
    await given;
    expect((await unit.run(WRITE, { dataOut: BLOCK })).status).toBe(0);
    expect([again.data[0], closed.mock.calls.length]).toEqual([7, 0]);
    open();
    await settle();
    expect(closed).toHaveBeenCalledOnce();
  });

  it("tells hosts that a disk that can't be written gives no storage back", async () => {
    const unit = makeUnit();
    const { make } = changer(() => new ModelBackend({ sizeBytes: 4 * MiB, facts: { readOnly: true, canDiscard: false } }));
    await (await make(unit).prepare([changeOf(unit, { readOnly: true })])).commit();
    expect(unit.lu.geometry).toMatchObject({ readOnly: true, thin: false });
    const codes = [(await unit.run(TUR)).code, (await unit.run(TUR)).code, (await unit.run(TUR)).code];
    expect(codes.toSorted()).toEqual(["6/2a/01", "6/2a/09", undefined]);
  });

  it("that fails both ways leaves it offline, and that is told", async () => {
    const unit = makeUnit();
    const { make, lost } = changer(() => failing("gone"));
    await expect(make(unit).prepare([changeOf(unit, { readOnly: true })])).rejects.toThrow("gone");
    expect((await unit.run(TUR)).code).toBe("2/04/00");
    expect(lost).toEqual([expect.stringContaining("gone")]);
  });

  it("of one volume is undone when another one's change fails", async () => {
    const [first, second] = [makeUnit(), makeUnit()];
    second.backend.resize = () => Promise.reject(failing("no space"));
    const answers = [readOnly(), new ModelBackend({ sizeBytes: 4 * MiB })];
    const { make } = changer(() => answers.shift()!);
    const changes = [changeOf(first, { readOnly: true }), sized(second, 2 * MiB)];
    await expect(make(first).prepare(changes)).rejects.toThrow("no space");
    expect((await first.run(WRITE, { dataOut: BLOCK })).status).toBe(0);
    expect(second.lu.state.sizeBlocks).toBe(8192);
  });
});

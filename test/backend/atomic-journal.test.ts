/** The redo record of atomic writes: what a crash at each step leaves, and what a damaged record does. */
import { chmod, mkdir, mkdtemp, readdir, readFile, readlink, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { AtomicJournal } from "../../src/backend/atomic-journal.ts";
import { SlabBufferPool } from "../../src/backend/buffer-pool.ts";
import { ModelBackend } from "../scsi/support/model-backend.ts";

const KiB = 1024;
const MAX = 1024 * KiB;
const data = Buffer.from(Array.from({ length: 600 * KiB }, (_, at) => (at * 7 + (at >> 10)) & 0xff));
const before = Buffer.from(Array.from({ length: 600 * KiB }, (_, at) => (at * 3 + (at >> 9) + 1) & 0xff));
const START = 64 * KiB;
const pool = new SlabBufferPool(new ArrayBuffer(4 * 1024 * KiB));

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "lunette-journal-"));
  path = join(folder, "atomic", "unit.journal");
});
const journals: AtomicJournal[] = [];
afterEach(async () => {
  for (const open of journals.splice(0)) await open.close();
  await rm(folder, { recursive: true });
});

function journal(volume = "/volumes/a.img", maxBytes = MAX): AtomicJournal {
  const made = new AtomicJournal(path, volume, maxBytes);
  journals.push(made);
  return made;
}

/** The volume, with `blocks` where the record begins. */
function medium(blocks: Buffer = torn(), facts = {}): ModelBackend {
  const made = new ModelBackend({ sizeBytes: 2 * MAX, facts });
  made.preset(blocks, START);
  return made;
}
/** As a crash in the middle of the write in place leaves the blocks. */
const torn = (): Buffer => Buffer.concat([data.subarray(0, 300 * KiB), before.subarray(300 * KiB)]);
const held = (backend: ModelBackend): Buffer => backend.stable.subarray(START, START + data.length);

/** As a process that is killed after the record leaves it. */
async function interrupted(): Promise<void> {
  const dying = journal();
  await dying.record(START, [data.subarray(0, 256 * KiB), data.subarray(256 * KiB)], before);
  await dying.close();
}

describe("AtomicJournal", () => {
  test("a record is written again after a crash, whole, durable, and once", async () => {
    await interrupted();
    const backend = medium();
    const next = journal();
    expect(await next.recover(backend, pool)).toBe("completed");
    expect(held(backend).equals(data)).toBe(true);
    expect(await next.recover(medium(), pool)).toBe("nothing");
    expect(await journal().recover(medium(), pool)).toBe("nothing");
    expect(pool.leasedBytes).toBe(0);
  });

  test("without a record there is nothing to do, and no file is made", async () => {
    const backend = medium();
    expect(await journal().recover(backend, pool)).toBe("nothing");
    expect(backend.log).toEqual([]);
    await expect(stat(path)).rejects.toThrow("ENOENT");
  });

  test("a record that was struck out is not written again", async () => {
    const first = journal();
    await first.record(START, [data], before);
    await first.strikeOut();
    const backend = medium();
    expect(await journal().recover(backend, pool)).toBe("nothing");
    expect(backend.log).toEqual([]);
  });

  test.each([
    ["cut in the middle of its data", (file: Buffer) => file.subarray(0, 300 * KiB)],
    ["cut in the middle of its header", (file: Buffer) => file.subarray(0, 100)],
    ["empty", () => Buffer.alloc(0)],
    ["changed by one bit in its data", (file: Buffer) => flip(file, 4096 + 5000)],
    [
      "changed in its offset",
      (file: Buffer) => Buffer.from(file.toString("latin1").replace(`"offset":65536`, `"offset":65024`), "latin1"),
    ],
    [
      "longer than any of ours",
      (file: Buffer) => Buffer.from(file.toString("latin1").replace(`"length":${600 * KiB}`, `"length":${2 ** 40}`), "latin1"),
    ],
  ])("a record that is %s was never whole, and nothing of it is written", async (_name, damage) => {
    await interrupted();
    await writeFile(path, damage(await readFile(path)));
    const backend = medium();
    const next = journal();
    expect(await next.recover(backend, pool)).toBe("nothing");
    expect(backend.log).toEqual([]);
  });

  test("a record of another volume is refused, and stays", async () => {
    await interrupted();
    const backend = medium();
    const other = journal("/volumes/b.img");
    await expect(other.recover(backend, pool)).rejects.toThrow("belongs to /volumes/a.img");
    expect(backend.log).toEqual([]);
    const owner = journal();
    expect(await owner.recover(medium(), pool)).toBe("completed");
  });

  test.each([
    ["a volume that is read-only", () => medium(torn(), { readOnly: true }), "open the volume once for writing"],
    ["a volume that has become too short", () => new ModelBackend({ sizeBytes: 128 * KiB }), "beyond the end"],
  ])("a record for %s is an error, and stays", async (_name, backend, message) => {
    await interrupted();
    const next = journal();
    await expect(next.recover(backend(), pool)).rejects.toThrow(message);
    expect(await next.recover(medium(), pool)).toBe("completed");
  });

  test("storage that fails while the record is written again leaves the record", async () => {
    await interrupted();
    const failing = medium();
    let writes = 0;
    failing.fault = ({ kind }) => (kind === "write" && ++writes === 2 ? 5 : 0);
    const next = journal();
    await expect(next.recover(failing, pool)).rejects.toThrow("can't be written into the volume");
    expect(await next.recover(medium(), pool)).toBe("completed");
    expect(pool.leasedBytes).toBe(0);
  });

  test("a write of which nothing had reached the volume is given up, and one that is all there is made durable", async () => {
    await interrupted();
    const untouched = medium(before);
    expect(await journal().recover(untouched, pool)).toBe("nothing");
    expect(untouched.count("write")).toBe(0);
    await interrupted();
    const cached = medium(before);
    data.copy(cached.data, START);
    expect(await journal().recover(cached, pool)).toBe("completed");
    expect(held(cached).equals(data)).toBe(true);
  });

  test("blocks that something else has changed since stay as they are, and the record goes", async () => {
    await interrupted();
    const changed = torn();
    changed[599 * KiB]! ^= 1;
    const backend = medium(changed);
    expect(await journal().recover(backend, pool)).toBe("outdated");
    expect(held(backend).equals(changed)).toBe(true);
    expect(await journal().recover(medium(), pool)).toBe("nothing");
    expect(pool.leasedBytes).toBe(0);
  });

  test("blocks that can't be read any more are written again", async () => {
    await interrupted();
    const backend = medium();
    backend.fault = ({ kind, offset }) => (kind === "read" && offset === START ? 5 : 0);
    expect(await journal().recover(backend, pool)).toBe("completed");
    expect(held(backend).equals(data)).toBe(true);
  });

  test("a volume that does not answer while it is compared keeps its record", async () => {
    await interrupted();
    const backend = medium();
    backend.fault = ({ kind }) => (kind === "read" ? 19 : 0);
    await expect(journal().recover(backend, pool)).rejects.toThrow("can't be compared");
    expect(await journal().recover(medium(), pool)).toBe("completed");
  });

  test("a record is completed though limits.atomic_write_bytes is smaller now", async () => {
    await interrupted();
    expect(await journal("/volumes/a.img", 4 * KiB).recover(medium(), pool)).toBe("completed");
  });

  test("a record of a newer version is refused, and stays", async () => {
    await interrupted();
    const file = await readFile(path, "latin1");
    await writeFile(path, file.replace('"version":1', '"version":2'), "latin1");
    const backend = medium();
    await expect(journal().recover(backend, pool)).rejects.toThrow("has version 2");
    expect(backend.log).toEqual([]);
    await writeFile(path, file, "latin1");
    expect(await journal().recover(medium(), pool)).toBe("completed");
  });

  test("the header of half a record does not outlive the next start", async () => {
    await interrupted();
    const whole = await readFile(path);
    await writeFile(path, Buffer.concat([whole.subarray(0, 4096), Buffer.alloc(whole.length - 4096)]));
    expect(await journal().recover(medium(), pool)).toBe("nothing");
    // Data of a later record that reaches the disk before its header does.
    const now = await readFile(path);
    whole.copy(now, 4096, 4096);
    await writeFile(path, now);
    expect(await journal().recover(medium(), pool)).toBe("nothing");
  });

  test("where there is nothing to do the file is not opened for writing", async () => {
    const first = journal();
    await first.record(START, [data], before);
    await first.strikeOut();
    await first.close();
    await chmod(path, 0o400);
    const { mtimeMs } = await stat(path);
    const next = journal();
    expect(await next.recover(medium(), pool)).toBe("nothing");
    expect((await stat(path)).mtimeMs).toBe(mtimeMs);
    const descriptors = await readdir("/proc/self/fd");
    const targets = await Promise.all(descriptors.map((fd) => readlink(`/proc/self/fd/${fd}`).catch(() => "")));
    expect(targets).not.toContain(path);
  });

  test("a record that can neither be struck out nor removed is told, and is gone when that succeeds", async () => {
    const failing = journal();
    await failing.record(START, [data], before);
    await failing.close();
    const file = await readFile(path);
    await rm(path);
    await mkdir(join(path, "in-the-way"), { recursive: true });
    await expect(failing.strikeOut()).rejects.toThrow();
    expect(failing.hasRecord).toBe(true);
    await rm(path, { recursive: true });
    await writeFile(path, file);
    await failing.strikeOut();
    expect(failing.hasRecord).toBe(false);
    expect(await journal().recover(medium(), pool)).toBe("nothing");
  });

  test("erased, it holds nothing of what was recorded, and works as before", async () => {
    const erased = journal();
    await erased.erase();
    await expect(stat(path)).rejects.toThrow("ENOENT");
    await erased.record(START, [data], before);
    await erased.strikeOut();
    await erased.erase();
    const file = await readFile(path);
    expect([file.length, file.every((byte) => byte === 0)]).toEqual([4096 + 2 * MAX, true]);
    await erased.record(START, [data], before);
    await erased.close();
    expect(await journal().recover(medium(), pool)).toBe("completed");
  });

  test("the place of the record goes to one after the other", async () => {
    const shared = journal();
    const order: string[] = [];
    const first = await shared.enter();
    const second = shared.enter().then((leave) => {
      order.push("second");
      leave();
    });
    await Promise.resolve();
    order.push("first leaves");
    first();
    await second;
    expect(order).toEqual(["first leaves", "second"]);
  });
});

function flip(file: Buffer, at: number): Buffer {
  file[at]! ^= 1;
  return file;
}

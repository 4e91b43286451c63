/** The redo record of atomic writes: what a crash at each step leaves, and what a damaged record does. */
import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { AtomicJournal } from "../../src/backend/atomic-journal.ts";
import { SlabBufferPool } from "../../src/backend/buffer-pool.ts";
import { ModelBackend } from "../scsi/support/model-backend.ts";

const KiB = 1024;
const MAX = 1024 * KiB;
const data = Buffer.from(Array.from({ length: 600 * KiB }, (_, at) => (at * 7 + (at >> 10)) & 0xff));
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
const medium = (facts = {}): ModelBackend => new ModelBackend({ sizeBytes: 2 * MAX, facts });

/** As a process that is killed after the record leaves it. */
async function interrupted(): Promise<void> {
  const dying = journal();
  await dying.record(64 * KiB, [data.subarray(0, 256 * KiB), data.subarray(256 * KiB)]);
  await dying.close();
}

describe("AtomicJournal", () => {
  test("a record is written again after a crash, whole, durable, and once", async () => {
    await interrupted();
    const backend = medium();
    const next = journal();
    expect(await next.recover(backend, pool)).toBe(data.length);
    expect(backend.stable.subarray(64 * KiB, 64 * KiB + data.length).equals(data)).toBe(true);
    expect(await next.recover(medium(), pool)).toBe(0);
    expect(await journal().recover(medium(), pool)).toBe(0);
    expect(pool.leasedBytes).toBe(0);
  });

  test("without a record there is nothing to do, and no file is made", async () => {
    const backend = medium();
    expect(await journal().recover(backend, pool)).toBe(0);
    expect(backend.log).toEqual([]);
    await expect(stat(path)).rejects.toThrow("ENOENT");
  });

  test("a record that was struck out is not written again", async () => {
    const first = journal();
    await first.record(0, [data]);
    await first.strikeOut();
    const backend = medium();
    expect(await journal().recover(backend, pool)).toBe(0);
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
    expect(await next.recover(backend, pool)).toBe(0);
    expect(backend.log).toEqual([]);
  });

  test("a record of another volume is refused, and stays", async () => {
    await interrupted();
    const backend = medium();
    const other = journal("/volumes/b.img");
    await expect(other.recover(backend, pool)).rejects.toThrow("belongs to /volumes/a.img");
    expect(backend.log).toEqual([]);
    const owner = journal();
    expect(await owner.recover(medium(), pool)).toBe(data.length);
  });

  test.each([
    ["a volume that is read-only", () => medium({ readOnly: true }), "open the volume once for writing"],
    ["a volume that has become too short", () => new ModelBackend({ sizeBytes: 128 * KiB }), "beyond the end"],
  ])("a record for %s is an error, and stays", async (_name, backend, message) => {
    await interrupted();
    const next = journal();
    await expect(next.recover(backend(), pool)).rejects.toThrow(message);
    expect(await next.recover(medium(), pool)).toBe(data.length);
  });

  test("storage that fails while the record is written again leaves the record", async () => {
    await interrupted();
    const failing = medium();
    failing.fault = (_request, index) => (index === 1 ? 5 : 0);
    const next = journal();
    await expect(next.recover(failing, pool)).rejects.toThrow("can't be written into the volume");
    expect(await next.recover(medium(), pool)).toBe(data.length);
    expect(pool.leasedBytes).toBe(0);
  });

  test("erased, it holds nothing of what was recorded, and works as before", async () => {
    const erased = journal();
    await erased.erase();
    await expect(stat(path)).rejects.toThrow("ENOENT");
    await erased.record(0, [data]);
    await erased.strikeOut();
    await erased.erase();
    const file = await readFile(path);
    expect([file.length, file.every((byte) => byte === 0)]).toEqual([4096 + MAX, true]);
    await erased.record(4096, [data]);
    await erased.close();
    expect(await journal().recover(medium(), pool)).toBe(data.length);
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

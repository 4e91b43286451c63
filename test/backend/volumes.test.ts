import { existsSync, mkdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { BackendError } from "../../src/backend/backend-error.ts";
import type { BlockBackend } from "../../src/backend/block-backend.ts";
import { type Lease, SlabBufferPool } from "../../src/backend/buffer-pool.ts";
import { IoRing } from "../../src/backend/io-ring.ts";
import { createSlab } from "../../src/backend/native-io.ts";
import { type OpenVolumeOptions, openVolume } from "../../src/backend/open-volume.ts";
import { makeTemporaryFolder } from "../support/temporary-folder.ts";
import {
  done,
  KiB,
  MiB,
  makeStorage,
  RING_KINDS,
  readBytes,
  type Storage,
  takeLease,
  tryCommand,
  writeBytes,
} from "./fixture.ts";

let folder: string;
let storage: Storage;
const opened: BlockBackend[] = [];

beforeAll(async () => {
  folder = await makeTemporaryFolder("volumes");
});

afterAll(() => rmSync(folder, { recursive: true }));

beforeEach(() => {
  storage = makeStorage();
});

afterEach(async () => {
  await Promise.all(opened.splice(0).map((backend) => backend.close()));
  storage.ring.close();
});

async function open(path: string, more: Partial<OpenVolumeOptions> = {}): Promise<BlockBackend> {
  const backend = await openVolume({
    path,
    io: "buffered",
    readOnly: false,
    blockSize: 512,
    ring: storage.ring,
    pool: storage.pool,
    ...more,
  });
  opened.push(backend);
  return backend;
}

let names = 0;
const fresh = (): string => join(folder, `volume-${names++}`);

/** toEqual walks large buffers byte by byte, for seconds. */
function expectSame(found: Buffer, expected: Buffer): void {
  const at = found.findIndex((byte, i) => byte !== expected[i]);
  expect({ length: found.length, firstDifference: at }).toEqual({ length: expected.length, firstDifference: -1 });
}

/** Whether a root may make filesystems and loop devices here. */
const canMount = process.getuid?.() === 0;

describe.each(RING_KINDS)("a file volume over %s", (kind) => {
  beforeEach(() => {
    storage.ring.close();
    storage = makeStorage(kind, 16);
  });

  // A real disk (the temporary folder) and memory: O_DIRECT, hole punching and zeroing differ between filesystems.
  describe.each([
    ["buffered", (): string => folder],
    ["direct", (): string => folder],
    ["buffered", (): string => "/dev/shm"],
  ] as const)("with %s I/O", (io, place) => {
    let path: string;
    let backend: BlockBackend;

    beforeEach(async () => {
      path = join(place(), `lunette-volume-${process.pid}-${names++}`);
      backend = await open(path, { sizeBytes: 8 * MiB, create: "thin", io });
    });

    afterEach(() => rmSync(path));

    test("reads back what was written, and zeroes where nothing was", async () => {
      const bytes = Buffer.alloc(200 * KiB);
      for (let i = 0; i < bytes.length; i++) bytes[i] = (i * 31) & 0xff;
      expect(await writeBytes(backend, storage.pool, 512, bytes)).toBe(bytes.length);
      expect(await done((target) => backend.flush(target, 0))).toBe(0);
      expectSame(await readBytes(backend, storage.pool, 512, bytes.length), bytes);
      expectSame(await readBytes(backend, storage.pool, 0, 512), Buffer.alloc(512));
      expectSame(readFileSync(path).subarray(512, 512 + bytes.length), bytes);
    });

    test("makes a durable write, and keeps many requests apart", async () => {
      const lease = takeLease(storage.pool, 256 * KiB);
      for (let i = 0; i < 512; i++) lease.data.fill(i & 0xff, i * 512, (i + 1) * 512);
      const results = await Promise.all(
        Array.from({ length: 512 }, (_, i) =>
          done((target) => backend.write((511 - i) * 512, lease, i * 512, 512, i % 64 === 0, target, i)),
        ),
      );
      expect(new Set(results)).toEqual(new Set([512]));
      const found = await readBytes(backend, storage.pool, 0, 256 * KiB);
      for (let i = 0; i < 512; i++) expect(found[(511 - i) * 512]).toBe(i & 0xff);
      storage.pool.release([lease]);
    });

    test("gives a discarded range back, zeroes the parts of blocks at its ends, and leaves the rest alone", async () => {
      await writeBytes(backend, storage.pool, 0, Buffer.alloc(256 * KiB, 0xaa));
      await done((target) => backend.flush(target, 0));
      const before = statSync(path).blocks;
      expect(backend.facts).toMatchObject({ canDiscard: true, discardZeroes: true });
      expect(await done((target) => backend.discard(512, 128 * KiB, target, 0))).toBe(0);
      expect(statSync(path).blocks).toBeLessThan(before);
      const found = await readBytes(backend, storage.pool, 0, 256 * KiB);
      expectSame(found.subarray(0, 512), Buffer.alloc(512, 0xaa));
      expectSame(found.subarray(512, 512 + 128 * KiB), Buffer.alloc(128 * KiB));
      expectSame(found.subarray(512 + 128 * KiB), Buffer.alloc(128 * KiB - 512, 0xaa));
      expect(statSync(path).size).toBe(8 * MiB);
    });

    test.each([true, false])("writes zeroes over exactly the range (may deallocate: %s)", async (mayDeallocate) => {
      for (let at = 0; at < 2 * MiB; at += 256 * KiB)
        await writeBytes(backend, storage.pool, at, Buffer.alloc(256 * KiB, 0xbb));
      expect(await done((target) => backend.writeZeroes(1536, MiB, mayDeallocate, target, 0))).toBe(0);
      const all = readFileSync(path).subarray(0, 2 * MiB);
      expect(all.subarray(0, 1536).every((byte) => byte === 0xbb)).toBe(true);
      expect(all.subarray(1536, 1536 + MiB).every((byte) => byte === 0)).toBe(true);
      expect(all.subarray(1536 + MiB).every((byte) => byte === 0xbb)).toBe(true);
      expect(storage.pool.leasedBytes).toBe(0);
    });

    test("tells allocated runs and holes, dirty pages included", async () => {
      await writeBytes(backend, storage.pool, 64 * KiB, Buffer.alloc(64 * KiB, 1));
      expect(await backend.status(0, 8 * MiB)).toEqual({ offset: 0, length: 64 * KiB, allocated: false });
      expect(await backend.status(64 * KiB, 8 * MiB - 64 * KiB)).toEqual({
        offset: 64 * KiB,
        length: 64 * KiB,
        allocated: true,
      });
      expect(await backend.status(64 * KiB, 512)).toEqual({ offset: 64 * KiB, length: 512, allocated: true });
    });

    test("waits with closing for what is in flight, and answers ENODEV afterwards", async () => {
      const lease = takeLease(storage.pool, 64 * KiB);
      const results = Array.from({ length: 50 }, (_, i) =>
        done((target) => backend.write(i * 64 * KiB, lease, 0, 64 * KiB, true, target, i)),
      );
      let answered = 0;
      for (const result of results) result.then(() => answered++);
      await backend.close();
      await backend.close();
      expect(answered).toBe(50);
      expect(new Set(await Promise.all(results))).toEqual(new Set([64 * KiB]));
      expect(await done((target) => backend.read(0, lease, 0, 512, target, 0))).toBe(-19);
      expect(await done((target) => backend.writeZeroes(0, 512, true, target, 0))).toBe(-19);
      await expect(backend.status(0, 512)).rejects.toThrow(BackendError);
      storage.pool.release([lease]);
    });
  });
});

describe("opening", () => {
  test("creates a sparse file for thin, an allocated one for thick with progress", async () => {
    const thin = fresh();
    expect((await open(thin, { sizeBytes: 64 * MiB, create: "thin" })).sizeBytes).toBe(64 * MiB);
    expect(statSync(thin).blocks * 512).toBeLessThan(MiB);
    expect(statSync(thin).mode & 0o777).toBe(0o600);
    const thick = fresh();
    const progress: number[] = [];
    const options = { sizeBytes: 300 * MiB, create: "thick", onProgress: (at: number) => progress.push(at) } as const;
    expect((await open(thick, options)).sizeBytes).toBe(300 * MiB);
    expect(statSync(thick).blocks * 512).toBeGreaterThanOrEqual(300 * MiB);
    expect(progress).toEqual([256 * MiB, 300 * MiB]);
    await opened.pop()!.close();
    rmSync(thick);
  });

  test("grows a smaller file, and never shrinks a larger one", async () => {
    const path = fresh();
    writeFileSync(path, Buffer.alloc(MiB, 7));
    const backend = await open(path, { sizeBytes: 2 * MiB });
    expect(backend.sizeBytes).toBe(2 * MiB);
    expectSame(
      await readBytes(backend, storage.pool, MiB - 512, 1024),
      Buffer.concat([Buffer.alloc(512, 7), Buffer.alloc(512)]),
    );
    await backend.close();
    await expect(open(path, { sizeBytes: MiB })).rejects.toThrow(new RegExp(`has ${2 * MiB} bytes but size says ${MiB}`));
    expect(statSync(path).size).toBe(2 * MiB);
    expect((await open(path)).sizeBytes).toBe(2 * MiB);
  });

  test.each([
    ["a missing file without create", () => fresh(), {}, /does not exist; create it/],
    ["a missing file without size", () => fresh(), { create: "thin" }, /without size/],
    [
      "a missing read-only file",
      () => fresh(),
      { create: "thin", sizeBytes: MiB, readOnly: true },
      /read-only volume is not created/,
    ],
    ["a missing folder", () => join(folder, "none", "x"), { create: "thin", sizeBytes: MiB }, /its folder .* does not exist/],
    ["a folder", (): string => folder, {}, /is a directory/],
    ["a character device", () => "/dev/null", {}, /is a character device/],
    [
      "a size that is no whole number of blocks",
      () => fresh(),
      { create: "thin", sizeBytes: 1000 },
      /not a positive multiple of block_size 512/,
    ],
    ["a path through a file", () => join("/etc/passwd", "x"), {}, /file where a folder should be/],
  ] satisfies [string, () => string, Partial<OpenVolumeOptions>, RegExp][])(
    "refuses %s with advice, and leaves nothing behind",
    async (_name, path, more, message) => {
      const at = path();
      const existed = existsSync(at);
      const failure = await open(at, more).catch((error: unknown) => error);
      expect(failure).toBeInstanceOf(BackendError);
      expect((failure as BackendError).message).toMatch(message);
      expect(existsSync(at)).toBe(existed);
    },
  );

  test("refuses a FIFO, an empty file, and a file that is no whole number of blocks", async () => {
    const fifo = fresh();
    tryCommand("mkfifo", fifo);
    await expect(open(fifo)).rejects.toThrow(/is a FIFO/);
    const odd = fresh();
    writeFileSync(odd, Buffer.alloc(1000));
    await expect(open(odd)).rejects.toThrow(/not a multiple of block_size 512/);
    const empty = fresh();
    writeFileSync(empty, "");
    await expect(open(empty)).rejects.toThrow(/is empty/);
  });

  test("refuses a file that is locked, names the holder, and succeeds when it lets go", async () => {
    const path = fresh();
    const first = await open(path, { sizeBytes: MiB, create: "thin" });
    await expect(open(path)).rejects.toThrow(/locked by this process/);
    await expect(open(path, { readOnly: true })).rejects.toMatchObject({ code: "EAGAIN" });
    await first.close();
    await open(path);
  });

  test("serves a read-only file, and refuses to grow it", async () => {
    const path = fresh();
    writeFileSync(path, Buffer.alloc(MiB, 3));
    await expect(open(path, { readOnly: true, sizeBytes: 2 * MiB })).rejects.toThrow(/read-only and can't grow/);
    const backend = await open(path, { readOnly: true });
    expect(backend.facts).toMatchObject({ readOnly: true, canDiscard: false });
    expectSame(await readBytes(backend, storage.pool, 0, 512), Buffer.alloc(512, 3));
    // The descriptor itself can't write: what slips past the layers above fails in the kernel.
    expect(await writeBytes(backend, storage.pool, 0, Buffer.alloc(512))).toBe(-9);
    expect(await done((target) => backend.writeZeroes(0, 512, true, target, 0))).toBeLessThan(0);
  });
});

describe("size", () => {
  test("grows by resize, is seen when it changes outside, and never shrinks by resize", async () => {
    const path = fresh();
    const backend = await open(path, { sizeBytes: MiB, create: "thin" });
    await backend.resize(2 * MiB);
    expect(backend.sizeBytes).toBe(2 * MiB);
    expect(statSync(path).size).toBe(2 * MiB);
    await expect(backend.resize(MiB)).rejects.toThrow(/never shrunk/);
    await expect(backend.resize(2 * MiB + 1)).rejects.toThrow(/multiple/);
    truncateSync(path, 3 * MiB);
    expect(backend.refreshSize()).toBe(3 * MiB);
    truncateSync(path, MiB);
    expect(await done((target) => backend.read(2 * MiB, takeLease(storage.pool, 512), 0, 512, target, 0))).toBe(-5);
    expect(backend.refreshSize()).toBe(MiB);
  });
});

describe("writing zeroes by plain writes", () => {
  // Memory filesystems have no ZERO_RANGE, so this goes the long way.
  let path: string;

  beforeEach(() => {
    path = `/dev/shm/lunette-zero-${process.pid}-${names++}`;
  });

  afterEach(() => rmSync(path, { force: true }));

  function leaseEverything(): Lease[] {
    const all: Lease[] = [];
    for (const bytes of [256 * KiB, 64 * KiB, 16 * KiB, 4 * KiB]) while (storage.pool.tryLease(bytes, all));
    return all;
  }

  const writeZeroes = (backend: BlockBackend, offset: number, length: number): Promise<number> =>
    done((target) => backend.writeZeroes(offset, length, false, target, 0));

  test("completes although the pool is empty", async () => {
    const backend = await open(path, { sizeBytes: 4 * MiB, create: "thin" });
    for (let at = 0; at < 4 * MiB; at += 256 * KiB) await writeBytes(backend, storage.pool, at, Buffer.alloc(256 * KiB, 1));
    const all = leaseEverything();
    for (const lease of all) lease.data.fill(2);
    // Two at once share the memory; neither range is a whole number of its writes.
    const results = await Promise.all([writeZeroes(backend, 512, MiB), writeZeroes(backend, 2 * MiB, MiB + 512)]);
    expect(results).toEqual([0, 0]);
    const expected = Buffer.alloc(4 * MiB, 1)
      .fill(0, 512, 512 + MiB)
      .fill(0, 2 * MiB, 3 * MiB + 512);
    expectSame(readFileSync(path), expected);
    storage.pool.release(all);
    await backend.close();
    expect(storage.pool.leasedBytes).toBe(0);
  });
});

describe("a full filesystem", () => {
  const mountPoint = (): string => join(folder, "small");

  afterEach(() => {
    tryCommand("umount", mountPoint());
  });

  test("answers ENOSPC to writes on a thin volume, and takes back a thick one whole", async (context) => {
    if (!canMount) context.skip("mounting a small tmpfs takes root");
    mkdirSync(mountPoint(), { recursive: true });
    if (tryCommand("mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", mountPoint()) === undefined) {
      context.skip("tmpfs can't be mounted here");
    }
    const thick = join(mountPoint(), "thick");
    const failure = await open(thick, { sizeBytes: 64 * MiB, create: "thick" }).catch((error: unknown) => error);
    expect(failure).toMatchObject({ name: "BackendError", code: "ENOSPC", path: thick });
    expect(existsSync(thick)).toBe(false);
    const thin = await open(join(mountPoint(), "thin"), { sizeBytes: 64 * MiB, create: "thin" });
    const results: number[] = [];
    for (let i = 0; i < 20; i++) results.push(await writeBytes(thin, storage.pool, i * 256 * KiB, Buffer.alloc(256 * KiB, 1)));
    expect(results[0]).toBe(256 * KiB);
    expect(results.at(-1)).toBe(-28);
    expect(await done((target) => thin.discard(0, MiB, target, 0))).toBe(0);
    expect(await writeBytes(thin, storage.pool, 32 * MiB, Buffer.alloc(256 * KiB, 1))).toBe(256 * KiB);
    await thin.close();
  });
});

describe.each([512, 4096])("a block device with sectors of %i bytes", (sector) => {
  let device: string | undefined;
  let image: string;

  beforeEach(() => {
    image = fresh();
    writeFileSync(image, "");
    truncateSync(image, 16 * MiB);
    device = canMount ? tryCommand("losetup", "--find", "--show", "--sector-size", String(sector), image) : undefined;
  });

  afterEach(async () => {
    await Promise.all(opened.splice(0).map((backend) => backend.close()));
    if (device !== undefined) tryCommand("losetup", "--detach", device);
  });

  test.for(["buffered", "direct"] as const)("reads, writes, discards and zeroes with %s I/O", async (io, context) => {
    if (device === undefined) context.skip("loop devices need root and a kernel that has them");
    const backend = await open(device!, { io, blockSize: sector });
    expect(backend.sizeBytes).toBe(16 * MiB);
    expect(backend.facts).toMatchObject({ kind: "block-device", readOnly: false });
    const bytes = Buffer.alloc(256 * KiB, 0xcd);
    expect(await writeBytes(backend, storage.pool, MiB, bytes)).toBe(bytes.length);
    expect(await done((target) => backend.flush(target, 0))).toBe(0);
    expectSame(await readBytes(backend, storage.pool, MiB, bytes.length), bytes);
    for (const mayDeallocate of [true, false]) {
      await writeBytes(backend, storage.pool, MiB, bytes);
      expect(await done((target) => backend.writeZeroes(MiB, 8 * sector, mayDeallocate, target, 0))).toBe(0);
      const found = await readBytes(backend, storage.pool, MiB, bytes.length);
      expectSame(found.subarray(0, 8 * sector), Buffer.alloc(8 * sector));
      expectSame(found.subarray(8 * sector), bytes.subarray(8 * sector));
    }
    if (backend.facts.canDiscard) expect(await done((target) => backend.discard(0, MiB, target, 0))).toBe(0);
    expect(await backend.status(0, MiB)).toEqual({ offset: 0, length: MiB, allocated: true });
    await expect(backend.resize(32 * MiB)).rejects.toThrow(/block device/);
    await expect(open(device!)).rejects.toThrow(/in use|locked/);
  });

  test("is refused when its sectors are larger than the volume's blocks, or its size is not the one configured", async (context) => {
    if (device === undefined) context.skip("loop devices need root and a kernel that has them");
    if (sector > 512) {
      for (const io of ["buffered", "direct"] as const) {
        await expect(open(device!, { io, blockSize: 512 })).rejects.toThrow(/block_size = 4096/);
      }
    }
    await expect(open(device!, { blockSize: 4096, sizeBytes: 32 * MiB })).rejects.toThrow(/leave size out/);
    await expect(open(device!, { blockSize: 4096, sizeBytes: 8 * MiB })).rejects.toThrow(/never shrunk/);
  });
});

test("a slab is not freed under a ring that outlives every other reference to it", async () => {
  let slab: ReturnType<typeof createSlab> | undefined = createSlab(MiB);
  const ring = new IoRing({ entries: 4, slab });
  let pool: SlabBufferPool | undefined = new SlabBufferPool(slab.memory);
  const path = fresh();
  const backend = await openVolume({
    path,
    sizeBytes: MiB,
    create: "thin",
    io: "buffered",
    readOnly: false,
    blockSize: 512,
    ring,
    pool,
  });
  const lease = takeLease(pool, 512);
  lease.data.fill(9);
  slab = undefined;
  pool = undefined;
  expect(await done((target) => backend.write(0, lease, 0, 512, true, target, 0))).toBe(512);
  expect(readFileSync(path)[511]).toBe(9);
  await backend.close();
  ring.close();
});

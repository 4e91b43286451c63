/** WRITE ATOMIC(16): SBC-4 5.48, 4.29, and what the Block Limits page says of it (6.6.4). */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { AtomicJournal } from "../../../src/backend/atomic-journal.ts";
import { SlabBufferPool } from "../../../src/backend/buffer-pool.ts";
import { ScsiStatus } from "../../../src/scsi/status.ts";
import { cdb } from "../support/cdbs.ts";
import { ModelBackend } from "../support/model-backend.ts";
import { KiB, MiB, makeUnit, settle, type UnitOptions, type UnitUnderTest } from "../support/scsi-harness.ts";

const EIO = 5;
const ENOSPC = 28;
const BLOCK = 512;

let folder: string;
const journals: AtomicJournal[] = [];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "lunette-atomic-"));
});
afterEach(async () => {
  for (const journal of journals.splice(0)) await journal.close();
  await rm(folder, { recursive: true });
});

function journalFor(maxBytes: number): AtomicJournal {
  const journal = new AtomicJournal(join(folder, "unit.journal"), "/v.img", maxBytes);
  journals.push(journal);
  return journal;
}

function atomicUnit(options: UnitOptions = {}, maxBytes = MiB): UnitUnderTest {
  const unit = makeUnit(options);
  unit.lu.atomicJournal = journalFor(maxBytes);
  return unit;
}

const writeAtomic = (lba: number | bigint, blocks: number, flags = 0): number[] => {
  const bytes = Buffer.alloc(16);
  bytes[0] = 0x9c;
  bytes[1] = flags;
  bytes.writeBigUInt64BE(BigInt(lba), 2);
  bytes.writeUInt16BE(blocks, 12);
  return [...bytes];
};
function noise(bytes: number, seed = 1): Buffer {
  const out = Buffer.allocUnsafe(bytes);
  for (let at = 0; at < bytes; at += 1) out[at] = at * 13 + (at >> 9) + seed;
  return out;
}
/** The journal's file is written by threads of their own: more than turns of the event loop. */
const until = async (condition: () => boolean): Promise<void> => {
  for (let tries = 0; !condition(); tries += 1) {
    if (tries > 2000) throw new Error("it did not come to that");
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
};

describe("WRITE ATOMIC(16)", () => {
  test("writes its blocks, durably even without FUA, and no other byte", async () => {
    const unit = atomicUnit();
    unit.backend.preset(noise(4 * MiB, 9));
    const expected = noise(4 * MiB, 9);
    const data = noise(1000 * BLOCK);
    data.copy(expected, 77 * BLOCK);
    expect((await unit.run(writeAtomic(77, 1000), { dataOut: data })).status).toBe(ScsiStatus.Good);
    expect(unit.backend.data.equals(expected)).toBe(true);
    expect(unit.backend.stable.equals(expected)).toBe(true);
    unit.expectIdle();
  });

  test("no blocks are no error up to the end of the medium, and out of range behind it", async () => {
    const unit = atomicUnit({ sizeBytes: MiB });
    expect((await unit.run(writeAtomic(0, 0))).status).toBe(ScsiStatus.Good);
    expect((await unit.run(writeAtomic(2048, 0))).status).toBe(ScsiStatus.Good);
    for (const lba of [2049, 2n ** 63n, 2n ** 64n - 1n]) expect((await unit.run(writeAtomic(lba, 0))).code).toBe("5/21/00");
  });

  test("out of range is told before a length that is too large", async () => {
    const unit = atomicUnit({ sizeBytes: MiB }, 64 * KiB);
    expect((await unit.run(writeAtomic(2000, 300))).code).toBe("5/21/00");
    const { code, sense } = await unit.run(writeAtomic(0, 129));
    expect([code, sense?.field?.byte]).toEqual(["5/24/00", 12]);
    expect((await unit.run(writeAtomic(0, 128), { dataOut: noise(64 * KiB) })).status).toBe(ScsiStatus.Good);
  });

  test("an atomic boundary, protection and reserved bits are refused with a pointer", async () => {
    const unit = atomicUnit();
    const at = async (byte: number, value: number) => {
      const bytes = writeAtomic(0, 1);
      bytes[byte] = value;
      return (await unit.run(bytes, { dataOut: noise(BLOCK) })).sense?.field;
    };
    expect(await at(1, 0x20)).toEqual({ inCdb: true, byte: 1, bit: 5 });
    expect(await at(1, 0x01)).toEqual({ inCdb: true, byte: 1, bit: 0 });
    expect(await at(10, 0x80)).toEqual({ inCdb: true, byte: 10, bit: 7 });
    expect(await at(11, 0x01)).toEqual({ inCdb: true, byte: 11, bit: 0 });
    expect(unit.backend.log).toEqual([]);
  });

  test("with less data than its blocks nothing is written", async () => {
    const unit = atomicUnit();
    const { code } = await unit.run(writeAtomic(0, 8), { dataOut: noise(4 * BLOCK) });
    expect(code).toBe("5/0e/03");
    expect(unit.backend.log).toEqual([]);
  });

  test("write protection refuses it", async () => {
    const unit = atomicUnit({ readOnly: true });
    expect((await unit.run(writeAtomic(0, 1), { dataOut: noise(BLOCK) })).code).toBe("7/27/00");
  });

  test("a unit without a journal does not have it, and says so in its limits", async () => {
    const unit = makeUnit();
    expect((await unit.run(writeAtomic(0, 1), { dataOut: noise(BLOCK) })).code).toBe("5/20/00");
    const page = (await unit.run([0x12, 1, 0xb0, 0, 255, 0])).dataIn;
    expect(page.subarray(44, 64).equals(Buffer.alloc(20))).toBe(true);
    const limited = (await atomicUnit({}, 256 * KiB).run([0x12, 1, 0xb0, 0, 255, 0])).dataIn;
    expect(limited.readUInt32BE(44)).toBe(512);
    expect(limited.subarray(48, 64).equals(Buffer.alloc(16))).toBe(true);
    // Never more than MAXIMUM TRANSFER LENGTH, nor than the field of the CDB.
    const wide = (await atomicUnit({ geometry: { maxTransferBytes: 128 * KiB } }).run([0x12, 1, 0xb0, 0, 255, 0])).dataIn;
    expect(wide.readUInt32BE(44)).toBe(256);
  });

  test("a reader finds all of it or nothing, whenever it comes", async () => {
    const unit = atomicUnit();
    unit.backend.held = true;
    const data = noise(600 * KiB);
    const writing = unit.start(writeAtomic(0, 1200), { dataOut: data });
    const pump = async (kind: string): Promise<void> => {
      await until(() => unit.backend.pending[0]?.kind === kind);
      unit.backend.complete();
    };
    for (let piece = 0; piece < 3; piece += 1) await pump("read");
    await pump("write");
    const reading = unit.start(cdb.read10(0, 1200), { expectedIn: MiB });
    await settle();
    expect(reading.finished).toBe(false);
    await pump("write");
    await pump("write");
    await writing.done;
    unit.backend.release();
    expect((await reading.done).dataIn.equals(data)).toBe(true);
    unit.expectIdle();
  });

  test("killed at any request to the volume it leaves the old blocks or, after recovery, the new ones", async () => {
    const before = noise(600 * KiB, 5);
    const data = noise(600 * KiB);
    const pool = new SlabBufferPool(new ArrayBuffer(4 * MiB));
    for (let requests = 0; requests <= 6; requests += 1) {
      const unit = atomicUnit();
      unit.backend.preset(before);
      unit.backend.held = true;
      const writing = unit.start(writeAtomic(0, 1200), { dataOut: data });
      for (let done = 0; done < requests; done += 1) {
        await until(() => unit.backend.pending.length > 0);
        unit.backend.complete();
      }
      if (requests === 6) await writing.done;
      else await until(() => unit.backend.pending.length > 0);
      // What power leaves, and a process that begins anew.
      const left = new ModelBackend({ sizeBytes: unit.backend.sizeBytes });
      left.preset(unit.backend.stable);
      await journalFor(MiB).recover(left, pool);
      const expected = requests < 4 ? before : data;
      expect([requests, left.stable.subarray(0, data.length).equals(expected)]).toEqual([requests, true]);
      unit.backend.release();
      await writing.done;
    }
  });

  test("a disk that is full in the middle leaves the old blocks", async () => {
    const unit = atomicUnit();
    const before = noise(600 * KiB, 5);
    unit.backend.preset(before);
    let writes = 0;
    unit.backend.fault = ({ kind }) => (kind === "write" && ++writes === 2 ? ENOSPC : 0);
    const { code } = await unit.run(writeAtomic(0, 1200), { dataOut: noise(600 * KiB) });
    expect(code).toBe("7/27/07");
    expect(unit.backend.stable.subarray(0, 600 * KiB).equals(before)).toBe(true);
    unit.backend.fault = () => 0;
    const left = new ModelBackend({ sizeBytes: 4 * MiB });
    expect(await journalFor(MiB).recover(left, unit.pool)).toBe("nothing");
    unit.expectIdle();
  });

  test("a medium that takes neither the new blocks nor the old ones again is a hardware error", async () => {
    const unit = atomicUnit();
    let writes = 0;
    unit.backend.fault = ({ kind }) => (kind === "write" && ++writes >= 2 ? EIO : 0);
    const { code } = await unit.run(writeAtomic(0, 1200), { dataOut: noise(600 * KiB) });
    expect(code).toBe("4/44/00");
    unit.expectIdle();
  });

  test("a medium error on the old blocks ends it before anything is written", async () => {
    const unit = atomicUnit();
    unit.backend.fault = ({ kind }) => (kind === "read" ? EIO : 0);
    const { code, sense } = await unit.run(writeAtomic(40, 8), { dataOut: noise(8 * BLOCK) });
    expect([code, sense?.information, unit.backend.count("write")]).toEqual(["3/11/00", 40, 0]);
  });

  test("a journal that can't be written is a hardware error, and the volume is untouched", async () => {
    const unit = makeUnit();
    unit.lu.atomicJournal = new AtomicJournal("/dev/null/atomic/unit.journal", "/v.img", MiB);
    const { code } = await unit.run(writeAtomic(0, 8), { dataOut: noise(8 * BLOCK) });
    expect([code, unit.backend.count("write")]).toEqual(["4/44/00", 0]);
    unit.expectIdle();
  });

  test("a flush error that somebody else's flush has got leaves the old blocks, and is told", async () => {
    const unit = atomicUnit();
    const before = noise(600 * KiB, 5);
    unit.backend.preset(before);
    let writes = 0;
    unit.backend.fault = ({ kind }) => {
      if (kind === "write" && ++writes === 1) unit.backend.failedFlushes += 1;
      return 0;
    };
    const { code } = await unit.run(writeAtomic(0, 1200), { dataOut: noise(600 * KiB) });
    expect(code).toBe("3/0c/00");
    expect(unit.backend.stable.subarray(0, 600 * KiB).equals(before)).toBe(true);
    // The nexus hears of the failed flush with its next promise of stable storage.
    expect((await unit.run(writeAtomic(0, 8), { dataOut: noise(8 * BLOCK) })).code).toBe("4/03/00");
    expect((await unit.run(writeAtomic(0, 8), { dataOut: noise(8 * BLOCK) })).status).toBe(ScsiStatus.Good);
    unit.expectIdle();
  });

  test("while its record can't be struck out nobody gets the blocks, and no second record is made", async () => {
    const unit = atomicUnit();
    const journal = unit.lu.atomicJournal!;
    const strikeOut = vi.spyOn(journal, "strikeOut").mockRejectedValue(new Error("EROFS"));
    expect((await unit.run(writeAtomic(0, 8), { dataOut: noise(8 * BLOCK) })).code).toBe("4/44/00");
    const elsewhere = await unit.run(cdb.write10(8, 1), { dataOut: noise(BLOCK) });
    expect(elsewhere.status).toBe(ScsiStatus.Good);
    const written = unit.backend.count("write");
    const waiting = unit.start(cdb.write10(7, 1), { dataOut: noise(BLOCK, 3) });
    const aborted = unit.start(cdb.read10(0, 1));
    expect((await unit.run(writeAtomic(100, 8), { dataOut: noise(8 * BLOCK) })).code).toBe("4/44/00");
    await unit.server.abort([aborted.task]);
    expect((await aborted.done).aborted).toBe(true);
    expect([waiting.finished, unit.backend.count("write")]).toEqual([false, written]);
    strikeOut.mockRestore();
    expect((await waiting.done).status).toBe(ScsiStatus.Good);
    expect((await unit.run(writeAtomic(100, 8), { dataOut: noise(8 * BLOCK) })).status).toBe(ScsiStatus.Good);
    unit.expectIdle();
  });

  test("a record that may be there though it could not be made keeps its blocks as well", async () => {
    const unit = atomicUnit();
    const journal = unit.lu.atomicJournal!;
    // What is left when neither the data nor the striking out reach the disk.
    vi.spyOn(journal, "record").mockRejectedValueOnce(new Error("EIO"));
    const hasRecord = vi.spyOn(journal, "hasRecord", "get").mockReturnValueOnce(false).mockReturnValueOnce(true);
    expect((await unit.run(writeAtomic(0, 8), { dataOut: noise(8 * BLOCK) })).code).toBe("4/44/00");
    const waiting = unit.start(cdb.write10(7, 1), { dataOut: noise(BLOCK, 3) });
    await settle();
    expect(waiting.finished).toBe(false);
    hasRecord.mockRestore();
    expect((await waiting.done).status).toBe(ScsiStatus.Good);
    unit.expectIdle();
  });

  test("an abort behind the record waits until all of it is written", async () => {
    const unit = atomicUnit();
    unit.backend.held = true;
    const data = noise(600 * KiB);
    const writing = unit.start(writeAtomic(0, 1200), { dataOut: data });
    const step = async (): Promise<void> => {
      await until(() => unit.backend.pending.length > 0);
      unit.backend.complete();
    };
    for (let requests = 0; requests < 4; requests += 1) await step();
    const aborted = unit.server.abort([writing.task]);
    await step();
    await step();
    await aborted;
    expect((await writing.done).aborted).toBe(true);
    expect(unit.backend.stable.subarray(0, data.length).equals(data)).toBe(true);
    unit.backend.release();
    unit.expectIdle();
  });
});

/**
 * What makes a write of many blocks atomic across kills and power cuts, on any storage: a record in a file beside the volume
 * (atomic-record.ts).
 *
 *   record durable → blocks written in place, durable → record struck out, durable → the write is acknowledged
 *
 * A crash before the record is whole leaves the old blocks: nothing was written in place yet. One after it finds the record at the next
 * start, and `recover` completes the write before anybody reads the volume. The caller keeps everybody else off the blocks until the record
 * is struck out.
 *
 * Others may have changed the blocks all the same: another machine that took the volume over, a copy that was restored, a new volume under
 * the old path. So the record has the old blocks too, and is written again only where every sector is an old one or a new one, and not all are
 * old. All of them new is no proof that they are durable: after a kill they may be in the page cache only.
 *
 * One record at a time.
 */
import { constants } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { dirname } from "node:path";
import { makeFolder, removeFile, syncFolder } from "../common/atomic-file.ts";
import { type AtomicRecord, blankHeader, encodeHeader, HEADER_BYTES, readRecord } from "./atomic-record.ts";
import { BackendError, classifyErrno, ERRNO } from "./backend-error.ts";
import type { BlockBackend, IoTarget } from "./block-backend.ts";
import { type BufferPool, LEASE_MAX_BYTES, type Lease } from "./buffer-pool.ts";

/** Bytes that storage writes as a whole, or leaves unreadable. */
const SECTOR_BYTES = 512;

/** "outdated": the blocks are neither as they were nor as they were to be; they were left alone. */
type Recovery = "nothing" | "completed" | "outdated";

export class AtomicJournal {
  /** Bytes of the largest write. */
  readonly maxBytes: number;
  readonly #path: string;
  readonly #volume: string;
  #file: FileHandle | undefined;
  /** The file has its full length, and its name is durable. */
  #prepared = false;
  #hasRecord = false;
  #turn: Promise<void> = Promise.resolve();

  /** @param volume what the record belongs to: one of another volume is never written into this one */
  constructor(path: string, volume: string, maxBytes: number) {
    this.#path = path;
    this.#volume = volume;
    this.maxBytes = maxBytes;
  }

  /** Until this is false again nobody else may change the blocks that were recorded last: a crash would bring them back. */
  get hasRecord(): boolean {
    return this.#hasRecord;
  }

  /** Waits for the one place of the record; whoever gets it calls what it resolves to when the record is struck out. */
  async enter(): Promise<() => void> {
    const before = this.#turn;
    let leave: () => void = () => {};
    this.#turn = new Promise((resolve) => {
      leave = resolve;
    });
    await before;
    return leave;
  }

  /**
   * The record is durable when it resolves. Rejects where the file can't be written: then nothing may be written in place.
   * @param after what is going to be written, in pieces
   * @param before what is there, of the same length
   */
  async record(offset: number, after: readonly Buffer[], before: Buffer): Promise<void> {
    const header = encodeHeader(this.#volume, offset, after, before);
    const file = await this.#prepare();
    this.#hasRecord = true;
    try {
      await writeAll(file, [header, ...after, before]);
      await file.datasync();
    } catch (error) {
      // It may be there all the same, and must not be found when the blocks have changed again.
      await this.strikeOut();
      throw error;
    }
  }

  /** The record counts no more when it resolves. A file that can't be written any more is removed; where that fails too, it rejects. */
  async strikeOut(): Promise<void> {
    try {
      const file = await this.#existing();
      if (file !== undefined) {
        await writeAll(file, [blankHeader()]);
        await file.datasync();
      }
    } catch {
      await this.close().catch(() => {});
      await removeFile(this.#path);
    }
    this.#hasRecord = false;
  }

  /** Overwrites what the last record left in the file: for a volume whose data has to be unrecoverable. */
  async erase(): Promise<void> {
    const file = await this.#existing();
    if (file === undefined) return;
    const { size } = await file.stat();
    const zeroes = Buffer.alloc(Math.min(size, LEASE_MAX_BYTES));
    for (let at = 0; at < size; ) at += (await file.write(zeroes, 0, Math.min(zeroes.length, size - at), at)).bytesWritten;
    await file.datasync();
  }

  async close(): Promise<void> {
    const file = this.#file;
    this.#file = undefined;
    this.#prepared = false;
    await file?.close();
  }

  /**
   * Completes a write that a crash has interrupted. Nobody may use the volume before it resolves.
   * @throws BackendError when there is a record that has to be written and can't be
   */
  async recover(backend: BlockBackend, pool: BufferPool): Promise<Recovery> {
    // For reading only: where nothing is left to do, a state_dir that can't be written is no reason to keep a volume from its hosts.
    const file = await opened(this.#path, constants.O_RDONLY);
    if (file === undefined) return "nothing";
    const record = await readRecord(file, this.#path, this.#volume).finally(() => file.close());
    if (record === undefined) return "nothing";
    const recovery = record === "half" ? "nothing" : await this.#complete(record, backend, pool);
    // Half a record, too: its header must never stand before the data of a later one.
    await this.strikeOut();
    return recovery;
  }

  async #complete(record: AtomicRecord, backend: BlockBackend, pool: BufferPool): Promise<Recovery> {
    const refuse = (errno: number, why: string): never => {
      throw new BackendError(this.#volume, errno, `an interrupted atomic write in ${this.#path} ${why}`);
    };
    if (record.offset + record.after.length > backend.sizeBytes)
      refuse(ERRNO.EINVAL, "lies beyond the end of the volume: restore its size, or delete that file to give the write up");
    const leases: Lease[] = [];
    if (!pool.tryLease(LEASE_MAX_BYTES, leases)) refuse(ERRNO.ENOMEM, "needs memory that is in use: it is tried again");
    const lease = leases[0]!;
    try {
      const found = await compared(record, backend, lease);
      if (typeof found === "number") refuse(-found, "can't be compared with the volume: see to its storage");
      if (found === "foreign") return "outdated";
      if (found === "old") return "nothing";
      if (backend.facts.readOnly) refuse(ERRNO.EROFS, "has to be completed: open the volume once for writing");
      const result = await writtenAgain(record, backend, lease);
      if (result < 0) refuse(-result, "can't be written into the volume: see to its storage");
      return "completed";
    } finally {
      pool.release(leases);
    }
  }

  async #existing(): Promise<FileHandle | undefined> {
    this.#file ??= await opened(this.#path, constants.O_RDWR);
    return this.#file;
  }

  /** The file at its full length, so that no record is refused later by a full disk, and its name and its folder's durable. */
  async #prepare(): Promise<FileHandle> {
    if (this.#prepared && this.#file !== undefined) return this.#file;
    const folder = dirname(this.#path);
    await makeFolder(folder);
    this.#file ??= await open(this.#path, constants.O_RDWR | constants.O_CREAT, 0o600);
    const file = this.#file;
    const { size } = await file.stat();
    const missing = HEADER_BYTES + 2 * this.maxBytes - size;
    if (missing > 0) await writeAll(file, [Buffer.alloc(missing)], size);
    await file.sync();
    // An earlier process may have made them and died before this.
    await syncFolder(folder);
    await syncFolder(dirname(folder));
    this.#prepared = true;
    return file;
  }
}

/** undefined: there is no such file. */
async function opened(path: string, flags: number): Promise<FileHandle | undefined> {
  try {
    return await open(path, flags);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR") return undefined;
    throw error;
  }
}

/** A write may take less than it was given. */
async function writeAll(file: FileHandle, pieces: readonly Buffer[], from = 0): Promise<void> {
  let at = from;
  for (const piece of pieces) {
    for (let done = 0; done < piece.length; ) {
      const { bytesWritten } = await file.write(piece, done, piece.length - done, at);
      done += bytesWritten;
      at += bytesWritten;
    }
  }
}

// ---- The volume against the record ----------------------------------------------------------------------------

/** "begun": some blocks are new, or all. "foreign": some are neither. */
type Found = "old" | "begun" | "foreign";

/** What lies on the volume; or a negative errno. A piece that can't be read counts as begun: a write repairs it or fails. */
async function compared({ offset, after, before }: AtomicRecord, backend: BlockBackend, lease: Lease): Promise<Found | number> {
  let begun = false;
  for (let done = 0; done < after.length; done += LEASE_MAX_BYTES) {
    const length = Math.min(LEASE_MAX_BYTES, after.length - done);
    const result = await requested((target) => backend.read(offset + done, lease, 0, length, target, 0));
    if (result < 0 && classifyErrno(result) !== "medium") return result;
    if (result < 0) begun = true;
    for (let at = 0; result >= 0 && at < length; at += SECTOR_BYTES) {
      const from = done + at;
      if (lease.data.compare(before, from, from + SECTOR_BYTES, at, at + SECTOR_BYTES) === 0) continue;
      if (lease.data.compare(after, from, from + SECTOR_BYTES, at, at + SECTOR_BYTES) !== 0) return "foreign";
      begun = true;
    }
  }
  return begun ? "begun" : "old";
}

/** 0 or more, or a negative errno. */
async function writtenAgain({ offset, after }: AtomicRecord, backend: BlockBackend, lease: Lease): Promise<number> {
  for (let done = 0; done < after.length; done += LEASE_MAX_BYTES) {
    const length = after.copy(lease.data, 0, done, Math.min(after.length, done + LEASE_MAX_BYTES));
    const result = await requested((target) => backend.write(offset + done, lease, 0, length, true, target, 0));
    if (result < 0) return result;
  }
  return 0;
}

function requested(start: (target: IoTarget) => void): Promise<number> {
  return new Promise((resolve) => {
    start({ ioDone: (_token, result) => resolve(result) });
  });
}

/**
 * What makes a write of many blocks atomic across kills and power cuts, on any storage: a redo record in a file beside the volume.
 *
 *   record durable → blocks written in place, durable → record struck out, durable → the write is acknowledged
 *
 * A crash before the record is whole leaves the old blocks: nothing was written in place yet. One after it finds the record at the next
 * start, and `recover` writes it again before anybody reads the volume. The caller keeps everybody else off the blocks until the record
 * is struck out, so that a record never holds anything older than the volume.
 *
 * One record at a time. Format: 4,096 bytes of JSON, padded with spaces, then the data:
 *   { "format": "lunette atomic write", "version": 1, "volume": path, "offset": …, "length": …, "sha256": of the four and the data }
 */
import { createHash } from "node:crypto";
import { constants } from "node:fs";
import { type FileHandle, mkdir, open } from "node:fs/promises";
import { dirname } from "node:path";
import { removeFile } from "../common/atomic-file.ts";
import { BackendError, ERRNO } from "./backend-error.ts";
import type { BlockBackend } from "./block-backend.ts";
import { type BufferPool, LEASE_MAX_BYTES, type Lease } from "./buffer-pool.ts";

const FORMAT = "lunette atomic write";
const VERSION = 1;
const HEADER_BYTES = 4096;

interface Header {
  readonly offset: number;
  readonly length: number;
  readonly sha256: string;
}

export class AtomicJournal {
  /** Bytes of the largest write. */
  readonly maxBytes: number;
  readonly #path: string;
  readonly #volume: string;
  #file: FileHandle | undefined;
  #turn: Promise<void> = Promise.resolve();

  /** @param volume what the record belongs to: one of another volume is never written into this one */
  constructor(path: string, volume: string, maxBytes: number) {
    this.#path = path;
    this.#volume = volume;
    this.maxBytes = maxBytes;
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

  /** The record is durable when it resolves. Rejects where the file can't be written: then there is none. */
  async record(offset: number, pieces: readonly Buffer[]): Promise<void> {
    try {
      await this.#write(offset, pieces);
    } catch (error) {
      // It may be there all the same, and must not be found when the blocks have changed again.
      await this.strikeOut();
      throw error;
    }
  }

  async #write(offset: number, pieces: readonly Buffer[]): Promise<void> {
    const file = await this.#prepared();
    const length = pieces.reduce((sum, piece) => sum + piece.length, 0);
    const sha256 = this.#checksum(offset, length, pieces);
    const header = { format: FORMAT, version: VERSION, volume: this.#volume, offset, length, sha256 };
    await writeAll(file, [padded(JSON.stringify(header)), ...pieces]);
    await file.datasync();
  }

  /** The record counts no more when it resolves. A file that can't be written any more is removed; where that fails too, it rejects. */
  async strikeOut(): Promise<void> {
    const file = this.#file;
    if (file === undefined) return;
    try {
      await writeAll(file, [Buffer.alloc(HEADER_BYTES, " ")]);
      await file.datasync();
    } catch {
      this.#file = undefined;
      await file.close().catch(() => {});
      await removeFile(this.#path);
    }
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
    await file?.close();
  }

  /**
   * Completes a write that a crash has interrupted. Nobody may use the volume before it resolves. Resolves to the bytes written.
   * @throws BackendError when there is a record that can't be written
   */
  async recover(backend: BlockBackend, pool: BufferPool): Promise<number> {
    const file = await this.#existing();
    if (file === undefined) return 0;
    const found = await this.#read(file);
    if (found === undefined) return 0;
    const { offset, data } = found;
    const refuse = (errno: number, why: string): never => {
      throw new BackendError(this.#volume, errno, `an interrupted atomic write in ${this.#path} ${why}`);
    };
    if (backend.facts.readOnly) refuse(ERRNO.EROFS, "has to be completed: open the volume once for writing");
    if (offset + data.length > backend.sizeBytes) refuse(ERRNO.EINVAL, "lies beyond the end of the volume: restore its size");
    const leases: Lease[] = [];
    if (!pool.tryLease(LEASE_MAX_BYTES, leases)) refuse(ERRNO.ENOMEM, "needs memory that is in use: it is tried again");
    const lease = leases[0]!;
    try {
      for (let done = 0; done < data.length; done += LEASE_MAX_BYTES) {
        const length = data.copy(lease.data, 0, done, Math.min(data.length, done + LEASE_MAX_BYTES));
        const result = await written(backend, offset + done, lease, length);
        if (result < 0) refuse(-result, "can't be written into the volume: see to its storage");
      }
    } finally {
      pool.release(leases);
    }
    await this.strikeOut();
    return data.length;
  }

  async #read(file: FileHandle): Promise<{ readonly offset: number; readonly data: Buffer } | undefined> {
    const start = Buffer.alloc(HEADER_BYTES);
    const { bytesRead } = await file.read(start, 0, HEADER_BYTES, 0);
    const header = bytesRead === HEADER_BYTES ? this.#parse(start.toString("utf8")) : undefined;
    if (header === undefined) return undefined;
    const data = Buffer.alloc(header.length);
    const got = await file.read(data, 0, data.length, HEADER_BYTES);
    // Half a record: the crash came before it was whole, and nothing was written in place.
    if (got.bytesRead < data.length || this.#checksum(header.offset, header.length, [data]) !== header.sha256) return undefined;
    return { offset: header.offset, data };
  }

  #parse(text: string): Header | undefined {
    let json: Record<string, unknown>;
    try {
      json = JSON.parse(text) as Record<string, unknown>;
    } catch {
      return undefined;
    }
    const { format, version, volume, offset, length, sha256 } = json;
    if (format !== FORMAT || version !== VERSION) return undefined;
    if (!Number.isSafeInteger(offset) || !Number.isSafeInteger(length) || typeof sha256 !== "string") return undefined;
    if ((offset as number) < 0 || (length as number) <= 0 || (length as number) > this.maxBytes) return undefined;
    if (volume !== this.#volume) {
      const advice = `an interrupted atomic write in ${this.#path} belongs to ${String(volume)}: move it away, or correct path`;
      throw new BackendError(this.#volume, ERRNO.EINVAL, advice);
    }
    return { offset: offset as number, length: length as number, sha256 };
  }

  #checksum(offset: number, length: number, pieces: readonly Buffer[]): string {
    const hash = createHash("sha256").update(JSON.stringify([FORMAT, VERSION, this.#volume, offset, length]));
    for (const piece of pieces) hash.update(piece);
    return hash.digest("hex");
  }

  async #existing(): Promise<FileHandle | undefined> {
    try {
      this.#file ??= await open(this.#path, constants.O_RDWR);
      return this.#file;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
      throw error;
    }
  }

  /** At its full length from the first use on, so that no record is refused later by a full disk. */
  async #prepared(): Promise<FileHandle> {
    const there = await this.#existing();
    if (there !== undefined) return there;
    const folder = dirname(this.#path);
    await mkdir(folder, { recursive: true, mode: 0o750 });
    const file = await open(this.#path, constants.O_RDWR | constants.O_CREAT, 0o600);
    try {
      await writeAll(file, [Buffer.alloc(HEADER_BYTES, " "), Buffer.alloc(this.maxBytes)]);
      await file.sync();
      const names = await open(folder, "r");
      await names.sync().finally(() => names.close());
    } catch (error) {
      await file.close();
      throw error;
    }
    this.#file = file;
    return file;
  }
}

function padded(text: string): Buffer {
  const out = Buffer.alloc(HEADER_BYTES, " ");
  if (out.write(text) !== Buffer.byteLength(text))
    throw new Error("the path of the volume is too long for an atomic write's record");
  return out;
}

/** From the start of the file. A write may take less than it was given. */
async function writeAll(file: FileHandle, pieces: readonly Buffer[]): Promise<void> {
  let at = 0;
  for (const piece of pieces) {
    for (let done = 0; done < piece.length; ) {
      const { bytesWritten } = await file.write(piece, done, piece.length - done, at);
      done += bytesWritten;
      at += bytesWritten;
    }
  }
}

function written(backend: BlockBackend, offset: number, lease: Lease, length: number): Promise<number> {
  return new Promise((resolve) => {
    backend.write(offset, lease, 0, length, true, { ioDone: (_token, result) => resolve(result) }, 0);
  });
}

/** A volume in a regular file, sparse or allocated. */
import { fstat as fstatCallback } from "node:fs";
import { statfs } from "node:fs/promises";
import { promisify } from "node:util";
import { BackendError, ERRNO, errnoName } from "./backend-error.ts";
import type { Extent, Space } from "./block-backend.ts";
import { DeviceBackend, type DeviceBackendOptions } from "./device-backend.ts";
import { deviceSize, extentAt, MODE_PLAIN, OP_ALLOCATE, OP_FLUSH, truncateDevice } from "./native-io.ts";

const fstat = promisify(fstatCallback);

/** Unit of st_blocks, whatever the filesystem's own (stat(2)). */
const STAT_BLOCK_BYTES = 512;

/** Bytes per fallocate call, so that progress can be told and other requests get their turn. */
const ALLOCATE_SLICE_BYTES = 256 * 1024 * 1024;

export interface FileBackendOptions extends DeviceBackendOptions {
  /** New space is allocated when the volume grows. */
  readonly thick: boolean;
}

export class FileBackend extends DeviceBackend {
  readonly #thick: boolean;

  constructor(options: FileBackendOptions) {
    super(options);
    this.#thick = options.thick;
  }

  /**
   * SEEK_DATA and SEEK_HOLE count dirty pages as data. Space that is allocated but was never written reads as
   * zeroes and is told as a hole by the kernel, so it counts as not allocated here.
   */
  async status(offset: number, length: number): Promise<Extent> {
    if (this.closing) throw new BackendError(this.path, ERRNO.ENODEV, "the volume is closed");
    const end = offset + length;
    const out = new Float64Array(2);
    this.file.pending++;
    let result: number;
    try {
      result = await extentAt(this.file.fd, offset, end, out);
    } finally {
      this.file.leave();
    }
    if (result < 0) throw new BackendError(this.path, result, `its allocation can't be read (${errnoName(result)})`);
    const allocated = out[0] === 1;
    const found = out[1]! - offset;
    const partOfBlock = found % this.blockSize;
    if (partOfBlock === 0) return { offset, length: found, allocated };
    // A filesystem block smaller than ours: a block that is partly data is data.
    if (allocated) return { offset, length: Math.min(found - partOfBlock + this.blockSize, length), allocated };
    if (found > partOfBlock) return { offset, length: found - partOfBlock, allocated };
    return { offset, length: this.blockSize, allocated: true };
  }

  async space(): Promise<Space> {
    if (this.closing) throw new BackendError(this.path, ERRNO.ENODEV, "the volume is closed");
    this.file.pending++;
    try {
      const [{ blocks }, filesystem] = await Promise.all([fstat(this.file.fd), statfs(`/proc/self/fd/${this.file.fd}`)]);
      return { usedBytes: blocks * STAT_BLOCK_BYTES, availableBytes: filesystem.bavail * filesystem.bsize };
    } catch (error) {
      const errno = -((error as NodeJS.ErrnoException).errno ?? -ERRNO.EIO);
      throw new BackendError(this.path, errno, `the space it takes can't be read (${errnoName(errno)})`);
    } finally {
      this.file.leave();
    }
  }

  /** Grows the file; a volume shrinks only when that is said, because what is cut off is lost. */
  async resize(sizeBytes: number, mayShrink?: "may shrink"): Promise<void> {
    if (mayShrink !== undefined && sizeBytes < this.sizeBytes) await this.#cut(sizeBytes);
    else await this.grow(sizeBytes);
  }

  async #cut(sizeBytes: number): Promise<void> {
    if (this.closing) throw new BackendError(this.path, ERRNO.ENODEV, "the volume is closed");
    if (this.facts.readOnly) throw new BackendError(this.path, ERRNO.EROFS, "is read-only and can't shrink");
    this.file.pending++;
    try {
      this.#check(truncateDevice(this.file.fd, sizeBytes), `can't shrink to ${sizeBytes} bytes`);
      // From here on nothing passes the new end, which would make the file longer again.
      this.refreshSize();
      this.#check(await this.ring.request(OP_FLUSH, this.file, MODE_PLAIN, 0, 0, 0), "the new size can't be made durable");
    } finally {
      this.file.leave();
    }
  }

  /**
   * @param onProgress called with bytes done and bytes in all while space is allocated
   * @param signal stops that between two slices: rejects with its reason, and the file is as it was
   */
  async grow(sizeBytes: number, onProgress?: (done: number, total: number) => void, signal?: AbortSignal): Promise<void> {
    const now = deviceSize(this.file.fd);
    if (this.closing) throw new BackendError(this.path, ERRNO.ENODEV, "the volume is closed");
    if (now < 0) throw new BackendError(this.path, now, "its size can't be read; check the storage under it");
    if (sizeBytes % this.blockSize !== 0) {
      throw new BackendError(this.path, ERRNO.EINVAL, `size ${sizeBytes} is not a multiple of block_size ${this.blockSize}`);
    }
    if (sizeBytes < now) {
      throw new BackendError(
        this.path,
        ERRNO.EINVAL,
        `has ${now} bytes and is never shrunk (to ${sizeBytes}): data would be lost`,
      );
    }
    if (sizeBytes > now) {
      if (this.facts.readOnly) throw new BackendError(this.path, ERRNO.EROFS, "is read-only and can't grow");
      this.file.pending++;
      try {
        if (this.#thick) await this.#allocate(now, sizeBytes, onProgress, signal);
        this.#check(truncateDevice(this.file.fd, sizeBytes), `can't grow to ${sizeBytes} bytes`);
        this.#check(await this.ring.request(OP_FLUSH, this.file, MODE_PLAIN, 0, 0, 0), "the new size can't be made durable");
      } finally {
        this.file.leave();
      }
    }
    this.refreshSize();
  }

  async #allocate(
    from: number,
    to: number,
    onProgress?: (done: number, total: number) => void,
    signal?: AbortSignal,
  ): Promise<void> {
    for (let at = from; at < to; ) {
      if (signal?.aborted === true || this.closing) {
        truncateDevice(this.file.fd, from);
        throw signal?.aborted === true
          ? (signal.reason as Error)
          : new BackendError(this.path, ERRNO.ENODEV, "the volume is closed");
      }
      const length = Math.min(ALLOCATE_SLICE_BYTES, to - at);
      const result = await this.ring.request(OP_ALLOCATE, this.file, MODE_PLAIN, 0, length, at);
      if (result < 0) {
        // Space allocated behind the end goes back with this.
        truncateDevice(this.file.fd, from);
        const why =
          result === -ERRNO.EOPNOTSUPP ? 'the filesystem can\'t allocate ahead; use create = "thin"' : errnoName(result);
        throw new BackendError(this.path, result, `allocating ${to} bytes stopped at ${at}: ${why}`);
      }
      at += length;
      onProgress?.(at - from, to - from);
    }
  }

  #check(result: number, what: string): void {
    if (result < 0) throw new BackendError(this.path, result, `${what} (${errnoName(result)})`);
  }
}

/**
 * What files and block devices have in common: requests go straight into the ring, with the caller's target,
 * so that a READ passes here without an allocation.
 *
 * A failed flush. When fdatasync fails, Linux may mark the pages it could not write as clean and drop them:
 * the next fdatasync can succeed although the data is gone. So the error goes to the flush (or durable write)
 * that got it and to nobody else, it is counted in `failedFlushes`, and it is never tried again here: only the
 * host that still has the data can write it again.
 */
import { BackendError, ERRNO } from "./backend-error.ts";
import type { BackendFacts, BlockBackend, Extent, IoTarget, Space } from "./block-backend.ts";
import type { BufferPool, Lease } from "./buffer-pool.ts";
import type { IoRing } from "./io-ring.ts";
import {
  closeDevice,
  type DeviceFacts,
  deviceSize,
  MODE_DURABLE,
  MODE_PLAIN,
  OP_DISCARD,
  OP_FLUSH,
  OP_READ,
  OP_WRITE,
} from "./native-io.ts";
import type { RingFile } from "./ring-file.ts";
import { ZeroJob, type ZeroMeans } from "./zero-job.ts";

export interface DeviceBackendOptions {
  readonly path: string;
  readonly ring: IoRing;
  readonly pool: BufferPool;
  /** An open, locked descriptor; the backend closes it. */
  readonly file: RingFile;
  readonly deviceFacts: DeviceFacts;
  /** Logical block size of the volume, bytes. */
  readonly blockSize: number;
  readonly readOnly: boolean;
}

export abstract class DeviceBackend implements BlockBackend {
  readonly facts: BackendFacts;
  readonly path: string;
  /** Major:minor and inode or device number: two volumes with one identity would be one store. */
  readonly identity: string;
  protected readonly ring: IoRing;
  protected readonly file: RingFile;
  protected readonly blockSize: number;
  readonly #pool: BufferPool;
  /** What is known to work for writing zeroes; shrinks when the kernel says EOPNOTSUPP. */
  readonly #zeroMeans: ZeroMeans;
  #sizeBytes = 0;
  #closed: Promise<void> | undefined;

  constructor(options: DeviceBackendOptions) {
    const { deviceFacts, readOnly } = options;
    const canDiscard = deviceFacts.canDiscard && !readOnly;
    this.path = options.path;
    this.identity = deviceFacts.identity;
    this.ring = options.ring;
    this.file = options.file;
    this.blockSize = options.blockSize;
    this.#pool = options.pool;
    this.#zeroMeans = { deallocate: canDiscard, zeroRange: deviceFacts.canWriteZeroes };
    this.facts = {
      kind: deviceFacts.kind,
      canDiscard,
      discardGranularity: canDiscard ? deviceFacts.discardGranularity : 0,
      discardZeroes: canDiscard && deviceFacts.discardZeroes,
      readOnly,
      tellsSpace: deviceFacts.kind === "file",
    };
    this.#setSize(deviceFacts.sizeBytes);
  }

  get sizeBytes(): number {
    return this.#sizeBytes;
  }

  /** Flushes and durable writes that failed since the volume was opened. */
  get failedFlushes(): number {
    return this.file.failedFlushes;
  }

  read(offset: number, lease: Lease, leaseOffset: number, length: number, target: IoTarget, token: number): void {
    if (this.#closed !== undefined) {
      this.refuse(target, token, ERRNO.ENODEV);
      return;
    }
    this.ring.queue(OP_READ, this.file, MODE_PLAIN, lease.slabOffset + leaseOffset, length, offset, target, token);
  }

  write(
    offset: number,
    lease: Lease,
    leaseOffset: number,
    length: number,
    durable: boolean,
    target: IoTarget,
    token: number,
  ): void {
    if (this.#closed !== undefined) {
      this.refuse(target, token, ERRNO.ENODEV);
      return;
    }
    const mode = durable ? MODE_DURABLE : MODE_PLAIN;
    this.ring.queue(OP_WRITE, this.file, mode, lease.slabOffset + leaseOffset, length, offset, target, token);
  }

  flush(target: IoTarget, token: number): void {
    if (this.#closed !== undefined) {
      this.refuse(target, token, ERRNO.ENODEV);
      return;
    }
    this.ring.queue(OP_FLUSH, this.file, MODE_PLAIN, 0, 0, 0, target, token);
  }

  /** Parts of a filesystem block at either end of a file's range are zeroed by the kernel, the rest is given back. */
  discard(offset: number, length: number, target: IoTarget, token: number): void {
    if (this.#closed !== undefined) {
      this.refuse(target, token, ERRNO.ENODEV);
      return;
    }
    if (!this.facts.canDiscard) {
      this.refuse(target, token, ERRNO.EOPNOTSUPP);
      return;
    }
    this.ring.queue(OP_DISCARD, this.file, MODE_PLAIN, 0, length, offset, target, token);
  }

  writeZeroes(offset: number, length: number, mayDeallocate: boolean, target: IoTarget, token: number): void {
    if (this.#closed !== undefined) {
      this.refuse(target, token, ERRNO.ENODEV);
      return;
    }
    const { zeroes } = this.#pool;
    const job = new ZeroJob(this.ring, this.file, this.#zeroMeans, zeroes, offset, length, mayDeallocate, target, token);
    job.start();
  }

  abstract status(offset: number, length: number): Promise<Extent>;
  abstract space(): Promise<Space | undefined>;
  abstract resize(sizeBytes: number, mayShrink?: "may shrink"): Promise<void>;

  refreshSize(): number {
    const size = deviceSize(this.file.fd);
    if (size < 0) throw new BackendError(this.path, size, "its size can't be read; check the storage under it");
    this.#setSize(size);
    return this.#sizeBytes;
  }

  close(): Promise<void> {
    this.#closed ??= this.#drainAndClose();
    return this.#closed;
  }

  /** True from the call of close() on. */
  protected get closing(): boolean {
    return this.#closed !== undefined;
  }

  /** Answers without doing anything, and never from inside the call. */
  protected refuse(target: IoTarget, token: number, errno: number): void {
    setImmediate(() => target.ioDone(token, -errno));
  }

  async #drainAndClose(): Promise<void> {
    if (this.file.pending > 0) {
      await new Promise<void>((resolve) => {
        this.file.onDrained = resolve;
        this.ring.submit();
      });
    }
    closeDevice(this.file.fd);
  }

  /** A tail smaller than a block is not part of the volume. */
  #setSize(bytes: number): void {
    this.#sizeBytes = bytes - (bytes % this.blockSize);
  }
}

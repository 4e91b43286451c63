/** Opening or creating what a volume is stored in: every check between the configuration and the first request. */
import { constants, fstat as fstatCallback } from "node:fs";
import * as fs from "node:fs/promises";
import { dirname } from "node:path";
import { promisify } from "node:util";
import { BackendError, ERRNO, errnoName } from "./backend-error.ts";
import { BlockDeviceBackend } from "./block-device-backend.ts";
import type { SlabBufferPool } from "./buffer-pool.ts";
import { FileBackend } from "./file-backend.ts";
import type { IoRing } from "./io-ring.ts";
import { describeHolder } from "./lock-holder.ts";
import { closeDevice, type DeviceFacts, deviceFacts, openDevice } from "./native-io.ts";
import { RingFile } from "./ring-file.ts";

const fstat = promisify(fstatCallback);

export interface OpenVolumeOptions {
  readonly path: string;
  /** Where the path led, without symbolic links, when it was allowed; undefined: links are followed wherever they lead. */
  readonly realPath?: string | undefined;
  /** Bytes; undefined: what the file or device has. */
  readonly sizeBytes?: number | undefined;
  /** What to do when the file is missing; undefined: it is an error. */
  readonly create?: "thin" | "thick" | undefined;
  readonly io: "buffered" | "direct";
  readonly readOnly: boolean;
  /** Logical block size of the volume, bytes. */
  readonly blockSize: number;
  readonly ring: IoRing;
  readonly pool: SlabBufferPool;
  /** Called with bytes done and bytes in all while a thick file is allocated. */
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
  /** Called when a missing file is going to be made with its space reserved, which takes its time: what it answers can stop it. */
  readonly onThickCreation?: ((total: number) => AbortSignal) | undefined;
}

/** Opens, locks, checks, creates or grows; rejects with BackendError, whose message says what to do. */
export async function openVolume(options: OpenVolumeOptions): Promise<FileBackend | BlockDeviceBackend> {
  const { path, sizeBytes, blockSize } = options;
  if (sizeBytes !== undefined && (sizeBytes <= 0 || sizeBytes % blockSize !== 0)) {
    throw new BackendError(path, ERRNO.EINVAL, `size ${sizeBytes} is not a positive multiple of block_size ${blockSize}`);
  }
  const exists = await lookAtPath(options);
  if (!exists) {
    const created = await createFile(options);
    if (created !== undefined) return created;
  }
  return openExisting(options);
}

/** Whether the path is there; throws when it is of the wrong kind or missing without leave to create it. */
async function lookAtPath(options: OpenVolumeOptions): Promise<boolean> {
  const { path } = options;
  try {
    const found = await fs.stat(path);
    if (found.isFile() || found.isBlockDevice()) return true;
    const kind = found.isDirectory()
      ? "a directory"
      : found.isFIFO()
        ? "a FIFO"
        : found.isCharacterDevice()
          ? "a character device"
          : "a socket";
    throw new BackendError(
      path,
      found.isDirectory() ? ERRNO.EISDIR : ERRNO.ENOTBLK,
      `is ${kind}; a volume needs a regular file or a block device`,
    );
  } catch (error) {
    if (error instanceof BackendError) throw error;
    if (errnoOf(error) !== ERRNO.ENOENT) throw openError(path, errnoOf(error), options, error);
  }
  const folder = dirname(path);
  try {
    await fs.access(folder, constants.F_OK);
  } catch (error) {
    throw new BackendError(path, ERRNO.ENOENT, `its folder ${folder} does not exist; create the folder or correct path`, {
      cause: error,
    });
  }
  if (options.readOnly) {
    throw new BackendError(path, ERRNO.ENOENT, "does not exist, and a read-only volume is not created; correct path");
  }
  if (options.create === undefined) {
    throw new BackendError(path, ERRNO.ENOENT, 'does not exist; create it, correct path, or set create = "thin" or "thick"');
  }
  if (options.sizeBytes === undefined) {
    throw new BackendError(path, ERRNO.ENOENT, "does not exist, and without size it can't be created; set size");
  }
  return false;
}

/** Creates the file; undefined when somebody else just did. Nothing stays behind when it fails. */
async function createFile(options: OpenVolumeOptions): Promise<FileBackend | undefined> {
  const { path } = options;
  const fd = openDevice(path, { direct: options.io === "direct", readOnly: false, create: true });
  if (fd === -ERRNO.EEXIST) return undefined;
  if (fd < 0) throw openError(path, fd, options);
  try {
    const backend = await buildBackend(options, fd);
    if (!(backend instanceof FileBackend))
      throw new BackendError(path, ERRNO.ENOTBLK, "became something else while it was created");
    const signal = options.create === "thick" ? options.onThickCreation?.(options.sizeBytes!) : undefined;
    await backend.grow(options.sizeBytes!, options.onProgress, signal);
    await syncFolder(dirname(path));
    return backend;
  } catch (error) {
    // Removed while still locked, so that nobody can have begun to use it.
    await removeIfSame(path, fd);
    closeDevice(fd);
    throw withReason(error, path, `can't create ${options.sizeBytes} bytes`);
  }
}

async function openExisting(options: OpenVolumeOptions): Promise<FileBackend | BlockDeviceBackend> {
  const { path, sizeBytes } = options;
  const fd = openDevice(path, { direct: options.io === "direct", readOnly: options.readOnly, create: false });
  if (fd < 0) throw openError(path, fd, options);
  try {
    const backend = await buildBackend(options, fd);
    const now = deviceFactsOf(path, fd).sizeBytes;
    if (sizeBytes !== undefined && now > sizeBytes) {
      throw new BackendError(
        path,
        ERRNO.EINVAL,
        `has ${now} bytes but size says ${sizeBytes}; a volume is never shrunk: correct size, or leave it out`,
      );
    }
    if (sizeBytes !== undefined && now < sizeBytes) {
      if (!(backend instanceof FileBackend)) {
        throw new BackendError(
          path,
          ERRNO.EINVAL,
          `has ${now} bytes but size says ${sizeBytes}; leave size out for a block device`,
        );
      }
      await backend.grow(sizeBytes, options.onProgress);
    }
    if (backend.facts.kind === "file" && backend.refreshSize() !== deviceFactsOf(path, fd).sizeBytes) {
      throw new BackendError(
        path,
        ERRNO.EINVAL,
        `has ${now} bytes, not a multiple of block_size ${options.blockSize}; set size, or lengthen the file with truncate(1)`,
      );
    }
    if (backend.sizeBytes === 0) throw new BackendError(path, ERRNO.EINVAL, "is empty; set size");
    return backend;
  } catch (error) {
    closeDevice(fd);
    throw withReason(error, path, "can't be opened");
  }
}

/**
 * Whether `openVolume` would open what is there with these options, as far as that can be known while somebody else (this process) has it
 * locked. @returns the identity of the file or device @throws BackendError
 */
export async function tryOpening(options: Omit<OpenVolumeOptions, "ring" | "sizeBytes" | "create">): Promise<string> {
  const { path, readOnly } = options;
  const flags = (readOnly ? constants.O_RDONLY : constants.O_RDWR) | (options.io === "direct" ? constants.O_DIRECT : 0);
  let handle: fs.FileHandle;
  try {
    handle = await fs.open(path, flags);
  } catch (error) {
    throw openError(path, errnoOf(error), options, error);
  }
  try {
    const facts = deviceFactsOf(path, handle.fd);
    checkAlignment(options, facts);
    return facts.identity;
  } finally {
    await handle.close();
  }
}

async function buildBackend(options: OpenVolumeOptions, fd: number): Promise<FileBackend | BlockDeviceBackend> {
  const { path, realPath, blockSize, ring, pool, readOnly } = options;
  if (realPath !== undefined) await checkPlace(path, realPath, fd);
  const facts = deviceFactsOf(path, fd);
  checkAlignment(options, facts);
  const blockDevice = facts.kind === "block-device";
  const file = new RingFile(fd, { blockDevice, direct: options.io === "direct" });
  const common = { path, ring, pool, file, deviceFacts: facts, blockSize, readOnly };
  return blockDevice ? new BlockDeviceBackend(common) : new FileBackend({ ...common, thick: options.create === "thick" });
}

/**
 * A link that was put there since the path was allowed would lead to what the path may not mean. What is open says where it lies; nothing has
 * been read from it or written to it yet. @throws BackendError
 */
async function checkPlace(path: string, realPath: string, fd: number): Promise<void> {
  const [place, facts] = await Promise.all([fs.readlink(`/proc/self/fd/${fd}`), fstat(fd)]);
  if (place === realPath && (!facts.isFile() || facts.nlink === 1)) return;
  const found = place === realPath ? "has other names (hard links), and had none" : `leads to ${place}, and led to ${realPath}`;
  throw new BackendError(path, ERRNO.ELOOP, `${found} when it was allowed; undo that, or delete the volume and make it again`);
}

/** @throws BackendError when the storage wants larger units than the volume has blocks */
function checkAlignment(
  { path, blockSize, pool, io }: Pick<OpenVolumeOptions, "path" | "blockSize" | "pool" | "io">,
  facts: DeviceFacts,
): void {
  const direct = io === "direct";
  if (facts.logicalBlockSize > blockSize) {
    throw new BackendError(
      path,
      ERRNO.EINVAL,
      `has blocks of ${facts.logicalBlockSize} bytes, larger than block_size ${blockSize}; set block_size = ${facts.logicalBlockSize}`,
    );
  }
  if (direct && facts.offsetAlignment > blockSize) {
    throw new BackendError(
      path,
      ERRNO.EINVAL,
      `wants direct I/O in units of ${facts.offsetAlignment} bytes, larger than block_size ${blockSize}; ` +
        `set block_size = ${facts.offsetAlignment} or io = "buffered"`,
    );
  }
  if (direct && facts.memoryAlignment > Math.min(pool.dataAlignment, blockSize)) {
    throw new BackendError(
      path,
      ERRNO.EINVAL,
      `wants memory aligned to ${facts.memoryAlignment} bytes for direct I/O, which block_size ${blockSize} does not give; ` +
        `set block_size = 4096 or io = "buffered"`,
    );
  }
}

function deviceFactsOf(path: string, fd: number): DeviceFacts {
  const facts = deviceFacts(fd);
  if (typeof facts === "number") throw new BackendError(path, facts, `its properties can't be read (${errnoName(facts)})`);
  return facts;
}

/** Somebody may have put another file there since it was created: that one is not ours. */
async function removeIfSame(path: string, fd: number): Promise<void> {
  try {
    const [there, ours] = await Promise.all([fs.lstat(path, { bigint: true }), fstat(fd, { bigint: true })]);
    if (there.dev === ours.dev && there.ino === ours.ino) await fs.unlink(path);
  } catch {
    // It is gone already, or can't be looked at: then it stays.
  }
}

/** The name in the folder is durable only when the folder is. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await fs.open(folder, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function errnoOf(error: unknown): number {
  const errno = (error as { errno?: unknown }).errno;
  return typeof errno === "number" ? Math.abs(errno) : ERRNO.EIO;
}

function withReason(error: unknown, path: string, what: string): unknown {
  if (error instanceof BackendError || !(error instanceof Error) || !("errno" in error)) return error;
  return new BackendError(path, errnoOf(error), `${what} (${error.message})`, { cause: error });
}

function openError(
  path: string,
  errno: number,
  options: Pick<OpenVolumeOptions, "io" | "readOnly">,
  cause?: unknown,
): BackendError {
  return new BackendError(path, errno, openAdvice(path, Math.abs(errno), options), { cause });
}

function openAdvice(path: string, errno: number, options: Pick<OpenVolumeOptions, "io" | "readOnly">): string {
  const direct = options.io === "direct";
  switch (errno) {
    case ERRNO.EAGAIN:
      return `is locked by ${describeHolder(path)}; two writers would corrupt it, so stop the other one`;
    case ERRNO.EBUSY:
      return `is in use by ${describeHolder(path)}; unmount or release the device first`;
    case ERRNO.EACCES:
    case ERRNO.EPERM:
      return `may not be opened ${options.readOnly ? "for reading" : "for reading and writing"} by this user (uid ${process.getuid?.() ?? "?"}); change its owner or mode`;
    case ERRNO.EROFS:
      return "is on read-only storage; set read_only = true";
    case ERRNO.ENOTBLK:
      return "is neither a regular file nor a block device";
    case ERRNO.ENOTDIR:
      return "has a file where a folder should be; correct path";
    case ERRNO.EMFILE:
    case ERRNO.ENFILE:
      return "can't be opened: too many open files; raise LimitNOFILE";
    case ERRNO.EINVAL:
    case ERRNO.EOPNOTSUPP:
      if (direct) return 'the filesystem has no direct I/O for it; set io = "buffered"';
      break;
    default:
      break;
  }
  return `can't be opened (${errnoName(errno)})`;
}

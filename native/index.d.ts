/**
 * The native addon: mechanism without policy. Only `src/backend/native-io.ts` loads it.
 *
 * Numbers cross the boundary in preallocated typed arrays, never as objects per I/O. Every argument
 * is checked once in `addon.cc`; a wrong one throws TypeError or RangeError. Kernel errors come out
 * as negative errno numbers, the way the kernel reports them.
 */

/** Operation codes for `Ring.sqOp`. */
export const OP_READ: 0;
export const OP_WRITE: 1;
/** fdatasync(2). Buffer, length and offset are ignored. */
export const OP_FLUSH: 2;
/** Deallocate a range: hole punching for files, BLKDISCARD for block devices. */
export const OP_DISCARD: 3;
/** Make a range read as zeroes and keep it allocated where the backend can: FALLOC_FL_ZERO_RANGE or BLKZEROOUT. */
export const OP_WRITE_ZEROES: 4;
/** Allocate a range (thick creation): fallocate(2), mode 0 with KEEP_SIZE. */
export const OP_ALLOCATE: 5;

/** Flag for `Ring.sqFlags`: the write is durable (RWF_DSYNC) before it completes. */
export const FLAG_DSYNC: 1;
/** Flag for `Ring.sqFlags`: the descriptor is a block device (selects the ioctl for OP_DISCARD and OP_WRITE_ZEROES). */
export const FLAG_BLOCK_DEVICE: 2;
/**
 * Flag for `Ring.sqFlags`: do it inside `submit` if that is cheap. For a buffered read only the thread fallback needs to be told,
 * and never waits for it (RWF_NOWAIT). A buffered write is made with an ordinary pwritev2 by either ring, when it
 * is of whole pages (offset and length are multiples of 4096), at most 256 KiB, without FLAG_DSYNC, and less than 1 ms
 * after the first such write of the same `submit`; see `Ring.stall`.
 */
export const FLAG_TRY_INLINE: 4;
/** Flag for `Ring.sqFlags` with OP_WRITE_ZEROES: storage may be given back, as long as the range reads as zeroes. */
export const FLAG_DEALLOCATE: 8;

export interface RingOptions {
  /** Most operations in flight at once; 1…4096. */
  readonly entries: number;
  /** The memory that `sqBuffer` offsets point into. */
  readonly slab: Slab;
  /** "auto" tries io_uring and falls back to threads. */
  readonly kind: "auto" | "io_uring" | "threads";
  /** Worker threads for the fallback and for operations the ring has no opcode for; 1…64. */
  readonly threads: number;
  /** Microseconds from which an inline write counts as a stall; 0, the default: no write is inline. */
  readonly inlineWriteBoundUs?: number;
  /** Called on the event loop with `count` completions in `cqTag` and `cqResult`: one call per batch. */
  readonly onCompletions: (count: number) => void;
}

/**
 * One submission and completion queue. Fill index 0…n-1 of the sq arrays, call `submit(n)`.
 * `submit` hands everything over with one system call and returns how many completions it found at
 * once in `cqTag`/`cqResult` (cached reads and inline writes complete here); later ones arrive through `onCompletions`.
 * The cq arrays are valid until the next `submit` or `reap` call or the end of the callback.
 */
export class Ring {
  constructor(options: RingOptions);
  readonly kind: "io_uring" | "threads";
  /** Why "auto" fell back to threads, as an errno number; 0 when it did not. */
  readonly fallbackErrno: number;
  readonly entries: number;
  readonly sqOp: Uint8Array;
  readonly sqFlags: Uint8Array;
  readonly sqFd: Int32Array;
  /** Byte offset of the data in the slab. */
  readonly sqBuffer: Float64Array;
  /** Bytes. Above 2 GiB only for discard, write-zeroes and allocate. */
  readonly sqLength: Float64Array;
  /** Byte offset in the file. */
  readonly sqOffset: Float64Array;
  /** Comes back unchanged in `cqTag`. */
  readonly sqTag: Uint32Array;
  readonly cqTag: Uint32Array;
  /** Bytes transferred, 0 for operations without data, or a negative errno. A short count is the caller's to continue. */
  readonly cqResult: Int32Array;
  /**
   * An inline write of the last `submit` that kept the thread waiting: how long (microseconds; 0: there was none), and its tag.
   * The writes behind it in the same `submit` are asynchronous; whether the next ones are tried inline is the caller's decision.
   */
  readonly stall: Float64Array;
  submit(count: number): number;
  /** Collect completions that are there now, without a system call. */
  reap(): number;
  /** Operations handed over and not yet reported. */
  readonly inFlight: number;
  /** Waits for nothing: refuses new work at once, reports what is in flight, then frees the ring. Idempotent. */
  close(): void;
}

/** Page-aligned anonymous memory; freed when closed or collected and no ring uses it. */
export class Slab {
  constructor(bytes: number);
  readonly memory: ArrayBuffer;
  readonly bytes: number;
}

export interface OpenOptions {
  readonly direct: boolean;
  readonly readOnly: boolean;
  /** Create the file (O_CREAT | O_EXCL, mode 0600); -EEXIST when there is one. */
  readonly create: boolean;
}

export interface DeviceFacts {
  readonly kind: "file" | "block-device";
  readonly sizeBytes: number;
  /** Bytes really allocated (st_blocks × 512); for a block device its size. */
  readonly allocatedBytes: number;
  /** Alignment of file offsets and lengths for direct I/O, bytes; 1 when buffered. */
  readonly offsetAlignment: number;
  /** Alignment of memory for direct I/O, bytes; 1 when buffered. */
  readonly memoryAlignment: number;
  /** BLKSSZGET for a block device, else 512. */
  readonly logicalBlockSize: number;
  /** BLKPBSZGET for a block device, else st_blksize. */
  readonly physicalBlockSize: number;
  readonly canDiscard: boolean;
  /** Bytes; 0 where discard is not possible. */
  readonly discardGranularity: number;
  readonly canWriteZeroes: boolean;
  /** A discarded range reads back as zeroes: true for files, asked of the device otherwise. */
  readonly discardZeroes: boolean;
  /** Major:minor and inode (files) or device number: two paths with one identity are one store. */
  readonly identity: string;
}

/**
 * Opens, takes an exclusive lock (flock LOCK_EX|LOCK_NB, plus O_EXCL on block devices); returns a descriptor or a negative
 * errno. -EWOULDBLOCK: locked elsewhere. -EBUSY: the kernel uses the block device. -ENOTBLK: neither regular file nor block
 * device. -EOPNOTSUPP or -EINVAL with `direct`: the filesystem has no direct I/O for this file.
 */
export function openDevice(path: string, options: OpenOptions): number;
export function closeDevice(fd: number): void;
export function deviceFacts(fd: number): DeviceFacts | number;
/** Current size in bytes, or a negative errno. */
export function deviceSize(fd: number): number;
/** ftruncate(2): 0 or a negative errno. */
export function truncateDevice(fd: number, bytes: number): number;
/**
 * Next change of allocation: from `offset`, whether it is data, and where that run ends (SEEK_DATA/SEEK_HOLE), looked up at
 * most to `end`. Fills out[0] = 1 (data) or 0 (hole) and out[1] = end of the run; returns 0 or a negative errno.
 * On a thread: resolves later.
 */
export function extentAt(fd: number, offset: number, end: number, out: Float64Array): Promise<number>;

/** CRC32C (RFC 3720 appendix B.4), continued from `seed` (0 to start). Hardware instruction where present. */
export function crc32c(bytes: Uint8Array, start: number, end: number, seed: number): number;
/** The same from tables, for tests to compare with. */
export function crc32cTable(bytes: Uint8Array, start: number, end: number, seed: number): number;
/** "sse4.2", "armv8" or "table". */
export const crc32cKind: "sse4.2" | "armv8" | "table";

/** One datagram to the unix socket `path` (sun_path as the kernel takes it, an abstract name begins with a zero byte): 0 or a negative errno. */
export function sendDatagram(path: Uint8Array, message: Uint8Array): number;

export interface PeerCredentials {
  readonly pid: number;
  readonly uid: number;
  readonly gid: number;
}

/**
 * Who connected the unix socket `fd` (unix(7), SO_PEERCRED), as it was at the time of connect(2); or a negative errno, -ENODATA when
 * the socket has no peer of this kind. In a user namespace, users that it does not have come out as the overflow user, 65534.
 */
export function peerCredentials(fd: number): PeerCredentials | number;

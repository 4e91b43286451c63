/** Errors of storage: errno numbers as the kernel reports them (Linux), their names, and what they mean for a volume. */

/** Errno numbers of Linux that storage reports, by name; equal on every architecture that Node.js runs on. */
export const ERRNO = {
  EPERM: 1,
  ENOENT: 2,
  EINTR: 4,
  EIO: 5,
  ENXIO: 6,
  EBADF: 9,
  EAGAIN: 11,
  ENOMEM: 12,
  EACCES: 13,
  ENOTBLK: 15,
  EBUSY: 16,
  EEXIST: 17,
  ENODEV: 19,
  ENOTDIR: 20,
  EISDIR: 21,
  EINVAL: 22,
  ENFILE: 23,
  EMFILE: 24,
  ETXTBSY: 26,
  EFBIG: 27,
  ENOSPC: 28,
  EROFS: 30,
  ENAMETOOLONG: 36,
  ENOSYS: 38,
  ELOOP: 40,
  ENODATA: 61,
  ETIME: 62,
  ENOLINK: 67,
  EILSEQ: 84,
  EOPNOTSUPP: 95,
  ETIMEDOUT: 110,
  EHOSTDOWN: 112,
  ESTALE: 116,
  EREMOTEIO: 121,
  EDQUOT: 122,
  ENOMEDIUM: 123,
  ECANCELED: 125,
} as const;

export type ErrnoName = keyof typeof ERRNO;

const NAMES: ReadonlyMap<number, ErrnoName> = new Map(
  Object.entries(ERRNO).map(([name, number]) => [number, name as ErrnoName]),
);

/** "ENOSPC" for 28 or -28; "errno 999" for a number without a name here. */
export function errnoName(errno: number): string {
  return NAMES.get(Math.abs(errno)) ?? `errno ${Math.abs(errno)}`;
}

/** What a failed request means for the volume; the SCSI layer turns it into sense data. */
export type FailureKind = "no-space" | "medium" | "not-ready" | "shortage" | "unsupported" | "read-only";

const KINDS: ReadonlyMap<number, FailureKind> = new Map<number, FailureKind>([
  [ERRNO.ENOSPC, "no-space"],
  [ERRNO.EDQUOT, "no-space"],
  // A write beyond RLIMIT_FSIZE or the filesystem's largest file: the volume can't grow into it.
  [ERRNO.EFBIG, "no-space"],
  [ERRNO.ENODEV, "not-ready"],
  [ERRNO.ENXIO, "not-ready"],
  [ERRNO.ESTALE, "not-ready"],
  [ERRNO.ENOMEDIUM, "not-ready"],
  [ERRNO.EBADF, "not-ready"],
  [ERRNO.EHOSTDOWN, "not-ready"],
  [ERRNO.ENOLINK, "not-ready"],
  // Shortage that passes: too little kernel memory, too many requests waiting.
  [ERRNO.EAGAIN, "shortage"],
  [ERRNO.EBUSY, "shortage"],
  [ERRNO.ENOMEM, "shortage"],
  [ERRNO.EOPNOTSUPP, "unsupported"],
  [ERRNO.ENOSYS, "unsupported"],
  [ERRNO.EROFS, "read-only"],
  [ERRNO.EPERM, "read-only"],
  [ERRNO.EACCES, "read-only"],
]);

/**
 * The kind of a failed request, from its (negative or positive) errno. Everything unknown is "medium": the
 * data could not be read or written, and nobody may believe otherwise.
 */
export function classifyErrno(errno: number): FailureKind {
  return KINDS.get(Math.abs(errno)) ?? "medium";
}

/** Storage that can't be opened, created or changed. The message says what to do. */
export class BackendError extends Error {
  override readonly name = "BackendError";
  /** Name of the errno, as in Node.js' own errors. */
  readonly code: string;
  /** Positive errno number. */
  readonly errno: number;
  readonly path: string;

  constructor(path: string, errno: number, message: string, options?: ErrorOptions) {
    super(`${path}: ${message}`, options);
    this.errno = Math.abs(errno);
    this.code = errnoName(errno);
    this.path = path;
  }
}

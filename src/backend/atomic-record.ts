/**
 * The record of an atomic write as it lies in its file (atomic-journal.ts): 4,096 bytes of JSON, padded with spaces, then what the blocks are
 * to hold, then what they held before, `length` bytes each:
 *
 *   { "format": "lunette atomic write", "version": 1, "volume": path, "offset": …, "length": …, "sha256": of the five and both data }
 */
import { createHash } from "node:crypto";
import type { FileHandle } from "node:fs/promises";
import { LIMITS } from "../common/limits.ts";
import { BackendError, ERRNO } from "./backend-error.ts";

const FORMAT = "lunette atomic write";
const VERSION = 1;
export const HEADER_BYTES = 4096;

/** One write: where it begins on the volume, the new blocks and the old ones. */
export interface AtomicRecord {
  readonly offset: number;
  readonly after: Buffer;
  readonly before: Buffer;
}

/** A header without a record. */
export const blankHeader = (): Buffer => Buffer.alloc(HEADER_BYTES, " ");

/** @throws Error when the path of the volume does not fit */
export function encodeHeader(volume: string, offset: number, after: readonly Buffer[], before: Buffer): Buffer {
  const length = before.length;
  const sha256 = checksum(volume, offset, length, [...after, before]);
  const text = JSON.stringify({ format: FORMAT, version: VERSION, volume, offset, length, sha256 });
  const out = blankHeader();
  if (out.write(text) !== Buffer.byteLength(text))
    throw new Error("the path of the volume is too long for an atomic write's record");
  return out;
}

/**
 * undefined: there is none. "half": the crash came before it was whole, and nothing of it was written in place.
 * @throws BackendError when there is one that may not be written into this volume, and may not be forgotten either
 */
export async function readRecord(file: FileHandle, path: string, volume: string): Promise<AtomicRecord | "half" | undefined> {
  const header = parse((await readAt(file, HEADER_BYTES, 0)).toString("utf8"));
  if (header === undefined) return undefined;
  const { version, volume: owner, offset, length, sha256 } = header;
  const refuse = (why: string): never => {
    throw new BackendError(volume, ERRNO.EINVAL, `an interrupted atomic write in ${path} ${why}`);
  };
  if (version !== VERSION)
    refuse(`has version ${String(version)}, and this Lunette knows ${VERSION}: install the one that wrote it`);
  if (owner !== volume) refuse(`belongs to ${String(owner)}: move it away, or correct path`);
  if (!isCount(offset, Number.MAX_SAFE_INTEGER) || !isCount(length, LIMITS.atomic_write_bytes.max)) return "half";
  const data = await readAt(file, 2 * length, HEADER_BYTES);
  if (data.length < 2 * length || checksum(volume, offset, length, [data]) !== sha256) return "half";
  return { offset, after: data.subarray(0, length), before: data.subarray(length) };
}

function parse(text: string): Record<string, unknown> | undefined {
  try {
    const json = JSON.parse(text) as Record<string, unknown> | null;
    return json?.["format"] === FORMAT ? json : undefined;
  } catch {
    return undefined;
  }
}

const isCount = (value: unknown, max: number): value is number =>
  Number.isSafeInteger(value) && Number(value) >= 0 && Number(value) <= max;

function checksum(volume: string, offset: number, length: number, pieces: readonly Buffer[]): string {
  const hash = createHash("sha256").update(JSON.stringify([FORMAT, VERSION, volume, offset, length]));
  for (const piece of pieces) hash.update(piece);
  return hash.digest("hex");
}

/** `length` bytes, or what there is up to the end of the file. */
async function readAt(file: FileHandle, length: number, position: number): Promise<Buffer> {
  const out = Buffer.alloc(length);
  let done = 0;
  while (done < length) {
    const { bytesRead } = await file.read(out, done, length - done, position + done);
    if (bytesRead === 0) break;
    done += bytesRead;
  }
  return out.subarray(0, done);
}

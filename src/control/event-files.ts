/**
 * JSON lines on disk: events in `state_dir/events/events.jsonl`, and in the same way the audit log in `state_dir/audit/audit.jsonl`. At half of
 * its bytes the file becomes `events.1.jsonl` and a new one begins, so that two files hold at least half of what the limit allows, and never more. A crash costs the last lines at most: a torn one is cut off
 * at the next start.
 */
import { type FileHandle, open, rename, stat } from "node:fs/promises";
import { join } from "node:path";
import { makeFolder, syncFolder } from "../common/atomic-file.ts";

const NEWLINE = 0x0a;

export class EventFiles {
  readonly #folder: string;
  readonly #current: string;
  readonly #previous: string;
  #maxBytes: number;
  #file: FileHandle | undefined;
  #bytes = 0;

  /** Names of files may have changed since the folder was made durable. */
  #renamed = true;

  /** @param maxBytes of both files together */
  constructor(folder: string, maxBytes: number, name = "events") {
    this.#folder = folder;
    this.#current = join(folder, `${name}.jsonl`);
    this.#previous = join(folder, `${name}.1.jsonl`);
    this.#maxBytes = maxBytes;
  }

  /** From the next line on; a file that is too long already makes way then. */
  changeLimit(maxBytes: number): void {
    this.#maxBytes = maxBytes;
  }

  /** Opens for appending. Every whole line of both files, oldest first; lines are not parsed. */
  async open(): Promise<string[]> {
    await makeFolder(this.#folder);
    const lines = linesOf(await readEnd(this.#previous, this.#maxBytes));
    this.#file ??= await open(this.#current, "a+", 0o640);
    const written = await readEnd(this.#current, this.#maxBytes);
    const whole = written.lastIndexOf(NEWLINE) + 1;
    const { size } = await this.#file.stat();
    this.#bytes = size - (written.length - whole);
    if (this.#bytes < size) await this.#file.truncate(this.#bytes);
    return lines.concat(linesOf(written.subarray(0, whole)));
  }

  /** Appends lines, each with its newline. Rejects with the system's error; then some of them may be there. */
  async append(lines: readonly string[]): Promise<void> {
    let batch: Buffer[] = [];
    let batchBytes = 0;
    // Opening had failed, or the file before has just made way: what is in it counts, and must not be cut off below.
    this.#file ??= await this.#reopened();
    const write = async (): Promise<void> => {
      if (batchBytes === 0) return;
      const bytes = Buffer.concat(batch);
      batch = [];
      batchBytes = 0;
      await this.#write(bytes);
    };
    for (const line of lines) {
      const bytes = Buffer.from(line);
      if (this.#bytes + batchBytes + bytes.length > this.#maxBytes / 2) {
        await write();
        await this.#rotate();
      }
      batch.push(bytes);
      batchBytes += bytes.length;
    }
    await write();
  }

  /** What was appended is there after a power cut. */
  async sync(): Promise<void> {
    await this.#file?.sync();
    if (!this.#renamed) return;
    await syncFolder(this.#folder);
    this.#renamed = false;
  }

  /** Every whole line that is on disk now, oldest first. */
  async read(): Promise<string[]> {
    const previous = await readEnd(this.#previous, this.#maxBytes);
    return linesOf(previous).concat(linesOf(await readEnd(this.#current, this.#maxBytes)));
  }

  async #write(bytes: Buffer): Promise<void> {
    this.#file ??= await this.#reopened();
    try {
      await this.#file.appendFile(bytes);
      this.#bytes += bytes.length;
    } catch (error) {
      // A full disk may have taken a part: what follows must not be glued to half a line.
      await this.#file.truncate(this.#bytes).catch(() => {});
      throw error;
    }
  }

  async #reopened(): Promise<FileHandle> {
    const file = await open(this.#current, "a+", 0o640);
    this.#bytes = (await file.stat()).size;
    return file;
  }

  async #rotate(): Promise<void> {
    if (this.#bytes === 0) return;
    await this.#file?.close();
    this.#file = undefined;
    await rename(this.#current, this.#previous).catch((error: NodeJS.ErrnoException) => {
      // Somebody has cleaned up the folder.
      if (error.code !== "ENOENT") throw error;
    });
    this.#bytes = 0;
    this.#renamed = true;
  }

  async close(): Promise<void> {
    const file = this.#file;
    this.#file = undefined;
    await file?.sync().catch(() => {});
    await file?.close();
  }
}

/** The last `maxBytes` of a file; nothing when it does not exist. */
async function readEnd(path: string, maxBytes: number): Promise<Buffer> {
  let size: number;
  try {
    ({ size } = await stat(path));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return Buffer.alloc(0);
    throw error;
  }
  const file = await open(path, "r");
  try {
    const buffer = Buffer.alloc(Math.min(size, maxBytes));
    let filled = 0;
    while (filled < buffer.length) {
      const { bytesRead } = await file.read(buffer, filled, buffer.length - filled, size - buffer.length + filled);
      if (bytesRead === 0) break;
      filled += bytesRead;
    }
    return buffer.subarray(0, filled);
  } finally {
    await file.close();
  }
}

function linesOf(bytes: Buffer): string[] {
  return bytes
    .subarray(0, bytes.lastIndexOf(NEWLINE) + 1)
    .toString("utf8")
    .split("\n")
    .filter((line) => line !== "");
}

/**
 * Files that are there whole or not at all: written to a temporary name, made durable, renamed, and the
 * folder made durable too. A crash at any point leaves the old file or the new one.
 */
import { closeSync, fsyncSync, openSync, renameSync, writeFileSync } from "node:fs";
import { mkdir, open, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";

export function writeFileAtomically(path: string, text: string, mode = 0o600): void {
  const temporary = `${path}.new`;
  const fd = openSync(temporary, "w", mode);
  try {
    writeFileSync(fd, text);
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
  renameSync(temporary, path);
  const folder = openSync(dirname(path), "r");
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}

/** What these functions ask of the filesystem; tests give one that fails at a step of their choice. */
export interface Disk {
  readonly open: typeof open;
  readonly rename: typeof rename;
  readonly rm: typeof rm;
}

export const REAL_DISK: Disk = { open, rename, rm };

/** The same without holding up the event loop: for files that are written while I/O is served. */
export async function replaceFile(path: string, text: string, mode = 0o600, disk = REAL_DISK): Promise<void> {
  const temporary = `${path}.new`;
  try {
    const file = await disk.open(temporary, "w", mode);
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await disk.rename(temporary, path);
  } catch (error) {
    // On a full disk half a file would keep others from being written.
    await disk.rm(temporary, { force: true }).catch(() => {});
    throw error;
  }
  await syncFolder(dirname(path), disk);
}

/** Removes the file for good; one that is not there is fine. */
export async function removeFile(path: string, disk = REAL_DISK): Promise<void> {
  await disk.rm(path, { force: true });
  await syncFolder(dirname(path), disk);
}

/** The folder, its parents if they are missing, and all of them there after a power cut. */
export async function makeFolder(path: string, mode = 0o750): Promise<void> {
  const first = await mkdir(path, { recursive: true, mode });
  if (first === undefined) return;
  for (let made = path; made.length >= first.length; made = dirname(made)) await syncFolder(dirname(made));
}

/** The names in the folder are there after a power cut. */
export async function syncFolder(path: string, disk = REAL_DISK): Promise<void> {
  const folder = await disk.open(path, "r");
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

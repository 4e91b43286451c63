/**
 * Files that are there whole or not at all: written to a temporary name, made durable, renamed, and the
 * folder made durable too. A crash at any point leaves the old file or the new one.
 */
import { closeSync, fsyncSync, openSync, renameSync, writeSync } from "node:fs";
import { dirname } from "node:path";

export function writeFileAtomically(path: string, text: string, mode = 0o600): void {
  const temporary = `${path}.new`;
  const fd = openSync(temporary, "w", mode);
  try {
    writeSync(fd, text);
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

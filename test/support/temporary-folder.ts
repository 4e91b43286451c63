/** Folders and volume files of one test, made under the system's temporary folder. */
import { mkdtemp, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

export function makeTemporaryFolder(purpose: string): Promise<string> {
  return mkdtemp(join(tmpdir(), `lunette-${purpose}-`));
}

/** 512-byte sectors that the file system has allocated for a file (st_blocks): what a discard has to make smaller. */
export async function allocatedSectors(path: string): Promise<number> {
  return (await stat(path)).blocks;
}

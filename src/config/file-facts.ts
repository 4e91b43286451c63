/** What the loader asks of the filesystem, as an interface, so that tests can answer for it. */
import { readFileSync, realpathSync, statSync } from "node:fs";
import { hostname } from "node:os";
import path from "node:path";

export interface FileFacts {
  /** The whole text; throws the system's error. */
  readText(file: string): string;
  /** Permission bits; undefined when the file can't be examined. */
  mode(file: string): number | undefined;
  /** The path without symbolic links, as far as it exists. */
  realPath(file: string): string;
  hostName(): string;
}

export const realFiles: FileFacts = {
  readText: (file) => readFileSync(file, "utf8"),
  mode: (file) => {
    try {
      return statSync(file).mode & 0o7777;
    } catch {
      return undefined;
    }
  },
  realPath: (file) => {
    try {
      return realpathSync(file);
    } catch {
      // The file may not have been created yet; its folder can still be behind a link.
      const folder = path.dirname(file);
      return folder === file ? file : path.join(realFiles.realPath(folder), path.basename(file));
    }
  },
  hostName: hostname,
};

/** Reasons that people meet, in words; the system's code otherwise. */
export function readFault(error: unknown): string {
  const code = (error as NodeJS.ErrnoException).code;
  if (code === "ENOENT" || code === "ENOTDIR") return "there is no such file";
  if (code === "EACCES") return "permission denied; ask as the user that runs Lunette, or as root";
  if (code === "EISDIR") return "it is a folder";
  return code ?? String(error);
}

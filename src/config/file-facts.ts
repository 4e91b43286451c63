/** What the loader asks of the filesystem, as an interface, so that tests can answer for it. */
import { closeSync, constants, fstatSync, openSync, readFileSync, realpathSync, statSync } from "node:fs";
import { hostname } from "node:os";
import path from "node:path";

/** What is known of a file that is open: nobody can put another one in its place between two questions. */
export interface OpenFile {
  readonly kind: "file" | "folder" | "other";
  /** User number. */
  readonly owner: number;
  /** Permission bits. */
  readonly mode: number;
  readonly sizeBytes: number;
  /** The whole text; throws the system's error. Only for kind "file". */
  text(): string;
}

export interface FileFacts {
  /** The whole text; throws the system's error. */
  readText(file: string): string;
  /** Opens `file` once and closes it behind `use`; throws the system's error. */
  withOpen<T>(file: string, use: (opened: OpenFile) => T): T;
  /** Number of the user as whom this process opens files. */
  ownUser(): number;
  /** Permission bits; undefined when the file can't be examined. */
  mode(file: string): number | undefined;
  /** The path without symbolic links, as far as it exists. */
  realPath(file: string): string;
  hostName(): string;
}

export const realFiles: FileFacts = {
  readText: (file) => readFileSync(file, "utf8"),
  withOpen: (file, use) => {
    // Without O_NONBLOCK a named pipe would hold the start up until somebody writes into it.
    const descriptor = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY);
    try {
      const facts = fstatSync(descriptor);
      return use({
        kind: facts.isFile() ? "file" : facts.isDirectory() ? "folder" : "other",
        owner: facts.uid,
        mode: facts.mode & 0o7777,
        sizeBytes: facts.size,
        text: () => readFileSync(descriptor, "utf8"),
      });
    } finally {
      closeSync(descriptor);
    }
  },
  ownUser: () => {
    if (process.geteuid === undefined) throw new Error("this system has no user numbers");
    return process.geteuid();
  },
  mode: (file) => {
    try {
      return statSync(file).mode & 0o7777;
    } catch {
      return undefined;
    }
  },
  realPath: (file) => {
    try {
      // The system's own: with a thousand volumes the one in JavaScript is most of the time that a change takes.
      return realpathSync.native(file);
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

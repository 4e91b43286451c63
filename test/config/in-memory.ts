/** A configuration in memory: files with modes, and the errors as the lines that a person would read. */
import { ConfigError, formatProblem } from "../../src/config/config-error.ts";
import type { FileFacts, OpenFile } from "../../src/config/file-facts.ts";
import { type LoadedConfiguration, loadConfiguration } from "../../src/config/load.ts";

export const FILE = "/etc/lunette/lunette.toml";

export interface MemoryFile {
  readonly text: string;
  readonly mode?: number;
  /** User number; by default the one of Lunette. */
  readonly owner?: number;
  readonly kind?: OpenFile["kind"];
}

/** The user as whom these tests read. */
export const OWN_USER = 990;

export function inMemory(files: Readonly<Record<string, string | MemoryFile>>): FileFacts {
  const entry = (file: string): MemoryFile | undefined => {
    const found = files[file];
    return typeof found === "string" ? { text: found } : found;
  };
  return {
    readText: (file) => {
      const found = entry(file);
      if (found === undefined) throw Object.assign(new Error("not found"), { code: "ENOENT" });
      return found.text;
    },
    withOpen: (file, use) => {
      const found = entry(file);
      if (found === undefined) throw Object.assign(new Error("not found"), { code: "ENOENT" });
      const { text, mode = 0o600, owner = OWN_USER, kind = "file" } = found;
      return use({ kind, owner, mode, sizeBytes: Buffer.byteLength(text), text: () => text });
    },
    ownUser: () => OWN_USER,
    mode: (file) => {
      const found = entry(file);
      return found === undefined ? undefined : (found.mode ?? 0o600);
    },
    realPath: (file) => file,
    hostName: () => "host1",
  };
}

export type Extra = Readonly<Record<string, string | MemoryFile>>;

export const load = (text: string, extra: Extra = {}): LoadedConfiguration =>
  loadConfiguration(FILE, inMemory({ [FILE]: text, ...extra }));

/** Every error, formatted; [] when the configuration is valid. */
export function errorsOf(text: string, extra: Extra = {}): string[] {
  try {
    load(text, extra);
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.errors.map(formatProblem);
    throw error;
  }
}

export const warningsOf = (text: string, extra: Extra = {}): string[] => load(text, extra).warnings.map(formatProblem);

/** Three lines with which a file is valid; what is under test begins at line 6. */
export const BASE = `[node]
base_iqn = "iqn.2026-11.com.example"
[[portal_group]]
tag = 1
portals = ["0.0.0.0:3260"]
`;

/** `BASE` with `text` behind it. */
export const withBase = (text: string): string => BASE + text;

/**
 * Loads the hand-written file and, if it exists, `state_dir/managed.toml`, merges them, validates the whole and
 * gives an immutable configuration; or throws a ConfigError with every error at once. Nothing is half used.
 */
import path from "node:path";
import { assemble } from "./assemble.ts";
import { ConfigError, type Problem, Report } from "./config-error.ts";
import { type Draft, readDraft } from "./draft.ts";
import { type FileFacts, readFault, realFiles } from "./file-facts.ts";
import type { Configuration } from "./model.ts";
import { checkApi } from "./rules/api.ts";
import { checkAuth } from "./rules/auth.ts";
import { checkIgroups } from "./rules/igroups.ts";
import { checkLunMaps } from "./rules/lun-maps.ts";
import { checkNames } from "./rules/names.ts";
import { checkNode } from "./rules/node.ts";
import { checkPortals } from "./rules/portals.ts";
import { checkRedirects } from "./rules/redirects.ts";
import { checkTargets } from "./rules/targets.ts";
import { checkVolumes } from "./rules/volumes.ts";
import { NODE } from "./schema.ts";
import { readSecrets } from "./secrets.ts";
import { readTomlSource, type TomlSource } from "./toml-source.ts";

export interface LoadedConfiguration {
  readonly configuration: Configuration;
  /** Nothing that keeps Lunette from serving, but probably not what was meant. */
  readonly warnings: readonly Problem[];
  /** The files that were read, the hand-written one first. */
  readonly files: readonly string[];
  /** The same with the place of every part. */
  readonly draft: Draft;
  readonly main: TomlSource;
  readonly managed: TomlSource | undefined;
  /** Where the managed file is, or would be. */
  readonly managedFile: string;
}

/** What the caller has read already, or knows better. */
export interface GivenSources {
  readonly main?: TomlSource;
  /** null: there is none. */
  readonly managed?: TomlSource | null;
  /** In place of the one in the `state_dir` that is written: while Lunette runs its state does not move. */
  readonly managedFile?: string;
}

export const DEFAULT_CONFIG_FILE = "/etc/lunette/lunette.toml";
const MANAGED_FILE = "managed.toml";
const UNREADABLE = "can't read the configuration";

/** Reads and validates the configuration in `file`. Throws ConfigError; any other error is a defect. */
export function loadConfiguration(file: string, files: FileFacts = realFiles, given: GivenSources = {}): LoadedConfiguration {
  const report = new Report();
  const main = given.main ?? readSource(file, files, report);
  if (main === undefined) throw new ConfigError(report.problems);
  const managedFile = given.managedFile ?? path.join(stateDirOf(main), MANAGED_FILE);
  const managed =
    given.managed === undefined ? readSource(managedFile, files, report, "optional") : (given.managed ?? undefined);
  const wrong = (): ConfigError =>
    new ConfigError(given.managed === undefined ? withAdvice(report.problems, file, managedFile) : report.problems);
  // After a syntax error the rest would be noise: names would seem to be missing that are only unread.
  if (report.hasErrors) throw wrong();
  const sources = managed === undefined ? [main] : [main, managed];
  const draft = readDraft(sources, file, report);
  const secrets = readSecrets(draft, files, report);
  checkNode(draft, managed, report);
  checkApi(draft, report);
  checkNames(draft, report);
  checkPortals(draft, report);
  checkAuth(draft, report);
  checkIgroups(draft, report);
  checkVolumes(draft, files, report);
  checkTargets(draft, report);
  checkRedirects(draft, report);
  checkLunMaps(draft, report);
  if (report.hasErrors) throw wrong();
  return {
    configuration: deepFreeze(assemble(draft, secrets, files.hostName())),
    warnings: report.problems,
    files: sources.map((source) => source.file),
    draft,
    main,
    managed,
    managedFile,
  };
}

/**
 * What is wrong in the managed file, which nobody writes by hand, may keep Lunette from starting, and then none of its verbs helps: the first
 * such error says what to do.
 */
function withAdvice(problems: readonly Problem[], mainFile: string, managedFile: string): readonly Problem[] {
  const isAbout = ({ severity, place, message }: Problem): boolean =>
    severity === "error" && place.file === managedFile && !message.startsWith(UNREADABLE);
  const first = problems.find(isAbout);
  if (first === undefined) return problems;
  const clash = first.message.includes(`${mainFile}:`);
  const advice = clash
    ? `this one was made while Lunette ran, so change ${mainFile}; or take the other out of that, start Lunette, and delete this one`
    : `Lunette has written this file: put back into ${mainFile} what it refers to; or, if it was edited or damaged, or is a newer version's, correct or restore it`;
  return problems.map((problem) => (problem === first ? { ...problem, message: `${problem.message}. ${advice}` } : problem));
}

/** An optional file may be absent; one that exists and can't be read is an error all the same. */
function readSource(file: string, files: FileFacts, report: Report, presence?: "optional"): TomlSource | undefined {
  let text: string;
  try {
    text = files.readText(file);
  } catch (error) {
    const absent = ["ENOENT", "ENOTDIR"].includes((error as NodeJS.ErrnoException).code ?? "");
    if (absent && presence === "optional") return undefined;
    const hint = absent ? "; give the path of an existing file" : "";
    report.error({ file, line: 1, column: 1 }, `${UNREADABLE}: ${readFault(error)}${hint}`);
    return undefined;
  }
  return readTomlSource(file, text, report);
}

/** state_dir is needed before validation, because it says where the second file is. */
function stateDirOf(main: TomlSource): string {
  const node = main.values["node"];
  const written = typeof node === "object" && node !== null ? (node as Record<string, unknown>)["state_dir"] : undefined;
  const dir =
    typeof written === "string" && written !== "" && !written.includes("\0") ? written : NODE.fields.state_dir.default;
  return path.resolve(path.dirname(main.file), dir);
}

function deepFreeze<T>(value: T): T {
  if (typeof value === "object" && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const part of Object.values(value)) deepFreeze(part);
  }
  return value;
}

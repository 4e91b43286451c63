/**
 * Where the control socket of a daemon is, from its configuration file alone. Nothing else of the file is looked at: a file that does not
 * validate must not keep anybody from asking the daemon that runs, and whoever asks need not be able to read its secrets.
 */
import path from "node:path";
import { ConfigError, Report } from "./config-error.ts";
import { type FileFacts, readFault, realFiles } from "./file-facts.ts";
import { NODE } from "./schema.ts";
import { readTomlSource } from "./toml-source.ts";

/** Where it is when no configuration says otherwise. */
export const DEFAULT_CONTROL_SOCKET = NODE.fields.control_socket.default;

/** @throws ConfigError when the file can't be read or is no TOML */
export function controlSocketOf(file: string, files: FileFacts = realFiles): string {
  const report = new Report();
  let text: string;
  try {
    text = files.readText(file);
  } catch (error) {
    report.error({ file, line: 1, column: 1 }, `can't read where the control socket is: ${readFault(error)}`);
    throw new ConfigError(report.problems);
  }
  const source = readTomlSource(file, text, report);
  if (source === undefined) throw new ConfigError(report.problems);
  const node = source.values["node"] as Record<string, unknown> | undefined;
  const written = node?.["control_socket"];
  return path.resolve(path.dirname(file), typeof written === "string" ? written : DEFAULT_CONTROL_SOCKET);
}

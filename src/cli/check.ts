/** `lunette check [FILE]`: loads and validates as `serve` does, and says everything that is wrong. */
import { ConfigError, formatProblem } from "../config/config-error.ts";
import { DEFAULT_CONFIG_FILE, loadConfiguration } from "../config/load.ts";
import { summarise } from "./summary.ts";
import type { Terminal, Verb } from "./verb.ts";

export const checkCommand: Verb = {
  name: "check",
  command: "check [file]",
  describe: "Check a configuration file and say everything that is wrong with it",
  builder: (parser) =>
    parser
      .positional("file", { type: "string", default: DEFAULT_CONFIG_FILE, describe: "the configuration file" })
      .example("$0 check", `check ${DEFAULT_CONFIG_FILE}`)
      .example("$0 check lunette.toml && systemctl restart lunette", "restart only with a valid file"),
  run: async (argv, terminal) => check(String(argv["file"]), terminal),
};

function check(file: string, terminal: Terminal): number {
  try {
    const loaded = loadConfiguration(file);
    for (const warning of loaded.warnings) terminal.err(formatProblem(warning));
    terminal.out(summarise(loaded));
    return 0;
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    printConfigError(error, file, terminal);
    return 1;
  }
}

/** Every problem, then what to do next. */
export function printConfigError(error: ConfigError, file: string, terminal: Terminal): void {
  for (const problem of error.errors) terminal.err(formatProblem(problem));
  for (const problem of error.warnings) terminal.err(formatProblem(problem));
  const count = error.errors.length === 1 ? "1 error" : `${error.errors.length} errors`;
  terminal.err(`${count}: nothing was started or changed. Correct the file and run "lunette check ${file}" again.`);
}

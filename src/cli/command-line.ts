/** The command line: verbs, options, help and what to say about a mistyped one. */
import { readFileSync } from "node:fs";
import yargs from "yargs";
import { didYouMean } from "../config/spelling.ts";
import { checkCommand } from "./check.ts";
import { addCompletion, COMPLETION } from "./completion.ts";
import { connectionsCommand } from "./connections.ts";
import { eventsCommand } from "./events.ts";
import { explainCommand } from "./explain.ts";
import { lunsCommand } from "./luns.ts";
import { planCommand } from "./plan.ts";
import { reloadCommand } from "./reload.ts";
import { serveCommand } from "./serve.ts";
import { sessionsCommand } from "./sessions.ts";
import { statusCommand } from "./status.ts";
import { targetsCommand } from "./targets.ts";
import { topCommand } from "./top.ts";
import type { Terminal, Verb } from "./verb.ts";

const VERBS: readonly Verb[] = [
  serveCommand,
  checkCommand,
  statusCommand,
  targetsCommand,
  lunsCommand,
  sessionsCommand,
  connectionsCommand,
  explainCommand,
  planCommand,
  reloadCommand,
  eventsCommand,
  topCommand,
];

/** sysexits.h has 64 for this; shells and most tools use 2. */
const USAGE_ERROR = 2;

/** Runs one command and gives its exit code: 0 done, 1 refused or failed, 2 not understood, 78 `serve` refuses the configuration. */
export async function runCommandLine(args: readonly string[], terminal: Terminal): Promise<number> {
  let exitCode = 0;
  let usageFault: string | undefined;
  const parser = yargs([...args])
    .scriptName("lunette")
    .usage("$0 <command>\n\nA userspace iSCSI target: block devices for Linux, ESXi and Windows hosts from one TOML file.")
    .version(packageVersion())
    .alias({ h: "help", V: "version" })
    .wrap(100)
    .strict()
    .exitProcess(false)
    .demandCommand(1, "give a command")
    .fail((message, error) => {
      // yargs reports some faults of usage as errors of its own; anything else is a defect in a verb.
      if (error && error.name !== "YError") throw error;
      usageFault ??= error?.message ?? message;
    })
    .example("$0 check config/lunette.toml", "say everything that is wrong with a file")
    .example("$0 serve --config config/lunette.toml", "export the volumes of this file")
    .example("$0 completion >> ~/.bashrc", "complete commands and options in bash")
    .epilogue("Exit codes: 0 done, 1 refused or failed, 2 command line not understood, 78 configuration refused by serve.");
  for (const verb of VERBS) {
    parser.command({
      command: verb.command,
      describe: verb.describe,
      builder: verb.builder,
      handler: async (argv) => {
        if (usageFault === undefined) exitCode = await verb.run(argv, terminal);
      },
    });
  }
  addCompletion(parser);
  if (args.length === 0) {
    terminal.err(await parser.getHelp());
    return USAGE_ERROR;
  }
  let output = "";
  try {
    await parser.parseAsync([...args], {}, (_error: unknown, _argv: unknown, text: string) => {
      output = text;
    });
  } catch (error) {
    if (usageFault === undefined) throw error;
  }
  if (usageFault !== undefined) {
    terminal.err(`lunette: ${withSuggestion(usageFault, args)}\nRun "lunette --help" to see what there is.`);
    return USAGE_ERROR;
  }
  if (output !== "") terminal.out(output);
  return exitCode;
}

function packageVersion(): string {
  // The same distance from src/cli and from dist/cli.
  const text = readFileSync(new URL("../../package.json", import.meta.url), "utf8");
  return (JSON.parse(text) as { version: string }).version;
}

/** yargs says "Unknown argument: confg"; the nearest verb or option makes that useful. */
function withSuggestion(fault: string, args: readonly string[]): string {
  const unknown = /^Unknown (?:arguments?|commands?): ([^,]+)/.exec(fault)?.[1];
  if (unknown === undefined) return fault;
  const asOption = args.find((arg) => arg.replace(/^-+/, "").split("=")[0] === unknown && arg.startsWith("-"));
  const verb = VERBS.find(({ name }) => name === args[0]);
  if (asOption === undefined) {
    if (verb !== undefined) return `"${unknown}" is one argument too many for "lunette ${verb.command}"`;
    return `unknown command "${unknown}"${didYouMean(unknown, [...VERBS.map(({ name }) => name), COMPLETION])}`;
  }
  const options = [...(verb?.options ?? []), "help", "version"].map((name) => `--${name}`);
  return `unknown option "${asOption.split("=")[0]}"${didYouMean(`--${unknown}`, options)}`;
}

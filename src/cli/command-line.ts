/** The command line: verbs, options, help and what to say about a mistyped one. */
import { readFileSync } from "node:fs";
import yargs, { type Argv } from "yargs";
import { apiCommand } from "./api.ts";
import { apiKeyCommand } from "./api-key.ts";
import { auditCommand } from "./audit.ts";
import { authCommand } from "./auth.ts";
import { checkCommand } from "./check.ts";
import { addCompletion, COMPLETION, COMPLETION_QUESTION, completionLines } from "./completion.ts";
import { connectionsCommand } from "./connections.ts";
import { eventsCommand } from "./events.ts";
import { explainCommand } from "./explain.ts";
import { igroupCommand } from "./igroup.ts";
import { lunsCommand } from "./luns.ts";
import { manCommand } from "./man.ts";
import { mapCommand } from "./map.ts";
import { planCommand } from "./plan.ts";
import { portalCommand } from "./portal.ts";
import { reloadCommand } from "./reload.ts";
import { serveCommand } from "./serve.ts";
import { sessionCommand } from "./session.ts";
import { sessionsCommand } from "./sessions.ts";
import { settingsCommand } from "./settings.ts";
import { statusCommand } from "./status.ts";
import { withSuggestion } from "./suggestion.ts";
import { harmlessLines } from "./table.ts";
import { targetCommand } from "./target.ts";
import { targetsCommand } from "./targets.ts";
import { taskCommand, tasksCommand } from "./task.ts";
import { topCommand } from "./top.ts";
import { unmapCommand } from "./unmap.ts";
import type { Terminal, Verb } from "./verb.ts";
import { verbAt } from "./verb-facts.ts";
import { volumeCommand } from "./volume.ts";

/** In the order of the help and the man page. */
export const VERBS: readonly Verb[] = [
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
  volumeCommand,
  targetCommand,
  igroupCommand,
  mapCommand,
  unmapCommand,
  portalCommand,
  authCommand,
  settingsCommand,
  sessionCommand,
  auditCommand,
  tasksCommand,
  taskCommand,
  apiCommand,
  apiKeyCommand,
  manCommand(() => VERBS),
];

/** sysexits.h has 64 for this; shells and most tools use 2. */
const USAGE_ERROR = 2;

/** Runs one command and gives its exit code: 0 done, 1 refused or failed, 2 not understood, 78 `serve` refuses the configuration. */
export async function runCommandLine(args: readonly string[], terminal: Terminal): Promise<number> {
  if (args[0] === COMPLETION_QUESTION) {
    for (const line of await completionLines(VERBS, args.slice(1), process.env)) terminal.out(line);
    return 0;
  }
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
  const register = (level: Argv, verb: Verb): void => {
    level.command({
      command: verb.command,
      describe: verb.hidden === true ? false : verb.describe,
      builder: (inner: Argv) => {
        const built = verb.builder(inner);
        for (const each of verb.verbs ?? []) register(built, each);
        return verb.verbs === undefined ? built : built.demandCommand(1, `give one of ${namesOf(verb.verbs)}`);
      },
      handler: async (argv) => {
        if (usageFault === undefined) exitCode = await verb.run(argv, terminal);
      },
    });
  };
  for (const verb of VERBS) register(parser, verb);
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
    const said = withSuggestion(usageFault, args, VERBS, [COMPLETION]);
    terminal.err(harmlessLines(`lunette: ${said}\nRun "${helpFor(args)}" to see what there is.`));
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

const namesOf = (verbs: readonly Verb[]): string => verbs.map(({ name }) => name).join(", ");

function helpFor(args: readonly string[]): string {
  const { path } = verbAt(VERBS, args);
  return ["lunette", ...path.map(({ name }) => name), "--help"].join(" ");
}

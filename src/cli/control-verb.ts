/** What the verbs share that ask the running daemon: where its socket is, --json, and what becomes of a failure. */
import type { ArgumentsCamelCase, Argv } from "yargs";
import { ConfigError, formatProblem } from "../config/config-error.ts";
import { controlSocketOf, DEFAULT_CONTROL_SOCKET } from "../config/control-socket.ts";
import { DEFAULT_CONFIG_FILE } from "../config/load.ts";
import { ControlClient, ControlFailure } from "./control-client.ts";
import { harmlessLines } from "./table.ts";
import type { Terminal, Verb } from "./verb.ts";

/** As command-line.ts has it. */
export const USAGE_ERROR = 2;

export interface ControlVerb {
  /** The words that are typed: "status", "volume create". */
  readonly name: string;
  /** Positional arguments, as yargs reads them: "<initiator> [address]". */
  readonly parameters?: string;
  readonly describe: string;
  readonly builder?: (parser: Argv) => Argv;
  /** Gives the exit code. */
  readonly ask: (client: ControlClient, argv: ArgumentsCamelCase, terminal: Terminal) => Promise<number>;
}

/** Something that was typed can't be meant: exit code 2. The message says what would be right. */
export class UsageFault extends Error {}

export function controlVerb({ name, parameters = "", describe, builder = (parser) => parser, ask }: ControlVerb): Verb {
  const word = name.slice(name.lastIndexOf(" ") + 1);
  return {
    name: word,
    command: `${word} ${parameters}`.trim(),
    describe,
    builder: (parser) =>
      builder(parser)
        .option("socket", { type: "string", requiresArg: true, describe: "the daemon's control socket" })
        .option("config", {
          type: "string",
          default: DEFAULT_CONFIG_FILE,
          requiresArg: true,
          describe: "the configuration file that names the socket",
        })
        .option("json", { type: "boolean", default: false, describe: "for programs: the daemon's answer as it is" }),
    run: async (argv, terminal) => {
      try {
        return await ask(new ControlClient(socketOf(argv)), argv, terminal);
      } catch (error) {
        if (!(error instanceof ControlFailure || error instanceof UsageFault)) throw error;
        terminal.err(harmlessLines(`lunette ${name}: ${error.message}`));
        return error instanceof UsageFault ? USAGE_ERROR : 1;
      }
    },
  };
}

export function socketOf(argv: Readonly<Record<string, unknown>>): string {
  const socket = argv["socket"];
  if (typeof socket === "string") return socket;
  const file = String(argv["config"]);
  try {
    return controlSocketOf(file);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    // Whoever may ask the daemon need not be able to read its configuration.
    if (file === DEFAULT_CONFIG_FILE) return DEFAULT_CONTROL_SOCKET;
    const problems = error.errors.map(formatProblem).join("\n");
    throw new ControlFailure(
      `${problems}\nName the control socket with --socket, or another configuration file with --config.`,
    );
  }
}

/** A verb that shows one answer of the daemon: as it is with --json, otherwise as `show` writes it. */
export function snapshotVerb<Answer>(options: {
  readonly name: string;
  readonly describe: string;
  readonly example: string;
  readonly show: (answer: Answer, terminal: Terminal) => string;
}): Verb {
  const { name, describe, example, show } = options;
  return controlVerb({
    name,
    describe,
    builder: (parser) => parser.example(`$0 ${name}`, example).example(`$0 ${name} --json`, "the same for a program"),
    ask: async (client, argv, terminal) => {
      const answer = await client.get<Answer>(`/v1/${name}`);
      terminal.out(argv["json"] === true ? JSON.stringify(answer, undefined, 2) : show(answer, terminal));
      return 0;
    },
  });
}

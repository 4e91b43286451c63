/** `lunette explain`: why an initiator sees its disks, or does not, step by step, with the lines of the configuration that say so. */
import type { ArgumentsCamelCase } from "yargs";
import { explain } from "../access/explain.ts";
import { renderExplain } from "../access/explain-text.ts";
import type { Explanation } from "../access/explain-types.ts";
import { ConfigError } from "../config/config-error.ts";
import { loadConfiguration } from "../config/load.ts";
import { ControlError } from "../control/control-error.ts";
import { explainQuestion } from "../control/explain-question.ts";
import { printConfigError } from "./check.ts";
import { controlVerb } from "./control-verb.ts";
import { harmlessLines } from "./table.ts";
import type { Terminal, Verb } from "./verb.ts";

const asking = controlVerb({
  name: "explain",
  parameters: "<initiator> [address]",
  describe: "Explain why an initiator sees its disks, or does not",
  builder: (parser) =>
    parser
      .positional("initiator", { type: "string", describe: "its iSCSI name", demandOption: true })
      .positional("address", { type: "string", describe: "the IP address that it comes from" })
      .option("portal-group", {
        type: "string",
        requiresArg: true,
        describe: "the tag of the portal group that it connects to",
      })
      .option("offline", {
        type: "boolean",
        default: false,
        describe: "answer from the configuration file alone, without the daemon",
      })
      .example("$0 explain iqn.1998-01.com.vmware:esx-a", "at which step its login ends, and which line says so")
      .example("$0 explain iqn.1998-01.com.vmware:esx-a 192.0.2.7 --portal-group 1", "the same for one path"),
  ask: async (client, argv, terminal) => {
    tell(await client.get<Explanation>(`/v1/explain?${questionOf(argv)}`), argv, terminal);
    return 0;
  },
});

export const explainCommand: Verb = {
  ...asking,
  run: async (argv, terminal) => (argv["offline"] === true ? explainOffline(argv, terminal) : asking.run(argv, terminal)),
};

function questionOf(argv: ArgumentsCamelCase): URLSearchParams {
  const query = new URLSearchParams({ initiator: String(argv["initiator"]) });
  if (argv["address"] !== undefined) query.set("address", String(argv["address"]));
  if (argv["portalGroup"] !== undefined) query.set("portal_group", String(argv["portalGroup"]));
  return query;
}

function tell(explanation: Explanation, argv: ArgumentsCamelCase, terminal: Terminal): void {
  const json = argv["json"] === true;
  terminal.out(json ? JSON.stringify(explanation, undefined, 2) : harmlessLines(renderExplain(explanation)));
}

function explainOffline(argv: ArgumentsCamelCase, terminal: Terminal): number {
  const file = String(argv["config"]);
  try {
    const question = explainQuestion(questionOf(argv));
    const { configuration } = loadConfiguration(file);
    tell(explain(configuration, question), argv, terminal);
    terminal.err(
      `The daemon was not asked: this is what ${file} says. Offline volumes, what hosts have changed and failed logins are not in it.`,
    );
    return 0;
  } catch (error) {
    if (error instanceof ConfigError) printConfigError(error, file, terminal);
    else if (error instanceof ControlError) terminal.err(`lunette explain: ${error.message}`);
    else throw error;
    return 1;
  }
}

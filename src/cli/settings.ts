/** `lunette settings …`: the tables of the configuration of which there is one: [node], [metrics], [api] and [limits]. */
import type { Kind } from "../config/field.ts";
import { API, LIMITS_KIND, METRICS, NODE } from "../config/schema.ts";
import { changeOptions, makeChange } from "./change.ts";
import { controlVerb, UsageFault } from "./control-verb.ts";
import { entityText } from "./entity-text.ts";
import { fieldOptions, fieldsGiven, keysUnset } from "./field-options.ts";
import type { Entity } from "./object-noun.ts";
import { unsetOption } from "./object-verbs.ts";
import { type Verb, verbGroup } from "./verb.ts";

const TABLES: readonly Kind[] = [NODE, METRICS, API, LIMITS_KIND];

const pathOf = ({ header }: Kind): string => `/v1/config/${header}`;

const show = controlVerb({
  name: "settings show",
  parameters: "[table]",
  describe: "Show the settings in force, and where they stand",
  builder: (parser) =>
    parser
      .positional("table", { type: "string", choices: TABLES.map(({ header }) => header), describe: "one of them" })
      .example("$0 settings show", "all of them")
      .example("$0 settings show limits", "every bound with its value"),
  ask: async (client, argv, terminal) => {
    const wanted = TABLES.filter(({ header }) => argv["table"] === undefined || argv["table"] === header);
    const answers = await Promise.all(wanted.map((kind) => client.get<Entity>(pathOf(kind))));
    if (argv["json"] === true) {
      const byTable = Object.fromEntries(wanted.map(({ header }, index) => [header, answers[index]]));
      terminal.out(JSON.stringify(argv["table"] === undefined ? byTable : answers[0], undefined, 2));
    } else {
      terminal.out(wanted.map((kind, index) => `[${kind.header}]\n${entityText(kind, answers[index]!)}`).join("\n\n"));
    }
    return 0;
  },
});

/** [node] has no such verb: it says where all the rest is, and belongs to the file. */
function setTable(kind: Kind, example: readonly [string, string]): Verb {
  return controlVerb({
    name: `settings set ${kind.header}`,
    describe: `Change what is given of [${kind.header}], and leave the rest`,
    builder: (parser) =>
      changeOptions(unsetOption(fieldOptions(parser, kind, [], false), kind.fields, [])).example(
        `$0 settings set ${kind.header} ${example[0]}`,
        example[1],
      ),
    ask: async (client, argv, terminal) => {
      const body = { ...(await fieldsGiven(kind, [], argv, terminal)), ...keysUnset(kind.fields, argv) };
      if (Object.keys(body).length === 0) throw new UsageFault("give at least one option that says what to change");
      const done = (): string => `changed [${kind.header}]`;
      return makeChange(client, { method: "PATCH", path: pathOf(kind), body, done }, argv, terminal);
    },
  });
}

export const settingsCommand = verbGroup("settings", "Show and change settings: metrics, API and bounds", [
  show,
  verbGroup("set", "Change settings; refused where the configuration file has them", [
    setTable(METRICS, ["--listen 127.0.0.1:9861", "scrape it there from now on"]),
    setTable(API, ["--requests-per-second 50", "lunette api takes it at its next start"]),
    setTable(LIMITS_KIND, ["--connections 512", "one bound; those that need a restart say so"]),
  ]),
]);

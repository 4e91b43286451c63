/** list, show, create, set and delete of the configured objects. One implementation: what differs is in the nouns and the schema. */
import type { Argv } from "yargs";
import type { Field } from "../config/field.ts";
import { type Change, changeOptions, makeChange } from "./change.ts";
import { controlVerb, UsageFault } from "./control-verb.ts";
import { entityText } from "./entity-text.ts";
import { fieldOptions, fieldsGiven, keysUnset, optionName } from "./field-options.ts";
import { type Entity, type EntityList, type Noun, pathOf, titleOf } from "./object-noun.ts";
import { type Column, table } from "./table.ts";
import type { Verb } from "./verb.ts";

/** What its id becomes in a new object: keys of the file. */
type IdFields = (id: string) => Readonly<Record<string, unknown>>;

export function listVerb(noun: Noun, columns: readonly Column<Entity>[]): Verb {
  return controlVerb({
    name: `${noun.words} list`,
    describe: `List the ${noun.title}s as they are configured`,
    builder: (parser) => parser.example(`$0 ${noun.words} list`, `every ${noun.title}, and where it is defined`),
    ask: async (client, argv, terminal) => {
      const answer = await client.get<EntityList>(noun.collection);
      if (argv["json"] === true) terminal.out(JSON.stringify(answer, undefined, 2));
      else if (answer.items.length === 0) terminal.out(`no ${noun.title}s: "lunette ${noun.words} create" makes one`);
      else terminal.out(table([...columns, DEFINED], answer.items, terminal.screen));
      return 0;
    },
  });
}

/** Where to change it: by the command line, or in the file. */
const DEFINED: Column<Entity> = {
  title: "DEFINED",
  cell: ({ home, place }) => (home === "file" ? (place ?? "file") : "managed"),
};

export const argumentOf = (noun: Noun): string => `<${noun.argument}>`;

export function idPositional(parser: Argv, noun: Noun, describe = `the ${noun.title}`): Argv {
  return parser.positional(noun.argument, { type: "string", demandOption: true, describe });
}

export function showVerb(noun: Noun, example: string): Verb {
  return controlVerb({
    name: `${noun.words} show`,
    parameters: argumentOf(noun),
    describe: `Show everything that is configured of one ${noun.title}`,
    builder: (parser) => idPositional(parser, noun).example(`$0 ${noun.words} show ${example}`, "every key with its value"),
    ask: async (client, argv, terminal) => {
      const entity = await client.get<Entity>(pathOf(noun, String(argv[noun.argument])));
      terminal.out(argv["json"] === true ? JSON.stringify(entity, undefined, 2) : entityText(noun.kind, entity));
      return 0;
    },
  });
}

export function createVerb(
  noun: Noun,
  options: {
    readonly idDoc: string;
    /** Keys that the positional argument gives. */
    readonly idKeys: readonly string[];
    readonly idFields: IdFields;
    /** Keys that Lunette chooses where they are not given, and what it chooses. */
    readonly chosen?: Readonly<Record<string, string>>;
    readonly examples: readonly (readonly [string, string])[];
  },
): Verb {
  const { idDoc, idKeys, idFields, chosen, examples } = options;
  return controlVerb({
    name: `${noun.words} create`,
    parameters: argumentOf(noun),
    describe: `Create ${article(noun.title)} ${noun.title}`,
    builder: (parser) => {
      changeOptions(fieldOptions(idPositional(parser, noun, idDoc), noun.kind, [...idKeys, noun.argument], true, chosen));
      for (const [words, what] of examples) parser.example(`$0 ${noun.words} create ${words}`, what);
      return parser;
    },
    ask: async (client, argv, terminal) => {
      const id = String(argv[noun.argument]);
      const body = { ...idFields(id), ...(await fieldsGiven(noun.kind, idKeys, argv, terminal)) };
      const done = (): string => `created ${titleOf(noun, id)}`;
      return makeChange(client, { method: "POST", path: noun.collection, body, done }, argv, terminal);
    },
  });
}

export function setVerb(noun: Noun, idKeys: readonly string[], examples: readonly (readonly [string, string])[]): Verb {
  return controlVerb({
    name: `${noun.words} set`,
    parameters: argumentOf(noun),
    describe: `Change what is given of one ${noun.title}, and leave the rest`,
    builder: (parser) => {
      changeOptions(
        unsetOption(
          fieldOptions(idPositional(parser, noun), noun.kind, [...idKeys, noun.argument], false),
          noun.kind.fields,
          idKeys,
        ),
      );
      for (const [words, what] of examples) parser.example(`$0 ${noun.words} set ${words}`, what);
      return parser;
    },
    ask: async (client, argv, terminal) => {
      const id = String(argv[noun.argument]);
      const body = { ...(await fieldsGiven(noun.kind, idKeys, argv, terminal)), ...keysUnset(noun.kind.fields, argv) };
      if (Object.keys(body).length === 0) throw new UsageFault("give at least one option that says what to change");
      return makeChange(client, patch(noun, id, body, `changed ${titleOf(noun, id)}`), argv, terminal);
    },
  });
}

export function unsetOption(parser: Argv, fields: Readonly<Record<string, Field>>, idKeys: readonly string[]): Argv {
  const names = Object.keys(fields).filter((key) => !idKeys.includes(key) && fields[key]?.required !== true);
  return parser.option("unset", {
    type: "string",
    requiresArg: true,
    describe: `back to the default: ${names.map(optionName).join(", ")}`,
  });
}

export const patch = (noun: Noun, id: string, body: unknown, done: string): Change => ({
  method: "PATCH",
  path: pathOf(noun, id),
  body,
  done: () => done,
});

/** A verb that changes one thing of one object: `lunette volume offline vm01`. */
export function patchVerb(
  noun: Noun,
  options: {
    readonly verb: string;
    readonly describe: string;
    readonly body: Readonly<Record<string, unknown>>;
    readonly done: string;
    readonly example: string;
    readonly why: string;
  },
): Verb {
  const { verb, describe, body, done, example, why } = options;
  return controlVerb({
    name: `${noun.words} ${verb}`,
    parameters: argumentOf(noun),
    describe,
    builder: (parser) => changeOptions(idPositional(parser, noun)).example(`$0 ${noun.words} ${verb} ${example}`, why),
    ask: (client, argv, terminal) => {
      const id = String(argv[noun.argument]);
      return makeChange(client, patch(noun, id, body, `${done} ${titleOf(noun, id)}`), argv, terminal);
    },
  });
}

export function deleteVerb(
  noun: Noun,
  options: {
    readonly example: string;
    readonly what: string;
    readonly more?: (parser: Argv) => Argv;
    readonly query?: (argv: Readonly<Record<string, unknown>>) => Readonly<Record<string, string>>;
    readonly done?: (argv: Readonly<Record<string, unknown>>) => string;
  },
): Verb {
  const { example, what, more = (parser) => parser, query = () => ({}), done = () => "" } = options;
  return controlVerb({
    name: `${noun.words} delete`,
    parameters: argumentOf(noun),
    describe: `Delete ${article(noun.title)} ${noun.title}`,
    builder: (parser) => changeOptions(more(idPositional(parser, noun))).example(`$0 ${noun.words} delete ${example}`, what),
    ask: (client, argv, terminal) => {
      const id = String(argv[noun.argument]);
      const told = (): string => `deleted ${titleOf(noun, id)}${done(argv)}`;
      const change: Change = { method: "DELETE", path: pathOf(noun, id), query: query(argv), done: told };
      return makeChange(client, change, argv, terminal);
    },
  });
}

const article = (title: string): string => (/^[aeiou]/.test(title) ? "an" : "a");

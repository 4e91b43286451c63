/** Verbs that add one element to an object's list and remove one: initiators of an igroup, addresses of a portal group. */
import type { Argv } from "yargs";
import { changeOptions, makeChange } from "./change.ts";
import { controlVerb } from "./control-verb.ts";
import { type Noun, pathOf, titleOf } from "./object-noun.ts";
import { argumentOf, idPositional } from "./object-verbs.ts";
import type { Verb } from "./verb.ts";

export interface Elements {
  readonly noun: Noun;
  /** The words before "add" and "remove". */
  readonly words: string;
  /** Of the path, behind the object. */
  readonly collection: string;
  /** The member of an element, and the positional argument that gives it. */
  readonly member: string;
  readonly describe: string;
  readonly example: string;
  readonly added: string;
  readonly removed: string;
}

const parametersOf = ({ noun, member }: Elements): string => `${argumentOf(noun)} <${member}>`;

const positionals = (parser: Argv, { noun, member, describe }: Elements): Argv =>
  changeOptions(idPositional(parser, noun).positional(member, { type: "string", demandOption: true, describe }));

export function addVerb(elements: Elements): Verb {
  const { noun, words, collection, member, describe, example, added } = elements;
  return controlVerb({
    name: `${words} add`,
    parameters: parametersOf(elements),
    describe: `Add ${describe}`,
    builder: (parser) => positionals(parser, elements).example(`$0 ${words} add ${example}`, added),
    ask: (client, argv, terminal) => {
      const [id, element] = [String(argv[noun.argument]), String(argv[member])];
      const done = (): string => `added ${element} to ${titleOf(noun, id)}`;
      const path = pathOf(noun, id, collection);
      return makeChange(client, { method: "POST", path, body: { [member]: element }, done }, argv, terminal);
    },
  });
}

export function removeVerb(elements: Elements): Verb {
  const { noun, words, collection, member, describe, example, removed } = elements;
  return controlVerb({
    name: `${words} remove`,
    parameters: parametersOf(elements),
    describe: `Remove ${describe}`,
    builder: (parser) => positionals(parser, elements).example(`$0 ${words} remove ${example}`, removed),
    ask: (client, argv, terminal) => {
      const [id, element] = [String(argv[noun.argument]), String(argv[member])];
      const done = (): string => `removed ${element} from ${titleOf(noun, id)}`;
      const path = pathOf(noun, id, collection, encodeURIComponent(element));
      return makeChange(client, { method: "DELETE", path, done }, argv, terminal);
    },
  });
}

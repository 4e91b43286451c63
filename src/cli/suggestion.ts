/** What to say about a word that is no verb and an option that is none: the nearest one. */
import { didYouMean } from "../config/spelling.ts";
import type { Verb } from "./verb.ts";
import { factsOf, verbAt } from "./verb-facts.ts";

/** yargs says "Unknown argument: confg"; the nearest verb or option makes that useful. */
export function withSuggestion(
  fault: string,
  args: readonly string[],
  verbs: readonly Verb[],
  more: readonly string[],
): string {
  const { path, rest } = verbAt(verbs, args);
  const verb = path.at(-1);
  const words = path.map(({ name }) => name).join(" ");
  const level = verb === undefined ? verbs : verb.verbs;
  const [next = "-"] = rest;
  // A verb that is none comes first: yargs would complain about the options of the one that was meant.
  if (level !== undefined && !next.startsWith("-")) {
    const known = level.filter(({ hidden }) => hidden !== true).map(({ name }) => name);
    const meant = didYouMean(next, verb === undefined ? [...known, ...more] : known);
    const choice = meant === "" && verb !== undefined ? `; there are ${known.join(", ")}` : meant;
    return `unknown command "${[...path.map(({ name }) => name), next].join(" ")}"${choice}`;
  }
  const unknown = /^Unknown (?:arguments?|commands?): ([^,]+)/.exec(fault)?.[1];
  if (unknown === undefined) return words === "" ? fault : `${words}: ${fault}`;
  const asOption = args.find((arg) => arg.replace(/^-+(no-)?/, "").split("=")[0] === unknown && arg.startsWith("-"));
  if (asOption !== undefined) {
    const options = [...(verb === undefined ? [] : optionNames(verb)), "help", "version"].map((name) => `--${name}`);
    return `unknown option "${asOption.split("=")[0]}"${didYouMean(`--${unknown}`, options)}`;
  }
  if (verb === undefined) return fault;
  const parameters = verb.command.slice(verb.name.length);
  return `"${unknown}" is one argument too many for "lunette ${words}${parameters}"`;
}

function optionNames(verb: Verb): string[] {
  return Object.entries(factsOf(verb).options).flatMap(([name, { alias }]) => [name, ...[alias ?? []].flat()]);
}

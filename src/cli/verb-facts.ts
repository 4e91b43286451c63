/**
 * What a verb's builder says, as data. The builder is told to a parser that only writes down, so that the help that yargs
 * prints, suggestions for mistyped words, shell completion and the man page come from the same lines.
 */
import type { Argv, Options, PositionalOptions } from "yargs";
import type { Verb } from "./verb.ts";

export interface PositionalFact {
  readonly name: string;
  readonly required: boolean;
  readonly many: boolean;
  readonly described: PositionalOptions;
}

export interface VerbFacts {
  readonly positionals: readonly PositionalFact[];
  /** By name, without dashes, in the order of the builder. */
  readonly options: Readonly<Record<string, Options>>;
  readonly examples: readonly (readonly [command: string, what: string])[];
  readonly epilogue: string | undefined;
}

export function factsOf(verb: Verb): VerbFacts {
  const options: Record<string, Options> = {};
  const positionals: Record<string, PositionalOptions> = {};
  const examples: (readonly [string, string])[] = [];
  let epilogue: string | undefined;
  const writesDown: Record<string, (...parameters: never[]) => void> = {
    option: (name: string, described: Options) => {
      options[name] = described;
    },
    positional: (name: string, described: PositionalOptions) => {
      positionals[name] = described;
    },
    example: (command: string, what: string) => {
      examples.push([command, what]);
    },
    epilogue: (text: string) => {
      epilogue = text;
    },
  };
  const parser: Argv = new Proxy({} as Argv, {
    get:
      (_, name) =>
      (...parameters: never[]) => {
        // What a builder says that nobody here has heard of would be missing in the man page.
        const write = writesDown[String(name)];
        if (write === undefined)
          throw new Error(`verb ${verb.name}: its builder calls ${String(name)}(), which is not told anywhere else`);
        write(...parameters);
        return parser;
      },
  });
  verb.builder(parser);
  return {
    positionals: [...verb.command.matchAll(/([<[])(\w[\w-]*)(\.\.)?[>\]]/g)].map(([, bracket, name = "", dots]) => ({
      name,
      required: bracket === "<",
      many: dots !== undefined,
      described: positionals[name] ?? {},
    })),
    options,
    examples,
    epilogue,
  };
}

/** The verb that these words name, as deep as they go, and the words that follow it. */
export function verbAt(
  verbs: readonly Verb[],
  words: readonly string[],
): { readonly path: readonly Verb[]; readonly rest: readonly string[] } {
  const path: Verb[] = [];
  let level = verbs;
  for (const word of words) {
    const verb = level.find(({ name }) => name === word);
    if (verb === undefined) break;
    path.push(verb);
    level = verb.verbs ?? [];
  }
  return { path, rest: words.slice(path.length) };
}

/**
 * Shell completion: yargs writes the script (`lunette completion`), which asks `lunette --get-yargs-completions WORDS…`.
 * The answer comes from the same definitions as the help, and for names from the daemon, when it runs.
 */
import type { Argv, Options, PositionalOptions } from "yargs";
import { DEFAULT_CONFIG_FILE } from "../config/load.ts";
import { ControlClient, ControlFailure } from "./control-client.ts";
import { socketOf } from "./control-verb.ts";
import type { Verb } from "./verb.ts";
import { factsOf, type VerbFacts, verbAt } from "./verb-facts.ts";

export const COMPLETION = "completion";
/** What the script of yargs asks with. */
export const COMPLETION_QUESTION = "--get-yargs-completions";

export function addCompletion(parser: Argv): void {
  parser.completion(COMPLETION, "Print a completion script for bash or zsh ($SHELL tells which)");
}

export interface Candidate {
  readonly word: string;
  readonly describe?: string | undefined;
}

/** Whoever presses the tab key waits no longer than this for a daemon, milliseconds. */
const ANSWER_MS = 1000;
/** Plain words alone: a shell reads what is printed, and initiators choose their names. */
const PLAIN = /^[A-Za-z0-9][A-Za-z0-9._:@/-]*$/;

type Ask = <Answer>(path: string) => Promise<Answer>;
interface Named {
  readonly items: readonly {
    readonly id: string;
    readonly name?: string;
    readonly chap?: readonly { readonly user: string }[];
  }[];
}

const ids =
  (collection: string) =>
  async (ask: Ask): Promise<string[]> =>
    (await ask<Named>(`/v1/config/${collection}`)).items.map(({ id }) => id);

/** What the words for objects mean, by the name of the positional argument or the option. */
const SOURCES: Readonly<Record<string, (ask: Ask) => Promise<readonly string[]>>> = {
  volume: ids("volumes"),
  // The short name, where there is one, is the one that people type.
  target: async (ask) => (await ask<Named>("/v1/config/targets")).items.map(({ id, name }) => name ?? id),
  igroup: ids("igroups"),
  igroups: ids("igroups"),
  tag: ids("portal-groups"),
  "portal-group": ids("portal-groups"),
  "portal-groups": ids("portal-groups"),
  "auth-group": ids("auth-groups"),
  "discovery-auth-group": ids("auth-groups"),
  user: async (ask) =>
    (await ask<Named>("/v1/config/auth-groups")).items.flatMap(({ chap = [] }) => chap.map(({ user }) => user)),
  initiator: async (ask) =>
    (await ask<{ sessions: readonly { initiator: string }[] }>("/v1/sessions")).sessions.map(({ initiator }) => initiator),
  session: async (ask) =>
    (await ask<{ sessions: readonly { tsih: number; initiator: string }[] }>("/v1/sessions")).sessions.flatMap(
      ({ tsih, initiator }) => [String(tsih), initiator],
    ),
  task: async (ask) => (await ask<{ tasks: readonly { id: string }[] }>("/v1/tasks")).tasks.map(({ id }) => id),
};

/** Lines for the script; `words` are those of the shell, the command itself first and the one under the cursor last. */
export async function completionLines(
  verbs: readonly Verb[],
  words: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): Promise<string[]> {
  const zsh = /zsh/.test(environment["SHELL"] ?? "") || /zsh/.test(environment["ZSH_NAME"] ?? "");
  const whole = wholeWords(words.slice(1));
  const current = whole.at(-1) ?? "";
  const found = (await candidates(verbs, whole)).filter(({ word }) => word.startsWith(current));
  const escaped = (text: string): string => text.replaceAll(":", "\\:");
  if (zsh) {
    return found.map(({ word, describe }) =>
      describe === undefined ? escaped(word) : `${escaped(word)}:${escaped(describe)}`,
    );
  }
  // bash completes behind the last colon, and wants no more than that.
  const split = words.at(-1) === current ? 0 : current.lastIndexOf(":") + 1;
  return found.map(({ word }) => word.slice(split));
}

/** bash cuts words at ":" and "=" (COMP_WORDBREAKS), which iSCSI names and addresses are full of. */
function wholeWords(words: readonly string[]): string[] {
  const whole: string[] = [];
  let glue = false;
  for (const word of words) {
    if (word === "=") {
      continue;
    }
    if (/^:+$/.test(word) && whole.length > 0) {
      whole.push(`${whole.pop()}${word}`);
      glue = true;
      continue;
    }
    whole.push(glue ? `${whole.pop()}${word}` : word);
    glue = false;
  }
  return whole;
}

/** What may stand in the place of the last word; not yet compared with what is typed of it. */
export async function candidates(verbs: readonly Verb[], words: readonly string[]): Promise<readonly Candidate[]> {
  const before = words.slice(0, -1);
  const current = words.at(-1) ?? "";
  const { path, rest } = verbAt(verbs, before);
  const verb = path.at(-1);
  const level = verb === undefined ? verbs : verb.verbs;
  if (level !== undefined) {
    // What stands there is no verb, so nobody knows what could follow it.
    if (rest.some((word) => !word.startsWith("-"))) return [];
    const more = verb === undefined ? [{ name: COMPLETION, describe: "print a completion script" }] : [];
    const known = [...level.filter(({ hidden }) => hidden !== true), ...more];
    return [
      ...known.map(({ name, describe }) => ({ word: name, describe })),
      ...(current.startsWith("-") ? [{ word: "--help" }] : []),
    ];
  }
  if (verb === undefined) return [];
  const facts = factsOf(verb);
  const { waiting, positionals, given } = readWords(facts, rest);
  if (waiting !== undefined) return values(waiting, optionOf(facts, waiting), given);
  const [assignment, name = ""] = /^--([^=]+)=/.exec(current) ?? [];
  if (assignment !== undefined) {
    const found = await values(name, optionOf(facts, name), given);
    return found.map(({ word }) => ({ word: `${assignment}${word}` }));
  }
  if (current.startsWith("-")) return optionCandidates(facts, given);
  const positional = facts.positionals[positionals] ?? facts.positionals.find(({ many }) => many);
  return positional === undefined ? [] : values(positional.name, positional.described, given);
}

const optionOf = (facts: VerbFacts, name: string): Options | undefined =>
  facts.options[name] ?? Object.values(facts.options).find(({ alias }) => [alias ?? []].flat().includes(name));

/** What the words say that are there: options with their values, positional arguments, and an option that waits for its value. */
function readWords(facts: VerbFacts, words: readonly string[]) {
  const given = new Map<string, string>();
  let waiting: string | undefined;
  let positionals = 0;
  for (const word of words) {
    if (waiting !== undefined) {
      given.set(waiting, word);
      waiting = undefined;
      continue;
    }
    const [, name, value] = /^--?([^=]+)(?:=(.*))?$/.exec(word) ?? [];
    if (name === undefined) {
      positionals++;
      continue;
    }
    given.set(name.replace(/^no-/, ""), value ?? "");
    const option = optionOf(facts, name);
    if (option !== undefined && option.type !== "boolean" && value === undefined) waiting = name;
  }
  return { waiting, positionals, given };
}

function optionCandidates(facts: VerbFacts, given: ReadonlyMap<string, string>): Candidate[] {
  return [...Object.entries(facts.options), ["help", { describe: "show help" } as Options] as const]
    .filter(([name, { hidden, array, alias }]) => {
      const severalTimes = array === true || (alias !== undefined && `${[alias].flat()[0]}s` === name);
      return hidden !== true && (severalTimes || !given.has(name));
    })
    .map(([name, { describe }]) => ({ word: `--${name}`, describe: typeof describe === "string" ? describe : undefined }));
}

async function values(
  name: string,
  described: Options | PositionalOptions | undefined,
  given: ReadonlyMap<string, string>,
): Promise<Candidate[]> {
  const { choices } = described ?? {};
  if (choices !== undefined) return [choices].flat().map((choice) => ({ word: String(choice) }));
  const source = Object.hasOwn(SOURCES, name) ? SOURCES[name] : undefined;
  if (source === undefined) return [];
  try {
    const socket = given.get("socket");
    const config = given.get("config");
    const client = new ControlClient(socketOf({ socket, config: config ?? DEFAULT_CONFIG_FILE }));
    const found = await source((path) => client.get(path, ANSWER_MS));
    return [...new Set(found)].filter((word) => PLAIN.test(word)).map((word) => ({ word }));
  } catch (error) {
    // No daemon, no names; who presses the tab key wants no message.
    if (error instanceof ControlFailure) return [];
    throw error;
  }
}

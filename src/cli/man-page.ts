/** lunette(1), from the verbs: what help, completion and suggestions derive from too. */
import type { Options, PositionalOptions } from "yargs";
import { argument, entry, example, list, page, text } from "./roff.ts";
import type { Verb } from "./verb.ts";
import { factsOf, type PositionalFact } from "./verb-facts.ts";

/** Options that almost every verb has: said once. */
const COMMON = ["socket", "config", "json"] as const;
const CHANGES = ["dry-run", "force", "background"] as const;

export function commandPage(verbs: readonly Verb[]): string {
  const leaves = verbs.flatMap((verb) => leavesOf(verb, []));
  const sample = (wanted: string): Readonly<Record<string, Options>> => {
    const leaf = leaves.find(({ words }) => words === wanted);
    return leaf === undefined ? {} : factsOf(leaf.verb).options;
  };
  return page("LUNETTE", 1, "lunette", "userspace iSCSI target: block devices from one TOML file", [
    ".Sh SYNOPSIS",
    ".Nm",
    `.Ar command`,
    `.Op Ar argument ...`,
    ".Nm",
    ".Op Ar command ...",
    `.Fl \\-help`,
    ".Sh DESCRIPTION",
    text("lunette exports files and block devices to Linux, ESXi and Windows hosts over iSCSI."),
    text('"lunette serve" is the daemon. It reads'),
    ".Xr lunette.toml 5 ,",
    text("and answers the other commands on its control socket. Those that change something are applied at once, to"),
    text("objects that were made by commands or through the REST API: they are kept in managed.toml in state_dir. What the"),
    text(
      'hand-written file defines is changed there, followed by "lunette reload"; a command that meets such an object names the line.',
    ),
    ".Sh COMMON OPTIONS",
    text("Commands that ask the daemon have these:"),
    ...optionList(pick(sample("status"), COMMON)),
    ".Pp",
    text("Commands that change something have these as well:"),
    ...optionList(pick(sample("volume delete"), CHANGES)),
    ".Pp",
    text(
      'Sizes are written as in the file: a whole number of bytes, or "10 GiB", "512 MiB", "1.5 TB" (KiB, MiB, GiB, TiB count in 1024, KB, MB, GB, TB in 1000; "10G" is none).',
    ),
    text("Lists are separated by commas, or the option is given several times. --no-NAME is the contrary of --NAME."),
    ".Sh COMMANDS",
    ...leaves.flatMap(({ words, verb }) => verbSection(words, verb)),
    ".Sh EXIT STATUS",
    ...list([
      entry(["0"], [text("done; of plan: nothing to do")]),
      entry(["1"], [text("refused or failed: nothing has changed, unless the message says otherwise")]),
      entry(["2"], [text("the command line was not understood; of plan: there are changes")]),
      entry(["78"], [text("serve refuses the configuration")]),
    ]),
    ".Sh SEE ALSO",
    ".Xr lunette.toml 5",
  ]);
}

interface Leaf {
  readonly words: string;
  readonly verb: Verb;
}

/** The verbs that do something, with all the words that name them. */
export function leavesOf(verb: Verb, before: readonly string[]): Leaf[] {
  if (verb.hidden === true) return [];
  const words = [...before, verb.name];
  return verb.verbs === undefined ? [{ words: words.join(" "), verb }] : verb.verbs.flatMap((each) => leavesOf(each, words));
}

function pick(options: Readonly<Record<string, Options>>, names: readonly string[]): Record<string, Options> {
  return Object.fromEntries(Object.entries(options).filter(([name]) => names.includes(name)));
}

function verbSection(words: string, verb: Verb): string[] {
  const { positionals, options, examples, epilogue } = factsOf(verb);
  const common: readonly string[] = [...COMMON, ...("dry-run" in options ? CHANGES : [])];
  // serve has a --config of its own, and no daemon to ask.
  const own = Object.entries(options).filter(([name]) => !("socket" in options && common.includes(name)));
  return [
    `.Ss lunette ${text(words)}`,
    ".Nm",
    `.Cm ${argument(words)}`,
    ...positionals.map(positionalMacro),
    ".Pp",
    text(`${verb.describe}.`),
    ...list([
      ...positionals
        .filter(({ described }) => described.describe !== undefined)
        .map((each) => entry([`.Ar ${argument(each.name)}`], [text(`${sentence(each.described)}`)])),
    ]),
    ...optionList(Object.fromEntries(own)),
    ...(epilogue === undefined ? [] : [".Pp", text(epilogue)]),
    ...examples.flatMap(([command, what]) => [
      ".Pp",
      text(`${what[0]?.toUpperCase()}${what.slice(1)}:`),
      ...example([command.replaceAll("$0", "lunette")]),
    ]),
  ];
}

function positionalMacro({ name, required, many }: PositionalFact): string {
  const ar = `Ar ${argument(name)}${many ? " ..." : ""}`;
  return required ? `.${ar}` : `.Op ${ar}`;
}

function sentence({ describe, choices, default: value }: Options | PositionalOptions): string {
  const notes = [
    ...(choices === undefined ? [] : [`one of ${[choices].flat().join(", ")}`]),
    ...(value === undefined || value === false ? [] : [`default: ${String(value)}`]),
  ];
  return `${typeof describe === "string" ? describe : ""}${notes.length === 0 ? "" : ` [${notes.join("; ")}]`}`;
}

function optionList(options: Readonly<Record<string, Options>>): string[] {
  return list(
    Object.entries(options)
      .filter(([, { hidden }]) => hidden !== true)
      .map(([name, option]) => {
        const also = [option.alias ?? []]
          .flat()
          .map((alias) => (alias.length === 1 ? `\\-${text(alias)}` : `\\-\\-${text(alias)}`));
        const value = option.type === "boolean" ? "" : ` Ar ${argument(name.toUpperCase().replace(/^.*-/, ""))}`;
        const head = [`.Fl \\-${text(name)}${value}`, ...also.map((each) => `.Pq ${each}`)];
        return entry(head, [text(sentence(option) + (option.demandOption === true ? " (required)" : ""))]);
      }),
  );
}

/**
 * Options of `create` and `set` from the schema of lunette.toml: a key there is an option here, with dashes, and its
 * documentation is the help. Values go to the daemon as TOML would give them; it alone decides whether they are right.
 */
import path from "node:path";
import type { ArgumentsCamelCase, Argv, Options } from "yargs";
import { parseSize } from "../common/units.ts";
import type { Field, Fields, Kind } from "../config/field.ts";
import { pathFault } from "../config/text-rules.ts";
import { UsageFault } from "./control-verb.ts";
import type { Terminal } from "./verb.ts";

/** Stands for a secret on the command line, which everybody on the machine can read: the secret comes from standard input. */
const FROM_INPUT = "-";

export const optionName = (key: string): string => key.replaceAll("_", "-");

const isList = ({ type }: Field): boolean => type === "strings" || type === "integers";

/** `--portals A,B` is also written `--portal A --portal B`. */
function singular(key: string, field: Field, taken: readonly string[]): string | undefined {
  const name = optionName(key.slice(0, -1));
  return isList(field) && key.endsWith("s") && !taken.includes(name) ? name : undefined;
}

/** The keys of a kind that are options; those that are taken by the positional arguments are not. */
function optionKeys(kind: Kind, taken: readonly string[]): [string, Field][] {
  return Object.entries<Field>(kind.fields).filter(([key]) => !taken.includes(key));
}

/** `chosen`: keys that the file must have and Lunette chooses where they are not given, and what it chooses. */
export function fieldOptions(
  parser: Argv,
  kind: Kind,
  taken: readonly string[],
  create: boolean,
  chosen: Readonly<Record<string, string>> = {},
): Argv {
  for (const [key, field] of optionKeys(kind, taken)) {
    const { required, ...rest } = field;
    const asked = key in chosen ? { ...rest, defaultDoc: chosen[key] as string } : field;
    parser.option(optionName(key), optionOf(key, asked, taken, create));
  }
  return parser;
}

function optionOf(key: string, field: Field, taken: readonly string[], create: boolean): Options {
  const alias = singular(key, field, taken);
  return {
    // Numbers are read here: yargs makes NaN of what is none.
    type: field.type === "boolean" ? "boolean" : "string",
    ...(field.type === "boolean" ? {} : { requiresArg: true }),
    ...(field.oneOf !== undefined && field.type === "string" ? { choices: field.oneOf as readonly string[] } : {}),
    ...(alias === undefined ? {} : { alias }),
    ...(create && field.required ? { demandOption: true } : {}),
    describe: describeField(field, create),
  };
}

function describeField(field: Field, create: boolean): string {
  const notes = [
    ...(field.type === "size" ? ["a size as in the file"] : []),
    ...(isList(field) ? ["with commas, or given several times"] : []),
    ...(field.sensitive ? ['"-": ask for it, or read it from standard input'] : []),
    ...(field.oneOf !== undefined && field.type !== "string" ? [`of ${field.oneOf.join(", ")}`] : []),
    ...(create && !field.required ? defaultNote(field) : []),
  ];
  const doc = field.doc.replaceAll("`", "").replace(/\.$/, "");
  return notes.length === 0 ? doc : `${doc} (${notes.join("; ")})`;
}

function defaultNote(field: Field): string[] {
  if (field.defaultDoc !== undefined) return [`default: ${field.defaultDoc.replaceAll("`", "")}`];
  if (field.default === undefined || (Array.isArray(field.default) && field.default.length === 0)) return [];
  return [`default: ${Array.isArray(field.default) ? field.default.join(",") : String(field.default)}`];
}

/** What was given, by key of the file. */
export async function fieldsGiven(
  kind: Kind,
  taken: readonly string[],
  argv: ArgumentsCamelCase,
  terminal: Terminal,
): Promise<Record<string, unknown>> {
  const body: Record<string, unknown> = {};
  for (const [key, field] of optionKeys(kind, taken)) {
    const given: unknown = argv[optionName(key)];
    if (given === undefined) continue;
    const name = `--${optionName(key)}`;
    body[key] = field.sensitive ? await secretOf(name, given, field, terminal) : fieldValue(name, given, field);
  }
  return body;
}

/** Keys that `--unset` names. */
export function keysUnset(fields: Fields, argv: ArgumentsCamelCase): Record<string, null> {
  const names = textsOf(argv["unset"]).map((name) => name.replaceAll("-", "_"));
  for (const name of names) {
    const field = fields[name];
    if (field === undefined) throw new UsageFault(`--unset: there is no ${name}; there are ${Object.keys(fields).join(", ")}`);
    if (field.required) throw new UsageFault(`--unset: ${name} is always there`);
  }
  return Object.fromEntries(names.map((name) => [name, null]));
}

const textsOf = (given: unknown): string[] =>
  (Array.isArray(given) ? given : given === undefined ? [] : [given])
    .flatMap((each) => String(each).split(","))
    .map((each) => each.trim())
    .filter((each) => each !== "");

function single(name: string, given: unknown): string | boolean {
  if (Array.isArray(given)) throw new UsageFault(`${name} is given twice`);
  return given as string | boolean;
}

function fieldValue(name: string, given: unknown, field: Field): unknown {
  switch (field.type) {
    case "strings":
      return textsOf(given);
    case "integers":
      return textsOf(given).map((text) => wholeNumber(name, text));
    case "integer":
      return wholeNumber(name, String(single(name, given)));
    case "boolean":
      return single(name, given);
    case "size":
      return sizeOf(name, String(single(name, given)));
    case "string": {
      const text = String(single(name, given));
      // Whoever types a relative path means the folder that he is in, not the daemon's.
      return field.fault === pathFault && text !== "" ? path.resolve(text) : text;
    }
  }
}

export function wholeNumber(name: string, text: string): number {
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw new UsageFault(`${name}: ${JSON.stringify(text)}: must be a whole number`);
}

/** Sizes are written as in the file, and sent in bytes. */
export function sizeOf(name: string, text: string): number {
  const size = parseSize(text);
  if (size.ok) return size.bytes;
  throw new UsageFault(`${name}: ${JSON.stringify(text)}: must be ${size.wanted}`);
}

async function secretOf(name: string, given: unknown, { doc }: Field, terminal: Terminal): Promise<string> {
  if (single(name, given) !== FROM_INPUT) {
    throw new UsageFault(
      `${name}: others on this machine can read command lines. Give "${name} -" and type it, or pipe it in, or name a file with ${name}-file`,
    );
  }
  if (terminal.secret === undefined) throw new UsageFault(`${name}: there is no standard input to read it from`);
  const secret = await terminal.secret(`${doc.split(/[,;.]/)[0]}: `);
  if (secret === "") throw new UsageFault(`${name}: nothing was typed`);
  return secret;
}

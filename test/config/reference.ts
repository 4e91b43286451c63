/** The reference of README.md, from the schema and the table of limits. */
import { LIMITS, type LimitRow } from "../../src/common/limits.ts";
import { formatSize } from "../../src/common/units.ts";
import type { Field, Kind } from "../../src/config/field.ts";
import { KINDS, LIMITS_KIND } from "../../src/config/schema.ts";

const cell = (text: string): string => text.replaceAll("|", "\\|");
const code = (value: unknown): string => `\`${JSON.stringify(value)}\``;

function typeOf(field: Field): string {
  if (field.oneOf !== undefined) {
    const choices = field.oneOf.map(code).join(", ");
    return field.type === "strings" ? `array of ${choices}` : choices;
  }
  if (field.type === "strings") return "array of strings";
  if (field.type === "integers") return "array of numbers";
  if (field.type === "integer") return field.max === undefined ? "number" : `number, ${field.min} to ${field.max}`;
  return field.type;
}

function defaultOf(field: Field): string {
  if (field.required) return "**required**";
  if (field.defaultDoc !== undefined) return field.defaultDoc;
  if (field.default === undefined || (Array.isArray(field.default) && field.default.length === 0)) return "none";
  return code(field.default);
}

function section(kind: Kind): string {
  const brackets = kind.many ? `[[${kind.header}]]` : `[${kind.header}]`;
  const rows = Object.entries(kind.fields).map(
    ([key, field]) => `| \`${key}\` | ${cell(typeOf(field))} | ${cell(defaultOf(field))} | ${cell(field.doc)} |`,
  );
  return [`#### \`${brackets}\``, "", kind.doc, "", "| key | value | default | meaning |", "|---|---|---|---|", ...rows].join(
    "\n",
  );
}

export function configurationReference(): string {
  return KINDS.filter((kind) => kind.header !== LIMITS_KIND.header)
    .map(section)
    .join("\n\n");
}

export function limitsReference(): string {
  const show = (row: LimitRow, value: number): string =>
    row.unit === "bytes" ? formatSize(value) : row.unit === "milliseconds" ? `${value} ms` : String(value);
  const rows = Object.entries<LimitRow>(LIMITS).map(([name, row]) => {
    const range = row.fixed ? "fixed" : `${show(row, row.min)} to ${show(row, row.max)}`;
    return `| \`${name}\` | ${show(row, row.value)} | ${range} | ${cell(row.what)} |`;
  });
  return ["| limit | default | range | what it bounds |", "|---|---|---|---|", ...rows].join("\n");
}

/** The text between `<!-- name:begin -->` and `<!-- name:end -->`, and a function that replaces it. */
export function marked(document: string, name: string): { text: string; replace: (text: string) => string } {
  const [begin, end] = [`<!-- ${name}:begin -->\n`, `\n<!-- ${name}:end -->`];
  const from = document.indexOf(begin) + begin.length;
  const to = document.indexOf(end);
  if (from < begin.length || to < from) throw new Error(`README.md has no markers for ${name}`);
  return { text: document.slice(from, to), replace: (text) => document.slice(0, from) + text + document.slice(to) };
}

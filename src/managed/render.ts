/**
 * A document as the text of `managed.toml`, and as a source for the loader with the line of everything, without reading the text back:
 * with thousands of objects a change of one costs what that one costs. Objects are immutable, so the text of each is made once.
 */
import { isDeepStrictEqual } from "node:util";
import { stringify } from "smol-toml";
import { Report } from "../config/config-error.ts";
import type { Place } from "../config/model.ts";
import { readTomlSource, type TomlPath, type TomlSource } from "../config/toml-source.ts";
import { MANAGED_TABLES, type ManagedDocument, type ObjectMeta, type Raw, rowsOf } from "./document.ts";

const HEAD = `# Written by Lunette: the objects that were made while it runs, with its verbs or over REST. Change them in the same way.
# What is written by hand belongs into lunette.toml.

`;

interface Fragment {
  readonly text: string;
  readonly lines: number;
  /** Lines from 0 at which the headers within it stand, by header: "target.lun". */
  readonly headers: ReadonlyMap<string, readonly number[]>;
  source: TomlSource | undefined;
}

const fragments = new WeakMap<Raw, Fragment>();
const metaTexts = new WeakMap<ObjectMeta, string>();

function fragmentOf(table: string, many: boolean, raw: Raw): Fragment {
  let fragment = fragments.get(raw);
  if (fragment === undefined) {
    const text = `${stringify({ [table]: many ? [raw] : raw })}\n`;
    const headers = new Map<string, number[]>();
    const lines = text.split("\n");
    for (const [line, written] of lines.entries()) {
      const header = /^\[\[?([a-z_.]+)\]/.exec(written)?.[1];
      if (header !== undefined) headers.set(header, [...(headers.get(header) ?? []), line]);
    }
    fragment = { text, lines: lines.length - 1, headers, source: undefined };
    fragments.set(raw, fragment);
  }
  return fragment;
}

/** What of the object can't be kept in TOML; undefined when it reads back as it is. Only for what has just come in. */
export function renderFault(table: string, raw: Raw): string | undefined {
  const many = MANAGED_TABLES.some(({ header, many: each }) => header === table && each);
  const report = new Report();
  const source = readTomlSource("", fragmentOf(table, many, raw).text, report);
  if (source === undefined) return report.problems[0]?.message ?? "it can't be read back";
  const value = source.values[table];
  const read = many ? (value as readonly unknown[])[0] : value;
  return isDeepStrictEqual(plain(read), plain(raw)) ? undefined : "it does not read back as it was given";
}

const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

export function renderDocument(document: ManagedDocument): string {
  const parts = [HEAD, `[managed]\ngeneration = ${document.generation}\n\n`];
  for (const { header, many } of MANAGED_TABLES)
    for (const raw of rowsOf(document, header)) parts.push(fragmentOf(header, many, raw).text);
  for (const meta of document.objects.values()) parts.push(metaText(meta));
  return parts.join("");
}

function metaText(meta: ObjectMeta): string {
  let text = metaTexts.get(meta);
  if (text === undefined) {
    text = `[[managed.object]]\n${stringify(meta)}\n`;
    metaTexts.set(meta, text);
  }
  return text;
}

const paths = new WeakMap<Place, TomlPath>();

/** What was asked for when this place was given by a source of this file: where in the document a problem lies. */
export const pathOfPlace = (place: Place): TomlPath | undefined => paths.get(place);

/** The document as the loader reads it, with the places of `renderDocument`. */
export function documentSource(document: ManagedDocument, file: string): TomlSource {
  /** Lines from 0, by table and index. */
  const starts = new Map<string, number[]>();
  let line = HEAD.split("\n").length - 1 + 3;
  for (const { header, many } of MANAGED_TABLES) {
    const own: number[] = [];
    for (const raw of rowsOf(document, header)) {
      own.push(line);
      line += fragmentOf(header, many, raw).lines;
    }
    starts.set(header, own);
  }
  const find = (path: TomlPath, which: "keyPlace" | "valuePlace"): Place => {
    const [table = "", second] = path;
    const many = Array.isArray(document.tables[table]);
    const index = many && typeof second === "number" ? second : 0;
    const start = starts.get(String(table))?.[index] ?? 0;
    const raw = rowsOf(document, String(table))[index];
    const place = { file, ...lineAndColumn(raw, String(table), many, start, path, which) };
    paths.set(place, path);
    return place;
  };
  return {
    file,
    values: document.tables,
    keyPlace: (path) => find(path, "keyPlace"),
    valuePlace: (path) => find(path, "valuePlace"),
  };
}

function lineAndColumn(
  raw: Raw | undefined,
  table: string,
  many: boolean,
  start: number,
  path: TomlPath,
  which: "keyPlace" | "valuePlace",
): { line: number; column: number } {
  const rest = path.slice(many ? 2 : 1);
  if (raw === undefined || rest.length === 0) return { line: start + 1, column: 1 };
  const fragment = fragmentOf(table, many, raw);
  const [key, index] = rest;
  // The tables within an object, which every load asks for.
  if (rest.length === 2 && typeof index === "number") {
    const header = fragment.headers.get(`${table}.${key}`)?.[index];
    if (header !== undefined) return { line: start + header + 1, column: 1 };
  }
  fragment.source ??= readTomlSource("", fragment.text, new Report());
  const found = fragment.source?.[which]([table, ...(many ? [0] : []), ...rest]);
  return found === undefined ? { line: start + 1, column: 1 } : { line: start + found.line, column: found.column };
}

/**
 * One TOML 1.0 file: its values, and the place where each key and value was written. smol-toml reads the
 * values (its errors say line and column); toml-eslint-parser reads the same text once more for positions.
 */
import { parse, TomlError } from "smol-toml";
import type { AST } from "toml-eslint-parser";
import { ParseError as PositionError, parseTOML } from "toml-eslint-parser";
import type { Report } from "./config-error.ts";
import { excerpt } from "./excerpt.ts";
import type { Place } from "./model.ts";

export type TomlPath = readonly (string | number)[];

export interface TomlSource {
  readonly file: string;
  readonly values: Readonly<Record<string, unknown>>;
  /** Where the key (or the table header, or the array's element) at `path` begins. */
  keyPlace(path: TomlPath): Place;
  /** Where the value at `path` begins; for a table, its header. */
  valuePlace(path: TomlPath): Place;
}

/** Parses `text`; a syntax error goes to `report` and gives undefined. */
export function readTomlSource(file: string, text: string, report: Report): TomlSource | undefined {
  let values: Record<string, unknown>;
  let tree: AST.TOMLProgram;
  try {
    values = parse(text) as Record<string, unknown>;
    tree = parseTOML(text, { tomlVersion: "1.0" });
  } catch (error) {
    const fault = syntaxFault(error);
    if (fault === undefined) throw error;
    const { line, column, message } = fault;
    report.error({ file, line, column }, `not valid TOML: ${message}`, excerpt(text, line, column));
    return undefined;
  }
  const keys = new Map<string, Place>();
  const places = new Map<string, Place>();
  collect(tree.body[0], file, keys, places);
  const start: Place = { file, line: 1, column: 1 };
  const find = (first: ReadonlyMap<string, Place>, second: ReadonlyMap<string, Place>, path: TomlPath): Place => {
    // A table that exists only as part of a dotted header has no place of its own: its parent's stands in.
    for (let length = path.length; length > 0; length--) {
      const id = idOf(path.slice(0, length));
      const place = first.get(id) ?? second.get(id);
      if (place !== undefined) return place;
    }
    return start;
  };
  return {
    file,
    values,
    keyPlace: (path) => find(keys, places, path),
    valuePlace: (path) => find(places, keys, path),
  };
}

function syntaxFault(error: unknown): { line: number; column: number; message: string } | undefined {
  if (error instanceof TomlError) {
    const [first = ""] = error.message.split("\n");
    return { line: error.line, column: error.column, message: first.replace(/^Invalid TOML document: /, "") };
  }
  if (error instanceof PositionError) return { line: error.lineNumber, column: error.column + 1, message: error.message };
  return undefined;
}

const idOf = (path: TomlPath): string => JSON.stringify(path);

function collect(top: AST.TOMLTopLevelTable, file: string, keys: Map<string, Place>, places: Map<string, Place>): void {
  const placeOf = (node: AST.TOMLNode): Place => ({ file, line: node.loc.start.line, column: node.loc.start.column + 1 });
  const note = (map: Map<string, Place>, path: TomlPath, node: AST.TOMLNode): void => {
    const id = idOf(path);
    if (!map.has(id)) map.set(id, placeOf(node));
  };
  const pair = (node: AST.TOMLKeyValue, parent: TomlPath): void => {
    let path = parent;
    for (const part of node.key.keys) {
      path = [...path, part.type === "TOMLBare" ? part.name : part.value];
      note(keys, path, part);
    }
    content(node.value, path);
  };
  const content = (node: AST.TOMLContentNode, path: TomlPath): void => {
    note(places, path, node);
    if (node.type === "TOMLArray") for (const [index, element] of node.elements.entries()) content(element, [...path, index]);
    if (node.type === "TOMLInlineTable") for (const inner of node.body) pair(inner, path);
  };
  for (const node of top.body) {
    if (node.type === "TOMLKeyValue") {
      pair(node, []);
      continue;
    }
    note(places, node.resolvedKey, node);
    // An array of tables is known by its first header.
    if (node.kind === "array") note(keys, node.resolvedKey.slice(0, -1), node);
    for (const inner of node.body) pair(inner, node.resolvedKey);
  }
}

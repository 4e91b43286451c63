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
  const keys: Positions = new Map();
  const places: Positions = new Map();
  collect(tree.body[0], keys, places);
  const find = (first: Positions, second: Positions, path: TomlPath): Place => {
    // A table that exists only as part of a dotted header has no place of its own: its parent's stands in.
    let found: Position = { line: 1, column: 0 };
    let id = "";
    for (const part of path) {
      id = idWithin(id, part);
      found = first.get(id) ?? second.get(id) ?? found;
    }
    return { file, line: found.line, column: found.column + 1 };
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

/** As the parser tells it: columns begin with 0. */
type Position = AST.TOMLNode["loc"]["start"];
type Positions = Map<string, Position>;

/**
 * Each step with its length, so that no two paths have one id; a number is an element of an array. A file has tens of thousands of
 * keys, and each step of each is looked up: JSON of the path took a sixth of the time of reading a large file.
 */
const idWithin = (parent: string, part: string | number): string =>
  typeof part === "number" ? `${parent}#${part};` : `${parent}${part.length}:${part}`;
const idOf = (path: TomlPath): string => path.reduce(idWithin, "");

function collect(top: AST.TOMLTopLevelTable, keys: Positions, places: Positions): void {
  const note = (map: Positions, id: string, node: AST.TOMLNode): void => {
    if (!map.has(id)) map.set(id, node.loc.start);
  };
  const pair = (node: AST.TOMLKeyValue, parent: string): void => {
    let id = parent;
    for (const part of node.key.keys) {
      id = idWithin(id, part.type === "TOMLBare" ? part.name : part.value);
      note(keys, id, part);
    }
    content(node.value, id);
  };
  const content = (node: AST.TOMLContentNode, id: string): void => {
    note(places, id, node);
    if (node.type === "TOMLArray")
      for (const [index, element] of node.elements.entries()) content(element, idWithin(id, index));
    if (node.type === "TOMLInlineTable") for (const inner of node.body) pair(inner, id);
  };
  for (const node of top.body) {
    if (node.type === "TOMLKeyValue") {
      pair(node, "");
      continue;
    }
    const id = idOf(node.resolvedKey);
    note(places, id, node);
    // An array of tables is known by its first header.
    if (node.kind === "array") note(keys, idOf(node.resolvedKey.slice(0, -1)), node);
    for (const inner of node.body) pair(inner, id);
  }
}

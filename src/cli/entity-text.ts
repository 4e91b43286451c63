/** One configured object for people: keys in the order of the schema, with nested tables below. */
import { formatSize } from "../common/units.ts";
import type { Field, Kind } from "../config/field.ts";
import { KINDS } from "../config/schema.ts";
import { localTime } from "./human.ts";
import { ABOUT, type Entity } from "./object-noun.ts";
import { harmless } from "./table.ts";

type Row = readonly [key: string, value: string];
type Table = Readonly<Record<string, unknown>>;

export function entityText(kind: Kind, entity: Entity): string {
  const lines = tableLines(kind, entity, "");
  const about: Row[] = [
    // A target may be configured by its short name.
    ...(Object.values(entity).filter((value) => String(value) === entity.id).length > 1 ? [] : [["id", entity.id] as const]),
    ["uuid", entity.uuid],
    ["generation", String(entity.generation)],
    ...(entity.created === undefined ? [] : [["created", localTime(entity.created)] as const]),
    ...(entity.updated === undefined ? [] : [["updated", localTime(entity.updated)] as const]),
    ["defined", homeText(entity)],
  ];
  return [...lines, ...aligned(about, "")].join("\n");
}

/** A table that nobody has written has no generation either: it has defaults. */
function homeText({ home, place, generation }: Entity): string {
  if (home === "file") return place ?? "in the file";
  return generation === 0 ? "nowhere: all of it is as by default" : "by command line or API (managed.toml)";
}

function tableLines(kind: Kind, table: Table, indent: string): string[] {
  const keys = Object.keys(kind.fields);
  // What a newer daemon says and this schema has not is shown as well.
  const unknown = Object.keys(table).filter(
    (key) =>
      !keys.includes(key) && !(key in (kind.tables ?? {})) && (indent !== "" || !(ABOUT as readonly string[]).includes(key)),
  );
  const rows = [...keys, ...unknown]
    .filter((key) => table[key] !== undefined)
    .map((key): Row => [key, valueText(kind.fields[key], table[key])]);
  const nested = Object.entries(kind.tables ?? {}).flatMap(([key, header]) => {
    const inner = KINDS.find((each) => each.header === header);
    const value = table[key];
    if (inner === undefined || value === undefined) return [];
    return (Array.isArray(value) ? value : [value]).flatMap((each: Table) => [
      `${indent}${key}`,
      ...tableLines(inner, each, `${indent}  `),
    ]);
  });
  return [...aligned(rows, indent), ...nested];
}

function aligned(rows: readonly Row[], indent: string): string[] {
  const width = Math.max(0, ...rows.map(([key]) => key.length));
  return rows.map(([key, value]) => harmless(`${indent}${key.padEnd(width)}  ${value}`).trimEnd());
}

function valueText(field: Field | undefined, value: unknown): string {
  if (field?.type === "size" && typeof value === "number") return formatSize(value);
  if (Array.isArray(value) && value.length === 0) return "none";
  if (Array.isArray(value)) return value.map((each) => (typeof each === "string" ? each : JSON.stringify(each))).join(", ");
  return typeof value === "string" ? value : JSON.stringify(value);
}

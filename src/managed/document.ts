/**
 * The objects that were made while Lunette ran, as plain data: what `state_dir/managed.toml` holds. Documents are never changed; an edit
 * gives the next one, which shares all objects but the one that the edit is about.
 */
import { randomUUID } from "node:crypto";
import type { LoadedConfiguration } from "../config/load.ts";
import { MANAGED, NODE, TOP_LEVEL } from "../config/schema.ts";

/** One table by TOML key, as it is written: without defaults. */
export type Raw = Readonly<Record<string, unknown>>;

/** What is known of an object beside its fields. */
export interface ObjectMeta {
  readonly kind: string;
  readonly id: string;
  readonly uuid: string;
  /** Of the document that the last change of the object has made. */
  readonly generation: number;
  readonly created: string;
  readonly updated: string;
}

export interface ManagedDocument {
  /** Rises by one with each change. */
  readonly generation: number;
  /** By TOML key: a table, or an array of tables. */
  readonly tables: Readonly<Record<string, Raw | readonly Raw[]>>;
  readonly objects: ReadonlyMap<string, ObjectMeta>;
}

/** One object is made, replaced or (`raw` undefined) taken away. */
export interface Edit {
  readonly table: string;
  /** undefined: the table stands once, or the object is new. */
  readonly index: number | undefined;
  readonly raw: Raw | undefined;
}

export const EMPTY_DOCUMENT: ManagedDocument = { generation: 0, tables: {}, objects: new Map() };

/** The tables that the managed file may have; [node] says where that file is, and stands in the hand-written one. */
export const MANAGED_TABLES = TOP_LEVEL.filter(({ header }) => header !== NODE.header);

const isMany = (table: string): boolean => MANAGED_TABLES.some(({ header, many }) => header === table && many);

/** The name by which the document knows an object: not that of a target in full, which changes with `base_iqn`. */
export function metaId(table: string, raw: Raw): string {
  if (!isMany(table)) return table;
  return String(table === "portal_group" ? raw["tag"] : (raw["iqn"] ?? raw["name"]));
}

const keyOf = (kind: string, id: string): string => `${kind} ${id}`;

export const metaOf = ({ objects }: ManagedDocument, table: string, raw: Raw): ObjectMeta | undefined =>
  objects.get(keyOf(table, metaId(table, raw)));

export function rowsOf({ tables }: ManagedDocument, table: string): readonly Raw[] {
  const value = tables[table];
  if (value === undefined) return [];
  return Array.isArray(value) ? value : [value as Raw];
}

export function applyEdit(document: ManagedDocument, { table, index, raw }: Edit, now: Date): ManagedDocument {
  const rows = rowsOf(document, table);
  const before = isMany(table) ? (index === undefined ? undefined : rows[index]) : rows[0];
  const generation = document.generation + 1;
  const objects = new Map(document.objects);
  const known = before === undefined ? undefined : metaOf(document, table, before);
  if (before !== undefined) objects.delete(keyOf(table, metaId(table, before)));
  if (raw !== undefined) {
    const id = metaId(table, raw);
    const updated = now.toISOString();
    const { uuid, created } = known ?? { uuid: randomUUID(), created: updated };
    objects.set(keyOf(table, id), { kind: table, id, uuid, generation, created, updated });
  }
  return { generation, tables: withRows(document.tables, table, edited(rows, before, raw)), objects };
}

function edited(rows: readonly Raw[], before: Raw | undefined, raw: Raw | undefined): readonly Raw[] {
  if (before === undefined) return raw === undefined ? rows : [...rows, raw];
  return raw === undefined ? rows.filter((row) => row !== before) : rows.map((row) => (row === before ? raw : row));
}

function withRows(tables: ManagedDocument["tables"], table: string, rows: readonly Raw[]): ManagedDocument["tables"] {
  const { [table]: _, ...others } = tables;
  if (rows.length === 0) return others;
  return { ...others, [table]: isMany(table) ? rows : (rows[0] as Raw) };
}

/** The document that a valid load has read from its managed file. Rows about objects that are not there any more are left out. */
export function documentOf({ draft, managed }: Pick<LoadedConfiguration, "draft" | "managed">): ManagedDocument {
  if (managed === undefined) return EMPTY_DOCUMENT;
  const tables: Record<string, Raw | readonly Raw[]> = {};
  const present = new Set<string>();
  for (const { header } of MANAGED_TABLES) {
    const value = managed.values[header] as Raw | readonly Raw[] | undefined;
    if (value === undefined) continue;
    tables[header] = value;
    for (const row of Array.isArray(value) ? (value as Raw[]) : [value as Raw]) present.add(keyOf(header, metaId(header, row)));
  }
  const rows = (draft.managed?.objects ?? []).map(({ values }) => values);
  const objects = rows.map((row): [string, ObjectMeta] => [keyOf(row.kind, row.id), row]);
  return {
    generation: draft.managed?.head.values.generation ?? MANAGED.fields.generation.default,
    tables,
    objects: new Map(objects.filter(([key]) => present.has(key))),
  };
}

/**
 * Configured objects as the control socket shows them: all fields by TOML key with their defaults, secrets masked, and what is known of the
 * object beside. Both homes are shown alike, the hand-written file and the managed one.
 */
import { createHash } from "node:crypto";
import { parseSize } from "../common/units.ts";
import { formatPlace } from "../config/config-error.ts";
import type { Field, Kind } from "../config/field.ts";
import type { LoadedConfiguration } from "../config/load.ts";
import type { Place } from "../config/model.ts";
import { KINDS, NODE } from "../config/schema.ts";
import type { TomlSource } from "../config/toml-source.ts";
import { COLLECTIONS, type Collection, type Part, SINGLETONS } from "./collections.ts";
import { type ManagedDocument, metaOf, type ObjectMeta, type Raw } from "./document.ts";

/** Stands for a secret; written back it means the secret that is there. */
export const MASK = "***";

export type Home = "file" | "managed";

export interface Entity {
  readonly id: string;
  readonly uuid: string;
  readonly generation: number;
  readonly created?: string;
  readonly updated?: string;
  readonly home: Home;
  /** `file:line:column`, of what stands in the hand-written file. */
  readonly place?: string;
  readonly [field: string]: unknown;
}

/** Members of an entity that are no fields. */
export const META_MEMBERS = ["id", "uuid", "generation", "created", "updated", "home", "place"] as const;

/** One object, or table that stands once, of the configuration that was last applied. */
export interface Item {
  readonly collection: Collection;
  readonly id: string;
  readonly raw: Raw;
  readonly home: Home;
  readonly place: Place | undefined;
  readonly meta: ObjectMeta | undefined;
  /** Position in its array of its file. */
  readonly index: number;
}

const kindOf = (header: string): Kind => KINDS.find((kind) => kind.header === header) as Kind;

const normalised = (field: Field, value: unknown): unknown => {
  if (field.type !== "size" || typeof value !== "string") return value;
  const size = parseSize(value);
  return size.ok ? size.bytes : value;
};

/** The table with defaults filled in and sizes in bytes; with `mask`, secrets are not in it. */
export function completed(kind: Kind, raw: Raw, mask: boolean): Record<string, unknown> {
  const complete: Record<string, unknown> = {};
  for (const [key, field] of Object.entries(kind.fields)) {
    const value = normalised(field, raw[key] ?? field.default);
    if (value !== undefined) complete[key] = mask && field.sensitive ? MASK : value;
  }
  for (const [key, header] of Object.entries(kind.tables ?? {})) {
    const inner = kindOf(header);
    const value = raw[key] ?? (inner.many ? [] : undefined);
    if (value === undefined) continue;
    complete[key] = Array.isArray(value)
      ? value.map((each: Raw) => completed(inner, each, mask))
      : completed(inner, value as Raw, mask);
  }
  return complete;
}

/** A version 8 UUID (RFC 9562 5.8) of what has none of its own: the same on every start. */
export function derivedUuid(...parts: readonly string[]): string {
  const bytes = createHash("sha256").update(JSON.stringify(parts)).digest().subarray(0, 16);
  bytes[6] = 0x80 | ((bytes[6] ?? 0) & 0x0f);
  bytes[8] = 0x80 | ((bytes[8] ?? 0) & 0x3f);
  const hex = bytes.toString("hex");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}

export class ConfigView {
  readonly document: ManagedDocument;
  readonly loaded: LoadedConfiguration;
  readonly baseIqn: string;
  readonly #nodeUuid: string;
  readonly #items = new Map<Collection, ReadonlyMap<string, Item>>();

  constructor(loaded: LoadedConfiguration, document: ManagedDocument, nodeUuid: string) {
    this.loaded = loaded;
    this.document = document;
    this.baseIqn = loaded.configuration.node.baseIqn;
    this.#nodeUuid = nodeUuid;
  }

  /** By id, in the order of the files. */
  items(collection: Collection): ReadonlyMap<string, Item> {
    let items = this.#items.get(collection);
    if (items === undefined) {
      const { main } = this.loaded;
      items = SINGLETONS.includes(collection)
        ? new Map([[collection.kind.header, this.#single(collection)]])
        : new Map([...this.#many(collection, main, "file"), ...this.#many(collection, undefined, "managed")]);
      this.#items.set(collection, items);
    }
    return items;
  }

  find(collection: Collection, id: string): Item | undefined {
    return this.items(collection).get(collection.canonical(id, this.baseIqn));
  }

  #many(collection: Collection, main: TomlSource | undefined, home: Home): [string, Item][] {
    const { header } = collection.kind;
    const rows = ((main?.values ?? this.document.tables)[header] ?? []) as readonly Raw[];
    return rows.map((raw, index) => {
      const id = collection.idOf(raw, this.baseIqn) ?? "";
      const place = main?.valuePlace([header, index]);
      return [id, { collection, id, raw, home, place, meta: main ? undefined : metaOf(this.document, header, raw), index }];
    });
  }

  #single(collection: Collection): Item {
    const { header } = collection.kind;
    const { main } = this.loaded;
    const written = main.values[header] as Raw | undefined;
    const common = { collection, id: header, index: 0 };
    if (written !== undefined)
      return { ...common, raw: written, home: "file", place: main.valuePlace([header]), meta: undefined };
    const raw = this.document.tables[header] as Raw | undefined;
    const meta = raw === undefined ? undefined : metaOf(this.document, header, raw);
    return { ...common, raw: raw ?? {}, home: "managed", place: undefined, meta };
  }

  entity(item: Item): Entity {
    const { collection, id, raw } = item;
    const { header } = collection.kind;
    const uuid = header === NODE.header ? this.#nodeUuid : (item.meta?.uuid ?? derivedUuid(this.#nodeUuid, header, id));
    return { ...this.#meta(item, id, uuid), ...completed(collection.kind, raw, true) };
  }

  /** A part has the generation of the object that holds it. */
  partEntity(item: Item, part: Part, element: unknown): Entity {
    const id = part.idOf(element) ?? "";
    const owner = this.entity(item);
    const meta = this.#meta(item, id, derivedUuid(owner.uuid, part.key, id));
    if (part.kind === undefined) return { ...meta, [part.member]: element };
    return { ...meta, ...completed(part.kind, element as Raw, true) };
  }

  #meta({ home, place, meta }: Item, id: string, uuid: string): Entity {
    return {
      id,
      uuid,
      generation: meta?.generation ?? 0,
      ...(meta === undefined ? {} : { created: meta.created, updated: meta.updated }),
      home,
      ...(place === undefined ? {} : { place: formatPlace(place) }),
    };
  }

  /** Everything, as `GET /v1/config` answers it; or what has this home. */
  everything(home?: Home): Record<string, unknown> {
    const all: Record<string, unknown> = { generation: this.document.generation };
    const wanted = (item: Item): boolean => home === undefined || item.home === home;
    for (const collection of SINGLETONS) {
      const item = this.#single(collection);
      if (wanted(item)) all[collection.plural] = this.entity(item);
    }
    for (const collection of COLLECTIONS)
      all[collection.plural] = [...this.items(collection).values()].filter(wanted).map((item) => this.entity(item));
    return all;
  }
}

/** Another one after each change of the object; where it stands in its file does not count. */
export function etagOf({ place: _, ...entity }: Entity): string {
  return `"${createHash("sha256").update(JSON.stringify(entity)).digest("hex").slice(0, 24)}"`;
}

/**
 * Lists: filter by equality, sort, page. A cursor holds the values of the last item by which the list is sorted, not a position: an object
 * that comes or goes between two pages costs no other its place.
 */
import type { JsonSchema } from "./json-schema.ts";
import { Problem } from "./problems.ts";

export type Item = Readonly<Record<string, unknown>>;
type Scalar = string | number | boolean;
type SortKey = { readonly member: string; readonly descending: boolean };

export interface ListBounds {
  readonly page_items: number;
  readonly sort_members: number;
}

export interface Page {
  readonly items: readonly Item[];
  /** The `cursor` of the next page; absent on the last one. */
  readonly next?: string;
}

/** Parameters that are no members. */
const CONTROLS: readonly string[] = ["limit", "cursor", "sort"];
/** A member that can be filtered and sorted by: `status.depth` is depth within status. */
export type Members = Readonly<Record<string, JsonSchema>>;

const SCALARS = ["string", "integer", "number", "boolean"];

/** The scalar members of a schema, those of `status` among them. */
export function scalarMembers(schema: JsonSchema, resolve: (name: string) => JsonSchema, prefix = ""): Members {
  const members: Record<string, JsonSchema> = {};
  for (const [name, member] of Object.entries(schema.properties ?? {})) {
    if (name === "status" && member.$ref !== undefined) {
      Object.assign(members, scalarMembers(resolve(member.$ref.slice(0, -1)), resolve, "status."));
    } else if (typeof member.type === "string" && SCALARS.includes(member.type) && !CONTROLS.includes(name)) {
      members[prefix + name] = { type: member.type, description: `Only those with this \`${prefix}${name}\`.` };
    }
  }
  return members;
}

/** The parameters of a list. */
export function listParameters(members: Members, bounds: ListBounds): JsonSchema {
  return {
    type: "object",
    properties: {
      limit: {
        type: "integer",
        minimum: 1,
        maximum: bounds.page_items,
        default: bounds.page_items,
        description: "Items of one page.",
      },
      cursor: { type: "string", maxLength: 4096, description: "`next` of the page before." },
      sort: {
        type: "string",
        maxLength: 512,
        description: "Members to sort by, the first counts most; `-` before one: descending. Without it: by id.",
        examples: ["-generation,id"],
      },
      ...members,
    },
    additionalProperties: false,
  };
}

export function valueAt(item: Item, member: string): Scalar | undefined {
  const [first = "", ...rest] = member.split(".");
  const value = item[first];
  if (rest.length > 0) return typeof value === "object" && value !== null ? valueAt(value as Item, rest.join(".")) : undefined;
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean" ? value : undefined;
}

/**
 * One page of `items`. `key` is the member that is different in each.
 * @throws Problem of type bad-parameter
 */
export function pageOf(
  items: readonly Item[],
  query: Readonly<Record<string, unknown>>,
  members: Members,
  key: string,
  bounds: ListBounds,
): Page {
  const sort = sortKeys(query["sort"] as string | undefined, members, key, bounds);
  const filters = Object.entries(query).filter(([name]) => !CONTROLS.includes(name));
  const kept = items.filter((item) => filters.every(([member, wanted]) => valueAt(item, member) === wanted));
  kept.sort((a, b) => compare(sort, valuesOf(sort, a), valuesOf(sort, b)));
  const after = afterCursor(query["cursor"] as string | undefined, sort);
  const rest = after === undefined ? kept : kept.filter((item) => compare(sort, valuesOf(sort, item), after) > 0);
  const limit = (query["limit"] as number | undefined) ?? bounds.page_items;
  const page = rest.slice(0, limit);
  const last = page.at(-1);
  return rest.length > page.length && last !== undefined
    ? { items: page, next: cursorOf(sort, valuesOf(sort, last)) }
    : { items: page };
}

function sortKeys(text: string | undefined, members: Members, key: string, bounds: ListBounds): readonly SortKey[] {
  const words = text === undefined ? [] : text.split(",");
  if (words.length > bounds.sort_members) throw wrong("sort", `has more than ${bounds.sort_members} members`);
  const keys = words.map((word) => {
    const descending = word.startsWith("-");
    const member = descending ? word.slice(1) : word;
    if (!Object.hasOwn(members, member)) throw wrong("sort", `"${member.slice(0, 60)}" is no member to sort by`);
    return { member, descending };
  });
  // What is equal in all of them still has one order only.
  return [...keys, { member: key, descending: false }];
}

type Values = readonly (Scalar | null)[];

const valuesOf = (sort: readonly SortKey[], item: Item): Values => sort.map(({ member }) => valueAt(item, member) ?? null);

/** What is not there comes last, either way; texts by their code units, so that the order depends on no locale. */
function compare(sort: readonly SortKey[], a: Values, b: Values): number {
  for (const [index, { descending }] of sort.entries()) {
    const [x, y] = [a[index] ?? null, b[index] ?? null];
    if (x === y) continue;
    if (x === null) return 1;
    if (y === null) return -1;
    const order = typeof x === typeof y ? (x < y ? -1 : 1) : typeof x < typeof y ? -1 : 1;
    return descending ? -order : order;
  }
  return 0;
}

const sortText = (sort: readonly SortKey[]): string =>
  sort.map(({ member, descending }) => (descending ? "-" : "") + member).join(",");

const cursorOf = (sort: readonly SortKey[], values: Values): string =>
  Buffer.from(JSON.stringify([sortText(sort), ...values])).toString("base64url");

function afterCursor(cursor: string | undefined, sort: readonly SortKey[]): Values | undefined {
  if (cursor === undefined) return undefined;
  let parts: unknown;
  try {
    parts = JSON.parse(Buffer.from(cursor, "base64url").toString("utf8"));
  } catch {
    throw wrong("cursor", "is not one that a page has given");
  }
  const scalar = (value: unknown): boolean => value === null || ["string", "number", "boolean"].includes(typeof value);
  if (!Array.isArray(parts) || parts.length !== sort.length + 1 || !parts.every(scalar))
    throw wrong("cursor", "is not one that a page of this list has given");
  if (parts[0] !== sortText(sort)) throw wrong("cursor", "belongs to a list that is sorted in another way");
  return parts.slice(1) as Values;
}

const wrong = (parameter: string, what: string): Problem =>
  new Problem("bad-parameter", `${parameter}: ${what}`, { errors: [{ pointer: `/${parameter}`, message: what }] });

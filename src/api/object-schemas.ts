/**
 * The schemas of configured objects, made from the tables of config/schema.ts: types, enumerations, ranges and descriptions stand there once,
 * for the file and for the API. Of each kind there are four: as it is read, created, replaced and changed (RFC 7396: null removes).
 */
import type { Field, Kind } from "../config/field.ts";
import { KINDS } from "../config/schema.ts";
import { array, type JsonSchema, object, oneOf, ref, string, time } from "./json-schema.ts";

/** Members that every configured object has beside its fields; whoever writes an object back may send them along. */
const FACTS: Readonly<Record<string, JsonSchema>> = {
  id: { type: "string", description: "What the path names it by." },
  uuid: { type: "string", description: "Stays the same as long as the object lives.", format: "uuid" },
  generation: { type: "integer", minimum: 0, description: "Of its last change through the API; 0: never." },
  created: time("When it was made through the API."),
  updated: time("When it was last changed through the API."),
  home: oneOf(["file", "managed"], "Whether it stands in a hand-written file, or was made through the API."),
  place: string("Where it stands in a hand-written file: file:line:column."),
};
const ALWAYS_THERE = ["id", "uuid", "generation", "home"];

/** What a new object may leave out although a file has to say it, and what it gets then. */
const OPTIONAL_AT_CREATION: Readonly<Record<string, string>> = {
  "volume.path": "Without it: the volume's name with `.img` in the first of `api.volume_folders`.",
};

/** Kinds that are read with live facts: live-schemas.ts has a schema for each. */
const WITH_STATUS: readonly string[] = ["volume", "target", "portal_group"];

type Purpose = "read" | "create" | "replace" | "change";
const SUFFIX: Readonly<Record<Purpose, string>> = { read: "", create: "Create", replace: "Replace", change: "Change" };

/** "target.access" is TargetAccess. */
export const schemaName = (header: string): string =>
  header.replace(/(?:^|[._])(\w)/g, (_, letter: string) => letter.toUpperCase());

const kindOf = (header: string): Kind => {
  const kind = KINDS.find((each) => each.header === header);
  if (kind === undefined) throw new Error(`no kind has the header ${header}`);
  return kind;
};

/** The table names Markdown for a file; that suits a description. */
function describe(field: Field, more?: string): string {
  const otherwise = field.defaultDoc === undefined ? "" : ` Default: ${field.defaultDoc}.`;
  return `${field.doc}${otherwise}${more === undefined ? "" : ` ${more}`}`;
}

function range({ min, max }: Field): JsonSchema {
  return { ...(min === undefined ? {} : { minimum: min }), ...(max === undefined ? {} : { maximum: max }) };
}

function schemaOfValue(field: Field, purpose: Purpose): JsonSchema {
  const choice = field.oneOf === undefined ? {} : { enum: field.oneOf };
  switch (field.type) {
    case "string":
      return { type: "string", ...choice };
    case "integer":
      return { type: "integer", ...choice, ...range(field) };
    case "boolean":
      return { type: "boolean" };
    case "size":
      // A size is read as bytes, and may be written as in a file. What a string says is for the daemon to judge.
      if (purpose === "read") return { type: "integer", ...range(field) };
      return { type: ["integer", "string"], ...range(field), examples: ["10 GiB"] };
    case "strings":
      return { type: "array", items: { type: "string", ...choice }, ...(field.nonEmpty ? { minItems: 1 } : {}) };
    case "integers":
      return { type: "array", items: { type: "integer", ...range(field) }, ...(field.nonEmpty ? { minItems: 1 } : {}) };
  }
}

/** null removes (RFC 7396), so that the default holds again. */
function orNull(schema: JsonSchema): JsonSchema {
  if (schema.$ref !== undefined) return { anyOf: [schema, { type: "null" }] };
  const types = typeof schema.type === "string" ? [schema.type] : (schema.type ?? []);
  return { ...schema, type: [...types, "null"], ...(schema.enum === undefined ? {} : { enum: [...schema.enum, null] }) };
}

function fieldSchema(kind: Kind, name: string, field: Field, purpose: Purpose): JsonSchema {
  const more = purpose === "create" || purpose === "replace" ? OPTIONAL_AT_CREATION[`${kind.header}.${name}`] : undefined;
  const secret = field.sensitive === true ? 'Read as "***"; writing that leaves the secret as it is.' : undefined;
  const schema: JsonSchema = {
    ...schemaOfValue(field, purpose),
    description: describe(field, more ?? secret),
    ...(field.default === undefined || purpose === "change" ? {} : { default: field.default }),
  };
  return purpose === "change" && field.required !== true ? orNull(schema) : schema;
}

/** Tables within an object go whole, except a single one in a merge patch. */
function tableSchemas(kind: Kind, purpose: Purpose): Readonly<Record<string, JsonSchema>> {
  return Object.fromEntries(
    Object.entries(kind.tables ?? {}).map(([name, header]) => {
      const { many, doc } = kindOf(header);
      if (many) {
        const items = ref(schemaName(header) + (purpose === "read" ? "" : "Element"));
        const list = array(items, doc);
        return [name, purpose === "change" ? orNull(list) : list];
      }
      const single = ref(schemaName(header) + (purpose === "change" ? SUFFIX.change : ""));
      return [name, purpose === "change" ? orNull(single) : single];
    }),
  );
}

function isNeeded(kind: Kind, name: string, field: Field, purpose: Purpose): boolean {
  if (purpose === "change") return false;
  if (purpose === "read") return field.required === true || field.default !== undefined;
  // The path says the name of what is replaced.
  if (purpose === "replace" && name === kind.label) return false;
  return field.required === true && OPTIONAL_AT_CREATION[`${kind.header}.${name}`] === undefined;
}

function bodyOf(kind: Kind, purpose: Purpose, facts: boolean, title: string): JsonSchema {
  const fields = Object.entries<Field>(kind.fields);
  const needed = fields.filter(([name, field]) => isNeeded(kind, name, field, purpose)).map(([name]) => name);
  const base = facts && purpose === "read" ? ALWAYS_THERE : [];
  const required = [...base, ...needed];
  const ignored = Object.fromEntries(
    Object.entries(FACTS).map(([name, schema]) => [name, purpose === "read" ? schema : { ...schema, readOnly: true }]),
  );
  // What is read has live facts, which writing it back passes over.
  const written: JsonSchema = {
    type: "object",
    description: "Live facts; not stored.",
    additionalProperties: true,
    readOnly: true,
  };
  const status =
    purpose !== "read" ? { status: written } : WITH_STATUS.includes(kind.header) ? { status: ref(`${title}Status`) } : {};
  return {
    $id: title,
    type: "object",
    description: kind.doc,
    properties: {
      ...(facts ? ignored : {}),
      ...Object.fromEntries(fields.map(([name, field]) => [name, fieldSchema(kind, name, field, purpose)])),
      ...tableSchemas(kind, purpose),
      ...(facts ? status : {}),
    },
    ...(required.length === 0 ? {} : { required }),
    additionalProperties: false,
  };
}

/** An element of a list of names, as a small object: a portal of a group, an initiator of an igroup. */
export interface NameElement {
  /** The kind that has the list, and the list. */
  readonly of: string;
  readonly list: string;
  /** Its one member, and the name of its schema. */
  readonly member: string;
  readonly title: string;
}

export const NAME_ELEMENTS: readonly NameElement[] = [
  { of: "portal_group", list: "portals", member: "address", title: "Portal" },
  { of: "igroup", list: "initiators", member: "initiator", title: "Initiator" },
];

function elementSchemas({ of, list, member, title }: NameElement): readonly JsonSchema[] {
  const field = kindOf(of).fields[list] as Field;
  const facts = Object.fromEntries(Object.entries(FACTS).map(([name, schema]) => [name, { ...schema, readOnly: true }]));
  const schema = (purpose: Purpose): JsonSchema => ({
    ...object(
      { ...(purpose === "read" ? { id: FACTS["id"] as JsonSchema } : {}), [member]: string(field.doc) },
      facts,
      field.doc,
    ),
    $id: title + SUFFIX[purpose],
    ...(purpose === "replace" ? { required: [] } : {}),
  });
  return [schema("read"), schema("create"), schema("replace")];
}

const isPart = ({ header }: Kind): boolean => header.includes(".");

/** Every schema of configured objects, by `$id`. */
export const OBJECT_SCHEMAS: readonly JsonSchema[] = [
  ...KINDS.flatMap((kind) => {
    const name = schemaName(kind.header);
    // One of a kind that is a part of another: within that one only.
    if (isPart(kind) && !kind.many)
      return [bodyOf(kind, "create", false, name), bodyOf(kind, "change", false, `${name}Change`)];
    const purposes: readonly Purpose[] = kind.many ? ["read", "create", "replace", "change"] : ["read", "replace", "change"];
    const whole = purposes.map((purpose) => bodyOf(kind, purpose, true, name + SUFFIX[purpose]));
    if (!isPart(kind)) return whole;
    // Where it stands within the whole object it need not have the facts of its own.
    return [...partRead(whole), bodyOf(kind, "create", true, `${name}Element`)];
  }),
  ...NAME_ELEMENTS.flatMap(elementSchemas),
];

function partRead(schemas: readonly JsonSchema[]): readonly JsonSchema[] {
  const [read, ...others] = schemas as [JsonSchema, ...JsonSchema[]];
  const required = (read.required ?? []).filter((name) => !ALWAYS_THERE.includes(name));
  return [{ ...read, required }, ...others];
}

/** Every schema that has a name: of configured objects, of what runs, of answers. */
import { ANSWER_SCHEMAS, changeSchema } from "./answer-schemas.ts";
import type { JsonSchema } from "./json-schema.ts";
import { LIVE_SCHEMAS } from "./live-schemas.ts";
import { OBJECT_SCHEMAS } from "./object-schemas.ts";
import { COLLECTIONS, SINGLETONS } from "./resources.ts";

/** What routes answer with when they have changed one of these. */
const CHANGED = [...COLLECTIONS.flatMap(({ schema, parts }) => [schema, ...parts.map((part) => part.schema)])].concat(
  SINGLETONS.map(({ schema }) => schema),
);

/** All, those that no route has a use for among them. */
export const SCHEMAS: readonly JsonSchema[] = [
  ...OBJECT_SCHEMAS,
  ...LIVE_SCHEMAS,
  ...ANSWER_SCHEMAS,
  ...CHANGED.map((name) => changeSchema(name, `${name}Answer`)),
];

const byName: ReadonlyMap<string, JsonSchema> = new Map(SCHEMAS.map((schema) => [schema.$id ?? "", schema]));

export function schemaOf(name: string): JsonSchema {
  const schema = byName.get(name);
  if (schema === undefined) throw new Error(`no schema has the name ${name}`);
  return schema;
}

/** JSON Schema (2020-12, as OpenAPI 3.1 has it) in few words: what the tables of schemas are written with. */

export interface JsonSchema {
  readonly $id?: string;
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly title?: string;
  readonly description?: string;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | JsonSchema;
  readonly items?: JsonSchema;
  readonly anyOf?: readonly JsonSchema[];
  readonly enum?: readonly (string | number | boolean | null)[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minItems?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly pattern?: string;
  readonly format?: string;
  readonly default?: unknown;
  readonly examples?: readonly unknown[];
  readonly readOnly?: boolean;
}

type Properties = Readonly<Record<string, JsonSchema>>;

/** All of `needed` are there, `optional` may be; nothing else is. */
export function object(needed: Properties, optional: Properties = {}, description?: string): JsonSchema {
  return {
    type: "object",
    ...(description === undefined ? {} : { description }),
    properties: { ...needed, ...optional },
    ...(Object.keys(needed).length === 0 ? {} : { required: Object.keys(needed) }),
    additionalProperties: false,
  };
}

const described = (description: string | undefined): JsonSchema => (description === undefined ? {} : { description });

export const string = (description?: string): JsonSchema => ({ type: "string", ...described(description) });
export const integer = (description?: string): JsonSchema => ({ type: "integer", ...described(description) });
export const number = (description?: string): JsonSchema => ({ type: "number", ...described(description) });
export const boolean = (description?: string): JsonSchema => ({ type: "boolean", ...described(description) });
export const time = (description?: string): JsonSchema => ({ type: "string", format: "date-time", ...described(description) });
export const oneOf = (values: readonly string[], description?: string): JsonSchema => ({
  type: "string",
  enum: values,
  ...described(description),
});
export const array = (items: JsonSchema, description?: string): JsonSchema => ({
  type: "array",
  items,
  ...described(description),
});
export const mapOf = (values: JsonSchema, description?: string): JsonSchema => ({
  type: "object",
  additionalProperties: values,
  ...described(description),
});
/** A schema that has a name of its own. */
export const ref = (name: string): JsonSchema => ({ $ref: `${name}#` });

/** The vocabulary of the schema: what can be said about a key, and the types that follow from it. */

/** What the reader gives for each type of field. A size is written as text or number and read as bytes. */
export interface ValueTypes {
  readonly string: string;
  readonly integer: number;
  readonly boolean: boolean;
  readonly size: number;
  readonly strings: readonly string[];
  readonly integers: readonly number[];
}

export interface Field {
  readonly type: keyof ValueTypes;
  readonly doc: string;
  readonly required?: true;
  readonly default?: string | number | boolean | readonly string[] | readonly number[];
  /** The default in words, where it is computed. */
  readonly defaultDoc?: string;
  readonly oneOf?: readonly (string | number)[];
  readonly min?: number;
  readonly max?: number;
  /** Arrays: at least one element. */
  readonly nonEmpty?: true;
  /** What would be right when this string (or element) is wrong; undefined when it is fine. */
  readonly fault?: (value: string) => string | undefined;
  /** Never shown in messages. */
  readonly sensitive?: true;
  /** A line of TOML that a message about a missing or wrong value can offer. */
  readonly example?: string;
}

export type Fields = Readonly<Record<string, Field>>;

export interface Kind {
  /** The header in the file, without brackets. */
  readonly header: string;
  /** [[header]] may stand any number of times; [header] once. */
  readonly many: boolean;
  readonly doc: string;
  /** The key that names one object in messages. */
  readonly label?: string;
  readonly fields: Fields;
  /** Keys that hold tables of a kind of their own. */
  readonly tables?: Readonly<Record<string, string>>;
}

type Choice<F extends Field> = F extends { oneOf: readonly (infer V)[] } ? V : never;
type Value<F extends Field> = F extends { oneOf: readonly unknown[] }
  ? F["type"] extends "strings"
    ? readonly Choice<F>[]
    : Choice<F>
  : ValueTypes[F["type"]];

/** The values of one object: required keys and keys with a default are always there. */
export type Values<F extends Fields> = {
  readonly [K in keyof F]: F[K] extends { required: true }
    ? Value<F[K]>
    : F[K] extends { default: NonNullable<Field["default"]> }
      ? Value<F[K]>
      : Value<F[K]> | undefined;
};

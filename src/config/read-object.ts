/** Reads one table of a file by its schema: types, ranges, choices, defaults and unknown keys. */
import { formatSize, parseSize } from "../common/units.ts";
import type { Report } from "./config-error.ts";
import type { Field, Fields, Kind, Values } from "./field.ts";
import type { Place } from "./model.ts";
import { didYouMean } from "./spelling.ts";
import type { TomlPath, TomlSource } from "./toml-source.ts";

/** One object as written, typed, with its defaults and the place of every part. */
export interface Entry<F extends Fields = Fields> {
  readonly kind: Kind;
  readonly values: Values<F>;
  /** Where the object begins: its header. */
  readonly place: Place;
  /** Folder-relative paths resolve against this file. */
  readonly file: string;
  /** `[[volume]] "vm01"` */
  readonly title: string;
  /** False for a key that is wrong or missing although required: rules that need it stay silent. */
  ok(...keys: (keyof F & string)[]): boolean;
  given(key: keyof F & string): boolean;
  /** Where a value stands (or one element of it); for a value by default, where the object begins. */
  at(key: keyof F & string, index?: number): Place;
  readonly path: TomlPath;
  readonly source: TomlSource | undefined;
}

const isTable = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Date);

/** What a reader of the file would call the value. */
export function describe(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value.length > 60 ? `${value.slice(0, 60)}…` : value);
  if (typeof value === "number" || typeof value === "boolean" || typeof value === "bigint") return String(value);
  if (Array.isArray(value)) return "an array";
  if (value instanceof Date) return "a date";
  return isTable(value) ? "a table" : "nothing";
}

const list = (items: readonly (string | number)[]): string => items.map((item) => JSON.stringify(item)).join(", ");

const TYPE_WANTED: Readonly<Record<Field["type"], string>> = {
  string: "a string in quotes",
  integer: "a whole number",
  boolean: "true or false",
  size: 'a size such as "10 GiB"',
  strings: "an array of strings in quotes",
  integers: "an array of whole numbers",
};

/** Filled in where a required value is missing or wrong; `ok()` is false then, and no such object leaves the loader. */
const PLACEHOLDER: Readonly<Record<Field["type"], unknown>> = {
  string: "",
  integer: 0,
  boolean: false,
  size: 0,
  strings: [],
  integers: [],
};

function bracketed(kind: Kind): string {
  return kind.many ? `[[${kind.header}]]` : `[${kind.header}]`;
}

/** The object at `path`; `source` undefined means that the table does not exist and all of it is default. */
export function readObject<F extends Fields>(
  kind: Kind & { readonly fields: F },
  source: TomlSource | undefined,
  path: TomlPath,
  raw: Readonly<Record<string, unknown>>,
  fallbackPlace: Place,
  report: Report,
): Entry<F> {
  const place = source?.valuePlace(path) ?? fallbackPlace;
  const { title, values, faulty } = readBefore.get(raw) ?? readFields(kind, source, path, raw, place, report);
  return {
    kind,
    values: values as Values<F>,
    place,
    file: source?.file ?? place.file,
    title,
    path,
    source,
    ok: (...keys) => keys.every((key) => !faulty.has(key)),
    given: (key) => raw[key] !== undefined,
    at: (key, index) => {
      if (source === undefined || raw[key] === undefined) return place;
      return source.valuePlace(index === undefined ? [...path, key] : [...path, key, index]);
    },
  };
}

interface Read {
  readonly title: string;
  readonly values: Readonly<Record<string, unknown>>;
  /** Keys whose value is wrong, or missing although required. */
  readonly faulty: ReadonlySet<string>;
}

/**
 * What was read from a table without an error, by that table: tables are never changed, and with thousands of objects a change of one need not
 * read the others again.
 */
const readBefore = new WeakMap<object, Read>();

function readFields(
  kind: Kind,
  source: TomlSource | undefined,
  path: TomlPath,
  raw: Readonly<Record<string, unknown>>,
  place: Place,
  report: Report,
): Read {
  const faulty = new Set<string>();
  const labelValue = kind.label === undefined ? undefined : raw[kind.label];
  const title =
    labelValue === undefined || isTable(labelValue) ? bracketed(kind) : `${bracketed(kind)} ${describe(labelValue)}`;
  let unknown = false;
  const known = [...Object.keys(kind.fields), ...Object.keys(kind.tables ?? {})];
  for (const key of Object.keys(raw)) {
    if (known.includes(key)) continue;
    unknown = true;
    const hint = didYouMean(key, known);
    const choices = hint === "" && known.length <= 12 ? `; known keys are ${known.join(", ")}` : "";
    report.error(source?.keyPlace([...path, key]) ?? place, `unknown key ${describe(key)} in ${title}${hint}${choices}`);
  }
  const values: Record<string, unknown> = {};
  for (const [key, field] of Object.entries(kind.fields)) {
    const value = raw[key];
    if (value === undefined) {
      values[key] = field.default ?? (field.required ? PLACEHOLDER[field.type] : undefined);
      if (field.required) {
        faulty.add(key);
        const example = field.example === undefined ? "" : `, such as ${field.example}`;
        report.error(place, `${title} has no ${key}: add it${example}`);
      }
      continue;
    }
    const fieldPlace = (index?: number): Place =>
      source?.valuePlace(index === undefined ? [...path, key] : [...path, key, index]) ?? place;
    const read = readValue(field, value, (message, index) => {
      faulty.add(key);
      report.error(fieldPlace(index), `${key} = ${message}`);
    });
    values[key] = faulty.has(key) ? (field.default ?? PLACEHOLDER[field.type]) : read;
  }
  const read = { title, values, faulty };
  if (faulty.size === 0 && !unknown) readBefore.set(raw, read);
  return read;
}

type Complain = (message: string, index?: number) => void;

function readValue(field: Field, value: unknown, complain: Complain): unknown {
  const found = field.sensitive ? "(not shown)" : describe(value);
  switch (field.type) {
    case "string":
      if (typeof value !== "string") return complain(`${found}: must be ${TYPE_WANTED.string}`);
      return checkString(field, value, found, complain);
    case "boolean":
      return typeof value === "boolean" ? value : complain(`${found}: must be ${TYPE_WANTED.boolean}`);
    case "integer":
      return checkInteger(field, value, complain);
    case "size": {
      if (typeof value !== "string" && typeof value !== "number") return complain(`${found}: must be ${TYPE_WANTED.size}`);
      const size = parseSize(value);
      if (!size.ok) return complain(`${found}: must be ${size.wanted}`);
      return checkRange(field, size.bytes, found, formatSize, complain);
    }
    case "strings":
    case "integers": {
      if (!Array.isArray(value)) return complain(`${found}: must be ${TYPE_WANTED[field.type]}`);
      if (field.nonEmpty && value.length === 0) {
        return complain(
          `an empty array: must have at least one element${field.example === undefined ? "" : `, such as ${field.example}`}`,
        );
      }
      return value.map((element: unknown, index) => {
        const at: Complain = (message) => complain(message, index);
        const shown = describe(element);
        if (value.indexOf(element) !== index) return at(`${shown}: stands in this array twice; remove one`);
        if (field.type === "integers") return checkInteger(field, element, at);
        if (typeof element !== "string") return at(`${shown}: must be ${TYPE_WANTED.string}`);
        return checkString(field, element, shown, at);
      });
    }
  }
}

function checkString(field: Field, value: string, found: string, complain: Complain): unknown {
  if (field.oneOf !== undefined && !field.oneOf.includes(value)) {
    return complain(`${found}: must be one of ${list(field.oneOf)}${didYouMean(value, field.oneOf.map(String))}`);
  }
  const wanted = field.fault?.(value);
  return wanted === undefined ? value : complain(`${found}: must be ${wanted}`);
}

function checkInteger(field: Field, value: unknown, complain: Complain): unknown {
  if (typeof value !== "number" || !Number.isSafeInteger(value))
    return complain(`${describe(value)}: must be ${TYPE_WANTED.integer}`);
  if (field.oneOf !== undefined)
    return field.oneOf.includes(value) ? value : complain(`${value}: must be one of ${list(field.oneOf)}`);
  return checkRange(field, value, String(value), String, complain);
}

function checkRange(field: Field, value: number, found: string, format: (n: number) => string, complain: Complain): unknown {
  const { min = 0, max = Number.MAX_SAFE_INTEGER } = field;
  if (value >= min && value <= max) return value;
  return complain(
    `${found}: must be ${max === Number.MAX_SAFE_INTEGER ? `at least ${format(min)}` : `from ${format(min)} to ${format(max)}`}`,
  );
}

/** The body of a change: from JSON to the table that is kept, with everything in it that is no field checked and left out. */
import { isDeepStrictEqual } from "node:util";
import { parseSize } from "../common/units.ts";
import type { Kind } from "../config/field.ts";
import { KINDS } from "../config/schema.ts";
import type { Raw } from "./document.ts";
import { type Entity, MASK, META_MEMBERS } from "./entities.ts";
import { type BodyProblem, invalidObject, pointerOf } from "./problems.ts";

/** Half a character, which JSON can write and no file can hold. */
export const LONE_SURROGATE = /\p{Surrogate}/u;

type Path = readonly (string | number)[];

const isTable = (value: unknown): value is Raw => typeof value === "object" && value !== null && !Array.isArray(value);

/** RFC 7396. */
export function mergePatch(target: unknown, patch: unknown): unknown {
  if (!isTable(patch)) return patch;
  const merged = new Map(Object.entries(isTable(target) ? target : {}));
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) merged.delete(key);
    else merged.set(key, mergePatch(merged.get(key), value));
  }
  return Object.fromEntries(merged);
}

/**
 * The body without members that are no fields. A read object can be written back: they may stand there as they were read.
 * @throws ControlError when one of them is another than what is there
 */
export function withoutMeta(kind: Kind | undefined, body: Raw, there: Entity | undefined): Raw {
  const errors: BodyProblem[] = [];
  const isMeta = (key: string): boolean =>
    (META_MEMBERS as readonly string[]).includes(key) && (kind === undefined || !Object.hasOwn(kind.fields, key));
  const fields = Object.entries(body).filter(([key, value]) => {
    if (!isMeta(key)) return true;
    const known = there?.[key];
    if (!isDeepStrictEqual(value, known)) {
      const found = known === undefined ? "there is none" : `it is ${JSON.stringify(known)}`;
      errors.push({ message: `${key} is Lunette's to give, and ${found}: leave it out`, pointer: pointerOf([key]) });
    }
    return false;
  });
  if (errors.length > 0) throw invalidObject(errors);
  return Object.fromEntries(fields);
}

/**
 * The table that is kept for these fields: sizes in bytes, masked secrets those of `there`.
 * @throws ControlError for what TOML can't hold, and for a mask that stands for nothing
 */
export function tableOf(kind: Kind, fields: Raw, there: Raw | undefined): Raw {
  const errors: BodyProblem[] = [];
  const table = keptTable(kind, fields, there, [], errors);
  if (errors.length > 0) throw invalidObject(errors);
  return table;
}

function keptTable(kind: Kind, fields: Raw, there: Raw | undefined, path: Path, errors: BodyProblem[]): Raw {
  const kept = Object.entries(fields).map(([key, value]): [string, unknown] => {
    const at = [...path, key];
    const field = Object.hasOwn(kind.fields, key) ? kind.fields[key] : undefined;
    const header = Object.hasOwn(kind.tables ?? {}, key) ? kind.tables?.[key] : undefined;
    if (header !== undefined) return [key, keptInner(header, value, there?.[key], at, errors)];
    checkValue(value, at, errors, field?.sensitive);
    if (field?.sensitive && value === MASK) {
      if (there?.[key] === undefined)
        errors.push({
          message: `${key}: "${MASK}" stands for a secret that is there already, and there is none`,
          pointer: pointerOf(at),
        });
      return [key, there?.[key] ?? value];
    }
    if (field?.type === "size" && typeof value === "string") {
      const size = parseSize(value);
      return [key, size.ok ? size.bytes : value];
    }
    return [key, value];
  });
  return Object.fromEntries(kept);
}

/** Tables within the object; those of a list are known again by the key that names them. */
function keptInner(header: string, value: unknown, there: unknown, path: Path, errors: BodyProblem[]): unknown {
  const kind = KINDS.find((each) => each.header === header) as Kind;
  const { label } = kind;
  if (isTable(value)) return keptTable(kind, value, isTable(there) ? there : undefined, path, errors);
  if (!Array.isArray(value)) {
    checkValue(value, path, errors);
    return value;
  }
  return value.map((element: unknown, index) => {
    if (!isTable(element)) {
      checkValue(element, [...path, index], errors);
      return element;
    }
    const known =
      Array.isArray(there) && label !== undefined ? there.find((each: Raw) => each[label] === element[label]) : undefined;
    return keptTable(kind, element, known as Raw | undefined, [...path, index], errors);
  });
}

/** JSON has values that TOML has not. */
function checkValue(value: unknown, path: Path, errors: BodyProblem[], sensitive = false): void {
  const name = path.at(-1);
  if (value === null)
    errors.push({
      message: `${name} = null: leave it out; only PATCH takes a member away with null`,
      pointer: pointerOf(path),
    });
  else if (typeof value === "number" && Number.isInteger(value) && !Number.isSafeInteger(value))
    errors.push({
      message: `${name} = ${sensitive ? "(not shown)" : value}: a whole number of at most ${Number.MAX_SAFE_INTEGER}`,
      pointer: pointerOf(path),
    });
  else if (typeof value === "string" && LONE_SURROGATE.test(value))
    errors.push({ message: `${name}: must be well-formed Unicode`, pointer: pointerOf(path) });
  else if (Array.isArray(value))
    for (const [index, element] of value.entries()) checkValue(element, [...path, index], errors, sensitive);
  else if (isTable(value))
    for (const [key, inner] of Object.entries(value)) checkValue(inner, [...path, key], errors, sensitive);
}

/** Whether what is there says everything that `given` says; both are completed tables, so lists are whole. */
export function says(there: unknown, given: unknown): boolean {
  if (isTable(given)) return isTable(there) && Object.entries(given).every(([key, value]) => says(there[key], value));
  if (Array.isArray(given))
    return Array.isArray(there) && there.length === given.length && given.every((value, index) => says(there[index], value));
  return there === given;
}

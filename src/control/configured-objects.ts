/** A configuration such that two are equal when they mean the same: it does not matter in which file an object stands, or in which order. */
import { OBJECT_KINDS, objectsOf, SENSITIVE_FIELDS } from "../config/config-objects.ts";
import type { Configuration } from "../config/model.ts";
import type { ConfiguredObject } from "./service.ts";

const known = new WeakMap<Configuration, readonly ConfiguredObject[]>();

/** Configurations are immutable: made once for each. */
export function configuredObjects(configuration: Configuration): readonly ConfiguredObject[] {
  let objects = known.get(configuration);
  if (objects === undefined) {
    const order = new Map(OBJECT_KINDS.map((kind, index) => [kind, index]));
    objects = objectsOf(configuration)
      .toSorted((a, b) => (order.get(a.kind) ?? 0) - (order.get(b.kind) ?? 0) || (a.id < b.id ? -1 : 1))
      .map(({ kind, name, of, position, fields }) => ({
        kind,
        name,
        ...(of === undefined ? {} : { of }),
        ...(position === undefined ? {} : { position }),
        fields: Object.fromEntries(Object.entries(fields).filter(([key]) => !SENSITIVE_FIELDS.has(key))),
      }));
    known.set(configuration, objects);
  }
  return objects;
}

/**
 * The plan: what a reload changes, object by object, in the order in which it is applied. Pure: two validated
 * configurations in, data out. A plan is plain JSON as it stands:
 *
 *   { "steps": [ { "action": "add" | "change" | "remove",
 *                  "kind": "volume",                 OBJECT_KINDS
 *                  "name": "vm01",                   unique within the kind
 *                  "of": "iqn.…",                    the target or group that it is a part of
 *                  "lun": 0,                         LUN maps
 *                  "fields": [ { "field": "size", "from": 1073741824, "to": 2147483648, "how": "live" } ],
 *                  "position": 1,                    access entries that are added: their place in the target
 *                  "place": { "file", "line", "column" },   wanted; for a removed object, where it was
 *                  "effect": "what it does to hosts" } ],
 *     "refusals": [ { "kind", "name", "field", "place", "why", "forcible": true } ],
 *     "restarts": [ { "kind", "name", "field", "place", "why" } ] }
 *
 * A value of null is "not set"; secrets are "***". A plan with a refusal is not applied at all. The fields under
 * `restarts` keep their running value until Lunette starts again; the rest of their step is applied.
 */
import { CHANGE_RULES, type ChangeRule } from "./change-rules.ts";
import {
  type ConfigObject,
  changeKeyOf,
  type FieldValue,
  type ObjectKind,
  objectsOf,
  SENSITIVE_FIELDS,
} from "./config-objects.ts";
import type { Configuration, Place } from "./model.ts";
import { effectOf } from "./plan-effects.ts";
import { inOrder } from "./plan-order.ts";
import { mappedVolumes, refusalsOf } from "./plan-refusals.ts";

export const PLAN_ACTIONS = ["add", "change", "remove"] as const;
export type PlanAction = (typeof PLAN_ACTIONS)[number];

export interface FieldChange {
  readonly field: string;
  readonly from: FieldValue;
  readonly to: FieldValue;
  readonly how: ChangeRule["how"];
}

export interface PlanStep {
  readonly action: PlanAction;
  readonly kind: ObjectKind;
  readonly name: string;
  readonly of?: string;
  readonly lun?: number;
  /** Changed fields; of an added or removed object, those that are set. */
  readonly fields: readonly FieldChange[];
  readonly position?: number;
  readonly place?: Place;
  readonly effect: string;
}

export interface PlanNote {
  readonly kind: ObjectKind;
  readonly name: string;
  readonly field: string;
  readonly place?: Place;
  readonly why: string;
}

export interface PlanRefusal extends PlanNote {
  /** Whether `force` lets it pass. */
  readonly forcible: boolean;
}

export interface Plan {
  readonly steps: readonly PlanStep[];
  readonly refusals: readonly PlanRefusal[];
  readonly restarts: readonly PlanNote[];
}

/** What only the running daemon knows. */
export interface PlanFacts {
  /** Shrink what is mapped: data behind the new end is lost. */
  readonly force?: boolean;
  /** Names of volumes that live sessions see; by default those that the running configuration maps. */
  readonly seenVolumes?: ReadonlySet<string>;
  /** Bytes that volumes have now: what a size that is not written stands for. */
  readonly volumeSizes?: ReadonlyMap<string, number>;
}

/** One object on its way from one configuration to the other, with values unmasked: for those who decide, never shown. */
export interface Difference {
  readonly action: PlanAction;
  readonly before: ConfigObject | undefined;
  readonly after: ConfigObject | undefined;
  readonly fields: readonly string[];
}

/** The plan that leads from what runs to what is wanted. Without differences it has no step. */
export function planChanges(running: Configuration, wanted: Configuration, facts: PlanFacts = {}): Plan {
  const seen = facts.seenVolumes ?? mappedVolumes(running);
  // Maps are taken away first: a volume that loses its last one is seen by nobody when its turn comes.
  const stillSeen = new Set([...mappedVolumes(wanted)].filter((name) => seen.has(name)));
  const differences = inOrder(differencesOf(running, wanted));
  const steps = differences.map((difference) => stepOf(difference, stillSeen, facts));
  const restarts: PlanNote[] = [];
  for (const step of steps) {
    for (const { field, how } of step.fields) {
      if (step.action === "change" && how === "restart")
        restarts.push(noteOf(step, field, CHANGE_RULES[changeKeyOf(step.kind, field)].why));
    }
  }
  return { steps, restarts, refusals: refusalsOf(running, wanted, differences, restarts, facts) };
}

function noteOf({ kind, name, place }: PlanStep, field: string, why: string): PlanNote {
  return { kind, name, field, ...(place === undefined ? {} : { place }), why };
}

/** Objects that one of the two has and the other has not, or has with other fields. In the order of the configurations. */
function differencesOf(running: Configuration, wanted: Configuration): Difference[] {
  const keyOf = ({ kind, id }: ConfigObject): string => `${kind} ${id}`;
  const before = new Map(objectsOf(running).map((object) => [keyOf(object), object]));
  const differences: Difference[] = [];
  for (const after of objectsOf(wanted)) {
    const old = before.get(keyOf(after));
    before.delete(keyOf(after));
    if (old === undefined) {
      differences.push({ action: "add", before: undefined, after, fields: setFields(after) });
      continue;
    }
    const fields = Object.keys(after.fields).filter((field) => !sameField(field, old.fields[field], after.fields[field]));
    if (fields.length > 0) differences.push({ action: "change", before: old, after, fields });
  }
  for (const old of before.values())
    differences.push({ action: "remove", before: old, after: undefined, fields: setFields(old) });
  return differences;
}

/** The access entries are objects of their own, so their order says something only of a target that stays. */
const setFields = ({ fields }: ConfigObject): string[] =>
  Object.keys(fields).filter((field) => field !== "access_order" && fields[field] !== null);

function sameField(field: string, a: FieldValue | undefined, b: FieldValue | undefined): boolean {
  if (!Array.isArray(a) || !Array.isArray(b)) return a === b;
  // Entries that come or go are steps of their own: the order changes where those that stay change places.
  const [left, right] = field === "access_order" ? [common(a, b), common(b, a)] : [a, b];
  return left.length === right.length && left.every((value, index) => value === right[index]);
}

const common = (list: readonly unknown[], other: readonly unknown[]): unknown[] => {
  const known = new Set(other);
  return list.filter((value) => known.has(value));
};

function stepOf(difference: Difference, seen: ReadonlySet<string>, facts: PlanFacts): PlanStep {
  const { action, before, after, fields } = difference;
  const object = (after ?? before)!;
  const { kind, name, of, lun, place, position } = object;
  const shown = (from: ConfigObject | undefined, field: string): FieldValue => {
    const value = from?.fields[field] ?? null;
    return value !== null && SENSITIVE_FIELDS.has(field) ? "***" : value;
  };
  const changes = fields.map((field) => ({
    field,
    from: shown(before, field),
    to: shown(after, field),
    how: action === "change" ? howOf(object, field, seen) : "live",
  }));
  return {
    action,
    kind,
    name,
    ...(of === undefined ? {} : { of }),
    ...(lun === undefined ? {} : { lun }),
    fields: changes,
    ...(action === "add" && position !== undefined ? { position } : {}),
    ...(place === undefined ? {} : { place }),
    effect: effectOf(difference, changes, facts),
  };
}

function howOf({ kind, name }: ConfigObject, field: string, seen: ReadonlySet<string>): ChangeRule["how"] {
  const { how, when } = CHANGE_RULES[changeKeyOf(kind, field)];
  return when === "seen" && !seen.has(name) ? "live" : how;
}

const modelName = (field: string): string => field.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());

/** What runs once the plan is applied: what is wanted, with the running value wherever a restart is needed. */
export function configurationToRun(running: Configuration, wanted: Configuration, { restarts }: Plan): Configuration {
  const keep = <T extends object>(kind: ObjectKind, name: string, from: T | undefined, to: T): T => {
    const fields = restarts.filter((note) => note.kind === kind && note.name === name).map(({ field }) => modelName(field));
    if (from === undefined || fields.length === 0) return to;
    return { ...to, ...Object.fromEntries(fields.map((field) => [field, from[field as keyof T]])) };
  };
  const limits = restarts.filter(({ kind }) => kind === "limits").map(({ name }) => name as keyof Configuration["limits"]);
  const volumes = new Map(running.volumes.map((volume) => [volume.name, volume]));
  return {
    ...wanted,
    node: keep("node", "node", running.node, wanted.node),
    metricsListen: restarts.some(({ kind }) => kind === "metrics") ? running.metricsListen : wanted.metricsListen,
    limits: { ...wanted.limits, ...Object.fromEntries(limits.map((name) => [name, running.limits[name]])) },
    volumes: wanted.volumes.map((volume) => keep("volume", volume.name, volumes.get(volume.name), volume)),
  };
}

/** Names are unique per kind of object, over all files. */
import { formatPlace, type Report } from "../config-error.ts";
import type { AuthGroupEntry, Draft } from "../draft.ts";
import type { Place } from "../model.ts";

interface Named {
  readonly place: Place;
  readonly title: string;
}

/** Reports every object whose key another one has already taken. */
function refuseDuplicates<T extends Named>(
  items: readonly T[],
  keyOf: (item: T) => string | number | undefined,
  placeOf: (item: T) => Place,
  what: string,
  report: Report,
): void {
  const first = new Map<string | number, T>();
  for (const item of items) {
    const key = keyOf(item);
    if (key === undefined) continue;
    const other = first.get(key);
    if (other === undefined) first.set(key, item);
    else
      report.error(
        placeOf(item),
        `${what} ${JSON.stringify(key)} is already taken by ${other.title} at ${formatPlace(placeOf(other))}: choose another`,
      );
  }
}

export function checkNames(draft: Draft, report: Report): void {
  const { portalGroups, authGroups, igroups, volumes, targets } = draft;
  refuseDuplicates(
    portalGroups,
    (group) => (group.ok("tag") ? group.values.tag : undefined),
    (group) => group.at("tag"),
    "tag",
    report,
  );
  refuseDuplicates(
    portalGroups,
    (group) => (group.ok("name") ? group.values.name : undefined),
    (group) => group.at("name"),
    "name",
    report,
  );
  for (const kind of [authGroups, igroups, volumes] as const) {
    refuseDuplicates<(typeof kind)[number]>(
      kind,
      (item) => (item.ok("name") ? item.values.name : undefined),
      (item) => item.at("name"),
      "name",
      report,
    );
  }
  refuseDuplicates(
    targets,
    (target) => (target.ok("name") ? target.values.name : undefined),
    (target) => target.at("name"),
    "name",
    report,
  );
  for (const group of authGroups) {
    refuseDuplicates(
      group.chap,
      (chap) => (chap.ok("user") ? chap.values.user : undefined),
      (chap) => chap.at("user"),
      "user",
      report,
    );
  }
}

/** What references may lead to, in the order of the files. */
export interface KnownNames {
  readonly tags: ReadonlySet<number>;
  readonly igroups: ReadonlySet<string>;
  readonly authGroups: ReadonlyMap<string, AuthGroupEntry>;
  readonly volumes: ReadonlySet<string>;
}

const gathered = new WeakMap<Draft, KnownNames>();

/** Gathered once: thousands of references that each look through thousands of names would take seconds. */
export function knownNames(draft: Draft): KnownNames {
  let known = gathered.get(draft);
  if (known === undefined) {
    const { portalGroups, authGroups, igroups, volumes } = draft;
    const named = <T extends { ok(key: "name"): boolean }>(entries: readonly T[]): T[] =>
      entries.filter((entry) => entry.ok("name"));
    known = {
      tags: new Set(portalGroups.filter((group) => group.ok("tag")).map((group) => group.values.tag)),
      igroups: new Set(named(igroups).map((igroup) => igroup.values.name)),
      // Of two with one name, which is an error of its own, the first is meant.
      authGroups: new Map(authGroups.toReversed().map((group) => [group.values.name, group])),
      volumes: new Set(named(volumes).map((volume) => volume.values.name)),
    };
    gathered.set(draft, known);
  }
  return known;
}

/** ` (did you mean "x"?)` or the list of what exists, for a reference that leads nowhere. */
export function existing(kind: string, names: readonly (string | number)[]): string {
  if (names.length === 0) return `: there is no [[${kind}]] at all; add one`;
  return names.length > 8
    ? `: define it in a [[${kind}]]`
    : `: there ${names.length === 1 ? "is" : "are"} ${names.map((name) => JSON.stringify(name)).join(", ")}`;
}

/**
 * What a caller of the REST service may change: by its role, and by the prefixes of volumes and igroups that its key is restricted to. The
 * service sends both with each request (`lunette-scope`); they are enforced here, where the change is made.
 */
import path from "node:path";
import { API_ROLES, type ApiKeyPrefixes, type ApiRole } from "../control/api-keys.ts";
import { ControlError } from "../control/control-error.ts";
import type { Raw } from "./document.ts";

export interface Scope {
  readonly role: ApiRole;
  readonly prefixes?: ApiKeyPrefixes;
}

/** One object before and after, as it is kept. */
export interface ScopedChange {
  readonly table: string;
  readonly before: Raw | undefined;
  readonly after: Raw | undefined;
}

const RESTRICTED: readonly string[] = ["volumes", "igroups"] satisfies readonly (keyof ApiKeyPrefixes)[];

const isTable = (value: unknown): value is Raw => typeof value === "object" && value !== null && !Array.isArray(value);
const areTexts = (list: unknown): boolean => Array.isArray(list) && list.every((each) => typeof each === "string");

const NEEDS: Readonly<Record<string, ApiRole>> = { volume: "operate", igroup: "operate", target: "operate" };

/** Whoever has no scope came over the socket itself, and may do everything. @throws ControlError for what is no scope */
export function scopeOf(header: string | undefined): Scope | undefined {
  if (header === undefined) return undefined;
  try {
    const { role, prefixes } = JSON.parse(header) as Scope;
    const right =
      prefixes === undefined ||
      (isTable(prefixes) && Object.entries(prefixes).every(([kind, list]) => RESTRICTED.includes(kind) && areTexts(list)));
    if (API_ROLES.includes(role) && right) return prefixes === undefined ? { role } : { role, prefixes };
  } catch {
    // Told below.
  }
  throw new ControlError("not-permitted", "the header lunette-scope is no scope: nothing is permitted by it");
}

/** Why the change is not permitted; undefined when it is. */
export function obstacle(scope: Scope | undefined, change: ScopedChange): string | undefined {
  if (scope === undefined) return undefined;
  const needed = NEEDS[change.table] ?? "admin";
  if (API_ROLES.indexOf(scope.role) < API_ROLES.indexOf(needed))
    return `changing ${change.table} needs the role ${needed}, and this is ${scope.role}`;
  const { prefixes } = scope;
  if (prefixes === undefined) return undefined;
  const names = namesIn(change);
  const file = newFile(change);
  if (file !== undefined && prefixes.volumes !== undefined && !begins(file, prefixes.volumes))
    return `file ${JSON.stringify(file)} is outside of the prefixes ${prefixes.volumes.join(", ")}: it may be what is left of another's volume`;
  for (const kind of ["volumes", "igroups"] as const) {
    const allowed = prefixes[kind];
    if (allowed === undefined) continue;
    for (const name of names[kind])
      if (!begins(name, allowed))
        return `${kind === "volumes" ? "volume" : "igroup"} ${JSON.stringify(name)} is outside of the prefixes ${allowed.join(", ")}`;
  }
  return undefined;
}

/** Why an action that touches these volumes, a task of one or a session that sees them, is not permitted; undefined when it is. */
export function obstacleToAction(header: string | undefined, volumes: readonly string[]): string | undefined {
  const scope = scopeOf(header);
  if (scope === undefined) return undefined;
  if (scope.role === "read") return "this needs the role operate, and this is read";
  const allowed = scope.prefixes?.volumes;
  // What concerns no volume at all is nobody's: least of all of one who has some only.
  if (allowed !== undefined && volumes.length === 0) return `this concerns no volume within the prefixes ${allowed.join(", ")}`;
  const outside = allowed && volumes.find((name) => !begins(name, allowed));
  if (outside !== undefined) return `volume ${JSON.stringify(outside)} is outside of the prefixes ${allowed!.join(", ")}`;
  return scope.prefixes?.igroups === undefined ? undefined : "a key that is restricted to igroups may not do this";
}

const begins = (name: string, prefixes: readonly string[]): boolean => prefixes.some((prefix) => name.startsWith(prefix));

/** The name of the file that a volume gets with the change. */
function newFile({ table, before, after }: ScopedChange): string | undefined {
  const file = table === "volume" ? after?.["path"] : undefined;
  return typeof file === "string" && file !== before?.["path"] ? path.basename(file) : undefined;
}

export const permits = (scope: Scope | undefined, change: ScopedChange): boolean => obstacle(scope, change) === undefined;

interface Names {
  readonly volumes: ReadonlySet<string>;
  readonly igroups: ReadonlySet<string>;
}

/** The volumes and igroups that the change concerns. */
function namesIn({ table, before, after }: ScopedChange): Names {
  const both = [before, after].filter((raw) => raw !== undefined);
  // What has come in is not validated yet, and need not be a list.
  const list = (raw: Raw, key: string): string[] => (Array.isArray(raw[key]) ? raw[key].map(String) : []);
  if (table === "volume") return { volumes: new Set(both.map(({ name }) => String(name))), igroups: new Set() };
  if (table === "igroup") {
    const igroups = both.flatMap((raw) => [String(raw["name"]), ...list(raw, "igroups")]);
    return { volumes: new Set(), igroups: new Set(igroups) };
  }
  return table === "target" ? namesInTarget(before, after) : { volumes: new Set(), igroups: new Set() };
}

const rows = (target: Raw | undefined, key: string): readonly Raw[] => {
  const value = target?.[key];
  return Array.isArray(value) ? value.filter(isTable) : [];
};
const text = (value: unknown): string => JSON.stringify(value);

/** Of a target that stays, the entries and maps that change; with other changes everything that it holds. */
function namesInTarget(before: Raw | undefined, after: Raw | undefined): Names {
  const own = (target: Raw | undefined): string => text({ ...target, access: undefined, lun: undefined });
  const order = (target: Raw | undefined): string => text(rows(target, "access").map(({ igroup }) => igroup));
  const whole = before === undefined || after === undefined || own(before) !== own(after) || order(before) !== order(after);
  const volumes = new Set<string>();
  const igroups = new Set<string>();
  for (const [target, other] of [
    [before, after],
    [after, before],
  ]) {
    const changed = (key: string): readonly Raw[] => {
      const known = new Set(rows(other, key).map(text));
      return whole ? rows(target, key) : rows(target, key).filter((row) => !known.has(text(row)));
    };
    for (const { igroup } of changed("access")) igroups.add(String(igroup));
    for (const map of changed("lun")) {
      volumes.add(String(map["volume"]));
      const named = Array.isArray(map["igroups"]) ? map["igroups"].map(String) : [];
      // A map that names nobody is for everybody in the target's access.
      const audience = named.length > 0 ? named : rows(target, "access").map(({ igroup }) => String(igroup));
      for (const igroup of audience) igroups.add(igroup);
    }
  }
  return { volumes, igroups };
}

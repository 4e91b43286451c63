/** The stored configuration as the audit log alone tells it: every entry that was applied, one after the other, from nothing. */
import type { AuditEntry } from "../../src/control/audit-log.ts";

interface Named {
  readonly id: string;
}

/** By collection, then by id, as `GET /v1/config` shows managed objects. */
export type Replayed = Readonly<Record<string, ReadonlyMap<string, unknown>>>;

/** Collections of `GET /v1/config` that hold objects; tables that stand once are kept under their own name. */
const LISTS = ["portal_groups", "auth_groups", "igroups", "volumes", "targets"] as const;
const SINGLES = ["metrics", "limits", "api"] as const;

export function replayAudit(entries: readonly AuditEntry[]): Replayed {
  const state: Record<string, Map<string, unknown>> = {};
  for (const name of [...LISTS, ...SINGLES]) state[name] = new Map();
  for (const { outcome, collection, id, after, path } of entries) {
    if (outcome !== "applied") continue;
    if (collection === undefined) {
      // All of it at once: after a start or a reload that has found another file.
      if (path === "/v1/config" && after !== undefined) for (const [name, map] of managedObjects(after)) state[name] = map;
      continue;
    }
    const map = state[collection] as Map<string, unknown>;
    const written = after !== undefined && (after as { generation: number }).generation > 0;
    if (written) map.set(String(id), after);
    else map.delete(String(id));
  }
  return state;
}

/** The same view of an answer to `GET /v1/config`: without what the hand-written file defines. */
export function managedObjects(config: unknown): [string, Map<string, unknown>][] {
  const all = config as Record<string, unknown>;
  const managed = (value: unknown): value is Named => {
    const { home, generation } = value as { home: string; generation: number };
    return home === "managed" && generation > 0;
  };
  return [
    ...LISTS.map((name): [string, Map<string, unknown>] => [
      name,
      new Map(((all[name] ?? []) as Named[]).filter(managed).map((each) => [each.id, each])),
    ]),
    ...SINGLES.map((name): [string, Map<string, unknown>] => {
      const value = all[name];
      return [name, new Map(value !== undefined && managed(value) ? [[name, value]] : [])];
    }),
  ];
}

/**
 * The order in which a plan is applied. First access is taken away, then what refers to other objects is changed
 * while those are still there; what nobody refers to any more goes, and what others will refer to has come before
 * them. Portals open last, when everything that can be reached through them is there.
 *
 * A volume that takes over the file of another one waits until that one is gone, and so do the maps of it.
 */
import type { ConfigObject, ObjectKind } from "./config-objects.ts";
import type { Difference, PlanAction } from "./plan.ts";

const ORDER = [
  "remove target.lun",
  "remove target.redirect",
  "remove target.access",
  "remove target",
  "remove portal",
  "change node",
  "change limits",
  "change metrics",
  "change api",
  "add auth_group",
  "add auth_group.chap",
  "change auth_group.chap",
  "change auth_group",
  "add igroup",
  "change igroup",
  "add portal_group",
  "change portal_group",
  "add portal_group.redirect",
  "change portal_group.redirect",
  "remove portal_group.redirect",
  "change volume",
  "add volume",
  "add target",
  "change target",
  "add target.access",
  "change target.access",
  "add target.redirect",
  "change target.redirect",
  "change target.lun",
  "change portal",
  "remove volume, awaited",
  "remove portal_group",
  "remove igroup",
  "remove auth_group.chap",
  "remove auth_group",
  "change volume, waiting",
  "add volume, waiting",
  "change target.lun, waiting",
  "add target.lun",
  "remove volume",
  "add portal",
] as const;

/** Steps that there can't be: one of each of these objects always is there. */
type Never = `${"add" | "remove"} ${"node" | "metrics" | "api" | "limits"}`;
type Phase = (typeof ORDER)[number];

/** Every action on every kind has its place: one that is forgotten does not compile. */
const rankOf = (action: PlanAction, kind: ObjectKind): number => {
  const phase: Phase | Never = `${action} ${kind}`;
  return ORDER.indexOf(phase as Phase);
};

export function inOrder(differences: readonly Difference[]): Difference[] {
  const { awaited, waiting } = handovers(differences);
  const heights = igroupHeights(differences);
  const phaseOf = ({ action, before, after }: Difference): number => {
    const { kind, id, fields } = (after ?? before)!;
    if (kind === "volume" && action === "remove" && awaited.has(id)) return ORDER.indexOf("remove volume, awaited");
    if (kind === "volume" && action !== "remove" && waiting.has(id)) return ORDER.indexOf(`${action} volume, waiting`);
    if (kind === "target.lun" && action === "change" && waiting.has(fields["volume"] as string))
      return ORDER.indexOf("change target.lun, waiting");
    return rankOf(action, kind);
  };
  const ranked = differences.map((difference) => {
    const { kind, id } = (difference.after ?? difference.before)!;
    // Children come before the igroups that name them, and go after them.
    const height = kind === "igroup" ? (heights.get(id) ?? 0) : 0;
    return { difference, rank: phaseOf(difference), within: difference.action === "remove" ? -height : height };
  });
  return ranked.sort((a, b) => a.rank - b.rank || a.within - b.within).map(({ difference }) => difference);
}

/** Volumes that wait for a file which another one lets go of, and those that are removed and awaited for it. */
function handovers(differences: readonly Difference[]): { awaited: ReadonlySet<string>; waiting: ReadonlySet<string> } {
  const volumes = differences.filter(({ before, after }) => (after ?? before)?.kind === "volume");
  const pathOf = (object: ConfigObject | undefined): string | undefined => object?.fields["path"] as string | undefined;
  const moved = volumes.filter(({ before, after }) => pathOf(before) !== pathOf(after));
  const freed = new Map(moved.map(({ before }) => [pathOf(before), before?.id]));
  const awaited = new Set<string>();
  const waiting = new Set<string>();
  for (const { after } of moved) {
    const path = pathOf(after);
    const holder = path === undefined ? undefined : freed.get(path);
    if (after === undefined || holder === undefined) continue;
    waiting.add(after.id);
    awaited.add(holder);
  }
  return { awaited, waiting };
}

/** How many levels of igroups that are added, or removed, stand below each of them. */
function igroupHeights(differences: readonly Difference[]): ReadonlyMap<string, number> {
  const heights = new Map<string, number>();
  for (const action of ["add", "remove"] as const) {
    const igroups = new Map<string, ConfigObject>();
    for (const { action: its, before, after } of differences) {
      const object = after ?? before;
      if (its === action && object?.kind === "igroup") igroups.set(object.id, object);
    }
    const visit = (id: string): number => {
      const object = igroups.get(id);
      if (object === undefined) return 0;
      const known = heights.get(id);
      if (known !== undefined) return known;
      // Validation has refused cycles, so the walk ends.
      const height = 1 + Math.max(0, ...(object.fields["igroups"] as readonly string[]).map(visit));
      heights.set(id, height);
      return height;
    };
    for (const id of igroups.keys()) visit(id);
  }
  return heights;
}

/** What each step of a plan does to hosts, in a sentence. */
import { formatSize } from "../common/units.ts";
import { CHANGE_RULES } from "./change-rules.ts";
import { changeKeyOf, type ObjectKind } from "./config-objects.ts";
import type { Difference, FieldChange, PlanFacts } from "./plan.ts";
import { sizeChange } from "./plan-refusals.ts";

/** Objects of which there is always one are changed only. */
type Coming = Exclude<ObjectKind, "node" | "metrics" | "api" | "limits">;

const COMES_AND_GOES: Readonly<Record<Coming, { readonly add: string; readonly remove: string }>> = {
  portal_group: {
    add: "a new group to reach targets through; no session notices",
    remove: "sessions through the group end",
  },
  "portal_group.redirect": {
    add: "logins through the group are sent to another address from now on; sessions stay where they are",
    remove: "logins through the group are served here again",
  },
  portal: {
    add: "a new address to log in to; no session notices",
    remove: "nobody can connect there any more; connections that exist stay",
  },
  auth_group: { add: "no session notices", remove: "counts from the next login; sessions stay" },
  "auth_group.chap": { add: "counts from the next login", remove: "counts from the next login; sessions stay" },
  igroup: { add: "nobody is admitted by it until an access entry or a map names it", remove: CHANGE_RULES["igroup.name"].why },
  volume: {
    add: "a new disk; no host sees it until it is mapped",
    remove: "it is flushed and closed; its file or device stays with its data",
  },
  target: { add: "a new target, found by the next discovery", remove: "sessions to it end" },
  "target.redirect": {
    add: "logins to the target are sent to another address from now on; sessions stay where they are",
    remove: "logins to the target are served here again",
  },
  "target.access": {
    add: "initiators of the igroup may log in from now on",
    remove: CHANGE_RULES["target.access.igroup"].why,
  },
  "target.lun": {
    add: "hosts with a session that see it are told (3Fh/0Eh)",
    remove: "the disk vanishes for hosts that saw it through this map, which are told (3Fh/0Eh); its data stay",
  },
};

export function effectOf(difference: Difference, changes: readonly FieldChange[], facts: PlanFacts): string {
  const { action, before, after } = difference;
  const { kind } = (after ?? before)!;
  if (action !== "change") return COMES_AND_GOES[kind as Coming][action];
  const sentences = new Set<string>();
  for (const { field, how } of changes) {
    const { why, when } = CHANGE_RULES[changeKeyOf(kind, field)];
    if (how === "restart") sentences.add(`${field} needs a restart: ${why}`);
    else if (when === "seen") sentences.add("no session sees it, so it is closed and opened anew");
    else if (kind === "volume" && field === "size") sentences.add(sizeEffect(difference, facts));
    else sentences.add(why);
  }
  return [...sentences].join("; ");
}

function sizeEffect(difference: Difference, facts: PlanFacts): string {
  const sizes = sizeChange(difference, facts);
  if (sizes === undefined)
    return difference.after?.fields["size"] === null ? "it keeps the size that it has" : CHANGE_RULES["volume.size"].why;
  if (sizes.to === sizes.from) return "it has this size already";
  return sizes.to > sizes.from
    ? `grows to ${formatSize(sizes.to)}; hosts that see it are told (2Ah/09h)`
    : `shrinks to ${formatSize(sizes.to)}: what is behind the new end is lost; hosts that see it are told (2Ah/09h)`;
}

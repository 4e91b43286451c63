/** The last step of the walk: which maps of a target the initiator sees, what is the matter with them, and why not the others. */
import { formatPlace } from "../config/config-error.ts";
import type { LunMapConfig, TargetConfig, VolumeConfig } from "../config/model.ts";
import type { Walk } from "./explain.ts";
import type { HiddenLun, VisibleLun } from "./explain-types.ts";

/** States in which a path serves reads and writes. */
const ACTIVE: readonly string[] = ["active/optimized", "active/non-optimized"];

export function explainView(walk: Walk, target: TargetConfig): { luns: readonly VisibleLun[]; hidden: readonly HiddenLun[] } {
  const luns = new Map<number, VisibleLun>();
  const hidden: HiddenLun[] = [];
  for (const map of target.luns) {
    const via = chainTo(walk, target, map);
    if (via === undefined) hidden.push(hiddenLun(walk, target, map));
    // Maps of one number that an initiator shares agree: validation has proven it.
    else if (!luns.has(map.lun)) luns.set(map.lun, visibleLun(walk, target, map, via));
  }
  return {
    luns: [...luns.values()].sort((a, b) => a.lun - b.lun),
    hidden: hidden.filter(({ lun }) => !luns.has(lun)).sort((a, b) => a.lun - b.lun),
  };
}

const audienceOf = (target: TargetConfig, { igroups }: LunMapConfig): readonly string[] =>
  igroups.length > 0 ? igroups : target.access.map(({ igroup }) => igroup);

/** The igroups through which it sees the map, or would from a fitting address where none was said. */
function chainTo({ paths }: Walk, target: TargetConfig, map: LunMapConfig): readonly string[] | undefined {
  for (const igroup of audienceOf(target, map)) {
    if (igroup === "any") return ["any"];
    const path = paths.to(igroup).find(({ fits }) => fits !== false);
    if (path !== undefined) return path.chain;
  }
  return undefined;
}

function visibleLun(walk: Walk, target: TargetConfig, map: LunMapConfig, via: readonly string[]): VisibleLun {
  // Validation has proven that it exists.
  const volume = walk.volumes.get(map.volume)!;
  const readOnly = map.readOnly
    ? { readOnly: { because: "map" as const, place: map.place } }
    : volume.readOnly
      ? { readOnly: { because: "volume" as const, place: volume.place } }
      : {};
  const { lun, place } = map;
  const problems = problemsOf(walk, target, volume);
  return { lun, volume: volume.name, place, volumePlace: volume.place, ...readOnly, via, problems };
}

function problemsOf({ question, facts, groups }: Walk, target: TargetConfig, volume: VolumeConfig): VisibleLun["problems"] {
  const known = facts.volumes?.get(volume.name);
  const problems: { what: string; next: string }[] = [];
  if (known?.offline !== undefined) {
    problems.push({
      what: `volume "${volume.name}" is offline: ${known.offline}`,
      next: `look at ${volume.path} (${formatPlace(volume.place)}); the volume is tried again by itself`,
    });
  }
  problems.push(...(known?.conditions ?? []));
  const tags = question.portalGroupTag === undefined ? target.portalGroups : [question.portalGroupTag];
  for (const tag of tags) {
    const group = groups.get(tag);
    const state = known?.accessStates?.get(tag) ?? group?.accessState;
    if (group === undefined || state === undefined || ACTIVE.includes(state)) continue;
    problems.push({
      what: `portal group ${tag} is ${state} for it`,
      next: `use a path through another portal group, or set access_state of the group at ${formatPlace(group.place)}`,
    });
  }
  return problems;
}

function hiddenLun({ paths, question, initiator, name }: Walk, target: TargetConfig, map: LunMapConfig): HiddenLun {
  const audience = audienceOf(target, map);
  const { lun, volume, place } = map;
  for (const igroup of audience) {
    const test = paths.to(igroup)[0]?.networks.find((one) => one.holds === false);
    if (test === undefined) continue;
    return {
      lun,
      volume,
      place,
      why: `igroup "${igroup}" lists the initiator, but the networks ${test.networks.join(", ")} of igroup "${test.igroup}" do not hold the address ${question.address}`,
      next: `connect from an address in them, or add its network to igroup "${test.igroup}" at ${formatPlace(test.place)}`,
    };
  }
  const names = audience.map((igroup) => `"${igroup}"`).join(", ");
  const own = initiator.igroups[0]?.chain[0];
  const other = paths.igroup(audience[0] ?? "");
  const next =
    own !== undefined || other === undefined
      ? `add ${own === undefined ? "an igroup of the initiator" : `"${own}"`} to igroups of LUN ${lun} at ${formatPlace(place)}`
      : `add ${JSON.stringify(name)} to initiators of igroup "${other.name}" at ${formatPlace(other.place)}`;
  const why = `it is mapped for igroup ${names}, which ${audience.length === 1 ? "does" : "do"} not list the initiator`;
  return { lun, volume, place, why, next };
}

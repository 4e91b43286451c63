/** What a plan must not do: lose data of a mapped volume, or let two volumes write into one file or have one id. */
import { formatSize } from "../common/units.ts";
import type { Configuration, VolumeConfig } from "./model.ts";
import type { Difference, PlanFacts, PlanNote, PlanRefusal } from "./plan.ts";

/** Bytes before and after, where both are known. */
export function sizeChange({ before, after }: Difference, facts: PlanFacts): { from: number; to: number } | undefined {
  const to = after?.fields["size"];
  const from = facts.volumeSizes?.get(after?.name ?? "") ?? before?.fields["size"];
  return typeof from === "number" && typeof to === "number" ? { from, to } : undefined;
}

/** Names of the volumes that stand behind a map. */
export function mappedVolumes({ targets }: Configuration): Set<string> {
  return new Set(targets.flatMap(({ luns }) => luns.map(({ volume }) => volume)));
}

export function refusalsOf(
  running: Configuration,
  wanted: Configuration,
  differences: readonly Difference[],
  restarts: readonly PlanNote[],
  facts: PlanFacts,
): PlanRefusal[] {
  return [...shrinking(running, wanted, differences, facts), ...takenUntilRestart(running, wanted, restarts)];
}

function shrinking(
  running: Configuration,
  wanted: Configuration,
  differences: readonly Difference[],
  facts: PlanFacts,
): PlanRefusal[] {
  if (facts.force === true) return [];
  const refusals: PlanRefusal[] = [];
  const mapped = new Set([...mappedVolumes(running), ...mappedVolumes(wanted)]);
  for (const difference of differences) {
    const { action, after } = difference;
    if (action !== "change" || after?.kind !== "volume" || !difference.fields.includes("size") || !mapped.has(after.id))
      continue;
    const sizes = sizeChange(difference, facts);
    if (sizes === undefined || sizes.to >= sizes.from) continue;
    const { kind, name, place } = after;
    refusals.push({
      kind,
      name,
      field: "size",
      ...(place === undefined ? {} : { place }),
      why: `shrinks from ${formatSize(sizes.from)} to ${formatSize(sizes.to)} while it is mapped, and what is behind the new end would be lost: keep the size, take its maps away first, or force it`,
      forcible: true,
    });
  }
  return refusals;
}

/** A volume whose path or serial waits for a restart still holds the old one, which another must not take before. */
function takenUntilRestart(running: Configuration, wanted: Configuration, restarts: readonly PlanNote[]): PlanRefusal[] {
  const refusals: PlanRefusal[] = [];
  for (const { kind, name, field } of restarts) {
    if (kind !== "volume" || (field !== "path" && field !== "serial")) continue;
    const held = running.volumes.find((volume) => volume.name === name)?.[field];
    if (held === undefined) continue;
    const heldElsewhere = (volume: VolumeConfig): boolean => volume.name !== name && volume[field] === held;
    for (const other of wanted.volumes.filter(heldElsewhere)) {
      // One that waits for the restart as well does not take it before.
      if (restarts.some((note) => note.kind === "volume" && note.name === other.name && note.field === field)) continue;
      refusals.push({
        kind: "volume",
        name: other.name,
        field,
        place: other.place,
        why: `${field} = ${JSON.stringify(held)} belongs to volume "${name}" until Lunette restarts, because hosts see that one: take the maps of "${name}" away first, or restart`,
        forcible: false,
      });
    }
  }
  return refusals;
}

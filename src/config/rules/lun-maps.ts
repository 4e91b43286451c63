/**
 * LUN maps: within one target, a LUN number means one volume for any one initiator, and a volume has one
 * number. Networks are left out of the comparison on purpose: an initiator that would see another disk
 * under the same number after its address changed would write into the wrong one.
 */
import { formatPlace, type Report } from "../config-error.ts";
import type { AccessEntry, Draft, LunEntry, TargetEntry } from "../draft.ts";
import { flattenIgroup, type IgroupNode } from "../igroup-tree.ts";
import { normaliseIscsiName } from "../iscsi-name.ts";
import { didYouMean } from "../spelling.ts";
import { existing, knownNames } from "./names.ts";
import { igroupFault } from "./targets.ts";

/** Who sees a map: everybody, or these names. */
type Audience = "everybody" | ReadonlySet<string>;

export function checkLunMaps(draft: Draft, report: Report): void {
  const byName = new Map<string, IgroupNode>();
  for (const { values } of draft.igroups) {
    byName.set(values.name, { ...values, initiators: values.initiators.map(normaliseIscsiName) });
  }
  const flattened = new Map<string, ReadonlySet<string>>();
  const members = (igroup: string): ReadonlySet<string> => {
    let names = flattened.get(igroup);
    if (names === undefined) {
      names = new Set(flattenIgroup(igroup, byName).keys());
      flattened.set(igroup, names);
    }
    return names;
  };
  for (const target of draft.targets) {
    for (const map of target.luns) checkReferences(map, draft, report);
    checkOverlaps(target, members, report);
    warnAboutTwoProofs(target, members, report);
  }
}

function checkReferences(map: LunEntry, draft: Draft, report: Report): void {
  const { volume } = map.values;
  const { volumes } = knownNames(draft);
  if (map.ok("volume") && !volumes.has(volume)) {
    report.error(
      map.at("volume"),
      `volume: no such volume ${JSON.stringify(volume)}${didYouMean(volume, volumes) || existing("volume", [...volumes])}`,
    );
  }
  if (!map.ok("igroups")) return;
  map.values.igroups.forEach((name, index) => {
    const fault = igroupFault(name, draft);
    if (fault !== undefined) report.error(map.at("igroups", index), `igroups: ${fault}`);
  });
}

function audienceOf(igroups: readonly string[], members: (igroup: string) => ReadonlySet<string>): Audience {
  if (igroups.includes("any")) return "everybody";
  return new Set(igroups.flatMap((igroup) => [...members(igroup)]));
}

/** An initiator that is in both audiences; "any initiator" stands for the overlap of two times everybody. */
function common(a: Audience, b: Audience): string | undefined {
  if (a === "everybody") return b === "everybody" ? "any initiator" : b.values().next().value;
  if (b === "everybody") return a.values().next().value;
  for (const name of a) if (b.has(name)) return name;
  return undefined;
}

function checkOverlaps(target: TargetEntry, members: (igroup: string) => ReadonlySet<string>, report: Report): void {
  const accessIgroups = target.access.map((access) => access.values.igroup);
  const admitted = audienceOf(accessIgroups, members);
  const byLun = new Map<number, { map: LunEntry; audience: Audience }[]>();
  const byVolume = new Map<string, { map: LunEntry; audience: Audience }[]>();
  for (const map of target.luns) {
    if (!map.ok("lun", "volume", "igroups")) continue;
    const { lun, volume, igroups, read_only: readOnly } = map.values;
    const audience = igroups.length === 0 ? admitted : audienceOf(igroups, members);
    if (igroups.length > 0 && target.access.length > 0 && common(audience, admitted) === undefined) {
      report.warn(
        map.at("igroups"),
        `LUN ${lun} is mapped for igroups of which no initiator may log in to ${target.title}: add an access entry for them`,
      );
    }
    const sameLun = byLun.get(lun) ?? [];
    const sameVolume = byVolume.get(volume) ?? [];
    const complain = (other: LunEntry, who: string, key: "lun" | "volume", message: string): void =>
      report.error(map.at(key), `${message} for ${who}, at ${formatPlace(other.at(key))}`);
    for (const other of sameLun) {
      const who = common(audience, other.audience);
      if (who === undefined) continue;
      const { values } = other.map;
      if (values.volume !== volume)
        complain(
          other.map,
          who,
          "lun",
          `lun = ${lun} means volume ${JSON.stringify(volume)} here and ${JSON.stringify(values.volume)}`,
        );
      else if (values.read_only !== readOnly)
        complain(other.map, who, "lun", `lun = ${lun} is read_only = ${readOnly} here and ${values.read_only}`);
    }
    for (const other of sameVolume) {
      if (other.map.values.lun === lun) continue;
      const who = common(audience, other.audience);
      if (who !== undefined)
        complain(
          other.map,
          who,
          "volume",
          `volume ${JSON.stringify(volume)} is LUN ${lun} here and LUN ${other.map.values.lun}`,
        );
    }
    byLun.set(lun, [...sameLun, { map, audience }]);
    byVolume.set(volume, [...sameVolume, { map, audience }]);
  }
}

/** The first entry that holds an initiator decides; one that asks for another proof may never be reached by it. */
function warnAboutTwoProofs(target: TargetEntry, members: (igroup: string) => ReadonlySet<string>, report: Report): void {
  const decides = new Map<string, AccessEntry>();
  for (const access of target.access) {
    if (access.values.igroup === "any" || !access.ok("igroup", "auth", "auth_group")) continue;
    let told = false;
    for (const initiator of members(access.values.igroup)) {
      const first = decides.get(initiator);
      if (first === undefined) decides.set(initiator, access);
      else if (!told && (first.values.auth !== access.values.auth || first.values.auth_group !== access.values.auth_group)) {
        told = true;
        report.warn(
          access.at("auth"),
          `${initiator} is also in igroup ${JSON.stringify(first.values.igroup)}, whose entry at ${formatPlace(first.place)} asks for another proof: the first entry that fits decides`,
        );
      }
    }
  }
}

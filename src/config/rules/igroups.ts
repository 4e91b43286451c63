/** Igroups: members or children, at most three levels, no cycles, one kind of host within a nest. */
import { formatPlace, type Report } from "../config-error.ts";
import type { Draft, IgroupEntry } from "../draft.ts";
import { IGROUP_MAX_DEPTH } from "../igroup-tree.ts";
import { normaliseIscsiName } from "../iscsi-name.ts";
import { didYouMean } from "../spelling.ts";
import { existing } from "./names.ts";

export function checkIgroups(draft: Draft, report: Report): void {
  const byName = new Map<string, IgroupEntry>();
  for (const igroup of draft.igroups)
    if (igroup.ok("name") && !byName.has(igroup.values.name)) byName.set(igroup.values.name, igroup);
  for (const igroup of draft.igroups) {
    checkMembers(igroup, report);
    checkChildren(igroup, byName, report);
    checkNesting(igroup, byName, report);
  }
}

function checkMembers(igroup: IgroupEntry, report: Report): void {
  const { initiators, igroups, networks } = igroup.values;
  if (initiators.length > 0 && igroups.length > 0) {
    report.error(
      igroup.at("igroups"),
      `${igroup.title} has both initiators and igroups: move the initiators to an igroup of their own and name it here`,
    );
  } else if (initiators.length === 0 && igroups.length === 0 && igroup.ok("initiators", "igroups")) {
    const networksOnly = networks.length > 0 ? "networks only narrow the initiators that are listed; " : "";
    report.warn(igroup.place, `${igroup.title} holds nobody: ${networksOnly}add initiators = ["iqn.…"]`);
  }
  if (!igroup.ok("initiators")) return;
  const seen = new Map<string, string>();
  initiators.forEach((written, index) => {
    const name = normaliseIscsiName(written);
    const other = seen.get(name);
    if (other === undefined) seen.set(name, written);
    else
      report.error(
        igroup.at("initiators", index),
        `${JSON.stringify(written)} is the same initiator as ${JSON.stringify(other)}: names are compared in lower case; remove one`,
      );
  });
}

function checkChildren(igroup: IgroupEntry, byName: ReadonlyMap<string, IgroupEntry>, report: Report): void {
  if (!igroup.ok("igroups")) return;
  igroup.values.igroups.forEach((name, index) => {
    const place = igroup.at("igroups", index);
    const child = byName.get(name);
    if (name === "any")
      report.error(place, 'igroups: "any" can\'t be a child: it holds everybody; use it in [[target.access]]');
    else if (child === undefined) {
      const names = [...byName.keys()].filter((candidate) => candidate !== igroup.values.name);
      report.error(
        place,
        `igroups: no such igroup ${JSON.stringify(name)}${didYouMean(name, names) || existing("igroup", names)}`,
      );
    } else {
      const mine = igroup.values.os_type;
      const other = mine === undefined || !igroup.ok("os_type") ? undefined : otherKind(mine, child, byName, new Set());
      if (other !== undefined) {
        const theirs = `os_type ${JSON.stringify(other.values.os_type)} (${formatPlace(other.at("os_type"))})`;
        const has = other === child ? `has ${theirs}` : `holds ${JSON.stringify(other.values.name)}, which has ${theirs},`;
        report.error(
          place,
          `igroups: ${JSON.stringify(name)} ${has} and ${igroup.title} has ${JSON.stringify(mine)}: they must agree`,
        );
      }
    }
  });
}

/** The igroup of another kind of host that the nest leads to; one without os_type says nothing, and what is below it counts. */
function otherKind(
  mine: string,
  igroup: IgroupEntry,
  byName: ReadonlyMap<string, IgroupEntry>,
  passed: Set<IgroupEntry>,
): IgroupEntry | undefined {
  if (passed.has(igroup)) return undefined;
  passed.add(igroup);
  const { os_type: kind, igroups } = igroup.values;
  if (kind !== undefined) return igroup.ok("os_type") && kind !== mine ? igroup : undefined;
  for (const name of igroups) {
    const child = byName.get(name);
    const other = child === undefined ? undefined : otherKind(mine, child, byName, passed);
    if (other !== undefined) return other;
  }
  return undefined;
}

/** Walks down from `igroup`; reports a cycle once, at its first igroup, and a nest that is too deep at its top. */
function checkNesting(igroup: IgroupEntry, byName: ReadonlyMap<string, IgroupEntry>, report: Report): void {
  if (byName.get(igroup.values.name) !== igroup) return;
  let deepest: readonly string[] = [];
  const reachedBy = new Map<string, number>();
  const visit = (name: string, chain: readonly string[]): readonly string[] | undefined => {
    const node = byName.get(name);
    if (node === undefined) return undefined;
    if (chain.includes(name)) return name === chain[0] ? [...chain, name] : undefined;
    const here = [...chain, name];
    // Reaching an igroup again by a chain that is not longer can't reveal anything new.
    if ((reachedBy.get(name) ?? 0) >= here.length) return undefined;
    reachedBy.set(name, here.length);
    if (here.length > deepest.length) deepest = here;
    if (here.length > byName.size) return undefined;
    for (const child of node.values.igroups) {
      const cycle = visit(child, here);
      if (cycle !== undefined) return cycle;
    }
    return undefined;
  };
  const cycle = visit(igroup.values.name, []);
  if (cycle !== undefined) {
    const order = [...byName.keys()];
    const firstOfCycle = cycle.every((name) => order.indexOf(name) >= order.indexOf(igroup.values.name));
    if (firstOfCycle) report.error(igroup.at("igroups"), `igroups form a cycle: ${cycle.join(" -> ")}: take one of them out`);
    return;
  }
  if (deepest.length > IGROUP_MAX_DEPTH && isOutermost(igroup.values.name, byName)) {
    report.error(
      igroup.at("igroups"),
      `igroups are nested ${deepest.length} deep (${deepest.join(" -> ")}): at most ${IGROUP_MAX_DEPTH} levels`,
    );
  }
}

const isOutermost = (name: string, byName: ReadonlyMap<string, IgroupEntry>): boolean =>
  [...byName.values()].every((other) => !other.values.igroups.includes(name));

/** Targets: names, portal groups, and access entries whose proof can be given. */
import { formatPlace, type Report } from "../config-error.ts";
import type { AccessEntry, Draft, TargetEntry } from "../draft.ts";
import { iscsiNameFault, normaliseIscsiName } from "../iscsi-name.ts";
import { didYouMean } from "../spelling.ts";
import { hasMutual } from "./auth.ts";
import { existing, knownNames } from "./names.ts";

export function checkTargets(draft: Draft, report: Report): void {
  const byIqn = new Map<string, TargetEntry>();
  for (const target of draft.targets) {
    checkTargetName(target, draft, byIqn, report);
    checkPortalGroups(target, draft, report);
    if (target.access.length === 0) {
      report.warn(target.place, `${target.title} has no [[target.access]]: nobody can log in to it`);
    }
    const seen = new Map<string, AccessEntry>();
    for (const access of target.access) {
      checkAccess(access, draft, report);
      if (!access.ok("igroup")) continue;
      const other = seen.get(access.values.igroup);
      if (other === undefined) seen.set(access.values.igroup, access);
      else
        report.error(
          access.at("igroup"),
          `igroup = ${JSON.stringify(access.values.igroup)}: this target already has an access entry for it at ${formatPlace(other.at("igroup"))}: keep one`,
        );
    }
  }
}

/** The full, normalised iSCSI name; undefined when it can't be told because something else is wrong. */
export function targetIqn(target: TargetEntry, draft: Draft): string | undefined {
  const { name, iqn } = target.values;
  if (iqn !== undefined) return target.ok("iqn") ? normaliseIscsiName(iqn) : undefined;
  if (name === undefined || !target.ok("name") || !draft.node.ok("base_iqn")) return undefined;
  return normaliseIscsiName(`${draft.node.values.base_iqn}:${name}`);
}

function checkTargetName(target: TargetEntry, draft: Draft, byIqn: Map<string, TargetEntry>, report: Report): void {
  if (!target.given("name") && !target.given("iqn")) {
    report.error(target.place, '[[target]] has neither name nor iqn: add name = "vm01"');
    return;
  }
  const iqn = targetIqn(target, draft);
  if (iqn === undefined) return;
  const key = target.given("iqn") ? "iqn" : "name";
  const fault = iscsiNameFault(iqn);
  if (fault !== undefined) {
    report.error(target.at(key), `${key} gives the target the name ${JSON.stringify(iqn)}: must be ${fault}`);
    return;
  }
  const other = byIqn.get(iqn);
  if (other === undefined) byIqn.set(iqn, target);
  else {
    const otherKey = other.given("iqn") ? "iqn" : "name";
    const same =
      target.values.name !== undefined && target.values.name === other.values.name && key === "name" && otherKey === "name";
    // Equal short names are reported as such already; here are the spellings that only normalisation makes equal.
    if (!same)
      report.error(
        target.at(key),
        `${key} gives the target the name ${JSON.stringify(iqn)}, which ${other.title} at ${formatPlace(other.at(otherKey))} has already (names are compared in lower case): choose another`,
      );
  }
}

function checkPortalGroups(target: TargetEntry, draft: Draft, report: Report): void {
  if (!target.ok("portal_groups")) return;
  const { tags } = knownNames(draft);
  target.values.portal_groups?.forEach((tag, index) => {
    if (!tags.has(tag))
      report.error(
        target.at("portal_groups", index),
        `portal_groups: no portal group has tag ${tag}${existing("portal_group", [...tags])}`,
      );
  });
}

/** `igroup` of an access entry, or an element of a map's `igroups`. */
export function igroupFault(name: string, draft: Draft): string | undefined {
  if (name === "any") return undefined;
  const { igroups } = knownNames(draft);
  return igroups.has(name)
    ? undefined
    : `no such igroup ${JSON.stringify(name)}${didYouMean(name, [...igroups, "any"]) || existing("igroup", [...igroups])}`;
}

function checkAccess(access: AccessEntry, draft: Draft, report: Report): void {
  const { igroup, auth, auth_group: authGroup } = access.values;
  const fault = access.ok("igroup") ? igroupFault(igroup, draft) : undefined;
  if (fault !== undefined) report.error(access.at("igroup"), `igroup: ${fault}`);
  if (!access.ok("auth", "auth_group")) return;
  if (auth === "none") {
    if (authGroup !== undefined) {
      report.error(
        access.at("auth_group"),
        'auth_group stands beside auth = "none", which asks for no proof: write auth = "chap" or "mutual", or remove auth_group',
      );
    }
    return;
  }
  const names = (): string[] => draft.authGroups.filter((group) => group.ok("name")).map((group) => group.values.name);
  if (authGroup === undefined) {
    report.error(
      access.at("auth"),
      `auth = ${JSON.stringify(auth)} needs credentials: add auth_group = ${JSON.stringify(names()[0] ?? "hosts")}`,
    );
    return;
  }
  const group = knownNames(draft).authGroups.get(authGroup);
  if (group === undefined) {
    report.error(
      access.at("auth_group"),
      `auth_group: no such auth group ${JSON.stringify(authGroup)}${didYouMean(authGroup, names()) || existing("auth_group", names())}`,
    );
  } else if (group.chap.length === 0) {
    report.error(
      access.at("auth_group"),
      `auth_group = ${JSON.stringify(authGroup)} has no user (${formatPlace(group.place)}): add [[auth_group.chap]]`,
    );
  } else if (auth === "mutual" && !group.chap.some(hasMutual)) {
    report.error(
      access.at("auth"),
      `auth = "mutual" needs a user with mutual_user and mutual_secret_file in auth group ${JSON.stringify(authGroup)} (${formatPlace(group.place)})`,
    );
  }
}

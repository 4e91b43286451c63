/**
 * Who gets in: from the portal group, the initiator's name and its address to an access entry, or to the step
 * at which it is refused. Deny by default. Pure: the same questions always have the same answers.
 *
 *   1 target        is there a target of this name?                       no-such-target   0203h
 *   2 portal group  is it reachable through the group the asker came to?  not-in-group     0203h
 *   3 candidates    does an access entry hold the name and the address?   no-candidate     0202h
 *   4 online        is the target in service?                             target-offline   0301h, initiators try again
 *
 * Who passes all four may be sent elsewhere instead (RFC 7143 11.13.5): nobody else learns the address.
 */
import { normaliseIscsiName } from "../config/iscsi-name.ts";
import type { AccessConfig, Configuration, LunMapConfig, Place, RedirectConfig, TargetConfig } from "../config/model.ts";
import { type AccessIndex, accessIndexOf, membershipIn } from "./access-index.ts";
import { type Address, parsePeerAddress } from "./network.ts";

export interface Asker {
  /** InitiatorName as received; it is normalised here. */
  readonly initiatorName: string;
  /** The peer's IP address as the socket gives it. */
  readonly address: string;
  /** Tag of the portal group of the portal that the connection came in on. */
  readonly portalGroupTag: number;
}

export const REFUSAL_STEPS = { "no-such-target": 1, "not-in-group": 2, "no-candidate": 3, "target-offline": 4 } as const;
export type RefusalReason = keyof typeof REFUSAL_STEPS;

export type LoginDecision =
  | {
      readonly kind: "admitted";
      readonly target: TargetConfig;
      readonly entry: AccessConfig;
      /** The login is answered with this address; undefined: the login goes on here. */
      readonly redirect: RedirectConfig | undefined;
    }
  | {
      readonly kind: "refused";
      readonly reason: RefusalReason;
      readonly step: (typeof REFUSAL_STEPS)[RefusalReason];
      /** In words, for the log: the initiator learns only the status. */
      readonly detail: string;
      /** Where the configuration says so; undefined when there is no such target. */
      readonly place: Place | undefined;
    };

export function decideLogin(configuration: Configuration, asker: Asker & { readonly targetName: string }): LoginDecision {
  const index = accessIndexOf(configuration);
  const target = index.targetsByIqn.get(normaliseIscsiName(asker.targetName));
  if (target === undefined) return refused("no-such-target", "no target has this name", undefined);
  if (!target.portalGroups.includes(asker.portalGroupTag)) {
    return refused("not-in-group", `the target is not reachable through portal group ${asker.portalGroupTag}`, target.place);
  }
  const name = normaliseIscsiName(asker.initiatorName);
  const entry = candidate(index, target, name, parsePeerAddress(asker.address));
  if (entry !== undefined) {
    // Only who would be admitted learns that there is something to wait for.
    if (!target.online) return refused("target-offline", "the target is offline (online = false)", target.place);
    const group = configuration.portalGroups.find(({ tag }) => tag === asker.portalGroupTag);
    return { kind: "admitted", target, entry, redirect: target.redirect ?? group?.redirect };
  }
  const listed = target.access.find((access) => membershipIn(index, access.igroup, name, undefined) !== "not-listed");
  if (listed !== undefined) {
    const detail = `igroup "${listed.igroup}" lists the initiator, but its networks do not hold the address ${asker.address}`;
    return refused("no-candidate", detail, listed.place);
  }
  return refused("no-candidate", "no access entry of the target holds the initiator's name", target.place);
}

/** The targets that SendTargets may tell: those of which the asker passes the first three steps, also while they are offline. In the order of the configuration. */
export function discoverableTargets(configuration: Configuration, asker: Asker): readonly TargetConfig[] {
  const index = accessIndexOf(configuration);
  const name = normaliseIscsiName(asker.initiatorName);
  const address = parsePeerAddress(asker.address);
  const found = new Set<TargetConfig>();
  for (const igroup of ["any", ...(index.membership.get(name)?.keys() ?? [])]) {
    if (membershipIn(index, igroup, name, address) !== "member") continue;
    for (const target of index.targetsByIgroup.get(igroup) ?? []) {
      if (target.portalGroups.includes(asker.portalGroupTag)) found.add(target);
    }
  }
  return [...found].sort((a, b) => (index.orderOf.get(a) ?? 0) - (index.orderOf.get(b) ?? 0));
}

/** The maps that this initiator sees, at most one for a LUN number, in ascending order of LUN. */
export function viewOf(
  configuration: Configuration,
  target: TargetConfig,
  initiatorName: string,
  address: string,
): readonly LunMapConfig[] {
  const index = accessIndexOf(configuration);
  const name = normaliseIscsiName(initiatorName);
  const peer = parsePeerAddress(address);
  const view = new Map<number, LunMapConfig>();
  for (const map of target.luns) {
    // Validation has proven that maps of one LUN that an initiator shares agree; the first stands for them.
    if (view.has(map.lun)) continue;
    const audience = map.igroups.length > 0 ? map.igroups : target.access.map((access) => access.igroup);
    if (audience.some((igroup) => membershipIn(index, igroup, name, peer) === "member")) view.set(map.lun, map);
  }
  return [...view.values()].sort((a, b) => a.lun - b.lun);
}

/** The first access entry whose named igroup holds the asker; only when there is none, the entry for "any". */
function candidate(
  index: AccessIndex,
  target: TargetConfig,
  name: string,
  address: Address | undefined,
): AccessConfig | undefined {
  const named = target.access.find(
    (access) => access.igroup !== "any" && membershipIn(index, access.igroup, name, address) === "member",
  );
  return named ?? target.access.find((access) => access.igroup === "any");
}

function refused(reason: RefusalReason, detail: string, place: Place | undefined): LoginDecision {
  return { kind: "refused", reason, step: REFUSAL_STEPS[reason], detail, place };
}

/**
 * Look-ups over one configuration, made once: targets by name, and for each initiator the igroups that hold
 * it. With them a login or a discovery costs what the asker may see, not what the configuration holds.
 */
import { flattenIgroup } from "../config/igroup-tree.ts";
import type { Configuration, TargetConfig } from "../config/model.ts";
import { type Address, holds, type Network, parseNetwork } from "./network.ts";

/** Ways in which a name is a member: in one of them, every list must hold the address. */
type Alternatives = readonly (readonly (readonly Network[])[])[];

export interface AccessIndex {
  readonly targetsByIqn: ReadonlyMap<string, TargetConfig>;
  /** Targets with an access entry for this igroup (or "any"), in the order of the configuration. */
  readonly targetsByIgroup: ReadonlyMap<string, readonly TargetConfig[]>;
  /** Position in the configuration, for a stable order of discovery. */
  readonly orderOf: ReadonlyMap<TargetConfig, number>;
  /** By initiator name: the igroups that list it, directly or nested. */
  readonly membership: ReadonlyMap<string, ReadonlyMap<string, Alternatives>>;
}

const indexes = new WeakMap<Configuration, AccessIndex>();

/** The index of a configuration; configurations are immutable, so it is made at most once for each. */
export function accessIndexOf(configuration: Configuration): AccessIndex {
  let index = indexes.get(configuration);
  if (index === undefined) {
    index = buildIndex(configuration);
    indexes.set(configuration, index);
  }
  return index;
}

function buildIndex({ igroups, targets }: Configuration): AccessIndex {
  const byName = new Map(igroups.map((igroup) => [igroup.name, igroup]));
  const membership = new Map<string, Map<string, Alternatives>>();
  for (const igroup of igroups) {
    for (const [initiator, conditions] of flattenIgroup(igroup.name, byName)) {
      let groups = membership.get(initiator);
      if (groups === undefined) {
        groups = new Map();
        membership.set(initiator, groups);
      }
      groups.set(
        igroup.name,
        conditions.map((condition) => condition.map((networks) => networks.map(parseNetwork))),
      );
    }
  }
  const targetsByIgroup = new Map<string, TargetConfig[]>();
  for (const target of targets) {
    for (const name of new Set(target.access.map((entry) => entry.igroup))) {
      const list = targetsByIgroup.get(name);
      if (list === undefined) targetsByIgroup.set(name, [target]);
      else list.push(target);
    }
  }
  return {
    targetsByIqn: new Map(targets.map((target) => [target.iqn, target])),
    targetsByIgroup,
    orderOf: new Map(targets.map((target, position) => [target, position])),
    membership,
  };
}

export type Membership = "member" | "wrong-address" | "not-listed";

/** Whether `igroup` (or "any") holds the initiator at this address. */
export function membershipIn(
  index: AccessIndex,
  igroup: string,
  initiatorName: string,
  address: Address | undefined,
): Membership {
  if (igroup === "any") return "member";
  const alternatives = index.membership.get(initiatorName)?.get(igroup);
  if (alternatives === undefined) return "not-listed";
  const fits = alternatives.some((condition) =>
    condition.every((networks) => address !== undefined && networks.some((network) => holds(network, address))),
  );
  return fits ? "member" : "wrong-address";
}

/**
 * Igroups flattened: which initiators an igroup holds, and from which networks. A name is a member along a
 * chain of igroups; the networks of every igroup on the chain must hold the address.
 */

/** The part of an igroup that nesting needs: rows of the configuration and of a draft both have it. */
export interface IgroupNode {
  readonly name: string;
  readonly initiators: readonly string[];
  readonly networks: readonly string[];
  readonly igroups: readonly string[];
}

/** Levels of igroups, the outermost included. */
export const IGROUP_MAX_DEPTH = 3;

/** One way in which a name is a member: each list of networks (non-empty) must hold the address. */
export type MemberCondition = readonly (readonly string[])[];

/**
 * Members of `root` by (normalised) initiator name, each with the alternatives that make it a member.
 * Deeper levels than IGROUP_MAX_DEPTH and unknown children are left out: validation has refused them.
 */
export function flattenIgroup(
  root: string,
  byName: ReadonlyMap<string, IgroupNode>,
): ReadonlyMap<string, readonly MemberCondition[]> {
  const members = new Map<string, MemberCondition[]>();
  const visit = (name: string, above: MemberCondition, level: number): void => {
    const igroup = byName.get(name);
    if (igroup === undefined || level > IGROUP_MAX_DEPTH) return;
    const condition = igroup.networks.length === 0 ? above : [...above, igroup.networks];
    for (const initiator of igroup.initiators) {
      const alternatives = members.get(initiator);
      if (alternatives === undefined) members.set(initiator, [condition]);
      else alternatives.push(condition);
    }
    for (const child of igroup.igroups) visit(child, condition, level + 1);
  };
  visit(root, [], 1);
  return members;
}

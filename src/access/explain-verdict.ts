/** Where the walk through one target ends, what says so, and what to do about it. */
import { formatAddress } from "../config/address.ts";
import { formatPlace } from "../config/config-error.ts";
import type { AccessConfig, Place, TargetConfig } from "../config/model.ts";
import { accessIndexOf } from "./access-index.ts";
import type { Walk } from "./explain.ts";
import type { Candidate, RecentFailure, TargetExplanation, Verdict } from "./explain-types.ts";
import type { NetworkTest } from "./membership-paths.ts";

type Known = Pick<TargetExplanation, "candidates" | "redirects" | "failures" | "sessions" | "luns" | "hidden">;

export function verdictOf(walk: Walk, target: TargetConfig, entry: AccessConfig | undefined, known: Known): Verdict {
  const { question, facts } = walk;
  const tag = question.portalGroupTag;
  if (tag !== undefined && !target.portalGroups.includes(tag)) return wrongPortalGroup(walk, target, tag);
  if (entry === undefined) return noCandidate(walk, target, known.candidates);
  if (!target.online) {
    return {
      kind: "refused",
      step: "target",
      reason: "target-offline",
      status: "0301h",
      detail: "the target is offline: the configuration says online = false",
      place: target.place,
      next: `set online = true at ${formatPlace(target.place)}; the initiator tries again by itself`,
    };
  }
  const offline = facts.offlineTargets?.get(target.iqn);
  if (offline !== undefined) {
    return {
      kind: "refused",
      step: "target",
      reason: "target-offline",
      status: "0301h",
      detail: `the target is offline: ${offline}`,
      place: target.place,
      next: "take the cause away; the initiator tries again by itself",
    };
  }
  const condition = conditionOf(known.candidates, question.address);
  const [redirect] = known.redirects;
  const everywhere =
    redirect?.portalGroupTag === undefined || tag !== undefined || known.redirects.length === target.portalGroups.length;
  if (redirect !== undefined && everywhere) {
    return {
      kind: "redirected",
      step: "redirect",
      status: redirect.permanent ? "0102h" : "0101h",
      detail: `the login is sent to ${redirect.to} ${redirect.permanent ? "for good" : "for now"}`,
      place: redirect.place,
      ...condition,
      next: `look there, or take the redirect at ${formatPlace(redirect.place)} out`,
    };
  }
  const { luns, hidden, failures, sessions } = known;
  const [failure] = failures;
  if (failure !== undefined && sessions.length === 0) {
    const place = failure.kind === "authentication" ? authPlace(walk, entry) : entry.place;
    return {
      kind: "admitted",
      step: failure.kind === "authentication" ? "authentication" : "view",
      detail: failureText(failure),
      place,
      ...condition,
      next: adviceAfter(failure, entry, place),
    };
  }
  if (luns.length === 0) {
    const [other] = hidden;
    const next =
      other === undefined
        ? `add a [[target.lun]] to the target at ${formatPlace(target.place)}`
        : `${other.next}, or add a [[target.lun]] for it`;
    return {
      kind: "admitted",
      step: "view",
      detail:
        target.luns.length === 0
          ? "it may log in and sees no disk: the target has no LUNs"
          : "it may log in and sees no disk: every map of the target is for others",
      place: other?.place ?? target.place,
      ...condition,
      next,
    };
  }
  const broken = luns.find(({ problems }) => problems.length > 0);
  return {
    kind: "admitted",
    step: "view",
    detail: `it may log in and sees ${luns.length} LUN${luns.length === 1 ? "" : "s"}`,
    place: entry.place,
    ...condition,
    ...(broken === undefined ? {} : { next: `LUN ${broken.lun}: ${broken.problems[0]!.next}` }),
  };
}

/** Where the credentials stand that the entry asks for, or the entry that asks for none. */
const authPlace = ({ configuration: { authGroups } }: Walk, { authGroup, place }: AccessConfig): Place =>
  authGroups.find(({ name }) => name === authGroup)?.place ?? place;

function wrongPortalGroup({ configuration, groups }: Walk, target: TargetConfig, tag: number): Verdict {
  const refused = { kind: "refused", step: "portal group", reason: "not-in-group", status: "0203h" } as const;
  const portals = target.portalGroups.flatMap((one) => {
    const group = groups.get(one);
    return (group?.advertise.length ? group.advertise : (group?.portals ?? [])).map(formatAddress);
  });
  const through = `portal group ${target.portalGroups.join(", ")} (${portals.join(", ")})`;
  const group = configuration.portalGroups.find((one) => one.tag === tag);
  if (group === undefined) {
    const tags = configuration.portalGroups.map((one) => one.tag).join(", ");
    return {
      ...refused,
      detail: `there is no portal group ${tag}`,
      place: target.place,
      next: `ask about portal group ${tags}`,
    };
  }
  return {
    ...refused,
    detail: `the target is reachable through ${through} only, not through portal group ${tag} (${formatPlace(group.place)})`,
    place: target.place,
    next: `connect there, or add ${tag} to portal_groups of the target at ${formatPlace(target.place)}`,
  };
}

function noCandidate(walk: Walk, target: TargetConfig, candidates: readonly Candidate[]): Verdict {
  const { configuration, question, name, paths, initiator } = walk;
  const refused = { kind: "refused", step: "candidates", reason: "no-candidate", status: "0202h" } as const;
  const elsewhere = candidates.find(({ outcome }) => outcome === "wrong address");
  if (elsewhere !== undefined) {
    const path = elsewhere.paths[0]!;
    const test = path.networks.find((one) => one.holds === false)!;
    return {
      ...refused,
      detail: `${chainText(path.chain)} lists the initiator (${formatPlace(path.place)}), but ${networksText(test)} not hold the address ${question.address}`,
      place: test.place,
      next: `connect from an address in them, or add its network to networks of igroup "${test.igroup}" at ${formatPlace(test.place)}`,
    };
  }
  if (candidates.length === 0) {
    return {
      ...refused,
      detail: "the target has no access entry: nobody may log in",
      place: target.place,
      next: `add a [[target.access]] to the target at ${formatPlace(target.place)}`,
    };
  }
  const near = initiator.nearest;
  const meant = near && candidates.find(({ igroup }) => accessIndexOf(configuration).membership.get(near.name)?.has(igroup));
  if (near !== undefined && meant !== undefined) {
    return {
      ...refused,
      detail: `no access entry holds the initiator's name, but igroup "${near.igroup}" lists ${near.name}, which is spelt almost like it`,
      place: near.place,
      next: `correct the name on the host, or in initiators of igroup "${near.igroup}" at ${formatPlace(near.place)}`,
    };
  }
  const empty = candidates.find(({ igroup }) => paths.isEmpty(igroup));
  if (empty !== undefined && candidates.every(({ igroup }) => paths.isEmpty(igroup))) {
    const { place } = paths.igroup(empty.igroup)!;
    return {
      ...refused,
      detail: `igroup "${empty.igroup}", for which the target has an access entry (${formatPlace(empty.place)}), holds nobody`,
      place,
      next: `add initiators = [${JSON.stringify(name)}] to igroup "${empty.igroup}" at ${formatPlace(place)}`,
    };
  }
  const names = candidates.map(({ igroup }) => `"${igroup}"`).join(", ");
  const [first] = candidates;
  const holder = initiator.igroups[0]?.chain[0];
  const home = paths.igroup(first!.igroup)?.place ?? first!.place;
  const entryFor =
    holder === undefined ? "" : `, or add a [[target.access]] for igroup "${holder}", which holds it, to the target`;
  return {
    ...refused,
    detail: `no access entry of the target holds the initiator's name: they are for igroup ${names}`,
    place: first!.place,
    next: `add ${JSON.stringify(name)} to initiators of igroup "${first!.igroup}" at ${formatPlace(home)}, or of one nested in it${entryFor}`,
  };
}

const chainText = (chain: readonly string[]): string =>
  chain.length === 1 ? `igroup "${chain[0]}"` : `igroup ${chain.join(" -> ")}`;

const networksText = ({ igroup, networks, place }: NetworkTest): string =>
  `the networks ${networks.join(", ")} of igroup "${igroup}" (${formatPlace(place)}) do`;

/** The address was not said, and the entry that decides has networks. */
function conditionOf(candidates: readonly Candidate[], address: string | undefined): { condition?: string } {
  const chosen = candidates.find((candidate) => candidate.chosen);
  if (address !== undefined || chosen?.outcome !== "depends") return {};
  const tests = chosen.paths[0]?.networks ?? [];
  const from = tests.map(({ igroup, networks }) => `${networks.join(" or ")} (igroup "${igroup}")`).join(" and ");
  return { condition: `from an address in ${from}` };
}

export function failureText({ kind, reason, secondsAgo, address }: RecentFailure): string {
  const what =
    kind === "authentication" ? "it failed to prove itself" : kind === "digest" ? "its data arrived damaged" : "it failed";
  return `${what} ${secondsAgo} s ago${address === undefined ? "" : ` from ${address}`}: ${reason}`;
}

function adviceAfter({ kind }: RecentFailure, { auth }: AccessConfig, place: Place): string {
  const where = ` at ${formatPlace(place)}`;
  if (kind === "authentication") {
    return auth === "none"
      ? `the entry${where} asks for no proof now: let the initiator log in again`
      : `compare user and secret on the host with the auth group${where}`;
  }
  if (kind === "digest") return "look for faults of network cards, switches and memory between the host and this machine";
  return "look at the events of this initiator for what came before";
}

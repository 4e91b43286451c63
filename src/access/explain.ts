/**
 * "Why doesn't this host see its disk?": the steps of a login and of the view, walked aloud for every target, with
 * the step at which it ends, the line of the configuration that says so, and what to do. Pure: what runs is told by
 * the caller. The decisions are those of decide.ts; a property test holds the two together.
 */
import { formatAddress } from "../config/address.ts";
import { iscsiNameFault, normaliseIscsiName } from "../config/iscsi-name.ts";
import type { AccessConfig, Configuration, PortalGroupConfig, TargetConfig, VolumeConfig } from "../config/model.ts";
import { editDistance } from "../config/spelling.ts";
import type {
  Authentication,
  Candidate,
  ExplainFacts,
  ExplainQuestion,
  Explanation,
  Redirect,
  TargetExplanation,
} from "./explain-types.ts";
import { verdictOf } from "./explain-verdict.ts";
import { explainView } from "./explain-view.ts";
import { type AskedAddress, MembershipPaths } from "./membership-paths.ts";
import { parsePeerAddress } from "./network.ts";

/** Names further apart than this many edits are not taken for a slip of the keyboard. */
const SLIP_EDITS = 3;

/** What is the same for every target. */
export interface Walk {
  readonly configuration: Configuration;
  readonly question: ExplainQuestion;
  readonly facts: ExplainFacts;
  /** Normalised. */
  readonly name: string;
  readonly paths: MembershipPaths;
  readonly groups: ReadonlyMap<number, PortalGroupConfig>;
  readonly volumes: ReadonlyMap<string, VolumeConfig>;
  readonly initiator: Explanation["initiator"];
}

export function explain(configuration: Configuration, question: ExplainQuestion, facts: ExplainFacts = {}): Explanation {
  const { address, portalGroupTag } = question;
  const name = normaliseIscsiName(question.initiatorName);
  const paths = new MembershipPaths(configuration, name, askedAddress(address));
  const initiator = explainInitiator(configuration, question.initiatorName, name, paths);
  const groups = new Map(configuration.portalGroups.map((group) => [group.tag, group]));
  const volumes = new Map(configuration.volumes.map((volume) => [volume.name, volume]));
  const targets = new Set(configuration.targets.map(({ iqn }) => iqn));
  const mine = (facts.failures ?? []).filter((failure) => normaliseIscsiName(failure.initiatorName) === name);
  const walk = { configuration, question, facts: { ...facts, failures: mine }, name, paths, groups, volumes, initiator };
  return {
    initiator,
    ...(address === undefined ? {} : { address }),
    ...(portalGroupTag === undefined ? {} : { portalGroupTag }),
    targets: configuration.targets.map((target) => explainTarget(walk, target)),
    failures: mine.filter(({ targetIqn }) => targetIqn === undefined || !targets.has(targetIqn)),
  };
}

function askedAddress(address: string | undefined): AskedAddress {
  return address === undefined ? "any address" : (parsePeerAddress(address) ?? "no address");
}

function explainInitiator(
  configuration: Configuration,
  written: string,
  name: string,
  paths: MembershipPaths,
): Explanation["initiator"] {
  const fault = iscsiNameFault(written);
  const igroups = configuration.igroups.flatMap((igroup) => {
    const [path] = paths.to(igroup.name);
    return path === undefined ? [] : [{ chain: path.chain, place: path.place }];
  });
  const nearest = igroups.length > 0 ? undefined : nearestInitiator(configuration, name);
  return {
    written,
    name,
    ...(fault === undefined ? {} : { fault }),
    igroups,
    ...(nearest === undefined ? {} : { nearest }),
  };
}

function nearestInitiator({ igroups }: Configuration, name: string): Explanation["initiator"]["nearest"] {
  let best: Explanation["initiator"]["nearest"];
  let bestDistance = SLIP_EDITS + 1;
  for (const { name: igroup, initiators, place } of igroups) {
    for (const known of initiators) {
      const distance = slips(name, known, bestDistance);
      if (distance >= bestDistance) continue;
      bestDistance = distance;
      best = { name: known, igroup, place };
    }
  }
  return best;
}

/** The distance as far as it matters: names share long ends, and the distance is quadratic in what is left of them. */
function slips(a: string, b: string, enough: number): number {
  if (Math.abs(a.length - b.length) >= enough) return enough;
  const shorter = Math.min(a.length, b.length);
  let head = 0;
  while (head < shorter && a[head] === b[head]) head += 1;
  let tail = 0;
  while (tail < shorter - head && a[a.length - 1 - tail] === b[b.length - 1 - tail]) tail += 1;
  return editDistance(a.slice(head, a.length - tail), b.slice(head, b.length - tail));
}

function explainTarget(walk: Walk, target: TargetConfig): TargetExplanation {
  const { facts, groups, name } = walk;
  const { candidates, entry } = judgeEntries(walk, target);
  const redirects = redirectsOf(walk, target);
  const view = entry === undefined ? { luns: [], hidden: [] } : explainView(walk, target);
  const failures = (facts.failures ?? []).filter(({ targetIqn }) => targetIqn === target.iqn);
  const sessions = (facts.sessions ?? []).filter(
    (session) => session.targetIqn === target.iqn && normaliseIscsiName(session.initiatorName) === name,
  );
  const known = { candidates, redirects, failures, sessions, ...view };
  const authentication = entry === undefined ? undefined : authenticationOf(walk, entry);
  return {
    iqn: target.iqn,
    name: target.name,
    place: target.place,
    verdict: verdictOf(walk, target, entry, known),
    portalGroups: target.portalGroups.map((tag) => {
      const group = groups.get(tag)!;
      return { tag, name: group.name, portals: group.portals.map(formatAddress) };
    }),
    ...known,
    ...(authentication === undefined ? {} : { authentication }),
  };
}

/** As decide.ts: the first named igroup that holds the asker, and "any" only where there is none. */
function judgeEntries(
  { paths }: Walk,
  target: TargetConfig,
): { candidates: readonly Candidate[]; entry: AccessConfig | undefined } {
  const judged = target.access.map((entry) => {
    if (entry.igroup === "any") return { entry, paths: [], outcome: "holds" as const };
    const chains = paths.to(entry.igroup);
    if (chains.length === 0) return { entry, paths: chains, outcome: "not listed" as const };
    if (chains.some(({ fits }) => fits === true)) return { entry, paths: chains, outcome: "holds" as const };
    return {
      entry,
      paths: chains,
      outcome: chains.some(({ fits }) => fits === undefined) ? ("depends" as const) : ("wrong address" as const),
    };
  });
  const fits = ({ outcome }: (typeof judged)[number]): boolean => outcome === "holds" || outcome === "depends";
  const chosen =
    judged.find((one) => one.entry.igroup !== "any" && fits(one)) ?? judged.find(({ entry }) => entry.igroup === "any");
  return {
    candidates: judged.map(({ entry, paths: chains, outcome }) => ({
      igroup: entry.igroup,
      place: entry.place,
      outcome,
      paths: chains,
      chosen: entry === chosen?.entry,
    })),
    entry: chosen?.entry,
  };
}

/** Those that a login would meet: the target's, or else those of the portal groups that it may come through. */
function redirectsOf({ question, groups }: Walk, target: TargetConfig): Redirect[] {
  if (target.redirect !== undefined) {
    const { to, permanent, place } = target.redirect;
    return [{ to: formatAddress(to), permanent, place, portalGroupTag: undefined }];
  }
  const tags = question.portalGroupTag === undefined ? target.portalGroups : [question.portalGroupTag];
  return tags.flatMap((tag) => {
    const redirect = groups.get(tag)?.redirect;
    if (redirect === undefined) return [];
    return [{ to: formatAddress(redirect.to), permanent: redirect.permanent, place: redirect.place, portalGroupTag: tag }];
  });
}

function authenticationOf({ configuration }: Walk, { auth, authGroup, place }: AccessConfig): Authentication {
  const group = configuration.authGroups.find(({ name }) => name === authGroup);
  if (group === undefined) return { kind: auth, place };
  const { name, algorithms, chap } = group;
  const users = chap.filter(({ mutual }) => auth !== "mutual" || mutual !== undefined).map(({ user }) => user);
  return { kind: auth, place, authGroup: { name, place: group.place, algorithms, users } };
}

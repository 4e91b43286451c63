/** An explanation for people: the same answer always gives the same lines, without colour. */
import { formatPlace } from "../config/config-error.ts";
import type { Candidate, Explanation, HiddenLun, TargetExplanation, VisibleLun } from "./explain-types.ts";
import { failureText } from "./explain-verdict.ts";

export function renderExplain(explanation: Explanation): string {
  const { targets, failures } = explanation;
  const lines = [...initiatorLines(explanation)];
  for (const failure of failures) {
    const { targetIqn } = failure;
    const asking = targetIqn === undefined ? "before it named a target" : `asking for ${targetIqn}, which is no target here`;
    lines.push(`  ${asking}, ${failureText(failure)}`);
  }
  if (targets.length === 0) lines.push("there is no target: add a [[target]]");
  for (const target of targets) lines.push("", ...targetLines(target));
  return lines.join("\n");
}

function initiatorLines({ initiator, address, portalGroupTag }: Explanation): string[] {
  const { written, name, fault, igroups, nearest } = initiator;
  const from = address === undefined ? "from any address" : `from ${address}`;
  const through = portalGroupTag === undefined ? "through any portal group" : `through portal group ${portalGroupTag}`;
  const lines = [`initiator ${name}, ${from}, ${through}`];
  if (written !== name) lines.push(`  written ${written}: names are compared in lower case, so the two are one`);
  if (fault !== undefined) lines.push(`  no initiator can have this name: it must be ${fault}`);
  for (const { chain, place } of igroups) lines.push(`  in igroup ${chain.join(" -> ")} (${formatPlace(place)})`);
  if (igroups.length === 0) {
    const hint =
      nearest === undefined
        ? ""
        : `; igroup "${nearest.igroup}" lists ${nearest.name} (${formatPlace(nearest.place)}): is one of them a slip?`;
    lines.push(`  in no igroup${hint}`);
  }
  return lines;
}

function targetLines(target: TargetExplanation): string[] {
  const { iqn, place, verdict, candidates, redirects, authentication, luns, hidden, failures, sessions } = target;
  const { kind, step, status, detail, condition, next } = verdict;
  const ends = kind === "admitted" ? "admitted" : `${kind} at step "${step}" (${status})`;
  const lines = [`target ${iqn} (${formatPlace(place)}): ${ends}${condition === undefined ? "" : `, ${condition}`}`];
  const groups = target.portalGroups.map(({ tag, portals }) => `${tag} (${portals.join(", ")})`);
  lines.push(`  portal groups: ${groups.join("; ")}`);
  for (const candidate of candidates) lines.push(`  entry for ${candidateText(candidate)}`);
  for (const { to, permanent, place: where, portalGroupTag } of redirects) {
    const through = portalGroupTag === undefined ? "" : `through portal group ${portalGroupTag}, `;
    lines.push(`  redirect: ${through}to ${to}${permanent ? " for good" : ""} (${formatPlace(where)})`);
  }
  if (authentication !== undefined) {
    const { kind: proof, authGroup } = authentication;
    const group =
      authGroup === undefined
        ? ""
        : ` with auth group "${authGroup.name}" (${formatPlace(authGroup.place)}), ${authGroup.algorithms.join(", ")}, user ${authGroup.users.join(" or ")}`;
    lines.push(`  authentication: ${proof}${group}`);
  }
  for (const session of sessions) lines.push(`  session now: from ${session.address}, portal group ${session.portalGroupTag}`);
  for (const failure of failures) lines.push(`  ${failureText(failure)}`);
  for (const lun of luns) lines.push(...lunLines(lun));
  for (const lun of hidden) lines.push(...hiddenLines(lun));
  lines.push(`  ${detail}${verdict.place === undefined ? "" : ` (${formatPlace(verdict.place)})`}`);
  if (next !== undefined) lines.push(`  next: ${next}`);
  return lines;
}

function candidateText({ igroup, place, outcome, paths, chosen }: Candidate): string {
  const text = {
    holds: "holds it",
    depends: "holds it, from a fitting address",
    "wrong address": "lists it, for other addresses",
    "not listed": "does not list it",
  }[outcome];
  const ways = paths.map(({ chain, place: listed, networks }) => {
    const tests = networks.map(({ networks: list, holds }) => {
      const fits = holds === undefined ? "" : holds ? " holds the address" : " does not hold the address";
      return `${list.join(" or ")}${fits}`;
    });
    return `${chain.join(" -> ")} (${formatPlace(listed)})${tests.length === 0 ? "" : `, ${tests.join(", ")}`}`;
  });
  const by = ways.length === 0 ? "" : `: ${ways.join("; ")}`;
  return `${igroup === "any" ? "any" : `"${igroup}"`} (${formatPlace(place)}) ${text}${by}${chosen ? " [decides]" : ""}`;
}

function lunLines({ lun, volume, place, readOnly, via, problems }: VisibleLun): string[] {
  const only = readOnly === undefined ? "" : `, read-only by the ${readOnly.because} (${formatPlace(readOnly.place)})`;
  const head = `  LUN ${lun}: volume ${volume}${only}, through ${via.join(" -> ")} (${formatPlace(place)})`;
  return [head, ...problems.map(({ what, next }) => `    ${what}; next: ${next}`)];
}

function hiddenLines({ lun, volume, place, why, next }: HiddenLun): string[] {
  return [`  not LUN ${lun}: volume ${volume} (${formatPlace(place)}), ${why}; next: ${next}`];
}

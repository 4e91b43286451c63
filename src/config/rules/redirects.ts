/**
 * Login redirect (RFC 7143 11.13.5): where initiators are sent must be somewhere else. Addresses are compared as they are
 * written; that a name or a wildcard means the same machine can't be known here.
 */
import { isIPv4 } from "node:net";
import { canonicalHost, formatAddress, isWildcard, parseAddress } from "../address.ts";
import { formatPlace, type Report } from "../config-error.ts";
import type { Draft, PortalGroupEntry, RedirectEntry } from "../draft.ts";
import type { PortalAddress } from "../model.ts";

export function checkRedirects(draft: Draft, report: Report): void {
  for (const group of draft.portalGroups) {
    const to = destination(group.redirect);
    if (group.redirect === undefined || to === undefined) continue;
    const chain = follow(draft, group);
    if (chain.at(-1) === group) {
      const hops = chain.length === 1 ? "" : `, over ${chain.slice(0, -1).map(nameOf).join(" and ")}`;
      report.error(
        group.redirect.at("to"),
        `to = ${JSON.stringify(formatAddress(to))} leads back to ${nameOf(group)}${hops}: initiators would go in circles; name an address elsewhere`,
      );
    } else if (addressesOf(group).some((own) => mayInclude(own, to))) {
      report.warn(
        group.redirect.at("to"),
        `to = ${JSON.stringify(formatAddress(to))} may be an address of ${nameOf(group)} itself, which listens on a wildcard: then initiators would go in circles`,
      );
    }
  }
  for (const target of draft.targets) {
    const to = destination(target.redirect);
    if (target.redirect === undefined || to === undefined) continue;
    const group = draft.portalGroups.find((each) => addressesOf(each).some((own) => same(own, to)));
    if (group === undefined) continue;
    report.error(
      target.redirect.at("to"),
      `to = ${JSON.stringify(formatAddress(to))} is an address of ${nameOf(group)}, where ${target.title} is redirected as well: initiators would go in circles; name an address elsewhere, or redirect a portal group`,
    );
  }
}

/** The groups that an initiator passes which comes to `from`, until one that does not redirect to another, or one for the second time. */
function follow(draft: Draft, from: PortalGroupEntry): PortalGroupEntry[] {
  const passed: PortalGroupEntry[] = [];
  for (let at: PortalGroupEntry | undefined = from; at !== undefined; ) {
    const to = destination(at.redirect);
    at = to && draft.portalGroups.find((each) => addressesOf(each).some((own) => same(own, to)));
    if (at === undefined) break;
    const again = passed.includes(at);
    passed.push(at);
    if (again || at === from) break;
  }
  return passed;
}

function destination(redirect: RedirectEntry | undefined): PortalAddress | undefined {
  if (redirect === undefined || !redirect.ok("to")) return undefined;
  const parsed = parseAddress(redirect.values.to);
  return parsed.ok ? parsed.address : undefined;
}

/** Where initiators reach the group. */
function addressesOf(group: PortalGroupEntry): PortalAddress[] {
  const written = [
    ...(group.ok("portals") ? group.values.portals : []),
    ...(group.ok("advertise") ? group.values.advertise : []),
  ];
  return written.map((each) => parseAddress(each)).flatMap((parsed) => (parsed.ok ? [parsed.address] : []));
}

const same = (a: PortalAddress, b: PortalAddress): boolean =>
  a.port === b.port && canonicalHost(a.host) === canonicalHost(b.host);

const mayInclude = (own: PortalAddress, to: PortalAddress): boolean =>
  own.port === to.port && isWildcard(own.host) && isIPv4(own.host) === isIPv4(to.host);

const nameOf = ({ values, place }: PortalGroupEntry): string => `portal group ${values.tag} at ${formatPlace(place)}`;

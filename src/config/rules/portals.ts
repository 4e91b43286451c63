/** Portal groups: at least one, tags unique, and no address in the way of another. */
import { isIPv4 } from "node:net";
import { canonicalHost, formatAddress, isWildcard, parseAddress } from "../address.ts";
import { formatPlace, type Report } from "../config-error.ts";
import type { Draft } from "../draft.ts";
import type { Place } from "../model.ts";
import { didYouMean } from "../spelling.ts";
import { existing } from "./names.ts";

interface Listener {
  readonly host: string;
  readonly port: number;
  readonly wildcard: boolean;
  readonly place: Place;
  readonly owner: string;
}

export function checkPortals(draft: Draft, report: Report): void {
  if (draft.portalGroups.length === 0) {
    // Not an error: everything can be made while Lunette runs, beginning with nothing.
    report.warn(
      draft.start,
      'there is no portal group, so nothing listens for hosts: add\n  [[portal_group]]\n  tag = 1\n  portals = ["0.0.0.0:3260"]',
    );
  }
  const listeners: Listener[] = [];
  for (const group of draft.portalGroups) {
    if (group.ok("portals")) {
      group.values.portals.forEach((written, index) => {
        addListener(listeners, written, group.at("portals", index), group.title, report);
      });
    }
    const name = group.values.discovery_auth_group;
    if (name === undefined || !group.ok("discovery_auth_group")) continue;
    const names = draft.authGroups.map((auth) => auth.values.name);
    const auth = draft.authGroups.find((candidate) => candidate.values.name === name);
    const place = group.at("discovery_auth_group");
    if (auth === undefined) {
      report.error(
        place,
        `discovery_auth_group = ${JSON.stringify(name)}: no such auth group${didYouMean(name, names) || existing("auth_group", names)}`,
      );
    } else if (auth.chap.length === 0) {
      report.error(
        place,
        `discovery_auth_group = ${JSON.stringify(name)}: that auth group has no user: add [[auth_group.chap]] at ${formatPlace(auth.place)}`,
      );
    }
  }
  const metrics = draft.metrics.values.listen;
  if (draft.metrics.ok("listen") && metrics !== "off" && draft.metrics.given("listen")) {
    addListener(listeners, metrics, draft.metrics.at("listen"), "[metrics]", report);
  }
}

/** Two sockets can't listen on one address, and a wildcard takes every address of its family on its port. */
function addListener(listeners: Listener[], written: string, place: Place, owner: string, report: Report): void {
  const parsed = parseAddress(written);
  if (!parsed.ok) return;
  const host = canonicalHost(parsed.address.host);
  const mine: Listener = { host, port: parsed.address.port, wildcard: isWildcard(host), place, owner };
  const other = listeners.find((candidate) => collide(candidate, mine));
  if (other === undefined) {
    listeners.push(mine);
    return;
  }
  const shown = formatAddress(parsed.address);
  const where = `${other.owner} at ${formatPlace(other.place)}`;
  const message =
    other.host === mine.host
      ? `${shown} is already listed in ${where}: an address belongs to one portal group`
      : `${shown} overlaps ${formatAddress({ host: other.host, port: other.port })} of ${where}: list the wildcard or the single addresses, or use another port`;
  report.error(place, message);
}

function collide(a: Listener, b: Listener): boolean {
  if (a.port !== b.port) return false;
  return a.host === b.host || ((a.wildcard || b.wildcard) && isIPv4(a.host) === isIPv4(b.host));
}

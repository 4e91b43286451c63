/** The commands that use the configured targets from a Linux host: what `npm start` prints when it is ready. */
import type { Configuration, PortalAddress } from "./config/model.ts";

export function howToUse(config: Configuration): string {
  const lines = ["", "Ready. On this machine, as root, with open-iscsi installed:", ""];
  for (const group of config.portalGroups) {
    const portal = group.advertise[0] ?? group.portals[0];
    if (portal === undefined) continue;
    const address = reachable(portal);
    lines.push(`  iscsiadm -m discovery -t sendtargets -p ${address}`);
    for (const target of config.targets) {
      if (target.portalGroups.includes(group.tag)) lines.push(`  iscsiadm -m node -T ${target.iqn} -p ${address} --login`);
    }
    lines.push("  lsblk -S                                  # the new disk is the one of vendor LUNETTE");
    for (const target of config.targets) {
      if (target.portalGroups.includes(group.tag)) lines.push(`  iscsiadm -m node -T ${target.iqn} -p ${address} --logout`);
    }
  }
  lines.push("", "Ctrl-C stops.", "", "");
  return lines.join("\n");
}

function reachable({ host, port }: PortalAddress): string {
  if (host === "0.0.0.0") return `127.0.0.1:${port}`;
  if (host === "::") return `[::1]:${port}`;
  return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}

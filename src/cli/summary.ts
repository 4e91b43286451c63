/** One screen about a valid configuration: who may see what, and where. */
import { formatSize } from "../common/units.ts";
import { formatAddress } from "../config/address.ts";
import type { LoadedConfiguration } from "../config/load.ts";
import type { AccessConfig, Configuration, LunMapConfig, TargetConfig } from "../config/model.ts";

/** Targets, and LUNs of one target, that are shown before the rest is only counted. */
const SHOWN_TARGETS = 8;
const SHOWN_LUNS = 4;

const PROOF: Readonly<Record<AccessConfig["auth"], string>> = {
  none: "without authentication",
  chap: "with CHAP",
  mutual: "with mutual CHAP",
};

export function summarise({ configuration, files }: LoadedConfiguration): string {
  const { node, portalGroups, targets, volumes, metricsListen } = configuration;
  const lines = [
    `${files.join(" and ")}: valid`,
    "",
    `node     ${node.name}, state in ${node.stateDir}`,
    `metrics  ${metricsListen === undefined ? "off" : `http://${formatAddress(metricsListen)}/metrics`}`,
  ];
  for (const group of portalGroups) {
    const advertised =
      group.advertise.length === 0 ? "" : ` (told to initiators: ${group.advertise.map(formatAddress).join(", ")})`;
    lines.push(`portals  ${group.tag} "${group.name}": ${group.portals.map(formatAddress).join(", ")}${advertised}`);
  }
  for (const target of targets.slice(0, SHOWN_TARGETS)) lines.push("", ...targetLines(target, configuration));
  if (targets.length > SHOWN_TARGETS) lines.push("", `… and ${targets.length - SHOWN_TARGETS} more targets`);
  const luns = targets.reduce((sum, target) => sum + target.luns.length, 0);
  lines.push("", `${count(targets.length, "target")}, ${count(luns, "LUN")}, ${count(volumes.length, "volume")}`);
  return lines.join("\n");
}

function targetLines(target: TargetConfig, configuration: Configuration): string[] {
  const lines = [`target   ${target.iqn} through portal group ${target.portalGroups.join(", ")}`];
  for (const entry of target.access) {
    const who = entry.igroup === "any" ? "any initiator" : `igroup "${entry.igroup}"`;
    const proof = entry.authGroup === undefined ? PROOF[entry.auth] : `${PROOF[entry.auth]} (auth group "${entry.authGroup}")`;
    lines.push(`  admits ${who} ${proof}`);
  }
  if (target.access.length === 0) lines.push("  admits nobody");
  for (const map of target.luns.slice(0, SHOWN_LUNS)) lines.push(lunLine(map, configuration));
  if (target.luns.length > SHOWN_LUNS) lines.push(`  … and ${target.luns.length - SHOWN_LUNS} more LUNs`);
  return lines;
}

function lunLine(map: LunMapConfig, { volumes }: Configuration): string {
  const volume = volumes.find((candidate) => candidate.name === map.volume);
  const size = volume?.sizeBytes === undefined ? "" : `, ${formatSize(volume.sizeBytes)}`;
  const readOnly = map.readOnly || volume?.readOnly ? ", read-only" : "";
  const audience = map.igroups.length === 0 ? "" : `, for ${map.igroups.map((igroup) => `"${igroup}"`).join(", ")}`;
  return `  LUN ${map.lun} is volume "${map.volume}" on ${volume?.path}${size}${readOnly}${audience}`;
}

const count = (number: number, what: string): string => `${number} ${what}${number === 1 ? "" : "s"}`;

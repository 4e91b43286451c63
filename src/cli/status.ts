/** `lunette status`: the daemon on one screen, what is wrong first. */
import type { NodeStatus } from "../control/service.ts";
import { snapshotVerb } from "./control-verb.ts";
import { bytes, count, duration, localTime, loginOutcome } from "./human.ts";
import { type Colour, paint } from "./screen.ts";
import { harmless } from "./table.ts";
import type { Terminal } from "./verb.ts";

const STATE_COLOURS: Readonly<Record<NodeStatus["running"]["state"], Colour>> = {
  starting: "yellow",
  serving: "green",
  stopping: "yellow",
};

export const statusCommand = snapshotVerb<NodeStatus>({
  name: "status",
  describe: "Say how the running daemon is",
  example: "the daemon on one screen",
  show: showStatus,
});

function showStatus({ configured, running }: NodeStatus, { screen }: Terminal): string {
  const state = paint(running.state, STATE_COLOURS[running.state], screen);
  const offline =
    running.volumesOffline.length === 0 ? "" : `, ${paint(`${running.volumesOffline.length} offline`, "red", screen)}`;
  // What is as somebody wanted it is no fault.
  const switchedOff =
    running.volumesSwitchedOff.length === 0 ? "" : `, ${running.volumesSwitchedOff.length} offline as configured`;
  const lines: [string, string][] = [
    ["state", `${state} for ${duration(running.uptimeSeconds)}, since ${localTime(running.startedAt)}`],
    ["version", `${running.version}, process ${running.pid}, ${running.configFile}`],
    ["serves", `${count(configured.targets, "target")}, ${count(configured.volumes, "volume")}${offline}${switchedOff}`],
    ["hosts", `${count(running.sessions, "session")}, ${count(running.connections, "connection")}`],
    ["logins", loginsText(running.logins)],
    [
      "memory",
      `${bytes(running.buffers.leasedBytes)} of ${bytes(running.buffers.totalBytes)} buffers in use, ` +
        `${count(running.ring.outstanding, "storage request")} outstanding (${running.ring.kind})`,
    ],
    ["metrics", configured.metrics === undefined ? "off" : `http://${configured.metrics}/metrics`],
  ];
  for (const { tag, name, portals, accessState } of configured.portalGroups)
    lines.push([`portals ${tag}`, `"${name}": ${portals.join(", ")} (${accessState})`]);
  for (const volume of running.volumesOffline) lines.push(["offline", paint(`volume "${volume}"`, "red", screen)]);
  for (const volume of running.volumesSwitchedOff) lines.push(["offline", `volume "${volume}", as configured`]);
  const faults = [
    running.connectionsLost > 0 ? `${count(running.connectionsLost, "connection")} lost` : "",
    running.digestErrors > 0 ? count(running.digestErrors, "digest error") : "",
    running.protocolErrors > 0 ? count(running.protocolErrors, "protocol error") : "",
    running.events.unwritten > 0 ? `${count(running.events.unwritten, "event")} not on disk: is state_dir full?` : "",
  ].filter((fault) => fault !== "");
  if (faults.length > 0) lines.push(["faults", paint(faults.join(", "), "yellow", screen)]);
  const width = Math.max(...lines.map(([name]) => name.length));
  const title = paint(harmless(configured.node), "bold", screen);
  return [title, ...lines.map(([name, text]) => `  ${name.padEnd(width)}  ${text}`)].join("\n");
}

function loginsText(logins: NodeStatus["running"]["logins"]): string {
  const { success = 0, ...others } = logins;
  const refused = Object.entries(others).map(([outcome, number]) => `${number} ${loginOutcome(outcome)}`);
  return refused.length === 0 ? `${success} accepted` : `${success} accepted; not accepted: ${refused.join(", ")}`;
}

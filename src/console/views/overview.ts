/** How the node is, what goes through it, and what needs somebody's eye. */
import { bytes, count, duration, localTime, loginOutcome } from "../../cli/human.ts";
import type { LunetteEvent } from "../../common/events.ts";
import type { NodeStatus, PortalGroupStatus } from "../../control/service.ts";
import { useApp } from "../app-context.ts";
import { refusedLately } from "../event-digest.ts";
import { NOTHING } from "../format.ts";
import { meanLatency, totalOf } from "../history.ts";
import { html } from "../html.ts";
import { Badge, type Tone } from "../parts/badge.ts";
import { type Figures, RateCharts } from "../parts/rate-charts.ts";
import { Table } from "../parts/table.ts";
import { routeTo } from "../route.ts";
import { useStore } from "../store.ts";
import type { VNode } from "../vendor/preact.js";

const REFUSED_SHOWN = 8;

const WHOLE_NODE: Figures = {
  readBytes: totalOf((session) => session.readBytesPerSecond),
  writeBytes: totalOf((session) => session.writeBytesPerSecond),
  commands: totalOf((session) => session.iops),
  readLatency: meanLatency("read"),
  writeLatency: meanLatency("write"),
};

export function Overview(): VNode {
  const { live } = useApp();
  const status = useStore(live.status);
  const { events } = useStore(live.events);
  useStore(live.sampled);
  return html`<h1>Overview</h1>
    <${Warnings} status=${status} events=${events} />
    <${RateCharts} points=${live.history.points} figures=${WHOLE_NODE} />
    <div class="columns">
      <section aria-labelledby="node-title">
        <h2 id="node-title">Node</h2>
        <${Facts} status=${status} />
      </section>
      <section aria-labelledby="groups-title">
        <h2 id="groups-title">Portal groups</h2>
        <${Table}
          caption="Portal groups"
          rows=${status?.configured.portalGroups}
          keyOf=${({ tag }: PortalGroupStatus) => tag}
          empty="There is no portal group: nobody can connect."
          columns=${[
            { title: "Tag", cell: ({ tag }: PortalGroupStatus) => html`<code>${tag}</code>` },
            { title: "Name", cell: ({ name }: PortalGroupStatus) => name },
            { title: "Portals", cell: ({ portals }: PortalGroupStatus) => html`<code>${portals.join("  ")}</code>` },
            { title: "Access", cell: ({ accessState }: PortalGroupStatus) => accessState },
          ]}
        />
        <h2>Logins since the start</h2>
        <${Logins} status=${status} />
      </section>
    </div>`;
}

function Facts({ status }: { status: NodeStatus | undefined }): VNode {
  const { configured, running } = status ?? {};
  const fact = (name: string, value: unknown): VNode => html`<div><dt>${name}</dt><dd>${value ?? NOTHING}</dd></div>`;
  return html`<dl class="facts">
    ${fact("Name", configured?.node)} ${fact("Base name", configured && html`<code>${configured.baseIqn}</code>`)}
    ${fact("Version", running && `${running.version}, process ${running.pid}`)}
    ${fact("Up", running && `${duration(running.uptimeSeconds)}, since ${localTime(running.startedAt)}`)}
    ${fact("Configuration", running && html`<code>${running.configFile}</code>`)} ${fact("Targets", configured?.targets)}
    ${fact("Volumes", configured?.volumes)} ${fact("Igroups", configured?.igroups)}
    ${fact("Sessions", running && `${running.sessions}, ${count(running.connections, "connection")}`)}
    ${fact("Buffers", running && `${bytes(running.buffers.leasedBytes)} of ${bytes(running.buffers.totalBytes)} in use`)}
    ${fact("I/O", running && `${running.ring.kind}, ${running.ring.outstanding} outstanding`)}
    ${fact("Protocol errors", running && `${running.protocolErrors}, digest errors ${running.digestErrors}`)}
  </dl>`;
}

function Logins({ status }: { status: NodeStatus | undefined }): VNode {
  const rows = status === undefined ? undefined : Object.entries(status.running.logins);
  return html`<${Table}
    caption="Logins since the start, by outcome"
    rows=${rows}
    keyOf=${([outcome]: [string, number]) => outcome}
    empty="Nobody has logged in yet."
    columns=${[
      { title: "Outcome", cell: ([outcome]: [string, number]) => loginOutcome(outcome) },
      { title: "Logins", figure: true, cell: ([, logins]: [string, number]) => logins },
    ]}
  />`;
}

function Warnings({ status, events }: { status: NodeStatus | undefined; events: readonly LunetteEvent[] }): VNode {
  const refused = refusedLately(events, Date.now());
  const offline = status?.running.volumesOffline ?? [];
  const unwritten = status?.running.events.unwritten ?? 0;
  const line = (tone: Tone, text: string, rest: unknown): VNode =>
    html`<li><${Badge} tone=${tone} text=${text} /> ${rest}</li>`;
  const lines = [
    ...offline.map((volume) => line("bad", "offline", html`volume <a href=${routeTo("volumes")}><code>${volume}</code></a>`)),
    ...(unwritten > 0 ? [line("warning", "events", `${count(unwritten, "event")} could not be written to disk`)] : []),
    ...refused.slice(0, REFUSED_SHOWN).map(({ initiator, reason, at, times }) =>
      line(
        "warning",
        `refused${times > 1 ? ` ×${times}` : ""}`,
        html`${initiator === undefined ? "somebody" : html`<code>${initiator}</code>`}: ${reason}, ${localTime(at)}
        ${initiator !== undefined && html`${" "}<a href=${routeTo("access", [], { initiator })}>explain</a>`}`,
      ),
    ),
    ...(refused.length > REFUSED_SHOWN
      ? [html`<li><a href=${routeTo("events")}>${refused.length - REFUSED_SHOWN} more in the events</a></li>`]
      : []),
  ];
  return html`<section class="warnings" aria-labelledby="warnings-title">
    <h2 id="warnings-title" class="unseen">Warnings</h2>
    ${
      lines.length === 0
        ? html`<p class="quiet"><${Badge} tone="good" text="calm" /> All volumes are online, and no login was refused lately.</p>`
        : html`<ul>${lines}</ul>`
    }
  </section>`;
}

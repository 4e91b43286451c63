/** What has happened, as it happens. */
import { eventFact, localTime } from "../../cli/human.ts";
import { type LunetteEvent, SEVERITIES, type Severity } from "../../common/events.ts";
import { useApp } from "../app-context.ts";
import { holds } from "../event-digest.ts";
import { html } from "../html.ts";
import { Badge, SeverityBadge } from "../parts/badge.ts";
import { Table } from "../parts/table.ts";
import { useStore } from "../store.ts";
import { useState } from "../vendor/hooks.js";
import type { VNode } from "../vendor/preact.js";

const SHOWN = 300;

export function Events(): VNode {
  const { live } = useApp();
  const { events, connected, missed } = useStore(live.events);
  const [least, setLeast] = useState<Severity>("info");
  const [words, setWords] = useState("");
  const found = events.filter(
    (event) => SEVERITIES.indexOf(event.severity) >= SEVERITIES.indexOf(least) && holds(event, words),
  );
  return html`<h1>Events</h1>
    <form class="filters" onSubmit=${(event: Event) => event.preventDefault()}>
      <label>
        Severity
        <select value=${least} onInput=${(event: InputEvent) => setLeast((event.currentTarget as HTMLSelectElement).value as Severity)}>
          <option value="info">all</option>
          <option value="warning">warnings and errors</option>
          <option value="error">errors</option>
        </select>
      </label>
      <label>Words <input type="search" value=${words} onInput=${(event: InputEvent) => setWords((event.currentTarget as HTMLInputElement).value)} /></label>
      <${Badge} tone=${connected ? "good" : "warning"} text=${connected ? "following" : "reconnecting"} />
      <span class="quiet">${Math.min(found.length, SHOWN)} of ${events.length} shown${missed > 0 && `, ${missed} missed`}</span>
    </form>
    <${Table}
      caption="Events, the newest first"
      rows=${found.slice(0, SHOWN)}
      keyOf=${({ id }: LunetteEvent) => id}
      empty="Nothing that fits."
      columns=${[
        {
          title: "Time",
          cell: ({ at }: LunetteEvent) => html`<time class="mono event-word" datetime=${at}>${localTime(at)}</time>`,
        },
        { title: "Severity", cell: ({ severity }: LunetteEvent) => html`<${SeverityBadge} severity=${severity} />` },
        {
          title: "Event",
          cell: ({ kind, repeated }: LunetteEvent) =>
            html`<code class="event-word">${kind}</code>${repeated !== undefined && ` ×${repeated + 1}`}`,
        },
        { title: "Details", cell: ({ details }: LunetteEvent) => html`<${Details} details=${details} />` },
      ]}
    />`;
}

function Details({ details }: { details: LunetteEvent["details"] }): VNode {
  return html`<span class="details">
    ${Object.entries(details).map(([name, value]) => html`<span><span class="quiet">${name}</span> <code>${eventFact(name, value)}</code></span>`)}
  </span>`;
}

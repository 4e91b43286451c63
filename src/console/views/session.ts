/** One session: its charts, what its login has agreed on, its LUNs, and the door. */
import { bytes, duration, localTime } from "../../cli/human.ts";
import type { SessionResource } from "../answers.ts";
import type { ApiProblem } from "../api-client.ts";
import { may, useApp } from "../app-context.ts";
import { NOTHING } from "../format.ts";
import { sessionFigure } from "../history.ts";
import { html } from "../html.ts";
import { problemOf } from "../live.ts";
import { Dialog } from "../parts/dialog.ts";
import { ProblemNote } from "../parts/problem.ts";
import { type Figures, RateCharts } from "../parts/rate-charts.ts";
import { Table } from "../parts/table.ts";
import { routeTo } from "../route.ts";
import { useStore } from "../store.ts";
import { useAnswer } from "../use-answer.ts";
import { useState } from "../vendor/hooks.js";
import type { VNode } from "../vendor/preact.js";

const PERIOD_MS = 3000;

const figuresOf = (tsih: number): Figures => ({
  readBytes: sessionFigure(tsih, (session) => session.readBytesPerSecond),
  writeBytes: sessionFigure(tsih, (session) => session.writeBytesPerSecond),
  commands: sessionFigure(tsih, (session) => session.iops),
  readLatency: sessionFigure(tsih, (session) => session.readLatencySeconds),
  writeLatency: sessionFigure(tsih, (session) => session.writeLatencySeconds),
});

export function Session({ id }: { id: string }): VNode {
  const { client, live, caller } = useApp();
  useStore(live.sampled);
  const path = `/v1/sessions/${encodeURIComponent(id)}`;
  const { value, problem } = useAnswer(
    path,
    async (signal) => (await client.get<SessionResource>(path, signal)).value,
    PERIOD_MS,
  );
  const [kicking, setKicking] = useState(false);
  return html`<h1>Session <code>${id}</code></h1>
    <p class="under-title">
      <a href=${routeTo("sessions")}>All sessions</a>
      ${
        value !== undefined &&
        may(caller, "operate") &&
        problem === undefined &&
        html`<button type="button" class="risky" onClick=${() => setKicking(true)}>Kick …</button>`
      }
    </p>
    <${ProblemNote} problem=${problem} />
    <${RateCharts} points=${live.history.points} figures=${figuresOf(Number(id))} />
    ${value !== undefined && html`<${Details} session=${value} />`}
    ${kicking && value !== undefined && html`<${Kick} session=${value} path=${path} close=${() => setKicking(false)} />`}`;
}

function Details({ session }: { session: SessionResource }): VNode {
  const { authentication, parameters, luns } = session;
  const fact = (name: string, value: unknown): VNode => html`<div><dt>${name}</dt><dd>${value ?? NOTHING}</dd></div>`;
  const proof = [authentication.method, authentication.algorithm, authentication.user].filter((part) => part !== undefined);
  return html`<div class="columns">
    <section aria-labelledby="session-title">
      <h2 id="session-title">Session</h2>
      <dl class="facts">
        ${fact("Initiator", html`<code>${session.initiator}</code>`)} ${fact("Alias", session.alias)}
        ${fact("Address", html`<code>${session.address}</code>`)} ${fact("Target", html`<code>${session.target}</code>`)}
        ${fact("Portal", html`<code>${session.portal}</code>, group ${session.portalGroup}`)}
        ${fact("ISID", html`<code>${session.isid}</code>`)} ${fact("Proof", proof.join(", "))}
        ${fact("Since", `${localTime(session.startedAt)}, ${duration(session.ageSeconds)}`)}
        ${fact("Read", bytes(session.bytesRead))} ${fact("Written", bytes(session.bytesWritten))}
        ${fact("Commands", session.commands.toLocaleString("en-US"))} ${fact("Window", `${session.depth} of ${session.window} in use`)}
      </dl>
      <h2>LUNs</h2>
      <${Table}
        caption="LUNs of this session"
        rows=${luns}
        keyOf=${({ lun }: (typeof luns)[number]) => lun}
        empty="It sees no LUN."
        columns=${[
          { title: "LUN", cell: ({ lun }: (typeof luns)[number]) => html`<code>${lun}</code>` },
          { title: "Volume", cell: ({ volume }: (typeof luns)[number]) => html`<code>${volume}</code>` },
          { title: "Writes", cell: ({ readOnly }: (typeof luns)[number]) => (readOnly ? "refused" : "allowed") },
        ]}
      />
    </section>
    <section aria-labelledby="parameters-title">
      <h2 id="parameters-title">Agreed at login</h2>
      <${Table}
        caption="Parameters agreed at login"
        rows=${Object.entries(parameters)}
        keyOf=${([name]: [string, unknown]) => name}
        empty="Nothing."
        columns=${[
          { title: "Key", cell: ([name]: [string, unknown]) => html`<code>${name}</code>` },
          { title: "Value", cell: ([, value]: [string, unknown]) => html`<code>${keyValue(value)}</code>` },
        ]}
      />
    </section>
  </div>`;
}

/** As the login had it: RFC 7143 6.1 writes Yes and No. */
const keyValue = (value: unknown): string => (typeof value === "boolean" ? (value ? "Yes" : "No") : String(value));

function Kick({ session, path, close }: { session: SessionResource; path: string; close: () => void }): VNode {
  const { client, notify } = useApp();
  const [reason, setReason] = useState("");
  const [problem, setProblem] = useState<ApiProblem | undefined>(undefined);
  const [busy, setBusy] = useState(false);
  const kick = async (event: Event): Promise<void> => {
    event.preventDefault();
    setBusy(true);
    try {
      await client.post(`${path}/kick`, reason.trim() === "" ? {} : { reason: reason.trim() });
      notify(`Session ${session.tsih} was asked to log out.`);
      close();
      location.hash = routeTo("sessions");
    } catch (error) {
      setProblem(problemOf(error));
      setBusy(false);
    }
  };
  return html`<${Dialog} title=${`Kick session ${session.tsih}`} close=${close}>
    <form onSubmit=${kick}>
      <p>
        <code>${session.initiator}</code> is asked to log out and is then disconnected. Unless it is no longer admitted, it may come back at
        once; what it had not flushed is written again by its own cache, or lost with it.
      </p>
      <label>
        Reason, for the event log
        <input value=${reason} maxlength="200" onInput=${(event: InputEvent) => setReason((event.currentTarget as HTMLInputElement).value)} />
      </label>
      <${ProblemNote} problem=${problem} />
      <div class="buttons">
        <button type="button" onClick=${close}>Cancel</button>
        <button type="submit" class="risky" disabled=${busy}>Kick</button>
      </div>
    </form>
  <//>`;
}

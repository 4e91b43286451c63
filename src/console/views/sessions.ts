/** Who is logged in, and how much goes through each session at this moment. */
import { duration } from "../../cli/human.ts";
import type { SessionRates } from "../../cli/top-rates.ts";
import type { SessionResource } from "../answers.ts";
import { useApp } from "../app-context.ts";
import { NOTHING, rate, shortName, throughput } from "../format.ts";
import { type Child, html } from "../html.ts";
import { ProblemNote } from "../parts/problem.ts";
import { Table } from "../parts/table.ts";
import { routeTo } from "../route.ts";
import { useStore } from "../store.ts";
import { useAnswer } from "../use-answer.ts";
import type { VNode } from "../vendor/preact.js";

const PERIOD_MS = 3000;

export function Sessions(): VNode {
  const { client, live } = useApp();
  useStore(live.sampled);
  const { value, problem } = useAnswer("sessions", (signal) => client.list<SessionResource>("/v1/sessions", signal), PERIOD_MS);
  const rates = new Map(live.history.latest?.sessions.map((session) => [session.tsih, session]));
  const liveFigure =
    (figure: (session: SessionRates) => string) =>
    ({ tsih }: SessionResource): Child => {
      const session = rates.get(tsih);
      return session === undefined ? NOTHING : figure(session);
    };
  return html`<h1>Sessions</h1>
    <${ProblemNote} problem=${problem} />
    <${Table}
      caption="Sessions"
      rows=${value}
      keyOf=${({ tsih }: SessionResource) => tsih}
      empty="Nobody is logged in."
      columns=${[
        {
          title: "TSIH",
          cell: ({ tsih }: SessionResource) => html`<a class="mono" href=${routeTo("sessions", [tsih])}>${tsih}</a>`,
        },
        { title: "Initiator", cell: ({ initiator }: SessionResource) => html`<code>${initiator}</code>` },
        { title: "Address", cell: ({ address }: SessionResource) => html`<code>${address}</code>` },
        { title: "Target", cell: ({ target }: SessionResource) => html`<code title=${target}>${shortName(target)}</code>` },
        { title: "Group", figure: true, cell: ({ portalGroup }: SessionResource) => portalGroup },
        { title: "LUNs", figure: true, cell: ({ luns }: SessionResource) => luns.length },
        { title: "Commands/s", figure: true, cell: liveFigure(({ iops }) => rate(iops)) },
        { title: "Read", figure: true, cell: liveFigure(({ readBytesPerSecond }) => throughput(readBytesPerSecond)) },
        { title: "Write", figure: true, cell: liveFigure(({ writeBytesPerSecond }) => throughput(writeBytesPerSecond)) },
        { title: "Depth", figure: true, cell: liveFigure(({ depth }) => String(depth)) },
        { title: "Age", figure: true, cell: ({ ageSeconds }: SessionResource) => duration(ageSeconds) },
      ]}
    />`;
}

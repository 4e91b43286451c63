/** Igroups, and the question of all questions: why does this host (not) see its disks? */
import type {
  Candidate,
  Explanation,
  HiddenLun,
  RecentFailure,
  TargetExplanation,
  VisibleLun,
} from "../../access/explain-types.ts";
import type { IgroupResource, SessionResource } from "../answers.ts";
import type { ApiProblem } from "../api-client.ts";
import { useApp } from "../app-context.ts";
import { shortName } from "../format.ts";
import { type Child, html } from "../html.ts";
import { problemOf } from "../live.ts";
import { Badge, type Tone } from "../parts/badge.ts";
import { placeText } from "../parts/plan-steps.ts";
import { ProblemNote } from "../parts/problem.ts";
import { Table } from "../parts/table.ts";
import { routeTo } from "../route.ts";
import { useStore } from "../store.ts";
import { useAnswer } from "../use-answer.ts";
import { useEffect, useState } from "../vendor/hooks.js";
import type { VNode } from "../vendor/preact.js";

const PERIOD_MS = 10_000;

/** The order in which a login is decided (access/explain-types.ts has the same words). */
const STEPS = [
  "portal group",
  "candidates",
  "target",
  "redirect",
  "authentication",
  "view",
] as const satisfies readonly TargetExplanation["verdict"]["step"][];
const VERDICTS = { admitted: "good", redirected: "warning", refused: "bad" } as const satisfies Record<
  TargetExplanation["verdict"]["kind"],
  Tone
>;
const OUTCOMES = {
  holds: ["good", "holds it"],
  depends: ["warning", "depends on the address"],
  "wrong address": ["bad", "lists it, for other addresses"],
  "not listed": ["plain", "does not list it"],
} as const satisfies Record<Candidate["outcome"], readonly [Tone, string]>;

export function Access({ query }: { query: URLSearchParams }): VNode {
  const { client } = useApp();
  const igroups = useAnswer("igroups", (signal) => client.list<IgroupResource>("/v1/igroups", signal), PERIOD_MS);
  const sessions = useAnswer("access-sessions", (signal) => client.list<SessionResource>("/v1/sessions", signal), PERIOD_MS);
  const known = new Set([
    ...(igroups.value ?? []).flatMap(({ initiators = [] }) => initiators),
    ...(sessions.value ?? []).map(({ initiator }) => initiator),
  ]);
  return html`<h1>Access</h1>
    <h2>Explain an initiator</h2>
    <${Explain} query=${query} known=${[...known].sort()} />
    <h2>Igroups</h2>
    <${ProblemNote} problem=${igroups.problem} />
    <${Table}
      caption="Igroups"
      rows=${igroups.value}
      keyOf=${({ id }: IgroupResource) => id}
      empty="There is no igroup."
      columns=${[
        { title: "Igroup", cell: ({ name }: IgroupResource) => html`<code>${name}</code>` },
        { title: "Hosts", cell: ({ os_type: osType }: IgroupResource) => osType ?? "" },
        {
          title: "Initiators",
          cell: ({ initiators = [] }: IgroupResource) =>
            html`<ul class="names">${initiators.map((name) => html`<li><a href=${routeTo("access", [], { initiator: name })}><code>${name}</code></a></li>`)}</ul>`,
        },
        { title: "Igroups within", cell: ({ igroups: nested = [] }: IgroupResource) => nested.join(", ") },
        { title: "Networks", cell: ({ networks = [] }: IgroupResource) => html`<code>${networks.join(", ")}</code>` },
        {
          title: "Defined",
          cell: ({ place }: IgroupResource) => (place === undefined ? "managed" : html`<code class="place">${place}</code>`),
        },
      ]}
    />`;
}

function Explain({ query, known }: { query: URLSearchParams; known: readonly string[] }): VNode {
  const { client, live } = useApp();
  const status = useStore(live.status);
  const asked = query.toString();
  const [initiator, setInitiator] = useState("");
  const [address, setAddress] = useState("");
  const [group, setGroup] = useState("");
  const [answer, setAnswer] = useState<Explanation | undefined>(undefined);
  const [problem, setProblem] = useState<ApiProblem | undefined>(undefined);

  // The address bar is the question: a link to it can be sent to a colleague.
  useEffect(() => {
    setInitiator(query.get("initiator") ?? "");
    setAddress(query.get("address") ?? "");
    setGroup(query.get("portal_group") ?? "");
    setAnswer(undefined);
    setProblem(undefined);
    if (!query.has("initiator")) return;
    const ended = new AbortController();
    client.get<Explanation>(`/v1/explain?${asked}`, ended.signal).then(
      ({ value }) => setAnswer(value),
      (error) => ended.signal.aborted || setProblem(problemOf(error)),
    );
    return () => ended.abort();
  }, [asked]);

  const ask = (event: Event): void => {
    event.preventDefault();
    const fields = { initiator: initiator.trim(), address: address.trim(), portal_group: group };
    const given = Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== ""));
    const next = routeTo("access", [], given);
    // The same question again has to be answered again.
    if (location.hash === next) location.hash = routeTo("access");
    location.hash = next;
  };
  const field = (set: (value: string) => void) => (event: InputEvent) => set((event.currentTarget as HTMLInputElement).value);
  return html`<form class="filters" onSubmit=${ask} aria-label="Explain">
      <label class="wide">Initiator
        <input class="mono" list="known-initiators" placeholder="iqn.…" value=${initiator} onInput=${field(setInitiator)} required spellcheck=${false} autocomplete="off" />
      </label>
      <datalist id="known-initiators">${known.map((name) => html`<option value=${name}></option>`)}</datalist>
      <label>Address <input class="mono" placeholder="any" value=${address} onInput=${field(setAddress)} autocomplete="off" /></label>
      <label>Portal group
        <select value=${group} onInput=${field(setGroup)}>
          <option value="">any</option>
          ${status?.configured.portalGroups.map(({ tag, name }) => html`<option value=${String(tag)}>${tag} ${name}</option>`)}
        </select>
      </label>
      <button type="submit" class="main">Explain</button>
    </form>
    <${ProblemNote} problem=${problem} />
    ${answer !== undefined && html`<${Answer} answer=${answer} />`}`;
}

function Answer({ answer }: { answer: Explanation }): VNode {
  const { initiator, targets, failures } = answer;
  const { name, fault, igroups, nearest } = initiator;
  return html`<div class="explanation" aria-live="polite">
    <p>
      <code>${name}</code>${" "}
      ${
        igroups.length === 0
          ? "is in no igroup."
          : html`is in ${igroups.map(({ chain, place }) => html`<span class="chain"><code>${chain.join(" → ")}</code> <code class="place">${placeText(place)}</code></span> `)}`
      }
    </p>
    ${fault !== undefined && html`<p><${Badge} tone="bad" text="no such name" /> No initiator can have this name: it must be ${fault}.</p>`}
    ${
      nearest !== undefined &&
      html`<p><${Badge} tone="warning" text="a slip?" /> Igroup <code>${nearest.igroup}</code> lists <code>${nearest.name}</code> <code class="place">${placeText(nearest.place)}</code></p>`
    }
    ${failures.length > 0 && html`<ul>${failures.map((failure) => html`<${Failure} failure=${failure} />`)}</ul>`}
    ${targets.length === 0 && html`<p>There is no target.</p>`}
    ${targets.map((target) => html`<${TargetAnswer} key=${target.iqn} target=${target} />`)}
  </div>`;
}

function TargetAnswer({ target }: { target: TargetExplanation }): VNode {
  const { iqn, place, verdict, sessions, failures } = target;
  const decided = STEPS.indexOf(verdict.step);
  const ends =
    verdict.kind === "admitted" ? "admitted" : `${verdict.kind}${verdict.status === undefined ? "" : ` ${verdict.status}`}`;
  return html`<section class="verdict ${verdict.kind}" aria-label=${`Target ${iqn}`}>
    <h3>
      <${Badge} tone=${VERDICTS[verdict.kind]} text=${ends} /> <code>${shortName(iqn)}</code> <code class="place">${placeText(place)}</code>
    </h3>
    <p class="decision">
      ${verdict.detail}${verdict.condition !== undefined && `, ${verdict.condition}`}
      ${verdict.place !== undefined && html` <code class="place deciding">${placeText(verdict.place)}</code>`}
    </p>
    ${verdict.next !== undefined && html`<p class="advice">${verdict.next}</p>`}
    <ol class="walk">
      ${STEPS.map((step, index) => {
        const reached = index <= decided;
        const stops = index === decided && verdict.kind !== "admitted";
        const [tone, word] = stops
          ? ([VERDICTS[verdict.kind], verdict.kind] as const)
          : reached
            ? (["good", "passed"] as const)
            : (["plain", "not reached"] as const);
        return html`<li class=${reached ? "reached" : "unreached"}>
          <div><span class="step-name">${step}</span> <${Badge} tone=${tone} text=${word} /></div>
          ${stepFacts(target, step)}
        </li>`;
      })}
    </ol>
    ${
      sessions.length > 0 &&
      html`<p class="quiet">Logged in now: ${sessions.map(({ address, portalGroupTag }) => `from ${address}, group ${portalGroupTag}`).join("; ")}</p>`
    }
    ${failures.length > 0 && html`<ul>${failures.map((failure) => html`<${Failure} failure=${failure} />`)}</ul>`}
  </section>`;
}

/** What is known of one step at one target. */
function stepFacts(target: TargetExplanation, step: (typeof STEPS)[number]): Child {
  const { portalGroups, candidates, redirects, authentication, luns, hidden } = target;
  switch (step) {
    case "portal group":
      return html`<ul>${portalGroups.map(({ tag, name, portals }) => html`<li>${tag} ${name} <code>${portals.join(", ")}</code></li>`)}</ul>`;
    case "candidates":
      return html`<ul>${candidates.map((candidate) => html`<${CandidateLine} candidate=${candidate} />`)}</ul>`;
    case "redirect":
      return redirects.length === 0
        ? null
        : html`<ul>${redirects.map(({ to, permanent, place }) => html`<li>to <code>${to}</code>${permanent && " for good"} <code class="place">${placeText(place)}</code></li>`)}</ul>`;
    case "authentication":
      return authentication === undefined
        ? null
        : html`<ul><li>
            ${authentication.kind}
            ${authentication.authGroup !== undefined && html`, auth group <code>${authentication.authGroup.name}</code>, user ${authentication.authGroup.users.join(" or ")}`}
            ${" "}<code class="place">${placeText(authentication.place)}</code>
          </li></ul>`;
    case "view":
      return html`<ul>${luns.map((lun) => html`<${Visible} lun=${lun} />`)}${hidden.map((lun) => html`<${Hidden} lun=${lun} />`)}</ul>`;
    case "target":
      return null;
  }
}

function CandidateLine({ candidate }: { candidate: Candidate }): VNode {
  const { igroup, place, outcome, paths, chosen } = candidate;
  const [tone, text] = OUTCOMES[outcome];
  return html`<li>
    <code>${igroup}</code> <${Badge} tone=${tone} text=${text} /> ${chosen && html`<strong>decides</strong>`}
    ${" "}<code class="place">${placeText(place)}</code>
    ${paths.map(
      ({ chain, networks }) =>
        (chain.length > 1 || networks.length > 0) &&
        html`<div class="quiet">
          ${chain.join(" → ")}${networks.map(({ networks: list, holds }) => `; ${list.join(" or ")}${holds === undefined ? "" : holds ? " holds the address" : " does not hold the address"}`)}
        </div>`,
    )}
  </li>`;
}

function Visible({ lun: { lun, volume, readOnly, via, place, problems } }: { lun: VisibleLun }): VNode {
  return html`<li>
    LUN <code>${lun}</code>: volume <code>${volume}</code>${readOnly !== undefined && `, read-only by the ${readOnly.because}`}, through ${via.join(", ")}
    ${" "}<code class="place">${placeText(place)}</code>
    ${problems.map(({ what, next }) => html`<div><${Badge} tone="warning" text="but" /> ${what} <span class="advice">${next}</span></div>`)}
  </li>`;
}

function Hidden({ lun: { lun, volume, why, next, place } }: { lun: HiddenLun }): VNode {
  return html`<li>
    <${Badge} tone="plain" text="hidden" /> LUN <code>${lun}</code>: volume <code>${volume}</code>, ${why} <code class="place">${placeText(place)}</code>
    <div class="advice">${next}</div>
  </li>`;
}

function Failure({ failure: { kind, reason, address, secondsAgo } }: { failure: RecentFailure }): VNode {
  const when = secondsAgo < 120 ? `${Math.round(secondsAgo)} s ago` : `${Math.round(secondsAgo / 60)} min ago`;
  return html`<li><${Badge} tone="warning" text=${kind === "other" ? "failure" : `${kind} failure`} /> ${when}${address !== undefined && ` from ${address}`}: ${reason}</li>`;
}

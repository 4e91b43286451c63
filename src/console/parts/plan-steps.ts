/** A plan as the sidecar answers it: its steps, what they do to sessions, what is refused and what waits for a restart. */

import { bytes, count } from "../../cli/human.ts";
import type { Place } from "../../config/model.ts";
import type { FieldChange, PlanNote, PlanStep } from "../../config/plan.ts";
import type { TouchedSession } from "../../config/plan-text.ts";
import type { PlanAnswer } from "../answers.ts";
import { shown } from "../format.ts";
import { html } from "../html.ts";
import type { VNode } from "../vendor/preact.js";
import { Badge, type Tone } from "./badge.ts";

const ACTIONS = { add: "good", change: "warning", remove: "bad" } as const satisfies Record<PlanStep["action"], Tone>;
const OUTCOMES = { nothing: "plain", "unit attention": "warning", ends: "bad" } as const satisfies Record<
  TouchedSession["outcome"],
  Tone
>;

/** `file:line:column`, which terminals and editors make a link of. */
export const placeText = (place: Place | undefined): string =>
  place === undefined ? "" : `${place.file}:${place.line}:${place.column}`;

export function PlanSteps({ answer }: { answer: PlanAnswer }): VNode {
  const { plan, sessions, warnings = [] } = answer;
  return html`<div class="plan">
    <p class="plan-summary">${summaryOf(answer)}</p>
    ${plan.refusals.length > 0 && html`<${Notes} title="Refused: nothing is applied" tone="bad" notes=${plan.refusals} />`}
    <ol class="steps">
      ${plan.steps.map((step, index) => {
        const touched = sessions.filter(({ outcome, steps }) => outcome !== "nothing" && steps.includes(index));
        return html`<${Step} step=${step} touched=${touched} />`;
      })}
    </ol>
    ${plan.restarts.length > 0 && html`<${Notes} title="Waits for a restart" tone="warning" notes=${plan.restarts} />`}
    ${
      warnings.length > 0 &&
      html`<ul class="notes">
        ${warnings.map(({ place, message }) => html`<li><code class="place">${placeText(place)}</code> ${message}</li>`)}
      </ul>`
    }
  </div>`;
}

function summaryOf({ plan, sessions }: PlanAnswer): string {
  if (plan.steps.length === 0) return "Nothing to do: what is written is in force.";
  const of = (action: PlanStep["action"]): number => plan.steps.filter((step) => step.action === action).length;
  const outcome = (wanted: TouchedSession["outcome"]): number => sessions.filter((each) => each.outcome === wanted).length;
  const steps = `${of("add")} to add, ${of("change")} to change, ${of("remove")} to remove`;
  const ended = outcome("ends");
  return `${steps} · ${count(ended, "session")} ${ended === 1 ? "ends" : "end"}, ${outcome("unit attention")} told`;
}

function Step({ step, touched }: { step: PlanStep; touched: readonly TouchedSession[] }): VNode {
  const { action, kind, name, fields, place, effect } = step;
  return html`<li class="step">
    <div class="step-head">
      <${Badge} tone=${ACTIONS[action]} text=${action} />
      <span>${kind} <code>${name}</code></span>
      <code class="place">${placeText(place)}</code>
    </div>
    ${
      action !== "remove" &&
      fields.length > 0 &&
      html`<ul class="fields">${fields.map((change) => html`<li><code>${fieldText(kind, action, change)}</code></li>`)}</ul>`
    }
    <p class="effect">${effect}</p>
    ${
      touched.length > 0 &&
      html`<ul class="touched">
        ${touched.map(
          ({ session, outcome, why }) => html`<li>
            <${Badge} tone=${OUTCOMES[outcome]} text=${outcome} /> <code>${session.initiatorName}</code> at <code>${session.address}</code>: ${why}
          </li>`,
        )}
      </ul>`
    }
  </li>`;
}

function fieldText(kind: string, action: PlanStep["action"], { field, from, to, how }: FieldChange): string {
  const text = (value: unknown): string =>
    kind === "volume" && field === "size" && typeof value === "number" ? `${bytes(value)} (${value})` : shown(value);
  if (action === "add") return `${field} = ${text(to)}`;
  return `${field}: ${text(from)} → ${text(to)}${how === "restart" ? " (after a restart)" : ""}`;
}

function Notes({ title, tone, notes }: { title: string; tone: Tone; notes: readonly PlanNote[] }): VNode {
  return html`<section class="notes">
    <h3><${Badge} tone=${tone} text=${title} /></h3>
    <ul>
      ${notes.map(
        ({ kind, name, field, place, why }) =>
          html`<li>${kind} <code>${name}</code>, ${field}: ${why} <code class="place">${placeText(place)}</code></li>`,
      )}
    </ul>
  </section>`;
}

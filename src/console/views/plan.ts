/** What the written configuration would change, and the button that does it. */
import type { PlanAnswer } from "../answers.ts";
import type { ApiProblem } from "../api-client.ts";
import { may, useApp } from "../app-context.ts";
import { html } from "../html.ts";
import { problemOf } from "../live.ts";
import { Dialog } from "../parts/dialog.ts";
import { PlanSteps } from "../parts/plan-steps.ts";
import { ProblemNote } from "../parts/problem.ts";
import { useAnswer } from "../use-answer.ts";
import { useState } from "../vendor/hooks.js";
import type { VNode } from "../vendor/preact.js";

const PERIOD_MS = 5000;

export function PlanView(): VNode {
  const { client, caller } = useApp();
  const { value, problem, again } = useAnswer(
    "plan",
    async (signal) => (await client.get<PlanAnswer>("/v1/plan", signal)).value,
    PERIOD_MS,
  );
  const [asking, setAsking] = useState(false);
  const admin = may(caller, "admin");
  const reason = reasonAgainst(value, admin);
  return html`<h1>Plan and apply</h1>
    <p class="quiet">
      Compares what is written with what is in force; nothing changes until it is applied.
      ${value?.files !== undefined && html` Read from ${value.files.map((file) => html`<code>${file}</code> `)}`}
    </p>
    <${ProblemNote} problem=${problem} />
    ${problem === undefined && value !== undefined && html`<${PlanSteps} answer=${value} />`}
    <div class="buttons left">
      <button type="button" onClick=${again}>Read again</button>
      ${
        admin &&
        html`<button type="button" class="main" disabled=${reason !== undefined || problem !== undefined} onClick=${() => setAsking(true)}>
          Apply …
        </button>`
      }
      ${reason !== undefined && html`<span class="quiet">${reason}</span>`}
    </div>
    ${asking && value !== undefined && html`<${Apply} shown=${value} close=${() => setAsking(false)} applied=${again} />`}`;
}

function reasonAgainst(answer: PlanAnswer | undefined, admin: boolean): string | undefined {
  if (!admin) return "To apply it takes a key with the role admin.";
  if (answer === undefined) return undefined;
  if (answer.plan.refusals.length > 0) return "It is refused as it is written.";
  return answer.plan.steps.length === 0 ? "There is nothing to apply." : undefined;
}

function Apply({ shown, close, applied }: { shown: PlanAnswer; close: () => void; applied: () => void }): VNode {
  const { client, notify } = useApp();
  const [problem, setProblem] = useState<ApiProblem | undefined>(undefined);
  const [busy, setBusy] = useState(false);
  const ends = shown.sessions.filter(({ outcome }) => outcome === "ends").length;
  const steps = shown.plan.steps.length;
  const apply = async (): Promise<void> => {
    setBusy(true);
    try {
      // The files may have been written again since the plan was read: then it is shown first.
      const { value: now } = await client.get<PlanAnswer>("/v1/plan");
      if (JSON.stringify(now.plan) !== JSON.stringify(shown.plan)) {
        notify("The files have changed meanwhile: look at the new plan.");
      } else {
        await client.post("/v1/reload");
        notify("The plan is applied.");
      }
      applied();
      close();
    } catch (error) {
      setProblem(problemOf(error));
      setBusy(false);
    }
  };
  return html`<${Dialog} title="Apply the plan" close=${close}>
    <p>
      ${steps} ${steps === 1 ? "step" : "steps"}; ${ends === 0 ? "no session ends" : html`<strong>${ends} ${ends === 1 ? "session ends" : "sessions end"}</strong>`}.
    </p>
    <${ProblemNote} problem=${problem} />
    <div class="buttons">
      <button type="button" onClick=${close}>Cancel</button>
      <button type="button" class="main" disabled=${busy} onClick=${apply}>Apply</button>
    </div>
  <//>`;
}

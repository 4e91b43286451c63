/**
 * Every change of an object goes the same way: a form, the plan of a dry run, then the change itself under the same If-Match. Whatever has
 * changed meanwhile is a 412, and nothing is done.
 */
import type { ChangeAnswer } from "../answers.ts";
import type { ApiProblem, Change } from "../api-client.ts";
import { useApp } from "../app-context.ts";
import { type Child, html } from "../html.ts";
import { problemOf } from "../live.ts";
import { useState } from "../vendor/hooks.js";
import type { VNode } from "../vendor/preact.js";
import { Dialog } from "./dialog.ts";
import { PlanSteps } from "./plan-steps.ts";
import { ProblemNote } from "./problem.ts";

interface ChangeDialogProps {
  readonly title: string;
  /** The change that the form asks for. A string says what is wrong with the form. Read again whenever the plan is asked for. */
  readonly change: () => Promise<Change | string>;
  readonly done: string;
  readonly close: () => void;
  /** Called when the change is made. */
  readonly changed: () => void;
  /** The form; its fields are read by `change`. */
  readonly children?: Child;
}

interface Tried {
  readonly change: Change;
  readonly answer: ChangeAnswer;
}

export function ChangeDialog({ title, change, done, close, changed, children }: ChangeDialogProps): VNode {
  const { client, notify } = useApp();
  const [tried, setTried] = useState<Tried | undefined>(undefined);
  const [wrong, setWrong] = useState<string | undefined>(undefined);
  const [problem, setProblem] = useState<ApiProblem | undefined>(undefined);
  const [busy, setBusy] = useState(false);

  const run = async (work: () => Promise<void>): Promise<void> => {
    setBusy(true);
    setProblem(undefined);
    setWrong(undefined);
    try {
      await work();
    } catch (error) {
      setTried(undefined);
      setProblem(problemOf(error));
    } finally {
      setBusy(false);
    }
  };
  const show = (event: Event): void => {
    event.preventDefault();
    void run(async () => {
      const wanted = await change();
      if (typeof wanted === "string") return setWrong(wanted);
      setTried({ change: wanted, answer: await client.change<ChangeAnswer>(wanted, { dryRun: true }) });
    });
  };
  const apply = (made: Tried): void => {
    void run(async () => {
      await client.change<ChangeAnswer>(made.change, { dryRun: false });
      notify(done);
      changed();
      close();
    });
  };
  // Another word in the form, and the plan on show is no longer that of the form.
  const edited = (): void => {
    setTried(undefined);
    setWrong(undefined);
  };
  const refused = tried !== undefined && tried.answer.plan.refusals.length > 0;
  const same = tried !== undefined && tried.answer.plan.steps.length === 0;

  return html`<${Dialog} title=${title} close=${close}>
    <form onSubmit=${show} onInput=${edited}>
      ${children}
      ${wrong !== undefined && html`<p class="wrong" role="alert">${wrong}</p>`}
      <${ProblemNote} problem=${problem} />
      ${tried !== undefined && html`<${PlanSteps} answer=${tried.answer} />`}
      <div class="buttons">
        <button type="button" onClick=${close}>Cancel</button>
        ${
          tried === undefined
            ? html`<button type="submit" class="main" disabled=${busy}>Show the plan</button>`
            : html`<button type="button" class="main" disabled=${busy || refused || same} onClick=${() => apply(tried)}>Apply</button>`
        }
      </div>
    </form>
  <//>`;
}

/** An error as the sidecar describes it: title, detail, what to do. */
import type { ApiProblem } from "../api-client.ts";
import { html } from "../html.ts";
import type { VNode } from "../vendor/preact.js";

export function ProblemNote({ problem }: { problem: ApiProblem | undefined }): VNode | null {
  if (problem === undefined) return null;
  const { title, message, advice, errors, uses } = problem;
  return html`<div class="problem" role="alert">
    <strong>${title}</strong>
    ${message !== "" && html`<pre class="detail">${message}</pre>`}
    ${
      errors.length > 0 &&
      html`<ul>
        ${errors.map((error) => html`<li>${error.pointer !== undefined && html`<code>${error.pointer}</code>${" "}`}${error.message}</li>`)}
      </ul>`
    }
    ${uses.length > 0 && html`<ul>${uses.map(({ kind, name, place }) => html`<li>${kind} <code>${name}</code> ${place ?? ""}</li>`)}</ul>`}
    ${advice !== undefined && html`<p class="advice">${advice}</p>`}
  </div>`;
}

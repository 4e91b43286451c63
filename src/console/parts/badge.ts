/** A word with a colour, never a colour alone. */
import { html } from "../html.ts";
import type { VNode } from "../vendor/preact.js";

export type Tone = "good" | "warning" | "bad" | "plain";

export function Badge({ tone, text }: { tone: Tone; text: string }): VNode {
  return html`<span class=${`badge ${tone}`}>${text}</span>`;
}

const TONES = { info: "plain", warning: "warning", error: "bad" } as const satisfies Record<string, Tone>;

export const SeverityBadge = ({ severity }: { severity: keyof typeof TONES }): VNode =>
  html`<${Badge} tone=${TONES[severity] ?? "plain"} text=${severity} />`;

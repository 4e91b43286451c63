/** A plan for people: the same plan always gives the same lines, without colour. */
import { LIMITS, type LimitName } from "../common/limits.ts";
import { formatSize } from "../common/units.ts";
import { formatPlace } from "./config-error.ts";
import type { FieldValue, ObjectKind } from "./config-objects.ts";
import type { FieldChange, Plan, PlanStep } from "./plan.ts";

/** A live session and what the plan does to it; `steps` are positions in the plan. */
export interface TouchedSession {
  readonly session: {
    readonly initiatorName: string;
    readonly address: string;
    readonly targetIqn: string;
    readonly portalGroupTag: number;
  };
  readonly outcome: "nothing" | "unit attention" | "ends";
  readonly why: string;
  readonly steps: readonly number[];
}

export function renderPlan(plan: Plan, sessions: readonly TouchedSession[] = []): string {
  const lines: string[] = [];
  plan.steps.forEach((step, index) => {
    lines.push(...stepLines(step));
    for (const { session, outcome, why, steps } of sessions) {
      if (outcome !== "nothing" && steps.includes(index))
        lines.push(`    session of ${session.initiatorName} at ${session.address} to ${session.targetIqn}: ${outcome}, ${why}`);
    }
  });
  for (const { kind, name, field, place, why } of plan.restarts)
    lines.push(`needs a restart: ${field} of ${titleOf(kind, name)}${at(place)}: ${why}`);
  for (const { kind, name, place, why } of plan.refusals) lines.push(`refused: ${titleOf(kind, name)}${at(place)} ${why}`);
  lines.push(summary(plan, sessions));
  return lines.join("\n");
}

const at = (place: PlanStep["place"]): string => (place === undefined ? "" : ` (${formatPlace(place)})`);

const SINGLE: readonly ObjectKind[] = ["node", "metrics", "api"];
const titleOf = (kind: ObjectKind, name: string): string => (SINGLE.includes(kind) ? `[${kind}]` : `${kind} ${name}`);

function stepLines({ action, kind, name, place, fields, position, effect }: PlanStep): string[] {
  const head = `${action} ${titleOf(kind, name)}${at(place)}`;
  const what = action === "remove" ? [] : fields.map((change) => `    ${fieldLine(kind, change, action)}`);
  const where = position === undefined ? [] : [`    position = ${position} among the target's access entries`];
  return [head, ...what, ...where, `    ${effect}`];
}

function fieldLine(kind: ObjectKind, { field, from, to, how }: FieldChange, action: PlanStep["action"]): string {
  const restart = how === "restart" ? " (after a restart)" : "";
  if (action === "add") return `${field} = ${shown(kind, field, to)}`;
  return `${field}: ${shown(kind, field, from)} -> ${shown(kind, field, to)}${restart}`;
}

function shown(kind: ObjectKind, field: string, value: FieldValue): string {
  if (value === null) return "not set";
  const bytes = (kind === "volume" && field === "size") || (kind === "limits" && LIMITS[field as LimitName].unit === "bytes");
  if (bytes && typeof value === "number") return formatSize(value);
  return JSON.stringify(value);
}

function summary({ steps, refusals, restarts }: Plan, sessions: readonly TouchedSession[]): string {
  if (steps.length === 0) return "nothing to do";
  const count = (action: PlanStep["action"]): number => steps.filter((step) => step.action === action).length;
  const parts = [`${count("add")} to add, ${count("change")} to change, ${count("remove")} to remove`];
  const outcome = (wanted: TouchedSession["outcome"]): number =>
    sessions.filter((session) => session.outcome === wanted).length;
  if (sessions.length > 0)
    parts.push(
      `of ${sessions.length} session${sessions.length === 1 ? "" : "s"} ${outcome("ends")} end${outcome("ends") === 1 ? "s" : ""}, ${outcome("unit attention")} told, ${outcome("nothing")} not touched`,
    );
  if (restarts.length > 0) parts.push(`${restarts.length} after a restart`);
  if (refusals.length > 0) parts.push(`${refusals.length} refused, so nothing is applied`);
  return parts.join("; ");
}

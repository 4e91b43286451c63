/** What the views make of events: pure. */
import type { LunetteEvent } from "../common/events.ts";

const REFUSED_WITHIN_MS = 24 * 3600 * 1000;

export interface Refused {
  readonly initiator: string | undefined;
  readonly reason: string;
  readonly at: string;
  readonly times: number;
}

/** Refused logins of the last day, one row for each initiator and reason, the latest first. */
export function refusedLately(events: readonly LunetteEvent[], now: number): Refused[] {
  const rows = new Map<string, Refused>();
  for (const { kind, at, details, repeated = 0 } of events) {
    if (kind !== "login-refused" || now - Date.parse(at) > REFUSED_WITHIN_MS) continue;
    const reason = details.reason ?? details.status ?? "refused";
    const key = `${details.initiator ?? details.address} ${reason}`;
    const before = rows.get(key);
    const times = (before?.times ?? 0) + 1 + repeated;
    rows.set(key, { initiator: details.initiator, reason, at: before?.at ?? at, times });
  }
  return [...rows.values()];
}

/** Whether every word occurs somewhere in the event. */
export function holds(event: Pick<LunetteEvent, "kind" | "details">, words: string): boolean {
  const text = `${event.kind} ${Object.values(event.details).join(" ")}`.toLowerCase();
  return words
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}

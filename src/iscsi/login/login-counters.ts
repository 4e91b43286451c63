/** Logins in numbers, by what became of them and by target: RFC 7143 11.13.5. */
import type { Services } from "../services.ts";

/**
 * Targets with refused logins that are counted by name; of more, as many come and go over the API, the rest is counted under "".
 */
const TARGETS_COUNTED = 16_384;

export function countLogin({ counters: { logins } }: Services, outcome: string): void {
  logins.set(outcome, (logins.get(outcome) ?? 0) + 1);
}

/** Anybody can ask for a target of any name: only ours get a number of their own. */
export function countRefusal({ counters: { refusedByTarget }, directory }: Services, targetName: string | undefined): void {
  const ours = targetName !== undefined && directory.portalGroups(targetName).length > 0;
  const known = ours && (refusedByTarget.has(targetName) || refusedByTarget.size < TARGETS_COUNTED);
  const key = known ? targetName : "";
  refusedByTarget.set(key, (refusedByTarget.get(key) ?? 0) + 1);
}

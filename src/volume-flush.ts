/** What is cached of a volume goes to stable storage, by the daemon's own wish: before it is closed, or is opened in another way. */
import type { IoRing } from "./backend/io-ring.ts";
import type { LogicalUnit } from "./scsi/logical-unit.ts";

/** Resolves to 0, or a negative errno. */
export function flushUnit({ backend }: LogicalUnit, ring: Pick<IoRing, "submit">): Promise<number> {
  if (backend === undefined || backend.facts.readOnly) return Promise.resolve(0);
  return new Promise((resolve) => {
    backend.flush({ ioDone: (_token, result) => resolve(Math.min(result, 0)) }, 0);
    ring.submit();
  });
}

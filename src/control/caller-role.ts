/** What the REST service says of the one on whose behalf it asks: `lunette-scope`. Paths that are for admins alone look here, whatever it has checked before. */
import { ControlError } from "./control-error.ts";
import type { ControlRequest } from "./routes.ts";

/** Whoever may open the socket may do everything; of those who come through the REST service, admins. @throws ControlError */
export function requireAdmin({ headers: { scope } }: Pick<ControlRequest, "headers">, what: string): void {
  if (scope === undefined) return;
  let role: unknown;
  try {
    role = (JSON.parse(scope) as { role?: unknown } | null)?.role;
  } catch {
    throw new ControlError("not-permitted", "the header lunette-scope is no scope: nothing is permitted by it");
  }
  if (role !== "admin") throw new ControlError("not-permitted", `${what} takes the role admin`);
}

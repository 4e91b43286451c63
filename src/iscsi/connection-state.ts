/**
 * States of a connection: RFC 7143 8.1.2 (target's side), as far as MaxConnections=1 and
 * ErrorRecoveryLevel=0 leave them apart.
 *
 *   login ──login accepted──▶ full-feature ──Logout answered──▶ closing ──socket gone──▶ closed
 *     │                            │                               ▲                         ▲
 *     └── refused, answer leaves ──┼───────────────────────────────┘                         │
 *     └── timeout, error, loss ────┴─────────────────────────────────────────────────────────┘
 */
import { InvariantError } from "../common/assert.ts";

export type ConnectionState = "login" | "full-feature" | "closing" | "closed";

const NEXT: Readonly<Record<ConnectionState, readonly ConnectionState[]>> = {
  login: ["full-feature", "closing", "closed"],
  "full-feature": ["closing", "closed"],
  closing: ["closed"],
  closed: [],
};

/** The one place that changes a connection's state. */
export function transition(from: ConnectionState, to: ConnectionState): ConnectionState {
  if (!NEXT[from].includes(to)) throw new InvariantError(`a connection does not go from ${from} to ${to}`);
  return to;
}

/** How often one may call, before it is known who calls and after, and what is remembered for it: one row each. test/api/auth reaches each of them. */

import { type BoundRow, valuesOf } from "../bounds.ts";

export const AUTH_BOUNDS = {
  failed_attempts: {
    unit: "count",
    value: 20,
    what: "wrong keys and certificates of one address in `failed_attempts_ms`; above it no credential of the address is looked at",
  },
  failed_attempts_ms: { unit: "milliseconds", value: 60_000, what: "in which they are counted" },
  anonymous_requests: {
    unit: "count",
    value: 100,
    what: "requests of one address in a second for what is public, or without any credential",
  },
  addresses: {
    unit: "count",
    value: 4096,
    what: "addresses that are remembered for this; the least recently used one makes way",
  },
  callers: { unit: "count", value: 4096, what: "callers whose requests are counted: as many as there can be keys" },
  authorization_bytes: { unit: "bytes", value: 256, what: "the header Authorization: a key has 60" },
  recheck_ms: {
    unit: "milliseconds",
    value: 1_000,
    what: "between looks whether the key of one who follows events is still admitted",
  },
} as const satisfies Record<string, BoundRow>;

export type AuthBounds = { readonly [Name in keyof typeof AUTH_BOUNDS]: number };

export const DEFAULT_AUTH_BOUNDS: AuthBounds = valuesOf(AUTH_BOUNDS);

/**
 * Every bound of the REST sidecar: one row each, with its unit. They belong to its own process, so the configuration does not have them; how
 * often one client may ask is `api.requests_per_second`. test/api/bounds.test.ts reaches each of them.
 */

export interface BoundRow {
  readonly unit: "bytes" | "count" | "milliseconds";
  readonly value: number;
  readonly what: string;
}

/** The value of each row of a table of bounds. */
export const valuesOf = <Table extends Readonly<Record<string, BoundRow>>>(
  table: Table,
): { readonly [Name in keyof Table]: number } =>
  Object.fromEntries(Object.entries(table).map(([name, { value }]) => [name, value])) as Record<keyof Table, number>;

const KiB = 1024;
const MiB = 1024 * KiB;

export const API_BOUNDS = {
  body_bytes: { unit: "bytes", value: MiB, what: "body of one request: as much as the control socket takes by default" },
  header_bytes: { unit: "bytes", value: 16 * KiB, what: "request line and headers of one request" },
  id_characters: {
    unit: "count",
    value: 1024,
    what: "one segment of a path: an iSCSI name of 223 bytes, each percent-encoded, and some",
  },
  connections: { unit: "count", value: 256, what: "connections of clients; further ones are closed without an answer" },
  followers: { unit: "count", value: 12, what: "clients that follow events; of the daemon's 16 the command line keeps some" },
  follower_stalled_ms: {
    unit: "milliseconds",
    value: 60_000,
    what: "a follower may leave untaken what it was sent; then it is cut off, and can go on with Last-Event-ID",
  },
  page_items: { unit: "count", value: 1000, what: "items of one page of a list" },
  sort_members: { unit: "count", value: 8, what: "members by which a list is sorted" },
  told_errors: { unit: "count", value: 50, what: "errors of one body that are told" },
  request_ms: { unit: "milliseconds", value: 10_000, what: "to send one request whole" },
  idle_ms: { unit: "milliseconds", value: 60_000, what: "a connection without a request is kept" },
  heartbeat_ms: { unit: "milliseconds", value: 15_000, what: "between comments to a follower to whom nothing happens" },
  daemon_requests: { unit: "count", value: 32, what: "requests to the daemon at once; of its 64 connections others keep some" },
  daemon_changes: { unit: "count", value: 16, what: "of these, changes: questions do not wait for them" },
  daemon_queue: { unit: "count", value: 512, what: "requests that wait until one of those is done" },
  daemon_read_ms: {
    unit: "milliseconds",
    value: 10_000,
    what: "the daemon takes to answer a question: it answers from memory",
  },
  daemon_change_ms: { unit: "milliseconds", value: 120_000, what: "the daemon takes to carry out a change" },
  daemon_answer_bytes: { unit: "bytes", value: 64 * MiB, what: "one answer of the daemon" },
  daemon_retry_ms: { unit: "milliseconds", value: 500, what: "between attempts to reach the daemon while starting" },
  settings_ms: {
    unit: "milliseconds",
    value: 2_000,
    what: "between looks whether `[api]` has changed",
  },
  answer_stalled_ms: {
    unit: "milliseconds",
    value: 60_000,
    what: "a client may leave an answer untaken; then its connection is cut off",
  },
  drain_ms: { unit: "milliseconds", value: 3_000, what: "requests that run may take after SIGTERM" },
} as const satisfies Record<string, BoundRow>;

export type ApiBounds = { readonly [Name in keyof typeof API_BOUNDS]: number };

export const DEFAULT_API_BOUNDS: ApiBounds = valuesOf(API_BOUNDS);

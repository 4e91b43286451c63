/**
 * Every metric of Lunette, as data: what the scrape says, and the table of README.md, which tests compare with it. The names and labels are promises to
 * dashboards and alerts of others: a row is added, and not changed.
 *
 * Conventions are Prometheus's: base units (seconds, bytes), `_total` for what only grows, and no label whose values nobody bounds.
 */

import type { SessionRow } from "../iscsi/session-series.ts";
import type { LogicalUnit } from "../scsi/logical-unit.ts";
import type { LuCounters } from "../scsi/lu-counters.ts";
import type { NexusCounters } from "../scsi/nexus-counters.ts";
import type { MetricsSource } from "./metrics-source.ts";

export const PREFIX = "lunette_";

/** What a volume is to hosts: the first that holds counts. */
export const VOLUME_STATES = [
  "ready",
  "switched-off",
  "offline",
  "memory-lost",
  "memory-unavailable",
  "sanitizing",
  "stopped",
] as const;
type VolumeState = (typeof VOLUME_STATES)[number];

export type MetricType = "counter" | "gauge" | "histogram";
export type MetricUnit = "count" | "bytes" | "seconds" | "boolean" | "unix time";

/** The labels of a metric by what there is one of. */
export const LABELS = {
  node: [],
  volume: ["volume"],
  "volume and operation": ["volume", "operation"],
  "volume and state": ["volume", "state"],
  "session series": ["initiator", "target", "portal_group"],
  "session series and operation": ["initiator", "target", "portal_group", "operation"],
} as const satisfies Record<string, readonly string[]>;

interface Common {
  /** Without PREFIX. */
  readonly name: string;
  readonly type: MetricType;
  readonly unit: MetricUnit;
  readonly help: string;
}
/** `undefined`: there is no such number now, and no series. */
type Maybe = number | undefined;

export type MetricRow = Common &
  (
    | { readonly each: "node"; readonly read: (source: MetricsSource) => number }
    /** One label of the metric's own, with every value that has occurred. */
    | {
        readonly each: "value";
        readonly label: string;
        readonly read: (source: MetricsSource) => Iterable<readonly [string, number]>;
      }
    | { readonly each: "volume"; readonly read: (unit: LogicalUnit) => Maybe }
    | { readonly each: "volume and state"; readonly read: (unit: LogicalUnit, state: VolumeState) => number }
    | { readonly each: "volume and operation"; readonly read: (counters: LuCounters, kind: number) => number }
    | { readonly each: "session series"; readonly read: (row: SessionRow) => number }
    | { readonly each: "session series and operation"; readonly read: (counters: NexusCounters, kind: number) => number }
    /** `le` comes on top; see LATENCY_BUCKETS_SECONDS. */
    | { readonly each: "volume and operation"; readonly type: "histogram" }
    | { readonly each: "session series"; readonly type: "histogram" }
  );

const failedFlushes = ({ counters, backend }: LogicalUnit): number =>
  counters.earlierFailedFlushes + (backend?.failedFlushes ?? 0);

function stateOf({ backend, state }: LogicalUnit): VolumeState {
  if (state.service === "offline") return "switched-off";
  if (backend === undefined) return "offline";
  if (state.memory !== "intact") return state.memory === "lost" ? "memory-lost" : "memory-unavailable";
  if (state.sanitize !== undefined) return "sanitizing";
  return state.stopped || state.ejected ? "stopped" : "ready";
}

const depthOf = ({ live }: SessionRow): number => {
  let depth = 0;
  for (const session of live) depth += session.depth;
  return depth;
};

export const METRICS: readonly MetricRow[] = [
  // ---- The daemon ----------------------------------------------------------------------------------
  {
    name: "build_info",
    type: "gauge",
    unit: "boolean",
    help: "1, with the version as label",
    each: "value",
    label: "version",
    read: ({ version }) => [[version, 1]],
  },
  {
    name: "config_last_reload_success",
    type: "gauge",
    unit: "boolean",
    help: "0 after a reload that was refused, so that nothing has changed; 1 again when a change is applied",
    each: "node",
    read: ({ configuration }) => Number(configuration.lastSucceeded),
  },
  {
    name: "config_last_reload_timestamp_seconds",
    type: "gauge",
    unit: "unix time",
    help: "When the configuration was last changed, or a reload refused; the start of the daemon counts",
    each: "node",
    read: ({ configuration }) => configuration.lastAt,
  },
  {
    name: "config_changes_total",
    type: "counter",
    unit: "count",
    help: "Changes of the configuration by result: applied, by file, CLI or API; or refused, as a whole, by a reload",
    each: "value",
    label: "result",
    read: ({ configuration: { applied, refused } }) => [
      ["applied", applied],
      ["refused", refused],
    ],
  },
  {
    name: "config_generation",
    type: "gauge",
    unit: "count",
    help: "Generation of the objects made over CLI and API: rises with each change of them; 0: there never was one",
    each: "node",
    read: (source) => source.generation(),
  },
  {
    name: "events_unwritten_total",
    type: "counter",
    unit: "count",
    help: "Events that are not on disk because it failed",
    each: "node",
    read: ({ events }) => events.unwritten,
  },

  // ---- Connections and logins ----------------------------------------------------------------------
  {
    name: "sessions",
    type: "gauge",
    unit: "count",
    help: "Normal sessions logged in now",
    each: "node",
    read: ({ services }) => services.sessions.size,
  },
  {
    name: "connections",
    type: "gauge",
    unit: "count",
    help: "TCP connections open now, logins included",
    each: "node",
    read: ({ services }) => services.connections.size,
  },
  {
    name: "connections_accepted_total",
    type: "counter",
    unit: "count",
    help: "TCP connections accepted",
    each: "node",
    read: ({ services }) => services.counters.connectionsAccepted,
  },
  {
    name: "connections_refused_total",
    type: "counter",
    unit: "count",
    help: "TCP connections refused because a limit was reached",
    each: "node",
    read: ({ services }) => services.counters.connectionsRefused,
  },
  {
    name: "connections_lost_total",
    type: "counter",
    unit: "count",
    help: "Connections in full feature phase that ended without a logout",
    each: "node",
    read: ({ services }) => services.counters.connectionsLost,
  },
  {
    name: "logins_total",
    type: "counter",
    unit: "count",
    help: "Logins by outcome: success, timeout, or the status class and detail of RFC 7143 11.13.5",
    each: "value",
    label: "outcome",
    read: ({ services }) => services.counters.logins,
  },
  {
    name: "logins_refused_total",
    type: "counter",
    unit: "count",
    help: "Logins refused or timed out, by configured target; those that name no such target are under an empty one",
    each: "value",
    label: "target",
    read: ({ services }) => services.counters.refusedByTarget,
  },
  {
    name: "logouts_total",
    type: "counter",
    unit: "count",
    help: "Logouts",
    each: "node",
    read: ({ services }) => services.counters.logouts,
  },

  // ---- The protocol --------------------------------------------------------------------------------
  {
    name: "digest_errors_total",
    type: "counter",
    unit: "count",
    help: "PDUs received with a wrong digest, by part: header or data",
    each: "value",
    label: "part",
    read: ({ services: { counters } }) => [
      ["header", counters.headerDigestErrors],
      ["data", counters.dataDigestErrors],
    ],
  },
  {
    name: "protocol_errors_total",
    type: "counter",
    unit: "count",
    help: "Violations of the protocol by initiators",
    each: "node",
    read: ({ services }) => services.counters.protocolErrors,
  },
  {
    name: "rejects_total",
    type: "counter",
    unit: "count",
    help: "Reject PDUs sent",
    each: "node",
    read: ({ services }) => services.counters.rejects,
  },
  {
    name: "task_management_total",
    type: "counter",
    unit: "count",
    help: "Task management functions received, by function: aborts and resets say that a host has waited too long",
    each: "value",
    label: "function",
    read: ({ services }) => services.counters.taskManagement,
  },
  {
    name: "r2ts_total",
    type: "counter",
    unit: "count",
    help: "R2T PDUs sent: requests for the data of writes",
    each: "node",
    read: ({ services }) => services.counters.r2ts,
  },
  {
    name: "received_bytes_total",
    type: "counter",
    unit: "bytes",
    help: "Bytes received from initiators",
    each: "node",
    read: ({ services }) => services.counters.bytesReceived,
  },
  {
    name: "sent_bytes_total",
    type: "counter",
    unit: "bytes",
    help: "Bytes sent to initiators",
    each: "node",
    read: ({ services }) => services.counters.bytesSent,
  },

  // ---- Memory and storage --------------------------------------------------------------------------
  {
    name: "buffer_bytes",
    type: "gauge",
    unit: "bytes",
    help: "Bytes of the buffer pool (limits.buffer_bytes)",
    each: "node",
    read: ({ pool }) => pool.totalBytes,
  },
  {
    name: "buffer_leased_bytes",
    type: "gauge",
    unit: "bytes",
    help: "Bytes of the buffer pool in use now",
    each: "node",
    read: ({ pool }) => pool.leasedBytes,
  },
  {
    name: "buffer_waiting",
    type: "gauge",
    unit: "count",
    help: "Commands that wait for memory now",
    each: "node",
    read: ({ pool }) => pool.waiting,
  },
  {
    name: "buffer_waits_total",
    type: "counter",
    unit: "count",
    help: "Commands that have had to wait for memory",
    each: "node",
    read: ({ pool }) => pool.waits,
  },
  {
    name: "data_out_held_bytes",
    type: "gauge",
    unit: "bytes",
    help: "Bytes of the buffer pool promised to writes whose data is on its way",
    each: "node",
    read: ({ services }) => services.dataOutBudget.heldBytes,
  },
  {
    name: "data_out_waiting",
    type: "gauge",
    unit: "count",
    help: "Writes that wait now before their data is asked for, because others hold what writes may hold",
    each: "node",
    read: ({ services }) => services.dataOutBudget.waiting,
  },
  {
    name: "data_out_waits_total",
    type: "counter",
    unit: "count",
    help: "Writes that have had to wait before their data was asked for",
    each: "node",
    read: ({ services }) => services.dataOutBudget.waits,
  },
  {
    name: "backend_requests_outstanding",
    type: "gauge",
    unit: "count",
    help: "Backend requests accepted and not completed",
    each: "node",
    read: ({ ring }) => ring.outstanding,
  },
  {
    name: "inline_write_stalls_total",
    type: "counter",
    unit: "count",
    help: "Buffered writes that held up the event loop",
    each: "node",
    read: ({ ring }) => ring.inlineStalls,
  },

  // ---- Volumes -------------------------------------------------------------------------------------
  {
    name: "lun_operations_total",
    type: "counter",
    unit: "count",
    help: "SCSI commands ended",
    each: "volume and operation",
    read: ({ operations }, kind) => operations[kind]!,
  },
  {
    name: "lun_bytes_total",
    type: "counter",
    unit: "bytes",
    help: "Bytes moved or discarded by commands that ended well",
    each: "volume and operation",
    read: ({ bytes }, kind) => bytes[kind]!,
  },
  {
    name: "lun_errors_total",
    type: "counter",
    unit: "count",
    help: "SCSI commands that did not end GOOD",
    each: "volume and operation",
    read: ({ errors }, kind) => errors[kind]!,
  },
  {
    name: "lun_latency_seconds",
    type: "histogram",
    unit: "seconds",
    help: "Time from the arrival of a command to its status; only of operations that there have been",
    each: "volume and operation",
  },
  {
    name: "lun_medium_errors_total",
    type: "counter",
    unit: "count",
    help: "SCSI commands that ended because the medium could not be read or written",
    each: "volume and operation",
    read: ({ mediumErrors }, kind) => mediumErrors[kind]!,
  },
  {
    name: "lun_aborted_commands_total",
    type: "counter",
    unit: "count",
    help: "SCSI commands aborted by a task management function, a reset or the end of their session",
    each: "volume",
    read: ({ counters }) => counters.aborted,
  },
  {
    name: "lun_reservation_conflicts_total",
    type: "counter",
    unit: "count",
    help: "SCSI commands that ended with RESERVATION CONFLICT",
    each: "volume",
    read: ({ counters }) => counters.reservationConflicts,
  },
  {
    name: "lun_unit_attentions_total",
    type: "counter",
    unit: "count",
    help: "SCSI commands that ended with a unit attention",
    each: "volume",
    read: ({ counters }) => counters.unitAttentions,
  },
  {
    name: "lun_postponed_commands_total",
    type: "counter",
    unit: "count",
    help: "SCSI commands that ended with TASK SET FULL or BUSY: the host comes again",
    each: "volume",
    read: ({ counters }) => counters.postponed,
  },
  {
    name: "lun_resets_total",
    type: "counter",
    unit: "count",
    help: "Logical unit resets, target resets included",
    each: "volume",
    read: ({ counters }) => counters.resets,
  },
  {
    name: "lun_failed_flushes_total",
    type: "counter",
    unit: "count",
    help: "Flushes and durable writes that failed: data may be lost",
    each: "volume",
    read: failedFlushes,
  },
  {
    name: "lun_queue_depth",
    type: "gauge",
    unit: "count",
    help: "SCSI commands in the task set now",
    each: "volume",
    read: ({ tasks }) => tasks.size,
  },
  {
    name: "lun_online",
    type: "gauge",
    unit: "boolean",
    help: "1 when the volume's backend is open; see lun_state for why it is not",
    each: "volume",
    read: ({ backend }) => (backend ? 1 : 0),
  },
  {
    name: "lun_state",
    type: "gauge",
    unit: "boolean",
    help: `1 for the state that the volume is in: ${VOLUME_STATES.join(", ")}. Switched off is as asked, offline is a failure`,
    each: "volume and state",
    read: (unit, state) => Number(stateOf(unit) === state),
  },
  {
    name: "lun_size_bytes",
    type: "gauge",
    unit: "bytes",
    help: "Capacity of the volume",
    each: "volume",
    read: ({ state, blockSize }) => state.sizeBlocks * blockSize,
  },
  {
    name: "lun_space_used_bytes",
    type: "gauge",
    unit: "bytes",
    help: "Storage that the thin volume takes; only where its filesystem tells",
    each: "volume",
    read: ({ space }) => space?.usedBytes,
  },
  {
    name: "lun_space_available_bytes",
    type: "gauge",
    unit: "bytes",
    help: "Storage left under the thin volume; volumes on one filesystem share it",
    each: "volume",
    read: ({ space }) => space?.availableBytes,
  },
  {
    name: "lun_nexuses",
    type: "gauge",
    unit: "count",
    help: "Sessions that see the volume",
    each: "volume",
    read: ({ nexuses }) => nexuses.size,
  },

  // ---- Sessions ------------------------------------------------------------------------------------
  {
    name: "session_series",
    type: "gauge",
    unit: "count",
    help: "Pairs of initiator and target port with figures of their own (limits.session_series)",
    each: "node",
    read: ({ services }) => services.sessions.series.size,
  },
  {
    name: "session_series_dropped_total",
    type: "counter",
    unit: "count",
    help: "Such pairs that had no session any more and made way for others",
    each: "node",
    read: ({ services }) => services.sessions.series.dropped,
  },
  {
    name: "session_live",
    type: "gauge",
    unit: "count",
    help: "Sessions logged in now; 0 for a host that was here and is not",
    each: "session series",
    read: ({ live }) => live.size,
  },
  {
    name: "session_logins_total",
    type: "counter",
    unit: "count",
    help: "Sessions that have begun",
    each: "session series",
    read: ({ begun }) => begun,
  },
  {
    name: "session_operations_total",
    type: "counter",
    unit: "count",
    help: "SCSI commands ended",
    each: "session series and operation",
    read: ({ operations }, kind) => operations[kind]!,
  },
  {
    name: "session_bytes_total",
    type: "counter",
    unit: "bytes",
    help: "Bytes moved or discarded by commands that ended well",
    each: "session series and operation",
    read: ({ bytes }, kind) => bytes[kind]!,
  },
  {
    name: "session_errors_total",
    type: "counter",
    unit: "count",
    help: "SCSI commands that did not end GOOD",
    each: "session series and operation",
    read: ({ errors }, kind) => errors[kind]!,
  },
  {
    name: "session_operation_seconds_total",
    type: "counter",
    unit: "seconds",
    help: "Sum of the times from the arrival of a command to its status: over operations, the mean of a kind",
    each: "session series and operation",
    read: ({ latencySum }, kind) => latencySum[kind]!,
  },
  {
    name: "session_latency_seconds",
    type: "histogram",
    unit: "seconds",
    help: "Time from the arrival of a command to its status, all operations",
    each: "session series",
  },
  {
    name: "session_queue_depth",
    type: "gauge",
    unit: "count",
    help: "SCSI commands that have not been answered",
    each: "session series",
    read: depthOf,
  },
];

/** Labels of the metric, `le` of a histogram's buckets not among them. */
export const labelsOf = (row: MetricRow): readonly string[] => (row.each === "value" ? [row.label] : LABELS[row.each]);

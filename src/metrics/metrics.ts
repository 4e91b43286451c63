/**
 * The Prometheus metrics of a reactor. The data path counts in plain preallocated numbers; they become metrics only when somebody
 * scrapes. prom-client formats them and adds the figures of the process.
 */
import { Counter, collectDefaultMetrics, Gauge, type Metric, Registry } from "prom-client";
import type { BufferPool } from "../backend/buffer-pool.ts";
import type { IscsiCounters } from "../iscsi/services.ts";
import type { LogicalUnit } from "../scsi/logical-unit.ts";
import { LATENCY_BUCKETS_SECONDS, type LuCounters, OPERATION_KINDS } from "../scsi/lu-counters.ts";

/** What the metrics are read from. */
export interface MetricsSource {
  readonly units: ReadonlyMap<string, LogicalUnit>;
  readonly iscsi: IscsiCounters;
  readonly pool: BufferPool;
  sessions(): number;
  connections(): number;
  ringOutstanding(): number;
  inlineStalls(): number;
}

const PREFIX = "lunette_";

export function createMetrics(source: MetricsSource, version: string): Registry {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry, prefix: PREFIX });
  new Gauge({
    name: `${PREFIX}build_info`,
    help: "1, with the version as label",
    labelNames: ["version"],
    registers: [registry],
  }).set({ version }, 1);

  gauge(registry, "sessions", "Normal sessions logged in now", () => source.sessions());
  gauge(registry, "connections", "TCP connections open now, logins included", () => source.connections());
  gauge(registry, "buffer_bytes", "Bytes of the buffer slab", () => source.pool.totalBytes);
  gauge(registry, "buffer_leased_bytes", "Bytes of the buffer slab in use now", () => source.pool.leasedBytes);
  gauge(registry, "backend_requests_outstanding", "Backend requests accepted and not completed", () =>
    source.ringOutstanding(),
  );

  counter(registry, "inline_write_stalls_total", "Buffered writes that held up the event loop", () => source.inlineStalls());

  const { iscsi } = source;
  counter(registry, "connections_accepted_total", "TCP connections accepted", () => iscsi.connectionsAccepted);
  counter(
    registry,
    "connections_refused_total",
    "TCP connections refused because a limit was reached",
    () => iscsi.connectionsRefused,
  );
  counter(
    registry,
    "connections_lost_total",
    "Connections in full feature phase that ended without a logout",
    () => iscsi.connectionsLost,
  );
  counter(registry, "logouts_total", "Logouts", () => iscsi.logouts);
  counter(registry, "digest_errors_total", "PDUs with a wrong header or data digest", () => iscsi.digestErrors);
  counter(registry, "protocol_errors_total", "Violations of the protocol by initiators", () => iscsi.protocolErrors);
  counter(registry, "rejects_total", "Reject PDUs sent", () => iscsi.rejects);
  counter(registry, "received_bytes_total", "Bytes received from initiators", () => iscsi.bytesReceived);
  counter(registry, "sent_bytes_total", "Bytes sent to initiators", () => iscsi.bytesSent);
  new Counter({
    name: `${PREFIX}logins_total`,
    help: "Logins by outcome: success, timeout, or the status class and detail of RFC 7143 11.13.5",
    labelNames: ["outcome"],
    registers: [registry],
    collect(): void {
      this.reset();
      for (const [outcome, count] of iscsi.logins) this.inc({ outcome }, count);
    },
  });

  perUnit(registry, source);
  return registry;
}

function gauge(registry: Registry, name: string, help: string, read: () => number): void {
  new Gauge({
    name: PREFIX + name,
    help,
    registers: [registry],
    collect(): void {
      this.set(read());
    },
  });
}

function counter(registry: Registry, name: string, help: string, read: () => number): void {
  new Counter({
    name: PREFIX + name,
    help,
    registers: [registry],
    collect(): void {
      this.reset();
      this.inc(read());
    },
  });
}

type Value = { labels: Record<string, string | number>; value: number; metricName?: string };

/**
 * A metric whose values are computed at scrape. prom-client has no public way to hand in finished histograms, but asks a registered
 * metric for nothing except its name and `get()`.
 */
function computed(
  registry: Registry,
  name: string,
  help: string,
  type: "counter" | "gauge" | "histogram",
  values: () => Value[],
): void {
  const metric = {
    name: PREFIX + name,
    help,
    aggregator: "sum",
    get: () => Promise.resolve({ name: PREFIX + name, help, type, values: values(), aggregator: "sum" }),
    reset: () => {},
  };
  registry.registerMetric(metric as unknown as Metric);
}

function perUnit(registry: Registry, source: MetricsSource): void {
  const eachKind = (read: (counters: LuCounters, kind: number) => number) => (): Value[] => {
    const values: Value[] = [];
    for (const [volume, { counters }] of source.units) {
      OPERATION_KINDS.forEach((operation, kind) => {
        values.push({ labels: { volume, operation }, value: read(counters, kind) });
      });
    }
    return values;
  };
  const eachUnit = (read: (unit: LogicalUnit) => number) => (): Value[] =>
    [...source.units].map(([volume, unit]) => ({ labels: { volume }, value: read(unit) }));

  computed(
    registry,
    "lun_operations_total",
    "SCSI commands ended, per volume and kind",
    "counter",
    eachKind((c, kind) => c.operations[kind]!),
  );
  computed(
    registry,
    "lun_bytes_total",
    "Bytes moved, per volume and kind",
    "counter",
    eachKind((c, kind) => c.bytes[kind]!),
  );
  computed(
    registry,
    "lun_errors_total",
    "SCSI commands that did not end GOOD, per volume and kind",
    "counter",
    eachKind((c, kind) => c.errors[kind]!),
  );
  computed(registry, "lun_latency_seconds", "Time from the arrival of a command to its status", "histogram", () =>
    latencies(source.units),
  );
  computed(
    registry,
    "lun_queue_depth",
    "SCSI commands in the task set now",
    "gauge",
    eachUnit((unit) => unit.tasks.size),
  );
  computed(
    registry,
    "lun_online",
    "1 when the volume's backend is open",
    "gauge",
    eachUnit((unit) => (unit.backend ? 1 : 0)),
  );
  computed(
    registry,
    "lun_failed_flushes_total",
    "Flushes and durable writes of the volume that failed: data may be lost",
    "counter",
    eachUnit((unit) => unit.backend?.failedFlushes ?? 0),
  );
  computed(
    registry,
    "lun_size_bytes",
    "Capacity of the volume",
    "gauge",
    eachUnit((unit) => unit.state.sizeBlocks * unit.blockSize),
  );
  computed(
    registry,
    "lun_nexuses",
    "Sessions that see the volume",
    "gauge",
    eachUnit((unit) => unit.nexuses.size),
  );
}

function latencies(units: ReadonlyMap<string, LogicalUnit>): Value[] {
  const name = `${PREFIX}lun_latency_seconds`;
  const columns = LATENCY_BUCKETS_SECONDS.length + 1;
  const values: Value[] = [];
  for (const [volume, { counters }] of units) {
    OPERATION_KINDS.forEach((operation, kind) => {
      let cumulative = 0;
      for (let column = 0; column < columns; column += 1) {
        cumulative += counters.latency[kind * columns + column]!;
        const le = LATENCY_BUCKETS_SECONDS[column] ?? "+Inf";
        values.push({ metricName: `${name}_bucket`, labels: { volume, operation, le }, value: cumulative });
      }
      values.push({ metricName: `${name}_sum`, labels: { volume, operation }, value: counters.latencySum[kind]! });
      values.push({ metricName: `${name}_count`, labels: { volume, operation }, value: cumulative });
    });
  }
  return values;
}

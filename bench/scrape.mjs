/**
 * How long a scrape of `/metrics` keeps the event loop, with many volumes and sessions whose every counter counts: `node bench/scrape.mjs [volumes] [sessions]`.
 * Needs a build (`npm run build:ts`). Prints medians; no test depends on them.
 */
import { get } from "node:http";
import { monitorEventLoopDelay, performance } from "node:perf_hooks";
import { Registry } from "prom-client";
import { SessionRegistry } from "../dist/iscsi/session-registry.js";
import { ConfigurationFacts } from "../dist/metrics/configuration-facts.js";
import { slices } from "../dist/metrics/exposition.js";
import { Metrics } from "../dist/metrics/metrics.js";
import { serveMetrics } from "../dist/metrics/metrics-server.js";
import { LATENCY_BUCKETS_SECONDS, LuCounters, OPERATION_KINDS } from "../dist/scsi/lu-counters.js";
import { NexusCounters } from "../dist/scsi/nexus-counters.js";

const ROUNDS = 15;
const [volumes = 1000, sessions = 64] = process.argv.slice(2).map(Number);

/** Every bucket, and sums that are no round numbers. */
function fill(counters, kinds, record) {
  for (let kind = 0; kind < kinds; kind += 1) {
    for (const seconds of [...LATENCY_BUCKETS_SECONDS, 20]) {
      for (let times = 0; times < 37; times += 1) record(counters, kind, 4096, seconds * 1000 * Math.random());
    }
    counters.operations[kind] += 1e9;
  }
  return counters;
}

/** @param kinds how many kinds of operations there have been: reads first, then writes, … */
function sourceOf(kinds) {
  const state = { service: "open", memory: "intact", sanitize: undefined, stopped: false, ejected: false, sizeBlocks: 2 ** 31 };
  const units = new Map();
  for (let at = 0; at < volumes; at += 1) {
    const counters = fill(new LuCounters(), kinds, (c, ...rest) => c.record(...rest, true));
    const space = { usedBytes: 123456789012, availableBytes: 987654321098 };
    const unit = {
      state,
      blockSize: 512,
      backend: { failedFlushes: 0 },
      counters,
      space,
      tasks: { size: 3 },
      nexuses: { size: 1 },
    };
    units.set(`volume-with-a-name-${at}`, unit);
  }
  const registry = new SessionRegistry({ sessions_per_target: 128, session_series: Math.max(1024, sessions) });
  for (let at = 0; at < sessions; at += 1) {
    const counters = fill(new NexusCounters(), kinds, (c, ...rest) => c.record(...rest, true, Math.floor(Math.random() * 18)));
    registry.series.begin({
      targetName: `iqn.2026-11.com.example:target-${at}`,
      portalGroupTag: 1,
      login: { initiatorName: `iqn.1998-01.com.vmware:host-${at}-12345678` },
      nexus: { counters },
      depth: 3,
    });
  }
  const counters = { logins: new Map([["success", sessions]]), refusedByTarget: new Map(), taskManagement: new Map() };
  for (const name of ["connectionsAccepted", "connectionsRefused", "connectionsLost", "logouts", "headerDigestErrors"])
    counters[name] = 1;
  for (const name of ["dataDigestErrors", "protocolErrors", "rejects", "r2ts", "bytesReceived", "bytesSent"])
    counters[name] = 1;
  return {
    version: "0",
    units,
    services: { counters, sessions: registry, connections: new Set(), dataOutBudget: { heldBytes: 0, waiting: 0, waits: 0 } },
    pool: { totalBytes: 1, leasedBytes: 0, waits: 0, waiting: 0 },
    ring: { outstanding: 0, inlineStalls: 0 },
    configuration: new ConfigurationFacts(),
    generation: () => 0,
    events: { unwritten: 0 },
  };
}

const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
const round = (value) => value.toFixed(2);

/** The work alone: all slices, and the longest. */
function measureText(source) {
  const all = [];
  const longest = [];
  let bytes = 0;
  let lines = 0;
  for (let at = 0; at < ROUNDS; at += 1) {
    [bytes, lines] = [0, 0];
    let [sum, most] = [0, 0];
    const iterator = slices(source);
    for (;;) {
      const from = performance.now();
      const { done, value } = iterator.next();
      const buffer = done ? undefined : Buffer.from(value);
      const took = performance.now() - from;
      sum += took;
      most = Math.max(most, took);
      if (done) break;
      bytes += buffer.length;
      lines += value.split("\n").length - 1;
    }
    all.push(sum);
    longest.push(most);
  }
  process.stdout.write(`${lines} lines, ${(bytes / 1e6).toFixed(1)} MB\n`);
  process.stdout.write(
    `text: ${round(median(all))} ms in all, longest slice ${round(median(longest))} ms (medians of ${ROUNDS})\n`,
  );
}

/** Everything: HTTP over loopback as well. The reader is another process, so that the loop that is measured has the scrape alone. */
async function measureServer(source) {
  const metrics = new Metrics(source);
  const server = await serveMetrics(metrics, "127.0.0.1", 0, (error) => process.stderr.write(`${error.stack}\n`));
  const { port } = server.address();
  const { spawn } = await import("node:child_process");
  const busy = [];
  const cpu = [];
  const stalls = [];
  const elapsed = [];
  for (let at = 0; at < ROUNDS; at += 1) {
    const delays = monitorEventLoopDelay({ resolution: 1 });
    const child = spawn(process.execPath, [import.meta.filename, "--read", String(port)], {
      stdio: ["pipe", "pipe", "inherit"],
    });
    await new Promise((resolve) => child.stdout.once("data", resolve));
    const before = performance.eventLoopUtilization();
    const cpuBefore = process.cpuUsage();
    const from = performance.now();
    delays.enable();
    child.stdin.write("go");
    await new Promise((resolve) => child.stdout.once("data", resolve));
    delays.disable();
    elapsed.push(performance.now() - from);
    busy.push(performance.eventLoopUtilization(before).active);
    const { user, system } = process.cpuUsage(cpuBefore);
    cpu.push((user + system) / 1000);
    stalls.push(delays.max / 1e6);
    await new Promise((resolve) => child.once("close", resolve));
  }
  server.close();
  server.closeAllConnections();
  process.stdout.write(
    `over HTTP: ${round(median(busy))} ms of the event loop in ${round(median(elapsed))} ms, CPU of all threads ${round(median(cpu))} ms, ` +
      `longest pause ${round(median(stalls))} ms (medians of ${ROUNDS})\n`,
  );
}

/** What prom-client makes of the histograms alone, with values that are handed to it ready. */
async function measurePromClient(source) {
  const registry = new Registry();
  const name = "lunette_lun_latency_seconds";
  registry.registerMetric({
    name,
    help: name,
    aggregator: "sum",
    reset() {},
    get() {
      const values = [];
      const columns = LATENCY_BUCKETS_SECONDS.length + 1;
      for (const [volume, { counters }] of source.units) {
        OPERATION_KINDS.forEach((operation, kind) => {
          let cumulative = 0;
          for (let column = 0; column < columns; column += 1) {
            cumulative += counters.latency[kind * columns + column];
            const le = LATENCY_BUCKETS_SECONDS[column] ?? "+Inf";
            values.push({ metricName: `${name}_bucket`, labels: { volume, operation, le }, value: cumulative });
          }
        });
      }
      return Promise.resolve({ name, help: name, type: "histogram", values, aggregator: "sum" });
    },
  });
  const times = [];
  for (let at = 0; at < 5; at += 1) {
    const from = performance.now();
    Buffer.from(await registry.metrics());
    times.push(performance.now() - from);
  }
  process.stdout.write(`prom-client, the buckets of volumes alone, in one piece: ${round(median(times))} ms (median of 5)\n`);
}

function read(port) {
  process.stdout.write("ready");
  process.stdin.once("data", () => {
    get({ host: "127.0.0.1", port, path: "/metrics" }, (response) => {
      response.resume().once("end", () => process.stdout.write("done", () => process.exit(0)));
    });
  });
}

if (process.argv[2] === "--read") {
  read(Number(process.argv[3]));
} else {
  for (const kinds of [0, 2, OPERATION_KINDS.length]) {
    const source = sourceOf(kinds);
    process.stdout.write(
      `${volumes} volumes, ${sessions} sessions, with commands of ${kinds} of ${OPERATION_KINDS.length} kinds: `,
    );
    measureText(source);
    await measureServer(source);
    if (kinds === OPERATION_KINDS.length) await measurePromClient(source);
  }
}

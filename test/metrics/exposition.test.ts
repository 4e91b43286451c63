/** A scrape of many volumes is made in slices, so that it never holds up the data path for long. */
import { describe, expect, it } from "vitest";
import { SessionSeries } from "../../src/iscsi/session-series.ts";
import { ConfigurationFacts } from "../../src/metrics/configuration-facts.ts";
import { SLICE_LINES, slices } from "../../src/metrics/exposition.ts";
import { METRICS } from "../../src/metrics/metric-table.ts";
import type { MetricsSource } from "../../src/metrics/metrics-source.ts";
import { LATENCY_COLUMNS, OPERATION_KINDS } from "../../src/scsi/lu-counters.ts";
import { parseExposition, sampleOf } from "./exposition.ts";
import { aUnit } from "./reactor.ts";

/** What one volume says at most between two looks at the length of a slice: a histogram of every kind of operation. */
const LARGEST_BLOCK = OPERATION_KINDS.length * (LATENCY_COLUMNS + 2);
/** HELP and TYPE of every metric may come without a sample between them. */
const HEADERS = 2 * METRICS.length;

function sourceOf(volumes: number): MetricsSource {
  const none = { connectionsAccepted: 0, connectionsRefused: 0, connectionsLost: 0, logouts: 0, headerDigestErrors: 0 };
  const maps = { logins: new Map(), refusedByTarget: new Map(), taskManagement: new Map() };
  const more = { dataDigestErrors: 0, protocolErrors: 0, rejects: 0, r2ts: 0, bytesReceived: 0, bytesSent: 0 };
  const counters = { ...none, ...more, ...maps };
  const services = {
    counters,
    sessions: { size: 0, series: new SessionSeries({ session_series: 16 }) },
    connections: new Set(),
    dataOutBudget: { heldBytes: 0, waiting: 0, waits: 0 },
  };
  const units = new Map(Array.from({ length: volumes }, (_, at) => [`v${at}`, aUnit(`v${at}`)]));
  for (const { counters } of units.values()) OPERATION_KINDS.forEach((_, kind) => void counters.record(kind, 512, kind, true));
  return {
    version: "0",
    units,
    services: services as unknown as MetricsSource["services"],
    pool: { totalBytes: 0, leasedBytes: 0, waits: 0, waiting: 0 },
    ring: { outstanding: 0, inlineStalls: 0 },
    configuration: new ConfigurationFacts(),
    generation: () => 0,
    events: { unwritten: 0 },
  };
}

const linesOf = (text: string): number => text.split("\n").length - 1;

describe("the text of a scrape", () => {
  it("comes in slices whose length does not grow with the number of volumes", () => {
    const longest = [20, 200].map((volumes) => Math.max(...Array.from(slices(sourceOf(volumes)), linesOf)));
    for (const lines of longest) expect(lines).toBeLessThan(SLICE_LINES + LARGEST_BLOCK + HEADERS);
    const all = Array.from(slices(sourceOf(200)));
    expect(all.length).toBeGreaterThan((200 * LARGEST_BLOCK) / (SLICE_LINES + LARGEST_BLOCK));
  });

  it("makes a slice when it is taken, not before", () => {
    const source = sourceOf(50);
    const taken = slices(source);
    let text = taken.next().value as string;
    for (const { counters } of source.units.values()) counters.aborted = 7;
    for (const slice of taken) text += slice;
    expect(
      sampleOf(parseExposition(text), "lunette_lun_aborted_commands_total", {
        volume: "v49",
      }),
    ).toBe(7);
  });

  it("has each volume in all families or in none, though volumes come and go between slices", () => {
    const source = sourceOf(50);
    const taken = slices(source);
    let text = taken.next().value as string;
    (source.units as Map<string, ReturnType<typeof aUnit>>).delete("v49");
    (source.units as Map<string, ReturnType<typeof aUnit>>).set("newcomer", aUnit("newcomer"));
    for (const slice of taken) text += slice;
    expect(text).toContain('lunette_lun_nexuses{volume="v49"}');
    expect(text).not.toContain("newcomer");
  });

  it("has no histogram of operations that there have not been, and their counters from 0", () => {
    const source = sourceOf(0);
    const unit = aUnit("new");
    unit.counters.record(0, 512, 1, true);
    (source.units as Map<string, typeof unit>).set("new", unit);
    const text = [...slices(source)].join("");
    expect(text).toContain('lunette_lun_latency_seconds_count{volume="new",operation="read"} 1\n');
    expect(text).not.toContain('lunette_lun_latency_seconds_count{volume="new",operation="write"}');
    expect(text).toContain('lunette_lun_operations_total{volume="new",operation="write"} 0\n');
  });
});

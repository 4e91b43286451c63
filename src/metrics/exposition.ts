/**
 * The text of a scrape, in slices: Prometheus text format 0.0.4. A family of metrics stands together, so a scrape of 1,000 volumes is a hundred thousand lines;
 * each slice is at most SLICE_LINES of them, and whoever takes the slices lets the event loop turn in between.
 *
 * prom-client would make an object per line and a promise per metric, and the whole text at once; `node bench/scrape.mjs` compares.
 */
import type { SessionRow } from "../iscsi/session-series.ts";
import type { LogicalUnit } from "../scsi/logical-unit.ts";
import { LATENCY_BUCKETS_SECONDS, LATENCY_COLUMNS, OPERATION_KINDS } from "../scsi/lu-counters.ts";
import { METRICS, type MetricRow, PREFIX, VOLUME_STATES } from "./metric-table.ts";
import type { MetricsSource } from "./metrics-source.ts";

/** Lines that are made without a pause: under half a millisecond of work. */
export const SLICE_LINES = 1000;

/** What stands between the label `le` and the value of each column. */
const BUCKET_ENDS = Array.from({ length: LATENCY_COLUMNS }, (_, at) => `${LATENCY_BUCKETS_SECONDS[at] ?? "+Inf"}"} `);

/** A label's value: backslash, quote and line feed are escaped. */
export const escapeLabel = (value: string): string =>
  /[\\"\n]/.test(value) ? value.replace(/[\\"\n]/g, (each) => (each === "\n" ? "\\n" : `\\${each}`)) : value;
const escapeHelp = (text: string): string => text.replace(/\\/g, "\\\\").replace(/\n/g, "\\n");

/** Lines that belong together, and how many they are. */
class Lines {
  text = "";
  count = 0;

  line(series: string, value: number): void {
    this.text += `${series} ${value}\n`;
    this.count += 1;
  }

  /** @param labels with the comma behind them */
  histogram(name: string, labels: string, columns: Float64Array, first: number, sum: number): void {
    const head = `${name}_bucket{${labels},le="`;
    let { text } = this;
    let cumulative = 0;
    for (let column = 0; column < LATENCY_COLUMNS; column += 1) {
      cumulative += columns[first + column]!;
      text += head;
      text += BUCKET_ENDS[column];
      text += cumulative;
      text += "\n";
    }
    this.text = `${text}${name}_sum{${labels}} ${sum}\n${name}_count{${labels}} ${cumulative}\n`;
    this.count += LATENCY_COLUMNS + 2;
  }
}

type Block = (lines: Lines) => void;

/** The lines of one metric, a block for each volume, session series or value: blocks are small. */
function* blocks(row: MetricRow, source: MetricsSource, subjects: Subjects): Generator<Block> {
  const name = PREFIX + row.name;
  switch (row.each) {
    case "node":
      yield (lines) => lines.line(name, row.read(source));
      return;
    case "value":
      for (const [value, number] of row.read(source))
        yield (lines) => lines.line(`${name}{${row.label}="${escapeLabel(value)}"}`, number);
      return;
    case "volume":
    case "volume and state":
    case "volume and operation":
      for (const { unit, labels } of subjects.volumes) yield (lines) => volumeLines(lines, row, name, unit, labels);
      return;
    default:
      for (const { series, labels } of subjects.sessions) yield (lines) => sessionLines(lines, row, name, series, labels);
  }
}

type RowOf<Each> = Extract<MetricRow, { readonly each: Each }>;
type VolumeRow = RowOf<"volume" | "volume and state" | "volume and operation">;
type SessionSeriesRow = RowOf<"session series" | "session series and operation">;

function volumeLines(lines: Lines, row: VolumeRow, name: string, unit: LogicalUnit, labels: string): void {
  if (row.each === "volume") {
    const value = row.read(unit);
    if (value !== undefined) lines.line(`${name}{${labels}}`, value);
  } else if (row.each === "volume and state") {
    for (const state of VOLUME_STATES) lines.line(`${name}{${labels},state="${state}"}`, row.read(unit, state));
  } else {
    const { counters } = unit;
    for (let kind = 0; kind < OPERATION_KINDS.length; kind += 1) {
      const all = `${labels},operation="${OPERATION_KINDS[kind]}"`;
      if ("read" in row) lines.line(`${name}{${all}}`, row.read(counters, kind));
      // Twenty lines for what has never been asked for would be most of a scrape; `operations` is there from 0.
      else if (counters.operations[kind]! > 0)
        lines.histogram(name, all, counters.latency, kind * LATENCY_COLUMNS, counters.latencySum[kind]!);
    }
  }
}

function sessionLines(lines: Lines, row: SessionSeriesRow, name: string, series: SessionRow, labels: string): void {
  if (row.each === "session series") {
    if ("read" in row) {
      lines.line(`${name}{${labels}}`, row.read(series));
      return;
    }
    const { latency, latencySum, operations } = series.counters();
    if (operations.every((count) => count === 0)) return;
    lines.histogram(
      name,
      labels,
      latency,
      0,
      latencySum.reduce((sum, each) => sum + each, 0),
    );
    return;
  }
  const counters = series.counters();
  OPERATION_KINDS.forEach((operation, kind) => {
    lines.line(`${name}{${labels},operation="${operation}"}`, row.read(counters, kind));
  });
}

interface Subjects {
  readonly volumes: readonly { readonly unit: LogicalUnit; readonly labels: string }[];
  readonly sessions: readonly { readonly series: SessionRow; readonly labels: string }[];
}

/** Taken once: a volume that goes while the scrape is made is in all of its families, and one that comes is in none. */
function subjectsOf({ units, services }: MetricsSource): Subjects {
  return {
    volumes: Array.from(units, ([volume, unit]) => ({ unit, labels: `volume="${escapeLabel(volume)}"` })),
    sessions: services.sessions.series.all().map((series) => {
      const { initiator, target, portalGroup } = series;
      const names = `initiator="${escapeLabel(initiator)}",target="${escapeLabel(target)}"`;
      return { series, labels: `${names},portal_group="${portalGroup}"` };
    }),
  };
}

/** The scrape. Each slice is made when it is taken, and has at most SLICE_LINES lines and what one volume or series has in one family. */
export function* slices(source: MetricsSource): Generator<string> {
  const subjects = subjectsOf(source);
  const lines = new Lines();
  for (const row of METRICS) {
    lines.text += `# HELP ${PREFIX}${row.name} ${escapeHelp(row.help)}\n# TYPE ${PREFIX}${row.name} ${row.type}\n`;
    lines.count += 2;
    for (const block of blocks(row, source, subjects)) {
      block(lines);
      if (lines.count < SLICE_LINES) continue;
      yield lines.text;
      lines.text = "";
      lines.count = 0;
    }
  }
  yield lines.text;
}

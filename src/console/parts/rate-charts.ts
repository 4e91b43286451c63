/** Throughput, commands and latency of whatever it is: the same three charts wherever something moves. */
import type { Rates } from "../../cli/top-rates.ts";
import { latency, rate, throughput } from "../format.ts";
import { column, type Point, times } from "../history.ts";
import { html } from "../html.ts";
import type { VNode } from "../vendor/preact.js";
import { Chart } from "./chart.ts";

type Figure = (rates: Rates) => number | undefined;

export interface Figures {
  readonly readBytes: Figure;
  readonly writeBytes: Figure;
  readonly commands: Figure;
  /** Seconds. */
  readonly readLatency: Figure;
  readonly writeLatency: Figure;
}

export function RateCharts({ points, figures }: { points: readonly Point[]; figures: Figures }): VNode {
  const line = (label: string, figure: Figure) => ({ label, values: column(points, figure) });
  const { readBytes, writeBytes, commands, readLatency, writeLatency } = figures;
  return html`<div class="charts">
    <${Chart}
      title="Throughput"
      times=${times(points)}
      least=${1024 * 1024}
      binary
      format=${throughput}
      lines=${[line("read", readBytes), line("write", writeBytes)]}
    />
    <${Chart} title="Commands" times=${times(points)} least=${100} format=${rate} lines=${[line("per second", commands)]} />
    <${Chart}
      title="Latency"
      times=${times(points)}
      least=${0.001}
      format=${latency}
      lines=${[line("read", readLatency), line("write", writeLatency)]}
    />
  </div>`;
}

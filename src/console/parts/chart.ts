/**
 * Two minutes of a few lines (uPlot). The height is fixed and the legend always has the same lines, so nothing jumps; its figures are the
 * latest ones as text, for those who can't see the canvas and for tests.
 */
import { type Column, HISTORY_SECONDS } from "../history.ts";
import { html } from "../html.ts";
import { useEffect, useRef } from "../vendor/hooks.js";
import type { VNode } from "../vendor/preact.js";
import uPlot from "../vendor/uplot.js";

const HEIGHT_PX = 168;
const AXIS_WIDTH_PX = 84;
const AXIS_HEIGHT_PX = 24;
/** Steps of a scale of bytes, so that it says "64 MiB/s" and not "61.0 MiB/s". */
const BINARY_STEPS = Array.from({ length: 40 }, (_each, power) => 2 ** power);

export interface Line {
  readonly label: string;
  readonly values: Column;
}

interface ChartProps {
  readonly title: string;
  readonly times: readonly number[];
  readonly lines: readonly Line[];
  readonly format: (value: number) => string;
  /** The scale counts in powers of two. */
  readonly binary?: boolean;
  /** The least upper end of the scale, so that noise near zero does not fill the chart. */
  readonly least: number;
}

export function Chart({ title, times, lines, format, least, binary = false }: ChartProps): VNode {
  const frame = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | undefined>(undefined);
  const labels = lines.map(({ label }) => label).join("\n");
  const drawn = useRef({ format, least });
  drawn.current = { format, least };

  useEffect(() => {
    const place = frame.current;
    if (place === null) return;
    const dark = matchMedia("(prefers-color-scheme: dark)");
    const make = (): void => {
      plot.current?.destroy();
      plot.current = new uPlot(optionsFor(place, labels.split("\n"), binary, drawn), [[]], place);
    };
    make();
    const resized = new ResizeObserver(() => plot.current?.setSize({ width: place.clientWidth, height: HEIGHT_PX }));
    resized.observe(place);
    dark.addEventListener("change", make);
    return () => {
      resized.disconnect();
      dark.removeEventListener("change", make);
      plot.current?.destroy();
      plot.current = undefined;
    };
  }, [labels, binary]);

  useEffect(() => {
    plot.current?.setData([[...times], ...lines.map(({ values }) => values)]);
  });

  return html`<figure class="chart">
    <figcaption>
      <span class="chart-title">${title}</span>
      <span class="legend">
        ${lines.map(({ label, values }, index) => {
          const latest = values.at(-1);
          return html`<span class="legend-line">
            <span class=${`key line-${index}`} aria-hidden="true"></span>${label}
            <output data-points=${values.length}>${latest === null || latest === undefined ? "–" : format(latest)}</output>
          </span>`;
        })}
      </span>
    </figcaption>
    <div class="plot" ref=${frame} role="img" aria-label=${`${title}, the last two minutes`}></div>
  </figure>`;
}

function optionsFor(
  place: HTMLElement,
  labels: readonly string[],
  binary: boolean,
  drawn: { readonly current: { format: (value: number) => string; least: number } },
): uPlot.Options {
  const style = getComputedStyle(place);
  const colour = (name: string): string => style.getPropertyValue(name).trim();
  const axis = {
    stroke: colour("--quiet"),
    font: `11px ${colour("--mono")}`,
    grid: { stroke: colour("--grid"), width: 1 },
    ticks: { show: false },
  };
  return {
    width: place.clientWidth,
    height: HEIGHT_PX,
    legend: { show: false },
    cursor: { drag: { x: false, y: false }, points: { show: false } },
    padding: [8, 30, 0, 0],
    scales: {
      x: { time: true, range: (_plot, _min, max) => [(max ?? Date.now() / 1000) - HISTORY_SECONDS, max ?? Date.now() / 1000] },
      y: { range: (_plot, _min, max) => [0, Math.max(max ?? 0, drawn.current.least) * 1.1] },
    },
    axes: [
      { ...axis, size: AXIS_HEIGHT_PX, space: 90, values: (_plot, splits) => splits.map(timeOfDay) },
      {
        ...axis,
        ...(binary ? { incrs: BINARY_STEPS } : {}),
        size: AXIS_WIDTH_PX,
        space: 28,
        values: (_plot, splits) => splits.map((value) => drawn.current.format(value)),
      },
    ],
    series: [
      {},
      ...labels.map((label, index) => ({ label, stroke: colour(`--line-${index}`), width: 1.5, points: { show: false } })),
    ],
  };
}

const timeOfDay = (seconds: number): string => new Date(seconds * 1000).toLocaleTimeString("en-GB");

/** Medians of the runs, and the one table. */

/** What load.c reports and the table shows: heading, field, digits after the point, whether more is better. */
const COLUMNS = [
  { heading: "IOPS", field: "iops", digits: 0, ratio: true },
  { heading: "MB/s", field: "mb_per_s", digits: 1, ratio: false },
  { heading: "mean µs", field: "mean_us", digits: 1, ratio: false },
  { heading: "p99 µs", field: "p99_us", digits: 1, ratio: true },
  { heading: "CPU µs/IO", field: "cpu_us_per_io", digits: 2, ratio: true },
];

function middle(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
}

/** Each figure's median on its own, and the spread of IOPS: (largest - smallest) / median. */
export function median(runs) {
  const result = {};
  for (const field of Object.keys(runs[0])) result[field] = middle(runs.map((run) => run[field]));
  result.mb_per_s = result.bytes / result.seconds / 1e6;
  const iops = runs.map((run) => run.iops);
  result.iops_spread = (Math.max(...iops) - Math.min(...iops)) / result.iops;
  return result;
}

/** Figures of `peer` divided by those of `base`, for the columns where the ratio says something. */
export function ratios(peer, base) {
  return Object.fromEntries(COLUMNS.filter(({ ratio }) => ratio).map(({ field }) => [field, peer[field] / base[field]]));
}

const number = (value, digits) =>
  value.toLocaleString("en-US", { minimumFractionDigits: digits, maximumFractionDigits: digits });

/**
 * One line per workload and target, and one with the ratios where both Lunette and tgt ran.
 * @param results [{ workload: { title }, peers: { name: median } }]
 */
export function format(results) {
  const rows = [["workload", "target", ...COLUMNS.map(({ heading }) => heading), "spread"]];
  for (const { workload, peers } of results) {
    let title = workload.title;
    for (const [name, figures] of Object.entries(peers)) {
      const spread = `±${number(figures.iops_spread * 50, 0)} %`;
      rows.push([title, name, ...COLUMNS.map(({ field, digits }) => number(figures[field], digits)), spread]);
      title = "";
    }
    if (peers.lunette && peers.tgt) {
      const ratio = ratios(peers.lunette, peers.tgt);
      rows.push(["", "lunette/tgt", ...COLUMNS.map(({ field }) => (field in ratio ? `${number(ratio[field], 2)}×` : "")), ""]);
    }
  }
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  const line = (row) =>
    row
      .map((cell, column) => (column < 2 ? cell.padEnd(widths[column]) : cell.padStart(widths[column])))
      .join("  ")
      .trimEnd();
  const [heading, ...body] = rows;
  return [line(heading), widths.map((width) => "-".repeat(width)).join("  "), ...body.map(line)].join("\n");
}

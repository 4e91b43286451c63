/** The last two minutes of rates, and what the charts draw of them. Pure: samples come in, columns of numbers go out. */
import { type Rates, ratesBetween, type SessionRates } from "../cli/top-rates.ts";
import type { TopSample } from "../control/service.ts";

export const HISTORY_SECONDS = 120;

/** null: nothing is known of that moment, and the line has a gap there. */
export type Column = (number | null)[];

export interface Point {
  /** Unix time in seconds. */
  readonly time: number;
  /** undefined where sampling was interrupted. */
  readonly rates: Rates | undefined;
}

export class RateHistory {
  #previous: TopSample | undefined;
  #points: readonly Point[] = [];

  get points(): readonly Point[] {
    return this.#points;
  }

  get latest(): Rates | undefined {
    return this.#points.at(-1)?.rates;
  }

  push(sample: TopSample): void {
    const before = this.#previous;
    this.#previous = sample;
    if (before === undefined) return;
    // A daemon that was started again counts from zero: its first sample has no rate.
    const restarted = sample.milliseconds <= before.milliseconds;
    this.#add({ time: timeOf(sample), rates: restarted ? undefined : ratesBetween(before, sample) });
  }

  /** Sampling stops: what comes next is no continuation, and its mean over the pause would show what never was. */
  interrupt(): void {
    const last = this.#previous;
    this.#previous = undefined;
    if (last !== undefined) this.#add({ time: timeOf(last) + 0.001, rates: undefined });
  }

  #add(point: Point): void {
    const oldest = point.time - HISTORY_SECONDS - 2;
    this.#points = [...this.#points.filter(({ time }) => time >= oldest), point];
  }
}

const timeOf = ({ at }: TopSample): number => Date.parse(at) / 1000;

export const times = (points: readonly Point[]): number[] => points.map(({ time }) => time);

/** One column of a chart: a figure of each moment. */
export function column(points: readonly Point[], figure: (rates: Rates) => number | undefined): Column {
  return points.map(({ rates }) => (rates === undefined ? null : (figure(rates) ?? null)));
}

export const sessionFigure =
  (tsih: number, figure: (session: SessionRates) => number | undefined) =>
  ({ sessions }: Rates): number | undefined => {
    const session = sessions.find((each) => each.tsih === tsih);
    return session === undefined ? undefined : figure(session);
  };

export const totalOf =
  (figure: (session: SessionRates) => number) =>
  ({ sessions }: Rates): number =>
    sessions.reduce((sum, session) => sum + figure(session), 0);

/** Mean latency in seconds over all operations of all volumes; undefined when none ended. */
export const meanLatency =
  (kind: "read" | "write") =>
  ({ luns }: Rates): number | undefined => {
    let operations = 0;
    let seconds = 0;
    for (const lun of luns) {
      const [iops, mean] = kind === "read" ? [lun.readIops, lun.readLatencySeconds] : [lun.writeIops, lun.writeLatencySeconds];
      if (mean === undefined) continue;
      operations += iops;
      seconds += iops * mean;
    }
    return operations === 0 ? undefined : seconds / operations;
  };

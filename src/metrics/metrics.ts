/**
 * The Prometheus metrics of a reactor. The data path counts in plain preallocated numbers; they become text only when somebody
 * scrapes (exposition.ts). prom-client adds the figures of the process: CPU, memory, event-loop lag, garbage collection.
 */
import { collectDefaultMetrics, Registry } from "prom-client";
import { slices } from "./exposition.ts";
import { PREFIX } from "./metric-table.ts";
import type { MetricsSource } from "./metrics-source.ts";

export class Metrics {
  readonly #source: MetricsSource;
  readonly #process = new Registry();

  constructor(source: MetricsSource) {
    this.#source = source;
    collectDefaultMetrics({ register: this.#process, prefix: PREFIX });
  }

  get contentType(): string {
    return this.#process.contentType;
  }

  /** Names of the metrics that describe the process. */
  get processMetrics(): readonly string[] {
    return this.#process.getMetricsAsArray().map(({ name }) => name);
  }

  /** A scrape, piece by piece. Whoever takes it lets the event loop turn between pieces. */
  async *scrape(): AsyncGenerator<string> {
    // prom-client writes "Nan" where nothing was measured yet; the text format has "NaN".
    yield (await this.#process.metrics()).replaceAll(" Nan\n", " NaN\n");
    yield* slices(this.#source);
  }
}

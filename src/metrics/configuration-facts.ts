/** What became of changes of the configuration, for the metrics. */
import type { Events } from "../common/events.ts";

export class ConfigurationFacts {
  /** Changes of the configuration that were applied since the start, those that changed nothing among them. */
  applied = 0;
  refused = 0;
  lastSucceeded = true;
  /** Unix time, seconds. */
  lastAt: number;
  readonly #now: () => number;

  /** @param now Unix time, milliseconds. The configuration that the daemon starts with counts as applied then. */
  constructor(now: () => number = Date.now) {
    this.#now = now;
    this.lastAt = now() / 1000;
  }

  /** The same events for whoever applies changes: it says with them what became of each. */
  heardIn(events: Events): Events {
    return {
      record: (kind, details) => {
        if (kind === "configuration-applied") this.changed(true);
        if (kind === "configuration-refused") this.changed(false);
        events.record(kind, details);
      },
    };
  }

  changed(succeeded: boolean): void {
    if (succeeded) this.applied += 1;
    else this.refused += 1;
    this.lastSucceeded = succeeded;
    this.lastAt = this.#now() / 1000;
  }
}

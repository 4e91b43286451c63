/**
 * What goes on while somebody is signed in: samples of counters every second, and the stream of events. A hidden tab takes no samples; events
 * go on, because a gap of them could not be told from quiet.
 */
import type { LunetteEvent } from "../common/events.ts";
import type { NodeStatus, TopSample } from "../control/service.ts";
import { type ApiClient, ApiProblem } from "./api-client.ts";
import { EventStreamParser } from "./event-stream.ts";
import { RateHistory } from "./history.ts";
import { Store } from "./store.ts";

const SAMPLE_MS = 1000;
const STATUS_MS = 5000;
/** Events kept in the page, and how many older ones are asked for at the start. */
export const EVENTS_KEPT = 1000;
const EVENTS_BEFORE = 500;
const RETRY_MIN_MS = 1000;
const RETRY_MAX_MS = 15_000;

export interface EventsState {
  /** The newest first. */
  readonly events: readonly LunetteEvent[];
  readonly connected: boolean;
  /** Events that the daemon no longer had when they were asked for. */
  readonly missed: number;
}

export class Live {
  readonly client: ApiClient;
  readonly history = new RateHistory();
  /** Counts the samples: followers draw anew when it changes. */
  readonly sampled = new Store(0);
  readonly status = new Store<NodeStatus | undefined>(undefined);
  readonly events = new Store<EventsState>({ events: [], connected: false, missed: 0 });
  /** The last error of a sample, until one succeeds. */
  readonly problem = new Store<ApiProblem | undefined>(undefined);
  readonly #ended = new AbortController();

  constructor(client: ApiClient) {
    this.client = client;
    document.addEventListener("visibilitychange", this.#visibility);
    void this.#every(SAMPLE_MS, async (signal) => {
      this.history.push((await client.get<TopSample>("/v1/top", signal)).value);
      this.sampled.set(this.sampled.value + 1);
    });
    void this.#every(STATUS_MS, async (signal) => {
      this.status.set((await client.get<NodeStatus>("/v1/status", signal)).value);
    });
    void this.#followEvents();
  }

  end(): void {
    document.removeEventListener("visibilitychange", this.#visibility);
    this.#ended.abort();
  }

  readonly #visibility = (): void => {
    if (document.hidden) this.history.interrupt();
  };

  /** Starts a turn every `period` milliseconds; one that takes longer is waited for. */
  async #every(period: number, turn: (signal: AbortSignal) => Promise<void>): Promise<void> {
    const { signal } = this.#ended;
    while (!signal.aborted) {
      const start = performance.now();
      if (!document.hidden) {
        try {
          await turn(signal);
          if (this.problem.value !== undefined) this.problem.set(undefined);
        } catch (error) {
          if (signal.aborted) return;
          this.history.interrupt();
          this.problem.set(problemOf(error));
        }
      }
      await pause(Math.max(50, period - (performance.now() - start)), signal);
    }
  }

  async #followEvents(): Promise<void> {
    const { signal } = this.#ended;
    let from: number | undefined;
    let wait = RETRY_MIN_MS;
    while (!signal.aborted) {
      try {
        if (from === undefined) {
          const { next, oldest } = (await this.client.get<NodeStatus>("/v1/status", signal)).value.running.events;
          from = Math.max(oldest, next - EVENTS_BEFORE);
        }
        const reader = (await this.client.events(from, signal)).getReader();
        this.events.set({ ...this.events.value, connected: true });
        const parser = new EventStreamParser();
        for (;;) {
          const { done, value } = await reader.read();
          if (done) break;
          wait = RETRY_MIN_MS;
          from = this.#take(
            parser.push(value).map(({ data }) => JSON.parse(data) as LunetteEvent | { missed: number }),
            from,
          );
        }
      } catch {
        if (signal.aborted) return;
      }
      this.events.set({ ...this.events.value, connected: false });
      await pause(wait, signal);
      wait = Math.min(wait * 2, RETRY_MAX_MS);
    }
  }

  /** Where to go on after a broken connection. */
  #take(received: readonly (LunetteEvent | { missed: number })[], from: number): number {
    if (received.length === 0) return from;
    const { events, missed } = this.events.value;
    const fresh = received.filter((each): each is LunetteEvent => "sequence" in each && each.sequence >= from);
    const lost = received.reduce((sum, each) => sum + ("missed" in each ? each.missed : 0), 0);
    this.events.set({
      events: [...fresh.toReversed(), ...events].slice(0, EVENTS_KEPT),
      connected: true,
      missed: missed + lost,
    });
    return (fresh.at(-1)?.sequence ?? from + lost - 1) + 1;
  }
}

export function problemOf(error: unknown): ApiProblem {
  if (error instanceof ApiProblem) return error;
  return new ApiProblem({ title: "The console has failed", detail: String(error), advice: "reload the page" }, 0);
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(done, ms);
    function done(): void {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    }
    signal.addEventListener("abort", done);
  });
}

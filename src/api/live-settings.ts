/**
 * `[api]` while the sidecar runs. The daemon is looked at every now and then: how often a caller may ask counts at once, and what counts from the
 * next start only (addresses, TLS) is told, in the log and to the service manager, until somebody restarts the service or takes it back.
 */
import { setTimeout as sleep } from "node:timers/promises";
import type { Logger } from "../common/logger.ts";
import type { DaemonClient } from "./daemon-client.ts";
import type { ApiTable } from "./settings.ts";

/** What the sidecar looks at once, when it starts. */
const AT_START = ["listen", "plain_http", "tls_cert", "tls_key", "client_ca"] as const satisfies readonly (keyof ApiTable)[];
/** SIGHUP reads these anew. */
const AT_SIGHUP = ["tls_cert", "tls_key", "client_ca"] as const;

export interface LiveSettingsOptions {
  readonly client: Pick<DaemonClient, "ask">;
  readonly log: Logger;
  /** Whether the command line has given an address: then `api.listen` changes nothing. */
  readonly listenGiven: boolean;
  /** Told of each change of what waits for a restart; none: nothing does any more. */
  readonly onWaiting: (settings: readonly string[]) => void;
}

export class LiveSettings {
  readonly #options: LiveSettingsOptions;
  /** As the daemon has it. */
  #table: ApiTable;
  /** As the service runs. */
  #running: ApiTable;
  #waiting: readonly string[] = [];

  constructor(table: ApiTable, options: LiveSettingsOptions) {
    this.#table = table;
    this.#running = table;
    this.#options = options;
  }

  get table(): ApiTable {
    return this.#table;
  }

  readonly requestsPerSecond = (): number => this.#table.requests_per_second;

  /** Until `signal` is aborted. */
  async follow(milliseconds: number, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await sleep(milliseconds, undefined, { signal, ref: false }).catch(() => {});
      if (!signal.aborted) await this.look();
    }
  }

  /** What the daemon says now; while it is away, what it said last. Never rejects. */
  async look(): Promise<void> {
    const { client, log } = this.#options;
    let table: ApiTable;
    try {
      table = (await client.ask({ method: "GET", path: "/v1/config/api", caller: null })).body as ApiTable;
    } catch {
      // It is told to whoever asks something; there is nothing to add here.
      return;
    }
    if (table.requests_per_second !== this.#table.requests_per_second)
      log.info({ requests_per_second: table.requests_per_second }, "another rate limit counts from now on");
    this.#table = table;
    this.#tell();
  }

  /** The certificates of the table are in use. */
  certificatesTaken(): void {
    const taken = Object.fromEntries(AT_SIGHUP.map((name) => [name, this.#table[name]]));
    this.#running = { ...this.#running, ...taken };
    this.#tell();
  }

  #tell(): void {
    const { log, listenGiven, onWaiting } = this.#options;
    const waiting = AT_START.filter(
      (name) => this.#table[name] !== this.#running[name] && !(name === "listen" && listenGiven),
    ).map((name) => `api.${name}`);
    if (waiting.join() === this.#waiting.join()) return;
    this.#waiting = waiting;
    if (waiting.length > 0)
      log.warn({ settings: waiting }, "restart lunette-api: settings have changed that count from its next start");
    else log.info("no setting waits for a restart any more");
    onWaiting(waiting);
  }
}

/**
 * `lunette api` as a process: waits for the daemon, listens, takes new certificates at SIGHUP, and ends at SIGTERM when what runs is done. It has
 * no state: whatever becomes of it, the daemon and its hosts notice nothing.
 */
import type { Server as TlsServer } from "node:tls";
import type { FastifyInstance } from "fastify";
import type { Logger } from "../common/logger.ts";
import { formatAddress } from "../config/address.ts";
import type { ServiceManager } from "../control/sd-notify.ts";
import { buildApi, tlsOptions } from "./app.ts";
import { authentication } from "./auth/auth.ts";
import { DEFAULT_API_BOUNDS } from "./bounds.ts";
import { SocketClient } from "./daemon-client.ts";
import { LiveSettings } from "./live-settings.ts";
import { askForSettings, SettingsError, settingsOf, tlsOf } from "./settings.ts";

export interface SidecarOptions {
  readonly socket: string;
  /** Instead of `api.listen`. */
  readonly listen: string | undefined;
  readonly log: Logger;
  readonly manager: ServiceManager;
  /** Where the built console is. */
  readonly consoleFolder: string;
}

/** Serves until SIGTERM or SIGINT. Resolves to the exit code. @throws SettingsError */
export async function runSidecar({ socket, listen, log, manager, consoleFolder }: SidecarOptions): Promise<number> {
  const bounds = DEFAULT_API_BOUNDS;
  const ending = new AbortController();
  for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, () => ending.abort(signal));
  const client = new SocketClient(socket, bounds);
  let app: FastifyInstance | undefined;
  let live: LiveSettings | undefined;
  // From the beginning: without a handler the signal would end the process.
  const onHangUp = (): void => {
    if (app !== undefined && live !== undefined) void takeCertificates(app, live, log, manager);
  };
  process.on("SIGHUP", onHangUp);
  manager.status("waits for the daemon");
  const alive = manager.watchdogMs === undefined ? undefined : setInterval(() => manager.alive(), manager.watchdogMs);
  try {
    const table = await askForSettings(client, bounds, log, ending.signal);
    const settings = settingsOf(table, listen);
    const { address, tls } = settings;
    const url = `${tls === undefined ? "http" : "https"}://${formatAddress(address)}`;
    live = new LiveSettings(table, {
      ...{ client, log, listenGiven: listen !== undefined },
      onWaiting: (names) =>
        manager.status(`serves ${url}${names.length === 0 ? "" : `; restart lunette-api for ${names.join(", ")}`}`),
    });
    app = await buildApi({
      ...{ client, log, tls, consoleFolder },
      authenticate: authentication({ client, log, requestsPerSecond: live.requestsPerSecond }),
    });
    await listenOn(app, address.host, address.port);
    log.info({ url, socket }, "ready");
    manager.status(`serves ${url}`);
    manager.ready();
    void live.follow(bounds.settings_ms, ending.signal);
    await aborted(ending.signal);
    log.info({ signal: ending.signal.reason }, "ending");
    manager.stopping();
    await drain(app, bounds.drain_ms);
    return 0;
  } catch (error) {
    // Asked to end while it still waited for the daemon.
    if (ending.signal.aborted) return 0;
    throw error;
  } finally {
    clearInterval(alive);
    process.off("SIGHUP", onHangUp);
    client.close();
  }
}

async function listenOn(app: FastifyInstance, host: string, port: number): Promise<void> {
  try {
    await app.listen({ host, port });
  } catch (error) {
    await app.close();
    throw new SettingsError(
      `the API can't listen on ${formatAddress({ host, port })}: ${(error as Error).message}; change api.listen, or give --listen`,
    );
  }
}

/**
 * New connections get the certificates that the files hold now; with those that can't be used the old ones stay. While the daemon is away the
 * names of the files are those that it said last: a certificate that ends today must not wait for it.
 */
async function takeCertificates(app: FastifyInstance, live: LiveSettings, log: Logger, manager: ServiceManager): Promise<void> {
  manager.reloading();
  await live.look();
  try {
    const tls = tlsOf(live.table);
    const server = app.server as unknown as Partial<TlsServer> & { readonly requestCert?: boolean };
    if (tls === undefined || server.setSecureContext === undefined) log.info("there are no certificates to read again");
    else {
      server.setSecureContext(tlsOptions(tls));
      log.info("certificates read again");
      // Whether clients are asked for a certificate was settled when the service started.
      if ((server.requestCert === true) === (tls.ca !== undefined)) live.certificatesTaken();
    }
  } catch (error) {
    log.error({ reason: (error as Error).message }, "certificates can't be read again: those of before stay");
  }
  manager.ready();
}

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });

/** Takes no more, and lets what runs come to its end; what takes too long is cut off. */
export async function drain(app: FastifyInstance, milliseconds: number): Promise<void> {
  const late = setTimeout(() => app.server.closeAllConnections(), milliseconds);
  await app.close();
  clearTimeout(late);
}

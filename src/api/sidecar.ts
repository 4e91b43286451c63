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
  // From the beginning: without a handler the signal would end the process.
  process.on("SIGHUP", () => {
    if (app !== undefined) void takeCertificates(app, client, log, manager, ending.signal);
  });
  manager.status("waits for the daemon");
  const alive = manager.watchdogMs === undefined ? undefined : setInterval(() => manager.alive(), manager.watchdogMs);
  try {
    const table = await askForSettings(client, bounds, log, ending.signal);
    const settings = settingsOf(table, listen);
    const { address, tls, requestsPerSecond } = settings;
    app = await buildApi({
      ...{ client, log, tls, consoleFolder },
      authenticate: authentication({ client, log, requestsPerSecond }),
    });
    await listenOn(app, address.host, address.port);
    const url = `${tls === undefined ? "http" : "https"}://${formatAddress(address)}`;
    log.info({ url, socket }, "ready");
    manager.status(`serves ${url}`);
    manager.ready();
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

/** New connections get the certificates that the files hold now; with those that can't be used the old ones stay. */
async function takeCertificates(
  app: FastifyInstance,
  client: SocketClient,
  log: Logger,
  manager: ServiceManager,
  signal: AbortSignal,
): Promise<void> {
  manager.reloading();
  try {
    const tls = tlsOf(await askForSettings(client, DEFAULT_API_BOUNDS, log, signal));
    const server = app.server as unknown as Partial<TlsServer>;
    if (tls === undefined || server.setSecureContext === undefined) log.info("there are no certificates to read again");
    else {
      server.setSecureContext(tlsOptions(tls));
      log.info("certificates read again");
    }
  } catch (error) {
    if (!signal.aborted)
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
async function drain(app: FastifyInstance, milliseconds: number): Promise<void> {
  const late = setTimeout(() => app.server.closeAllConnections(), milliseconds);
  await app.close();
  clearTimeout(late);
}

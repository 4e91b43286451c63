/**
 * The composition root of `lunette serve`: knows everybody, starts in order, ends in the reverse order.
 *
 *   portals listen, logins get "service unavailable" → volumes open → logins are admitted → ready
 *   SIGTERM → portals close → initiators are asked to log out → drain → flush → exit
 */
import { readFileSync } from "node:fs";
import { errnoName } from "./backend/backend-error.ts";
import { sendDatagram } from "./backend/native-io.ts";
import type { Logger } from "./common/logger.ts";
import type { Configuration } from "./config/model.ts";
import { nodeUuid } from "./control/node-uuid.ts";
import { serviceManager } from "./control/sd-notify.ts";
import { UnitStateStore } from "./control/unit-state-store.ts";
import { howToUse } from "./how-to-use.ts";
import { createMetrics } from "./metrics/metrics.ts";
import { serveMetrics } from "./metrics/metrics-server.ts";
import { Reactor } from "./reactor.ts";
import { LocalCoordinator } from "./scsi/coordinator.ts";
import { ConfiguredTargets } from "./target-directory.ts";
import { Volumes } from "./volumes.ts";

export interface DaemonOptions {
  readonly configFile: string;
  /** Print the commands that use the targets, once ready. */
  readonly demo?: boolean;
}

/** Serves until SIGTERM or SIGINT. Resolves to the exit code. */
export async function runDaemon(config: Configuration, log: Logger, options: DaemonOptions): Promise<number> {
  const startedAt = performance.now();
  const version = packageVersion();
  const manager = serviceManager(process.env, process.pid, notify, (error) =>
    log.limited("sd_notify").warn({ err: error }, "the service manager can't be told"),
  );
  const stopRequested = nextSignal(log);
  endOnDefect(log);
  let uuid: string;
  try {
    uuid = nodeUuid(config.node.uuid, config.node.stateDir);
  } catch (error) {
    log.fatal((error as Error).message);
    return 1;
  }

  const store = new UnitStateStore(config.node.stateDir, (volume, error) =>
    log
      .limited(`save ${volume}`)
      .error({ volume, reason: error.message }, "the volume's state can't be saved: commands of hosts that change it fail"),
  );
  const coordinator = new LocalCoordinator(store);
  const directory: { current: ConfiguredTargets | undefined } = { current: undefined };
  const reactor = new Reactor({
    limits: config.limits,
    log,
    coordinator,
    policy: { decide: (question) => directory.current!.decide(question) },
    directory: {
      discover: (query) => directory.current!.discover(query),
      view: (target, initiator, address) => directory.current!.view(target, initiator, address),
      portalGroups: (target) => directory.current!.portalGroups(target),
    },
  });
  const targets = new ConfiguredTargets(config, reactor.units);
  directory.current = targets;
  const volumes = new Volumes(reactor, coordinator, config.limits, log, config.node.stateDir, store);

  let metricsServer: Awaited<ReturnType<typeof serveMetrics>> | undefined;
  try {
    await reactor.listen(
      config.portalGroups.flatMap(({ tag, portals }) =>
        portals.map(({ host, port }) => ({
          portalGroupTag: tag,
          host,
          port,
          listen: host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`,
        })),
      ),
    );
    manager.status("opening volumes");
    // Creating a thick volume may take minutes: a signal is heeded after the volume that is being opened.
    await Promise.race([volumes.open(config.volumes, config.portalGroups, uuid), stopRequested]);
    if (config.metricsListen !== undefined) {
      const { host, port } = config.metricsListen;
      const registry = createMetrics(
        {
          units: reactor.units,
          iscsi: reactor.services.counters,
          pool: reactor.pool,
          sessions: () => reactor.services.sessions.size,
          connections: () => reactor.services.connections.size,
          ringOutstanding: () => reactor.ring.outstanding,
          inlineStalls: () => reactor.ring.inlineStalls,
        },
        version,
      );
      metricsServer = await serveMetrics(registry, host, port, (error) =>
        log.limited("metrics").error({ err: error }, "metrics endpoint"),
      );
    }
  } catch (error) {
    log.fatal((error as Error).message);
    await volumes.stop();
    await reactor.drain(0);
    await reactor.close();
    return 1;
  }

  targets.starting = false;
  const offline = [...reactor.units.values()].filter((unit) => unit.backend === undefined).length;
  log.info(
    {
      version,
      node: config.node.name,
      config: options.configFile,
      targets: config.targets.length,
      volumes: config.volumes.length,
      offline,
      ring: reactor.ring.kind,
      milliseconds: Math.round(performance.now() - startedAt),
    },
    "ready",
  );
  manager.ready();
  manager.status(`${config.targets.length} targets, ${config.volumes.length} volumes, ${offline} offline`);
  const watchdog = manager.watchdogMs === undefined ? undefined : setInterval(() => manager.alive(), manager.watchdogMs);
  if (options.demo) process.stdout.write(howToUse(config));

  const signal = await stopRequested;
  const stoppingAt = performance.now();
  log.info({ signal, sessions: reactor.services.sessions.size }, "stopping: initiators are asked to log out");
  manager.stopping();
  metricsServer?.close();
  metricsServer?.closeAllConnections();
  await reactor.drain(config.limits.shutdown_ms);
  await volumes.stop();
  const unflushed = await reactor.close();
  clearInterval(watchdog);
  for (const volume of unflushed) log.error({ volume }, "the last flush failed: what was not flushed before may be lost");
  log.info({ milliseconds: Math.round(performance.now() - stoppingAt) }, "stopped");
  return unflushed.length === 0 ? 0 : 1;
}

/** The service manager's datagrams; throws when the manager can't be reached. */
function notify(path: Uint8Array, message: Uint8Array): void {
  const result = sendDatagram(path, message);
  if (result < 0) throw new Error(`sending to NOTIFY_SOCKET: ${errnoName(result)}`);
}

/**
 * An error that nobody caught: the state of this process can't be trusted any more. It ends, as the service manager starts it
 * again within the time that hosts wait; what was flushed is safe.
 */
function endOnDefect(log: Logger): void {
  process.on("uncaughtException", (error, origin) => {
    log.fatal({ err: error, origin }, "a defect of Lunette: the process ends");
    process.exit(70);
  });
}

/** The first SIGTERM or SIGINT; a second one ends the process at once. */
function nextSignal(log: Logger): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    let asked = false;
    const onSignal = (signal: NodeJS.Signals): void => {
      if (asked) {
        log.warn({ signal }, "second signal: ending at once");
        process.exit(1);
      }
      asked = true;
      resolve(signal);
    };
    process.on("SIGTERM", onSignal);
    process.on("SIGINT", onSignal);
  });
}

function packageVersion(): string {
  const text = readFileSync(new URL("../package.json", import.meta.url), "utf8");
  return (JSON.parse(text) as { version: string }).version;
}

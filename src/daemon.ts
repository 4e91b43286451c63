/**
 * The composition root of `lunette serve`: knows everybody, starts in order, ends in the reverse order.
 *
 *   portals listen, logins get "service unavailable" → volumes open → logins are admitted → ready
 *   SIGTERM → portals close → initiators are asked to log out → drain → flush → exit
 */
import { readFileSync } from "node:fs";
import { errnoName } from "./backend/backend-error.ts";
import { peerCredentials, sendDatagram } from "./backend/native-io.ts";
import { inTime } from "./common/in-time.ts";
import type { Logger, RootLogger } from "./common/logger.ts";
import type { LoadedConfiguration } from "./config/load.ts";
import type { RememberedFiles } from "./config/remembered-files.ts";
import { actionRoutes } from "./control/action-routes.ts";
import { apiKeyRoutes } from "./control/api-keys-routes.ts";
import { ApiKeyStore } from "./control/api-keys-store.ts";
import { ControlServer } from "./control/control-server.ts";
import { EventFiles } from "./control/event-files.ts";
import { EventLog, eventFolder } from "./control/event-log.ts";
import { LiveService, type LiveSource } from "./control/live-service.ts";
import { nodeUuid } from "./control/node-uuid.ts";
import { type PlanAnswer, questionRoutes, reloadRoute } from "./control/questions.ts";
import { type ControlRequest, type Peer, readRoutes } from "./control/routes.ts";
import { serviceManager } from "./control/sd-notify.ts";
import type { DaemonState } from "./control/service.ts";
import { Tasks } from "./control/tasks.ts";
import { UnitStateStore } from "./control/unit-state-store.ts";
import { howToUse } from "./how-to-use.ts";
import { ManagedService } from "./managed/managed-service.ts";
import { obstacleToAction } from "./managed/scope.ts";
import { ConfigurationFacts } from "./metrics/configuration-facts.ts";
import { Metrics } from "./metrics/metrics.ts";
import { MetricsEndpoint } from "./metrics/metrics-endpoint.ts";
import { serveMetrics } from "./metrics/metrics-server.ts";
import { Reactor } from "./reactor.ts";
import { LOGOUT_SECONDS, portalOptions, Reloader } from "./reload.ts";
import { LocalCoordinator } from "./scsi/coordinator.ts";
import { ConfiguredTargets } from "./target-directory.ts";
import { Volumes } from "./volumes.ts";

/** At the end, a change that is being made has this long to come through, milliseconds. */
const LAST_CHANGE_MS = 5_000;

export interface DaemonOptions {
  /** The command line has given a log level: that of the configuration does not count. */
  readonly levelGiven?: boolean;
  readonly configFile: string;
  /** Print the commands that use the targets, once ready. */
  readonly demo?: boolean;
}

/** Serves until SIGTERM or SIGINT. Resolves to the exit code. */
export async function runDaemon(
  loaded: LoadedConfiguration,
  remembered: RememberedFiles,
  log: RootLogger,
  options: DaemonOptions,
): Promise<number> {
  const config = loaded.configuration;
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
  const events = new EventLog({
    limits: config.limits,
    files: new EventFiles(eventFolder(config.node.stateDir), config.limits.event_log_bytes),
    onFailure: (error) => log.error({ reason: error.message }, "events can't be kept on disk: see that state_dir is writable"),
  });
  await events.open();
  const directory: { current: ConfiguredTargets | undefined } = { current: undefined };
  const reactor = new Reactor({
    limits: config.limits,
    log,
    coordinator,
    events,
    policy: { decide: (question) => directory.current!.decide(question) },
    directory: {
      discover: (query) => directory.current!.discover(query),
      view: (target, initiator, address) => directory.current!.view(target, initiator, address),
      portalGroups: (target) => directory.current!.portalGroups(target),
    },
  });
  const targets = new ConfiguredTargets(config, reactor.units);
  directory.current = targets;
  const { limits } = config;
  const { stateDir } = config.node;
  let running = config;
  const tasks = new Tasks(() => running.limits);
  const volumes = new Volumes({ reactor, coordinator, limits, log, stateDir, store, nodeUuid: uuid, events, tasks });
  let control: ControlServer | undefined;
  let state: DaemonState = "starting";
  const apiKeys = new ApiKeyStore({
    stateDir,
    limits: () => running.limits,
    onFailure: (message) =>
      log
        .limited("api keys")
        .error({ reason: message }, "keys of the REST API: its callers are refused, or changes of keys fail"),
  });
  await apiKeys.open();
  const source: LiveSource = {
    configuration: () => running,
    state: () => state,
    version,
    configFile: options.configFile,
    units: reactor.units,
    services: reactor.services,
    ring: reactor.ring,
    events,
  };
  const service = new LiveService(source);
  const facts = new ConfigurationFacts();
  const heard = facts.heardIn(events);
  const { units, services, pool, ring } = reactor;
  const generation = (): number => managed.generation;
  const metrics = new Metrics({ version, units, services, pool, ring, configuration: facts, generation, events });
  const metricsEndpoint = new MetricsEndpoint(({ host, port }) =>
    serveMetrics(metrics, host, port, (error) => log.limited("metrics").error({ err: error }, "metrics endpoint")),
  );
  const reloader = new Reloader({
    source,
    reactor,
    volumes,
    log,
    events: heard,
    prepareOthers: (next) => metricsEndpoint.prepare(next.metricsListen),
    publish: (next, targets) => {
      running = next;
      // A level that the command line gives beats that of the file.
      if (!options.levelGiven) log.setLevel(next.node.logLevel);
      directory.current = targets;
      control?.changeLimits(next.limits);
      events.changeLimits(next.limits);
      managed.changeLimits(next.limits);
    },
  });
  const managed = await ManagedService.open({
    loaded,
    remembered,
    configFile: options.configFile,
    nodeUuid: uuid,
    applier: reloader,
    log,
    events: heard,
    obstacle: () => (state === "serving" ? undefined : `the daemon is ${state}: try again when it serves`),
  });
  /** The service manager hears when it begins and when it is through, whatever came of it. */
  const reloadWhileServing = async (request?: ControlRequest, force = false): Promise<PlanAnswer> => {
    // Refused, and in the audit log.
    if (state !== "serving") return managed.reload(request, force);
    manager.reloading();
    return managed.reload(request, force).finally(() => manager.ready());
  };
  // Without a handler the signal would end the process, also while it starts.
  process.on("SIGHUP", () => {
    reloadWhileServing().catch((error: Error) => log.warn({ reason: error.message }, "SIGHUP has changed nothing"));
  });
  try {
    await reactor.listen(config.portalGroups.flatMap(portalOptions));
    control = await ControlServer.start({
      path: config.node.controlSocket,
      routes: [
        ...readRoutes(service),
        ...questionRoutes(source, managed.loadNow),
        reloadRoute(reloadWhileServing, managed.noteUnreadable),
        ...managed.routes,
        ...apiKeyRoutes({ store: apiKeys, events, log, audit: managed.audit }),
        ...actionRoutes({
          tasks,
          sessions: () => service.sessions(),
          kick: (tsih, actor, reason) => reactor.kick(tsih, LOGOUT_SECONDS, actor, reason),
          obstacle: obstacleToAction,
          audit: managed.audit,
        }),
      ],
      limits: config.limits,
      log,
      peerOf,
      onUnreadable: managed.noteUnreadable,
    });
    manager.status("opening volumes");
    // Creating a thick volume may take minutes: a signal is heeded after the volume that is being opened.
    await Promise.race([volumes.open(config.volumes, config.portalGroups), stopRequested]);
    await metricsEndpoint.start(config.metricsListen);
  } catch (error) {
    log.fatal((error as Error).message);
    await volumes.stop();
    await reactor.drain(0);
    await reactor.close();
    await control?.close();
    await events.close();
    return 1;
  }

  targets.starting = false;
  state = "serving";
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
  events.record("daemon-started", { reason: `version ${version}, process ${process.pid}` });
  manager.ready();
  manager.status(`${config.targets.length} targets, ${config.volumes.length} volumes, ${offline} offline`);
  const watchdog = manager.watchdogMs === undefined ? undefined : setInterval(() => manager.alive(), manager.watchdogMs);
  if (options.demo) process.stdout.write(howToUse(config));

  const signal = await stopRequested;
  const stoppingAt = performance.now();
  log.info({ signal, sessions: reactor.services.sessions.size }, "stopping: initiators are asked to log out");
  manager.stopping();
  state = "stopping";
  events.record("daemon-stopping", { reason: signal });
  // A volume that is being opened in another way would otherwise be missed by the last flush, and opened when nobody closes it any more.
  if (
    !(await inTime(
      reloader.exclusive(() => Promise.resolve()),
      LAST_CHANGE_MS,
    ))
  )
    log.warn("a change of the configuration is still being made: the end does not wait for it");
  metricsEndpoint.close();
  await reactor.drain(config.limits.shutdown_ms);
  await volumes.stop();
  const unflushed = await reactor.close();
  await control.close();
  await apiKeys.close();
  await managed.close();
  await events.close();
  clearInterval(watchdog);
  for (const volume of unflushed) log.error({ volume }, "the last flush failed: what was not flushed before may be lost");
  log.info({ milliseconds: Math.round(performance.now() - stoppingAt) }, "stopped");
  return unflushed.length === 0 ? 0 : 1;
}

/** Who is at the other end of a connection to the control socket. */
function peerOf(fd: number): Peer | undefined {
  const peer = peerCredentials(fd);
  return typeof peer === "number" ? undefined : peer;
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

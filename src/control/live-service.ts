/** The answers of the control socket from what runs: a snapshot of plain reads each, so that asking never disturbs the data path. */

import type { Configuration, Place, PortalAddress, TargetConfig, VolumeConfig } from "../config/model.ts";
import type { Connection } from "../iscsi/connection.ts";
import { FullFeaturePhase } from "../iscsi/full-feature/full-feature-phase.ts";
import type { Services } from "../iscsi/services.ts";
import type { Session } from "../iscsi/session.ts";
import type { LogicalUnit } from "../scsi/logical-unit.ts";
import { type LuCounters, OPERATION_KINDS } from "../scsi/lu-counters.ts";
import type { NexusCounters } from "../scsi/nexus-counters.ts";
import { RESERVATION_TYPES } from "../scsi/reservations.ts";
import { ACCESS_STATE_NAMES } from "../scsi/unit-condition.ts";
import { configuredObjects } from "./configured-objects.ts";
import type { EventLog } from "./event-log.ts";
import type {
  ConnectionStatus,
  ControlService,
  DaemonState,
  LunCounters,
  LunStatus,
  NodeStatus,
  SessionStatus,
  TargetStatus,
  TopSample,
} from "./service.ts";

/** What the answers are read from. */
export interface LiveSource {
  /** The configuration in force. */
  configuration(): Configuration;
  state(): DaemonState;
  readonly version: string;
  readonly configFile: string;
  readonly units: ReadonlyMap<string, LogicalUnit>;
  readonly services: Services;
  readonly ring: { readonly kind: string; readonly outstanding: number };
  readonly events: EventLog;
}

const placeText = ({ file, line }: Place): string => `${file}:${line}`;
const addressText = ({ host, port }: PortalAddress): string => (host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`);
const names = (volumes: readonly VolumeConfig[]): string[] => volumes.map(({ name }) => name);
const seconds = (milliseconds: number): number => Math.max(0, Math.round(milliseconds) / 1000);

export class LiveService implements ControlService {
  readonly #source: LiveSource;
  readonly #startedAt = new Date();
  readonly #startedMs = performance.now();

  constructor(source: LiveSource) {
    this.#source = source;
  }

  get events(): EventLog {
    return this.#source.events;
  }

  status(): NodeStatus {
    const { services, units, ring, events, version, configFile } = this.#source;
    const configuration = this.#source.configuration();
    const { node, portalGroups, targets, volumes, igroups, metricsListen } = configuration;
    const { counters, pool } = services;
    return {
      configured: {
        node: node.name,
        baseIqn: node.baseIqn,
        portalGroups: portalGroups
          .toSorted((a, b) => a.tag - b.tag)
          .map(({ tag, name, portals, accessState }) => ({
            tag,
            name,
            portals: portals.map(addressText),
            accessState,
          })),
        targets: targets.length,
        volumes: volumes.length,
        igroups: igroups.length,
        metrics: metricsListen === undefined ? undefined : addressText(metricsListen),
        objects: configuredObjects(configuration),
      },
      running: {
        state: this.#source.state(),
        version,
        pid: process.pid,
        configFile,
        startedAt: this.#startedAt.toISOString(),
        uptimeSeconds: seconds(performance.now() - this.#startedMs),
        sessions: services.sessions.size,
        connections: services.connections.size,
        volumesOffline: names(volumes.filter(({ name, online }) => online && units.get(name)?.backend === undefined)),
        volumesSwitchedOff: names(volumes.filter(({ online }) => !online)),
        buffers: { totalBytes: pool.totalBytes, leasedBytes: pool.leasedBytes },
        ring: { kind: ring.kind, outstanding: ring.outstanding },
        logins: Object.fromEntries(counters.logins),
        connectionsLost: counters.connectionsLost,
        digestErrors: counters.headerDigestErrors + counters.dataDigestErrors,
        protocolErrors: counters.protocolErrors,
        events: { oldest: events.oldest, next: events.next, unwritten: events.unwritten },
      },
    };
  }

  targets(): readonly TargetStatus[] {
    const sessions = new Map<string, number>();
    for (const { targetName } of this.#source.services.sessions.all)
      sessions.set(targetName, (sessions.get(targetName) ?? 0) + 1);
    return this.#source.configuration().targets.map((target) => ({
      iqn: target.iqn,
      alias: target.alias,
      portalGroups: target.portalGroups,
      access: target.access.map(({ igroup, auth, authGroup }) => ({ igroup, auth, authGroup })),
      luns: target.luns.map(({ lun, volume, readOnly, igroups }) => ({ lun, volume, readOnly, igroups })),
      sessions: sessions.get(target.iqn) ?? 0,
      place: placeText(target.place),
    }));
  }

  luns(): readonly LunStatus[] {
    const { targets, volumes } = this.#source.configuration();
    const maps = mapsByVolume(targets);
    return volumes.flatMap((volume) => {
      const unit = this.#source.units.get(volume.name);
      // While the daemon starts, volumes come one by one.
      return unit === undefined ? [] : [lunStatus(volume, unit, maps.get(volume.name) ?? [])];
    });
  }

  sessions(): readonly SessionStatus[] {
    return [...this.#source.services.sessions.all].map(sessionStatus);
  }

  connections(): readonly ConnectionStatus[] {
    const now = this.#source.services.now();
    return [...this.#source.services.connections].map((connection) => connectionStatus(connection, now));
  }

  top(): TopSample {
    const { units, services } = this.#source;
    return {
      at: new Date().toISOString(),
      milliseconds: services.now(),
      luns: [...units].map(([volume, { tasks, counters }]) => ({ volume, depth: tasks.size, counters: countersOf(counters) })),
      sessions: [...services.sessions.all].map((session) => ({
        tsih: session.tsih,
        initiator: session.login.initiatorName,
        target: session.targetName,
        depth: session.depth,
        ...session.totals,
        counters: countersOf(session.nexus.counters),
      })),
    };
  }
}

type Maps = LunStatus["maps"][number][];

function mapsByVolume(targets: readonly TargetConfig[]): ReadonlyMap<string, Maps> {
  const maps = new Map<string, Maps>();
  for (const { iqn, luns } of targets) {
    for (const { lun, volume, readOnly } of luns) {
      const known = maps.get(volume) ?? [];
      known.push({ target: iqn, lun, readOnly });
      maps.set(volume, known);
    }
  }
  return maps;
}

function lunStatus(volume: VolumeConfig, unit: LogicalUnit, maps: Maps): LunStatus {
  const { state, geometry, identity } = unit;
  return {
    volume: volume.name,
    path: volume.path,
    online: unit.backend !== undefined,
    offline: unit.backend === undefined ? (unit.offlineBecause ?? "it is not opened yet") : undefined,
    sizeBytes: state.sizeBlocks * unit.blockSize,
    blockSize: unit.blockSize,
    thin: geometry.thin,
    readOnly: geometry.readOnly,
    writeCache: state.modes.writeCacheEnabled,
    io: volume.io,
    naa: identity.naa.toString("hex"),
    serial: identity.serial,
    maps,
    sessions: unit.nexuses.size,
    depth: unit.tasks.size,
    stopped: state.stopped || state.ejected,
    memory: state.memory,
    reservation: reservationOf(unit),
    accessStates: Object.fromEntries([...state.access].map(([tag, access]) => [String(tag), ACCESS_STATE_NAMES[access.state]])),
    counters: countersOf(unit.counters),
    place: placeText(volume.place),
  };
}

function reservationOf({ state: { reservations } }: LogicalUnit): LunStatus["reservation"] {
  const { reservation, registrants, legacy, aptpl } = reservations;
  const common = { registrants: registrants.length, durable: aptpl };
  if (legacy !== undefined) return { type: "RESERVE", holder: legacy.initiatorPort, ...common };
  if (reservation !== undefined)
    return { type: RESERVATION_TYPES[reservation.type].name, holder: reservation.holder?.initiatorPort, ...common };
  return registrants.length === 0 ? undefined : { type: "none", holder: undefined, ...common };
}

function countersOf(counters: LuCounters | NexusCounters): LunCounters {
  return Object.fromEntries(
    OPERATION_KINDS.map((kind, row) => [
      kind,
      {
        operations: counters.operations[row] ?? 0,
        bytes: counters.bytes[row] ?? 0,
        errors: counters.errors[row] ?? 0,
        latencySeconds: counters.latencySum[row] ?? 0,
      },
    ]),
  );
}

function sessionStatus(session: Session): SessionStatus {
  const { login, connection, nexus, totals, window, startedAt } = session;
  const { authentication } = login;
  return {
    tsih: session.tsih,
    initiator: login.initiatorName,
    alias: login.initiatorAlias,
    isid: login.isid,
    target: session.targetName,
    portalGroup: session.portalGroupTag,
    portal: connection.portal.listen,
    address: connection.peer,
    startedAt: startedAt.toISOString(),
    ageSeconds: seconds(connection.services.now() - connection.openedAt),
    authentication: {
      method: authentication.method,
      algorithm: authentication.method === "none" ? undefined : authentication.algorithm,
      user: authentication.method === "none" ? undefined : authentication.user,
    },
    parameters: { ...login.parameters },
    luns: [...nexus.luns.values()].map(({ lun, lu, readOnly }) => ({ lun, volume: lu.identity.name, readOnly })),
    depth: session.depth,
    window: window.size,
    commands: totals.commands,
    bytesRead: totals.bytesRead,
    bytesWritten: totals.bytesWritten,
    counters: countersOf(nexus.counters),
  };
}

function connectionStatus(connection: Connection, now: number): ConnectionStatus {
  const { phase } = connection;
  const full = phase instanceof FullFeaturePhase ? phase : undefined;
  return {
    address: connection.peer,
    portal: connection.portal.listen,
    portalGroup: connection.portal.portalGroupTag,
    phase: phase.name,
    state: connection.state,
    ageSeconds: seconds(now - connection.openedAt),
    idleSeconds: seconds(now - connection.lastReceivedAt),
    initiator: full?.initiatorName,
    target: full?.session?.targetName,
    tsih: full?.session?.tsih,
    unsentBytes: connection.writer.pendingBytes,
    held: connection.held,
  };
}

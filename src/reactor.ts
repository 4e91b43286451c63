/**
 * One reactor: everything that the data path of one process owns. Portals and their connections, logical units, the
 * ring with its slab. Nothing here is shared with another reactor.
 */
import { randomBytes } from "node:crypto";
import { errnoName } from "./backend/backend-error.ts";
import { SlabBufferPool } from "./backend/buffer-pool.ts";
import { IoRing } from "./backend/io-ring.ts";
import { crc32c, createSlab } from "./backend/native-io.ts";
import { type Events, NO_EVENTS } from "./common/events.ts";
import type { Limits } from "./common/limits.ts";
import type { Logger } from "./common/logger.ts";
import type { Connection } from "./iscsi/connection.ts";
import { DataOutBudget } from "./iscsi/data-out-budget.ts";
import { TaskPool } from "./iscsi/iscsi-task.ts";
import type { LoginPolicy } from "./iscsi/login/login-policy.ts";
import { Portal, type PortalOptions } from "./iscsi/portal.ts";
import { ReadBuffer } from "./iscsi/read-buffer.ts";
import type { IscsiCounters, Services, TargetDirectory, Turn } from "./iscsi/services.ts";
import type { Session } from "./iscsi/session.ts";
import { SessionRegistry } from "./iscsi/session-registry.ts";
import { settleCacheTrust } from "./scsi/cache-trust.ts";
import { COMMAND_TABLE } from "./scsi/command-table.ts";
import type { Coordinator } from "./scsi/coordinator.ts";
import { DeviceServer } from "./scsi/device-server.ts";
import type { LogicalUnit } from "./scsi/logical-unit.ts";
import { flushUnit } from "./volume-flush.ts";
import { VolumeWatch } from "./volume-watch.ts";

/** Timeouts are looked after this often, milliseconds. */
const TICK_MS = 250;
/** Sizes of volumes are looked at this often, milliseconds. */
const LOOK_MS = 2_000;
/** While the end waits for storage, a log line this often, milliseconds. */
const WAITING_LOG_MS = 5_000;
/** At the end, what initiators are told last gets this long to leave, milliseconds. */
const LAST_WORDS_MS = 200;
/** Rounds of "submit, answer" in one turn before the event loop gets its chance. */
const MAX_ROUNDS = 8;

export interface ReactorOptions {
  readonly limits: Limits;
  readonly log: Logger;
  readonly policy: LoginPolicy;
  readonly directory: TargetDirectory;
  readonly coordinator: Coordinator;
  /** Where it is told what happens; nowhere by default. */
  readonly events?: Events;
}

export class Reactor implements Turn {
  readonly ring: IoRing;
  readonly pool: SlabBufferPool;
  readonly services: Services;
  /** By volume name. */
  readonly units = new Map<string, LogicalUnit>();
  readonly #log: Logger;
  readonly #watch: VolumeWatch;
  /** By the address they listen on. */
  readonly #portals = new Map<string, Portal>();
  readonly #limits: Limits;
  #marked: Connection[] = [];
  #marking: Connection[] = [];
  #ending = false;
  #again: NodeJS.Immediate | undefined;
  #ticker: NodeJS.Timeout | undefined;
  #lookedAt = 0;
  /** Sessions that were asked to log out. */
  readonly #asked = new WeakSet<Session>();

  constructor(options: ReactorOptions) {
    const { log, events = NO_EVENTS } = options;
    // A copy that a changed configuration may write into: whoever holds it reads a bound when it counts.
    const limits = { ...options.limits };
    this.#limits = limits;
    this.#log = log;
    this.#watch = new VolumeWatch(options.coordinator, log, events);
    const slab = createSlab(limits.buffer_bytes);
    this.ring = new IoRing({ entries: limits.ring_entries, slab });
    this.pool = new SlabBufferPool(slab.memory);
    this.ring.onBatch = () => this.end();
    const now = () => performance.now();
    const device = new DeviceServer({
      pool: this.pool,
      commands: COMMAND_TABLE,
      coordinator: options.coordinator,
      events,
      now,
      onInternalError: (task, error) => {
        const fields = {
          command: task.command?.name,
          volume: task.lunNexus?.lu.identity.name,
          initiator: task.nexus.initiatorName,
        };
        log.error({ ...fields, err: error }, "internal error in a command: it ends with HARDWARE ERROR");
      },
    });
    this.services = {
      limits,
      log,
      pool: this.pool,
      device,
      sessions: new SessionRegistry(limits),
      connections: new Set(),
      readBuffer: new ReadBuffer(),
      dataOutBudget: new DataOutBudget(this.pool.totalBytes, limits.transfer_bytes),
      tasks: new TaskPool(4 * limits.command_window),
      turn: this,
      policy: options.policy,
      directory: options.directory,
      counters: newCounters(),
      events,
      crc32c,
      randomBytes,
      now,
    };
    if (this.ring.kind === "threads") {
      log.warn(
        { error: errnoName(this.ring.fallbackErrno) },
        "io_uring is refused here: I/O goes through a pool of threads, which costs more CPU per request",
      );
    }
  }

  /** Opens all portals, or none: rejects with the first error. */
  async listen(portals: readonly PortalOptions[]): Promise<void> {
    await this.openPortals(portals);
    this.#ticker = setInterval(() => this.#tick(), TICK_MS);
  }

  /** Opens those that are not open yet, all or none; resolves to their addresses. */
  async openPortals(portals: readonly PortalOptions[]): Promise<readonly string[]> {
    const opened: string[] = [];
    for (const options of portals) {
      if (this.#portals.has(options.listen)) continue;
      const portal = new Portal(this.services, options);
      try {
        await portal.listen();
      } catch (error) {
        this.closePortals(opened);
        throw new Error(
          `portal ${options.listen} of portal group ${options.portalGroupTag} can't listen: ${(error as Error).message}; stop what has this address, or change portals`,
          { cause: error },
        );
      }
      this.#portals.set(options.listen, portal);
      opened.push(options.listen);
    }
    return opened;
  }

  /** These portals stay, each in the group that is given now; every other one closes. Connections stay. */
  keepPortals(portals: readonly PortalOptions[]): void {
    const kept = new Map(portals.map((options) => [options.listen, options]));
    this.closePortals([...this.#portals.keys()].filter((listen) => !kept.has(listen)));
    for (const [listen, portal] of this.#portals) portal.options = kept.get(listen)!;
  }

  closePortals(addresses: Iterable<string> = [...this.#portals.keys()]): void {
    for (const address of addresses) {
      this.#portals.get(address)?.close();
      this.#portals.delete(address);
    }
  }

  /** Bounds that can change while the reactor runs; those that can't keep their value by the plan. */
  changeLimits(limits: Limits): void {
    Object.assign(this.#limits, limits);
  }

  /** Closes every connection that has not finished its login: initiators try again. */
  endLogins(reason: string): void {
    for (const connection of [...this.services.connections]) if (connection.phase.name === "login") connection.close(reason);
  }

  /** Asks the initiator to log out (RFC 7143 11.9.1, event 1), and closes its connection if it doesn't. */
  endSession(session: Session, seconds: number, reason: string): void {
    const { connection } = session;
    // One that ends already, by itself or asked before, is not asked again.
    if (connection.state === "closed" || this.#asked.has(session)) return;
    this.#asked.add(session);
    connection.phase.shutDown(seconds);
    this.end();
    // The connection may end by itself before; a closed one stays closed.
    setTimeout(() => connection.close(`the target has ended the session: ${reason}`), seconds * 1000).unref();
  }

  /** As endSession, because somebody wants it so: the event of its end says who, and why. */
  kick(tsih: number, seconds: number, actor: string, reason = "ended by hand"): void {
    const session = [...this.services.sessions.all].find((one) => one.tsih === tsih);
    if (session === undefined) return;
    session.endedBy ??= { actor, reason };
    this.#log.warn({ session: tsih, initiator: session.login.initiatorName, actor, reason }, "a session is ended by hand");
    this.endSession(session, seconds, reason);
  }

  // ---- The end of a turn ----------------------------------------------------------------------------

  mark(connection: Connection): void {
    if (connection.marked) return;
    connection.marked = true;
    this.#marked.push(connection);
    // Whatever is marked outside a turn (a timer, a promise) is sent at the latest in the next one.
    if (!this.#ending) this.#again ??= setImmediate(this.#runAgain);
  }

  readonly #runAgain = (): void => {
    this.#again = undefined;
    this.end();
  };

  end(): void {
    if (this.#ending) return;
    this.#ending = true;
    try {
      for (let round = 0; round < MAX_ROUNDS; round += 1) {
        this.ring.submit();
        if (this.#marked.length === 0) break;
        const marked = this.#marked;
        this.#marked = this.#marking;
        this.#marking = marked;
        for (const connection of marked) {
          connection.marked = false;
          this.#flush(connection);
        }
        marked.length = 0;
      }
    } finally {
      this.#ending = false;
    }
    if (this.#marked.length > 0 || this.ring.pending) {
      this.#again ??= setImmediate(this.#runAgain);
    } else if (this.#again !== undefined) {
      clearImmediate(this.#again);
      this.#again = undefined;
    }
  }

  #flush(connection: Connection): void {
    try {
      connection.flush();
    } catch (error) {
      connection.fail(error);
    }
  }

  // ---- Time -----------------------------------------------------------------------------------------

  #tick(): void {
    const now = this.services.now();
    for (const connection of this.services.connections) connection.tick(now);
    if (now - this.#lookedAt > LOOK_MS) {
      this.#lookedAt = now;
      for (const unit of this.units.values()) {
        this.#watch.look(unit);
        settleCacheTrust(unit, now);
      }
    }
    this.end();
  }

  // ---- Ending ---------------------------------------------------------------------------------------

  /**
   * Ends every session within `deadlineMs`: asks initiators to log out (RFC 7143 11.9.1, event 1), waits, then closes what
   * is left. Resolves when no task has anything in flight.
   */
  async drain(deadlineMs: number): Promise<void> {
    this.closePortals();
    const { connections } = this.services;
    for (const connection of [...connections]) connection.phase.shutDown(Math.max(1, Math.ceil(deadlineMs / 1000)));
    this.end();
    const until = performance.now() + deadlineMs;
    while (connections.size > 0 && performance.now() < until) await new Promise((resolve) => setTimeout(resolve, 20));
    for (const connection of [...connections]) connection.phase.drop("the target shuts down");
    this.end();
    const lastUntil = performance.now() + LAST_WORDS_MS;
    while (connections.size > 0 && performance.now() < lastUntil) await new Promise((resolve) => setTimeout(resolve, 20));
    for (const connection of [...connections]) connection.close("the target shuts down");
    await this.#sessionsEnd();
    clearInterval(this.#ticker);
  }

  /** Storage that hangs holds back the end: it is said which, as often as the service manager's patience lasts. */
  async #sessionsEnd(): Promise<void> {
    const waiting = setInterval(() => {
      const volumes = [...this.units.values()].filter((unit) => unit.tasks.size > 0).map((unit) => unit.identity.name);
      this.#log.warn({ volumes, outstanding: this.ring.outstanding }, "waiting for storage before the end");
    }, WAITING_LOG_MS);
    await Promise.all([...this.services.sessions.all].map((session) => session.end()));
    clearInterval(waiting);
  }

  /** Flushes and closes every volume, then the ring. Returns the volumes whose flush failed. */
  async close(): Promise<string[]> {
    const failed: string[] = [];
    for (const unit of this.units.values()) if (!(await this.closeUnit(unit))) failed.push(unit.identity.name);
    this.ring.close();
    return failed;
  }

  /** Flushes and closes the unit's volume. false: the flush failed. */
  async closeUnit(unit: LogicalUnit): Promise<boolean> {
    const { backend, atomicJournal } = unit;
    if (backend === undefined) return true;
    const result = await flushUnit(unit, this.ring);
    unit.replaceBackend(undefined);
    unit.atomicJournal = undefined;
    // Its records are durable when they are made: what its end runs into must not keep the volume locked.
    await atomicJournal?.close().catch(() => {});
    await backend.close();
    return result >= 0;
  }
}

function newCounters(): IscsiCounters {
  return {
    connectionsAccepted: 0,
    connectionsRefused: 0,
    headerDigestErrors: 0,
    dataDigestErrors: 0,
    protocolErrors: 0,
    rejects: 0,
    logouts: 0,
    connectionsLost: 0,
    bytesReceived: 0,
    bytesSent: 0,
    r2ts: 0,
    logins: new Map(),
    refusedByTarget: new Map(),
    taskManagement: new Map(),
  };
}

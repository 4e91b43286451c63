/**
 * Volumes of the configuration become logical units. One that can't be opened is offline: it is in the model, hosts get NOT READY, and
 * it is tried again; the others start. One that is configured offline, or whose creation was cancelled, is closed and not tried.
 */

import { type Events, NO_EVENTS } from "./common/events.ts";
import { inTime } from "./common/in-time.ts";
import type { Limits } from "./common/limits.ts";
import type { Logger } from "./common/logger.ts";
import type { PortalGroupConfig, VolumeConfig } from "./config/model.ts";
import { type Task, Tasks } from "./control/tasks.ts";
import type { Reactor } from "./reactor.ts";
import type { Coordinator } from "./scsi/coordinator.ts";
import { type DurableStore, type Loaded, withDurable } from "./scsi/durable-state.ts";
import { deriveIdentity } from "./scsi/identity.ts";
import { type GroupAccess, LogicalUnit } from "./scsi/logical-unit.ts";
import { changeView } from "./scsi/nexus-view.ts";
import { ATTENTION } from "./scsi/unit-attention.ts";
import { drained, LIVE_FIELDS, type Prepared, VolumeChanger } from "./volume-changes.ts";
import { accessOf, geometryOf } from "./volume-facts.ts";
import { VolumeOpener } from "./volume-opener.ts";
import { VolumeOpenings } from "./volume-openings.ts";

/** A volume that is added while the daemon runs is waited for this long, milliseconds; creating it goes on as a task then. */
const ADD_PATIENCE_MS = 1_000;
/** Storage that does not answer holds back the closing of its volume, and those who wait for that this long, milliseconds. */
export const CLOSE_PATIENCE_MS = 10_000;

/** A volume that stays, with its new configuration, and the fields that change without a restart. */
export interface VolumeChange {
  readonly volume: VolumeConfig;
  readonly fields: readonly string[];
}

export class Volumes {
  readonly #reactor: Reactor;
  readonly #coordinator: Coordinator;
  readonly #limits: Limits;
  readonly #log: Logger;
  readonly #store: DurableStore;
  readonly #events: Events;
  readonly #openings: VolumeOpenings;
  readonly expectAt: VolumeOpener["expectAt"];
  readonly #changer: VolumeChanger;
  readonly #nodeUuid: string;
  /** How each portal group stands towards every unit, as configured. */
  #access: ReadonlyMap<number, GroupAccess> = new Map();
  /** Of every unit, as it is in force. */
  readonly #configured = new Map<LogicalUnit, VolumeConfig>();
  /** Units whose durable state could not be had. */
  readonly #forgetful = new Set<LogicalUnit>();
  readonly #closings = new Map<LogicalUnit, Promise<void>>();

  constructor(options: {
    readonly reactor: Reactor;
    readonly coordinator: Coordinator;
    readonly limits: Limits;
    readonly log: Logger;
    readonly stateDir: string;
    readonly store: DurableStore;
    readonly nodeUuid: string;
    readonly events?: Events;
    readonly tasks?: Tasks;
  }) {
    const { reactor, coordinator, limits, log, stateDir, store, nodeUuid, events = NO_EVENTS } = options;
    this.#events = events;
    this.#store = store;
    this.#reactor = reactor;
    this.#coordinator = coordinator;
    this.#limits = limits;
    this.#log = log;
    this.#nodeUuid = nodeUuid;
    const opener = new VolumeOpener({ reactor, limits, log, stateDir });
    this.expectAt = (path, expected) => opener.expectAt(path, expected);
    this.#openings = new VolumeOpenings({
      ...{ reactor, coordinator, opener, events, log },
      tasks: options.tasks ?? new Tasks(() => limits),
      beforeRound: () => this.#beforeRound(),
      onCancelled: (unit, reason) => this.#outOfService(unit, reason),
    });
    const onLost = (unit: LogicalUnit, volume: VolumeConfig, error: Error): void => {
      this.#openings.want(unit, volume);
      this.#openings.cantOpen(unit, volume, error);
    };
    this.#changer = new VolumeChanger({ reactor, coordinator, opener, events, log, onLost });
  }

  /** Makes the logical unit of each volume and opens what can be opened. Ids that collide are an error: nothing may start with them. */
  async open(volumes: readonly VolumeConfig[], portalGroups: readonly PortalGroupConfig[]): Promise<void> {
    this.checkIdentities(volumes);
    this.#access = accessOf(portalGroups);
    for (const volume of volumes) await this.#make(volume);
    await this.#openings.start();
  }

  /** @throws Error when two of these volumes would have one id */
  checkIdentities(volumes: readonly VolumeConfig[]): void {
    const serials = new Map<string, string>();
    for (const { name, serial, product } of volumes) {
      const identity = deriveIdentity(this.#nodeUuid, name, { serial, product });
      const other = serials.get(identity.serial);
      if (other !== undefined)
        throw new Error(`volumes "${other}" and "${name}" have one serial, ${identity.serial}; set serial of one of them`);
      serials.set(identity.serial, name);
    }
  }

  /** The logical unit of a volume, which is opened in the next round. */
  async #make(volume: VolumeConfig): Promise<void> {
    const { name, serial, product, writeCache, online } = volume;
    const identity = deriveIdentity(this.#nodeUuid, name, { serial, product });
    const unit = new LogicalUnit(identity, geometryOf(volume, this.#limits), undefined, writeCache, this.#access);
    // Before any host sees it: a reservation that came late would come too late.
    await this.#recall(unit, volume);
    this.#configured.set(unit, volume);
    if (online) this.#openings.want(unit, volume);
    else await this.#outOfService(unit, CONFIGURED_OFFLINE);
    this.#reactor.units.set(name, unit);
  }

  // ---- Change while running -------------------------------------------------------------------------

  /** The unit of one more volume, offline until `openAdded`. */
  add(volume: VolumeConfig): Promise<void> {
    return this.#make(volume);
  }

  /**
   * Opens what was added, and tries the others that are offline. Resolves when that is done, or after ADD_PATIENCE_MS when it takes longer: to the
   * tasks that go on creating volumes, which come online by themselves then. An answer to whoever asked can carry them (202).
   * @param actor on whose behalf they are created
   */
  async openAdded(actor?: string): Promise<readonly Task[]> {
    await inTime(this.#openings.openNow(actor), ADD_PATIENCE_MS);
    return this.#openings.creations;
  }

  /** Volumes whose creation was cancelled are tried again from now on: somebody has asked for it. */
  async retryCancelled(): Promise<void> {
    for (const [unit, volume] of this.#configured) {
      if (volume.online && unit.state.service === "offline") await this.#intoService(unit, volume);
    }
  }

  /** Taken from whoever still sees it. What is cached is flushed; the file stays, unless it was still being created. */
  async remove(name: string): Promise<void> {
    const unit = this.#reactor.units.get(name);
    if (unit === undefined) return;
    // From here on no login finds it; one that was just being answered may have.
    this.#reactor.units.delete(name);
    this.#configured.delete(unit);
    this.#forgetful.delete(unit);
    const through = [this.#openings.giveUp(unit, "the volume is removed")];
    for (const { nexus } of [...unit.nexuses]) {
      const others = [...nexus.luns.values()].filter(({ lu }) => lu !== unit);
      through.push(changeView(this.#reactor.services.device, nexus, others).then(() => {}));
    }
    const closing = this.#close(unit, Promise.all(through), async () => {
      const flushed = await this.#reactor.closeUnit(unit);
      if (!flushed) this.#log.error({ volume: name }, "the last flush failed: what was not flushed before may be lost");
      else this.#log.info({ volume: name }, "volume removed; its file stays");
    });
    if (!(await inTime(closing, CLOSE_PATIENCE_MS)))
      this.#log.warn({ volume: name }, "the volume is removed for hosts, and its file is closed once its storage answers");
  }

  /** One closing of a unit comes after the other. @param before what has to end first; what has begun is waited for in any case */
  #close(unit: LogicalUnit, before: Promise<unknown>, close: () => Promise<void>): Promise<void> {
    const closing = Promise.all([before, this.#closings.get(unit)])
      .then(close)
      .catch((error: unknown) => {
        this.#log.error({ volume: unit.identity.name, err: error }, "closing a volume went wrong: restart Lunette");
      })
      .finally(() => {
        if (this.#closings.get(unit) === closing) this.#closings.delete(unit);
      });
    this.#closings.set(unit, closing);
    return closing;
  }

  /**
   * Prepares changes of volumes that stay, all or none: what can fail is done then, and hosts have not been told of anything. The plan has let
   * them pass: a smaller size is meant. @throws Error with the reason, and nothing has changed
   */
  async prepareChanges(changes: readonly VolumeChange[]): Promise<Prepared> {
    const here = changes.flatMap(({ volume, fields }) => {
      const unit = this.#reactor.units.get(volume.name);
      const before = unit === undefined ? undefined : this.#configured.get(unit);
      return unit === undefined || before === undefined ? [] : [{ unit, before, after: volume, fields }];
    });
    const closed = here.filter(({ unit }) => isClosed(unit));
    const held = new Map<LogicalUnit, () => void>();
    const release = (): void => {
      for (const [unit, letGo] of held) {
        held.delete(unit);
        letGo();
      }
    };
    try {
      for (const { unit } of closed) held.set(unit, await this.#hold(unit));
      // The plan did not know its size, so nobody has been asked whether it may shrink.
      const late = closed.find(({ unit, fields }) => !isClosed(unit) && fields.includes("size"));
      if (late !== undefined) throw new Error(`volume ${late.after.name} has just come online: look at the plan again`);
      const stays = here.filter(({ fields }) => fields.every((field) => LIVE_FIELDS.has(field)));
      // What is closed is opened by its new configuration, whenever that is.
      const open = stays.filter(({ unit, after }) => !isClosed(unit) && after.online);
      const prepared = await this.#changer.prepare(open);
      return {
        undo: async () => {
          release();
          await prepared.undo();
        },
        commit: async () => {
          try {
            await prepared.commit();
            for (const { unit, before, after, fields } of here) {
              const letGo = held.get(unit) ?? (() => {});
              if (fields.every((field) => LIVE_FIELDS.has(field))) await this.#adopt(unit, before, after, letGo);
              else {
                const removed = this.remove(after.name);
                letGo();
                await removed;
                await this.add(after);
              }
            }
          } finally {
            release();
          }
        },
      };
    } catch (error) {
      release();
      throw error;
    }
  }

  /** @throws Error when its storage does not answer, so that nobody knows whether it is about to be open */
  async #hold(unit: LogicalUnit): Promise<() => void> {
    const held = this.#openings.hold(unit);
    if (await inTime(held, CLOSE_PATIENCE_MS)) return held;
    void held.then((letGo) => letGo());
    throw new Error(`volume ${unit.identity.name} is being opened, and its storage does not answer: try again later`);
  }

  /** The new configuration of a unit that stays the disk that it is; offline and online again. @param letGo a closed one may be opened from then on */
  async #adopt(unit: LogicalUnit, before: VolumeConfig, after: VolumeConfig, letGo: () => void): Promise<void> {
    this.#configured.set(unit, after);
    const { spaceWarningPercent, readOnly, writeCache } = after;
    unit.geometry = { ...unit.geometry, spaceWarningPercent };
    if (before.online && !after.online) {
      const offline = this.#takeOffline(unit, after);
      // What is being opened finds that it is not wanted any more.
      letGo();
      await offline;
    } else if (!isClosed(unit)) return;
    unit.geometry = { ...unit.geometry, readOnly };
    if (writeCache !== before.writeCache) {
      unit.defaultModes = Object.freeze({ ...unit.defaultModes, writeCacheEnabled: writeCache });
      await this.#coordinator.change(unit, (state) => ({
        ...state,
        modes: { ...state.modes, writeCacheEnabled: writeCache },
      }));
    }
    if (writeCache !== before.writeCache || readOnly !== before.readOnly) unit.attend(ATTENTION.modeParametersChanged);
    if (after.online && this.#openings.wants(unit)) this.#openings.want(unit, after);
    else if (after.online && unit.state.service === "offline") await this.#intoService(unit, after);
    letGo();
  }

  /** Hosts hear NOT READY (04h/03h); what they had begun ends, by itself or aborted, and only then the file is closed and unlocked. */
  async #takeOffline(unit: LogicalUnit, volume: VolumeConfig): Promise<void> {
    const through = this.#openings.giveUp(unit, "the volume is taken offline");
    await inTime(through, CLOSE_PATIENCE_MS);
    this.#openings.missed(unit);
    await this.#outOfService(unit, CONFIGURED_OFFLINE);
    const closing = this.#close(unit, through, () => this.#drainAndClose(unit, volume));
    if (!(await inTime(closing, CLOSE_PATIENCE_MS)))
      this.#log.warn({ volume: volume.name }, "the volume is offline for hosts, and is closed once its storage answers");
  }

  async #drainAndClose(unit: LogicalUnit, { name: volume }: VolumeConfig): Promise<void> {
    if (unit.backend !== undefined && !(await drained(unit))) {
      const { device } = this.#reactor.services;
      await device.abort(unit.tasks.matching(undefined).filter(({ command }) => command?.needsMedium === true));
    }
    const flushed = await this.#reactor.closeUnit(unit);
    if (flushed) this.#log.info({ volume }, "the volume is offline, as configured");
    else {
      const reason = "the last flush before it was taken offline failed";
      this.#events.record("volume-data-lost", { volume, reason });
      this.#log.error({ volume }, `${reason}: what was not flushed before may be lost. Check the disk and its filesystem`);
    }
  }

  async #outOfService(unit: LogicalUnit, reason: string): Promise<void> {
    unit.offlineBecause = reason;
    this.#openings.tell(unit, "volume-closed", reason);
    await this.#coordinator.change(unit, (state) => ({ ...state, service: "offline" }));
  }

  /** From here on it is tried to be opened. */
  async #intoService(unit: LogicalUnit, volume: VolumeConfig): Promise<void> {
    this.#openings.missed(unit);
    const closing = this.#closings.get(unit);
    if (closing !== undefined && !(await inTime(closing, CLOSE_PATIENCE_MS))) {
      const { name } = volume;
      unit.offlineBecause = "its storage does not answer, so that it could not be closed yet";
      this.#log.warn({ volume: name }, "the volume comes online once its storage has let it be closed");
      // It may have been changed again by then.
      void closing.then(() => {
        const now = this.#configured.get(unit);
        if (now?.online === true && unit.backend === undefined && unit.state.service === "offline")
          this.#openings.want(unit, now);
      });
      return;
    }
    unit.offlineBecause = undefined;
    // Hosts hear NOT READY (04h/03h) until it is open, or can't be.
    this.#openings.want(unit, volume);
  }

  /** The access states of changed portal groups, for every unit; hosts of targets that are reachable through one are told (2Ah/06h). */
  async changeAccess(groups: readonly PortalGroupConfig[]): Promise<void> {
    const before = this.#access;
    const wanted = accessOf(groups);
    this.#access = wanted;
    const changed = [...wanted].filter(([tag, { state, preferred }]) => {
      const old = before.get(tag);
      return old === undefined || old.state !== state || old.preferred !== preferred;
    });
    if (changed.length === 0) return;
    for (const unit of this.#reactor.units.values()) {
      await this.#coordinator.change(unit, (state) => {
        const access = new Map(state.access);
        for (const [tag, group] of changed) access.set(tag, { ...group, statusCode: before.has(tag) ? 2 : 0 });
        return { ...state, access };
      });
      // A host that can't reach the unit through a changed group is not told of it: REPORT TARGET PORT GROUPS does not name it.
      for (const { nexus, attentions } of unit.nexuses) {
        if (changed.some(([tag]) => before.has(tag) && nexus.targetPort.groups.includes(tag)))
          attentions.establish(ATTENTION.accessStateChanged);
      }
    }
  }

  /** No volume is opened any more; resolves when those that are being opened, or closed, are through. */
  async stop(): Promise<void> {
    await this.#openings.stop();
    await Promise.all(this.#closings.values());
  }

  async #beforeRound(): Promise<void> {
    for (const unit of [...this.#forgetful]) await this.#recall(unit, this.#configured.get(unit)!);
    // A save that could be neither completed nor taken back is tried again with every change; hosts may have none to make.
    for (const unit of this.#reactor.units.values()) void this.#coordinator.change(unit, (state) => state);
  }

  /** What the unit has to remember. Where that can't be had it refuses what could hurt (unit-condition.ts), and is tried again. */
  async #recall(unit: LogicalUnit, volume: VolumeConfig): Promise<void> {
    let loaded: Loaded | undefined;
    await this.#coordinator.recall(unit, async () => {
      // An initiator may have replaced what was lost.
      if (this.#forgetful.has(unit) && unit.state.memory === "intact") return (state) => state;
      const found = await this.#store.load(unit.identity);
      loaded = found;
      return (state) => {
        if (found.kind === "known") return withDurable({ ...state, memory: "intact" }, found.state);
        return state.memory === found.kind ? state : { ...state, memory: found.kind };
      };
    });
    if (loaded === undefined || loaded.kind === "known") {
      if (this.#forgetful.delete(unit)) this.#log.info({ volume: volume.name }, "the volume's state is there again");
      return;
    }
    this.#forgetful.add(unit);
    this.#openings.tell(unit, "volume-state-lost", loaded.reason);
    const { file, line } = volume.place;
    this.#log
      .limited(`state ${volume.name}`)
      .error(
        { volume: volume.name, place: `${file}:${line}`, reason: loaded.reason },
        "the volume's state can't be had: hosts get no access",
      );
  }
}

/** Taken out of service, it is closed for whoever changes it, also while its storage holds that back. */
const isClosed = ({ backend, state }: LogicalUnit): boolean => backend === undefined || state.service === "offline";

const CONFIGURED_OFFLINE = "offline, as configured (online = false)";

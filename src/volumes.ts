/**
 * Volumes of the configuration become logical units. One that can't be opened is offline: it is in the model, hosts get NOT READY, and
 * it is tried again; the others start.
 */

import { join } from "node:path";
import { AtomicJournal } from "./backend/atomic-journal.ts";
import type { BlockBackend } from "./backend/block-backend.ts";
import { CheckedBackend } from "./backend/checked-backend.ts";
import { openVolume } from "./backend/open-volume.ts";
import { type Events, NO_EVENTS } from "./common/events.ts";
import type { Limits } from "./common/limits.ts";
import type { Logger } from "./common/logger.ts";
import type { PortalGroupConfig, VolumeConfig } from "./config/model.ts";
import { CreatedMark } from "./control/created-mark.ts";
import type { Reactor } from "./reactor.ts";
import type { Coordinator } from "./scsi/coordinator.ts";
import { type DurableStore, type Loaded, withDurable } from "./scsi/durable-state.ts";
import { deriveIdentity } from "./scsi/identity.ts";
import { type GroupAccess, LogicalUnit, type LuGeometry } from "./scsi/logical-unit.ts";
import { changeView } from "./scsi/nexus-view.ts";
import { obstacleToSanitize, resumeSanitize } from "./scsi/sanitize.ts";
import { ATTENTION } from "./scsi/unit-attention.ts";
import { AccessState } from "./scsi/unit-condition.ts";

/** An offline volume is tried again this often, milliseconds. */
const RETRY_MS = 10_000;
/** A volume that is added while the daemon runs is waited for this long, milliseconds. */
const ADD_PATIENCE_MS = 3_000;
/** Fields of a volume whose change leaves it the disk that it is. */
const LIVE_FIELDS: ReadonlySet<string> = new Set(["size", "space_warning_percent"]);

const ACCESS_STATES: Record<PortalGroupConfig["accessState"], AccessState> = {
  "active/optimized": AccessState.ActiveOptimized,
  "active/non-optimized": AccessState.ActiveNonOptimized,
  standby: AccessState.Standby,
  unavailable: AccessState.Unavailable,
};

/** A portal group is a target port group, and its tag the group's identifier. */
function accessOf(groups: readonly PortalGroupConfig[]): ReadonlyMap<number, GroupAccess> {
  return new Map(
    groups.map(({ tag, accessState, preferred }) => [tag, { state: ACCESS_STATES[accessState], preferred, statusCode: 0 }]),
  );
}

export class Volumes {
  readonly #reactor: Reactor;
  readonly #coordinator: Coordinator;
  readonly #limits: Limits;
  readonly #log: Logger;
  readonly #stateDir: string;
  readonly #store: DurableStore;
  readonly #events: Events;
  readonly #toldReasons = new WeakMap<LogicalUnit, string>();
  readonly #nodeUuid: string;
  /** How each portal group stands towards every unit, as configured. */
  #access: ReadonlyMap<number, GroupAccess> = new Map();
  readonly #offline = new Map<LogicalUnit, VolumeConfig>();
  /** Units whose durable state could not be had. */
  readonly #forgetful = new Map<LogicalUnit, VolumeConfig>();
  /** Units that hosts may have seen without their medium. */
  readonly #told = new Set<LogicalUnit>();
  #retry: NodeJS.Timeout | undefined;
  #opening: Promise<void> | undefined;
  #stopped = false;

  constructor(options: {
    readonly reactor: Reactor;
    readonly coordinator: Coordinator;
    readonly limits: Limits;
    readonly log: Logger;
    readonly stateDir: string;
    readonly store: DurableStore;
    readonly nodeUuid: string;
    readonly events?: Events;
  }) {
    this.#events = options.events ?? NO_EVENTS;
    this.#stateDir = options.stateDir;
    this.#store = options.store;
    this.#reactor = options.reactor;
    this.#coordinator = options.coordinator;
    this.#limits = options.limits;
    this.#log = options.log;
    this.#nodeUuid = options.nodeUuid;
  }

  /** Makes the logical unit of each volume and opens what can be opened. Ids that collide are an error: nothing may start with them. */
  async open(volumes: readonly VolumeConfig[], portalGroups: readonly PortalGroupConfig[]): Promise<void> {
    this.checkIdentities(volumes);
    this.#access = accessOf(portalGroups);
    for (const volume of volumes) await this.#make(volume);
    await this.#openOffline();
    if (!this.#stopped) this.#retry = setInterval(() => void this.#openOffline(), RETRY_MS);
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
    const { name, serial, product, writeCache } = volume;
    const identity = deriveIdentity(this.#nodeUuid, name, { serial, product });
    const unit = new LogicalUnit(identity, this.#geometry(volume), undefined, writeCache, this.#access);
    // Before any host sees it: a reservation that came late would come too late.
    await this.#recall(unit, volume);
    this.#reactor.units.set(name, unit);
    this.#offline.set(unit, volume);
  }

  // ---- Change while running -------------------------------------------------------------------------

  /** The unit of one more volume, offline until `openAdded`. */
  add(volume: VolumeConfig): Promise<void> {
    return this.#make(volume);
  }

  /** Resolves when what was added is open, or after a while when creating it takes longer: it comes online by itself then. */
  async openAdded(): Promise<void> {
    const opened = (this.#opening ?? Promise.resolve()).then(() => this.#openOffline());
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise((resolve) => {
      timer = setTimeout(resolve, ADD_PATIENCE_MS);
    });
    await Promise.race([opened, late]);
    clearTimeout(timer);
  }

  /** Taken from whoever still sees it. What is cached is flushed; the file stays. */
  async remove(name: string): Promise<void> {
    const unit = this.#reactor.units.get(name);
    if (unit === undefined) return;
    // From here on no login finds it; one that was just being answered may have.
    this.#reactor.units.delete(name);
    for (const { nexus } of [...unit.nexuses]) {
      const others = [...nexus.luns.values()].filter(({ lu }) => lu !== unit);
      await changeView(this.#reactor.services.device, nexus, others);
    }
    // A round that opens it now would open it again behind us.
    await this.#opening;
    this.#offline.delete(unit);
    this.#forgetful.delete(unit);
    const flushed = await this.#reactor.closeUnit(unit);
    if (!flushed) this.#log.error({ volume: name }, "the last flush failed: what was not flushed before may be lost");
    else this.#log.info({ volume: name }, "volume removed; its file stays");
  }

  /** To the configured size; hosts are told (2Ah/09h). @throws BackendError when the storage can't, or the volume would shrink */
  async grow({ name, sizeBytes }: VolumeConfig): Promise<void> {
    const unit = this.#reactor.units.get(name);
    if (unit?.backend === undefined || sizeBytes === undefined || sizeBytes === unit.backend.sizeBytes) return;
    await unit.backend.resize(sizeBytes);
    const sizeBlocks = Math.floor(unit.backend.sizeBytes / unit.blockSize);
    await this.#coordinator.change(unit, (state) => ({ ...state, sizeBlocks }));
    unit.attend(ATTENTION.capacityChanged);
    this.#log.info({ volume: name, bytes: unit.backend.sizeBytes }, "the volume has grown");
  }

  /** Fields other than its size. Most of them make another disk of it, which only happens while nobody sees it. */
  async change(volume: VolumeConfig, fields: readonly string[]): Promise<void> {
    const unit = this.#reactor.units.get(volume.name);
    if (unit === undefined) return;
    for (const known of [this.#offline, this.#forgetful]) if (known.has(unit)) known.set(unit, volume);
    unit.geometry = { ...unit.geometry, spaceWarningPercent: volume.spaceWarningPercent };
    if (fields.every((field) => LIVE_FIELDS.has(field))) return;
    await this.remove(volume.name);
    await this.add(volume);
    await this.openAdded();
  }

  /** The access states of changed portal groups, for every unit; hosts that see one are told (2Ah/06h). */
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
      if (changed.some(([tag]) => before.has(tag))) unit.attend(ATTENTION.accessStateChanged);
    }
  }

  /** No volume is opened any more; resolves when the one that is being opened is through. */
  async stop(): Promise<void> {
    this.#stopped = true;
    clearInterval(this.#retry);
    await this.#opening;
  }

  /** One round over the volumes that are offline. A round that still runs (creating a thick volume takes its time) is joined. */
  #openOffline(): Promise<void> {
    this.#opening ??= this.#openEach().finally(() => {
      this.#opening = undefined;
    });
    return this.#opening;
  }

  async #openEach(): Promise<void> {
    for (const [unit, volume] of [...this.#forgetful]) await this.#recall(unit, volume);
    // A save that could be neither completed nor taken back is tried again with every change; hosts may have none to make.
    for (const unit of this.#reactor.units.values()) void this.#coordinator.change(unit, (state) => state);
    for (const [unit, volume] of [...this.#offline]) if (!this.#stopped) await this.#tryOpen(unit, volume);
    for (const [volume, unit] of this.#reactor.units) this.#resumeSanitize(volume, unit);
  }

  #geometry(volume: VolumeConfig): LuGeometry {
    const limits = this.#limits;
    return {
      blockSize: volume.blockSize,
      physicalBlockSize: volume.physicalBlockSize,
      thin: volume.create !== "thick",
      readOnly: volume.readOnly,
      removable: volume.removable,
      maxTransferBytes: limits.transfer_bytes,
      maxUnmapBytes: limits.unmap_bytes,
      maxUnmapDescriptors: limits.unmap_descriptors,
      maxWriteSameBytes: limits.write_same_bytes,
      maxCompareAndWriteBlocks: limits.caw_blocks,
      maxRegistrants: limits.registrants,
      sanitizeBytesPerSecond: limits.sanitize_bytes_per_second,
      spaceWarningPercent: volume.spaceWarningPercent,
    };
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
    this.#forgetful.set(unit, volume);
    this.#tell(unit, "volume-state-lost", loaded.reason);
    const { file, line } = volume.place;
    this.#log
      .limited(`state ${volume.name}`)
      .error(
        { volume: volume.name, place: `${file}:${line}`, reason: loaded.reason },
        "the volume's state can't be had: hosts get no access",
      );
  }

  async #tryOpen(unit: LogicalUnit, volume: VolumeConfig): Promise<void> {
    let backend: BlockBackend | undefined;
    const created = new CreatedMark(this.#stateDir, volume);
    const journal = this.#journal(unit, volume);
    try {
      created.refuseToBeginAnew();
      backend = await openVolume({
        path: volume.path,
        sizeBytes: volume.sizeBytes,
        create: volume.create,
        io: volume.io,
        readOnly: volume.readOnly,
        blockSize: volume.blockSize,
        ring: this.#reactor.ring,
        pool: this.#reactor.pool,
        onProgress: this.#progress(volume),
      });
      await this.#recover(journal, backend, volume);
    } catch (error) {
      await backend?.close();
      await journal.close();
      this.#told.add(unit);
      this.#tell(unit, "volume-offline", (error as Error).message);
      const { file, line } = volume.place;
      this.#log
        .limited(`offline ${volume.name}`)
        .error(
          { volume: volume.name, place: `${file}:${line}`, reason: (error as Error).message },
          "the volume is offline; it is tried again",
        );
      return;
    }
    created.note(this.#log);
    this.#offline.delete(unit);
    if (volume.readOnly) await journal.close();
    unit.geometry = { ...unit.geometry, thin: volume.create !== "thick" && backend.facts.canDiscard };
    const sizeBlocks = Math.floor(backend.sizeBytes / volume.blockSize);
    await this.#coordinator.change(unit, (state) => ({ ...state, sizeBlocks }));
    // Last: a host that came before the size was known would find every block out of range.
    unit.storage = volume.path;
    if (!volume.readOnly) unit.atomicJournal = journal;
    unit.backend = new CheckedBackend(backend, volume.blockSize);
    if (this.#told.delete(unit)) unit.attend(ATTENTION.capacityChanged);
    const { facts } = backend;
    this.#toldReasons.delete(unit);
    this.#events.record("volume-online", { volume: volume.name, to: backend.sizeBytes });
    this.#log.info(
      {
        volume: volume.name,
        path: volume.path,
        bytes: backend.sizeBytes,
        kind: facts.kind,
        io: volume.io,
        canDiscard: facts.canDiscard,
      },
      "volume online",
    );
  }

  /** An event each time the reason is another one: what fails is tried again every few seconds. */
  #tell(unit: LogicalUnit, kind: "volume-offline" | "volume-state-lost", reason: string): void {
    if (this.#toldReasons.get(unit) === reason) return;
    this.#toldReasons.set(unit, reason);
    this.#events.record(kind, { volume: unit.identity.name, reason });
  }

  #resumeSanitize(volume: string, unit: LogicalUnit): void {
    const reason = obstacleToSanitize(unit);
    if (reason !== undefined) {
      const what = "a sanitize operation that had not ended does not go on: hosts get no access";
      this.#log.limited(`sanitize ${volume}`).error({ volume, reason }, what);
    }
    if (this.#stopped || !resumeSanitize(unit, this.#reactor.services.device)) return;
    this.#log.warn({ volume }, "a sanitize operation that had not ended goes on: hosts get no access until it has");
  }

  #journal({ identity }: LogicalUnit, { path }: VolumeConfig): AtomicJournal {
    const file = join(this.#stateDir, "atomic", `${identity.naa.toString("hex")}.journal`);
    return new AtomicJournal(file, path, this.#limits.atomic_write_bytes);
  }

  /** A WRITE ATOMIC that a crash has interrupted is completed before any host can read its blocks. */
  async #recover(journal: AtomicJournal, backend: BlockBackend, volume: VolumeConfig): Promise<void> {
    const recovery = await journal.recover(new CheckedBackend(backend, volume.blockSize), this.#reactor.pool);
    if (recovery === "completed") this.#log.warn({ volume: volume.name }, "an interrupted atomic write was completed");
    if (recovery === "outdated") {
      const what = "the blocks of an interrupted atomic write have been changed by something else since: they stay as they are";
      this.#log.warn({ volume: volume.name }, what);
    }
  }

  /** Thick creation takes as long as the disk needs: a line each tenth. */
  #progress(volume: VolumeConfig): (done: number, total: number) => void {
    let told = 0;
    return (done, total) => {
      const percent = Math.floor((100 * done) / total);
      if (percent < told + 10) return;
      told = percent - (percent % 10);
      this.#log.info({ volume: volume.name, percent: told, bytes: total }, "creating the volume");
    };
  }
}

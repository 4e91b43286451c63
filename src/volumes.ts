/**
 * Volumes of the configuration become logical units. One that can't be opened is offline: it is in the model, hosts get NOT READY, and
 * it is tried again; the others start.
 */

import { join } from "node:path";
import { AtomicJournal } from "./backend/atomic-journal.ts";
import type { BlockBackend } from "./backend/block-backend.ts";
import { CheckedBackend } from "./backend/checked-backend.ts";
import { openVolume } from "./backend/open-volume.ts";
import type { Limits } from "./common/limits.ts";
import type { Logger } from "./common/logger.ts";
import type { PortalGroupConfig, VolumeConfig } from "./config/model.ts";
import { CreatedMark } from "./control/created-mark.ts";
import type { Reactor } from "./reactor.ts";
import type { Coordinator } from "./scsi/coordinator.ts";
import { type DurableStore, withDurable } from "./scsi/durable-state.ts";
import { deriveIdentity } from "./scsi/identity.ts";
import { type GroupAccess, LogicalUnit, type LuGeometry } from "./scsi/logical-unit.ts";
import { resumeSanitize } from "./scsi/sanitize.ts";
import { ATTENTION } from "./scsi/unit-attention.ts";
import { AccessState } from "./scsi/unit-condition.ts";

/** An offline volume is tried again this often, milliseconds. */
const RETRY_MS = 10_000;

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
  readonly #offline = new Map<LogicalUnit, VolumeConfig>();
  /** Units whose durable state could not be had. */
  readonly #forgetful = new Map<LogicalUnit, VolumeConfig>();
  /** Units that hosts may have seen without their medium. */
  readonly #told = new Set<LogicalUnit>();
  #retry: NodeJS.Timeout | undefined;
  #opening: Promise<void> | undefined;
  #stopped = false;

  constructor(reactor: Reactor, coordinator: Coordinator, limits: Limits, log: Logger, stateDir: string, store: DurableStore) {
    this.#stateDir = stateDir;
    this.#store = store;
    this.#reactor = reactor;
    this.#coordinator = coordinator;
    this.#limits = limits;
    this.#log = log;
  }

  /** Makes the logical unit of each volume and opens what can be opened. Ids that collide are an error: nothing may start with them. */
  async open(volumes: readonly VolumeConfig[], portalGroups: readonly PortalGroupConfig[], nodeUuid: string): Promise<void> {
    const serials = new Map<string, string>();
    const access = accessOf(portalGroups);
    for (const volume of volumes) {
      const { name, serial, product, writeCache } = volume;
      const identity = deriveIdentity(nodeUuid, name, { serial, product });
      const other = serials.get(identity.serial);
      if (other !== undefined)
        throw new Error(`volumes "${other}" and "${name}" have one serial, ${identity.serial}; set serial of one of them`);
      serials.set(identity.serial, name);
      const unit = new LogicalUnit(identity, this.#geometry(volume), undefined, writeCache, access);
      // Before any host sees it: a reservation that came late would come too late.
      await this.#recall(unit, volume);
      this.#reactor.units.set(name, unit);
    }
    for (const volume of volumes) this.#offline.set(this.#reactor.units.get(volume.name)!, volume);
    await this.#openOffline();
    this.#retry = setInterval(() => void this.#openOffline(), RETRY_MS);
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
    const known = this.#forgetful.has(unit);
    const loaded = await this.#store.load(unit.identity);
    // An initiator may have replaced what was lost in the meantime.
    if (known && unit.state.memory === "intact") {
      this.#forgetful.delete(unit);
      return;
    }
    if (loaded.kind === "known") {
      unit.publish(withDurable({ ...unit.state, memory: "intact" }, loaded.state));
      if (this.#forgetful.delete(unit)) this.#log.info({ volume: volume.name }, "the volume's state is there again");
      return;
    }
    this.#forgetful.set(unit, volume);
    if (unit.state.memory !== loaded.kind) unit.publish({ ...unit.state, memory: loaded.kind });
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
    unit.backend = new CheckedBackend(backend, volume.blockSize);
    if (volume.readOnly) await journal.close();
    else unit.atomicJournal = journal;
    unit.geometry = { ...unit.geometry, thin: volume.create !== "thick" && backend.facts.canDiscard };
    const sizeBlocks = Math.floor(backend.sizeBytes / volume.blockSize);
    await this.#coordinator.change(unit, (state) => ({ ...state, sizeBlocks }));
    if (this.#told.delete(unit)) unit.attend(ATTENTION.capacityChanged);
    const { facts } = backend;
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

  #resumeSanitize(volume: string, unit: LogicalUnit): void {
    if (this.#stopped || !resumeSanitize(unit, this.#reactor.services.device)) return;
    this.#log.warn({ volume }, "a sanitize operation that had not ended goes on: hosts get no access until it has");
  }

  #journal({ identity }: LogicalUnit, { path }: VolumeConfig): AtomicJournal {
    const file = join(this.#stateDir, "atomic", `${identity.naa.toString("hex")}.journal`);
    return new AtomicJournal(file, path, this.#limits.atomic_write_bytes);
  }

  /** A WRITE ATOMIC that a crash has interrupted is completed before any host can read its blocks. */
  async #recover(journal: AtomicJournal, backend: BlockBackend, volume: VolumeConfig): Promise<void> {
    const bytes = await journal.recover(new CheckedBackend(backend, volume.blockSize), this.#reactor.pool);
    if (bytes > 0) this.#log.warn({ volume: volume.name, bytes }, "an interrupted atomic write was completed");
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

/**
 * Volumes of the configuration become logical units. One that can't be opened is offline: it is in the model, hosts get NOT READY, and
 * it is tried again; the others start.
 */

import type { BlockBackend } from "./backend/block-backend.ts";
import { CheckedBackend } from "./backend/checked-backend.ts";
import { openVolume } from "./backend/open-volume.ts";
import type { Limits } from "./common/limits.ts";
import type { Logger } from "./common/logger.ts";
import type { VolumeConfig } from "./config/model.ts";
import { CreatedMark } from "./control/created-mark.ts";
import type { Reactor } from "./reactor.ts";
import type { Coordinator } from "./scsi/coordinator.ts";
import { deriveIdentity } from "./scsi/identity.ts";
import { LogicalUnit, type LuGeometry } from "./scsi/logical-unit.ts";
import { ATTENTION } from "./scsi/unit-attention.ts";

/** An offline volume is tried again this often, milliseconds. */
const RETRY_MS = 10_000;

export class Volumes {
  readonly #reactor: Reactor;
  readonly #coordinator: Coordinator;
  readonly #limits: Limits;
  readonly #log: Logger;
  readonly #stateDir: string;
  readonly #offline = new Map<LogicalUnit, VolumeConfig>();
  /** Units that hosts may have seen without their medium. */
  readonly #told = new Set<LogicalUnit>();
  #retry: NodeJS.Timeout | undefined;
  #opening: Promise<void> | undefined;
  #stopped = false;

  constructor(reactor: Reactor, coordinator: Coordinator, limits: Limits, log: Logger, stateDir: string) {
    this.#stateDir = stateDir;
    this.#reactor = reactor;
    this.#coordinator = coordinator;
    this.#limits = limits;
    this.#log = log;
  }

  /** Makes the logical unit of each volume and opens what can be opened. Ids that collide are an error: nothing may start with them. */
  async open(volumes: readonly VolumeConfig[], nodeUuid: string): Promise<void> {
    const serials = new Map<string, string>();
    for (const volume of volumes) {
      const { name, serial, product, writeCache } = volume;
      const identity = deriveIdentity(nodeUuid, name, { serial, product });
      const other = serials.get(identity.serial);
      if (other !== undefined)
        throw new Error(`volumes "${other}" and "${name}" have one serial, ${identity.serial}; set serial of one of them`);
      serials.set(identity.serial, name);
      const unit = new LogicalUnit(identity, this.#geometry(volume), undefined, writeCache);
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
    for (const [unit, volume] of [...this.#offline]) if (!this.#stopped) await this.#tryOpen(unit, volume);
  }

  #geometry(volume: VolumeConfig): LuGeometry {
    const limits = this.#limits;
    return {
      blockSize: volume.blockSize,
      physicalBlockSize: volume.physicalBlockSize,
      thin: volume.create !== "thick",
      readOnly: volume.readOnly,
      maxTransferBytes: limits.transfer_bytes,
      maxUnmapBytes: limits.unmap_bytes,
      maxUnmapDescriptors: limits.unmap_descriptors,
      maxWriteSameBytes: limits.write_same_bytes,
      maxCompareAndWriteBlocks: limits.caw_blocks,
      maxRegistrants: limits.registrants,
    };
  }

  async #tryOpen(unit: LogicalUnit, volume: VolumeConfig): Promise<void> {
    let backend: BlockBackend;
    const created = new CreatedMark(this.#stateDir, volume);
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
    } catch (error) {
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

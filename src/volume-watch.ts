/**
 * What happens to a volume from outside while hosts use it: its file or device changes its size, the space under it runs out, a flush fails.
 * Hosts are told by unit attentions or by what their commands end with; whoever runs this machine reads it in the log.
 */
import type { BlockBackend } from "./backend/block-backend.ts";
import type { Events } from "./common/events.ts";
import type { Logger } from "./common/logger.ts";
import type { Coordinator } from "./scsi/coordinator.ts";
import type { LogicalUnit } from "./scsi/logical-unit.ts";
import { hasThresholds, ThresholdWatch } from "./scsi/provisioning-threshold.ts";
import { ATTENTION } from "./scsi/unit-attention.ts";

export class VolumeWatch {
  readonly #coordinator: Coordinator;
  readonly #log: Logger;
  readonly #events: Events;
  /** Each backend counts from its own beginning. */
  readonly #failedFlushes = new WeakMap<BlockBackend, number>();
  readonly #thresholds = new WeakMap<LogicalUnit, ThresholdWatch>();
  readonly #askedForSpace = new Set<LogicalUnit>();

  constructor(coordinator: Coordinator, log: Logger, events: Events) {
    this.#coordinator = coordinator;
    this.#log = log;
    this.#events = events;
  }

  look(unit: LogicalUnit): void {
    const { backend } = unit;
    if (backend === undefined) return;
    this.#lookAtFlushes(unit, backend);
    void this.#lookAtSpace(unit, backend);
    this.#lookAtSize(unit, backend);
  }

  /** A file truncated or a device grown from outside: hosts are told (SPC-4 5.14, 2Ah/09h). */
  #lookAtSize(unit: LogicalUnit, backend: BlockBackend): void {
    const volume = unit.identity.name;
    let sizeBlocks: number;
    try {
      sizeBlocks = Math.floor(backend.refreshSize() / unit.blockSize);
    } catch (error) {
      // A filesystem that does not answer is that volume's misfortune: commands get their errors, the other volumes go on.
      this.#log
        .limited(`size ${volume}`)
        .error({ volume, reason: (error as Error).message }, "the volume's size can't be read");
      return;
    }
    if (sizeBlocks === unit.state.sizeBlocks || unit.sizeHeld) return;
    this.#log.warn({ volume, from: unit.state.sizeBlocks, to: sizeBlocks }, "the volume's size has changed, in blocks");
    const [from, to] = [unit.state.sizeBlocks * unit.blockSize, sizeBlocks * unit.blockSize];
    this.#events.record("volume-resized", { volume, from, to, reason: "its file or device has another size" });
    this.#coordinator
      .change(unit, (state) => ({ ...state, sizeBlocks }))
      .then(() => unit.attend(ATTENTION.capacityChanged))
      .catch((error: unknown) => this.#log.error({ volume, err: error }, "the new size could not be published"));
  }

  /** A thin volume whose storage runs out: hosts are warned before it does (SBC-3 4.7.3.8). */
  async #lookAtSpace(unit: LogicalUnit, backend: BlockBackend): Promise<void> {
    // A filesystem that hangs is asked once, not every time.
    if (!hasThresholds(unit) || this.#askedForSpace.has(unit)) return;
    this.#askedForSpace.add(unit);
    const volume = unit.identity.name;
    try {
      const space = await backend.space();
      unit.space = unit.backend === backend ? space : undefined;
      if (space === undefined) return;
      const watch = this.#thresholds.get(unit) ?? new ThresholdWatch();
      this.#thresholds.set(unit, watch);
      for (const resource of watch.check(unit, space)) {
        const reason = `${resource}: ${space.availableBytes} bytes are left, ${space.usedBytes} are used`;
        this.#events.record("volume-space-threshold", { volume, reason });
        this.#log.warn(
          { volume, resource, ...space },
          "a space threshold of the thin volume is reached: hosts are told. Make room on its filesystem, or discard what is not needed",
        );
      }
    } catch (error) {
      this.#log
        .limited(`space ${volume}`)
        .error({ volume, reason: (error as Error).message }, "the space under the volume can't be read");
    } finally {
      this.#askedForSpace.delete(unit);
    }
  }

  /** Hosts get an error for it; whoever runs this machine has to know as well. */
  #lookAtFlushes(unit: LogicalUnit, backend: BlockBackend): void {
    const { failedFlushes: failed } = backend;
    if (failed <= (this.#failedFlushes.get(backend) ?? 0)) return;
    this.#failedFlushes.set(backend, failed);
    const reason = `${failed} flushes or durable writes have failed since the volume was opened`;
    this.#events.record("volume-data-lost", { volume: unit.identity.name, reason });
    this.#log.error(
      { volume: unit.identity.name, failed },
      "the storage failed to write out what hosts were told is written: data may be lost. Check the disk and its filesystem",
    );
  }
}

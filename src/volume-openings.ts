/**
 * The volumes that are to be opened: at the start, when one is added, and again and again those that can't be. Creating a thick one is a task
 * (control/tasks.ts) that goes on by itself, holds up no other volume, and can be cancelled.
 */
import type { Events } from "./common/events.ts";
import type { Logger } from "./common/logger.ts";
import type { VolumeConfig } from "./config/model.ts";
import type { RunningTask, Task, Tasks } from "./control/tasks.ts";
import type { Reactor } from "./reactor.ts";
import type { Coordinator } from "./scsi/coordinator.ts";
import type { LogicalUnit } from "./scsi/logical-unit.ts";
import { obstacleToSanitize, resumeSanitize } from "./scsi/sanitize.ts";
import { ATTENTION } from "./scsi/unit-attention.ts";
import { isThin } from "./volume-changes.ts";
import type { OpenedVolume, VolumeOpener } from "./volume-opener.ts";

/** An offline volume is tried again this often, milliseconds. */
const RETRY_MS = 10_000;
/** Volumes that are opened at the same time: what one writes to the disk, others' writes go with, and a thick one holds up nobody. */
const OPENED_AT_ONCE = 8;

/** Of what the daemon begins by itself. */
const NOBODY = "lunette";

export interface VolumeOpeningsOptions {
  readonly reactor: Reactor;
  readonly coordinator: Coordinator;
  readonly opener: VolumeOpener;
  readonly tasks: Tasks;
  readonly events: Events;
  readonly log: Logger;
  /** What else is tried again with each round. */
  readonly beforeRound: () => Promise<void>;
  /** The creation of the volume was cancelled: it is not tried any more. */
  readonly onCancelled: (unit: LogicalUnit, reason: string) => Promise<void>;
}

export class VolumeOpenings {
  readonly #options: VolumeOpeningsOptions;
  /** Units that are tried to be opened, with what they are opened by. */
  readonly #wanted = new Map<LogicalUnit, VolumeConfig>();
  /** Units that hosts may have seen without their medium. */
  readonly #seenWithout = new WeakSet<LogicalUnit>();
  readonly #toldReasons = new WeakMap<LogicalUnit, string>();
  readonly #running = new Map<LogicalUnit, Promise<void>>();
  /** Units that do not come into service before this resolves. */
  readonly #held = new Map<LogicalUnit, Promise<void>>();
  readonly #creations = new Map<LogicalUnit, RunningTask>();
  /** Called when a creation begins: those who wait in a row go on with other volumes. */
  readonly #creationBegins = new Map<LogicalUnit, () => void>();
  /** On whose behalf volumes are opened, and created where that is needed. */
  readonly #actors = new WeakMap<LogicalUnit, string>();
  #retry: NodeJS.Timeout | undefined;
  #round: Promise<void> | undefined;
  #stopped = false;

  constructor(options: VolumeOpeningsOptions) {
    this.#options = options;
  }

  /** From here on the unit is opened with the next round, or opened by another configuration than before. */
  want(unit: LogicalUnit, volume: VolumeConfig): void {
    this.#wanted.set(unit, volume);
  }

  wants(unit: LogicalUnit): boolean {
    return this.#wanted.has(unit);
  }

  /** Hosts see the unit without its medium from now on: they are told when it is back. */
  missed(unit: LogicalUnit): void {
    this.#seenWithout.add(unit);
    this.#toldReasons.delete(unit);
  }

  /** From the call on nothing new is opened for the unit; nobody opens it any more when it resolves. */
  async giveUp(unit: LogicalUnit, reason: string): Promise<void> {
    this.#wanted.delete(unit);
    this.#creations.get(unit)?.cancel(reason);
    await this.#running.get(unit);
  }

  /**
   * Once it resolves, the unit does not change from closed to open until what it resolves to is called: its configuration is about to change,
   * and what is opened meanwhile is judged by the new one.
   */
  async hold(unit: LogicalUnit): Promise<() => void> {
    let release: () => void = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    this.#held.set(unit, held);
    // One that was found right already is open in a moment.
    if (!this.#wanted.has(unit)) await this.#running.get(unit);
    return () => {
      if (this.#held.get(unit) === held) this.#held.delete(unit);
      release();
    };
  }

  /** The first round; then those that can't be opened are tried again. */
  async start(): Promise<void> {
    await this.#openRound();
    await Promise.all(this.#running.values());
    if (!this.#stopped) this.#retry = setInterval(() => void this.#openRound(), RETRY_MS);
  }

  /** Resolves when what is wanted now is open, or can't be. @param actor on whose behalf it is created */
  async openNow(actor = NOBODY): Promise<void> {
    for (const unit of this.#wanted.keys()) this.#actors.set(unit, actor);
    await this.#round;
    await this.#openRound();
    await Promise.all(this.#running.values());
  }

  /** The volumes that are being created now. */
  get creations(): readonly Task[] {
    return [...this.#creations.values()].map(({ task }) => task);
  }

  /** Nothing is opened any more; resolves when what is being opened is through. A file that is being created goes: the next start begins anew. */
  async stop(): Promise<void> {
    this.#stopped = true;
    clearInterval(this.#retry);
    for (const creation of this.#creations.values()) creation.cancel("the daemon stops");
    await this.#round;
    await Promise.all(this.#running.values());
  }

  /** One round over the volumes that are offline. A round that still runs is joined. */
  #openRound(): Promise<void> {
    this.#round ??= this.#openEach().finally(() => {
      this.#round = undefined;
    });
    return this.#round;
  }

  async #openEach(): Promise<void> {
    await this.#options.beforeRound();
    const waiting = [...this.#wanted.keys()].values();
    const lane = async (): Promise<void> => {
      for (const unit of waiting) if (!this.#stopped) await this.#openOne(unit);
    };
    await Promise.all(Array.from({ length: OPENED_AT_ONCE }, lane));
    for (const [volume, unit] of this.#options.reactor.units) this.#resumeSanitize(volume, unit);
  }

  /** Resolves when it is opened, or can't be, or is being created: that goes on by itself. */
  async #openOne(unit: LogicalUnit): Promise<void> {
    const volume = this.#wanted.get(unit);
    if (volume === undefined || this.#running.has(unit)) return;
    const creating = new Promise<void>((resolve) => this.#creationBegins.set(unit, resolve));
    const opening = this.#tryOpen(unit, volume)
      // Nobody may be waiting for it any more. It stays wanted, or is open: what is lost is said.
      .catch((error: unknown) => this.#options.log.error({ volume: volume.name, err: error }, "opening a volume went wrong"))
      .finally(() => {
        this.#running.delete(unit);
        this.#creationBegins.delete(unit);
        this.#creations.delete(unit);
      });
    this.#running.set(unit, opening);
    await Promise.race([opening, creating]);
  }

  async #tryOpen(unit: LogicalUnit, volume: VolumeConfig): Promise<void> {
    const { opener, tasks, coordinator, events, log, onCancelled } = this.#options;
    const actor = this.#actors.get(unit) ?? NOBODY;
    let opened: OpenedVolume;
    // A creation of an earlier configuration, which was cancelled, says nothing about this one.
    this.#creations.delete(unit);
    try {
      opened = await opener.open(unit, volume, (total) => {
        const creation = tasks.begin({ kind: "create-volume", volume: volume.name, total, actor });
        this.#creations.set(unit, creation);
        this.#creationBegins.get(unit)?.();
        return creation;
      });
    } catch (error) {
      await this.#held.get(unit);
      const wanted = this.#wanted.get(unit);
      // Its file is gone again; the next start makes it.
      if (this.#stopped && this.#creations.get(unit)?.signal.aborted === true) return;
      if (wanted !== volume) return wanted === undefined ? undefined : this.#tryOpen(unit, wanted);
      if (this.#creations.get(unit)?.signal.aborted !== true) this.cantOpen(unit, volume, error as Error);
      else {
        this.#wanted.delete(unit);
        await onCancelled(unit, `creation cancelled: ${(error as Error).message}`);
        log.warn({ volume: volume.name }, "creating the volume was cancelled: it is offline until it is asked for again");
      }
      return;
    }
    const { backend, journal } = opened;
    await this.#held.get(unit);
    const wanted = this.#wanted.get(unit);
    if (wanted !== volume) {
      // Meanwhile it was removed, taken offline, or is to be opened otherwise.
      await journal?.close().catch(() => {});
      await backend.close();
      return wanted === undefined ? undefined : this.#tryOpen(unit, wanted);
    }
    this.#wanted.delete(unit);
    unit.geometry = { ...unit.geometry, thin: isThin(volume, backend.facts), readOnly: volume.readOnly };
    const sizeBlocks = Math.floor(backend.sizeBytes / volume.blockSize);
    await coordinator.change(unit, (state) => ({ ...state, sizeBlocks }));
    // Last: a host that came before the size was known would find every block out of range.
    unit.storage = volume.path;
    unit.atomicJournal = journal;
    unit.offlineBecause = undefined;
    unit.replaceBackend(backend);
    await this.#inService(unit);
    if (this.#seenWithout.delete(unit)) unit.attend(ATTENTION.capacityChanged);
    this.#toldReasons.delete(unit);
    events.record("volume-online", { volume: volume.name, to: backend.sizeBytes });
    const { kind, canDiscard } = backend.facts;
    const facts = { path: volume.path, bytes: backend.sizeBytes, kind, io: volume.io, canDiscard };
    log.info({ volume: volume.name, ...facts }, "volume online");
  }

  /** What it hears from here on is what there is: its medium, or that it can't be had. */
  #inService(unit: LogicalUnit): Promise<void> {
    const { coordinator } = this.#options;
    return coordinator.change(unit, (state) => (state.service === "offline" ? { ...state, service: "open" } : state));
  }

  /** It is tried again in the next round. */
  cantOpen(unit: LogicalUnit, { name: volume, place: { file, line } }: VolumeConfig, { message: reason }: Error): void {
    this.#seenWithout.add(unit);
    unit.offlineBecause = reason;
    void this.#inService(unit);
    this.tell(unit, "volume-offline", reason);
    this.#options.log
      .limited(`offline ${volume}`)
      .error({ volume, place: `${file}:${line}`, reason }, "the volume is offline; it is tried again");
  }

  /** An event each time the reason is another one: what fails is tried again every few seconds. */
  tell(unit: LogicalUnit, kind: "volume-offline" | "volume-closed" | "volume-state-lost", reason: string): void {
    if (this.#toldReasons.get(unit) === reason) return;
    this.#toldReasons.set(unit, reason);
    this.#options.events.record(kind, { volume: unit.identity.name, reason });
  }

  #resumeSanitize(volume: string, unit: LogicalUnit): void {
    const reason = obstacleToSanitize(unit);
    if (reason !== undefined) {
      const what = "a sanitize operation that had not ended does not go on: hosts get no access";
      this.#options.log.limited(`sanitize ${volume}`).error({ volume, reason }, what);
    }
    if (this.#stopped || !resumeSanitize(unit, this.#options.reactor.services.device)) return;
    this.#options.log.warn({ volume }, "a sanitize operation that had not ended goes on: hosts get no access until it has");
  }
}

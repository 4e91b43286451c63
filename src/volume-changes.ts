/**
 * Changes of volumes that hosts use, in two steps: what can fail is prepared, and then either all of it is committed, which can't fail, or
 * undone. Nothing of a change is told to hosts before its commit.
 *
 *   size        grown: the file first, then what hosts see; shrunk (forced): what hosts see first, then, with nothing in flight, the file
 *   cache off   every write durable from here on, older ones flushed → hosts read WCE=0
 *   reopening   hosts get BUSY → nothing in flight → flushed, closed, opened in the new way → hosts are told and served again
 */
import type { BackendFacts } from "./backend/block-backend.ts";
import type { Events } from "./common/events.ts";
import { inTime } from "./common/in-time.ts";
import type { Logger } from "./common/logger.ts";
import { formatSize } from "./common/units.ts";
import type { VolumeConfig } from "./config/model.ts";
import type { Reactor } from "./reactor.ts";
import { distrustCacheForNow } from "./scsi/cache-trust.ts";
import type { Coordinator } from "./scsi/coordinator.ts";
import { drainExecuting } from "./scsi/drain.ts";
import type { LogicalUnit } from "./scsi/logical-unit.ts";
import type { ScsiTask } from "./scsi/task.ts";
import { ATTENTION } from "./scsi/unit-attention.ts";
import { flushUnit } from "./volume-flush.ts";
import type { OpenedVolume, VolumeOpener } from "./volume-opener.ts";

/** Commands that a change has to wait for get this long to end by themselves, milliseconds. */
export const DRAIN_MS = 5_000;
/** While hosts get BUSY, each request to the storage may take this long, milliseconds: hosts give up after some time, and changes come one after the other. */
export const STORAGE_MS = 10_000;
/** Hosts are served on while what they have written is flushed for the first time, milliseconds. */
export const FLUSH_MS = 60_000;
/** A thick volume that grows has its new space allocated within this time, milliseconds. */
export const RESIZE_MS = 600_000;

/** The fields that this file can change under hosts. */
export const LIVE_FIELDS: ReadonlySet<string> = new Set([
  "size",
  "space_warning_percent",
  "online",
  "write_cache",
  "read_only",
  "io",
]);

/** A change that is prepared. One of the two is called, once. */
export interface Prepared {
  /** Can't fail, but for a defect. */
  commit(): Promise<void>;
  /** As it was before. */
  undo(): Promise<void>;
}

export interface UnitChange {
  readonly unit: LogicalUnit;
  readonly before: VolumeConfig;
  readonly after: VolumeConfig;
  readonly fields: readonly string[];
}

export interface VolumeChangerOptions {
  readonly reactor: Pick<Reactor, "ring">;
  readonly coordinator: Coordinator;
  readonly opener: VolumeOpener;
  readonly events: Events;
  readonly log: Logger;
  /** The volume could be opened neither in the new way nor in the old: it is offline. */
  readonly onLost: (unit: LogicalUnit, volume: VolumeConfig, error: Error) => void;
}

const needsMedium = ({ command }: ScsiTask): boolean => command?.needsMedium === true;
const writesMedium = ({ command }: ScsiTask): boolean => command?.writesMedium === true;

/** true: everything that had begun and satisfies the predicate has ended by itself in time. */
export function drained(unit: LogicalUnit, predicate: (task: ScsiTask) => boolean = needsMedium): Promise<boolean> {
  return inTime(drainExecuting(unit, predicate), DRAIN_MS);
}

/** Resolves when nothing that needs the medium is in flight. @throws Error when something is, and does not end */
async function quiet(unit: LogicalUnit): Promise<void> {
  const name = `volume ${unit.identity.name}`;
  if (!(await drained(unit))) throw new Error(`commands of ${name} have not ended within ${DRAIN_MS / 1000} s`);
  // One that a host has begun since the change was looked at: it is no command.
  if (unit.sanitizing !== undefined) throw new Error(`${name} is being sanitized: wait until that has ended`);
}

export class VolumeChanger {
  readonly #options: VolumeChangerOptions;

  constructor(options: VolumeChangerOptions) {
    this.#options = options;
  }

  /** All of the changes of units that are open, or none. @throws Error with the reason when one can't be made */
  async prepare(changes: readonly UnitChange[]): Promise<Prepared> {
    for (const change of changes) await this.#check(change);
    const done: Prepared[] = [];
    const undo = async (): Promise<void> => {
      for (const step of done.splice(0).reverse()) await step.undo();
    };
    try {
      // Growing may take long, so it comes before what keeps hosts waiting; shrinking can't be undone, so it comes last.
      for (const step of this.#steps(changes)) done.push(await step());
    } catch (error) {
      await undo();
      throw error;
    }
    return {
      commit: async () => {
        for (const step of done) await step.commit();
      },
      undo,
    };
  }

  #steps(changes: readonly UnitChange[]): readonly (() => Promise<Prepared>)[] {
    const of = (applies: (change: UnitChange) => boolean, step: (change: UnitChange) => Promise<Prepared>) =>
      changes.filter(applies).map((change) => () => step(change));
    const grows = (change: UnitChange): boolean => sizeStep(change) > 0;
    return [
      ...of(
        (change) => grows(change) && !opensForWriting(change),
        (change) => this.#grow(change),
      ),
      ...of(
        ({ before, after }) => before.writeCache && !after.writeCache,
        ({ unit }) => this.#cacheOff(unit),
      ),
      ...of(
        ({ before, after }) => !before.writeCache && after.writeCache,
        ({ unit }) => Promise.resolve(this.#cacheOn(unit)),
      ),
      // What has gathered in the page cache takes its time: hosts of all of them are served on meanwhile.
      ...of(reopens, ({ unit }) => this.#flushAhead(unit)),
      ...of(
        (change) => reopens(change) && !(sizeStep(change) < 0 && change.after.readOnly),
        (change) => this.#reopen(change),
      ),
      ...of(
        (change) => grows(change) && opensForWriting(change),
        (change) => this.#grow(change),
      ),
      ...of(
        (change) => sizeStep(change) < 0,
        (change) => this.#shrink(change),
      ),
      ...of(
        (change) => reopens(change) && sizeStep(change) < 0 && change.after.readOnly,
        (change) => this.#reopen(change),
      ),
    ];
  }

  /** What can be known beforehand, before anything of any volume is touched. */
  async #check(change: UnitChange): Promise<void> {
    const { unit, before, after } = change;
    const { backend } = unit;
    const name = `volume ${after.name}`;
    if (backend === undefined) throw new Error(`${name} is offline`);
    if (unit.sizeHeld)
      throw new Error(`an earlier change of the size of ${name} has not ended yet: its storage does not answer`);
    if (sizeStep(change) !== 0) {
      if (backend.facts.kind === "block-device")
        throw new Error(`${name} is a block device: resize it with its own tools, and leave size out`);
      if (before.readOnly && after.readOnly) throw new Error(`${name} is read-only, and can't change its size`);
    }
    if (opensForWriting(change) && sizeStep(change) > 0 && after.create === "thick")
      throw new Error(
        `${name} is thick: open it for writing first, and let it grow then, so that hosts need not wait for that`,
      );
    const disturbs = reopens(change) || sizeStep(change) < 0;
    if (disturbs && unit.state.sanitize?.status === "in progress")
      throw new Error(`${name} is being sanitized: wait until that has ended`);
    if (!reopens(change)) return;
    const trying = this.#options.opener.tryOpening(unit, after);
    if (!(await inTime(trying, STORAGE_MS))) throw notInTime(`${name} can't be tried to be opened anew`, STORAGE_MS);
  }

  async #grow({ unit, after }: UnitChange): Promise<Prepared> {
    const { coordinator, events, log } = this.#options;
    const { name: volume } = after;
    const from = unit.backend!.sizeBytes;
    const back = async (): Promise<void> => {
      // No host has seen the new blocks. A file that stays longer than it should would be harmless, and is said.
      await unit.backend
        ?.resize(from, "may shrink")
        .catch((error: Error) => log.error({ volume, reason: error.message }, "the file stays longer than the volume"));
      unit.sizeHeld = false;
    };
    unit.sizeHeld = true;
    await this.#resized(unit.backend!.resize(after.sizeBytes!), volume, back);
    return {
      undo: back,
      commit: async () => {
        await coordinator.change(unit, (state) => ({ ...state, sizeBlocks: Math.floor(after.sizeBytes! / unit.blockSize) }));
        unit.sizeHeld = false;
        unit.attend(ATTENTION.capacityChanged);
        events.record("volume-resized", { volume, from, to: after.sizeBytes!, reason: "as configured" });
        log.info({ volume, bytes: after.sizeBytes }, "the volume has grown");
      },
    };
  }

  async #shrink({ unit, after }: UnitChange): Promise<Prepared> {
    const { coordinator, events, log } = this.#options;
    const { name: volume } = after;
    const from = unit.backend!.sizeBytes;
    const to = after.sizeBytes!;
    const publish = (bytes: number): Promise<void> =>
      coordinator.change(unit, (state) => ({ ...state, sizeBlocks: Math.floor(bytes / unit.blockSize) }));
    const back = async (): Promise<void> => {
      if (unit.backend !== undefined && unit.backend.sizeBytes < from) {
        log.error({ volume, from: to, to: from }, "the volume gets its old size back, and zeroes where it had been cut off");
        await unit.backend.resize(from).catch((error: Error) => {
          log.error({ volume, reason: error.message }, "the volume stays smaller than it was");
        });
      }
      await publish(unit.backend?.sizeBytes ?? from);
      unit.sizeHeld = false;
      // A host may have asked for the size meanwhile.
      unit.attend(ATTENTION.capacityChanged);
    };
    unit.sizeHeld = true;
    // From here on what is behind the new end is out of range (21h/00h).
    await publish(to);
    try {
      await quiet(unit);
    } catch (error) {
      await back();
      throw error;
    }
    await this.#resized(unit.backend!.resize(to, "may shrink"), volume, back);
    return {
      undo: back,
      commit: async () => {
        unit.sizeHeld = false;
        unit.attend(ATTENTION.capacityChanged);
        events.record("volume-resized", { volume, from, to, reason: "shrunk, as was forced" });
        log.warn({ volume, bytes: to }, `the volume has shrunk from ${formatSize(from)}: what was behind is gone`);
      },
    };
  }

  /** Rejects when it fails, once `back` is through; or when it takes too long: then `back` comes when it has ended, and the size stays held until then. */
  async #resized(resizing: Promise<void>, volume: string, back: () => Promise<void>): Promise<void> {
    let ended = false;
    try {
      ended = await inTime(resizing, RESIZE_MS);
    } catch (error) {
      await back();
      throw error;
    }
    if (ended) return;
    const late = (error: Error): void =>
      this.#options.log.error({ volume, reason: error.message }, "its size could not be put back");
    void resizing
      .catch(() => {})
      .then(back)
      .catch(late);
    throw notInTime(`the size of volume ${volume} could not be changed`, RESIZE_MS);
  }

  /** A host that reads WCE=0 must find everything durable that was acknowledged before. */
  async #cacheOff(unit: LogicalUnit): Promise<Prepared> {
    const giveBack = distrustCacheForNow(unit);
    try {
      if (!(await drained(unit, writesMedium)))
        throw new Error(`writes of volume ${unit.identity.name} have not ended within ${DRAIN_MS / 1000} s`);
      await this.#flush(unit, FLUSH_MS);
    } catch (error) {
      giveBack();
      throw error;
    }
    return {
      undo: async () => giveBack(),
      commit: () => this.#setCache(unit, false),
    };
  }

  /** Hosts that have read WCE=0 stay durable until they have read the page again: cache-trust.ts. */
  #cacheOn(unit: LogicalUnit): Prepared {
    return { undo: () => Promise.resolve(), commit: () => this.#setCache(unit, true) };
  }

  async #setCache(unit: LogicalUnit, writeCacheEnabled: boolean): Promise<void> {
    unit.defaultModes = Object.freeze({ ...unit.defaultModes, writeCacheEnabled });
    await this.#options.coordinator.change(unit, (state) => ({ ...state, modes: { ...state.modes, writeCacheEnabled } }));
    unit.attend(ATTENTION.modeParametersChanged);
  }

  async #flushAhead(unit: LogicalUnit): Promise<Prepared> {
    await this.#flush(unit, FLUSH_MS);
    return { commit: () => Promise.resolve(), undo: () => Promise.resolve() };
  }

  async #reopen({ unit, before, after }: UnitChange): Promise<Prepared> {
    const { coordinator, log } = this.#options;
    const { name: volume } = after;
    const serve = (): Promise<void> =>
      coordinator.change(unit, (state) => (state.service === "reopening" ? { ...state, service: "open" } : state));
    await coordinator.change(unit, (state) => ({ ...state, service: "reopening" }));
    try {
      await quiet(unit);
      await this.#flush(unit, STORAGE_MS);
      await this.#close(unit);
      attach(unit, await this.#openAgain(unit, after));
    } catch (error) {
      if (unit.backend === undefined) await this.#openAsBefore(unit, before);
      await serve();
      throw error;
    }
    return {
      undo: async () => {
        const failed = (error: Error): void =>
          log.error({ volume, reason: error.message }, "a change is taken back, and that fails");
        await this.#flush(unit, STORAGE_MS).catch(failed);
        await this.#close(unit).catch(failed);
        await this.#openAsBefore(unit, before);
        await serve();
      },
      commit: async () => {
        const { readOnly } = after;
        const { facts } = unit.backend!;
        const thin = isThin(after, facts);
        const provisionedOtherwise = thin !== unit.geometry.thin;
        unit.geometry = { ...unit.geometry, readOnly, thin };
        if (before.readOnly !== readOnly) unit.attend(ATTENTION.modeParametersChanged);
        // LBPME of READ CAPACITY(16): what can't be written can't be given back either.
        if (provisionedOtherwise) unit.attend(ATTENTION.capacityChanged);
        await serve();
        log.info({ volume, readOnly, io: after.io }, "the volume was opened anew");
      },
    };
  }

  async #openAsBefore(unit: LogicalUnit, before: VolumeConfig): Promise<void> {
    try {
      attach(unit, await this.#openAgain(unit, before));
    } catch (error) {
      this.#options.onLost(unit, before, error as Error);
    }
  }

  async #openAgain(unit: LogicalUnit, volume: VolumeConfig): Promise<OpenedVolume> {
    const opening = this.#options.opener.openAgain(unit, volume);
    if (await inTime(opening, STORAGE_MS)) return opening;
    // Nobody uses it any more: its lock must not stand in the way of the next one.
    const discard = async ({ backend, journal }: OpenedVolume): Promise<void> => {
      await journal?.close().catch(() => {});
      await backend.close();
    };
    void opening.then(discard, () => {});
    throw notInTime(`volume ${volume.name} could not be opened anew`, STORAGE_MS);
  }

  /** Rejects when storage that does not answer holds it up: the file stays locked until it is closed after all. */
  async #close(unit: LogicalUnit): Promise<void> {
    const { backend, atomicJournal } = unit;
    unit.replaceBackend(undefined);
    unit.atomicJournal = undefined;
    const closing = Promise.all([atomicJournal?.close().catch(() => {}), backend?.close()]);
    if (!(await inTime(closing, STORAGE_MS))) throw notInTime(`volume ${unit.identity.name} could not be closed`, STORAGE_MS);
  }

  async #flush(unit: LogicalUnit, milliseconds: number): Promise<void> {
    const { name } = unit.identity;
    const flushing = flushUnit(unit, this.#options.reactor.ring);
    if (!(await inTime(flushing, milliseconds))) throw notInTime(`volume ${name} could not be flushed`, milliseconds);
    if ((await flushing) < 0)
      throw new Error(`volume ${name} could not be flushed: data that hosts count on may be lost, see its disk`);
  }
}

const notInTime = (what: string, milliseconds: number): Error =>
  new Error(`${what} within ${milliseconds / 1000} s: see to its storage, and try again`);

function attach(unit: LogicalUnit, { backend, journal }: OpenedVolume): void {
  unit.atomicJournal = journal;
  unit.replaceBackend(backend);
}

/** It gives storage back: hosts are told so (LBPME). */
export const isThin = ({ create }: VolumeConfig, { canDiscard }: BackendFacts): boolean => create !== "thick" && canDiscard;

const opensForWriting = ({ before, after }: UnitChange): boolean => before.readOnly && !after.readOnly;
const reopens = ({ before, after }: UnitChange): boolean => before.readOnly !== after.readOnly || before.io !== after.io;

/** Bytes by which it grows, or shrinks where it is negative. */
function sizeStep({ unit, after, fields }: UnitChange): number {
  const now = unit.backend?.sizeBytes;
  return !fields.includes("size") || after.sizeBytes === undefined || now === undefined ? 0 : after.sizeBytes - now;
}

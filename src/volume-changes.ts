/**
 * Changes of volumes that hosts use, in two steps: what can fail is prepared, and then either all of it is committed, which can't fail, or
 * undone. Nothing of a change is told to hosts before its commit.
 *
 *   size        grown: the file first, then what hosts see; shrunk (forced): what hosts see first, then, with nothing in flight, the file
 *   cache off   every write durable from here on, older ones flushed → hosts read WCE=0
 *   reopening   hosts get BUSY → nothing in flight → flushed, closed, opened in the new way → hosts are told and served again
 */
import type { Events } from "./common/events.ts";
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
import type { OpenedVolume, VolumeOpener } from "./volume-opener.ts";

/** Commands that a change has to wait for get this long to end by themselves, milliseconds. */
export const DRAIN_MS = 5_000;

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
export async function drained(unit: LogicalUnit, predicate: (task: ScsiTask) => boolean = needsMedium): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), DRAIN_MS);
  });
  const ended = await Promise.race([drainExecuting(unit, predicate).then(() => true), late]);
  clearTimeout(timer);
  return ended;
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
    if (sizeStep(change) !== 0) {
      if (backend.facts.kind === "block-device")
        throw new Error(`${name} is a block device: resize it with its own tools, and leave size out`);
      if (before.readOnly && after.readOnly) throw new Error(`${name} is read-only, and can't change its size`);
    }
    const disturbs = reopens(change) || sizeStep(change) < 0;
    if (disturbs && unit.state.sanitize?.status === "in progress")
      throw new Error(`${name} is being sanitized: wait until that has ended`);
    if (reopens(change)) await this.#options.opener.tryOpening(unit, after);
  }

  async #grow({ unit, after }: UnitChange): Promise<Prepared> {
    const { coordinator, events, log } = this.#options;
    const { name: volume } = after;
    const from = unit.backend!.sizeBytes;
    unit.sizeHeld = true;
    const back = async (): Promise<void> => {
      // No host has seen the new blocks. A file that stays longer than it should would be harmless, and is said.
      await unit.backend
        ?.resize(from, "may shrink")
        .catch((error: Error) => log.error({ volume, reason: error.message }, "the file stays longer than the volume"));
      unit.sizeHeld = false;
    };
    try {
      await unit.backend!.resize(after.sizeBytes!);
    } catch (error) {
      await back();
      throw error;
    }
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
      await publish(unit.backend?.sizeBytes ?? from);
      unit.sizeHeld = false;
    };
    unit.sizeHeld = true;
    // From here on what is behind the new end is out of range (21h/00h).
    await publish(to);
    try {
      if (!(await drained(unit))) throw new Error(`commands of volume ${volume} have not ended within ${DRAIN_MS / 1000} s`);
      await unit.backend!.resize(to, "may shrink");
    } catch (error) {
      await back();
      throw error;
    }
    return {
      undo: async () => {
        log.error({ volume, from: to, to: from }, "the volume gets its old size back, and zeroes where it had been cut off");
        await unit.backend?.resize(from).catch((error: Error) => {
          log.error({ volume, reason: error.message }, "the volume stays smaller than it was");
        });
        await back();
        unit.attend(ATTENTION.capacityChanged);
      },
      commit: async () => {
        unit.sizeHeld = false;
        unit.attend(ATTENTION.capacityChanged);
        events.record("volume-resized", { volume, from, to, reason: "shrunk, as was forced" });
        log.warn({ volume, bytes: to }, `the volume has shrunk from ${formatSize(from)}: what was behind is gone`);
      },
    };
  }

  /** A host that reads WCE=0 must find everything durable that was acknowledged before. */
  async #cacheOff(unit: LogicalUnit): Promise<Prepared> {
    const giveBack = distrustCacheForNow(unit);
    try {
      if (!(await drained(unit, writesMedium)))
        throw new Error(`writes of volume ${unit.identity.name} have not ended within ${DRAIN_MS / 1000} s`);
      await this.#flush(unit);
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

  async #reopen({ unit, before, after }: UnitChange): Promise<Prepared> {
    const { coordinator, opener, log } = this.#options;
    const { name: volume } = after;
    const serve = (): Promise<void> =>
      coordinator.change(unit, (state) => (state.service === "reopening" ? { ...state, service: "open" } : state));
    await coordinator.change(unit, (state) => ({ ...state, service: "reopening" }));
    try {
      if (!(await drained(unit))) throw new Error(`commands of volume ${volume} have not ended within ${DRAIN_MS / 1000} s`);
      await this.#flush(unit);
      await this.#close(unit);
      attach(unit, await opener.openAgain(unit, after));
    } catch (error) {
      if (unit.backend === undefined) await this.#openAsBefore(unit, before);
      await serve();
      throw error;
    }
    return {
      undo: async () => {
        await this.#flush(unit).catch((error: Error) => log.error({ volume, reason: error.message }, "a flush has failed"));
        await this.#close(unit);
        await this.#openAsBefore(unit, before);
        await serve();
      },
      commit: async () => {
        const { readOnly } = after;
        const { facts } = unit.backend!;
        // How it is provisioned stays what hosts have read, unless it was never open for writing.
        const thin = readOnly ? unit.geometry.thin : after.create !== "thick" && facts.canDiscard;
        unit.geometry = { ...unit.geometry, readOnly, thin };
        if (before.readOnly !== readOnly) unit.attend(ATTENTION.modeParametersChanged);
        await serve();
        log.info({ volume, readOnly, io: after.io }, "the volume was opened anew");
      },
    };
  }

  async #openAsBefore(unit: LogicalUnit, before: VolumeConfig): Promise<void> {
    try {
      attach(unit, await this.#options.opener.openAgain(unit, before));
    } catch (error) {
      this.#options.onLost(unit, before, error as Error);
    }
  }

  async #close(unit: LogicalUnit): Promise<void> {
    const { backend, atomicJournal } = unit;
    unit.replaceBackend(undefined);
    unit.atomicJournal = undefined;
    await atomicJournal?.close();
    await backend?.close();
  }

  async #flush(unit: LogicalUnit): Promise<void> {
    const error = await flushUnit(unit, this.#options.reactor);
    if (error < 0)
      throw new Error(`volume ${unit.identity.name} could not be flushed: data that hosts count on may be lost, see its disk`);
  }
}

/** Resolves to 0, or a negative errno. */
export function flushUnit({ backend }: LogicalUnit, { ring }: Pick<Reactor, "ring">): Promise<number> {
  if (backend === undefined || backend.facts.readOnly) return Promise.resolve(0);
  return new Promise((resolve) => {
    backend.flush({ ioDone: (_token, result) => resolve(Math.min(result, 0)) }, 0);
    ring.submit();
  });
}

function attach(unit: LogicalUnit, { backend, journal }: OpenedVolume): void {
  unit.atomicJournal = journal;
  unit.replaceBackend(backend);
}

const opensForWriting = ({ before, after }: UnitChange): boolean => before.readOnly && !after.readOnly;
const reopens = ({ before, after }: UnitChange): boolean => before.readOnly !== after.readOnly || before.io !== after.io;

/** Bytes by which it grows, or shrinks where it is negative. */
function sizeStep({ unit, after, fields }: UnitChange): number {
  const now = unit.backend?.sizeBytes;
  return !fields.includes("size") || after.sizeBytes === undefined || now === undefined ? 0 : after.sizeBytes - now;
}

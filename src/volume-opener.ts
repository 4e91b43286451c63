/** From the configuration of a volume to storage that can be used: the file or device is opened, and what a crash has left is put right. */
import { join } from "node:path";
import { AtomicJournal } from "./backend/atomic-journal.ts";
import { BackendError, ERRNO } from "./backend/backend-error.ts";
import type { BlockBackend } from "./backend/block-backend.ts";
import { CheckedBackend } from "./backend/checked-backend.ts";
import { openVolume, tryOpening } from "./backend/open-volume.ts";
import type { Limits } from "./common/limits.ts";
import type { Logger } from "./common/logger.ts";
import type { VolumeConfig } from "./config/model.ts";
import { CreatedMark } from "./control/created-mark.ts";
import type { RunningTask } from "./control/tasks.ts";
import type { Reactor } from "./reactor.ts";
import type { LogicalUnit } from "./scsi/logical-unit.ts";

export interface OpenedVolume {
  readonly backend: BlockBackend;
  /** undefined: the volume is read-only. */
  readonly journal: AtomicJournal | undefined;
}

/** Begins the task of creating a thick volume of so many bytes. */
export type BeginCreation = (total: number) => RunningTask;

export interface VolumeOpenerOptions {
  readonly reactor: Pick<Reactor, "ring" | "pool">;
  readonly limits: Pick<Limits, "atomic_write_bytes">;
  readonly log: Logger;
  readonly stateDir: string;
}

/** Where the path of a volume led when it was allowed. */
interface ExpectedPlace {
  /** The file that defines the volume. Paths that are written by hand may be links to anywhere. */
  readonly file: string;
  /** Without symbolic links. */
  readonly realPath: string;
}

export class VolumeOpener {
  readonly #options: VolumeOpenerOptions;
  /** Of the file or device that each unit was opened with. */
  readonly #identities = new WeakMap<LogicalUnit, string>();
  /** By path: of volumes that were made while Lunette runs, and not opened yet. */
  readonly #expected = new Map<string, ExpectedPlace>();

  constructor(options: VolumeOpenerOptions) {
    this.#options = options;
  }

  /** From now on, and until it has been opened, the volume is refused where its path leads elsewhere; undefined: no more. */
  expectAt(path: string, expected: ExpectedPlace | undefined): void {
    if (expected === undefined) this.#expected.delete(path);
    else this.#expected.set(path, expected);
  }

  /** Opens, or creates, what backs the volume. Rejects with BackendError, and then nothing is open. */
  async open(unit: LogicalUnit, volume: VolumeConfig, beginCreation?: BeginCreation): Promise<OpenedVolume> {
    const { log, stateDir } = this.#options;
    const created = new CreatedMark(stateDir, volume);
    created.refuseToBeginAnew();
    let creation: RunningTask | undefined;
    try {
      const tell = this.#progress(volume);
      const opened = await this.#open(unit, volume, volume.sizeBytes, {
        onProgress: (done, total) => {
          creation?.progress(done);
          tell(done, total);
        },
        onThickCreation: (total) => {
          creation = beginCreation?.(total);
          return creation?.signal ?? new AbortController().signal;
        },
      });
      await created.note(log);
      creation?.end();
      return opened;
    } catch (error) {
      creation?.end(error as Error);
      throw error;
    }
  }

  /** Opens what the unit had open before, in the way that `volume` says, and nothing else: neither creates nor grows it. */
  async openAgain(unit: LogicalUnit, volume: VolumeConfig): Promise<OpenedVolume> {
    const known = this.#identities.get(unit);
    const opened = await this.#open(unit, volume, undefined, {});
    if (known !== undefined && this.#identities.get(unit) !== known) {
      this.#identities.set(unit, known);
      await opened.backend.close();
      await opened.journal?.close();
      throw anotherFile(volume);
    }
    return opened;
  }

  /** What can be known before the volume is closed to be opened in another way. @throws BackendError when that would fail */
  async tryOpening(unit: LogicalUnit, { path, io, readOnly, blockSize }: VolumeConfig): Promise<void> {
    const { pool } = this.#options.reactor;
    const identity = await tryOpening({ path, io, readOnly, blockSize, pool });
    const known = this.#identities.get(unit);
    if (known !== undefined && identity !== known) throw anotherFile({ path });
  }

  async #open(
    unit: LogicalUnit,
    volume: VolumeConfig,
    sizeBytes: number | undefined,
    creation: Pick<Parameters<typeof openVolume>[0], "onProgress" | "onThickCreation">,
  ): Promise<OpenedVolume> {
    const { ring, pool } = this.#options.reactor;
    const { path, create, io, readOnly, blockSize } = volume;
    const journal = this.#journal(unit, volume);
    const expected = this.#expected.get(path);
    const realPath = expected?.file === volume.place.file ? expected?.realPath : undefined;
    let backend: Awaited<ReturnType<typeof openVolume>> | undefined;
    try {
      backend = await openVolume({ path, realPath, sizeBytes, create, io, readOnly, blockSize, ring, pool, ...creation });
      await this.#recover(journal, backend, volume);
      if (readOnly) await journal.close();
    } catch (error) {
      await backend?.close();
      await journal.close();
      throw error;
    }
    this.#identities.set(unit, backend.identity);
    if (this.#expected.get(path) === expected) this.#expected.delete(path);
    return { backend: new CheckedBackend(backend, blockSize), journal: readOnly ? undefined : journal };
  }

  #journal({ identity }: LogicalUnit, { path }: VolumeConfig): AtomicJournal {
    const { stateDir, limits } = this.#options;
    const file = join(stateDir, "atomic", `${identity.naa.toString("hex")}.journal`);
    return new AtomicJournal(file, path, limits.atomic_write_bytes);
  }

  /** A WRITE ATOMIC that a crash has interrupted is completed before any host can read its blocks. */
  async #recover(journal: AtomicJournal, backend: BlockBackend, volume: VolumeConfig): Promise<void> {
    const { log, reactor } = this.#options;
    const recovery = await journal.recover(new CheckedBackend(backend, volume.blockSize), reactor.pool);
    if (recovery === "completed") log.warn({ volume: volume.name }, "an interrupted atomic write was completed");
    if (recovery === "outdated") {
      const what = "the blocks of an interrupted atomic write have been changed by something else since: they stay as they are";
      log.warn({ volume: volume.name }, what);
    }
  }

  /** Thick creation takes as long as the disk needs: a line each tenth. */
  #progress(volume: VolumeConfig): (done: number, total: number) => void {
    let told = 0;
    return (done, total) => {
      const percent = Math.floor((100 * done) / total);
      if (percent < told + 10) return;
      told = percent - (percent % 10);
      this.#options.log.info({ volume: volume.name, percent: told, bytes: total }, "creating the volume");
    };
  }
}

const anotherFile = ({ path }: Pick<VolumeConfig, "path">): BackendError =>
  new BackendError(
    path,
    ERRNO.ENODEV,
    "is another file now than the one that hosts use: put that one back, or restart Lunette",
  );

/**
 * A mark in the state folder for each volume that Lunette has created. When its file is gone later, a filesystem is not mounted, or
 * somebody has deleted it: an empty file in its place, under the same ids, would look to every host like its own disk, blank.
 */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { BackendError, ERRNO } from "../backend/backend-error.ts";
import { writeFileAtomically } from "../common/atomic-file.ts";
import type { Logger } from "../common/logger.ts";
import type { VolumeConfig } from "../config/model.ts";

export class CreatedMark {
  readonly #volume: VolumeConfig;
  readonly #folder: string;
  readonly #path: string;

  constructor(stateDir: string, volume: VolumeConfig) {
    this.#volume = volume;
    this.#folder = join(stateDir, "created");
    const name = createHash("sha256").update(`${volume.name}\0${volume.path}`).digest("hex").slice(0, 32);
    this.#path = join(this.#folder, name);
  }

  /** @throws BackendError when the volume would be created a second time */
  refuseToBeginAnew(): void {
    const { create, path } = this.#volume;
    if (create === undefined || existsSync(path) || !existsSync(this.#path)) return;
    const advice = `Is its filesystem mounted? To begin with an empty volume, delete ${this.#path}`;
    throw new BackendError(path, ERRNO.ENOENT, `was there before and is gone. ${advice}`);
  }

  /** The volume is there. Without its mark it would be served all the same; that is said, and the next start may create it anew. */
  note(log: Logger): void {
    if (this.#volume.create === undefined || existsSync(this.#path)) return;
    try {
      mkdirSync(this.#folder, { recursive: true, mode: 0o750 });
      writeFileAtomically(this.#path, `${this.#volume.name}\n${this.#volume.path}\n`);
    } catch (error) {
      const fields = { volume: this.#volume.name, mark: this.#path, reason: (error as Error).message };
      log.error(fields, "the mark that this volume exists can't be written: make state_dir writable");
    }
  }
}

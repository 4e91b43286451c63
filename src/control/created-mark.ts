/**
 * A mark in the state folder for each volume that Lunette has created. When its file is gone later, a filesystem is not mounted, or
 * somebody has deleted it: an empty file in its place, under the same ids, would look to every host like its own disk, blank.
 */
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { BackendError, ERRNO } from "../backend/backend-error.ts";
import { makeFolder, removeFile, replaceFile } from "../common/atomic-file.ts";
import type { Logger } from "../common/logger.ts";
import type { VolumeConfig } from "../config/model.ts";

/** The last line of a mark whose file was not there before. */
const MADE = "made by lunette\n";

export class CreatedMark {
  readonly #volume: Pick<VolumeConfig, "name" | "path" | "create">;
  readonly #folder: string;
  readonly #path: string;
  /** The file was not there when it was looked for: whoever opens the volume makes it. */
  #absent = false;

  constructor(stateDir: string, volume: Pick<VolumeConfig, "name" | "path" | "create">) {
    this.#volume = volume;
    this.#folder = join(stateDir, "created");
    const name = createHash("sha256").update(`${volume.name}\0${volume.path}`).digest("hex").slice(0, 32);
    this.#path = join(this.#folder, name);
  }

  /** @throws BackendError when the volume would be created a second time */
  refuseToBeginAnew(): void {
    const { create, path } = this.#volume;
    if (create === undefined || existsSync(path)) return;
    this.#absent = true;
    if (!existsSync(this.#path)) return;
    const advice = `Is its filesystem mounted? To begin with an empty volume, delete ${this.#path}`;
    throw new BackendError(path, ERRNO.ENOENT, `was there before and is gone. ${advice}`);
  }

  /** The volume is there. Without its mark it would be served all the same; that is said, and the next start may create it anew. */
  async note(log: Logger): Promise<void> {
    if (this.#volume.create === undefined || existsSync(this.#path)) return;
    try {
      await makeFolder(this.#folder);
      await replaceFile(this.#path, `${this.#volume.name}\n${this.#volume.path}\n${this.#absent ? MADE : ""}`);
    } catch (error) {
      const fields = { volume: this.#volume.name, mark: this.#path, reason: (error as Error).message };
      log.error(fields, "the mark that this volume exists can't be written: make state_dir writable");
    }
  }
  /** Whether the file was made by Lunette; one that was there before, and only served, was not. */
  async saysMade(): Promise<boolean> {
    try {
      return (await readFile(this.#path, "utf8")).endsWith(`\n${MADE}`);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return false;
      throw error;
    }
  }

  /** The volume is gone for good, with its file. */
  async forget(): Promise<void> {
    await removeFile(this.#path);
  }
}

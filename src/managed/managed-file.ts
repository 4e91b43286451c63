/** `managed.toml` on disk: there whole or not at all, old or new at any moment. */
import { REAL_DISK, removeFile, replaceFile } from "../common/atomic-file.ts";
import { ControlError } from "../control/control-error.ts";
import type { ManagedDocument } from "./document.ts";
import { renderDocument } from "./render.ts";

export class ManagedFile {
  readonly path: string;
  readonly #disk: typeof REAL_DISK;

  constructor(path: string, disk = REAL_DISK) {
    this.path = path;
    this.#disk = disk;
  }

  /** @throws ControlError; then `before` is what the file holds, or there is none when that is undefined */
  async replace(document: ManagedDocument, before: ManagedDocument | undefined): Promise<void> {
    try {
      // It holds secrets: nobody but its owner reads it.
      await replaceFile(this.path, renderDocument(document), 0o600, this.#disk);
    } catch (error) {
      await this.restore(before).catch(() => {});
      throw new ControlError("store-failed", `${this.path} can't be written: ${(error as Error).message}; nothing was changed`);
    }
  }

  async restore(before: ManagedDocument | undefined): Promise<void> {
    if (before === undefined) await removeFile(this.path, this.#disk);
    else await replaceFile(this.path, renderDocument(before), 0o600, this.#disk);
  }
}

/** `managed.toml` on disk: there whole or not at all, old or new at any moment. */
import { readFile } from "node:fs/promises";
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

  /** @throws ControlError; then `before` is what the file holds, or there is none when that is undefined. If not, that is said. */
  async replace(document: ManagedDocument, before: ManagedDocument | undefined): Promise<void> {
    const text = renderDocument(document);
    try {
      // It holds secrets: nobody but its owner reads it.
      await replaceFile(this.path, text, 0o600, this.#disk);
    } catch (error) {
      const restored = await this.restore(before).then(
        () => true,
        () => false,
      );
      const outcome =
        restored || (await readFile(this.path, "utf8").catch(() => undefined)) !== text
          ? "nothing was changed"
          : "nothing that runs was changed, but the file holds the change all the same, which counts at the next start";
      throw new ControlError("store-failed", `${this.path} can't be written: ${(error as Error).message}; ${outcome}`);
    }
  }

  async restore(before: ManagedDocument | undefined): Promise<void> {
    if (before === undefined) await removeFile(this.path, this.#disk);
    else await replaceFile(this.path, renderDocument(before), 0o600, this.#disk);
  }
}

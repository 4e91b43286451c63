/** The file of a volume that is deleted: it goes too where that is asked for, but only when Lunette has made it. */
import { removeFile } from "../common/atomic-file.ts";
import type { Logger } from "../common/logger.ts";
import { ControlError } from "../control/control-error.ts";
import { CreatedMark } from "../control/created-mark.ts";
import type { Raw } from "./document.ts";

const markOf = (stateDir: string, { name, path }: Raw): CreatedMark =>
  new CreatedMark(stateDir, { name: String(name), path: String(path), create: "thin" });

/** @throws ControlError when the file is not Lunette's to remove */
export async function checkRemovable(stateDir: string, volume: Raw): Promise<void> {
  if (await markOf(stateDir, volume).saysMade()) return;
  const message = `Lunette has not made ${volume["path"]}: delete the volume without delete_file, and the file by hand`;
  throw new ControlError("change-refused", message);
}

/** The volume is closed and gone: what remains is its file. */
export async function removeVolumeFile({ stateDir, log }: { stateDir: string; log: Logger }, volume: Raw): Promise<void> {
  const { name, path } = volume;
  try {
    await removeFile(String(path));
    await markOf(stateDir, volume).forget();
  } catch (error) {
    log.error({ volume: name, path, reason: (error as Error).message }, "the volume is deleted, and its file could not be");
  }
}

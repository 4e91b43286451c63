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
  const made = await markOf(stateDir, volume)
    .saysMade()
    .catch(() => undefined);
  if (made === true) return;
  const known = made === false ? "has not made" : "can't tell whether it has made";
  const message = `Lunette ${known} ${volume["path"]}: delete the volume without delete_file, and the file by hand`;
  throw new ControlError("change-refused", message);
}

/** The volume is closed and gone: what remains is its file. Gives the reason why that is there still; undefined once it is gone too. */
export async function removeVolumeFile(
  { stateDir, log }: { stateDir: string; log: Logger },
  volume: Raw,
): Promise<string | undefined> {
  const { name, path } = volume;
  try {
    await removeFile(String(path));
    await markOf(stateDir, volume).forget();
    return undefined;
  } catch (error) {
    const reason = (error as Error).message;
    log.error({ volume: name, path, reason }, "the volume is deleted, and its file could not be: remove it by hand");
    return reason;
  }
}

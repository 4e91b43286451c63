/**
 * Where volumes that are made while Lunette runs may lie: a path from a client must not lead to a file that only Lunette may open. Folders are
 * compared without symbolic links, as the system will open them.
 */
import { lstatSync, mkdirSync, realpathSync, statSync } from "node:fs";
import path from "node:path";
import type { Configuration } from "../config/model.ts";
import { ControlError } from "../control/control-error.ts";

/** Its own user alone: it holds the data of all hosts. */
const FOLDER_MODE = 0o700;

export const ownVolumeFolder = ({ node }: Configuration): string => path.join(node.stateDir, "volumes");

/** The path of a volume that is given none. */
export function defaultVolumePath(configuration: Configuration, name: string): string {
  return path.join(configuration.api.volumeFolders[0] ?? ownVolumeFolder(configuration), `${name}.img`);
}

/** The path as it is kept. @throws ControlError */
export function allowedVolumePath(configuration: Configuration, written: string, stateDir: string): string {
  const wanted = path.resolve(stateDir, written);
  const own = ownVolumeFolder(configuration);
  const folder = path.dirname(wanted);
  if (folder === own) makeOwnFolder(own);
  const listed = [...configuration.api.volumeFolders, own];
  const folders = listed.map(real).filter((each) => each !== undefined);
  const refuse = (why: string): never => {
    throw new ControlError("path-not-allowed", `path = ${JSON.stringify(written)} ${why}`, { folders: listed });
  };
  const realFolder = real(folder);
  if (realFolder === undefined) return refuse(`lies in a folder that does not exist, or can't be entered: ${folder}`);
  const within = folders.some((each) => isWithin(realFolder, each));
  if (!within) return refuse(`is outside of the folders for volumes: ${listed.join(", ")}`);
  if (lstatSync(wanted, { throwIfNoEntry: false }) === undefined) return wanted;
  // A link whose end is missing would be followed when the file is made.
  const target = real(wanted);
  if (target === undefined) return refuse("is a link that leads nowhere, or can't be examined");
  const facts = statSync(target);
  if (facts.isFile()) {
    const inside = folders.some((each) => isWithin(target, each));
    return inside ? wanted : refuse("is a link that leads out of the folders for volumes");
  }
  if (!facts.isBlockDevice()) return refuse("is neither a file nor a block device");
  return isListedDevice(realFolder, target, folders)
    ? wanted
    : refuse("is a block device, and its folder is not itself one of the folders for volumes");
}

function makeOwnFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true, mode: FOLDER_MODE });
  } catch (error) {
    throw new ControlError("store-failed", `${folder} can't be made: ${(error as Error).message}`);
  }
}

/** Names under /dev are made by the system alone, and are links as a rule: /dev/vg0/vm01 leads to /dev/dm-3. */
function isListedDevice(folder: string, target: string, folders: readonly string[]): boolean {
  if (folders.includes(path.dirname(target))) return true;
  return folders.includes(folder) && folder.startsWith("/dev/") && !folder.startsWith("/dev/shm");
}

const isWithin = (file: string, folder: string): boolean =>
  file === folder || file.startsWith(folder === "/" ? "/" : `${folder}/`);

function real(file: string): string | undefined {
  try {
    return realpathSync(file);
  } catch {
    return undefined;
  }
}

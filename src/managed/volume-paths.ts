/**
 * Where volumes that are made while Lunette runs may lie: a path from a client must not lead to a file that only Lunette may open. Places are
 * compared without symbolic links, as the system will open them. Nothing is made or changed here: a plan asks this too.
 */
import { lstatSync, realpathSync, type Stats, statSync } from "node:fs";
import path from "node:path";
import { makeFolder } from "../common/atomic-file.ts";
import type { LoadedConfiguration } from "../config/load.ts";
import { ControlError } from "../control/control-error.ts";

/** Its own user alone: it holds the data of all hosts. */
const FOLDER_MODE = 0o700;

/** Bytes: NAME_MAX and PATH_MAX of limits.h, the latter without the zero at its end. */
const NAME_MAX = 255;
const PATH_MAX = 4095;

/** While Lunette runs its state stays where it is, whatever `state_dir` says by now: beside managed.toml. */
const stateDirOf = ({ managedFile }: LoadedConfiguration): string => path.dirname(managedFile);

const ownVolumeFolder = (loaded: LoadedConfiguration): string => path.join(stateDirOf(loaded), "volumes");

/** The path of a volume that is given none. */
export function defaultVolumePath(loaded: LoadedConfiguration, name: string): string {
  return path.join(loaded.configuration.api.volumeFolders[0] ?? ownVolumeFolder(loaded), `${name}.img`);
}

/** One spelling of a path, as it is kept. A relative one means the folder of managed.toml, as for the loader. */
export const absoluteVolumePath = (loaded: LoadedConfiguration, written: string): string =>
  path.resolve(stateDirOf(loaded), written);

/**
 * Where a path, absolute, leads without symbolic links: what is opened later must lie there, whatever has become of the links.
 * @throws ControlError when no volume may be made there
 */
export function checkVolumePath(loaded: LoadedConfiguration, wanted: string): string {
  const place = allowedPlace(loaded, wanted);
  if ("realPath" in place) return place.realPath;
  const folders = [...loaded.configuration.api.volumeFolders, ownVolumeFolder(loaded)];
  throw new ControlError("path-not-allowed", `path = ${JSON.stringify(wanted.slice(0, 300))} ${place.fault}`, { folders });
}

/** Where a volume may be made, or why none may be. */
function allowedPlace(loaded: LoadedConfiguration, wanted: string): { readonly realPath: string } | { readonly fault: string } {
  const own = ownVolumeFolder(loaded);
  const listed = [...loaded.configuration.api.volumeFolders, own];
  // Where the folder is still to be made the system can't say it.
  if (Buffer.byteLength(wanted) > PATH_MAX || Buffer.byteLength(path.basename(wanted)) > NAME_MAX)
    return { fault: "is longer than the system takes" };
  const state = real(stateDirOf(loaded)) ?? stateDirOf(loaded);
  // It is made together with the first volume in it.
  const ownReal = real(own) ?? path.join(state, "volumes");
  const folders = [...listed.map(real).filter((each) => each !== undefined), ownReal];
  const folder = path.dirname(wanted);
  const realFolder = folder === own ? ownReal : real(folder);
  if (realFolder === undefined) return { fault: "lies in a folder that does not exist, or can't be entered" };
  if (!folders.some((each) => isWithin(realFolder, each))) {
    const shown = listed.slice(0, 8).join(", ");
    return { fault: `is outside of the folders for volumes: ${shown}` };
  }
  const unlinked = path.join(realFolder, path.basename(wanted));
  if (isPrivate(unlinked, state, folders, loaded)) return { fault: "is Lunette's own" };
  const link = examine(wanted, lstatSync);
  if (link === undefined) return { realPath: unlinked };
  // A link whose end is missing would be followed when the file is made.
  const target = real(wanted);
  const facts = target === undefined ? undefined : examine(target, statSync);
  if (target === undefined || facts === undefined || link === "unknown" || facts === "unknown")
    return { fault: "is a link that leads nowhere, or can't be examined" };
  if (facts.isBlockDevice()) {
    const allowed = isListedDevice(realFolder, target, folders);
    return allowed
      ? { realPath: target }
      : { fault: "is a block device, and its folder is not itself one of the folders for volumes" };
  }
  if (!facts.isFile()) return { fault: "is neither a file nor a block device" };
  if (!folders.some((each) => isWithin(target, each))) return { fault: "is a link that leads out of the folders for volumes" };
  if (isPrivate(target, state, folders, loaded)) return { fault: "is a link to what is Lunette's own" };
  // Whoever has made them chose what else it is: a file outside of the folders, or the file of another volume.
  return facts.nlink > 1 ? { fault: "has other names (hard links): copy the file, or remove them" } : { realPath: target };
}

/** Makes the folder that volumes have unless others are listed, before the first of them is made in it. */
export async function prepareVolumeFolder(loaded: LoadedConfiguration, volume: unknown): Promise<void> {
  const own = ownVolumeFolder(loaded);
  if (typeof volume !== "string" || path.dirname(volume) !== own) return;
  try {
    await makeFolder(own, FOLDER_MODE);
  } catch (error) {
    throw new ControlError("store-failed", `${own} can't be made: ${(error as Error).message}; nothing was changed`);
  }
}

/**
 * State, configuration and secrets: served as a disk they could be read, and written, by a host. That holds when a folder above them is
 * listed; a folder of its own within `state_dir` may be listed for volumes.
 */
function isPrivate(file: string, state: string, folders: readonly string[], loaded: LoadedConfiguration): boolean {
  const set = folders.some((folder) => folder !== state && isWithin(folder, state) && isWithin(file, folder));
  if (isWithin(file, state) && !set) return true;
  const { api } = loaded.configuration;
  const secrets = loaded.draft.authGroups.flatMap(({ chap }) =>
    chap.flatMap(({ file: by, values }) =>
      [values.secret_file, values.mutual_secret_file].map((each) => each && path.resolve(path.dirname(by), each)),
    ),
  );
  const known = [...loaded.files, loaded.managedFile, api.tlsCert, api.tlsKey, api.clientCa, ...secrets];
  return known.some((each) => each !== undefined && (each === file || real(each) === file));
}

/** undefined: it is not there. */
function examine(file: string, how: typeof statSync): Stats | "unknown" | undefined {
  try {
    return how(file, { throwIfNoEntry: false });
  } catch {
    return "unknown";
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

/** Volumes: sizes fit blocks, serial numbers are unique, and a path backs one volume only. */
import path from "node:path";
import { formatSize } from "../../common/units.ts";
import { formatPlace, type Report } from "../config-error.ts";
import type { Draft, VolumeEntry } from "../draft.ts";
import type { FileFacts } from "../file-facts.ts";

export function checkVolumes(draft: Draft, files: FileFacts, report: Report): void {
  const paths = new Map<string, VolumeEntry>();
  const serials = new Map<string, VolumeEntry>();
  for (const volume of draft.volumes) {
    checkSize(volume, report);
    checkBlocks(volume, report);
    if (volume.ok("path"))
      claim(paths, files.realPath(volumePath(volume)), volume, "path", "two writers would corrupt it", report);
    const { serial } = volume.values;
    if (serial !== undefined && volume.ok("serial"))
      claim(serials, serial, volume, "serial", "hosts would take the two for one disk", report);
  }
}

/** Relative paths mean the folder of the file that names them. */
export function volumePath(volume: VolumeEntry): string {
  return path.resolve(path.dirname(volume.file), volume.values.path);
}

function claim(
  taken: Map<string, VolumeEntry>,
  id: string,
  volume: VolumeEntry,
  key: "path" | "serial",
  why: string,
  report: Report,
): void {
  const other = taken.get(id);
  if (other === undefined) {
    taken.set(id, volume);
    return;
  }
  report.error(
    volume.at(key),
    `${key} = ${JSON.stringify(volume.values[key])}: already used by volume ${JSON.stringify(other.values.name)} at ${formatPlace(other.at(key))}: ${why}`,
  );
}

function checkSize(volume: VolumeEntry, report: Report): void {
  const { size, create, block_size: block, read_only: readOnly } = volume.values;
  const device = volume.ok("path") && /^\/dev\/(?!shm\/)/.test(volumePath(volume));
  if (create !== undefined && device) {
    report.error(
      volume.at("create"),
      `create = ${JSON.stringify(create)}: a block device can't be created; remove create, or give a path outside /dev`,
    );
  } else if (create !== undefined && !volume.given("size")) {
    report.error(volume.at("create"), `create = ${JSON.stringify(create)} needs a size: add size = "10 GiB"`);
  }
  if (size !== undefined && device && volume.ok("size")) {
    report.error(volume.at("size"), "size is for files: a block device has its own; remove size");
  }
  if (size !== undefined && volume.ok("size", "block_size") && size % block !== 0) {
    report.error(volume.at("size"), `size is ${formatSize(size)}: must be a multiple of block_size, ${block}`);
  }
  if (readOnly && create !== undefined) {
    report.warn(volume.at("create"), "create with read_only = true: a new file would hold nothing but zeros, for good");
  }
}

function checkBlocks(volume: VolumeEntry, report: Report): void {
  const { block_size: block, physical_block_size: physical } = volume.values;
  if (!volume.ok("block_size", "physical_block_size")) return;
  if (!Number.isInteger(Math.log2(physical))) {
    report.error(volume.at("physical_block_size"), `physical_block_size = ${physical}: must be a power of two, such as 4096`);
  } else if (physical < block) {
    report.error(volume.at("physical_block_size"), `physical_block_size = ${physical}: must be at least block_size, ${block}`);
  }
}

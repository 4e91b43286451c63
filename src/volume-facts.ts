/** What a logical unit is to hosts by the configuration of its volume, of its portal groups, and by the bounds. */
import type { Limits } from "./common/limits.ts";
import type { PortalGroupConfig, VolumeConfig } from "./config/model.ts";
import type { GroupAccess, LuGeometry } from "./scsi/logical-unit.ts";
import { AccessState } from "./scsi/unit-condition.ts";

const ACCESS_STATES: Record<PortalGroupConfig["accessState"], AccessState> = {
  "active/optimized": AccessState.ActiveOptimized,
  "active/non-optimized": AccessState.ActiveNonOptimized,
  standby: AccessState.Standby,
  unavailable: AccessState.Unavailable,
};

/** A portal group is a target port group, and its tag the group's identifier. */
export function accessOf(groups: readonly PortalGroupConfig[]): ReadonlyMap<number, GroupAccess> {
  return new Map(
    groups.map(({ tag, accessState, preferred }) => [tag, { state: ACCESS_STATES[accessState], preferred, statusCode: 0 }]),
  );
}

/** Until it is open: what the storage can do is known only then. */
export function geometryOf(volume: VolumeConfig, limits: Limits): LuGeometry {
  return {
    blockSize: volume.blockSize,
    physicalBlockSize: volume.physicalBlockSize,
    thin: volume.create !== "thick",
    readOnly: volume.readOnly,
    removable: volume.removable,
    maxTransferBytes: limits.transfer_bytes,
    maxUnmapBytes: limits.unmap_bytes,
    maxUnmapDescriptors: limits.unmap_descriptors,
    maxWriteSameBytes: limits.write_same_bytes,
    maxCompareAndWriteBlocks: limits.caw_blocks,
    maxRegistrants: limits.registrants,
    sanitizeBytesPerSecond: limits.sanitize_bytes_per_second,
    spaceWarningPercent: volume.spaceWarningPercent,
  };
}

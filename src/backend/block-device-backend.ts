/** A volume on a whole block device or partition: a disk, an LVM volume, a loop device. */
import { BackendError, ERRNO } from "./backend-error.ts";
import type { Extent, Space } from "./block-backend.ts";
import { DeviceBackend } from "./device-backend.ts";

export class BlockDeviceBackend extends DeviceBackend {
  /** Block devices have no way to ask, so everything counts as allocated. */
  status(offset: number, length: number): Promise<Extent> {
    return Promise.resolve({ offset, length, allocated: true });
  }

  /** Whatever provides the device knows; it tells nobody. */
  space(): Promise<Space | undefined> {
    return Promise.resolve(undefined);
  }

  resize(): Promise<void> {
    return Promise.reject(
      new BackendError(
        this.path,
        ERRNO.EOPNOTSUPP,
        "is a block device: grow it with its own tools; its new size is then noticed",
      ),
    );
  }
}

/**
 * The only file that loads the native addon: its operation codes and functions under the names that this layer uses. How
 * requests travel through the ring stands in io-ring.ts.
 */
import { createRequire } from "node:module";
import type * as Native from "../../native/index.d.ts";

type Addon = typeof Native;
export type Slab = Native.Slab;
export type DeviceFacts = Native.DeviceFacts;

const addon = loadAddon();

function loadAddon(): Addon {
  try {
    // One level below the root in src/ and in dist/ alike.
    return createRequire(import.meta.url)("../../native/build/Release/lunette.node") as Addon;
  } catch (cause) {
    throw new Error("the native addon is not built for this Node.js; run `npm run build`", { cause });
  }
}

export const OP_READ = 0;
export const OP_WRITE = 1;
export const OP_FLUSH = 2;
export const OP_DISCARD = 3;
export const OP_WRITE_ZEROES = 4;
export const OP_ALLOCATE = 5;

/** How a write or write-zeroes is to be done: flags that backends choose. */
export const MODE_PLAIN = 0;
/** Durable before completion (writes): FLAG_DSYNC of the addon. */
export const MODE_DURABLE = 1;
/** Storage may be given back (write-zeroes): FLAG_DEALLOCATE of the addon. */
export const MODE_DEALLOCATE = 8;
export type RequestMode = typeof MODE_PLAIN | typeof MODE_DURABLE | typeof MODE_DEALLOCATE;
/** Flags that the ring adds by itself. */
export const FLAG_BLOCK_DEVICE = 2;
export const FLAG_TRY_INLINE = 4;

/** Largest result a completion carries: the kernel's own limit for one transfer. */
export const MAX_TRANSFER_BYTES = 0x7ffff000;

/**
 * CRC32C (RFC 3720 appendix B.4) over `bytes[start…end)`, continued from `seed` (0 to start); hardware
 * instruction where the processor has one.
 */
export const crc32c: (bytes: Uint8Array, start: number, end: number, seed: number) => number = addon.crc32c;

export const openDevice: Addon["openDevice"] = addon.openDevice;
export const closeDevice: Addon["closeDevice"] = addon.closeDevice;
export const deviceFacts: Addon["deviceFacts"] = addon.deviceFacts;
export const deviceSize: Addon["deviceSize"] = addon.deviceSize;
export const truncateDevice: Addon["truncateDevice"] = addon.truncateDevice;
/** One datagram to a unix socket: for the service manager. 0 or a negative errno. */
export const sendDatagram: Addon["sendDatagram"] = addon.sendDatagram;
/** Who connected a unix socket, by its descriptor; or a negative errno. */
export const peerCredentials: Addon["peerCredentials"] = addon.peerCredentials;
export const extentAt: Addon["extentAt"] = addon.extentAt;

/** Page-aligned memory for buffers, `bytes` long. */
export function createSlab(bytes: number): Slab {
  return new addon.Slab(bytes);
}

export type NativeRing = Native.Ring;

export function createRing(options: Native.RingOptions): NativeRing {
  return new addon.Ring(options);
}

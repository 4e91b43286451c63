/** The mode parameter list before its pages: header (SPC-4 7.5.4, 7.5.5) and block descriptors (SBC-3 6.5.2). */
import type { LunNexus } from "../nexus.ts";

/** DEVICE-SPECIFIC PARAMETER of direct access devices (SBC-3 6.5.1). */
export const DeviceSpecific = { WP: 0x80, DPOFUA: 0x10 } as const;
export const LONGLBA = 0x01;
export const SHORT_DESCRIPTOR_BYTES = 8;
export const LONG_DESCRIPTOR_BYTES = 16;
/** What a size says that its field can't hold. */
const BLOCKS_SATURATED = 0xffff_ffff;

/** Where the fields of the header are, in the two sizes of the commands. */
export interface HeaderLayout {
  readonly bytes: 4 | 8;
  /** Bytes of MODE DATA LENGTH, at 0, and of BLOCK DESCRIPTOR LENGTH. */
  readonly lengthBytes: 1 | 2;
  readonly mediumTypeAt: number;
  readonly deviceSpecificAt: number;
  readonly descriptorLengthAt: number;
  /** Byte of LONGLBA; the 6-byte commands have none. */
  readonly longLbaAt: number | undefined;
}

export const HEADER_6: HeaderLayout = {
  bytes: 4,
  lengthBytes: 1,
  mediumTypeAt: 1,
  deviceSpecificAt: 2,
  descriptorLengthAt: 3,
  longLbaAt: undefined,
};

export const HEADER_10: HeaderLayout = {
  bytes: 8,
  lengthBytes: 2,
  mediumTypeAt: 2,
  deviceSpecificAt: 3,
  descriptorLengthAt: 6,
  longLbaAt: 4,
};

export function writeProtected({ lu, readOnly }: LunNexus): boolean {
  return readOnly || lu.geometry.readOnly || lu.state.modes.softwareWriteProtect;
}

export function shortDescriptor(blocks: number, blockSize: number): Buffer {
  const out = Buffer.alloc(SHORT_DESCRIPTOR_BYTES);
  out.writeUInt32BE(Math.min(blocks, BLOCKS_SATURATED), 0);
  out.writeUIntBE(blockSize, 5, 3);
  return out;
}

export function longDescriptor(blocks: number, blockSize: number): Buffer {
  const out = Buffer.alloc(LONG_DESCRIPTOR_BYTES);
  out.writeBigUInt64BE(BigInt(blocks), 0);
  out.writeUInt32BE(blockSize, 12);
  return out;
}

/** The whole list as MODE SENSE returns it. */
export function modeParameterList(
  layout: HeaderLayout,
  lunNexus: LunNexus,
  descriptor: Buffer,
  pages: readonly Buffer[],
): Buffer {
  const list = Buffer.concat([Buffer.alloc(layout.bytes), descriptor, ...pages]);
  list.writeUIntBE(list.length - layout.lengthBytes, 0, layout.lengthBytes);
  list[layout.deviceSpecificAt] = (writeProtected(lunNexus) ? DeviceSpecific.WP : 0) | DeviceSpecific.DPOFUA;
  if (layout.longLbaAt !== undefined && descriptor.length === LONG_DESCRIPTOR_BYTES) list[layout.longLbaAt] = LONGLBA;
  list.writeUIntBE(descriptor.length, layout.descriptorLengthAt, layout.lengthBytes);
  return list;
}

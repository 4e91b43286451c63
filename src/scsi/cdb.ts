/** Decoding of command descriptor blocks (SPC-4 4.2.5, SBC-3 5) and the usage maps of their common shapes. */

/**
 * Numbers of the CDB. A 64-bit LBA beyond 2^53 loses its low bits here, which changes nothing: volumes are smaller by
 * orders of magnitude, so it stays out of range whatever its low bits were.
 */
export const u16 = (cdb: Buffer, at: number): number => (cdb[at]! << 8) | cdb[at + 1]!;
export const u32 = (cdb: Buffer, at: number): number => ((cdb[at]! << 24) | (cdb[at + 1]! << 16) | u16(cdb, at + 2)) >>> 0;
export const u64 = (cdb: Buffer, at: number): number => u32(cdb, at) * 2 ** 32 + u32(cdb, at + 4);

/** Flags in byte 1 of block commands. */
export const Flag = {
  Dpo: 0x10,
  Fua: 0x08,
  Unmap: 0x08,
  /** Both bits of BYTCHK (SBC-3 5.33). */
  Bytchk: 0x06,
  Immed: 0x02,
  Ndob: 0x01,
} as const;

/** Where the four sizes of block commands keep LBA and length. */
export interface BlockShape {
  readonly bytes: 6 | 10 | 12 | 16;
  /** Byte of the length field: what a field pointer names when the length is refused. */
  readonly lengthAt: number;
  /** Bits of byte 1 that are flags; in the 6-byte shape it belongs to the LBA. */
  readonly flags: number;
  readonly lba: (cdb: Buffer) => number;
  readonly blocks: (cdb: Buffer) => number;
  /** Usage map with the given flags of byte 1. GROUP NUMBER is taken and has no effect; the control byte is not evaluated. */
  readonly usage: (opcode: number, flags: number) => readonly number[];
}

/** Statistics by group are not kept (GROUP_SUP is 0), and hosts may number their groups all the same (SBC-3 4.21). */
export const GROUP_NUMBER = 0x1f;

const filled = (count: number): number[] => new Array<number>(count).fill(0xff);

export const CDB6: BlockShape = {
  bytes: 6,
  lengthAt: 4,
  flags: 0,
  lba: (cdb) => ((cdb[1]! & 0x1f) << 16) | u16(cdb, 2),
  // SBC-3 5.7: zero means 256 blocks, in this shape only.
  blocks: (cdb) => cdb[4]! || 256,
  usage: (opcode) => [opcode, 0x1f, 0xff, 0xff, 0xff, 0],
};

export const CDB10: BlockShape = {
  bytes: 10,
  lengthAt: 7,
  flags: 0xff,
  lba: (cdb) => u32(cdb, 2),
  blocks: (cdb) => u16(cdb, 7),
  usage: (opcode, flags) => [opcode, flags, ...filled(4), GROUP_NUMBER, ...filled(2), 0],
};

export const CDB12: BlockShape = {
  bytes: 12,
  lengthAt: 6,
  flags: 0xff,
  lba: (cdb) => u32(cdb, 2),
  blocks: (cdb) => u32(cdb, 6),
  usage: (opcode, flags) => [opcode, flags, ...filled(8), GROUP_NUMBER, 0],
};

export const CDB16: BlockShape = {
  bytes: 16,
  lengthAt: 10,
  flags: 0xff,
  lba: (cdb) => u64(cdb, 2),
  blocks: (cdb) => u32(cdb, 10),
  usage: (opcode, flags) => [opcode, flags, ...filled(12), GROUP_NUMBER, 0],
};

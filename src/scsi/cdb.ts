/** Decoding of command descriptor blocks (SPC-4 4.2.5, SBC-3 5) and the usage maps of their common shapes. */
import type { CommandDescriptor } from "./command.ts";
import type { ScsiTask } from "./task.ts";

/**
 * Numbers of the CDB. A 64-bit LBA beyond 2^53 loses its low bits here, which changes nothing: volumes are smaller by
 * orders of magnitude, so it stays out of range whatever its low bits were.
 */
export const u16 = (cdb: Buffer, at: number): number => (cdb[at]! << 8) | cdb[at + 1]!;
export const u32 = (cdb: Buffer, at: number): number => ((cdb[at]! << 24) | (cdb[at + 1]! << 16) | u16(cdb, at + 2)) >>> 0;
export const u64 = (cdb: Buffer, at: number): number => u32(cdb, at) * 2 ** 32 + u32(cdb, at + 4);

/** Flags of block commands: bits of byte 1, or of byte 10 where the CDB has 32 bytes. */
export const Flag = {
  Dpo: 0x10,
  Fua: 0x08,
  Unmap: 0x08,
  /** Both bits of BYTCHK (SBC-3 5.33). */
  Bytchk: 0x06,
  Immed: 0x02,
  Ndob: 0x01,
} as const;

/** Where the five sizes of block commands keep flags, LBA and length. */
export interface BlockShape {
  readonly bytes: 6 | 10 | 12 | 16 | 32;
  /** Byte of the length field: what a field pointer names when the length is refused. */
  readonly lengthAt: number;
  /** Byte of the flags. */
  readonly flagsAt: number;
  /** Bits of that byte that are flags; in the 6-byte shape it belongs to the LBA. */
  readonly flags: number;
  readonly lba: (cdb: Buffer) => number;
  readonly blocks: (cdb: Buffer) => number;
  /** Usage map with the given flags. GROUP NUMBER is taken and has no effect; the control byte is not evaluated. */
  readonly usage: (opcode: number, flags: number, serviceAction?: number) => readonly number[];
}

/** Statistics by group are not kept (GROUP_SUP is 0), and hosts may number their groups all the same (SBC-3 4.21). */
export const GROUP_NUMBER = 0x1f;

const filled = (count: number): number[] => new Array<number>(count).fill(0xff);

export const CDB6: BlockShape = {
  bytes: 6,
  lengthAt: 4,
  flagsAt: 1,
  flags: 0,
  lba: (cdb) => ((cdb[1]! & 0x1f) << 16) | u16(cdb, 2),
  // SBC-3 5.7: zero means 256 blocks, in this shape only.
  blocks: (cdb) => cdb[4]! || 256,
  usage: (opcode) => [opcode, 0x1f, 0xff, 0xff, 0xff, 0],
};

export const CDB10: BlockShape = {
  bytes: 10,
  lengthAt: 7,
  flagsAt: 1,
  flags: 0xff,
  lba: (cdb) => u32(cdb, 2),
  blocks: (cdb) => u16(cdb, 7),
  usage: (opcode, flags) => [opcode, flags, ...filled(4), GROUP_NUMBER, ...filled(2), 0],
};

export const CDB12: BlockShape = {
  bytes: 12,
  lengthAt: 6,
  flagsAt: 1,
  flags: 0xff,
  lba: (cdb) => u32(cdb, 2),
  blocks: (cdb) => u32(cdb, 6),
  usage: (opcode, flags) => [opcode, flags, ...filled(8), GROUP_NUMBER, 0],
};

export const CDB16: BlockShape = {
  bytes: 16,
  lengthAt: 10,
  flagsAt: 1,
  flags: 0xff,
  lba: (cdb) => u64(cdb, 2),
  blocks: (cdb) => u32(cdb, 10),
  usage: (opcode, flags) => [opcode, flags, ...filled(12), GROUP_NUMBER, 0],
};

/** Operation code of variable length CDBs (SPC-4 4.2.5.3). Byte 7 counts the bytes behind it; bytes 8 and 9 hold the service action. */
export const VARIABLE_LENGTH = 0x7f;
const ADDITIONAL_LENGTH_AT = 7;
const CDB32_ADDITIONAL_LENGTH = 0x18;

/**
 * Block commands of 32 bytes (SBC-3 5.11 and others). Bytes 20 to 27 say which protection information is expected. Units here have none:
 * the fields are taken and ignored, as wherever nothing is checked, and a RDPROTECT or WRPROTECT other than 0 is refused.
 *
 * The standard wants these commands from units with type 2 protection. Without protection they mean what the ones of 16 bytes mean.
 */
export const CDB32: BlockShape = {
  bytes: 32,
  lengthAt: 28,
  flagsAt: 10,
  flags: 0xff,
  lba: (cdb) => u64(cdb, 12),
  blocks: (cdb) => u32(cdb, 28),
  usage: (opcode, flags, serviceAction = 0) => [
    ...[opcode, 0, 0, 0, 0, 0, GROUP_NUMBER, CDB32_ADDITIONAL_LENGTH],
    ...[serviceAction >> 8, serviceAction & 0xff, flags, 0],
    ...filled(20),
  ],
};

/** The flags of a block command, whatever its shape, and the byte they are in. */
export const flagsOf = (cdb: Buffer): number => cdb[flagsAt(cdb)]!;
export const flagsAt = (cdb: Buffer): number => (cdb[0] === VARIABLE_LENGTH ? CDB32.flagsAt : 1);

type Decoder = (task: ScsiTask, shape: BlockShape) => boolean;

/** What the rows of one block command have in common for a shape: where it is found, its size and its decoder. */
export function shaped(
  opcode: number,
  shape: BlockShape,
  flags: number,
  decode: Decoder,
  serviceAction?: number,
): Pick<CommandDescriptor, "opcode" | "serviceAction" | "usage"> & { decode: (task: ScsiTask) => boolean } {
  const usage = shape.usage(opcode, flags, serviceAction);
  if (serviceAction === undefined) return { opcode, usage, decode: (task) => decode(task, shape) };
  return { opcode, serviceAction, usage, decode: (task) => hasItsLength(task) && decode(task, shape) };
}

/** The usage map alone would let a smaller length pass, which has no bit that 18h has not. */
function hasItsLength(task: ScsiTask): boolean {
  return task.cdb[ADDITIONAL_LENGTH_AT] === CDB32_ADDITIONAL_LENGTH || task.failCdb(ADDITIONAL_LENGTH_AT);
}

/** CDBs of the block commands, written from the tables of SBC-3 and independently of the decoder. */

type Flags = number;

const be = (value: number | bigint, bytes: number): number[] => {
  const out: number[] = [];
  let left = BigInt(value);
  for (let index = 0; index < bytes; index += 1) {
    out.unshift(Number(left & 0xffn));
    left >>= 8n;
  }
  return out;
};

const six = (opcode: number) => (lba: number, length: number) => [opcode, ...be(lba, 3), length, 0];
const ten =
  (opcode: number) =>
  (lba: number, length: number, flags: Flags = 0) => [opcode, flags, ...be(lba, 4), 0, ...be(length, 2), 0];
const twelve =
  (opcode: number) =>
  (lba: number, length: number, flags: Flags = 0) => [opcode, flags, ...be(lba, 4), ...be(length, 4), 0, 0];
const sixteen =
  (opcode: number) =>
  (lba: number | bigint, length: number, flags: Flags = 0) => [opcode, flags, ...be(lba, 8), ...be(length, 4), 0, 0];

/** Flags are in byte 10; bytes 20 to 27 are about protection information. */
const thirtyTwo =
  (serviceAction: number) =>
  (lba: number | bigint, length: number, flags: Flags = 0) => [
    ...[0x7f, 0, 0, 0, 0, 0, 0, 0x18, ...be(serviceAction, 2), flags, 0],
    ...[...be(lba, 8), ...be(0, 8), ...be(length, 4)],
  ];

export const cdb = {
  testUnitReady: () => [0, 0, 0, 0, 0, 0],
  read6: six(0x08),
  read10: ten(0x28),
  read12: twelve(0xa8),
  read16: sixteen(0x88),
  read32: thirtyTwo(0x0009),
  write6: six(0x0a),
  write10: ten(0x2a),
  write12: twelve(0xaa),
  write16: sixteen(0x8a),
  write32: thirtyTwo(0x000b),
  verify10: ten(0x2f),
  verify12: twelve(0xaf),
  verify16: sixteen(0x8f),
  verify32: thirtyTwo(0x000a),
  writeAndVerify10: ten(0x2e),
  writeAndVerify12: twelve(0xae),
  writeAndVerify16: sixteen(0x8e),
  writeAndVerify32: thirtyTwo(0x000c),
  synchronizeCache10: ten(0x35),
  synchronizeCache16: sixteen(0x91),
  preFetch10: ten(0x34),
  preFetch16: sixteen(0x90),
  writeSame10: ten(0x41),
  writeSame16: sixteen(0x93),
  writeSame32: thirtyTwo(0x000d),
  orwrite16: sixteen(0x8b),
  compareAndWrite: (lba: number | bigint, blocks: number, flags: Flags = 0) => [
    0x89,
    flags,
    ...be(lba, 8),
    0,
    0,
    0,
    blocks,
    0,
    0,
  ],
  unmap: (listLength: number, flags: Flags = 0) => [0x42, flags, 0, 0, 0, 0, 0, ...be(listLength, 2), 0],
  getLbaStatus: (lba: number | bigint, allocationLength: number) => [
    0x9e,
    0x12,
    ...be(lba, 8),
    ...be(allocationLength, 4),
    0,
    0,
  ],
  readCapacity10: () => [0x25, 0, 0, 0, 0, 0, 0, 0, 0, 0],
  readCapacity16: (allocationLength: number) => [0x9e, 0x10, ...be(0, 8), ...be(allocationLength, 4), 0, 0],
} as const;

export interface UnmapRange {
  readonly lba: number | bigint;
  readonly blocks: number;
}

/** The parameter list of UNMAP (SBC-3 5.28.2). */
export function unmapList(ranges: readonly UnmapRange[]): Buffer {
  const bytes = ranges.length * 16;
  return Buffer.from([
    ...be(bytes + 6, 2),
    ...be(bytes, 2),
    0,
    0,
    0,
    0,
    ...ranges.flatMap((range) => [...be(range.lba, 8), ...be(range.blocks, 4), 0, 0, 0, 0]),
  ]);
}

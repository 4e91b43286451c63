/** CDBs and parameter lists of third-party copy commands, written from the tables of SPC-4 6.3 to 6.5 and 6.20 to 6.25. */

const be = (value: number | bigint, bytes: number): number[] => {
  const out = Buffer.alloc(8);
  out.writeBigUInt64BE(BigInt(value));
  return [...out.subarray(8 - bytes)];
};

const third = (opcode: number, action: number, middle: readonly number[], length: number): number[] => [
  opcode,
  action,
  ...middle,
  ...be(length, 4),
  0,
  0,
];

export const copy = {
  lid1: (length: number) => third(0x83, 0x00, [0, 0, 0, 0, 0, 0, 0, 0], length),
  lid4: (length: number) => third(0x83, 0x01, [0, 0, 0, 0, 0, 0, 0, 0], length),
  abort: (listId: number) => third(0x83, 0x1c, [...be(listId, 4), 0, 0, 0, 0], 0),
  statusLid1: (listId: number, allocation = 512) => third(0x84, 0x00, [listId, 0, 0, 0, 0, 0, 0, 0], allocation),
  statusLid4: (listId: number, allocation = 512) => third(0x84, 0x05, [...be(listId, 4), 0, 0, 0, 0], allocation),
  parameters: (allocation = 512) => third(0x84, 0x03, [0, 0, 0, 0, 0, 0, 0, 0], allocation),
  failure: (listId: number, allocation = 512) => third(0x84, 0x04, [listId, 0, 0, 0, 0, 0, 0, 0], allocation),
} as const;

export interface CscdFields {
  readonly type?: number;
  readonly peripheral?: number;
  readonly codeSet?: number;
  readonly association?: number;
  readonly designatorType?: number;
  readonly designator: Buffer;
  readonly designatorLength?: number;
  readonly pad?: boolean;
  readonly blockLength?: number;
}

/** SPC-4 6.4.5.6; an NAA designator of the logical unit by default. */
export function cscd(fields: CscdFields): Buffer {
  const out = Buffer.alloc(32);
  out[0] = fields.type ?? 0xe4;
  out[1] = fields.peripheral ?? 0;
  out[4] = fields.codeSet ?? 1;
  out[5] = ((fields.association ?? 0) << 4) | (fields.designatorType ?? 3);
  out[7] = fields.designatorLength ?? fields.designator.length;
  fields.designator.copy(out, 8);
  out[28] = fields.pad ? 0x04 : 0;
  out.writeUIntBE(fields.blockLength ?? 0, 29, 3);
  return out;
}

export interface SegmentFields {
  readonly type?: number;
  readonly dc?: boolean;
  readonly cat?: boolean;
  readonly source?: number;
  readonly destination?: number;
  readonly blocks: number;
  readonly from: number | bigint;
  readonly to: number | bigint;
}

/** SPC-4 6.4.6.4. */
export function segment(fields: SegmentFields): Buffer {
  return Buffer.from([
    fields.type ?? 0x02,
    (fields.dc ? 2 : 0) | (fields.cat ? 1 : 0),
    ...be(0x18, 2),
    ...be(fields.source ?? 0, 2),
    ...be(fields.destination ?? 0, 2),
    0,
    0,
    ...be(fields.blocks, 2),
    ...be(fields.from, 8),
    ...be(fields.to, 8),
  ]);
}

export interface ListFields {
  readonly listId?: number;
  /** LIST ID USAGE. */
  readonly usage?: number;
  readonly inline?: Buffer;
}

/** SPC-4 6.5. */
export function listLid1(cscds: readonly Buffer[], segments: readonly Buffer[], fields: ListFields = {}): Buffer {
  const targets = Buffer.concat(cscds);
  const moves = Buffer.concat(segments);
  const inline = fields.inline ?? Buffer.alloc(0);
  const header = Buffer.alloc(16);
  header[0] = fields.listId ?? 1;
  header[1] = (fields.usage ?? 0) << 3;
  header.writeUInt16BE(targets.length, 2);
  header.writeUInt32BE(moves.length, 8);
  header.writeUInt32BE(inline.length, 12);
  return Buffer.concat([header, targets, moves, inline]);
}

/** SPC-4 6.4.2: the first CSCD descriptor has ID 1. */
export function listLid4(
  cscds: readonly Buffer[],
  segments: readonly Buffer[],
  fields: ListFields & { readonly immed?: boolean; readonly goodSense?: boolean } = {},
): Buffer {
  const targets = Buffer.concat(cscds);
  const moves = Buffer.concat(segments);
  const header = Buffer.alloc(48);
  header[0] = 0x01;
  header[1] = (fields.usage ?? 0) << 3;
  header.writeUInt16BE(0x20, 2);
  header[15] = (fields.goodSense ? 2 : 0) | (fields.immed ? 1 : 0);
  header[16] = 0xff;
  header.writeUInt32BE(fields.listId ?? 1, 20);
  header.writeUInt16BE(targets.length, 42);
  header.writeUInt16BE(moves.length, 44);
  return Buffer.concat([header, targets, moves]);
}

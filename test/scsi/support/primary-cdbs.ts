/** CDBs and parameter lists of the primary commands, written from the tables of SPC-4. */

const be = (value: number | bigint, bytes: number): number[] => {
  const out = Buffer.alloc(8);
  out.writeBigUInt64BE(BigInt(value));
  return [...out.subarray(8 - bytes)];
};

export const spc = {
  inquiry: (allocation = 255) => [0x12, 0, 0, ...be(allocation, 2), 0],
  vpd: (page: number, allocation = 1024) => [0x12, 0x01, page, ...be(allocation, 2), 0],
  reportLuns: (select = 0, allocation = 4096) => [0xa0, 0, select, 0, 0, 0, ...be(allocation, 4), 0, 0],
  requestSense: (desc = 0, allocation = 252) => [0x03, desc, 0, 0, allocation, 0],
  modeSense6: (page: number, options: { subpage?: number; dbd?: boolean; pc?: number; allocation?: number } = {}) => [
    0x1a,
    options.dbd ? 0x08 : 0,
    ((options.pc ?? 0) << 6) | page,
    options.subpage ?? 0,
    options.allocation ?? 255,
    0,
  ],
  modeSense10: (page: number, options: { subpage?: number; flags?: number; pc?: number; allocation?: number } = {}) => [
    0x5a,
    options.flags ?? 0,
    ((options.pc ?? 0) << 6) | page,
    options.subpage ?? 0,
    0,
    0,
    0,
    ...be(options.allocation ?? 1024, 2),
    0,
  ],
  modeSelect6: (length: number, flags = 0x10) => [0x15, flags, 0, 0, length, 0],
  modeSelect10: (length: number, flags = 0x10) => [0x55, flags, 0, 0, 0, 0, 0, ...be(length, 2), 0],
  logSense: (page: number, options: { subpage?: number; pointer?: number; flags?: number; allocation?: number } = {}) => [
    0x4d,
    options.flags ?? 0,
    0x40 | page,
    options.subpage ?? 0,
    0,
    ...be(options.pointer ?? 0, 2),
    ...be(options.allocation ?? 1024, 2),
    0,
  ],
  persistentReserveIn: (action: number, allocation = 8192) => [0x5e, action, 0, 0, 0, 0, 0, ...be(allocation, 2), 0],
  persistentReserveOut: (action: number, type = 0, length = 24) => [0x5f, action, type, 0, 0, ...be(length, 4), 0],
  reserve6: () => [0x16, 0, 0, 0, 0, 0],
  release6: () => [0x17, 0, 0, 0, 0, 0],
  reserve10: () => [0x56, 0, 0, 0, 0, 0, 0, 0, 0, 0],
  release10: () => [0x57, 0, 0, 0, 0, 0, 0, 0, 0, 0],
  startStop: (byte4: number, immed = 0) => [0x1b, immed, 0, 0, byte4, 0],
  preventAllow: (prevent: number) => [0x1e, 0, 0, 0, prevent, 0],
  reportOpcodes: (options: number, opcode = 0, action = 0, allocation = 65535) => [
    0xa3,
    0x0c,
    options,
    opcode,
    ...be(action, 2),
    ...be(allocation, 4),
    0,
    0,
  ],
  reportTmf: (repd = 0, allocation = 64) => [0xa3, 0x0d, repd, 0, 0, 0, ...be(allocation, 4), 0, 0],
  reportTargetPortGroups: (format = 0, allocation = 1024) => [
    0xa3,
    (format << 5) | 0x0a,
    0,
    0,
    0,
    0,
    ...be(allocation, 4),
    0,
    0,
  ],
} as const;

/** SPC-4 6.16.3: key, service action key, four obsolete bytes, flags, three more bytes. */
export function prList(key: bigint, serviceActionKey = 0n, flags = 0, more: Buffer = Buffer.alloc(0)): Buffer {
  return Buffer.concat([Buffer.from([...be(key, 8), ...be(serviceActionKey, 8), 0, 0, 0, 0, flags, 0, 0, 0]), more]);
}

/** SPC-4 6.16.4. */
export function moveList(key: bigint, serviceActionKey: bigint, flags: number, port: number, transportId: Buffer): Buffer {
  return Buffer.concat([
    Buffer.from([...be(key, 8), ...be(serviceActionKey, 8), 0, flags, ...be(port, 2), ...be(transportId.length, 4)]),
    transportId,
  ]);
}

/** SPC-4 7.6.4.6: byte 0 is TPID FORMAT and PROTOCOL IDENTIFIER 5h. */
export function transportId(name: string, format: 0 | 1 = 1): Buffer {
  const length = Math.max(20, Math.ceil((name.length + 1) / 4) * 4);
  const out = Buffer.alloc(4 + length);
  out[0] = (format << 6) | 0x05;
  out.writeUInt16BE(length, 2);
  out.write(name, 4, "ascii");
  return out;
}

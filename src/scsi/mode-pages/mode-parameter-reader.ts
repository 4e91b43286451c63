/** Reads the parameter list of MODE SELECT whole before anything is changed: SPC-4 6.9, 7.5.3; SBC-3 6.5.2. */
import type { LogicalUnit } from "../logical-unit.ts";
import type { LunNexus } from "../nexus.ts";
import { isChangeable, type ModePage, pageValues } from "./mode-page.ts";
import { modePagesOf } from "./mode-page-table.ts";
import {
  DeviceSpecific,
  type HeaderLayout,
  LONG_DESCRIPTOR_BYTES,
  LONGLBA,
  longDescriptor,
  SHORT_DESCRIPTOR_BYTES,
  shortDescriptor,
} from "./mode-parameter-header.ts";
import type { ModeState } from "./mode-state.ts";

export type ModeReading =
  | { readonly kind: "modes"; readonly modes: ModeState }
  /** The list ends inside a header, a descriptor or a page: parameter list length error. */
  | { readonly kind: "truncated" }
  /** Invalid field in parameter list. */
  | { readonly kind: "invalid"; readonly byte: number; readonly bit?: number };

const PS = 0x80;
const SPF = 0x40;
const TRUNCATED: ModeReading = { kind: "truncated" };
/** Header bits that MODE SELECT does not define but that hosts send back as MODE SENSE gave them: Linux did until 5.17. */
const IGNORED_DEVICE_SPECIFIC = DeviceSpecific.WP | DeviceSpecific.DPOFUA;

const highestBit = (bits: number): number => 31 - Math.clz32(bits);

/** `lunNexus` gives the values that a list may repeat; `modes` those that it starts from. */
export function readModeParameters(list: Buffer, layout: HeaderLayout, lunNexus: LunNexus, modes: ModeState): ModeReading {
  if (list.length === 0) return { kind: "modes", modes };
  if (list.length < layout.bytes) return TRUNCATED;
  const descriptorBytes = list.readUIntBE(layout.descriptorLengthAt, layout.lengthBytes);
  const badHeader = checkHeader(list, layout, descriptorBytes);
  if (badHeader !== undefined) return badHeader;
  if (list.length < layout.bytes + descriptorBytes) return TRUNCATED;
  const badDescriptor = checkDescriptor(list, layout.bytes, descriptorBytes, lunNexus);
  if (badDescriptor !== undefined) return badDescriptor;
  return readPages(list, layout.bytes + descriptorBytes, modes, lunNexus.lu);
}

/** MODE DATA LENGTH is reserved here, and the other bytes are 0 but for the two that say what follows. */
function checkHeader(list: Buffer, layout: HeaderLayout, descriptorBytes: number): ModeReading | undefined {
  const longLba = layout.longLbaAt !== undefined && (list[layout.longLbaAt]! & LONGLBA) !== 0;
  for (let byte = 0; byte < layout.descriptorLengthAt; byte += 1) {
    const allowed = byte === layout.deviceSpecificAt ? IGNORED_DEVICE_SPECIFIC : byte === layout.longLbaAt ? LONGLBA : 0;
    const stray = list[byte]! & ~allowed;
    if (stray !== 0) return { kind: "invalid", byte, bit: highestBit(stray) };
  }
  const expected = longLba ? LONG_DESCRIPTOR_BYTES : SHORT_DESCRIPTOR_BYTES;
  return descriptorBytes === 0 || descriptorBytes === expected
    ? undefined
    : { kind: "invalid", byte: layout.descriptorLengthAt };
}

/**
 * The number of blocks may be repeated, or left to the device with 0 or all ones (SBC-3 6.5.2.2); the block length can only be repeated. Neither changes
 * by MODE SELECT.
 */
function checkDescriptor(list: Buffer, at: number, length: number, { lu }: LunNexus): ModeReading | undefined {
  if (length === 0) return undefined;
  const encode = length === LONG_DESCRIPTOR_BYTES ? longDescriptor : shortDescriptor;
  const countBytes = length === LONG_DESCRIPTOR_BYTES ? 8 : 4;
  const given = list.subarray(at, at + length);
  const current = encode(lu.state.sizeBlocks, lu.blockSize);
  const count = given.subarray(0, countBytes);
  const leftToDevice = count.every((byte) => byte === 0x00) || count.every((byte) => byte === 0xff);
  if (!leftToDevice && !count.equals(current.subarray(0, countBytes))) return { kind: "invalid", byte: at };
  for (let byte = countBytes; byte < length; byte += 1)
    if (given[byte] !== current[byte]) return { kind: "invalid", byte: at + byte };
  return undefined;
}

function readPages(list: Buffer, start: number, modes: ModeState, lu: LogicalUnit): ModeReading {
  let at = start;
  let result = modes;
  while (at < list.length) {
    const subpageFormat = (list[at]! & SPF) !== 0;
    const headerBytes = subpageFormat ? 4 : 2;
    if (list.length - at < headerBytes) return TRUNCATED;
    // PS says in MODE SENSE that a page can be saved; here it is reserved.
    if ((list[at]! & PS) !== 0) return { kind: "invalid", byte: at, bit: 7 };
    const code = list[at]! & 0x3f;
    const sameCode = modePagesOf(lu).filter((page) => page.code === code);
    if (sameCode.length === 0) return { kind: "invalid", byte: at, bit: 5 };
    const page = sameCode.find(
      ({ fixed, subpage }) => ((fixed[0]! & SPF) !== 0) === subpageFormat && (!subpageFormat || subpage === list[at + 1]),
    );
    if (page === undefined)
      return subpageFormat ? { kind: "invalid", byte: at + 1, bit: 7 } : { kind: "invalid", byte: at, bit: 6 };
    for (let byte = subpageFormat ? 2 : 1; byte < headerBytes; byte += 1) {
      if (list[at + byte] !== page.fixed[byte]) return { kind: "invalid", byte: at + (subpageFormat ? 2 : 1) };
    }
    if (list.length - at < page.fixed.length) return TRUNCATED;
    const next = readPage(list.subarray(at, at + page.fixed.length), page, result, lu);
    if (next.kind === "invalid") return { ...next, byte: at + next.byte };
    if (next.kind === "modes") result = next.modes;
    at += page.fixed.length;
  }
  return { kind: "modes", modes: result };
}

/** A page may differ from its current values only where it is changeable (SPC-4 6.9.1). */
function readPage(given: Buffer, page: ModePage, modes: ModeState, lu: LogicalUnit): ModeReading {
  const next: { -readonly [Name in keyof ModeState]: ModeState[Name] } = { ...modes };
  for (const bit of page.changeable) if (isChangeable(bit, lu)) next[bit.parameter] = (given[bit.byte]! & bit.mask) !== 0;
  for (const { byte, parameter } of page.numbers ?? []) {
    const value = given.readUInt32BE(byte);
    // What was not set and comes back as it was told stays as it is: it follows the size of the unit.
    if (value !== pageValues(page, modes, lu).readUInt32BE(byte)) next[parameter] = value;
  }
  const allowed = pageValues(page, next, lu);
  for (let byte = 0; byte < given.length; byte += 1) {
    const stray = given[byte]! ^ allowed[byte]!;
    if (stray !== 0) return { kind: "invalid", byte, bit: highestBit(stray) };
  }
  return { kind: "modes", modes: next };
}

/**
 * One good parameter list of every command that has one, typed from the tables of SPC-4, SBC-3 and SBC-4, with what becomes of it when it is spoilt.
 *
 * An outcome is "GOOD", "CONFLICT", or sense key, ASC and ASCQ with the field that the sense data points at: "5/26/00 @20.3" is bit 3 of byte 20 of
 * the list, "5/24/00 cdb@7" byte 7 of the CDB.
 */
import type { Nexus } from "../../../src/scsi/nexus.ts";
import { type AnotherUnit, addUnit, named, pattern } from "./copy-harness.ts";
import { copy, listLid1, listLid4, segment } from "./copy-lists.ts";
import { moveList, prList, spc, transportId } from "./primary-cdbs.ts";
import { KiB, makeUnit, type Result, type UnitUnderTest } from "./scsi-harness.ts";

/** A unit that two hosts see, with a second one beside it for copies. */
export interface Bed {
  readonly unit: UnitUnderTest;
  readonly other: Nexus;
  readonly second: AnotherUnit;
}

const VOLUME_BYTES = 64 * KiB;

export function makeBed(): Bed {
  const unit = makeUnit({ sizeBytes: VOLUME_BYTES, poolBytes: 1024 * KiB });
  const other = unit.anotherNexus("iqn.2026-01.test:other");
  const second = addUnit(unit, 1, { sizeBytes: VOLUME_BYTES });
  unit.backend.preset(pattern(VOLUME_BYTES, 1));
  second.backend.preset(pattern(VOLUME_BYTES, 2));
  return { unit, other, second };
}

interface LengthField {
  readonly at: number;
  readonly bytes: 1 | 2 | 4;
  /** What comes of one byte less than is there, one more, zero, and all ones. */
  readonly lies: readonly [less: string, more: string, zero: string, ones: string];
}

/** Bits of the bytes from `at` on: a mask for each of `count` bytes. */
export interface Bits {
  readonly at: number;
  readonly mask: number;
  readonly count?: number;
}

export interface ListFixture {
  /** As in the command table. */
  readonly name: string;
  readonly cdb: (length: number) => number[];
  readonly list: (bed: Bed) => Buffer | Promise<Buffer>;
  readonly prepare?: (bed: Bed) => Promise<unknown> | undefined;
  /** What comes of the first `length` bytes of the list, where the CDB does not say that there are more. */
  readonly cut: (length: number, whole: number) => string;
  /** What comes of a CDB that says more than the initiator has; "5/1a/00" where absent. */
  readonly missing?: string;
  /** What comes of four more bytes FFh behind the list, which the CDB counts. */
  readonly longer: string;
  /** The largest length that the CDB can say, and what comes of it where the initiator sends the list alone. */
  readonly most: number;
  readonly longest: string;
  readonly lengths?: readonly LengthField[];
  /** Setting (or clearing) one of these is an invalid field at that very bit. */
  readonly refused?: readonly Bits[];
  /** As `refused`, and what is pointed at is the byte. */
  readonly refusedBytes?: readonly Bits[];
  /** Reserved bits that need not be checked (SPC-4 3.3.9) and obsolete ones: they change nothing of what the list does. */
  readonly ignored?: readonly Bits[];
}

const LENGTH_ERROR = "5/1a/00";
const always = (outcome: string) => (): string => outcome;
/** No list at all is no error and does nothing; a part of one is a parameter list length error. */
const wholeOrNothing = (length: number): string => (length === 0 ? "GOOD" : LENGTH_ERROR);
const all = <T>(value: T): readonly [T, T, T, T] => [value, value, value, value];

// ---- MODE SELECT ------------------------------------------------------------------------------------------

/** What MODE SENSE gives, with the length of the data cleared as MODE SELECT wants it, and one changeable bit turned over. */
async function modeList({ unit }: Bed, sense: number[], headerBytes: 4 | 8, at: number, bit: number): Promise<Buffer> {
  const { dataIn } = await unit.run(sense);
  const list = Buffer.from(dataIn);
  list.fill(0, 0, headerBytes === 4 ? 1 : 2);
  list[headerBytes + 8 + at]! ^= bit;
  return list;
}

/** Where a list that is cut is whole all the same: between header, block descriptor and page. */
const modeCut =
  (...whole: number[]) =>
  (length: number): string =>
    whole.includes(length) ? "GOOD" : LENGTH_ERROR;

const MODE_SELECT: readonly ListFixture[] = [
  {
    name: "MODE SELECT(6)",
    cdb: (length) => spc.modeSelect6(length),
    // Caching page: WCE is bit 2 of byte 2.
    list: (bed) => modeList(bed, spc.modeSense6(0x08), 4, 2, 0x04),
    cut: (length) => (length > 4 && length < 12 ? LENGTH_ERROR : modeCut(0, 12)(length)),
    longer: "5/26/00 @32.7",
    most: 0xff,
    longest: LENGTH_ERROR,
    lengths: [
      { at: 3, bytes: 1, lies: ["5/26/00 @3", "5/26/00 @3", "5/26/00 @4.5", "5/26/00 @3"] },
      { at: 13, bytes: 1, lies: all("5/26/00 @13") },
    ],
    refused: [
      { at: 0, mask: 0xff, count: 2 },
      // DPOFUA and WP are as MODE SENSE gave them.
      { at: 2, mask: 0x6f },
      { at: 12, mask: 0x80 },
      { at: 14, mask: 0xfb },
      { at: 15, mask: 0xff, count: 17 },
    ],
    refusedBytes: [{ at: 8, mask: 0xff, count: 4 }],
    ignored: [{ at: 2, mask: 0x90 }],
  },
  {
    name: "MODE SELECT(10)",
    cdb: (length) => spc.modeSelect10(length),
    // Control page: D_SENSE is bit 2 of byte 2, SWP bit 3 of byte 4.
    list: (bed) => modeList(bed, spc.modeSense10(0x0a), 8, 2, 0x04),
    cut: modeCut(0, 16),
    most: 0xffff,
    longer: "5/26/00 @28.7",
    longest: LENGTH_ERROR,
    lengths: [
      { at: 6, bytes: 2, lies: ["5/26/00 @6", "5/26/00 @6", "5/26/00 @8.5", "5/26/00 @6"] },
      { at: 17, bytes: 1, lies: all("5/26/00 @17") },
    ],
    refused: [
      { at: 0, mask: 0xff, count: 3 },
      { at: 3, mask: 0x6f },
      { at: 4, mask: 0xfe },
      { at: 5, mask: 0xff },
      { at: 16, mask: 0x80 },
      { at: 18, mask: 0xfb },
      { at: 19, mask: 0xff },
      { at: 20, mask: 0xf7 },
      { at: 21, mask: 0xff, count: 7 },
    ],
    refusedBytes: [{ at: 12, mask: 0xff, count: 4 }],
    ignored: [{ at: 3, mask: 0x90 }],
  },
];

// ---- PERSISTENT RESERVE OUT -------------------------------------------------------------------------------

const KEY = 0xaan;
const OTHER_KEY = 0xbbn;

const reserveOut = (unit: UnitUnderTest, action: number, list: Buffer, nexus: Nexus, type = 0): Promise<Result> =>
  unit.run(spc.persistentReserveOut(action, type, list.length), { dataOut: list, nexus });

async function registered({ unit, other }: Bed): Promise<void> {
  await reserveOut(unit, 0x00, prList(0n, KEY), unit.nexus);
  await reserveOut(unit, 0x00, prList(0n, OTHER_KEY), other);
}

async function reserved(bed: Bed): Promise<void> {
  await registered(bed);
  await reserveOut(bed.unit, 0x01, prList(KEY), bed.unit.nexus, 1);
}

/** SCOPE and PORT of the two flags that only registering service actions know: ignored elsewhere (table 216). */
const UNUSED_FLAGS: Bits = { at: 20, mask: 0x05 };

const basic = (
  action: number,
  name: string,
  type: number,
  list: Buffer,
  prepare: ListFixture["prepare"],
  flags: Bits = { at: 20, mask: 0xfa },
  unused: readonly Bits[] = [UNUSED_FLAGS],
): ListFixture => ({
  name: `PERSISTENT RESERVE OUT / ${name}`,
  cdb: (length) => spc.persistentReserveOut(action, type, length),
  list: () => list,
  ...(prepare && { prepare }),
  cut: always(LENGTH_ERROR),
  most: 0xffff_ffff,
  longer: LENGTH_ERROR,
  longest: LENGTH_ERROR,
  refused: [flags],
  ignored: [{ at: 16, mask: 0xff, count: 4 }, ...unused, { at: 21, mask: 0xff, count: 3 }],
});

const withLength = (id: Buffer): Buffer => {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(id.length);
  return Buffer.concat([length, id]);
};

const PERSISTENT_RESERVE_OUT: readonly ListFixture[] = [
  {
    // With SPEC_I_PT: one TransportID behind its length.
    ...basic(
      0x00,
      "REGISTER",
      0,
      prList(0n, KEY, 0x08, withLength(transportId("iqn.2026-01.test:third,i,0x000000000003"))),
      undefined,
      { at: 20, mask: 0xf2 },
      [],
    ),
    longer: LENGTH_ERROR,
    lengths: [
      { at: 24, bytes: 4, lies: all(LENGTH_ERROR) },
      { at: 30, bytes: 2, lies: ["5/26/00 @30", "5/26/00 @30", "5/26/00 @30", "5/26/00 @30"] },
    ],
    refusedBytes: [
      { at: 28, mask: 0x3f },
      { at: 29, mask: 0xff },
    ],
  },
  basic(0x01, "RESERVE", 1, prList(KEY), registered),
  basic(0x02, "RELEASE", 1, prList(KEY), reserved),
  basic(0x03, "CLEAR", 0, prList(KEY), reserved),
  basic(0x04, "PREEMPT", 1, prList(KEY, OTHER_KEY), reserved),
  basic(0x05, "PREEMPT AND ABORT", 1, prList(KEY, OTHER_KEY), reserved),
  basic(0x06, "REGISTER AND IGNORE EXISTING KEY", 0, prList(0n, KEY), undefined, { at: 20, mask: 0xfa }, []),
  {
    name: "PERSISTENT RESERVE OUT / REGISTER AND MOVE",
    cdb: (length) => spc.persistentReserveOut(0x07, 0, length),
    list: ({ other }) => moveList(KEY, 0xccn, 0x02, 1, transportId(other.initiatorPort)),
    prepare: reserved,
    cut: always(LENGTH_ERROR),
    most: 0xffff_ffff,
    longer: LENGTH_ERROR,
    longest: LENGTH_ERROR,
    lengths: [
      { at: 20, bytes: 4, lies: all(LENGTH_ERROR) },
      { at: 26, bytes: 2, lies: all("5/26/00 @26") },
    ],
    refused: [{ at: 17, mask: 0xfc }],
    refusedBytes: [
      { at: 24, mask: 0x3f },
      { at: 25, mask: 0xff },
    ],
    ignored: [{ at: 16, mask: 0xff }],
  },
  basic(
    0x08,
    "REPLACE LOST RESERVATION",
    1,
    prList(0n, KEY),
    ({ unit }) => void unit.lu.publish({ ...unit.lu.state, memory: "lost" }),
    { at: 20, mask: 0xfe },
    [],
  ),
];

// ---- Copies -------------------------------------------------------------------------------------------------

const cscds = ({ unit, second }: Bed): Buffer[] => [named(unit.lu), named(second.lu)];

/** Reserved bits of a CSCD descriptor at `at` and of a segment descriptor at `segmentAt`. */
const copyBits = (at: number, segmentAt: number): Bits[] => [
  { at: at + 4, mask: 0xf0 },
  { at: at + 5, mask: 0xc0 },
  { at: at + 6, mask: 0xff },
  { at: at + 28, mask: 0xfb },
  { at: segmentAt + 1, mask: 0xfc },
  { at: segmentAt + 8, mask: 0xff, count: 2 },
];
/** LU ID TYPE, and RELATIVE INITIATOR PORT IDENTIFIER. */
const copyIgnored = (at: number): Bits[] => [
  { at: at + 1, mask: 0xe0 },
  { at: at + 2, mask: 0xff, count: 2 },
];

const EXTENDED_COPY: readonly ListFixture[] = [
  {
    name: "EXTENDED COPY(LID1)",
    cdb: (length) => copy.lid1(length),
    list: (bed) => listLid1(cscds(bed), [segment({ source: 0, destination: 1, blocks: 8, from: 0, to: 16 })]),
    cut: wholeOrNothing,
    most: 0xffff_ffff,
    // What lies behind the list is nobody's.
    longer: "GOOD",
    longest: LENGTH_ERROR,
    lengths: [
      { at: 2, bytes: 2, lies: ["5/26/00 @2", LENGTH_ERROR, "5/26/09 @16", LENGTH_ERROR] },
      { at: 8, bytes: 4, lies: [LENGTH_ERROR, LENGTH_ERROR, "GOOD", LENGTH_ERROR] },
      { at: 12, bytes: 4, lies: [LENGTH_ERROR, LENGTH_ERROR, "GOOD", LENGTH_ERROR] },
      { at: 23, bytes: 1, lies: ["a/0d/02 @16", "a/0d/02 @16", "a/0d/02 @16", "5/26/00 @23"] },
      { at: 82, bytes: 2, lies: all("5/26/00 @82") },
    ],
    refused: [{ at: 1, mask: 0xc0 }, { at: 4, mask: 0xff, count: 4 }, ...copyBits(16, 80)],
    ignored: [{ at: 1, mask: 0x27 }, ...copyIgnored(16)],
  },
  {
    name: "EXTENDED COPY(LID4)",
    cdb: (length) => copy.lid4(length),
    list: (bed) => listLid4(cscds(bed), [segment({ source: 1, destination: 2, blocks: 8, from: 0, to: 16 })]),
    cut: wholeOrNothing,
    most: 0xffff_ffff,
    longer: "GOOD",
    longest: LENGTH_ERROR,
    lengths: [
      { at: 2, bytes: 2, lies: all("5/26/00 @2") },
      { at: 42, bytes: 2, lies: ["5/26/00 @42", LENGTH_ERROR, "5/26/09 @48", LENGTH_ERROR] },
      { at: 44, bytes: 2, lies: [LENGTH_ERROR, LENGTH_ERROR, "GOOD", LENGTH_ERROR] },
      { at: 46, bytes: 2, lies: [LENGTH_ERROR, LENGTH_ERROR, "GOOD", LENGTH_ERROR] },
    ],
    refused: [
      { at: 1, mask: 0xc0 },
      { at: 4, mask: 0xff, count: 11 },
      { at: 15, mask: 0xfc },
      { at: 17, mask: 0xff, count: 3 },
      { at: 24, mask: 0xff, count: 18 },
      ...copyBits(48, 112),
    ],
    refusedBytes: [{ at: 16, mask: 0xff }],
    ignored: [{ at: 1, mask: 0x27 }, ...copyIgnored(48)],
  },
];

// ---- The others -----------------------------------------------------------------------------------------------

const length32 = (opcode: number, action: number, length: number, last = 0): number[] => [
  ...[opcode, action, 0, 0, 0, 0],
  ...[length >>> 24, (length >>> 16) & 0xff, (length >>> 8) & 0xff, length & 0xff],
  ...[last, 0],
];
const length16 = (opcode: number, action: number, length: number): number[] => [
  ...[opcode, action, opcode === 0x4c ? 0x40 : 0, 0, 0, 0, 0],
  ...[length >>> 8, length & 0xff, 0],
];

const OTHERS: readonly ListFixture[] = [
  {
    name: "LOG SELECT",
    cdb: (length) => length16(0x4c, 0, length),
    // Page 02h with parameter 0005h of eight bytes, and page 06h with parameter 0000h of four.
    list: () => Buffer.from("0200000c000520080000000000000007" + "060000080000200400000009", "hex"),
    prepare: ({ unit }) => unit.run([0x2a, 0, 0, 0, 0, 0, 0, 0, 1, 0], { dataOut: Buffer.alloc(512, 0x5a) }),
    cut: (length) => (length === 0 || length === 16 ? "GOOD" : LENGTH_ERROR),
    most: 0xffff,
    longer: "5/26/00 @28.5",
    longest: LENGTH_ERROR,
    lengths: [
      { at: 2, bytes: 2, lies: [LENGTH_ERROR, LENGTH_ERROR, "5/26/00 @5.7", LENGTH_ERROR] },
      { at: 7, bytes: 1, lies: all("5/26/00 @7") },
      { at: 18, bytes: 2, lies: all(LENGTH_ERROR) },
    ],
    refused: [{ at: 0, mask: 0x40 }],
    // DS is as LOG SENSE gave it.
    ignored: [{ at: 0, mask: 0x80 }],
    refusedBytes: [{ at: 6, mask: 0xff }],
  },
  {
    name: "UNMAP",
    cdb: (length) => length16(0x42, 0, length),
    // Two descriptors: 8 blocks from 8 on, and 16 blocks from 64 on.
    list: () =>
      Buffer.from(
        ["0026002000000000", "0000000000000008", "0000000800000000", "0000000000000040", "0000001000000000"].join(""),
        "hex",
      ),
    cut: wholeOrNothing,
    // The initiator has less than the command needs: nothing is asked for.
    missing: "5/0e/03",
    most: 0xffff,
    longer: "GOOD",
    longest: "5/0e/03",
    lengths: [
      { at: 0, bytes: 2, lies: ["5/26/00 @0", "GOOD", "5/26/00 @0", "GOOD"] },
      // An incomplete last descriptor is ignored (SBC-3 5.28.2).
      { at: 2, bytes: 2, lies: ["GOOD", LENGTH_ERROR, "GOOD", LENGTH_ERROR] },
    ],
    ignored: [
      { at: 4, mask: 0xff, count: 4 },
      { at: 20, mask: 0xff, count: 4 },
      { at: 36, mask: 0xff, count: 4 },
    ],
  },
  {
    name: "SANITIZE / OVERWRITE",
    cdb: (length) => length16(0x48, 0x01, length),
    list: () => Buffer.from("01000004c0ffee11", "hex"),
    cut: (length) => (length <= 4 ? "5/24/00 cdb@7" : LENGTH_ERROR),
    most: 0xffff,
    longer: "5/26/00 @2",
    longest: "5/24/00 cdb@7",
    lengths: [{ at: 2, bytes: 2, lies: ["5/26/00 @2", LENGTH_ERROR, "5/26/00 @2", "5/26/00 @2"] }],
    refused: [{ at: 1, mask: 0xff }],
  },
  {
    name: "SET IDENTIFYING INFORMATION",
    // Text: it ends with its first zero byte.
    cdb: (length) => length32(0xa4, 0x06, length, 0x04),
    list: () => Buffer.from("volume of the tests\0", "utf8"),
    most: 0xffff_ffff,
    cut: (length) => (length === 0 ? "GOOD" : `5/26/00 @${length - 1}`),
    longer: "5/26/00 @20",
    longest: "5/24/00 cdb@6",
  },
  {
    name: "SET TARGET PORT GROUPS",
    cdb: (length) => length32(0xa4, 0x0a, length),
    list: () => Buffer.from("000000000100000102000002", "hex"),
    // Whole descriptors are a list, however few.
    most: 0xffff_ffff,
    cut: (length) => (length % 4 === 0 ? "GOOD" : LENGTH_ERROR),
    longer: "5/26/00 @12.3",
    longest: LENGTH_ERROR,
    ignored: [
      { at: 0, mask: 0xff, count: 4 },
      { at: 4, mask: 0xf0 },
      { at: 5, mask: 0xff },
      { at: 8, mask: 0xf0 },
      { at: 9, mask: 0xff },
    ],
  },
  {
    name: "SET TIMESTAMP",
    cdb: (length) => length32(0xa4, 0x0f, length),
    list: () => Buffer.from("00000000018bcfe568000000", "hex"),
    cut: wholeOrNothing,
    most: 0xffff_ffff,
    longer: LENGTH_ERROR,
    longest: LENGTH_ERROR,
    refusedBytes: [
      { at: 0, mask: 0xff, count: 4 },
      { at: 10, mask: 0xff, count: 2 },
    ],
  },
  {
    name: "WRITE BUFFER",
    // The echo buffer takes any bytes.
    cdb: (length) => [0x3b, 0x0a, 0, 0, 0, 0, length >>> 16, (length >>> 8) & 0xff, length & 0xff, 0],
    list: () => Buffer.from("0123456789abcdef", "hex"),
    cut: always("GOOD"),
    most: 0xff_ffff,
    longer: "GOOD",
    longest: "5/24/00 cdb@6",
  },
];

export const LIST_FIXTURES: readonly ListFixture[] = [...MODE_SELECT, ...PERSISTENT_RESERVE_OUT, ...EXTENDED_COPY, ...OTHERS];

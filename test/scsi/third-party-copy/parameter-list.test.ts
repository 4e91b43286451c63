/** Parameter lists of EXTENDED COPY that lie (SPC-4 5.17.7.1, 6.4.2 to 6.4.6): the sense the standard names, with its pointer, and nothing moves. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { LIMITS } from "../../../src/common/limits.ts";
import { ScsiStatus } from "../../../src/scsi/status.ts";
import { parseCopyList } from "../../../src/scsi/third-party-copy/parameter-list.ts";
import { isSense } from "../../../src/scsi/third-party-copy/refusal.ts";
import { CopyPair } from "../support/copy-harness.ts";
import { copy, cscd, listLid1, listLid4, segment } from "../support/copy-lists.ts";
import { KiB, MiB } from "../support/scsi-harness.ts";

const target = cscd({ designator: Buffer.alloc(16, 1) });
const move = segment({ blocks: 8, from: 0, to: 64 });
const many = <T>(count: number, value: T): T[] => new Array<T>(count).fill(value);

/** The list with these bytes changed. */
function spoilt(list: Buffer, changes: Readonly<Record<number, number>>): Buffer {
  const out = Buffer.from(list);
  for (const [at, value] of Object.entries(changes)) out[Number(at)] = value;
  return out;
}

/** ASC and ASCQ, and the pointer as byte or byte.bit; undefined: the list is taken. */
function faultOf(list: Buffer, format: 1 | 4): string | undefined {
  const parsed = parseCopyList(list, format);
  if (!isSense(parsed)) return undefined;
  const { code, field } = parsed;
  expect(code.key).toBe(0x5);
  const place = field === undefined ? "" : ` ${field.byte}${field.bit === undefined ? "" : `.${field.bit}`}`;
  return `${code.asc.toString(16)}/${code.ascq.toString(16)}${place}`;
}

const short = listLid1([target], [move]);
const long = listLid4([target], [move]);

test("lists without fault are taken", () => {
  expect(faultOf(short, 1)).toBeUndefined();
  expect(faultOf(long, 4)).toBeUndefined();
  expect(faultOf(listLid1([], []), 1)).toBeUndefined();
  expect(faultOf(Buffer.concat([short, Buffer.alloc(100, 0xff)]), 1), "what lies behind the list is nobody's").toBeUndefined();
  expect(faultOf(listLid1(many(16, target), many(64, move)), 1)).toBeUndefined();
});

describe("with short list identifiers", () => {
  test.each([
    ["a header cut off", short.subarray(0, 15), "1a/0"],
    ["a CSCD descriptor cut off", short.subarray(0, 16 + 31), "1a/0"],
    ["a segment descriptor cut off", short.subarray(0, short.length - 1), "1a/0"],
    ["a CSCD list that is longer than the list", spoilt(short, { 2: 0xff }), "1a/0"],
    ["a segment list that is longer than the list", spoilt(short, { 8: 0xff }), "1a/0"],
    ["inline data that is not there", spoilt(short, { 12: 0xff }), "1a/0"],
    ["more descriptors than may be", listLid1(many(16, target), many(65, move)), "1a/0"],
    ["half a CSCD descriptor", listLid1([target, Buffer.alloc(16)], [move]), "26/0 2"],
    ["half a segment descriptor", listLid1([target], [move, move.subarray(0, 14)]), "1a/0"],
    ["17 CSCD descriptors", listLid1(many(LIMITS.copy_cscd_descriptors.value + 1, target), []), "26/6 2"],
    ["65 segment descriptors", listLid1([target], many(LIMITS.copy_segments.value + 1, move)), `26/8 ${16 + 32 + 64 * 28}`],
    ["inline data", listLid1([target], [move], { inline: Buffer.alloc(4) }), "26/b 12"],
    ["LIST ID USAGE 01b", listLid1([target], [move], { usage: 1 }), "26/0 1.4"],
    ["LIST ID USAGE 11b with an identifier", listLid1([target], [move], { usage: 3 }), "26/0 0"],
    ["a reserved bit of byte 1", spoilt(short, { 1: 0x40 }), "26/0 1.6"],
    ["a reserved byte of the header", spoilt(short, { 6: 0x12 }), "26/0 6.4"],
    [
      "a Fibre Channel CSCD descriptor",
      listLid1([target, cscd({ type: 0xe0, designator: Buffer.alloc(16) })], [move]),
      "26/7 48",
    ],
    ["a segment among the CSCD descriptors", listLid1([Buffer.alloc(32)], [move]), "26/7 16"],
    [
      "a designator longer than its field",
      listLid1([cscd({ designator: Buffer.alloc(20), designatorLength: 21 })], [move]),
      "26/0 23",
    ],
    ["a reserved bit of the code set", spoilt(short, { 20: 0x81 }), "26/0 20.7"],
    ["a reserved byte of a CSCD descriptor", spoilt(short, { 22: 0x01 }), "26/0 22.0"],
    ["a reserved bit beside PAD", spoilt(short, { 44: 0x01 }), "26/0 44.0"],
    ["a segment for streams", listLid1([target], [segment({ type: 0x03, blocks: 1, from: 0, to: 0 })]), "26/9 48"],
    ["a segment for streams that is cut off as well", listLid1([target], [Buffer.from([3, 0, 0, 0x10])]), "26/9 48"],
    ["a segment of another length than its type has", spoilt(short, { 51: 0x14 }), "26/0 50"],
    ["a reserved bit of a segment", spoilt(short, { 49: 0x04 }), "26/0 49.2"],
    ["a reserved byte of a segment", spoilt(short, { 57: 0x80 }), "26/0 57.7"],
  ] as const)("%s is refused", (_what, list, fault) => {
    expect(faultOf(list, 1)).toBe(fault);
  });

  test("STR, PRIORITY, LU ID TYPE, NUL and the relative initiator port identifier have no effect", () => {
    expect(faultOf(spoilt(short, { 1: 0x27, 17: 0xe0, 18: 0xff, 19: 0xff }), 1)).toBeUndefined();
  });
});

describe("with long list identifiers", () => {
  test.each([
    ["a header cut off", long.subarray(0, 47), "1a/0"],
    ["a descriptor cut off", long.subarray(0, long.length - 1), "1a/0"],
    ["another format", spoilt(long, { 0: 0x02 }), "26/0 0"],
    ["another length of the header", spoilt(long, { 3: 0x21 }), "26/0 2"],
    ["another descriptor type in the header", spoilt(long, { 16: 0xe4 }), "26/0 16"],
    ["a reserved bit beside IMMED", spoilt(long, { 15: 0x04 }), "26/0 15.2"],
    ["a reserved byte before it", spoilt(long, { 9: 0x01 }), "26/0 9.0"],
    ["a reserved byte before the identifier", spoilt(long, { 19: 0x01 }), "26/0 19.0"],
    ["a reserved byte behind it", spoilt(long, { 41: 0x01 }), "26/0 41.0"],
    ["LIST ID USAGE 11b with an identifier", listLid4([], [], { usage: 3 }), "26/0 20"],
    ["17 CSCD descriptors", listLid4(many(17, target), []), "26/6 42"],
    ["inline data", Buffer.concat([spoilt(long, { 47: 4 }), Buffer.alloc(4)]), "26/b 46"],
  ] as const)("%s is refused", (_what, list, fault) => {
    expect(faultOf(list, 4)).toBe(fault);
  });
});

test("a list that the initiator does not send as a whole is refused, and one longer than memory for it as well", async () => {
  const pair = new CopyPair();
  const list = pair.list({ destination: 1, blocks: 8, from: 0, to: 0 });
  expect((await pair.unit.run(copy.lid1(list.length), { dataOut: list.subarray(0, 40) })).code).toBe("5/1a/00");
  expect((await pair.unit.run(copy.lid1(MiB), { dataOut: list })).code).toBe("5/1a/00");
  expect(pair.other.backend.log).toEqual([]);
});

/** Lists that are nearly right: any bytes of a good one changed, and cut anywhere. */
const nearly = (list: Buffer): fc.Arbitrary<Buffer> =>
  fc
    .tuple(
      fc.array(fc.tuple(fc.nat(list.length - 1), fc.nat(255)), { maxLength: 4 }),
      fc.oneof({ weight: 3, arbitrary: fc.constant(list.length) }, fc.nat(list.length)),
    )
    .map(([changes, length]) => spoilt(list, Object.fromEntries(changes)).subarray(0, length));

test("whatever a list holds, it is copied as it says or refused, and nothing but the destination's blocks changes", async () => {
  const pair = new CopyPair({ sizeBytes: 64 * KiB, poolBytes: 2 * MiB }, { sizeBytes: 64 * KiB, readOnly: true });
  const secret = Buffer.from(pair.other.backend.data);
  const good = listLid1(pair.cscds, [
    segment({ source: 1, destination: 0, blocks: 8, from: 0, to: 0 }),
    segment({ source: 0, destination: 0, cat: true, blocks: 1, from: 9, to: 90 }),
  ]);
  const goodLong = listLid4(pair.cscds, [segment({ source: 2, destination: 1, blocks: 8, from: 0, to: 0 })]);
  const any = fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes));
  await fc.assert(
    fc.asyncProperty(fc.boolean(), fc.oneof(nearly(good), nearly(goodLong), any), async (lid4, list) => {
      const result = await pair.unit.run(lid4 ? copy.lid4(list.length) : copy.lid1(list.length), { dataOut: list });
      expect([ScsiStatus.Good, ScsiStatus.CheckCondition, ScsiStatus.TaskSetFull]).toContain(result.status);
      expect(pair.other.backend.data.equals(secret)).toBe(true);
      if (result.sense?.code.key === 0x5) expect(result.sense.information).toBeUndefined();
    }),
    { numRuns: 1500 },
  );
  await new Promise((resolve) => setTimeout(resolve, 50));
  pair.expectIdle();
});

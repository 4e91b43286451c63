import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { native } from "./addon.ts";

/** RFC 3720 appendix B.4: bytes and their CRC, the digest's bytes in the order of the wire. */
const VECTORS: readonly (readonly [string, Uint8Array, string])[] = [
  ["32 bytes of zeroes", new Uint8Array(32), "aa36918a"],
  ["32 bytes of ones", new Uint8Array(32).fill(0xff), "43aba862"],
  ["32 incrementing bytes", Uint8Array.from({ length: 32 }, (_, i) => i), "4e79dd46"],
  ["32 decrementing bytes", Uint8Array.from({ length: 32 }, (_, i) => 31 - i), "5cdb3f11"],
  [
    "an iSCSI SCSI Read (10) command PDU",
    Buffer.from("01c00000000000000000000000000000140000000000040000000014000000182800000000000000" + "0200000000000000", "hex"),
    "563a96d9",
  ],
];

function digest(crc: number): string {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(crc);
  return bytes.toString("hex");
}

describe("crc32c (RFC 3720 B.4)", () => {
  test.each(VECTORS)("gives the standard's digest for %s", (_name, bytes, expected) => {
    expect(digest(native.crc32c(bytes, 0, bytes.length, 0))).toBe(expected);
    expect(digest(native.crc32cTable(bytes, 0, bytes.length, 0))).toBe(expected);
  });

  test("is computed alike by instruction and by table, at every alignment and length, in one piece or two", () => {
    const bytes = new Uint8Array(40_000);
    for (let i = 0; i < bytes.length; i++) bytes[i] = (i * 2_654_435_761) >>> 24;
    fc.assert(
      fc.property(fc.nat(64), fc.nat(39_000), fc.nat(1000), fc.nat({ max: 0xffffffff }), (start, length, part, seed) => {
        const end = Math.min(start + length, bytes.length);
        const cut = Math.min(start + part, end);
        const whole = native.crc32c(bytes, start, end, seed);
        expect(whole).toBe(native.crc32cTable(bytes, start, end, seed));
        expect(native.crc32c(bytes, cut, end, native.crc32c(bytes, start, cut, seed))).toBe(whole);
      }),
      { numRuns: 300 },
    );
  });

  test("refuses ranges outside the bytes and other types", () => {
    const bytes = new Uint8Array(8);
    for (const [start, end] of [
      [-1, 4],
      [0, 9],
      [5, 4],
      [0.5, 4],
      [Number.NaN, 4],
      [0, Number.NaN],
    ] as const) {
      expect(() => native.crc32c(bytes, start, end, 0)).toThrow(RangeError);
    }
    expect(() => native.crc32c(bytes, 0, 8, 2 ** 32)).toThrow(RangeError);
    expect(() => native.crc32c(bytes, 0, 8, -1)).toThrow(RangeError);
    expect(() => native.crc32c(new Uint16Array(4) as unknown as Uint8Array, 0, 4, 0)).toThrow(TypeError);
    expect(() => native.crc32c({} as Uint8Array, 0, 0, 0)).toThrow(TypeError);
    expect(() => (native.crc32c as (bytes: Uint8Array) => number)(bytes)).toThrow(TypeError);
  });
});

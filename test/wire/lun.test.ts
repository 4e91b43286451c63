import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeLun, encodeLunHigh, encodeReportLun, LUN_MAX, LUN_NOT_REPRESENTABLE, readLun } from "../../src/wire/lun.ts";

describe("8-byte LUNs (SAM-5 4.7)", () => {
  it("use peripheral device addressing up to 255 and flat space addressing from 256", () => {
    const bytes = (lun: number): string => {
      const out = Buffer.alloc(8, 0xaa);
      encodeReportLun(lun, out, 0);
      return out.toString("hex");
    };
    expect(bytes(0)).toBe("0000000000000000");
    expect(bytes(255)).toBe("00ff000000000000");
    expect(bytes(256)).toBe("4100000000000000");
    expect(bytes(16383)).toBe("7fff000000000000");
  });

  it("are read back as the number that was written", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: LUN_MAX }), (lun) => {
        const out = Buffer.alloc(8);
        encodeReportLun(lun, out, 0);
        expect(readLun(out, 0)).toBe(lun);
      }),
    );
  });

  it("are understood in flat space addressing below 256 too", () => {
    expect(decodeLun(0x40050000, 0)).toBe(5);
  });

  it.each([
    ["a bus other than 0", 0x01000000, 0],
    ["logical unit addressing", 0x80050000, 0],
    ["extended addressing", 0xc1000000, 0],
    ["a second level", 0x00050001, 0],
    ["a third level", 0x00050000, 0x00010000],
    ["a fourth level", 0x00050000, 1],
    ["the well-known REPORT LUNS logical unit", 0xc1010000, 0],
  ])("name none of ours with %s", (_what, high, low) => {
    expect(decodeLun(high, low)).toBe(LUN_NOT_REPRESENTABLE);
  });

  it("never decode to a number that encodes to other bytes, but for flat space below 256", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 0xffffffff }), fc.constantFrom(0, 1, 0x80000000), (high, low) => {
        const lun = decodeLun(high, low);
        if (lun !== LUN_NOT_REPRESENTABLE) expect([encodeLunHigh(lun), ((0x4000 + lun) << 16) >>> 0]).toContain(high);
      }),
    );
  });

  it.each([-1, 16384, 1.5])("can't be made of %d", (lun) => {
    expect(() => encodeLunHigh(lun)).toThrow(RangeError);
  });
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { add, distance, lt, lte } from "../../src/wire/serial-number.ts";

const serial = fc.integer({ min: 0, max: 0xffffffff });

describe("serial numbers (RFC 1982, 32 bits)", () => {
  it("follow each other across the wrap", () => {
    expect(add(0xffffffff, 1)).toBe(0);
    expect(lt(0xffffffff, 0)).toBe(true);
    expect(lt(0, 0xffffffff)).toBe(false);
    expect(lt(0x7fffffff, 0x80000000)).toBe(true);
    expect(distance(0xfffffff0, 0x10)).toBe(0x20);
    expect(distance(0x10, 0xfffffff0)).toBe(-0x20);
  });

  it("have no order when 2^31 apart", () => {
    expect(lt(0, 0x80000000)).toBe(false);
    expect(lt(0x80000000, 0)).toBe(false);
    expect(lte(0, 0x80000000)).toBe(false);
  });

  it("are less than themselves plus 1 to 2^31 - 1, and not the other way round", () => {
    fc.assert(
      fc.property(serial, fc.integer({ min: 1, max: 0x7fffffff }), (a, n) => {
        const b = add(a, n);
        expect(lt(a, b)).toBe(true);
        expect(lt(b, a)).toBe(false);
        expect(lte(a, b)).toBe(true);
        expect(distance(a, b)).toBe(n);
        expect(add(b, -n)).toBe(a);
      }),
    );
  });

  it("are not less than, but less than or equal to themselves", () => {
    fc.assert(
      fc.property(serial, (a) => {
        expect(lt(a, a)).toBe(false);
        expect(lte(a, a)).toBe(true);
      }),
    );
  });
});

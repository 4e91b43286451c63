import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { formatSize, parseSize } from "../../src/common/units.ts";

describe("sizes", () => {
  test.each([
    [0, 0],
    [4096, 4096],
    ["4096", 4096],
    ["512 B", 512],
    ["10 GiB", 10 * 2 ** 30],
    ["10GiB", 10 * 2 ** 30],
    ["1.5 TiB", 1.5 * 2 ** 40],
    ["2 TB", 2e12],
    ["0.1 KB", 100],
    ["7 MB", 7e6],
  ])("%j is %d bytes", (written, bytes) => {
    expect(parseSize(written)).toEqual({ ok: true, bytes });
  });

  test.each(["", "GiB", "-1", "1e3", "10 gib", "10 G", "0.1 KiB", "9000 TiB", "1 GiB extra", "1,5 GiB"])(
    "%j is refused",
    (written) => {
      expect(parseSize(written)).toMatchObject({ ok: false });
    },
  );

  test.each([-1, 1.5, Number.NaN, 2 ** 53])("the number %d is refused", (written) => {
    expect(parseSize(written)).toMatchObject({ ok: false });
  });

  test("what is formatted reads back as the same number of bytes", () => {
    fc.assert(
      fc.property(fc.nat({ max: Number.MAX_SAFE_INTEGER }), fc.integer({ min: 0, max: 40 }), (base, shift) => {
        const bytes = Math.floor(base / 2 ** shift) * 2 ** shift;
        expect(parseSize(formatSize(bytes).replace(" bytes", ""))).toEqual({ ok: true, bytes });
      }),
    );
  });
});

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { editDistance, nearest } from "../../src/config/spelling.ts";

const word = fc.string({ maxLength: 12 });

describe("the edit distance", () => {
  test.each([
    ["", "", 0],
    ["portal", "portal", 0],
    ["protal", "portal", 1],
    ["portl", "portal", 1],
    ["portaal", "portal", 1],
    ["pertal", "portal", 1],
    ["kitten", "sitting", 3],
  ])("of %j and %j is %d", (a, b, distance) => {
    expect(editDistance(a, b)).toBe(distance);
  });

  test("is symmetric, zero only for equal words, and at most the longer length", () => {
    fc.assert(
      fc.property(word, word, (a, b) => {
        const distance = editDistance(a, b);
        expect(distance).toBe(editDistance(b, a));
        expect(distance === 0).toBe(a === b);
        expect(distance).toBeLessThanOrEqual(Math.max(a.length, b.length));
      }),
    );
  });
});

describe("the nearest word", () => {
  test("ignores case and the kind of hyphen", () => {
    expect(nearest("Block-Size", ["block_size", "blocks"])).toBe("block_size");
  });

  test("is none when nothing is near", () => {
    expect(nearest("quux", ["name", "portals"])).toBeUndefined();
  });
});

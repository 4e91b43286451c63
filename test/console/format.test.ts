import { describe, expect, test } from "vitest";
import { latency, rate, shortName, shown, throughput } from "../../src/console/format.ts";

describe("figures of the console", () => {
  test.each([
    [0, "0"],
    [0.04, "0.0"],
    [7.51, "7.5"],
    [99.94, "99.9"],
    [100, "100"],
    [4567.2, "4,567"],
    [9999.4, "9,999"],
    [9999.6, "10.0k"],
    [145_300, "145.3k"],
  ])("%d a second is written %s", (perSecond, text) => {
    expect(rate(perSecond)).toBe(text);
  });

  test.each([
    [undefined, "–"],
    [null, "–"],
    [0, "0 µs"],
    [0.000085, "85 µs"],
    [0.0009996, "1.00 ms"],
    [0.00124, "1.24 ms"],
    [0.25, "250 ms"],
    [0.9996, "1.0 s"],
    [2.14, "2.1 s"],
  ])("a latency of %s seconds is written %s", (seconds, text) => {
    expect(latency(seconds)).toBe(text);
  });

  test("throughput counts in 1024 and never shows fractions of a byte", () => {
    expect(throughput(13_107_200)).toBe("12.5 MiB/s");
    expect(throughput(0.4)).toBe("0 B/s");
  });

  test("the short name of a target is what follows its last colon, and a name without one is whole", () => {
    expect(shortName("iqn.2026-11.com.example:san:vm01")).toBe("vm01");
    expect(shortName("eui.0123456789abcdef")).toBe("eui.0123456789abcdef");
    expect(shortName("iqn.2026-11.com.example:")).toBe("iqn.2026-11.com.example:");
  });

  test("a value that is not set says so, a text has no quotes, and a list is JSON", () => {
    expect([shown(null), shown("a"), shown(["a"]), shown(false)]).toEqual(["not set", "a", '["a"]', "false"]);
  });
});

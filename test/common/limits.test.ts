/** "Every bound has a name, a unit, a default and a test that reaches it." */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { DEFAULT_LIMITS, LIMITS, type LimitRow } from "../../src/common/limits.ts";

const TESTS = fileURLToPath(new URL("..", import.meta.url));
const THIS_FILE = fileURLToPath(import.meta.url);

/** Tests of the configuration reach its ranges and messages, not the bounds themselves. */
const NOT_COUNTED = ["config"];

function testFiles(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return folder === TESTS && NOT_COUNTED.includes(entry.name) ? [] : testFiles(path);
    return entry.name.endsWith(".test.ts") && path !== THIS_FILE ? [path] : [];
  });
}

const texts = testFiles(TESTS).map((path) => readFileSync(path, "utf8"));
const rows: [string, LimitRow][] = Object.entries(LIMITS);

describe("a bound", () => {
  it.each(rows)("%s is set or read by a test", (name) => {
    // A line of `[limits]`, maybe behind another in one string; a property of an object; or LIMITS.name.
    const mention = new RegExp(String.raw`(?:\\n|\b)${name} = |\b${name}:|\bLIMITS\.${name}\b`);
    expect(texts.some((text) => mention.test(text))).toBe(true);
  });

  it.each(rows)("%s has a default within its range, and only a fixed one has no range", (name, { value, min, max, fixed }) => {
    expect(DEFAULT_LIMITS[name as keyof typeof LIMITS]).toBe(value);
    expect(value).toBeGreaterThanOrEqual(min);
    expect(value).toBeLessThanOrEqual(max);
    expect(min === max).toBe(fixed === true);
  });

  it.each(rows)("%s says its unit in its name or counts", (name, { unit }) => {
    const suffix = { bytes: /_bytes(_per_second)?$/, milliseconds: /_ms$/, count: /$/ }[unit];
    expect(name).toMatch(suffix);
    if (unit === "count") expect(name).not.toMatch(/_(bytes|ms)$/);
  });
});

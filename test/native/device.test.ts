import { linkSync, mkdirSync, rmSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { tryCommand } from "../backend/fixture.ts";
import { makeTemporaryFolder } from "../support/temporary-folder.ts";
import { native } from "./addon.ts";

const PLAIN = { direct: false, readOnly: false, create: false };

let folder: string;

beforeAll(async () => {
  folder = await makeTemporaryFolder("device");
});

afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, bytes = 8192): string {
  const path = join(folder, name);
  writeFileSync(path, Buffer.alloc(bytes, 1));
  return path;
}

describe("openDevice", () => {
  test("locks the file against every other path to it, until it is closed", () => {
    const path = file("locked");
    linkSync(path, join(folder, "hard-link"));
    symlinkSync(path, join(folder, "soft-link"));
    const fd = native.openDevice(path, PLAIN);
    expect(fd).toBeGreaterThan(0);
    for (const name of ["locked", "hard-link", "soft-link"]) {
      expect(native.openDevice(join(folder, name), PLAIN)).toBe(-11);
      expect(native.openDevice(join(folder, name), { ...PLAIN, readOnly: true })).toBe(-11);
    }
    native.closeDevice(fd);
    const again = native.openDevice(join(folder, "soft-link"), PLAIN);
    expect(again).toBeGreaterThan(0);
    native.closeDevice(again);
  });

  test("creates only what is missing", () => {
    const path = join(folder, "new");
    const fd = native.openDevice(path, { ...PLAIN, create: true });
    expect(fd).toBeGreaterThan(0);
    expect(native.deviceSize(fd)).toBe(0);
    expect(native.truncateDevice(fd, 12_345)).toBe(0);
    expect(native.deviceSize(fd)).toBe(12_345);
    native.closeDevice(fd);
    expect(native.openDevice(path, { ...PLAIN, create: true })).toBe(-17);
    expect(native.openDevice(join(folder, "none"), PLAIN)).toBe(-2);
  });

  test("refuses what is neither a regular file nor a block device, without waiting for it", () => {
    const fifo = join(folder, "fifo");
    tryCommand("mkfifo", fifo);
    mkdirSync(join(folder, "dir"));
    expect(native.openDevice(fifo, PLAIN)).toBe(-15);
    expect(native.openDevice("/dev/null", PLAIN)).toBe(-15);
    expect(native.openDevice(join(folder, "dir"), PLAIN)).toBe(-21);
  });

  test("throws on arguments of the wrong type", () => {
    const open = native.openDevice as (...args: unknown[]) => number;
    for (const args of [[], [1, PLAIN], ["/x"], ["/x", {}], ["", PLAIN], ["/x\0y", PLAIN], ["/x", { ...PLAIN, direct: 1 }]]) {
      expect(() => open(...args)).toThrow(TypeError);
    }
    expect(() => native.closeDevice(-1)).toThrow(RangeError);
    expect(() => native.closeDevice(1.5)).toThrow(RangeError);
    expect(() => native.deviceSize(undefined as unknown as number)).toThrow(TypeError);
    expect(() => native.truncateDevice(3, -1)).toThrow(RangeError);
  });
});

describe("deviceFacts", () => {
  test("tells size, alignment and abilities of a file", () => {
    const fd = native.openDevice(file("facts", 65_536), { ...PLAIN, direct: true });
    const facts = native.deviceFacts(fd);
    if (typeof facts === "number") throw new Error(`errno ${facts}`);
    expect(facts).toMatchObject({
      kind: "file",
      sizeBytes: 65_536,
      allocatedBytes: 65_536,
      canWriteZeroes: true,
      discardZeroes: true,
    });
    expect([512, 4096]).toContain(facts.offsetAlignment);
    expect(facts.memoryAlignment).toBeGreaterThan(1);
    expect(facts.identity).toMatch(/^file \d+:\d+:\d+$/);
    native.closeDevice(fd);
    expect(native.deviceFacts(987_654)).toBe(-9);
    expect(native.deviceSize(987_654)).toBe(-9);
  });

  test("has alignment 1 for a buffered file, and no abilities that write for a read-only one", () => {
    const fd = native.openDevice(file("read-only"), { ...PLAIN, readOnly: true });
    expect(native.deviceFacts(fd)).toMatchObject({
      offsetAlignment: 1,
      memoryAlignment: 1,
      canDiscard: false,
      canWriteZeroes: false,
    });
    native.closeDevice(fd);
  });
});

describe("extentAt", () => {
  test("tells data and holes, cut at the end asked", async () => {
    const path = join(folder, "sparse");
    writeFileSync(path, Buffer.alloc(65_536, 1));
    truncateSync(path, 1_048_576);
    const fd = native.openDevice(path, PLAIN);
    const out = new Float64Array(2);
    expect(await native.extentAt(fd, 0, 1_048_576, out)).toBe(0);
    expect([...out]).toEqual([1, 65_536]);
    expect(await native.extentAt(fd, 0, 4096, out)).toBe(0);
    expect([...out]).toEqual([1, 4096]);
    expect(await native.extentAt(fd, 65_536, 1_048_576, out)).toBe(0);
    expect([...out]).toEqual([0, 1_048_576]);
    native.closeDevice(fd);
    expect(await native.extentAt(987_654, 0, 4096, out)).toBe(-9);
    expect(() => native.extentAt(3, 4096, 4096, out)).toThrow(RangeError);
    expect(() => native.extentAt(3, 0, 4096, new Float64Array(1))).toThrow(TypeError);
  });
});

import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { nodeUuid } from "../../src/control/node-uuid.ts";

const folder = mkdtempSync(path.join(tmpdir(), "lunette-uuid-"));
afterAll(() => rmSync(folder, { recursive: true }));

describe("the node's uuid", () => {
  test("is made once, with the folder, and read from then on", () => {
    const stateDir = path.join(folder, "made");
    const made = nodeUuid(undefined, stateDir);
    expect(readFileSync(path.join(stateDir, "node-uuid"), "utf8")).toBe(`${made}\n`);
    expect(nodeUuid(undefined, stateDir)).toBe(made);
  });

  test("needs no folder when it is configured", () => {
    expect(nodeUuid("5A1F6A3E-7F0C-4A9E-9D59-3A6D8A2F5C11", "/nowhere")).toBe("5a1f6a3e-7f0c-4a9e-9d59-3a6d8a2f5c11");
  });

  test("that can't be kept is refused with what to do", () => {
    // Below a file no folder can be made, by root neither.
    writeFileSync(path.join(folder, "file"), "");
    const below = path.join(folder, "file/state");
    expect(() => nodeUuid(undefined, below)).toThrow(/node-uuid: the node's uuid can't be read: ENOTDIR/);
    // A link to where nothing is: root can write nothing there either.
    const link = path.join(folder, "link");
    symlinkSync(path.join(folder, "none/none"), link);
    expect(() => nodeUuid(undefined, link)).toThrow(
      /^state_dir .*link can't be used: .*Let this user write there, or set node\.state_dir to a folder of its own$/,
    );
  });

  test("that is damaged is never replaced", () => {
    const stateDir = path.join(folder, "damaged");
    nodeUuid(undefined, stateDir);
    writeFileSync(path.join(stateDir, "node-uuid"), "half\n");
    expect(() => nodeUuid(undefined, stateDir)).toThrow(/"half" is no uuid\. Restore the file from a backup/);
    expect(readFileSync(path.join(stateDir, "node-uuid"), "utf8")).toBe("half\n");
  });
});

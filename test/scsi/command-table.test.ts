/** The command table against rows typed again from the standards (SPC-4 annex E, SBC-3 table 3). */
import { describe, expect, test } from "vitest";
import type { CommandDescriptor } from "../../src/scsi/command.ts";
import { COMMAND_TABLE, IndexedCommandTable } from "../../src/scsi/command-table.ts";

/** Operation code, service action, name, bytes of the CDB. */
const EXPECTED: readonly [number, number | undefined, string, number][] = [
  [0x00, undefined, "TEST UNIT READY", 6],
  [0x08, undefined, "READ(6)", 6],
  [0x0a, undefined, "WRITE(6)", 6],
  [0x25, undefined, "READ CAPACITY(10)", 10],
  [0x28, undefined, "READ(10)", 10],
  [0x2a, undefined, "WRITE(10)", 10],
  [0x2e, undefined, "WRITE AND VERIFY(10)", 10],
  [0x2f, undefined, "VERIFY(10)", 10],
  [0x34, undefined, "PRE-FETCH(10)", 10],
  [0x35, undefined, "SYNCHRONIZE CACHE(10)", 10],
  [0x41, undefined, "WRITE SAME(10)", 10],
  [0x42, undefined, "UNMAP", 10],
  [0x7f, 0x0009, "READ(32)", 32],
  [0x7f, 0x000a, "VERIFY(32)", 32],
  [0x7f, 0x000b, "WRITE(32)", 32],
  [0x7f, 0x000c, "WRITE AND VERIFY(32)", 32],
  [0x7f, 0x000d, "WRITE SAME(32)", 32],
  [0x88, undefined, "READ(16)", 16],
  [0x89, undefined, "COMPARE AND WRITE", 16],
  [0x8a, undefined, "WRITE(16)", 16],
  [0x8b, undefined, "ORWRITE(16)", 16],
  [0x8e, undefined, "WRITE AND VERIFY(16)", 16],
  [0x8f, undefined, "VERIFY(16)", 16],
  [0x90, undefined, "PRE-FETCH(16)", 16],
  [0x91, undefined, "SYNCHRONIZE CACHE(16)", 16],
  [0x93, undefined, "WRITE SAME(16)", 16],
  [0x9e, 0x10, "READ CAPACITY(16)", 16],
  [0x9e, 0x12, "GET LBA STATUS", 16],
  [0xa8, undefined, "READ(12)", 12],
  [0xaa, undefined, "WRITE(12)", 12],
  [0xae, undefined, "WRITE AND VERIFY(12)", 12],
  [0xaf, undefined, "VERIFY(12)", 12],
];

const VARIABLE_LENGTH = 0x7f;

/** Five bits in byte 1, or bytes 8 and 9 of a CDB of variable length. */
function cdbOf(opcode: number, serviceAction = 0): Buffer {
  const cdb = Buffer.alloc(32);
  cdb[0] = opcode;
  if (opcode === VARIABLE_LENGTH) cdb.writeUInt16BE(serviceAction, 8);
  else cdb[1] = serviceAction;
  return cdb;
}

describe("COMMAND_TABLE", () => {
  test.each(EXPECTED)("%i/%s is %s", (opcode, serviceAction, name, bytes) => {
    const found = COMMAND_TABLE.find(cdbOf(opcode, serviceAction));
    expect(found).toMatchObject({ opcode, name });
    expect((found as CommandDescriptor).usage).toHaveLength(bytes);
  });

  test("the group code of an opcode gives the length of its CDB (SPC-4 4.2.5.1)", () => {
    const length = [6, 10, 10, undefined, 16, 12];
    for (const { opcode, usage, name } of COMMAND_TABLE.all) {
      const expected = opcode === VARIABLE_LENGTH ? 8 + usage[7]! : length[opcode >> 5];
      expect([name, usage.length]).toEqual([name, expected]);
    }
  });

  test("every command is found by the codes of its own usage map", () => {
    for (const command of COMMAND_TABLE.all)
      expect(COMMAND_TABLE.find(cdbOf(command.opcode, command.serviceAction))).toBe(command);
  });

  test("an unknown opcode and an unknown service action are told apart", () => {
    expect(COMMAND_TABLE.find(cdbOf(0x04))).toBeUndefined();
    expect(COMMAND_TABLE.find(cdbOf(0xff))).toBeUndefined();
    expect(COMMAND_TABLE.find(cdbOf(0x9e, 0x1f))).toBe("service-action");
    expect(COMMAND_TABLE.find(cdbOf(0x7f, 0x0109))).toBe("service-action");
  });

  test("every command that changes the medium needs it, and the permission to write", () => {
    for (const command of COMMAND_TABLE.all) {
      if (command.writesMedium) expect([command.name, command.needsMedium, command.need & 2]).toEqual([command.name, true, 2]);
    }
  });
});

describe("IndexedCommandTable", () => {
  const row = (opcode: number, serviceAction?: number): CommandDescriptor => ({
    opcode,
    ...(serviceAction === undefined ? {} : { serviceAction }),
    name: "A COMMAND",
    clause: "none",
    usage: [opcode, serviceAction ?? 0, 0, 0, 0, 0],
    need: 0,
    execute: (task) => task.good(),
  });

  test.each([
    ["the same opcode twice", [row(1), row(1)]],
    ["the same service action twice", [row(1, 2), row(1, 2)]],
    ["an opcode with and without service actions", [row(1), row(1, 2)]],
    ["service actions and then none", [row(1, 2), row(1)]],
    ["a usage map of another opcode", [{ ...row(1), usage: [2, 0, 0, 0, 0, 0] }]],
    ["a usage map of another service action", [{ ...row(1, 3), usage: [1, 2, 0, 0, 0, 0] }]],
  ])("refuses %s", (_name, rows) => {
    expect(() => new IndexedCommandTable(rows)).toThrow();
  });
});

/**
 * Every command under every condition that does not depend on what the command does: the lists are typed again from SPC-4, SBC-3 and SAM-5, so
 * that a row of the command table that says something else fails here.
 */
import { describe, expect, it } from "vitest";
import type { CommandDescriptor } from "../../src/scsi/command.ts";
import { COMMAND_TABLE } from "../../src/scsi/command-table.ts";
import { AccessState } from "../../src/scsi/unit-condition.ts";
import { makeUnit, settle, type UnitOptions, type UnitUnderTest } from "./support/scsi-harness.ts";

const VARIABLE_LENGTH = 0x7f;

/** The CDB with everything 0 but what makes it this command. */
function plainCdb({ opcode, serviceAction, usage }: CommandDescriptor): Buffer {
  const cdb = Buffer.alloc(Math.max(16, usage.length));
  cdb[0] = opcode;
  if (opcode === VARIABLE_LENGTH) {
    cdb[7] = usage.length - 8;
    cdb.writeUInt16BE(serviceAction!, 8);
  } else if (serviceAction !== undefined) {
    cdb[1] = serviceAction;
  }
  // REPORT LUNS wants at least 16 bytes asked for (SPC-4 6.36).
  if (opcode === 0xa0) cdb[9] = 16;
  return cdb;
}

/** A unit that has every command. */
function unitWith(command: CommandDescriptor, options: UnitOptions = {}): UnitUnderTest {
  const unit = makeUnit(options);
  if (command.available?.(unit.lu) === false) Object.assign(unit.lu, { atomicJournal: { maxBytes: 4096 } });
  return unit;
}

const each = COMMAND_TABLE.all.map((command) => [command.name, command] as const);
const only = (...names: string[]) => {
  const found = each.filter(([name]) => names.includes(name.split(" / ")[0]!));
  for (const name of names)
    if (!found.some(([full]) => full.split(" / ")[0] === name)) throw new Error(`there is no command ${name}`);
  return found;
};
const others = (listed: typeof each) => each.filter((row) => !listed.includes(row));

/** SPC-4 6.4, 6.36, 6.39: these answer where nothing is mapped, and although a unit attention is pending (SAM-5 5.14.5). */
const ALWAYS_ANSWER = only("INQUIRY", "REPORT LUNS", "REQUEST SENSE");

describe("a LUN where nothing is mapped (SAM-5 5.11)", () => {
  it.each(others(ALWAYS_ANSWER))("%s is refused: logical unit not supported", async (_name, command) => {
    expect((await unitWith(command).run(plainCdb(command), { lun: 5 })).code).toBe("5/25/00");
  });
  it.each(ALWAYS_ANSWER)("%s answers", async (_name, command) => {
    expect((await unitWith(command).run(plainCdb(command), { lun: 5 })).status).toBe(0);
  });
});

describe("a pending unit attention (SAM-5 5.14)", () => {
  it.each(others(ALWAYS_ANSWER))("%s reports it, once", async (_name, command) => {
    const unit = unitWith(command, { attentions: true });
    expect((await unit.run(plainCdb(command))).code).toBe("6/29/01");
    expect((await unit.run(plainCdb(command))).code).not.toBe("6/29/01");
    await settle();
  });
  it.each(ALWAYS_ANSWER)("%s runs all the same", async (_name, command) => {
    expect((await unitWith(command, { attentions: true }).run(plainCdb(command))).status).toBe(0);
  });
});

describe("a bit of the CDB that is reserved or not supported (SPC-4 4.3.3, 6.35.3)", () => {
  it.each(each)("%s refuses each one, and points at it", async (_name, command) => {
    const { usage, serviceAction, opcode } = command;
    const holdsServiceAction = (byte: number, mask: number): boolean =>
      opcode === VARIABLE_LENGTH ? byte >= 7 && byte <= 9 : serviceAction !== undefined && byte === 1 && mask < 0x20;
    const wrong: string[] = [];
    for (let byte = 1; byte < usage.length; byte += 1) {
      for (let bit = 0; bit < 8; bit += 1) {
        if ((usage[byte]! & (1 << bit)) !== 0 || holdsServiceAction(byte, 1 << bit)) continue;
        const cdb = plainCdb(command);
        cdb[byte]! |= 1 << bit;
        const { code, sense } = await unitWith(command).run(cdb);
        const field = JSON.stringify(sense?.field);
        if (code !== "5/24/00" || field !== JSON.stringify({ inCdb: true, byte, bit })) {
          wrong.push(`byte ${byte} bit ${bit}: ${code} ${field}`);
        }
      }
    }
    expect(wrong).toEqual([]);
  });
});

// ---- Readiness ---------------------------------------------------------------------------------------------

/** SBC-3 table 3 and 4.4: commands that are about the medium. The rest works with a unit that has none. */
const NEED_MEDIUM = only(
  "COMPARE AND WRITE",
  "GET LBA STATUS",
  "ORWRITE(16)",
  "PRE-FETCH(10)",
  "PRE-FETCH(16)",
  "READ CAPACITY(10)",
  "READ CAPACITY(16)",
  "READ DEFECT DATA(10)",
  "READ DEFECT DATA(12)",
  "READ(6)",
  "READ(10)",
  "READ(12)",
  "READ(16)",
  "READ(32)",
  "REPORT REFERRALS",
  "SANITIZE",
  "SYNCHRONIZE CACHE(10)",
  "SYNCHRONIZE CACHE(16)",
  "TEST UNIT READY",
  "UNMAP",
  "VERIFY(10)",
  "VERIFY(12)",
  "VERIFY(16)",
  "VERIFY(32)",
  "WRITE AND VERIFY(10)",
  "WRITE AND VERIFY(12)",
  "WRITE AND VERIFY(16)",
  "WRITE AND VERIFY(32)",
  "WRITE ATOMIC(16)",
  "WRITE SAME(10)",
  "WRITE SAME(16)",
  "WRITE SAME(32)",
  "WRITE(6)",
  "WRITE(10)",
  "WRITE(12)",
  "WRITE(16)",
  "WRITE(32)",
);

describe.each([
  ["stopped", "2/04/02", (unit: UnitUnderTest) => unit.lu.publish({ ...unit.lu.state, stopped: true })],
  ["without a medium", "2/3a/00", (unit: UnitUnderTest) => unit.lu.publish({ ...unit.lu.state, ejected: true })],
  ["offline", "2/04/00", (unit: UnitUnderTest) => Object.assign(unit.lu, { backend: undefined })],
] as const)("a unit that is %s", (_how, code, make) => {
  it.each(NEED_MEDIUM)("%s is refused for that", async (_name, command) => {
    const unit = unitWith(command, { geometry: { removable: true } });
    make(unit);
    expect((await unit.run(plainCdb(command))).code).toBe(code);
  });
  it.each(others(NEED_MEDIUM))("%s is not refused for that", async (name, command) => {
    const unit = unitWith(command, { geometry: { removable: true } });
    make(unit);
    // START STOP UNIT without START stops what is stopped; PERSISTENT RESERVE OUT and others miss their parameter lists.
    const result = await unit.run(plainCdb(command));
    expect([name, result.code]).not.toEqual([name, code]);
  });
});

/** SBC-3 table 4: commands that change the medium. */
const WRITE_MEDIUM = NEED_MEDIUM.filter(([name]) => /^(COMPARE AND WRITE|ORWRITE|SANITIZE|UNMAP|WRITE)/.test(name));

describe.each([
  ["mapped read-only", { readOnly: true }],
  ["of a read-only volume", { geometry: { readOnly: true } }],
] satisfies [string, UnitOptions][])("a unit %s", (_how, options) => {
  it.each(WRITE_MEDIUM)("%s is refused: write protected", async (_name, command) => {
    expect((await unitWith(command, options).run(plainCdb(command))).code).toBe("7/27/00");
  });
  it.each(others(WRITE_MEDIUM))("%s is not refused for that without anything to change", async (_name, command) => {
    const { code } = await unitWith(command, options).run(plainCdb(command));
    // These change what those see who may write: whether the unit runs, and its name.
    const forOthers = ["START STOP UNIT", "SET IDENTIFYING INFORMATION"].includes(command.name);
    if (!forOthers) expect(code).not.toBe("7/27/00");
  });
});

describe("a port in state active/non-optimized (SPC-4 5.15.2.4.3)", () => {
  it.each(each)("%s is answered as through an optimized one", async (_name, command) => {
    const plain = await unitWith(command).run(plainCdb(command));
    const unit = unitWith(command);
    const state = { state: AccessState.ActiveNonOptimized, preferred: false, statusCode: 0 as const };
    unit.lu.publish({ ...unit.lu.state, access: new Map([[1, state]]) });
    const { code, status } = await unit.run(plainCdb(command));
    expect([code, status]).toEqual([plain.code, plain.status]);
  });
});

// ---- Ranges and lengths --------------------------------------------------------------------------------------

/** Where each command keeps its LBA: byte and length (SBC-3 5). */
const LBA_AT: Record<string, readonly [byte: number, bytes: number]> = {
  "COMPARE AND WRITE": [2, 8],
  "GET LBA STATUS": [2, 8],
  "ORWRITE(16)": [2, 8],
  "PRE-FETCH(10)": [2, 4],
  "PRE-FETCH(16)": [2, 8],
  "READ(6)": [1, 3],
  "READ(10)": [2, 4],
  "READ(12)": [2, 4],
  "READ(16)": [2, 8],
  "READ(32)": [12, 8],
  "REPORT REFERRALS": [2, 8],
  "SYNCHRONIZE CACHE(10)": [2, 4],
  "SYNCHRONIZE CACHE(16)": [2, 8],
  "VERIFY(10)": [2, 4],
  "VERIFY(12)": [2, 4],
  "VERIFY(16)": [2, 8],
  "VERIFY(32)": [12, 8],
  "WRITE AND VERIFY(10)": [2, 4],
  "WRITE AND VERIFY(12)": [2, 4],
  "WRITE AND VERIFY(16)": [2, 8],
  "WRITE AND VERIFY(32)": [12, 8],
  "WRITE ATOMIC(16)": [2, 8],
  "WRITE SAME(10)": [2, 4],
  "WRITE SAME(16)": [2, 8],
  "WRITE SAME(32)": [12, 8],
  "WRITE(6)": [1, 3],
  "WRITE(10)": [2, 4],
  "WRITE(12)": [2, 4],
  "WRITE(16)": [2, 8],
  "WRITE(32)": [12, 8],
};

describe("an LBA beyond the end (SBC-3 4.5)", () => {
  it.each(only(...Object.keys(LBA_AT)))("%s is refused: logical block address out of range", async (name, command) => {
    const [at, bytes] = LBA_AT[name]!;
    const cdb = plainCdb(command);
    const unit = unitWith(command, { sizeBytes: 1024 * 512 });
    if (bytes === 8) cdb.writeBigUInt64BE(1025n, at);
    else if (bytes === 4) cdb.writeUInt32BE(1025, at);
    else cdb.writeUIntBE(1025, at, 3);
    const dataOut = /^WRITE SAME/.test(name) ? Buffer.alloc(512) : Buffer.alloc(0);
    expect((await unit.run(cdb, { dataOut, expectedOut: dataOut.length })).code).toBe("5/21/00");
    unit.expectIdle();
  });
});

/** Where the commands that return parameter data keep ALLOCATION LENGTH. */
const ALLOCATION_AT: Record<string, readonly [byte: number, bytes: number]> = {
  "GET LBA STATUS": [10, 4],
  INQUIRY: [3, 2],
  "LOG SENSE": [7, 2],
  "MODE SENSE(6)": [4, 1],
  "MODE SENSE(10)": [7, 2],
  "PERSISTENT RESERVE IN": [7, 2],
  "READ CAPACITY(16)": [10, 4],
  "REPORT IDENTIFYING INFORMATION": [6, 4],
  "REPORT LUNS": [6, 4],
  "REPORT REFERRALS": [10, 4],
  "REPORT SUPPORTED OPERATION CODES": [6, 4],
  "REPORT SUPPORTED TASK MANAGEMENT FUNCTIONS": [6, 4],
  "REPORT TARGET PORT GROUPS": [6, 4],
  "REPORT TIMESTAMP": [6, 4],
  "REQUEST SENSE": [4, 1],
};

describe("ALLOCATION LENGTH (SPC-4 4.2.5.6)", () => {
  it.each(only(...Object.keys(ALLOCATION_AT)))("%s cuts its data at it and changes no byte before", async (name, command) => {
    const [at, bytes] = ALLOCATION_AT[name.split(" / ")[0]!]!;
    const cdb = plainCdb(command);
    // A page that exists.
    if (/^(MODE|LOG) SENSE/.test(name)) cdb[2] = name.startsWith("MODE") ? 0x3f : 0x40;
    const unit = unitWith(command);
    cdb.writeUIntBE(2 ** (8 * bytes) - 1, at, bytes);
    const whole = await unit.run(cdb);
    expect(whole.status).toBe(0);
    expect(whole.dataIn.length).toBeGreaterThanOrEqual(4);
    // Two commands refuse to be asked for less than their headers (SPC-4 6.36, 6.38).
    const least = { "REPORT LUNS": 16, "REPORT SUPPORTED TASK MANAGEMENT FUNCTIONS": 4 }[name] ?? 0;
    for (const length of [0, 1, 3, 4, whole.dataIn.length - 1, whole.dataIn.length].filter((some) => some >= least)) {
      cdb.writeUIntBE(length, at, bytes);
      const { status, dataIn } = await unit.run(cdb);
      expect(status).toBe(0);
      // REPORT TIMESTAMP goes on counting.
      if (name !== "REPORT TIMESTAMP") expect(dataIn).toEqual(whole.dataIn.subarray(0, length));
      else expect(dataIn.length).toBe(length);
    }
    unit.expectIdle();
  });
});

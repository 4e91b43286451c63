/** LOG SENSE, START STOP UNIT, PREVENT ALLOW MEDIUM REMOVAL and the reports of MAINTENANCE IN: SPC-4 6.8, 6.35 to 6.37; SBC-3 5.13, 5.25. */
import { describe, expect, it } from "vitest";
import { cdb } from "../support/cdbs.ts";
import { spc } from "../support/primary-cdbs.ts";
import { makeUnit, settle } from "../support/scsi-harness.ts";

const hex = (bytes: Buffer): string => bytes.toString("hex");

describe("LOG SENSE", () => {
  it("lists its pages, and subpages for FFh", async () => {
    const unit = makeUnit();
    expect(hex((await unit.run(spc.logSense(0x00))).dataIn)).toBe("00000006000203060c2f");
    expect(hex((await unit.run(spc.logSense(0x00, { subpage: 0xff }))).dataIn)).toBe(
      `40ff0018${["00", "02", "03", "06", "0c", "2f"].map((code) => `${code}00${code}ff`).join("")}`,
    );
    expect(hex((await unit.run(spc.logSense(0x2f, { subpage: 0xff }))).dataIn)).toBe("6fff00042f002fff");
  });

  it("begins with the parameter that the pointer names", async () => {
    const unit = makeUnit();
    const whole = (await unit.run(spc.logSense(0x02))).dataIn;
    expect(hex(whole)).toBe(`82000014${"0005 2008 0000000000000000 0006 2004 00000000".replaceAll(" ", "")}`);
    const rest = (await unit.run(spc.logSense(0x02, { pointer: 6 }))).dataIn;
    expect(hex(rest)).toBe(`82000008${"0006 2004 00000000".replaceAll(" ", "")}`);
  });

  it("has no informational exception to report", async () => {
    expect(hex((await makeUnit().run(spc.logSense(0x2f))).dataIn)).toBe("af000007000003030000ff");
  });

  it("refuses unknown pages, subpages, pointers beyond the end, SP and PPC", async () => {
    const unit = makeUnit();
    expect((await unit.run(spc.logSense(0x0d))).sense?.field).toEqual({ inCdb: true, byte: 2, bit: 5 });
    expect((await unit.run(spc.logSense(0x2f, { subpage: 1 }))).sense?.field).toEqual({ inCdb: true, byte: 3, bit: 7 });
    expect((await unit.run(spc.logSense(0x2f, { pointer: 1 }))).sense?.field).toEqual({ inCdb: true, byte: 5, bit: undefined });
    expect((await unit.run(spc.logSense(0x2f, { flags: 0x01 }))).sense?.field).toEqual({ inCdb: true, byte: 1, bit: 0 });
    expect((await unit.run(spc.logSense(0x2f, { flags: 0x02 }))).sense?.field).toEqual({ inCdb: true, byte: 1, bit: 1 });
  });
});

describe("START STOP UNIT", () => {
  it("stops after a flush, keeps the medium from everybody, and starts again", async () => {
    const unit = makeUnit();
    expect((await unit.run(spc.startStop(0x00))).status).toBe(0);
    expect(unit.backend.count("flush")).toBe(1);
    expect((await unit.run(cdb.testUnitReady())).code).toBe("2/04/02");
    expect((await unit.run(spc.requestSense())).dataIn[2]).toBe(0x02);
    expect((await unit.run(spc.startStop(0x01))).status).toBe(0);
    expect((await unit.run(cdb.testUnitReady())).status).toBe(0);
    unit.expectIdle();
  });

  it("does not flush for NO_FLUSH, and reports a flush that fails", async () => {
    const unit = makeUnit();
    await unit.run(spc.startStop(0x04));
    expect(unit.backend.count("flush")).toBe(0);
    unit.backend.fault = () => 5;
    expect((await unit.run(spc.startStop(0x00))).code).toBe("4/03/00");
  });

  it("is not for a nexus that may only read to stop", async () => {
    const unit = makeUnit({ readOnly: true });
    expect((await unit.run(spc.startStop(0x00))).code).toBe("7/27/00");
    expect(unit.lu.state.stopped).toBe(false);
  });

  it("ignores START and LOEJ beside a power condition: no condition changes anything", async () => {
    const unit = makeUnit();
    for (let condition = 1; condition < 16; condition += 1) {
      expect((await unit.run(spc.startStop((condition << 4) | 0x02))).status).toBe(0);
    }
    expect((await unit.run([0, 0, 0, 0, 0, 0])).status).toBe(0);
  });

  it("does with IMMED what it does without, and waits for it", async () => {
    const unit = makeUnit();
    unit.backend.held = true;
    const running = unit.start(spc.startStop(0x00, 1));
    await settle();
    expect([running.finished, unit.backend.pending.map(({ kind }) => kind)]).toEqual([false, ["flush"]]);
    unit.backend.release();
    expect((await running.done).status).toBe(0);
    expect((await unit.run(cdb.testUnitReady())).code).toBe("2/04/02");
    unit.expectIdle();
  });

  it("is undone by a logical unit reset", async () => {
    const unit = makeUnit();
    await unit.run(spc.startStop(0x00));
    await unit.server.resetLogicalUnit(unit.lu);
    expect((await unit.run(cdb.testUnitReady())).code).toBe("6/29/03");
    expect((await unit.run(cdb.testUnitReady())).status).toBe(0);
  });

  it("has nothing to eject on a fixed unit", async () => {
    expect((await makeUnit().run(spc.startStop(0x02))).sense?.field).toEqual({ inCdb: true, byte: 4, bit: 1 });
  });
});

describe("PREVENT ALLOW MEDIUM REMOVAL", () => {
  it("is kept per nexus until allowed or reset", async () => {
    const unit = makeUnit();
    const own = unit.nexus.luns.get(0)!;
    await unit.run(spc.preventAllow(1));
    expect(own.preventsRemoval).toBe(true);
    await unit.run(spc.preventAllow(0));
    expect(own.preventsRemoval).toBe(false);
    expect((await unit.run(spc.preventAllow(2))).sense?.field).toEqual({ inCdb: true, byte: 4, bit: 1 });
  });
});

describe("REPORT SUPPORTED OPERATION CODES", () => {
  it("lists what the table has, each with its CDB length, with timeouts when asked", async () => {
    const unit = makeUnit();
    const count = unit.server.commands.all.filter(({ available }) => available?.(unit.lu) ?? true).length;
    const { dataIn } = await unit.run(spc.reportOpcodes(0));
    expect(dataIn.readUInt32BE(0)).toBe(8 * count);
    expect(hex(dataIn.subarray(4, 12))).toBe("0000000000000006"); // TEST UNIT READY
    const timed = (await unit.run(spc.reportOpcodes(0x80))).dataIn;
    expect(timed.readUInt32BE(0)).toBe(20 * count);
    expect(hex(timed.subarray(4, 24))).toBe("0000000000020006" + "000a00000000000000000000");
  });

  it("describes one command by its usage map", async () => {
    const unit = makeUnit();
    expect(hex((await unit.run(spc.reportOpcodes(1, 0x12))).dataIn)).toBe("00030006" + "1201ffffff00");
    expect(hex((await unit.run(spc.reportOpcodes(0x82, 0xa3, 0x0a))).dataIn)).toBe(
      "0083000c" + "a3ea00000000ffffffff0000" + "000a00000000000000000000",
    );
    expect(hex((await unit.run(spc.reportOpcodes(3, 0x12))).dataIn)).toBe("00030006" + "1201ffffff00");
    expect(hex((await unit.run(spc.reportOpcodes(3, 0x5e, 3))).dataIn)).toBe("0003000a" + "5e0300000000" + "00ffff00");
  });

  it("says of what is not there that it is not there", async () => {
    const unit = makeUnit();
    expect(hex((await unit.run(spc.reportOpcodes(1, 0xff))).dataIn)).toBe("00010000");
    expect(hex((await unit.run(spc.reportOpcodes(2, 0xa3, 0x1f))).dataIn)).toBe("00010000");
    expect(hex((await unit.run(spc.reportOpcodes(3, 0x12, 1))).dataIn)).toBe("00010000");
    expect(hex((await unit.run(spc.reportOpcodes(2, 0xa4, 0x1e))).dataIn)).toBe("00010000");
  });

  it("leaves out what this unit can't do", async () => {
    const unit = makeUnit({ geometry: { thin: false } });
    expect(hex((await unit.run(spc.reportOpcodes(1, 0x42))).dataIn)).toBe("00010000"); // UNMAP
    const { dataIn } = await unit.run(spc.reportOpcodes(0));
    expect(dataIn.readUInt32BE(0)).toBeLessThan(8 * unit.server.commands.all.length);
  });

  it("refuses options that don't fit the operation code", async () => {
    const unit = makeUnit();
    for (const options of [
      spc.reportOpcodes(1, 0xa3),
      spc.reportOpcodes(2, 0x12),
      spc.reportOpcodes(4),
      spc.reportOpcodes(7),
    ]) {
      expect((await unit.run(options)).sense?.field).toEqual({ inCdb: true, byte: 2, bit: 2 });
    }
  });

  it("gives for every command the very usage map that CDBs are checked against", async () => {
    const unit = makeUnit();
    for (const command of unit.server.commands.all.filter(({ available }) => available?.(unit.lu) ?? true)) {
      const options = command.serviceAction === undefined ? 1 : 2;
      const { dataIn } = await unit.run(spc.reportOpcodes(options, command.opcode, command.serviceAction));
      expect([...dataIn.subarray(4)]).toEqual([...command.usage]);
      expect(dataIn.readUInt16BE(2)).toBe(command.usage.length);
    }
  });
});

describe("REPORT SUPPORTED TASK MANAGEMENT FUNCTIONS", () => {
  it("has abort task, abort task set, clear task set and logical unit reset", async () => {
    const unit = makeUnit();
    expect(hex((await unit.run(spc.reportTmf())).dataIn)).toBe("d8000000");
    expect(hex((await unit.run(spc.reportTmf(0x80))).dataIn)).toBe(`d800000c${"00".repeat(12)}`);
    expect((await unit.run(spc.reportTmf(0, 3))).sense?.field).toEqual({ inCdb: true, byte: 6, bit: undefined });
  });
});

describe("REPORT TARGET PORT GROUPS", () => {
  it("has a group per portal group, active and optimized where nothing else is configured", async () => {
    const unit = makeUnit();
    const groups = "000f0001" + "00000001" + "00000001" + "000f0002" + "00000001" + "00000002";
    expect(hex((await unit.run(spc.reportTargetPortGroups())).dataIn)).toBe(`00000018${groups}`);
    expect(hex((await unit.run(spc.reportTargetPortGroups(1))).dataIn)).toBe(`0000001c10000000${groups}`);
    expect((await unit.run(spc.reportTargetPortGroups(2))).sense?.field).toEqual({ inCdb: true, byte: 1, bit: 7 });
  });
});

describe("MAINTENANCE", () => {
  it("refuses other service actions of A3h and A4h, pointing at them", async () => {
    const unit = makeUnit();
    for (const opcode of [0xa3, 0xa4]) {
      const { code, sense } = await unit.run([opcode, 0x1e, 0, 0, 0, 0, 0, 0, 0, 8, 0, 0]);
      expect([code, sense?.field]).toEqual(["5/24/00", { inCdb: true, byte: 1, bit: 4 }]);
    }
    await settle(1);
    unit.expectIdle();
  });
});

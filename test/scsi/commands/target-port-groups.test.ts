/** Target port groups: SPC-4 5.15, 6.37, 6.45; what each access state lets through is typed again from 5.15.2.4. */
import { describe, expect, it } from "vitest";
import type { CommandDescriptor } from "../../../src/scsi/command.ts";
import { COMMAND_TABLE } from "../../../src/scsi/command-table.ts";
import { Nexus } from "../../../src/scsi/nexus.ts";
import { AccessState, CONDITIONS } from "../../../src/scsi/unit-condition.ts";
import { spc } from "../support/primary-cdbs.ts";
import { makeUnit, settle, TARGET_PORT, type UnitUnderTest } from "../support/scsi-harness.ts";

const TUR = [0, 0, 0, 0, 0, 0];
const setGroups = (length: number): number[] => [0xa4, 0x0a, 0, 0, 0, 0, 0, 0, 0, length, 0, 0];
const list = (...groups: [state: number, group: number][]): Buffer =>
  Buffer.concat([Buffer.alloc(4), ...groups.map(([state, group]) => Buffer.from([state, 0, 0, group]))]);

/** An initiator that came through portal group 2. */
function throughGroup2(unit: UnitUnderTest, readOnly = false): Nexus {
  const nexus = new Nexus("iqn.2026-01.test:initiator", "00000000aaaa", {
    ...TARGET_PORT,
    portalGroupTag: 2,
    portName: "iqn.2026-01.test:target,t,0x0002",
  });
  nexus.attach([{ lun: 0, lu: unit.lu, readOnly }]);
  nexus.luns.get(0)!.attentions.clearAll();
  return nexus;
}

async function states(unit: UnitUnderTest): Promise<[state: number, status: number][]> {
  const { dataIn } = await unit.run(spc.reportTargetPortGroups());
  const found: [number, number][] = [];
  for (let at = 4; at < dataIn.length; at += 12) found.push([dataIn[at]!, dataIn[at + 5]!]);
  return found;
}

describe("SET TARGET PORT GROUPS", () => {
  it("changes the states it names, says who changed them, and tells every other host", async () => {
    const unit = makeUnit();
    const other = throughGroup2(unit);
    const data = list([AccessState.ActiveNonOptimized, 1], [AccessState.Standby, 2]);
    expect((await unit.run(setGroups(data.length), { dataOut: data })).status).toBe(0);
    expect(await states(unit)).toEqual([
      [1, 1],
      [2, 1],
    ]);
    expect((await unit.run(TUR)).status).toBe(0);
    expect((await unit.run(TUR, { nexus: other })).code).toBe("6/2a/06");
    expect((await unit.run(TUR, { nexus: other })).code).toBe("2/04/0b");
    unit.expectIdle();
  });

  it("does nothing and tells nobody when the states are so already, or the list is empty", async () => {
    const unit = makeUnit();
    const other = throughGroup2(unit);
    const data = list([AccessState.ActiveOptimized, 1]);
    expect((await unit.run(setGroups(data.length), { dataOut: data })).status).toBe(0);
    expect((await unit.run(setGroups(0))).status).toBe(0);
    expect((await unit.run(setGroups(4), { dataOut: Buffer.alloc(4) })).status).toBe(0);
    expect((await unit.run(TUR, { nexus: other })).status).toBe(0);
    expect(await states(unit)).toEqual([
      [0, 0],
      [0, 0],
    ]);
  });

  it.each([
    ["a state that can't be asked for (transitioning)", list([2, 1], [0xf, 2]), "5/26/00", { inCdb: false, byte: 8, bit: 3 }],
    ["a state that is reserved", list([5, 1]), "5/26/00", { inCdb: false, byte: 4, bit: 3 }],
    ["a group that the target doesn't have", list([2, 1], [2, 9]), "5/26/00", { inCdb: false, byte: 10, bit: undefined }],
  ])("refuses %s, pointing at it, and changes nothing", async (_what, data, code, field) => {
    const unit = makeUnit();
    const result = await unit.run(setGroups(data.length), { dataOut: data });
    expect([result.code, result.sense?.field]).toEqual([code, field]);
    expect(await states(unit)).toEqual([
      [0, 0],
      [0, 0],
    ]);
    unit.expectIdle();
  });

  it("refuses a list that is cut within a descriptor, and one shorter than its CDB says", async () => {
    const unit = makeUnit();
    const data = list([2, 1]);
    expect((await unit.run(setGroups(7), { dataOut: data.subarray(0, 7) })).code).toBe("5/1a/00");
    expect((await unit.run(setGroups(8), { dataOut: data.subarray(0, 4) })).code).toBe("5/1a/00");
    expect(await states(unit)).toEqual([
      [0, 0],
      [0, 0],
    ]);
    unit.expectIdle();
  });

  it("is not for a host that sees the unit read-only", async () => {
    const unit = makeUnit();
    const reader = throughGroup2(unit, true);
    const data = list([AccessState.Unavailable, 1]);
    expect((await unit.run(setGroups(data.length), { dataOut: data, nexus: reader })).code).toBe("7/27/00");
    expect((await unit.run(TUR)).status).toBe(0);
  });

  it("answers when no write runs any more through a port that has become inaccessible, and none begins afterwards", async () => {
    const unit = makeUnit();
    const other = throughGroup2(unit);
    unit.backend.held = true;
    const write = unit.start([0x2a, 0, 0, 0, 0, 0, 0, 0, 1, 0], { dataOut: Buffer.alloc(512, 1), nexus: other });
    await settle();
    const data = list([AccessState.Unavailable, 2]);
    const set = unit.start(setGroups(data.length), { dataOut: data });
    await settle();
    expect(set.finished).toBe(false);
    unit.backend.release();
    expect((await write.done).status).toBe(0);
    expect((await set.done).status).toBe(0);
    other.luns.get(0)!.attentions.clearAll();
    const late = await unit.run([0x2a, 0, 0, 0, 0, 0, 0, 0, 1, 0], { dataOut: Buffer.alloc(512, 2), nexus: other });
    expect(late.code).toBe("2/04/0c");
    expect(unit.backend.data.subarray(0, 512)).toEqual(Buffer.alloc(512, 1));
    unit.expectIdle();
  });
});

describe("REPORT REFERRALS", () => {
  it("gives one segment, the whole unit, with each group's state", async () => {
    const unit = makeUnit({ sizeBytes: 1024 * 512 });
    const data = list([AccessState.Standby, 2]);
    await unit.run(setGroups(data.length), { dataOut: data });
    const cdb = [0x9e, 0x13, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 0, 0];
    expect((await unit.run(cdb)).dataIn.toString("hex")).toBe(
      `0000001c${"00000002"}${"00".repeat(8)}${"00000000000003ff"}${"00000001"}${"02000002"}`,
    );
    cdb[8] = 4;
    expect((await unit.run(cdb)).code).toBe("5/21/00");
  });
});

// ---- What the states let through (SPC-4 5.15.2.4.2 to 5.15.2.4.6) --------------------------------------------

/** The commands each standard names for the state, by the names of the table; Lunette may allow no other. */
const NAMED_BY_THE_STANDARD: Record<"Standby" | "Unavailable" | "Transitioning", readonly string[]> = {
  Standby: [
    "INQUIRY",
    "LOG SELECT",
    "LOG SENSE",
    "MODE SELECT(6)",
    "MODE SELECT(10)",
    "MODE SENSE(6)",
    "MODE SENSE(10)",
    "PERSISTENT RESERVE IN",
    "PERSISTENT RESERVE OUT",
    "READ BUFFER(10)",
    "REPORT LUNS",
    "REPORT TARGET PORT GROUPS",
    "REQUEST SENSE",
    "SET TARGET PORT GROUPS",
    "WRITE BUFFER",
    // Not named, and of no effect on data: "may support other commands".
    "REPORT IDENTIFYING INFORMATION",
    "REPORT SUPPORTED OPERATION CODES",
    "REPORT SUPPORTED TASK MANAGEMENT FUNCTIONS",
    "REPORT TIMESTAMP",
  ],
  Unavailable: [
    "INQUIRY",
    "READ BUFFER(10)",
    "REPORT LUNS",
    "REPORT TARGET PORT GROUPS",
    "REQUEST SENSE",
    "SET TARGET PORT GROUPS",
    "WRITE BUFFER",
  ],
  Transitioning: ["INQUIRY", "REPORT LUNS", "REPORT TARGET PORT GROUPS", "REQUEST SENSE"],
};
const SENSE_OF = { Standby: "2/04/0b", Unavailable: "2/04/0c", Transitioning: "2/04/0a" } as const;
const baseName = ({ name }: CommandDescriptor): string => name.split(" / ")[0]!;

describe.each(["Standby", "Unavailable", "Transitioning"] as const)("a port in state %s", (name) => {
  it.each(COMMAND_TABLE.all.map((command) => [command.name, command] as const))(
    "%s runs or is refused as the standard says",
    async (_name, command) => {
      const unit = makeUnit();
      const access = new Map([[1, { state: AccessState[name], preferred: false, statusCode: 0 as const }]]);
      unit.lu.publish({ ...unit.lu.state, access });
      const cdb = Buffer.alloc(32);
      Buffer.from(command.usage.map((bits, at) => (at === 0 || at === 1 ? bits & (at === 0 ? 0xff : 0x1f) : 0))).copy(cdb);
      if (command.serviceAction === undefined) cdb[1] = 0;
      if (command.opcode === 0x7f) {
        cdb[1] = 0;
        cdb[7] = command.usage.length - 8;
        cdb.writeUInt16BE(command.serviceAction!, 8);
      }
      if (command.available?.(unit.lu) === false) Object.assign(unit.lu, { atomicJournal: {} });
      const { code } = await unit.run(cdb.subarray(0, Math.max(16, command.usage.length)));
      if (NAMED_BY_THE_STANDARD[name].includes(baseName(command))) expect(code).not.toBe(SENSE_OF[name]);
      else expect(code).toBe(SENSE_OF[name]);
    },
  );
});

describe("CONDITIONS", () => {
  it("name only commands that are there", () => {
    const names = new Set(COMMAND_TABLE.all.flatMap((command) => [baseName(command), command.name]));
    for (const { allows } of CONDITIONS) for (const name of allows ?? []) expect(names).toContain(name);
  });
});

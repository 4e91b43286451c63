/** APTPL, and what happens when what it keeps is lost or can't be kept: SPC-4 5.13.5, 5.13.11.3. */
import { beforeEach, describe, expect, it } from "vitest";
import type { LuState } from "../../../src/scsi/logical-unit.ts";
import type { Nexus } from "../../../src/scsi/nexus.ts";
import { cdb } from "../support/cdbs.ts";
import { MemoryStore } from "../support/memory-store.ts";
import { prList, spc } from "../support/primary-cdbs.ts";
import { makeUnit, type Result, settle, type UnitUnderTest } from "../support/scsi-harness.ts";

const REGISTER = 0;
const RESERVE = 1;
const CLEAR = 3;
const PREEMPT = 4;
const PREEMPT_AND_ABORT = 5;
const REGISTER_AND_IGNORE = 6;
const REPLACE_LOST = 8;
const APTPL = 0x01;
const CONFLICT = 0x18;
const A = 0xaaaaaaaaaaaaaaaan;
const B = 0xbbbbbbbbbbbbbbbbn;

let unit: UnitUnderTest;
let store: MemoryStore;
let a: Nexus;
let b: Nexus;

beforeEach(() => {
  store = new MemoryStore();
  unit = makeUnit({ store });
  a = unit.nexus;
  b = unit.anotherNexus("iqn.2026-01.test:b");
});

const list = (nexus: Nexus, action: number, key: bigint, serviceActionKey = 0n, type = 0, flags = 0) => {
  const dataOut = prList(key, serviceActionKey, flags);
  return [spc.persistentReserveOut(action, type, dataOut.length), { nexus, dataOut }] as const;
};
const out = (...step: Parameters<typeof list>): Promise<Result> => unit.run(...list(...step));
const write = async (nexus: Nexus): Promise<number> =>
  (await unit.run(cdb.write10(0, 1), { nexus, dataOut: Buffer.alloc(512) })).status;
const read = async (action: number, nexus = a): Promise<string> =>
  (await unit.run(spc.persistentReserveIn(action), { nexus })).dataIn.toString("hex");

describe("APTPL", () => {
  it("keeps registrations and reservation, and what becomes of them, until a REGISTER without it", async () => {
    await out(a, REGISTER, 0n, A, 0, APTPL);
    await out(b, REGISTER, 0n, B, 0, APTPL);
    await out(b, RESERVE, B, 0n, 1);
    expect(store.state.reservations).toMatchObject({
      registrants: [{ key: A }, { key: B }],
      reservation: { type: 1, holder: { initiatorPort: b.initiatorPort } },
    });
    await out(a, PREEMPT, A, B, 3);
    expect(store.state.reservations).toMatchObject({ registrants: [{ key: A }], reservation: { type: 3 } });
    await out(a, REGISTER, A, A, 0, 0);
    expect(store.state.reservations).toBeUndefined();
    await out(a, REGISTER, A, A, 0, APTPL);
    await out(a, CLEAR, A);
    expect(store.state.reservations).toBeUndefined();
  });

  it("gives GOOD when the state is saved, and lets nobody meet it before", async () => {
    await out(a, REGISTER, 0n, A, 0, APTPL);
    store.held = true;
    const reserving = unit.start(...list(a, RESERVE, A, 0n, 3));
    await settle();
    expect([reserving.finished, await write(b)]).toEqual([false, 0]);
    store.complete();
    expect((await reserving.done).status).toBe(0);
    expect(await write(b)).toBe(CONFLICT);
  });

  it("fails the command that can't be saved, which then has had no effect: nobody is preempted or aborted", async () => {
    await out(a, REGISTER, 0n, A, 0, APTPL);
    await out(b, REGISTER, 0n, B, 0, APTPL);
    await out(a, RESERVE, A, 0n, 1);
    const before = unit.lu.state.reservations;
    unit.backend.held = true;
    const writing = unit.start(cdb.write10(0, 1), { nexus: a, dataOut: Buffer.alloc(512) });
    store.failure = "before";
    expect((await out(b, PREEMPT_AND_ABORT, B, A, 1)).code).toBe("4/44/00");
    expect((await out(b, REGISTER, B, 0n)).code).toBe("4/44/00");
    expect(unit.lu.state.reservations).toBe(before);
    unit.backend.release();
    expect([(await writing.done).status, (await writing.done).aborted, a.luns.get(0)!.attentions.empty]).toEqual([
      0,
      false,
      true,
    ]);
    // What is not kept needs no disk.
    expect((await unit.run(cdb.testUnitReady(), { nexus: a })).status).toBe(0);
    unit.expectIdle();
  });

  it("is not changed by a command that was aborted while it waited for another's save", async () => {
    await out(a, REGISTER, 0n, A, 0, APTPL);
    await out(b, REGISTER, 0n, B, 0, APTPL);
    await out(b, RESERVE, B, 0n, 5);
    store.held = true;
    // B would be a registrant again at once, with everything that the type allows to registrants.
    const preempting = unit.start(...list(a, PREEMPT_AND_ABORT, A, B, 5));
    const registering = unit.start(...list(b, REGISTER_AND_IGNORE, 0n, B, 0, APTPL));
    await settle();
    store.held = false;
    store.complete();
    expect((await preempting.done).status).toBe(0);
    expect([registering.finished, registering.task.aborted]).toEqual([true, true]);
    expect(store.state.reservations?.registrants.map(({ key }) => key)).toEqual([A]);
    b.luns.get(0)!.attentions.clearAll();
    expect(await write(b)).toBe(CONFLICT);
    unit.expectIdle();
  });

  it("leaves PRGENERATION uncounted when the command fails", async () => {
    await out(a, REGISTER, 0n, A, 0, APTPL);
    store.failure = "before";
    await out(b, REGISTER, 0n, B, 0, APTPL);
    store.failure = "none";
    expect((await read(0)).slice(0, 16)).toBe("0000000100000008");
  });
});

const lose = (memory: LuState["memory"]): void => unit.lu.publish({ ...unit.lu.state, memory });
const codeOf = async (bytes: readonly number[], dataOut?: Buffer): Promise<string> =>
  (await unit.run(bytes, dataOut ? { dataOut } : {})).code ?? "good";

describe("a unit whose reservations are lost", () => {
  // SPC-4 5.13.5.2.
  const allowed = [
    ["INQUIRY", spc.inquiry()],
    ["LOG SENSE", spc.logSense(0)],
    ["REPORT LUNS", spc.reportLuns()],
    ["REPORT TARGET PORT GROUPS", spc.reportTargetPortGroups()],
    ["REQUEST SENSE", spc.requestSense()],
    ["START STOP UNIT to start", spc.startStop(1)],
  ] as const;
  const refused = [
    ["TEST UNIT READY", cdb.testUnitReady()],
    ["READ", cdb.read10(0, 1)],
    ["WRITE", cdb.write10(0, 0)],
    ["MODE SENSE", spc.modeSense6(0x3f)],
    ["PERSISTENT RESERVE IN", spc.persistentReserveIn(0)],
    ["RESERVE(6)", spc.reserve6()],
    ["START STOP UNIT to stop", spc.startStop(0)],
    ["READ CAPACITY", cdb.readCapacity10()],
  ] as const;

  it.each(allowed)("answers %s", async (_name, bytes) => {
    for (const memory of ["lost", "unavailable"] as const) {
      lose(memory);
      expect([memory, await codeOf(bytes)]).toEqual([memory, "good"]);
    }
  });

  it.each(refused)(
    "refuses %s: DATA PROTECT where it can be replaced, NOT READY where it can't be read",
    async (_name, bytes) => {
      lose("lost");
      expect(await codeOf(bytes)).toBe("7/44/01");
      lose("unavailable");
      expect(await codeOf(bytes)).toBe("2/04/00");
    },
  );

  it("takes REPLACE LOST RESERVATION, which begins anew, and nothing else of PERSISTENT RESERVE OUT", async () => {
    lose("lost");
    expect((await out(a, REGISTER, 0n, A)).code).toBe("7/44/01");
    expect((await out(a, REPLACE_LOST, 0n, A, 1, APTPL)).status).toBe(0);
    expect([await read(0), (await read(1)).slice(16)]).toEqual([
      `0000000000000008${"aa".repeat(8)}`,
      `${"aa".repeat(8)}0000000000010000`,
    ]);
    expect(store.state.reservations).toMatchObject({ registrants: [{ key: A }], reservation: { type: 1 } });
    expect([await write(a), await write(b)]).toEqual([0, CONFLICT]);
    expect((await out(a, REPLACE_LOST, 0n, A, 1)).code).toBe("5/26/04");
  });

  it("is lost still where the replacement can't be saved, or is wrong", async () => {
    lose("lost");
    store.failure = "before";
    expect((await out(a, REPLACE_LOST, 0n, A, 1)).code).toBe("4/44/00");
    const wrong: readonly (readonly [Parameters<typeof list>, object])[] = [
      [[a, REPLACE_LOST, 1n, A, 1], { inCdb: false, byte: 0, bit: undefined }],
      [[a, REPLACE_LOST, 0n, 0n, 1], { inCdb: false, byte: 8, bit: undefined }],
      [[a, REPLACE_LOST, 0n, A, 1, 0x04], { inCdb: false, byte: 20, bit: 2 }],
      [[a, REPLACE_LOST, 0n, A, 1, 0x08], { inCdb: false, byte: 20, bit: 3 }],
      [[a, REPLACE_LOST, 0n, A, 2], { inCdb: true, byte: 2, bit: 3 }],
    ];
    for (const [step, field] of wrong) expect((await out(...step)).sense?.field).toEqual(field);
    expect(await write(a)).not.toBe(0);
    expect(await codeOf(cdb.testUnitReady())).toBe("7/44/01");
  });

  it("does not take REPLACE LOST RESERVATION where only an operator can help", async () => {
    lose("unavailable");
    expect((await out(a, REPLACE_LOST, 0n, A, 1)).code).toBe("2/04/00");
  });
});

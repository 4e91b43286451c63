/** A medium that hosts may eject and load: SBC-3 4.4, 5.13, 5.25. */
import { describe, expect, it } from "vitest";
import { TaskAttribute } from "../../../src/scsi/status.ts";
import { spc } from "../support/primary-cdbs.ts";
import { makeUnit, type UnitUnderTest } from "../support/scsi-harness.ts";

const TUR = [0, 0, 0, 0, 0, 0];
const READ = [0x28, 0, 0, 0, 0, 0, 0, 0, 1, 0];
const startStop = (bits: number): number[] => [0x1b, 0, 0, 0, bits, 0];
const [EJECT, LOAD, START] = [startStop(0x02), startStop(0x03), startStop(0x01)];
const prevent = (on: boolean): number[] => [0x1e, 0, 0, 0, on ? 1 : 0, 0];
const removable = (): UnitUnderTest => makeUnit({ geometry: { removable: true } });

describe("a removable unit", () => {
  it("says so in INQUIRY, and another does not", async () => {
    expect((await removable().run(spc.inquiry())).dataIn[1]).toBe(0x80);
    expect((await makeUnit().run(spc.inquiry())).dataIn[1]).toBe(0);
  });

  it("has no medium for anybody once it is ejected, and keeps its data", async () => {
    const unit = removable();
    const other = unit.anotherNexus();
    await unit.run([0x2a, 0, 0, 0, 0, 0, 0, 0, 1, 0], { dataOut: Buffer.alloc(512, 7) });
    expect((await unit.run(EJECT)).status).toBe(0);
    expect((await unit.run(TUR)).code).toBe("2/3a/00");
    expect((await unit.run(READ, { nexus: other })).code).toBe("2/3a/00");
    expect((await unit.run(START)).code).toBe("2/3a/00");
    expect((await unit.run([0x03, 0, 0, 0, 252, 0])).dataIn.subarray(0, 14).toString("hex")).toMatch(/^70..02.{18}3a00$/);
    expect((await unit.run(spc.inquiry())).status).toBe(0);
    expect((await unit.run(LOAD)).status).toBe(0);
    expect((await unit.run(TUR, { nexus: other })).code).toBe("6/28/00");
    expect((await unit.run(READ)).dataIn).toEqual(Buffer.alloc(512, 7));
    unit.expectIdle();
  });

  it("keeps its medium while any host prevents removal, and lets it go when that host is gone", async () => {
    const unit = removable();
    const other = unit.anotherNexus();
    expect((await unit.run(prevent(true), { nexus: other })).status).toBe(0);
    for (const cdb of [EJECT, LOAD]) expect((await unit.run(cdb)).code).toBe("5/53/02");
    expect((await unit.run(TUR)).status).toBe(0);
    other.detach();
    expect((await unit.run(EJECT)).status).toBe(0);
  });

  it("stays ready when it is stopped without being ejected, and is flushed", async () => {
    const unit = removable();
    await unit.run([0x2a, 0, 0, 0, 0, 0, 0, 0, 1, 0], { dataOut: Buffer.alloc(512, 7) });
    expect((await unit.run(startStop(0))).status).toBe(0);
    expect((await unit.run(TUR)).status).toBe(0);
    expect(unit.backend.stable[0]).toBe(7);
  });

  it("forgets about prevention with a logical unit reset, and stays without its medium", async () => {
    const unit = removable();
    await unit.run(prevent(true));
    await unit.server.resetLogicalUnit(unit.lu);
    unit.nexus.luns.get(0)!.attentions.clearAll();
    expect((await unit.run(EJECT)).status).toBe(0);
    await unit.server.resetLogicalUnit(unit.lu);
    unit.nexus.luns.get(0)!.attentions.clearAll();
    expect((await unit.run(TUR)).code).toBe("2/3a/00");
  });

  it("keeps its medium when removal is prevented while the command to eject waits for its turn", async () => {
    const unit = removable();
    const other = unit.anotherNexus();
    unit.backend.held = true;
    const read = unit.start(READ);
    const eject = unit.start(EJECT, { attribute: TaskAttribute.Ordered });
    expect((await unit.run(prevent(true), { nexus: other, attribute: TaskAttribute.HeadOfQueue })).status).toBe(0);
    unit.backend.release();
    expect((await read.done).status).toBe(0);
    expect((await eject.done).code).toBe("5/53/02");
    expect((await unit.run(TUR)).status).toBe(0);
    unit.expectIdle();
  });

  it("is the only kind that can load and eject", async () => {
    const { code, sense } = await makeUnit().run(EJECT);
    expect([code, sense?.field]).toEqual(["5/24/00", { inCdb: true, byte: 4, bit: 1 }]);
  });
});

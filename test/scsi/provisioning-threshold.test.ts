/** Thresholds of logical block provisioning: SBC-3 4.7.3.8, log page 0Ch, mode page 1Ch/02h, VPD page B2h. */
import { describe, expect, it } from "vitest";
import { ThresholdWatch } from "../../src/scsi/provisioning-threshold.ts";
import { spc } from "./support/primary-cdbs.ts";
import { MiB, makeUnit, type UnitUnderTest } from "./support/scsi-harness.ts";

const TUR = [0, 0, 0, 0, 0, 0];
const LBP_PAGE = 0x1c;
/** 8 MiB, of which 25 % (the harness's space_warning_percent) are 2 threshold sets. */
const thinUnit = (): UnitUnderTest => makeUnit({ sizeBytes: 8 * MiB });

async function lbpPage(unit: UnitUnderTest, pc = 0): Promise<Buffer> {
  const { dataIn } = await unit.run(spc.modeSense10(LBP_PAGE, { subpage: 0x02, flags: 0x08, pc }));
  return Buffer.from(dataIn.subarray(8));
}

async function select(unit: UnitUnderTest, page: Buffer): Promise<string | undefined> {
  const dataOut = Buffer.concat([Buffer.alloc(8), page]);
  return (await unit.run(spc.modeSelect10(dataOut.length), { dataOut })).code;
}

const space = (availableMiB: number, usedMiB = 0) => ({ availableBytes: availableMiB * MiB, usedBytes: usedMiB * MiB });

describe("the pages of a thin unit", () => {
  it("B2h gives the exponent of a threshold set: 1 MiB", async () => {
    expect((await thinUnit().run(spc.vpd(0xb2))).dataIn[4]).toBe(11);
    expect((await makeUnit({ geometry: { thin: false } }).run(spc.vpd(0xb2))).dataIn[4]).toBe(0);
    expect((await makeUnit({ facts: { tellsSpace: false } }).run(spc.vpd(0xb2))).dataIn[4]).toBe(0);
  });

  it("log page 0Ch counts what is left, shared, and what is used, dedicated", async () => {
    const unit = thinUnit();
    unit.backend.availableBytes = 5 * MiB + 1;
    unit.backend.preset(Buffer.alloc(3 * MiB, 1));
    const { dataIn } = await unit.run([0x4d, 0, 0x4c, 0, 0, 0, 0, 0, 252, 0]);
    expect(dataIn.toString("hex")).toBe(`8c000018${"000103080000000502000000"}${"000203080000000301000000"}`);
  });

  it("log page 0Ch answers the storage's error with an error", async () => {
    const unit = thinUnit();
    unit.backend.availableBytes = undefined;
    expect((await unit.run([0x4d, 0, 0x4c, 0, 0, 0, 0, 0, 252, 0])).code).toBe("3/11/00");
    unit.expectIdle();
  });

  it("are missing where there are no thresholds", async () => {
    const unit = makeUnit({ geometry: { thin: false } });
    expect((await unit.run([0x4d, 0, 0x4c, 0, 0, 0, 0, 0, 252, 0])).code).toBe("5/24/00");
    expect((await unit.run(spc.modeSense10(LBP_PAGE, { subpage: 0x02 }))).sense?.field).toEqual({
      inCdb: true,
      byte: 3,
      bit: 7,
    });
    expect((await unit.run([0x4d, 0, 0x40, 0, 0, 0, 0, 0, 252, 0])).dataIn).not.toContain(0x0c);
  });

  it("mode page 1Ch/02h has both thresholds, and its counts and switches can be changed", async () => {
    const unit = thinUnit();
    expect((await lbpPage(unit)).toString("hex")).toBe(`5c02001c${"00".repeat(12)}${"8001000000000002"}${"0102000000000008"}`);
    expect((await lbpPage(unit, 1)).toString("hex")).toBe(
      `5c02001c01${"00".repeat(11)}${"80000000ffffffff"}${"80000000ffffffff"}`,
    );
    const page = await lbpPage(unit);
    page[4] = 1;
    page[24]! |= 0x80;
    page.writeUInt32BE(6, 28);
    expect(await select(unit, page)).toBeUndefined();
    expect(await lbpPage(unit)).toEqual(page);
    page[16]! ^= 0x02; // the direction can't be changed
    expect(await select(unit, page)).toBe("5/26/00");
  });

  it("the threshold follows the size of the unit while nobody has set one", async () => {
    const unit = thinUnit();
    expect(await select(unit, await lbpPage(unit))).toBeUndefined();
    unit.lu.publish({ ...unit.lu.state, sizeBlocks: unit.lu.state.sizeBlocks * 2 });
    expect((await lbpPage(unit)).readUInt32BE(20)).toBe(4);
  });
});

describe("ThresholdWatch", () => {
  it("tells every host once when what is left falls to the threshold, and again when it had risen in between", async () => {
    const unit = thinUnit();
    const other = unit.anotherNexus();
    const watch = new ThresholdWatch();
    expect(watch.check(unit.lu, space(3))).toEqual([]);
    expect(watch.check(unit.lu, space(2))).toEqual(["available"]);
    for (const nexus of [unit.nexus, other]) expect((await unit.run(TUR, { nexus })).code).toBe("6/38/07");
    expect(watch.check(unit.lu, space(0))).toEqual([]);
    expect((await unit.run(TUR)).status).toBe(0);
    expect(watch.check(unit.lu, space(3))).toEqual([]);
    expect(watch.check(unit.lu, space(1))).toEqual(["available"]);
    expect((await unit.run(TUR)).code).toBe("6/38/07");
  });

  it("tells one host where SITUA says so, and none while LBPERE is 0", async () => {
    const unit = thinUnit();
    const other = unit.anotherNexus();
    const page = await lbpPage(unit);
    page[4] = 1;
    await select(unit, page);
    other.luns.get(0)!.attentions.clearAll();
    const watch = new ThresholdWatch();
    watch.check(unit.lu, space(0));
    const told = [unit.nexus, other].filter((nexus) => !nexus.luns.get(0)!.attentions.empty);
    expect(told).toHaveLength(1);
    told[0]!.luns.get(0)!.attentions.clearAll();
    const recovery = Buffer.from((await unit.run(spc.modeSense10(0x01, { flags: 0x08 }))).dataIn.subarray(8));
    expect(recovery[7]).toBe(0x80);
    recovery[7] = 0;
    expect(await select(unit, recovery)).toBeUndefined();
    other.luns.get(0)!.attentions.clearAll();
    watch.check(unit.lu, space(9));
    expect(watch.check(unit.lu, space(0))).toEqual(["available"]);
    for (const nexus of [unit.nexus, other]) expect(nexus.luns.get(0)!.attentions.empty).toBe(true);
  });

  it("tells when what the unit takes grows to its threshold, where that is enabled", async () => {
    const unit = thinUnit();
    const watch = new ThresholdWatch();
    expect(watch.check(unit.lu, space(99, 8))).toEqual([]);
    const page = await lbpPage(unit);
    page[24]! |= 0x80;
    page.writeUInt32BE(6, 28);
    await select(unit, page);
    expect(watch.check(unit.lu, space(99, 5))).toEqual([]);
    expect(watch.check(unit.lu, space(99, 6))).toEqual(["used"]);
    expect((await unit.run(TUR)).code).toBe("6/38/07");
  });

  it("tells the first host that comes, when nobody was there to be told", async () => {
    const unit = thinUnit();
    unit.nexus.detach();
    const watch = new ThresholdWatch();
    expect(watch.check(unit.lu, space(0))).toEqual(["available"]);
    const late = unit.anotherNexus();
    expect(watch.check(unit.lu, space(0))).toEqual([]);
    expect((await unit.run(TUR, { nexus: late })).code).toBe("6/38/07");
  });

  it("never tells of a unit that is configured to warn at 0 %", async () => {
    const unit = makeUnit({ geometry: { spaceWarningPercent: 0 } });
    expect(new ThresholdWatch().check(unit.lu, space(0))).toEqual([]);
  });
});

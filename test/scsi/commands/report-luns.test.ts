/** REPORT LUNS (SPC-4 6.33) and REQUEST SENSE (6.39). */
import { describe, expect, it } from "vitest";
import { LunNexus } from "../../../src/scsi/nexus.ts";
import { ATTENTION } from "../../../src/scsi/unit-attention.ts";
import { spc } from "../support/primary-cdbs.ts";
import { makeUnit } from "../support/scsi-harness.ts";

const hex = (bytes: Buffer): string => bytes.toString("hex");

describe("REPORT LUNS", () => {
  it("lists the view ascending, peripheral form up to 255 and flat space above", async () => {
    const unit = makeUnit();
    for (const lun of [0x3fff, 256, 255, 7]) {
      unit.nexus.luns.set(lun, new LunNexus(unit.nexus, { lun, lu: unit.lu, readOnly: false }));
    }
    const { dataIn } = await unit.run(spc.reportLuns());
    expect(hex(dataIn)).toBe(
      "0000002800000000" +
        "0000000000000000" +
        "0007000000000000" +
        "00ff000000000000" +
        "4100000000000000" +
        "7fff000000000000",
    );
    expect(hex((await unit.run(spc.reportLuns(2, 16), { lun: 99 })).dataIn)).toBe("00000028000000000000000000000000");
  });

  it("knows no well known and no administrative units", async () => {
    const unit = makeUnit();
    expect(hex((await unit.run(spc.reportLuns(0x01))).dataIn)).toBe("0000000000000000");
    expect(hex((await unit.run(spc.reportLuns(0x10))).dataIn)).toBe("0000000000000000");
    expect((await unit.run(spc.reportLuns(0x11))).dataIn.length).toBe(16);
    expect((await unit.run(spc.reportLuns(0x12))).code).toBe("5/24/00");
    expect((await unit.run(spc.reportLuns(0x03))).sense?.field).toEqual({ inCdb: true, byte: 2, bit: 7 });
  });

  it("refuses an allocation length below 16", async () => {
    expect((await makeUnit().run(spc.reportLuns(0, 15))).sense?.field).toEqual({ inCdb: true, byte: 6, bit: undefined });
  });

  it("clears the attention that asked for it and no other", async () => {
    const unit = makeUnit();
    const { attentions } = unit.nexus.luns.get(0)!;
    attentions.establish(ATTENTION.reportedLunsChanged);
    attentions.establish(ATTENTION.capacityChanged);
    await unit.run(spc.reportLuns());
    expect(attentions.shift()).toBe(ATTENTION.capacityChanged);
    expect(attentions.empty).toBe(true);
  });
});

describe("REQUEST SENSE", () => {
  it("returns a pending unit attention with GOOD and clears it", async () => {
    const unit = makeUnit({ attentions: true });
    const first = await unit.run(spc.requestSense());
    expect([first.status, hex(first.dataIn)]).toEqual([0, "700006000000000a000000002901" + "00000000"]);
    expect(hex((await unit.run(spc.requestSense())).dataIn)).toBe("700000000000000a00000000000000000000");
  });

  it("uses descriptor format when DESC says so", async () => {
    const unit = makeUnit({ attentions: true });
    expect(hex((await unit.run(spc.requestSense(1))).dataIn)).toBe("7206290100000000");
  });

  it("says where no unit is mapped that there is none, with GOOD", async () => {
    const { status, dataIn } = await makeUnit().run(spc.requestSense(), { lun: 9 });
    expect([status, dataIn[2], dataIn[12], dataIn[13]]).toEqual([0, 0x05, 0x25, 0x00]);
  });

  it("cuts at the allocation length", async () => {
    expect((await makeUnit().run(spc.requestSense(0, 4))).dataInLength).toBe(4);
  });
});

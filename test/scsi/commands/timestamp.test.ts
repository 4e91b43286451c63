/** REPORT TIMESTAMP and SET TIMESTAMP: SPC-4 5.2, 6.38, 6.46. */
import { beforeEach, describe, expect, it } from "vitest";
import { ATTENTION } from "../../../src/scsi/unit-attention.ts";
import { makeUnit, type Result, type UnitUnderTest } from "../support/scsi-harness.ts";

let unit: UnitUnderTest;

beforeEach(() => {
  unit = makeUnit();
});

const report = async (allocation = 64): Promise<string> =>
  (await unit.run([0xa3, 0x0f, 0, 0, 0, 0, 0, 0, 0, allocation, 0, 0])).dataIn.toString("hex");
const set = (list: Buffer, length = list.length): Promise<Result> =>
  unit.run([0xa4, 0x0f, 0, 0, 0, 0, 0, 0, 0, length, 0, 0], { dataOut: list });
const parameters = (timestamp: string): Buffer => Buffer.from(`00000000${timestamp}0000`, "hex");

describe("the timestamp", () => {
  it("counts milliseconds from power on until it is set", async () => {
    expect(await report()).toBe("000a0000" + "000000000000" + "0000");
    unit.clock = 1234.7;
    expect(await report()).toBe("000a0000" + "0000000004d2" + "0000");
    expect(await report(6)).toBe("000a00000000");
  });

  it("counts on from where it was set, and says who set it", async () => {
    unit.clock = 5000;
    expect((await set(parameters("018bcfe56800"))).status).toBe(0);
    expect(await report()).toBe("000a0200" + "018bcfe56800" + "0000");
    unit.clock = 5256;
    expect(await report()).toBe("000a0200" + "018bcfe56900" + "0000");
  });

  it("survives a logical unit reset and the loss of an I_T nexus", async () => {
    await set(parameters("000000010000"));
    unit.anotherNexus().detach();
    await unit.server.resetLogicalUnit(unit.lu);
    unit.nexus.luns.get(0)!.attentions.clearAll();
    expect(await report()).toBe("000a0200" + "000000010000" + "0000");
  });

  it("is zero again after a hard reset", async () => {
    await set(parameters("000000010000"));
    unit.clock = 500;
    await unit.server.resetLogicalUnit(unit.lu, ATTENTION.busReset);
    unit.nexus.luns.get(0)!.attentions.clearAll();
    unit.clock = 600;
    expect(await report()).toBe("000a0000" + "000000000064" + "0000");
  });

  it("tells every other nexus when it is set", async () => {
    const other = unit.anotherNexus("iqn.2026-01.test:other");
    await set(parameters("000000000001"));
    expect((await unit.run([0, 0, 0, 0, 0, 0], { nexus: other })).code).toBe("6/2a/10");
    expect((await unit.run([0, 0, 0, 0, 0, 0])).status).toBe(0);
  });

  it("is not set through a read-only mapping", async () => {
    unit = makeUnit({ readOnly: true });
    expect((await set(parameters("000000000001"))).code).toBe("7/27/00");
    expect(await report()).toBe("000a0000" + "000000000000" + "0000");
  });

  it("stays as it is with an empty list, which is no error and no news", async () => {
    const other = unit.anotherNexus("iqn.2026-01.test:other");
    expect((await set(Buffer.alloc(0))).status).toBe(0);
    expect([await report(), (await unit.run([0, 0, 0, 0, 0, 0], { nexus: other })).status]).toEqual([
      "000a0000" + "000000000000" + "0000",
      0,
    ]);
  });

  it("takes F0h as its high order byte and refuses F1h, reserved bytes and other lengths", async () => {
    expect((await set(parameters("f0ffffffffff"))).status).toBe(0);
    unit.clock = 1;
    expect(await report()).toBe("000a0200" + "f10000000000" + "0000");
    expect((await set(parameters("f10000000000"))).sense?.field).toEqual({ inCdb: false, byte: 4, bit: undefined });
    for (const at of [0, 3, 10, 11]) {
      const list = parameters("000000000000");
      list[at] = 1;
      expect((await set(list)).sense?.field).toEqual({ inCdb: false, byte: at, bit: undefined });
    }
    expect([(await set(Buffer.alloc(11))).code, (await set(Buffer.alloc(13))).code]).toEqual(["5/1a/00", "5/1a/00"]);
    expect((await set(Buffer.alloc(4), 12)).code).toBe("5/1a/00");
    expect((await report()).slice(4, 8)).toBe("0200");
  });
});

/** INQUIRY and vital product data against bytes typed from SPC-4 6.4, 7.8 and SBC-3 6.6. */
import { describe, expect, it } from "vitest";
import { spc } from "../support/primary-cdbs.ts";
import { MiB, makeUnit } from "../support/scsi-harness.ts";

const hex = (bytes: Buffer): string => bytes.toString("hex");

describe("INQUIRY", () => {
  it("returns 96 bytes of standard data that claim SPC-4, iSCSI, third-party copy, and both implicit and explicit ALUA", async () => {
    const { status, dataIn } = await makeUnit().run(spc.inquiry());
    expect(status).toBe(0);
    expect(dataIn.length).toBe(96);
    expect(hex(dataIn.subarray(0, 8))).toBe("000006125b381002");
    expect(dataIn.toString("ascii", 8, 36)).toBe("LUNETTE VIRTUAL-DISK    0001");
    expect(hex(dataIn.subarray(36, 58))).toBe("00".repeat(22));
    expect(hex(dataIn.subarray(58, 96))).toBe(`00a00960046004c0${"00".repeat(30)}`);
  });

  it("cuts the data at the allocation length and leaves ADDITIONAL LENGTH as it was", async () => {
    const unit = makeUnit();
    const { dataIn } = await unit.run(spc.inquiry(5));
    expect(hex(dataIn)).toBe("000006125b");
    expect((await unit.run(spc.inquiry(0))).dataInLength).toBe(0);
    unit.expectIdle();
  });

  it("reports a pending unit attention neither as its own result nor away", async () => {
    const unit = makeUnit({ attentions: true });
    expect((await unit.run(spc.inquiry())).status).toBe(0);
    expect((await unit.run([0, 0, 0, 0, 0, 0])).code).toBe("6/29/01");
  });

  it("refuses a page code without EVPD, the obsolete CMDDT, and pages that are not there, pointing at the field", async () => {
    const unit = makeUnit();
    const plain = await unit.run([0x12, 0, 0x80, 0, 255, 0]);
    expect([plain.code, plain.sense?.field]).toEqual(["5/24/00", { inCdb: true, byte: 2, bit: 7 }]);
    const cmddt = await unit.run([0x12, 0x02, 0, 0, 255, 0]);
    expect([cmddt.code, cmddt.sense?.field]).toEqual(["5/24/00", { inCdb: true, byte: 1, bit: 1 }]);
    expect((await unit.run(spc.vpd(0x84))).code).toBe("5/24/00");
  });

  it("answers where nothing is mapped: none connected at LUN 0, none possible elsewhere", async () => {
    const unit = makeUnit();
    expect((await unit.run(spc.inquiry(), { lun: 5 })).dataIn[0]).toBe(0x7f);
    expect((await unit.run(spc.inquiry(), { lun: -1 })).dataIn[0]).toBe(0x7f);
    expect(hex((await unit.run(spc.vpd(0x00), { lun: 5 })).dataIn)).toBe("7f00000100");
    expect((await unit.run(spc.vpd(0x83), { lun: 5 })).code).toBe("5/24/00");
    unit.nexus.luns.delete(0);
    const zero = (await unit.run(spc.inquiry(), { lun: 0 })).dataIn;
    expect(hex(zero.subarray(0, 5))).toBe("3f0006125b");
  });
});

describe("Vital product data", () => {
  it("lists exactly the pages that can be read, ascending (00h)", async () => {
    const unit = makeUnit();
    const { dataIn } = await unit.run(spc.vpd(0x00));
    expect([...dataIn.subarray(4)]).toEqual([...dataIn.subarray(4)].sort((a, b) => a - b));
    expect(dataIn.readUInt16BE(2)).toBe(dataIn.length - 4);
    for (const page of [0x00, 0x80, 0x83, 0x85, 0x86, 0x87, 0x88, 0xb0, 0xb1, 0xb2, 0xb3])
      expect(dataIn.subarray(4)).toContain(page);
    for (const page of dataIn.subarray(4)) expect((await unit.run(spc.vpd(page))).dataIn[1]).toBe(page);
  });

  it("has the serial number (80h)", async () => {
    expect(hex((await makeUnit().run(spc.vpd(0x80))).dataIn)).toBe(
      `00800010${Buffer.from("0011223344556677").toString("hex")}`,
    );
  });

  it("has NAA, T10, UUID, port, group and name designators (83h)", async () => {
    const { dataIn } = await makeUnit().run(spc.vpd(0x83));
    const expected = Buffer.concat([
      Buffer.from("01030010" + "6001405aabbccddeeff0011223344556", "hex"),
      Buffer.from("02010038", "hex"),
      Buffer.from("LUNETTE VIRTUAL-DISK    6001405aabbccddeeff0011223344556"),
      Buffer.from("010a0012" + "1000" + "00112233445566778899aabbccddeeff", "hex"),
      Buffer.from("51940004" + "00000001", "hex"),
      Buffer.from("51950004" + "00000001", "hex"),
      Buffer.from("53980024", "hex"),
      Buffer.from("iqn.2026-01.test:target,t,0x0001\0\0\0\0"),
      Buffer.from("53a80018", "hex"),
      Buffer.from("iqn.2026-01.test:target\0"),
    ]);
    expect(hex(dataIn.subarray(4))).toBe(hex(expected));
    expect(dataIn.readUInt16BE(2)).toBe(expected.length);
  });

  it("keeps the true page length when it is cut", async () => {
    const whole = (await makeUnit().run(spc.vpd(0x83))).dataIn;
    const cut = (await makeUnit().run(spc.vpd(0x83, 7))).dataIn;
    expect(hex(cut)).toBe(hex(whole.subarray(0, 7)));
  });

  it("claims simple, ordered and head of queue tasks and a volatile cache (86h)", async () => {
    const { dataIn } = await makeUnit().run(spc.vpd(0x86));
    expect(hex(dataIn)).toBe(`0086003c0007010010${"00".repeat(55)}`);
  });

  it("has no management address of its own (85h)", async () => {
    expect(hex((await makeUnit().run(spc.vpd(0x85))).dataIn)).toBe("00850000");
  });

  it("shares all mode pages among the nexuses (87h)", async () => {
    expect(hex((await makeUnit().run(spc.vpd(0x87))).dataIn)).toBe("008700043fff0000");
  });

  it("names every port of the target, each with its group (88h)", async () => {
    const { dataIn } = await makeUnit().run(spc.vpd(0x88));
    const ports: { relative: number; group: number; name: string }[] = [];
    for (let at = 4; at < dataIn.length; at += 12 + dataIn.readUInt16BE(at + 10)) {
      expect(dataIn.readUInt16BE(at + 6)).toBe(0); // no initiator port
      const [relative, group, name] = [at + 12, at + 20, at + 28];
      expect([dataIn[relative + 1], dataIn[group + 1], dataIn[name + 1]]).toEqual([0x94, 0x95, 0x98]);
      ports.push({
        relative: dataIn.readUInt16BE(at + 2),
        group: dataIn.readUInt16BE(group + 6),
        name: dataIn.toString("utf8", name + 4, name + 4 + dataIn[name + 3]!).replace(/\0+$/, ""),
      });
      expect(dataIn.readUInt16BE(relative + 6)).toBe(ports.at(-1)!.relative);
    }
    expect(ports).toEqual([
      { relative: 1, group: 1, name: "iqn.2026-01.test:target,t,0x0001" },
      { relative: 2, group: 2, name: "iqn.2026-01.test:target,t,0x0002" },
    ]);
  });

  it("has one user data segment (B3h)", async () => {
    expect(hex((await makeUnit().run(spc.vpd(0xb3))).dataIn)).toBe(`00b3000c${"00".repeat(12)}`);
  });

  it("gives true limits (B0h)", async () => {
    const { dataIn } = await makeUnit({ geometry: { maxTransferBytes: 2 * MiB, maxWriteSameBytes: 4 * MiB } }).run(
      spc.vpd(0xb0),
    );
    expect(dataIn.length).toBe(64);
    expect(hex(dataIn.subarray(0, 8))).toBe("00b0003c" + "00" + "ff" + "0008");
    expect(dataIn.readUInt32BE(8)).toBe(4096);
    expect(dataIn.readUInt32BE(20)).toBe(131072);
    expect(dataIn.readUInt32BE(24)).toBe(16);
    expect(dataIn.readUInt32BE(28)).toBe(8);
    expect(dataIn.readUInt32BE(32)).toBe(0x80000000);
    expect(dataIn.readBigUInt64BE(36)).toBe(8192n);
  });

  it("says nothing of unmapping for a fully provisioned volume (B0h, B2h)", async () => {
    const unit = makeUnit({ geometry: { thin: false } });
    expect(hex((await unit.run(spc.vpd(0xb0))).dataIn.subarray(20, 36))).toBe("00".repeat(16));
    expect(hex((await unit.run(spc.vpd(0xb2))).dataIn)).toBe("00b2000400000000");
  });

  it("calls the medium non-rotating, and readable after a block erase where there is one (B1h)", async () => {
    expect(hex((await makeUnit().run(spc.vpd(0xb1))).dataIn)).toBe(`00b1003c00010040${"00".repeat(56)}`);
    const thick = makeUnit({ geometry: { thin: false } });
    expect(hex((await thick.run(spc.vpd(0xb1))).dataIn)).toBe(`00b1003c0001${"00".repeat(58)}`);
  });

  it("says thin, with unmap by every means and zeroes afterwards (B2h)", async () => {
    expect(hex((await makeUnit().run(spc.vpd(0xb2))).dataIn)).toBe("00b200040be40200");
  });
});

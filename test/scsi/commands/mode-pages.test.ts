/** MODE SENSE and MODE SELECT against bytes typed from SPC-4 7.5 and SBC-3 6.5. */
import { describe, expect, it } from "vitest";
import { spc } from "../support/primary-cdbs.ts";
import { MiB, makeUnit, settle } from "../support/scsi-harness.ts";

const hex = (bytes: Buffer): string => bytes.toString("hex");
const bytes = (text: string): Buffer => Buffer.from(text.replaceAll(" ", ""), "hex");
const RECOVERY = `010a ${"00".repeat(5)} 80 00000000`;
const CACHING = `0812 04 ${"00".repeat(17)}`;
const CONTROL = "0a0a 02 10 00 000000000000 00";
const EXTENSION = `4a01001c 02 ${"00".repeat(27)}`;
const EXCEPTIONS = "1c0a 08 000000000000000000";
/** 4 MiB: 25 % of it, the warning of the harness, are one threshold set. */
const PROVISIONING = `5c02001c ${"00".repeat(12)} 8001000000000001 0102000000000004`;
const packed = (text: string): string => text.replaceAll(" ", "");

describe("MODE SENSE", () => {
  it("returns all pages ascending behind header and block descriptor (6)", async () => {
    const { dataIn } = await makeUnit({ sizeBytes: 4 * MiB }).run(spc.modeSense6(0x3f));
    // 8192 blocks of 512 bytes; DPOFUA.
    expect(hex(dataIn)).toBe(packed(`43 00 10 08 00002000 00 000200 ${RECOVERY} ${CACHING} ${CONTROL} ${EXCEPTIONS}`));
  });

  it("adds the subpages for subpage FFh", async () => {
    const unit = makeUnit();
    const all = await unit.run(spc.modeSense6(0x3f, { subpage: 0xff, dbd: true }));
    expect(hex(all.dataIn)).toBe(
      packed(`7b 00 10 00 ${RECOVERY} ${CACHING} ${CONTROL} ${EXTENSION} ${EXCEPTIONS} ${PROVISIONING}`),
    );
    const control = await unit.run(spc.modeSense6(0x0a, { subpage: 0xff, dbd: true }));
    expect(hex(control.dataIn)).toBe(packed(`2f 00 10 00 ${CONTROL} ${EXTENSION}`));
    const extension = await unit.run(spc.modeSense6(0x0a, { subpage: 0x01, dbd: true }));
    expect(hex(extension.dataIn)).toBe(packed(`23 00 10 00 ${EXTENSION}`));
  });

  it("has the 8-byte header, and the long block descriptor for LLBAA (10)", async () => {
    const unit = makeUnit();
    expect(hex((await unit.run(spc.modeSense10(0x08))).dataIn)).toBe(
      packed(`0022 00 10 00 00 0008 00002000 00 000200 ${CACHING}`),
    );
    expect(hex((await unit.run(spc.modeSense10(0x08, { flags: 0x10 }))).dataIn)).toBe(
      packed(`002a 00 10 01 00 0010 0000000000002000 00000000 00000200 ${CACHING}`),
    );
    expect(hex((await unit.run(spc.modeSense10(0x08, { flags: 0x18 }))).dataIn)).toBe(
      packed(`001a 00 10 00 00 0000 ${CACHING}`),
    );
  });

  it("masks what can be changed: LBPERE, WCE, D_SENSE, SWP", async () => {
    const { dataIn } = await makeUnit().run(spc.modeSense6(0x3f, { pc: 1, dbd: true }));
    expect(hex(dataIn)).toBe(
      packed(
        `3b 00 10 00 010a ${"00".repeat(5)} 80 00000000 081204${"00".repeat(17)} 0a0a 04 00 08 00000000000000 1c0a ${"00".repeat(10)}`,
      ),
    );
  });

  it("gives the configured values as defaults, whatever is current", async () => {
    const unit = makeUnit();
    await unit.run(spc.modeSelect6(24), { dataOut: bytes(`00000000 0812${"00".repeat(18)}`) });
    expect((await unit.run(spc.modeSense6(0x08, { dbd: true }))).dataIn[6]).toBe(0x00);
    expect((await unit.run(spc.modeSense6(0x08, { dbd: true, pc: 2 }))).dataIn[6]).toBe(0x04);
  });

  it("saves nothing", async () => {
    expect((await makeUnit().run(spc.modeSense6(0x08, { pc: 3 }))).code).toBe("5/39/00");
  });

  it("points at the page or the subpage that is not there", async () => {
    const unit = makeUnit();
    expect((await unit.run(spc.modeSense6(0x02))).sense?.field).toEqual({ inCdb: true, byte: 2, bit: 5 });
    expect((await unit.run(spc.modeSense6(0x08, { subpage: 1 }))).sense?.field).toEqual({ inCdb: true, byte: 3, bit: 7 });
    expect((await unit.run(spc.modeSense6(0x3f, { subpage: 1 }))).sense?.field).toEqual({ inCdb: true, byte: 3, bit: 7 });
  });

  it("sets WP for a read-only mapping", async () => {
    expect((await makeUnit({ readOnly: true }).run(spc.modeSense6(0x08))).dataIn[2]).toBe(0x90);
  });

  it("keeps MODE DATA LENGTH when it is cut", async () => {
    expect(hex((await makeUnit().run(spc.modeSense6(0x3f, { allocation: 3 }))).dataIn)).toBe("430010");
  });
});

describe("MODE SELECT", () => {
  const withCache = (wce: boolean): Buffer => bytes(`00000000 0812${wce ? "04" : "00"}${"00".repeat(17)}`);

  it("turns the write cache off only when everything older is on stable storage, and tells the others", async () => {
    const unit = makeUnit();
    const other = unit.anotherNexus();
    unit.backend.held = true;
    const running = unit.start(spc.modeSelect6(24), { dataOut: withCache(false) });
    await settle();
    expect([running.finished, unit.backend.pending.map(({ kind }) => kind)]).toEqual([false, ["flush"]]);
    expect(unit.lu.state.modes.writeCacheEnabled).toBe(false);
    unit.backend.release();
    expect((await running.done).status).toBe(0);
    expect((await unit.run([0, 0, 0, 0, 0, 0])).status).toBe(0);
    expect((await unit.run([0, 0, 0, 0, 0, 0], { nexus: other })).code).toBe("6/2a/01");
    unit.expectIdle();
  });

  it("leaves the write cache on when the flush fails", async () => {
    const unit = makeUnit();
    unit.backend.fault = ({ kind }) => (kind === "flush" ? 5 : 0);
    expect((await unit.run(spc.modeSelect6(24), { dataOut: withCache(false) })).code).toBe("4/03/00");
    expect(unit.lu.state.modes.writeCacheEnabled).toBe(true);
  });

  it("does not turn on a write cache that the configuration has turned off: other hosts rely on WCE=0", async () => {
    const unit = makeUnit({ writeCache: false });
    expect((await unit.run(spc.modeSense6(0x08, { dbd: true, pc: 1 }))).dataIn[6]).toBe(0x00);
    const { code, sense } = await unit.run(spc.modeSelect6(24), { dataOut: withCache(true) });
    expect([code, sense?.field]).toEqual(["5/26/00", { inCdb: false, byte: 6, bit: 2 }]);
    expect(unit.lu.state.modes.writeCacheEnabled).toBe(false);
  });

  it("protects the medium only when what was being written is on stable storage", async () => {
    const unit = makeUnit();
    unit.backend.held = true;
    const write = unit.start([0x2a, 0, 0, 0, 0, 0, 0, 0, 1, 0], { dataOut: Buffer.alloc(512, 7) });
    await settle();
    const list = bytes("0000000000000000 0a0a 02 10 08 00000000000000");
    const running = unit.start(spc.modeSelect10(20), { dataOut: list });
    await settle();
    expect(running.finished).toBe(false);
    unit.backend.release();
    expect([(await write.done).status, (await running.done).status]).toEqual([0, 0]);
    expect(unit.backend.stable[0]).toBe(7);
  });

  it("of a nexus that may only read changes nothing", async () => {
    const unit = makeUnit({ readOnly: true });
    expect((await unit.run(spc.modeSelect6(24), { dataOut: withCache(false) })).code).toBe("7/27/00");
    expect(unit.lu.state.modes.writeCacheEnabled).toBe(true);
  });

  it("switches sense format and write protection", async () => {
    const unit = makeUnit();
    const list = bytes("0000000000000000 0a0a 06 10 08 00000000000000");
    expect((await unit.run(spc.modeSelect10(20), { dataOut: list })).status).toBe(0);
    expect(unit.lu.state.modes).toMatchObject({ writeCacheEnabled: true, descriptorSense: true, softwareWriteProtect: true });
    expect((await unit.run(spc.modeSense6(0x0a))).dataIn[2]).toBe(0x90);
  });

  it("takes an empty list, and the current block descriptor", async () => {
    const unit = makeUnit();
    expect((await unit.run(spc.modeSelect6(0, 0))).status).toBe(0);
    const list = bytes(`00000008 0000200000000200 ${CACHING}`);
    expect((await unit.run(spc.modeSelect6(32), { dataOut: list })).status).toBe(0);
    unit.expectIdle();
  });

  it("takes back the DPOFUA and WP that MODE SENSE gave", async () => {
    expect((await makeUnit().run(spc.modeSelect6(24), { dataOut: bytes(`00009000 ${CACHING}`) })).status).toBe(0);
  });

  const refused: readonly (readonly [string, string, object | undefined])[] = [
    ["a page that can't be changed there", `00000000 0812 05 ${"00".repeat(17)}`, { inCdb: false, byte: 6, bit: 0 }],
    ["an unknown page", "00000000 020a 00000000000000000000", { inCdb: false, byte: 4, bit: 5 }],
    [
      "a wrong page length",
      "00000000 0813 04 0000000000000000000000000000000000 0000",
      { inCdb: false, byte: 5, bit: undefined },
    ],
    ["PS in a page", `00000000 8812 04 ${"00".repeat(17)}`, { inCdb: false, byte: 4, bit: 7 }],
    ["an unknown subpage", `00000000 4a02001c ${"00".repeat(28)}`, { inCdb: false, byte: 5, bit: 7 }],
    ["MODE DATA LENGTH", `17000000 ${CACHING}`, { inCdb: false, byte: 0, bit: 4 }],
    ["another medium type", `00010000 ${CACHING}`, { inCdb: false, byte: 1, bit: 0 }],
    ["another block length", `00000008 0000200000001000 ${CACHING}`, { inCdb: false, byte: 10, bit: undefined }],
    ["another capacity", `00000008 0000100000000200 ${CACHING}`, { inCdb: false, byte: 4, bit: undefined }],
    ["a lying descriptor length", `00000007 00002000000002 ${CACHING}`, { inCdb: false, byte: 3, bit: undefined }],
  ];
  it.each(refused)("refuses %s, pointing at it, and changes nothing", async (_what, text, field) => {
    const unit = makeUnit();
    const { modes } = unit.lu.state;
    const dataOut = bytes(text);
    const result = await unit.run(spc.modeSelect6(dataOut.length), { dataOut });
    expect([result.code, result.sense?.field]).toEqual(["5/26/00", field]);
    expect(unit.lu.state.modes).toBe(modes);
  });

  it("calls a list that ends early a parameter list length error", async () => {
    const unit = makeUnit();
    const whole = bytes(`00000008 0000200000000200 0812 00 ${"00".repeat(17)}`);
    for (let length = 1; length < whole.length; length += 1) {
      if (length === 4 + 8) continue; // header and descriptor only is whole
      const result = await unit.run(spc.modeSelect6(length), { dataOut: whole.subarray(0, length) });
      expect([length, result.code]).toEqual([length, "5/1a/00"]);
    }
    const short = await unit.run(spc.modeSelect6(32), { dataOut: whole.subarray(0, 12) });
    expect(short.code).toBe("5/1a/00");
    expect(unit.lu.state.modes.writeCacheEnabled).toBe(true);
  });

  it("refuses SP, and PF=0 before a list", async () => {
    const unit = makeUnit();
    expect((await unit.run(spc.modeSelect6(24, 0x11), { dataOut: withCache(true) })).sense?.field).toEqual({
      inCdb: true,
      byte: 1,
      bit: 0,
    });
    expect((await unit.run(spc.modeSelect6(24, 0x00), { dataOut: withCache(true) })).sense?.field).toEqual({
      inCdb: true,
      byte: 1,
      bit: 4,
    });
  });

  it("is undone by a reset", async () => {
    const unit = makeUnit();
    await unit.run(spc.modeSelect6(24), { dataOut: withCache(false) });
    await unit.server.resetLogicalUnit(unit.lu);
    expect(unit.lu.state.modes.writeCacheEnabled).toBe(true);
  });
});

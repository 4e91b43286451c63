/** REPORT and SET IDENTIFYING INFORMATION: SPC-4 5.6, 6.32, 6.43. */
import { beforeEach, describe, expect, it } from "vitest";
import { LIMITS } from "../../../src/common/limits.ts";
import { MemoryStore } from "../support/memory-store.ts";
import { makeUnit, type Result, type UnitUnderTest } from "../support/scsi-harness.ts";

const PERIPHERAL = 0x00;
const TEXT = 0x02;
const SUPPORTED = 0x7f;

let store: MemoryStore;
let unit: UnitUnderTest;

beforeEach(() => {
  store = new MemoryStore();
  unit = makeUnit({ store });
});

const be = (value: number): number[] => [value >>> 24, (value >>> 16) & 0xff, (value >>> 8) & 0xff, value & 0xff];
const report = (type: number, allocation = 1024): Promise<Result> =>
  unit.run([0xa3, 0x05, 0, 0, 0, 0, ...be(allocation), type << 1, 0]);
const set = (type: number, information: Buffer, length = information.length): Promise<Result> =>
  unit.run([0xa4, 0x06, 0, 0, 0, 0, ...be(length), type << 1, 0], { dataOut: information });
const hex = ({ dataIn }: Result): string => dataIn.toString("hex");

describe("identifying information", () => {
  it("is empty at first", async () => {
    expect([hex(await report(PERIPHERAL)), hex(await report(TEXT))]).toEqual(["00000000", "00000000"]);
  });

  it("comes back as it was set, each type by itself, and its length is never cut", async () => {
    expect((await set(PERIPHERAL, Buffer.from("0102030405", "hex"))).status).toBe(0);
    expect((await set(TEXT, Buffer.from("Schrank 7, Größe L\0"))).status).toBe(0);
    expect(hex(await report(PERIPHERAL))).toBe("000000050102030405");
    expect(hex(await report(PERIPHERAL, 6))).toBe("000000050102");
    expect((await report(TEXT)).dataIn.subarray(4).toString()).toBe("Schrank 7, Größe L\0");
    expect((await set(PERIPHERAL, Buffer.alloc(0))).status).toBe(0);
    expect([hex(await report(PERIPHERAL)), (await report(TEXT)).dataIn.length]).toEqual(["00000000", 4 + 21]);
  });

  it("tells which types there are and how long each may be", async () => {
    expect(hex(await report(SUPPORTED))).toBe("00000008" + "00000200" + "04000100");
  });

  it("takes as much as it says and refuses one byte more in the CDB", async () => {
    const [most, mostText] = [LIMITS.identifying_information_bytes.value, LIMITS.identifying_text_bytes.value];
    expect([most, mostText]).toEqual([512, 256]);
    expect((await set(PERIPHERAL, Buffer.alloc(most, 7))).status).toBe(0);
    expect((await set(TEXT, Buffer.concat([Buffer.alloc(mostText - 1, 0x41), Buffer.alloc(1)]))).status).toBe(0);
    const field = { inCdb: true, byte: 6, bit: undefined };
    expect((await set(PERIPHERAL, Buffer.alloc(513))).sense?.field).toEqual(field);
    expect((await set(TEXT, Buffer.alloc(257))).sense?.field).toEqual(field);
    expect((await set(TEXT, Buffer.alloc(8), 0xffff_ffff)).sense?.field).toEqual(field);
  });

  it("refuses types that are none, lists that end early, and text that is no text", async () => {
    const type = { inCdb: true, byte: 10, bit: 7 };
    for (const unknown of [1, 3, 4, 0x7e]) {
      expect([(await report(unknown)).sense?.field, (await set(unknown, Buffer.alloc(1))).sense?.field]).toEqual([type, type]);
    }
    expect((await set(SUPPORTED, Buffer.alloc(1))).sense?.field).toEqual(type);
    expect((await set(PERIPHERAL, Buffer.alloc(4), 8)).code).toBe("5/1a/00");
    for (const [text, byte] of [
      [Buffer.from("no end"), 5],
      [Buffer.from("two\0ends\0"), 4],
      [Buffer.from([0xc3, 0x28, 0]), 0],
    ] as const)
      expect((await set(TEXT, text)).sense?.field).toEqual({ inCdb: false, byte, bit: undefined });
    expect([hex(await report(PERIPHERAL)), hex(await report(TEXT))]).toEqual(["00000000", "00000000"]);
  });

  it("is saved before GOOD, survives a reset, and is told to the others when it changes", async () => {
    const other = unit.anotherNexus("iqn.2026-01.test:other");
    await set(PERIPHERAL, Buffer.from([1]));
    expect(store.state.identifying.peripheral).toEqual(Buffer.from([1]));
    expect((await unit.run([0, 0, 0, 0, 0, 0], { nexus: other })).code).toBe("6/3f/05");
    await set(PERIPHERAL, Buffer.from([1]));
    expect([
      (await unit.run([0, 0, 0, 0, 0, 0], { nexus: other })).status,
      (await unit.run([0, 0, 0, 0, 0, 0])).status,
    ]).toEqual([0, 0]);
    await unit.server.resetLogicalUnit(unit.lu);
    unit.nexus.luns.get(0)!.attentions.clearAll();
    expect(hex(await report(PERIPHERAL))).toBe("0000000101");
  });

  it("stays as it was where it can't be saved", async () => {
    await set(PERIPHERAL, Buffer.from([1]));
    store.failure = "before";
    expect((await set(PERIPHERAL, Buffer.from([2]))).code).toBe("4/44/00");
    expect(hex(await report(PERIPHERAL))).toBe("0000000101");
  });

  it("is not set by who may not write", async () => {
    unit = makeUnit({ readOnly: true });
    expect((await set(PERIPHERAL, Buffer.from([1]))).code).toBe("7/27/00");
    expect(hex(await report(PERIPHERAL))).toBe("00000000");
  });
});

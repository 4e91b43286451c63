/** LOG SELECT and the counters of LOG SENSE: SPC-4 6.7, 6.8, 7.3.2, pages 02h, 03h, 06h. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { makeUnit, settle, type UnitUnderTest } from "../support/scsi-harness.ts";

const TUR = [0, 0, 0, 0, 0, 0];
const Control = { Thresholds: 0, Cumulative: 1, DefaultThresholds: 2, Default: 3 } as const;
const logSense = (page: number, control: number = Control.Cumulative): number[] => [
  0x4d,
  0,
  (control << 6) | page,
  0,
  0,
  0,
  0,
  0,
  252,
  0,
];
const logSelect = (length: number, { pcr = false, page = 0, control = 1 as number, subpage = 0 } = {}): number[] => [
  0x4c,
  pcr ? 0x02 : 0,
  (control << 6) | page,
  subpage,
  0,
  0,
  0,
  length >> 8,
  length & 0xff,
  0,
];

/** Values by parameter code. */
async function counters(unit: UnitUnderTest, page: number, control: number = Control.Cumulative): Promise<Map<number, bigint>> {
  const { dataIn, code } = await unit.run(logSense(page, control));
  expect(code).toBeUndefined();
  const found = new Map<number, bigint>();
  for (let at = 4; at < dataIn.length; at += 4 + dataIn[at + 3]!) {
    found.set(dataIn.readUInt16BE(at), BigInt(`0x${dataIn.toString("hex", at + 4, at + 4 + dataIn[at + 3]!)}`));
  }
  return found;
}

const parameter = (code: number, bytes: number, value: number, control = 0x20): Buffer => {
  const out = Buffer.alloc(4 + bytes);
  out.writeUInt16BE(code, 0);
  out[2] = control;
  out[3] = bytes;
  out.writeUInt32BE(value, out.length - 4);
  return out;
};
const page = (code: number, ...parameters: Buffer[]): Buffer => {
  const body = Buffer.concat(parameters);
  return Buffer.concat([Buffer.from([code, 0, body.length >> 8, body.length & 0xff]), body]);
};

/** A unit that has written 3 blocks, read 2, failed once to read, and refused a command. */
async function usedUnit(): Promise<UnitUnderTest> {
  const unit = makeUnit();
  await unit.run([0x2a, 0, 0, 0, 0, 0, 0, 0, 3, 0], { dataOut: Buffer.alloc(1536) });
  await unit.run([0x28, 0, 0, 0, 0, 0, 0, 0, 2, 0]);
  unit.backend.fault = (request) => (request.kind === "read" ? 5 : 0);
  expect((await unit.run([0x28, 0, 0, 0, 0, 0, 0, 0, 1, 0])).code).toBe("3/11/00");
  unit.backend.fault = () => 0;
  await unit.run([0xff, 0, 0, 0, 0, 0]);
  return unit;
}

describe("the error counter pages", () => {
  it("count what was moved, what the medium failed, and what failed otherwise", async () => {
    const unit = await usedUnit();
    expect([...(await counters(unit, 0x02))]).toEqual([
      [5, 1536n],
      [6, 0n],
    ]);
    expect([...(await counters(unit, 0x03))]).toEqual([
      [5, 1024n],
      [6, 1n],
    ]);
    expect([...(await counters(unit, 0x06))]).toEqual([[0, 1n]]);
  });

  it("have default values of 0, and no thresholds", async () => {
    const unit = await usedUnit();
    expect([...(await counters(unit, 0x02, Control.Default)).values()]).toEqual([0n, 0n]);
    for (const control of [Control.Thresholds, Control.DefaultThresholds]) {
      const { code, sense } = await unit.run(logSense(0x02, control));
      expect([code, sense?.field]).toEqual(["5/24/00", { inCdb: true, byte: 2, bit: 7 }]);
    }
  });
});

describe("LOG SELECT", () => {
  it("with PCR sets every counter to 0, and tells the other hosts; what the metrics count stays", async () => {
    const unit = await usedUnit();
    const other = unit.anotherNexus();
    const moved = [...unit.lu.counters.bytes];
    expect((await unit.run(logSelect(0, { pcr: true }))).status).toBe(0);
    for (const code of [0x02, 0x03]) expect([...(await counters(unit, code)).values()]).toEqual([0n, 0n]);
    expect(unit.lu.counters.bytes.slice(0, 2)).toEqual(Float64Array.from(moved.slice(0, 2)));
    expect((await unit.run(TUR, { nexus: other })).code).toBe("6/2a/02");
    expect((await unit.run(TUR)).status).toBe(0);
    unit.expectIdle();
  });

  it("is not for a host that sees the unit read-only", async () => {
    const unit = await usedUnit();
    unit.nexus.luns.get(0)!.readOnly = true;
    const before = await counters(unit, 0x02);
    expect(before.get(5)).toBe(1536n);
    expect((await unit.run(logSelect(0, { pcr: true }))).code).toBe("7/27/00");
    expect(await counters(unit, 0x02)).toEqual(before);
  });

  it("resets the counters of one page only, where one is named", async () => {
    const unit = await usedUnit();
    expect((await unit.run(logSelect(0, { page: 0x03 }))).status).toBe(0);
    expect((await counters(unit, 0x03)).get(5)).toBe(0n);
    expect((await counters(unit, 0x02)).get(5)).toBe(1536n);
  });

  it("sets the counters that a list names, and they count on from there", async () => {
    const unit = await usedUnit();
    const list = Buffer.concat([page(0x02, parameter(5, 8, 7)), page(0x83, parameter(5, 8, 100), parameter(6, 4, 9))]);
    expect((await unit.run(logSelect(list.length), { dataOut: list })).status).toBe(0);
    await unit.run([0x2a, 0, 0, 0, 0, 0, 0, 0, 1, 0], { dataOut: Buffer.alloc(512) });
    expect((await counters(unit, 0x02)).get(5)).toBe(519n);
    expect([...(await counters(unit, 0x03)).values()]).toEqual([100n, 9n]);
  });

  const good = page(0x02, parameter(5, 8, 1));
  it.each([
    ["a page that isn't there", Buffer.concat([good, page(0x05, parameter(5, 8, 1))]), { byte: 16, bit: 5 }],
    ["a subpage", Buffer.concat([good, Buffer.from([0x42, 0x01, 0, 0])]), { byte: 16, bit: 6 }],
    ["a reserved subpage byte", Buffer.concat([good, Buffer.from([0x02, 0x01, 0, 0])]), { byte: 17, bit: 7 }],
    ["a parameter that isn't there", Buffer.concat([good, page(0x03, parameter(7, 8, 1))]), { byte: 20 }],
    ["parameters out of order", page(0x02, parameter(6, 4, 1), parameter(5, 8, 1)), { byte: 12 }],
    ["another control byte", page(0x02, parameter(5, 8, 1, 0x03)), { byte: 6 }],
    ["another length", page(0x02, parameter(5, 4, 1)), { byte: 7 }],
    ["a parameter that only the unit changes", page(0x2f, parameter(0, 4, 1, 0x03)), { byte: 4 }],
  ])("refuses %s, pointing at it, and sets nothing", async (_what, list, field) => {
    const unit = await usedUnit();
    const { code, sense } = await unit.run(logSelect(list.length), { dataOut: list });
    expect([code, sense?.field]).toEqual(["5/26/00", { inCdb: false, bit: undefined, ...field }]);
    expect((await counters(unit, 0x02)).get(5)).toBe(1536n);
    unit.expectIdle();
  });

  it.each([
    ["in the header of a page", good.length + 2],
    ["in a parameter", good.length + 6],
  ])("refuses a list that is cut %s", async (_where, length) => {
    const unit = await usedUnit();
    const list = Buffer.concat([good, page(0x03, parameter(5, 8, 1))]).subarray(0, length);
    expect((await unit.run(logSelect(list.length), { dataOut: list })).code).toBe("5/1a/00");
    expect((await counters(unit, 0x02)).get(5)).toBe(1536n);
  });

  it.each([
    ["PCR with a list", logSelect(16, { pcr: true }), { byte: 1, bit: 1 }],
    ["thresholds", logSelect(0, { control: 0 }), { byte: 2, bit: 7 }],
    ["a list for a page named in the CDB", logSelect(16, { page: 2 }), { byte: 2, bit: 5 }],
    ["a page without counters", logSelect(0, { page: 0x2f }), { byte: 2, bit: 5 }],
    ["a subpage", logSelect(0, { subpage: 1 }), { byte: 3, bit: 7 }],
    ["saving", [0x4c, 0x01, 0x40, 0, 0, 0, 0, 0, 0, 0], { byte: 1, bit: 0 }],
  ])("refuses %s", async (_what, cdb, field) => {
    const unit = await usedUnit();
    const { code, sense } = await unit.run(cdb, { dataOut: cdb[8] === 0 ? Buffer.alloc(0) : good });
    expect([code, sense?.field]).toEqual(["5/24/00", { inCdb: true, ...field }]);
  });

  it("takes any bytes at all without a defect, and changes no counter unless it answers GOOD", async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 64 }), async (bytes) => {
        const unit = makeUnit();
        await unit.run([0x2a, 0, 0, 0, 0, 0, 0, 0, 1, 0], { dataOut: Buffer.alloc(512) });
        const { status } = await unit.run(logSelect(bytes.length), { dataOut: Buffer.from(bytes) });
        await settle(1);
        unit.expectIdle();
        if (status !== 0) expect((await counters(unit, 0x02)).get(5)).toBe(512n);
      }),
      { numRuns: 200 },
    );
  });
});

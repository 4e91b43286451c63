/** READ DEFECT DATA(10) and (12): SBC-3 5.18, 5.19. */
import { describe, expect, test } from "vitest";
import { ScsiStatus } from "../../../src/scsi/status.ts";
import { makeUnit } from "../support/scsi-harness.ts";

const ten = (request: number, allocation = 252): number[] => [
  0x37,
  0,
  request,
  0,
  0,
  0,
  0,
  allocation >> 8,
  allocation & 0xff,
  0,
];
const twelve = (request: number, allocation = 252, index = [0, 0, 0, 0]): number[] => [
  ...[0xb7, request, ...index],
  ...[0, 0, allocation >> 8, allocation & 0xff, 0, 0],
];

describe.each([
  { name: "READ DEFECT DATA(10)", make: ten, header: 4, at: 2 },
  { name: "READ DEFECT DATA(12)", make: twelve, header: 8, at: 1 },
])("$name", ({ make, header, at }) => {
  test("returns a header and no defect, with the lists and the format that were asked for", async () => {
    for (const lists of [0x00, 0x08, 0x10, 0x18]) {
      for (const format of [0b000, 0b001, 0b010, 0b011, 0b100, 0b101]) {
        const { status, dataIn } = await makeUnit().run(make(lists | format));
        expect(status).toBe(ScsiStatus.Good);
        expect([...dataIn]).toEqual([0, lists | format, ...new Array<number>(header - 2).fill(0)]);
      }
    }
  });

  test("refuses formats that nobody has described, and reserved bits", async () => {
    for (const format of [0b110, 0b111]) {
      const { code, sense } = await makeUnit().run(make(0x08 | format));
      expect([code, sense?.field]).toEqual(["5/24/00", { inCdb: true, byte: at, bit: 2 }]);
    }
    const { code, sense } = await makeUnit().run(make(0x20));
    expect([code, sense?.field]).toEqual(["5/24/00", { inCdb: true, byte: at, bit: 5 }]);
  });

  test("cuts the header to the allocation length, down to nothing", async () => {
    expect((await makeUnit().run(make(0x18, 3))).dataIn).toHaveLength(3);
    expect((await makeUnit().run(make(0x18, 0))).dataIn).toHaveLength(0);
  });

  test("needs the medium", async () => {
    const unit = makeUnit();
    unit.lu.backend = undefined;
    expect((await unit.run(make(0))).code).toBe("2/04/00");
  });
});

test("READ DEFECT DATA(12) with an index behind the last entry returns the header alone", async () => {
  const { status, dataIn } = await makeUnit().run(twelve(0x08, 252, [0xff, 0xff, 0xff, 0xff]));
  expect([status, dataIn.length, dataIn.readUInt32BE(4)]).toEqual([ScsiStatus.Good, 8, 0]);
});

/** WRITE BUFFER and READ BUFFER(10): the echo buffer and the descriptors (SPC-4 6.18, 6.49). */
import { describe, expect, test } from "vitest";
import { LIMITS } from "../../../src/common/limits.ts";
import { ScsiStatus } from "../../../src/scsi/status.ts";
import { makeUnit } from "../support/scsi-harness.ts";

const CAPACITY = LIMITS.echo_buffer_bytes.value;
const write = (length: number, mode = 0x0a, id = 0, offset = 0): number[] => [
  ...[0x3b, mode, id, offset >> 16, (offset >> 8) & 0xff, offset & 0xff],
  ...[length >> 16, (length >> 8) & 0xff, length & 0xff, 0],
];
const read = (length: number, mode = 0x0a, id = 0, offset = 0): number[] => [0x3c, ...write(length, mode, id, offset).slice(1)];
const noise = (bytes: number, seed = 1): Buffer =>
  Buffer.from(Array.from({ length: bytes }, (_, at) => (at * 17 + seed) & 0xff));

describe("the echo buffer", () => {
  test("returns what was written, as often as it is read, as long as it was and cut to the allocation length", async () => {
    const unit = makeUnit();
    for (const length of [4, CAPACITY, 512, 5, 0]) {
      const data = noise(length, length);
      expect((await unit.run(write(length), { dataOut: data })).status).toBe(ScsiStatus.Good);
      for (let times = 0; times < 2; times += 1) expect((await unit.run(read(0xffff))).dataIn.equals(data)).toBe(true);
      expect((await unit.run(read(3))).dataIn.equals(data.subarray(0, 3))).toBe(true);
    }
    unit.expectIdle();
  });

  test("ignores BUFFER ID and BUFFER OFFSET", async () => {
    const unit = makeUnit();
    await unit.run(write(8, 0x0a, 7, 0x123456), { dataOut: noise(8) });
    expect((await unit.run(read(8, 0x0a, 9, 0xffffff))).dataIn.equals(noise(8))).toBe(true);
  });

  test("is each nexus's own", async () => {
    const unit = makeUnit();
    const other = unit.anotherNexus();
    await unit.run(write(8), { dataOut: noise(8, 1) });
    expect((await unit.run(read(8), { nexus: other })).code).toBe("5/2c/00");
    await unit.run(write(8), { dataOut: noise(8, 2), nexus: other });
    expect((await unit.run(read(8))).dataIn.equals(noise(8, 1))).toBe(true);
  });

  test("that nobody has written is a command sequence error", async () => {
    expect((await makeUnit().run(read(8))).code).toBe("5/2c/00");
  });

  test("takes its capacity (limits.echo_buffer_bytes) and not a byte more", async () => {
    const unit = makeUnit();
    await unit.run(write(4), { dataOut: noise(4) });
    const { code, sense } = await unit.run(write(CAPACITY + 1), { dataOut: noise(CAPACITY + 1) });
    expect([code, sense?.field?.byte]).toEqual(["5/24/00", 6]);
    expect((await unit.run(read(8))).dataIn.equals(noise(4))).toBe(true);
  });

  test("stays as it was when fewer bytes come than the CDB says", async () => {
    const unit = makeUnit();
    await unit.run(write(4), { dataOut: noise(4) });
    expect((await unit.run(write(64), { dataOut: noise(63) })).code).toBe("5/1a/00");
    expect((await unit.run(read(64))).dataIn.equals(noise(4))).toBe(true);
    unit.expectIdle();
  });
});

describe("READ BUFFER descriptors", () => {
  test("the echo buffer has its capacity, and is not overwritten by others (EBOS)", async () => {
    expect([...(await makeUnit().run(read(4, 0x0b))).dataIn]).toEqual([0x01, 0, CAPACITY >> 8, CAPACITY & 0xff]);
  });

  test("there is no data buffer, whatever its id", async () => {
    for (const id of [0, 1, 255]) expect([...(await makeUnit().run(read(4, 0x03, id))).dataIn]).toEqual([0, 0, 0, 0]);
  });

  test("reserved fields are refused with a pointer", async () => {
    const id = await makeUnit().run(read(4, 0x0b, 1));
    expect([id.code, id.sense?.field]).toEqual(["5/24/00", { inCdb: true, byte: 2, bit: 0 }]);
    const offset = await makeUnit().run(read(4, 0x03, 0, 0x8000));
    expect([offset.code, offset.sense?.field]).toEqual(["5/24/00", { inCdb: true, byte: 4, bit: 7 }]);
  });
});

test("every other mode is refused with a pointer at MODE", async () => {
  const unit = makeUnit();
  for (let mode = 0; mode < 32; mode += 1) {
    const reads = [0x03, 0x0a, 0x0b].includes(mode);
    const got = await unit.run(read(4, mode));
    if (!reads) expect([mode, got.code, got.sense?.field]).toEqual([mode, "5/24/00", { inCdb: true, byte: 1, bit: 4 }]);
    const put = await unit.run(write(4, mode), { dataOut: noise(4) });
    if (mode !== 0x0a) expect([mode, put.code, put.sense?.field]).toEqual([mode, "5/24/00", { inCdb: true, byte: 1, bit: 4 }]);
  }
});

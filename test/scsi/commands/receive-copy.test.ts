/** RECEIVE COPY STATUS, FAILURE DETAILS and OPERATING PARAMETERS (SPC-4 6.22 to 6.25), and VPD page 8Fh (7.8.17). */
import { describe, expect, test } from "vitest";
import { COMMAND_TABLE } from "../../../src/scsi/command-table.ts";
import { ScsiStatus } from "../../../src/scsi/status.ts";
import { CopyPair } from "../support/copy-harness.ts";
import { copy, listLid1, listLid4, segment } from "../support/copy-lists.ts";
import { spc } from "../support/primary-cdbs.ts";
import { MiB, settle } from "../support/scsi-harness.ts";

const EIO = 5;

async function dataOf(pair: CopyPair, cdb: readonly number[]): Promise<Buffer> {
  const { status, dataIn } = await pair.unit.run(cdb);
  expect(status).toBe(ScsiStatus.Good);
  return dataIn;
}

const refused = async (pair: CopyPair, cdb: readonly number[]): Promise<void> => {
  const { code, sense } = await pair.unit.run(cdb);
  expect(code).toBe("5/24/00");
  expect(sense?.field).toMatchObject({ inCdb: true, byte: 2 });
};

const whole = { destination: 1, blocks: 8192, from: 0, to: 0 };

describe("RECEIVE COPY STATUS(LID1)", () => {
  test("tells how a copy came out, once", async () => {
    const pair = new CopyPair();
    await refused(pair, copy.statusLid1(1));
    await pair.copy({ ...whole, blocks: 8 }, whole);
    const data = await dataOf(pair, copy.statusLid1(1));
    expect(data.toString("hex")).toBe(`00000008${"01"}${"0002"}${"00"}${(4 * MiB + 4096).toString(16).padStart(8, "0")}`);
    await refused(pair, copy.statusLid1(1));
  });

  test("tells of a copy that runs how far it is", async () => {
    const pair = new CopyPair();
    pair.unit.backend.held = true;
    const running = pair.start(pair.list(whole));
    await settle();
    expect((await dataOf(pair, copy.statusLid1(1)))[4]).toBe(0x00);
    // The first chunk of two arrives; the second waits.
    for (let pieces = 0; pieces < 4; pieces += 1) pair.unit.backend.complete();
    await settle(10);
    const data = await dataOf(pair, copy.statusLid1(1));
    expect([data[4], data.readUInt16BE(5), data[7], data.readUInt32BE(8)]).toEqual([0x00, 1, 0, MiB]);
    expect((await dataOf(pair, copy.statusLid4(1)))[5]).toBe(0x11);
    pair.unit.backend.release();
    await running.done;
    expect((await dataOf(pair, copy.statusLid1(1)))[4]).toBe(0x01);
  });

  test("counts only what was written without a gap", async () => {
    const pair = new CopyPair();
    pair.other.backend.held = true;
    const running = pair.start(pair.list(whole));
    await settle(10);
    // The second chunk is there, the first is not.
    while (pair.other.backend.pending.length > 4) pair.other.backend.complete(4);
    await settle();
    expect((await dataOf(pair, copy.statusLid1(1))).readUInt32BE(8)).toBe(0);
    pair.other.backend.release();
    await running.done;
    expect((await dataOf(pair, copy.statusLid1(1))).readUInt32BE(8)).toBe(4 * MiB);
  });

  test("knows nothing of a copy whose host wanted none of that (LIST ID USAGE 11b)", async () => {
    const pair = new CopyPair();
    await pair.run(listLid1(pair.cscds, [segment(whole)], { listId: 0, usage: 3 }));
    await refused(pair, copy.statusLid1(0));
  });

  test("knows nothing of another nexus's copy", async () => {
    const pair = new CopyPair();
    await pair.copy(whole);
    const nexus = pair.unit.anotherNexus("iqn.2026-01.test:stranger");
    expect((await pair.unit.run(copy.statusLid1(1), { nexus })).code).toBe("5/24/00");
  });

  test("knows nothing after a reset of the unit", async () => {
    const pair = new CopyPair();
    await pair.copy(whole);
    await pair.unit.server.resetLogicalUnit(pair.unit.lu);
    pair.own.attentions.clearAll();
    await refused(pair, copy.statusLid1(1));
  });
});

describe("RECEIVE COPY FAILURE DETAILS(LID1)", () => {
  test("has the sense data of the failure, until it has been told as a whole", async () => {
    const pair = new CopyPair();
    pair.other.backend.fault = () => EIO;
    await pair.copy(whole);
    expect((await dataOf(pair, copy.failure(1, 60))).readUInt32BE(0)).toBe(60 + 37 - 4);
    const data = await dataOf(pair, copy.failure(1));
    expect([data.length, data.readUInt32BE(0), data[56], data.readUInt16BE(58)]).toEqual([97, 93, 0x02, 37]);
    const sense = data.subarray(60);
    // COPY ABORTED, third party device failure, forwarded from the destination at byte 18: CHECK CONDITION and MEDIUM ERROR.
    expect([sense[0], sense[2], sense[12], sense[13]]).toEqual([0x70, 0x0a, 0x0d, 0x01]);
    expect([sense[8], sense[9], sense[18], sense[19], sense[21]]).toEqual([0, 18, 0x02, 0xf0, 0x03]);
    expect((await dataOf(pair, copy.failure(1))).toString("hex")).toBe("00000000");
    const status = await dataOf(pair, copy.statusLid1(1));
    expect(status[4]).toBe(0x02);
    await refused(pair, copy.statusLid1(1));
    await refused(pair, copy.failure(1));
  });

  test("says nothing of a copy that succeeded, and refuses one that runs or had a long list identifier", async () => {
    const pair = new CopyPair();
    const list = listLid4(pair.cscds, [], { listId: 5 });
    await pair.unit.run(copy.lid4(list.length), { dataOut: list });
    await refused(pair, copy.failure(5));
    pair.unit.backend.held = true;
    const running = pair.start(pair.list(whole));
    await settle();
    await refused(pair, copy.failure(1));
    pair.unit.backend.release();
    await running.done;
    expect((await dataOf(pair, copy.failure(1))).toString("hex")).toBe("00000000");
  });

  test("is discarded with an allocation length of zero", async () => {
    const pair = new CopyPair();
    await pair.copy({ ...whole, to: 8192 });
    await dataOf(pair, copy.failure(1, 0));
    expect(await dataOf(pair, copy.failure(1))).toHaveLength(4);
  });
});

describe("RECEIVE COPY STATUS(LID4)", () => {
  test("tells as often as it is asked", async () => {
    const pair = new CopyPair();
    const list = listLid4(pair.cscds, [segment({ ...whole, source: 1, destination: 2 })], { listId: 0x01020304 });
    await pair.unit.run(copy.lid4(list.length), { dataOut: list });
    const data = await dataOf(pair, copy.statusLid4(0x01020304));
    expect(data.toString("hex")).toBe(
      `0000001c${"01"}${"01"}${"0008"}fffffffe${"00"}${"00"}${"00"}${"00"}${(4 * MiB).toString(16).padStart(16, "0")}${"0001"}${"000000000000"}`,
    );
    expect((await dataOf(pair, copy.statusLid4(0x01020304))).equals(data)).toBe(true);
  });

  test("has the sense data of a failure, and of a copy in the background that its command could not tell", async () => {
    const pair = new CopyPair();
    pair.unit.backend.fault = ({ offset }) => (offset >= MiB ? EIO : 0);
    const list = listLid4(pair.cscds, [segment({ ...whole, source: 1, destination: 2 })], { immed: true, listId: 7 });
    expect((await pair.unit.run(copy.lid4(list.length), { dataOut: list })).status).toBe(ScsiStatus.Good);
    expect((await dataOf(pair, copy.statusLid4(7)))[5]).toBe(0x12);
    await settle(30);
    const data = await dataOf(pair, copy.statusLid4(7));
    expect([data[4], data[5], data[12], data[13], data[14]]).toEqual([0x01, 0x02, 0x02, 40, 37]);
    expect(data).toHaveLength(72);
    expect(data.readUInt32BE(0)).toBe(68);
    expect(Number(data.readBigUInt64BE(16))).toBe(MiB);
    // INFORMATION is valid: what is left, in blocks of the destination.
    expect([data[32], data.readUInt32BE(35)]).toEqual([0xf0, 8192 - 2048]);
  });

  test("tells of one that was terminated: TASK ABORTED and no sense data", async () => {
    const pair = new CopyPair();
    pair.unit.backend.held = true;
    const running = pair.start(pair.list(whole));
    await settle();
    const ending = pair.unit.server.abort([running.task]);
    pair.unit.backend.release();
    await ending;
    const data = await dataOf(pair, copy.statusLid4(1));
    expect([data[4], data[5], data[12], data[13], data[14]]).toEqual([0x00, 0x60, ScsiStatus.TaskAborted, 0, 0]);
    expect((await dataOf(pair, copy.statusLid1(1)))[4]).toBe(0x02);
  });
});

/** Third-party copy descriptors by type. */
function descriptorsOf(page: Buffer): Map<number, Buffer> {
  const found = new Map<number, Buffer>();
  for (let at = 4; at < page.length; ) {
    const length = page.readUInt16BE(at + 2);
    expect(length % 4).toBe(0);
    found.set(page.readUInt16BE(at), page.subarray(at + 4, at + 4 + length));
    at += 4 + length;
  }
  return found;
}

describe("what the copy manager says of itself", () => {
  test("RECEIVE COPY OPERATING PARAMETERS has the limits", async () => {
    const pair = new CopyPair();
    const data = await dataOf(pair, copy.parameters());
    expect(data.toString("hex")).toBe(
      // Length; SNLID; 16 CSCD descriptors, 64 segments, 2,304 bytes of both, 64 MiB in a segment, no inline or held data, no streams;
      `0000002a${"01000000"}${"0010"}${"0040"}${"00000900"}${"04000000"}${"00000000"}${"00000000"}${"00000000"}` +
        // 32 at once; multiples of 512 bytes; descriptor types 02h and E4h.
        `${"0000"}${"0020"}${"20"}${"09"}${"00"}${"00"}${"000000"}${"02"}02e4`,
    );
    expect((await pair.unit.run(copy.parameters(8))).dataIn).toHaveLength(8);
  });

  test("standard INQUIRY data has 3PC set, and page 8Fh is in the list of pages", async () => {
    const pair = new CopyPair();
    expect((await dataOf(pair, spc.inquiry()))[5]! & 0x08).toBe(0x08);
    expect([...(await dataOf(pair, spc.vpd(0x00))).subarray(4)]).toContain(0x8f);
  });

  test("page 8Fh has the mandatory descriptors in ascending order, and no others", async () => {
    const page = await dataOf(new CopyPair(), spc.vpd(0x8f));
    expect(page.readUInt16BE(2)).toBe(page.length - 4);
    expect([...descriptorsOf(page).keys()]).toEqual([0x0001, 0x0004, 0x0008, 0x000c, 0x8001]);
  });

  test("page 8Fh names the commands that there are", async () => {
    const list = descriptorsOf(await dataOf(new CopyPair(), spc.vpd(0x8f))).get(0x0001)!;
    const named: [number, number][] = [];
    for (let at = 1; at < 1 + list[0]!; ) {
      const count = list[at + 1]!;
      for (let index = 0; index < count; index += 1) named.push([list[at]!, list[at + 2 + index]!]);
      at += 2 + count;
    }
    const there = COMMAND_TABLE.all.filter(({ opcode }) => opcode === 0x83 || opcode === 0x84);
    expect(named).toEqual(there.map(({ opcode, serviceAction }) => [opcode, serviceAction]));
    expect(named).toHaveLength(7);
  });

  test("page 8Fh and the operating parameters agree", async () => {
    const pair = new CopyPair();
    const parameters = await dataOf(pair, copy.parameters());
    const descriptors = descriptorsOf(await dataOf(pair, spc.vpd(0x8f)));
    const lists = descriptors.get(0x0004)!;
    // Without its header of four bytes: the counts are bytes 8 to 11 of the descriptor, the lengths 12 to 19 (SPC-4 7.8.17.7).
    expect(lists.subarray(4, 12)).toEqual(parameters.subarray(8, 16));
    expect(lists.subarray(12, 16)).toEqual(parameters.subarray(20, 24));
    expect(lists.toString("hex")).toBe(`00000000${"0010"}${"0040"}${"00000900"}${"00000000"}${"00".repeat(12)}`);
    const types = descriptors.get(0x0008)!;
    expect(types.subarray(0, 3)).toEqual(parameters.subarray(43, 46));
    expect(descriptors.get(0x000c)!.subarray(0, 4).toString("hex")).toBe("0002ffff");
    const general = descriptors.get(0x8001)!;
    expect(general.readUInt32BE(0)).toBe(parameters.readUInt16BE(34));
    expect(general.readUInt32BE(4)).toBe(parameters[36]);
    expect(general.subarray(8, 12)).toEqual(parameters.subarray(16, 20));
    expect(general[12]).toBe(parameters[37]);
  });
});

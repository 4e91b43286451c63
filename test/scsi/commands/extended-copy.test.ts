/** EXTENDED COPY and COPY OPERATION ABORT (SPC-4 6.3 to 6.5, 5.17): what is copied, what is not, and what ends a copy. */
import { describe, expect, test } from "vitest";
import type { Lease } from "../../../src/backend/buffer-pool.ts";
import { LIMITS } from "../../../src/common/limits.ts";
import { Need } from "../../../src/scsi/command.ts";
import { SENSE } from "../../../src/scsi/sense.ts";
import { ScsiStatus, TaskAttribute } from "../../../src/scsi/status.ts";
import { TaskState } from "../../../src/scsi/task.ts";
import { ATTENTION } from "../../../src/scsi/unit-attention.ts";
import { Condition } from "../../../src/scsi/unit-condition.ts";
import { cdb } from "../support/cdbs.ts";
import { addUnit, CopyPair, named, pattern } from "../support/copy-harness.ts";
import { copy, cscd, listLid1, listLid4, segment } from "../support/copy-lists.ts";
import { prList, spc } from "../support/primary-cdbs.ts";
import { KiB, MiB, makeUnit, type Running, settle } from "../support/scsi-harness.ts";

const EIO = 5;
const ENOSPC = 28;

/** A copy of 4 MiB from LUN 0 to LUN 1 whose requests the test completes. */
async function held(pair: CopyPair, list = pair.list({ destination: 1, blocks: 8192, from: 0, to: 0 })): Promise<Running> {
  pair.unit.backend.held = true;
  pair.other.backend.held = true;
  const running = pair.start(list);
  await settle();
  return running;
}

function release(pair: CopyPair): void {
  pair.unit.backend.release();
  pair.other.backend.release();
}

describe("a copy", () => {
  test("moves the blocks of the segment and no others", async () => {
    const pair = new CopyPair();
    const before = Buffer.from(pair.other.backend.data);
    const result = await pair.copy({ destination: 1, blocks: 5000, from: 16, to: 1000 });
    expect(result.status).toBe(ScsiStatus.Good);
    const bytes = 5000 * 512;
    pair.unit.backend.data.copy(before, 1000 * 512, 16 * 512, 16 * 512 + bytes);
    expect(pair.other.backend.data.equals(before)).toBe(true);
    pair.expectIdle();
  });

  test("works within one unit, named by CSCD descriptor ID FFFFh", async () => {
    const pair = new CopyPair();
    const list = listLid1([], [segment({ source: 0xffff, destination: 0xffff, blocks: 100, from: 0, to: 4000 })]);
    expect((await pair.run(list)).status).toBe(ScsiStatus.Good);
    const { data } = pair.unit.backend;
    expect(data.subarray(4000 * 512, 4100 * 512).equals(data.subarray(0, 100 * 512))).toBe(true);
    pair.expectIdle();
  });

  test.each([
    ["forwards", 100, 1124],
    ["backwards", 1124, 100],
  ])("of blocks that overlap %s arrives as if it were read before it is written", async (_how, from, to) => {
    const pair = new CopyPair();
    const image = Buffer.from(pair.unit.backend.data);
    const bytes = 6000 * 512;
    const result = await pair.copy({ blocks: 6000, from, to });
    expect(result.status).toBe(ScsiStatus.Good);
    image.copy(image, to * 512, from * 512, from * 512 + bytes);
    expect(pair.unit.backend.data.equals(image)).toBe(true);
    pair.expectIdle();
  });

  test("names a unit by its UUID as well", async () => {
    const pair = new CopyPair();
    const uuid = Buffer.concat([Buffer.from([0x10, 0]), pair.other.lu.identity.uuid]);
    const list = listLid1(
      [cscd({ designatorType: 0xa, designator: uuid })],
      [segment({ source: 0xffff, blocks: 1, from: 7, to: 3 })],
    );
    expect((await pair.run(list)).status).toBe(ScsiStatus.Good);
    expect(pair.other.backend.data.subarray(3 * 512, 4 * 512)).toEqual(pair.unit.backend.data.subarray(7 * 512, 8 * 512));
  });

  test("is durable before its status where the destination has no write cache", async () => {
    const pair = new CopyPair({}, { writeCache: false });
    expect((await pair.copy({ destination: 1, blocks: 64, from: 0, to: 0 })).status).toBe(ScsiStatus.Good);
    expect(pair.other.backend.stable.equals(pair.other.backend.data)).toBe(true);
  });

  test("without a parameter list, or without segments, does nothing and succeeds", async () => {
    const pair = new CopyPair();
    expect((await pair.unit.run(copy.lid1(0))).status).toBe(ScsiStatus.Good);
    expect((await pair.run(listLid1(pair.cscds, []))).status).toBe(ScsiStatus.Good);
    expect((await pair.copy({ blocks: 0, from: 0, to: 0 })).status).toBe(ScsiStatus.Good);
    expect([...pair.unit.backend.log, ...pair.other.backend.log]).toEqual([]);
  });

  test("asks for at most 1 MiB at a time and has at most two pieces under way", async () => {
    const pair = new CopyPair();
    const running = await held(pair);
    const pending = pair.unit.backend.pending;
    expect(pending.reduce((sum, { length }) => sum + length, 0)).toBe(2 * MiB);
    release(pair);
    expect((await running.done).status).toBe(ScsiStatus.Good);
    expect(pair.other.backend.data.equals(pair.unit.backend.data)).toBe(true);
    pair.expectIdle();
  });

  test("goes on in a pool that others have left little of", async () => {
    const pair = new CopyPair({ poolBytes: 4 * MiB });
    const others: Lease[] = [];
    expect(pair.unit.pool.tryLease(pair.unit.pool.totalBytes - MiB - 256 * KiB, others)).toBe(true);
    const running = pair.start(pair.list({ destination: 1, blocks: 8192, from: 0, to: 0 }));
    expect((await running.done).status).toBe(ScsiStatus.Good);
    pair.unit.pool.release(others);
    expect(pair.other.backend.data.equals(pair.unit.backend.data)).toBe(true);
    pair.expectIdle();
  });

  test("leaves a unit attention of source and destination for the host to hear", async () => {
    const pair = new CopyPair();
    const other = pair.unit.nexus.luns.get(1)!;
    other.attentions.establish(ATTENTION.capacityChanged);
    expect((await pair.copy({ destination: 1, blocks: 8, from: 0, to: 0 })).status).toBe(ScsiStatus.Good);
    expect(other.attentions.first).toBe(ATTENTION.capacityChanged);
  });

  test("counts once as EXTENDED COPY, and its reads and writes at the units they reach", async () => {
    const pair = new CopyPair();
    await pair.copy({ destination: 1, blocks: 8192, from: 0, to: 0 });
    const [read, write, , , other] = pair.unit.lu.counters.operations;
    expect([read, write, other]).toEqual([4, 0, 1]);
    expect(pair.unit.lu.counters.bytes[0]).toBe(4 * MiB);
    expect([...pair.other.lu.counters.operations]).toEqual([0, 4, 0, 0, 0]);
    expect(pair.other.lu.counters.bytes[1]).toBe(4 * MiB);
  });

  test("does not wait for an ordered command that waits for it", async () => {
    const pair = new CopyPair();
    const running = await held(pair);
    const ordered = [0, 1].map((lun) => pair.unit.start(cdb.testUnitReady(), { lun, attribute: TaskAttribute.Ordered }));
    release(pair);
    expect((await running.done).status).toBe(ScsiStatus.Good);
    for (const { done } of ordered) expect((await done).status).toBe(ScsiStatus.Good);
    pair.expectIdle();
  });

  test("answers GOOD with sense data where the host asks for that (G_SENSE)", async () => {
    const pair = new CopyPair();
    const list = listLid4(pair.cscds, [segment({ source: 1, destination: 2, blocks: 8, from: 0, to: 0 })], { goodSense: true });
    const result = await pair.unit.run(copy.lid4(list.length), { dataOut: list });
    expect(result.status).toBe(ScsiStatus.Good);
    expect(result.sense).toEqual({ code: SENSE.copyInformationAvailable, commandSpecific: 1 });
    expect(pair.other.backend.data.subarray(0, 4096)).toEqual(pair.unit.backend.data.subarray(0, 4096));
  });
});

describe("a unit that can't be reached", () => {
  test("is one that the nexus does not see, though it is there", async () => {
    const pair = new CopyPair();
    const stranger = pair.unit.anotherNexus("iqn.2026-01.test:stranger");
    const list = listLid1(pair.cscds, [segment({ source: 0, destination: 1, blocks: 8, from: 0, to: 0 })]);
    const result = await pair.unit.run(copy.lid1(list.length), { dataOut: list, nexus: stranger });
    expect(result.code).toBe("a/0d/02");
    expect(result.sense).toMatchObject({ segment: 0, field: { inCdb: false, byte: 16 + 32 } });
    expect(pair.other.backend.log).toEqual([]);
  });

  test("is one that leaves the view while the copy runs, and a unit that takes its LUN is not touched", async () => {
    const pair = new CopyPair();
    const running = await held(pair);
    const gone = pair.unit.nexus.luns.get(1)!;
    const third = makeUnit({ sizeBytes: 4 * MiB });
    pair.unit.nexus.luns.delete(1);
    pair.unit.nexus.attach([{ lun: 1, lu: third.lu, readOnly: false }]);
    release(pair);
    const result = await running.done;
    expect(result.code).toBe("a/0d/02");
    expect(third.backend.log).toEqual([]);
    expect(gone.lu.tasks.size).toBe(0);
  });

  test.each([
    ["a designator nobody has", () => cscd({ designator: Buffer.alloc(16, 0x66) }), "a/0d/02", 16],
    [
      "a part of a designator",
      (pair: CopyPair) => cscd({ designator: pair.unit.lu.identity.naa.subarray(0, 8) }),
      "a/0d/02",
      16,
    ],
    [
      "the target port instead of a unit",
      () => cscd({ association: 1, designatorType: 4, designator: Buffer.from([0, 0, 0, 1]) }),
      "a/0d/02",
      16,
    ],
    ["a tape", (pair: CopyPair) => cscd({ designator: pair.unit.lu.identity.naa, peripheral: 1 }), "a/0d/03", 16],
    [
      "another block length",
      (pair: CopyPair) => cscd({ designator: pair.unit.lu.identity.naa, blockLength: 520 }),
      "5/26/00",
      16 + 29,
    ],
  ] as const)("%s is refused, with a pointer", async (_what, descriptor, code, byte) => {
    const pair = new CopyPair();
    const list = listLid1([descriptor(pair)], [segment({ source: 0xffff, destination: 0, blocks: 8, from: 0, to: 0 })]);
    const result = await pair.run(list);
    expect(result.code).toBe(code);
    expect(result.sense?.field).toEqual({ inCdb: false, byte });
    expect(pair.unit.backend.count("write")).toBe(0);
  });

  test.each([
    [2, "a/08/04"],
    [0x0800, "a/08/04"],
    [0xf800, "a/08/04"],
    [0xc000, "a/0d/02"],
    [0xc001, "a/0d/02"],
  ])("CSCD descriptor ID %i is refused with %s", async (destination, code) => {
    const pair = new CopyPair();
    const result = await pair.copy({ source: 0, destination, blocks: 8, from: 0, to: 0 });
    expect(result.code).toBe(code);
    expect(result.sense?.field).toEqual({ inCdb: false, byte: 16 + 64 + 6 });
  });

  test("with long list identifiers descriptor IDs begin with 1, and 0 is the header", async () => {
    const pair = new CopyPair();
    const run = (source: number) => {
      const list = listLid4(pair.cscds, [segment({ source, destination: 2, blocks: 8, from: 0, to: 0 })]);
      return pair.unit.run(copy.lid4(list.length), { dataOut: list });
    };
    expect((await run(0)).code).toBe("a/26/00");
    expect((await run(1)).status).toBe(ScsiStatus.Good);
    expect((await run(3)).code).toBe("a/08/04");
  });
});

describe("nothing moves", () => {
  test("when a segment is longer than MAXIMUM SEGMENT LENGTH", async () => {
    const most = LIMITS.copy_segment_bytes.value;
    const geometry = { blockSize: 4096 };
    const pair = new CopyPair({ geometry, sizeBytes: most + 4 * MiB }, { geometry, sizeBytes: most + 4 * MiB });
    const result = await pair.copy({ destination: 1, blocks: most / 4096 + 1, from: 0, to: 0 });
    expect([result.code, result.sense?.field?.byte]).toEqual(["5/26/00", 16 + 64 + 10]);
    expect(pair.other.backend.count("write")).toBe(0);
    expect((await pair.copy({ destination: 1, blocks: most / 4096, from: 0, to: 0 })).status).toBe(ScsiStatus.Good);
    expect(pair.other.backend.data.compare(pair.unit.backend.data, 0, most, 0, most)).toBe(0);
    pair.expectIdle();
  });

  test.each([
    ["source", { from: 8190, to: 0 }, 12],
    ["destination", { from: 0, to: 8190 }, 20],
    ["source, by far", { from: 2n ** 63n, to: 0 }, 12],
  ])("when a later segment passes the end of the %s", async (_what, place, field) => {
    const pair = new CopyPair();
    const result = await pair.copy({ destination: 1, blocks: 8, from: 0, to: 0 }, { destination: 1, blocks: 8, ...place });
    expect(result.code).toBe("a/00/00");
    // Hosts take the segments before the one that is told for copied: it is the first.
    expect(result.sense).toMatchObject({ segment: 0, field: { inCdb: false, byte: 16 + 64 + 28 + field } });
    expect(pair.other.backend.log).toEqual([]);
    pair.expectIdle();
  });

  test("when a segment does not fit into whole blocks and nothing says what to do with the rest", async () => {
    const pair = new CopyPair({}, { geometry: { blockSize: 4096 } });
    const result = await pair.copy({ destination: 1, blocks: 9, from: 0, to: 0 });
    expect(result.code).toBe("a/26/0a");
    expect(pair.other.backend.log).toEqual([]);
  });

  test("when residual data comes before a copy whose source and destination share blocks", async () => {
    const pair = new CopyPair({}, { geometry: { blockSize: 4096 } });
    const result = await pair.copy(
      { destination: 1, cat: true, blocks: 7, from: 0, to: 0 },
      { blocks: 64, from: 1000, to: 998 },
    );
    expect(result.code).toBe("a/26/0c");
    expect(result.sense?.field).toEqual({ inCdb: false, byte: 16 + 64 + 28 + 20 });
    expect([...pair.unit.backend.log, ...pair.other.backend.log]).toEqual([]);
  });

  test("when a segment is longer than a segment may be", async () => {
    const pair = new CopyPair({ geometry: { blockSize: 4096 } }, {});
    const result = await pair.copy({ destination: 1, blocks: 16385, from: 0, to: 0 });
    expect(result.code).toBe("5/26/00");
    expect(result.sense?.field).toEqual({ inCdb: false, byte: 16 + 64 + 10 });
  });
});

describe("a command that fails", () => {
  test("at the source is told with its sense, and how much is left", async () => {
    const pair = new CopyPair();
    pair.unit.backend.fault = ({ offset }) => (offset >= 2 * MiB ? EIO : 0);
    const result = await pair.copy(
      { destination: 1, blocks: 8, from: 0, to: 0 },
      { destination: 1, blocks: 8192, from: 0, to: 0 },
    );
    expect(result.code).toBe("a/0d/01");
    expect(result.sense).toMatchObject({
      segment: 1,
      information: 4096,
      field: { inCdb: false, byte: 16 },
      forwarded: {
        from: "source",
        status: ScsiStatus.CheckCondition,
        sense: { code: SENSE.unrecoveredReadError, information: 4096 },
      },
    });
    expect(pair.other.backend.data.subarray(0, 2 * MiB).equals(pair.unit.backend.data.subarray(0, 2 * MiB))).toBe(true);
    expect(pair.other.backend.data.subarray(2 * MiB).equals(pattern(4 * MiB, 2).subarray(2 * MiB))).toBe(true);
    pair.expectIdle();
  });

  test("at the destination for want of space is told as that", async () => {
    const pair = new CopyPair();
    pair.other.backend.fault = ({ kind }) => (kind === "write" ? ENOSPC : 0);
    const result = await pair.copy({ destination: 1, blocks: 8192, from: 0, to: 0 });
    expect(result.code).toBe("a/0d/01");
    expect(result.sense).toMatchObject({
      segment: 0,
      field: { inCdb: false, byte: 48 },
      forwarded: { from: "destination", sense: { code: SENSE.spaceAllocationFailed } },
    });
    expect(result.sense?.information).toBeUndefined();
    pair.expectIdle();
  });

  test("because the destination is mapped read-only writes nothing", async () => {
    const pair = new CopyPair({}, { readOnly: true });
    const result = await pair.copy({ destination: 1, blocks: 8, from: 0, to: 0 });
    expect(result.sense).toMatchObject({
      code: SENSE.thirdPartyDeviceFailure,
      forwarded: { sense: { code: SENSE.writeProtected } },
    });
    expect(pair.other.backend.log).toEqual([]);
    pair.expectIdle();
  });

  test("because the destination is offline is told as that", async () => {
    const pair = new CopyPair();
    pair.other.lu.backend = undefined;
    const result = await pair.copy({ destination: 1, blocks: 8, from: 0, to: 0 });
    expect(result.sense).toMatchObject({ forwarded: { sense: { code: SENSE.notReadyCauseNotReportable } } });
    pair.expectIdle();
  });

  test("because another initiator has reserved the destination writes nothing", async () => {
    const pair = new CopyPair();
    const stranger = pair.unit.anotherNexus("iqn.2026-01.test:stranger");
    stranger.attach([{ lun: 1, lu: pair.other.lu, readOnly: false }]);
    stranger.luns.get(1)!.attentions.clearAll();
    const reserve = async (action: number, list: Buffer) =>
      (await pair.unit.run(spc.persistentReserveOut(action, 1, list.length), { dataOut: list, nexus: stranger, lun: 1 }))
        .status;
    expect(await reserve(0, prList(0n, 7n))).toBe(ScsiStatus.Good);
    expect(await reserve(1, prList(7n))).toBe(ScsiStatus.Good);
    const result = await pair.copy({ destination: 1, blocks: 8, from: 0, to: 0 });
    expect(result.sense).toMatchObject({
      code: SENSE.thirdPartyDeviceFailure,
      forwarded: { from: "destination", status: ScsiStatus.ReservationConflict, sense: undefined },
    });
    expect(pair.other.backend.log).toEqual([]);
    // Reading from it is what Write Exclusive allows.
    expect((await pair.copy({ source: 1, destination: 0, blocks: 8, from: 0, to: 0 })).status).toBe(ScsiStatus.Good);
    pair.expectIdle();
  });
});

describe("a reservation that comes while a copy runs", () => {
  test("at the unit of the command ends it with a conflict at the next piece", async () => {
    const pair = new CopyPair();
    const running = await held(pair);
    pair.own.permits = Need.Read;
    release(pair);
    const result = await running.done;
    expect(result.status).toBe(ScsiStatus.ReservationConflict);
    expect(pair.other.backend.data.subarray(2 * MiB).equals(pattern(4 * MiB, 2).subarray(2 * MiB))).toBe(true);
    pair.expectIdle();
  });
});

describe("a condition that comes while a copy runs", () => {
  test("at the unit of the command ends it at the next piece, though the copy is between others", async () => {
    const pair = new CopyPair();
    const third = addUnit(pair.unit, 2);
    const list = listLid1([named(pair.other.lu), named(third.lu)], [segment({ destination: 1, blocks: 8192, from: 0, to: 0 })]);
    pair.other.backend.held = true;
    const running = pair.start(list);
    await settle();
    pair.own.condition = Condition.Standby;
    pair.other.backend.release();
    expect((await running.done).code).toBe("a/2f/02");
    expect(third.backend.log.reduce((sum, { length }) => sum + length, 0)).toBe(2 * MiB);
    pair.expectIdle();
  });
});

describe("after the answer to what ends a copy nothing of it reaches the destination", () => {
  /** Lets the copy read its first pieces, ends it with `how`, and makes sure of the bytes from then on. */
  async function ended(pair: CopyPair, how: (running: Running) => Promise<unknown>): Promise<Running> {
    const running = await held(pair);
    // Reads are through, the writes of the first pieces are in flight.
    while (pair.unit.backend.pending.length > 0) pair.unit.backend.complete();
    await settle();
    expect(pair.other.backend.pending.length).toBeGreaterThan(0);
    let over = false;
    const ending = how(running).then(() => (over = true));
    await settle();
    expect(over).toBe(false);
    release(pair);
    await ending;
    const then = Buffer.from(pair.other.backend.data);
    await settle(20);
    expect(pair.other.backend.data.equals(then)).toBe(true);
    expect(then.subarray(2 * MiB).equals(pattern(4 * MiB, 2).subarray(2 * MiB))).toBe(true);
    pair.expectIdle();
    return running;
  }

  test("ABORT TASK", async () => {
    const pair = new CopyPair();
    const running = await ended(pair, ({ task }) => pair.unit.server.abort([task]));
    expect((await running.done).aborted).toBe(true);
  });

  test("a reset of the unit that has the command", async () => {
    const pair = new CopyPair();
    const running = await ended(pair, () => pair.unit.server.resetLogicalUnit(pair.unit.lu));
    expect((await running.done).aborted).toBe(true);
  });

  test("a reset of the destination, which the command is told", async () => {
    const pair = new CopyPair();
    const running = await ended(pair, () => pair.unit.server.resetLogicalUnit(pair.other.lu));
    expect((await running.done).code).toBe("a/2f/02");
  });

  test("CLEAR TASK SET at the destination", async () => {
    const pair = new CopyPair();
    const running = await ended(pair, () => pair.unit.server.clearTaskSet(pair.unit.nexus.luns.get(1)!));
    expect((await running.done).code).toBe("a/2f/02");
  });

  test("the end of the session", async () => {
    const pair = new CopyPair();
    const running = await ended(pair, () => pair.unit.server.abortNexus(pair.unit.nexus));
    expect((await running.done).aborted).toBe(true);
  });

  test("COPY OPERATION ABORT, and the copy's own command has ended before", async () => {
    const pair = new CopyPair();
    let endedBefore = false;
    const running = await ended(pair, async (copying) => {
      const result = await pair.unit.run(copy.abort(1));
      expect(result.status).toBe(ScsiStatus.Good);
      endedBefore = copying.finished;
    });
    expect(endedBefore).toBe(true);
    const result = await running.done;
    expect(result.code).toBe("a/2f/02");
    // Writes that the abort has met don't count as done, whatever they have done.
    expect(result.sense).toMatchObject({ segment: 0, information: undefined });
  });

  test("PREEMPT AND ABORT at the destination", async () => {
    const pair = new CopyPair();
    const stranger = pair.unit.anotherNexus("iqn.2026-01.test:stranger");
    stranger.attach([{ lun: 1, lu: pair.other.lu, readOnly: false }]);
    stranger.luns.get(1)!.attentions.clearAll();
    const out = (action: number, list: Buffer, nexus = stranger) =>
      pair.unit.run(spc.persistentReserveOut(action, 5, list.length), { dataOut: list, nexus, lun: 1 });
    expect((await out(0, prList(0n, 7n))).status).toBe(ScsiStatus.Good);
    expect((await out(0, prList(0n, 9n), pair.unit.nexus)).status).toBe(ScsiStatus.Good);
    expect((await out(1, prList(9n), pair.unit.nexus)).status).toBe(ScsiStatus.Good);
    const running = await ended(pair, () => out(5, prList(7n, 9n)));
    expect((await running.done).code).toBe("a/2f/02");
  });
});

describe("an abort", () => {
  test("takes a copy out of the queue for memory", async () => {
    const pair = new CopyPair();
    const others: Lease[] = [];
    const list = pair.list({ destination: 1, blocks: 8, from: 0, to: 0 });
    const running = pair.start(list);
    pair.unit.pool.tryLease(pair.unit.pool.totalBytes - 4 * KiB, others);
    while (pair.unit.pool.tryLease(4 * KiB, others)) {}
    await settle();
    expect(pair.unit.pool.hasWaiters).toBe(true);
    await pair.unit.server.abort([running.task]);
    expect((await running.done).aborted).toBe(true);
    pair.unit.pool.release(others);
    pair.expectIdle();
  });

  test("of a copy that has ended does nothing", async () => {
    const pair = new CopyPair();
    expect((await pair.copy({ destination: 1, blocks: 8, from: 0, to: 0 })).status).toBe(ScsiStatus.Good);
    const result = await pair.unit.run(copy.abort(1));
    expect(result.code).toBe("5/24/00");
    expect(result.sense?.field).toMatchObject({ inCdb: true, byte: 2 });
  });

  test("ABORT TASK SET at the destination is not meant for the copy (SPC-4 5.17.4.6)", async () => {
    const pair = new CopyPair();
    const running = await held(pair);
    await pair.unit.server.abortTaskSet(pair.unit.nexus.luns.get(1)!);
    release(pair);
    expect((await running.done).status).toBe(ScsiStatus.Good);
  });
});

describe("in the background", () => {
  const background = (pair: CopyPair, listId = 9): Promise<unknown> => {
    const list = listLid4(pair.cscds, [segment({ source: 1, destination: 2, blocks: 8192, from: 0, to: 0 })], {
      immed: true,
      listId,
    });
    return pair.unit.run(copy.lid4(list.length), { dataOut: list });
  };

  test("a copy goes on after its command has ended", async () => {
    const pair = new CopyPair();
    pair.unit.backend.held = true;
    expect(await background(pair)).toMatchObject({ status: ScsiStatus.Good });
    await settle();
    expect(pair.other.backend.log).toEqual([]);
    pair.unit.backend.release();
    await settle(60);
    expect(pair.other.backend.data.equals(pair.unit.backend.data)).toBe(true);
    pair.expectIdle();
  });

  test.each(["reset", "session", "abort"] as const)("a %s ends it, and nothing is written after", async (how) => {
    const pair = new CopyPair();
    pair.other.backend.held = true;
    await background(pair);
    await settle(10);
    expect(pair.other.backend.pending.length).toBeGreaterThan(0);
    const { server, nexus, lu } = pair.unit;
    const ending =
      how === "reset"
        ? server.resetLogicalUnit(lu)
        : how === "session"
          ? server.abortNexus(nexus)
          : pair.unit.run(copy.abort(9));
    await settle();
    pair.other.backend.release();
    await ending;
    const then = Buffer.from(pair.other.backend.data);
    await settle(20);
    expect(pair.other.backend.data.equals(then)).toBe(true);
    expect(then.equals(pair.unit.backend.data)).toBe(false);
    pair.expectIdle();
  });

  test("ABORT TASK SET does not end it: its command has ended", async () => {
    const pair = new CopyPair();
    pair.unit.backend.held = true;
    await background(pair);
    await settle();
    await pair.unit.server.abortTaskSet(pair.own);
    pair.unit.backend.release();
    await settle(60);
    expect(pair.other.backend.data.equals(pair.unit.backend.data)).toBe(true);
  });

  test("it can't be had together with G_SENSE or without a list identifier", async () => {
    const pair = new CopyPair();
    for (const fields of [{ goodSense: true }, { usage: 3, listId: 0 }]) {
      const list = listLid4(pair.cscds, [], { immed: true, ...fields });
      expect((await pair.unit.run(copy.lid4(list.length), { dataOut: list })).code).toBe("5/24/00");
    }
  });
});

describe("list identifiers", () => {
  test("of a copy that runs can't be used for another one", async () => {
    const pair = new CopyPair();
    const running = await held(pair);
    expect((await pair.copy({ destination: 1, blocks: 8, from: 0, to: 0 })).code).toBe("5/00/16");
    const list = listLid4(pair.cscds, []);
    const other = await pair.unit.run(copy.lid4(list.length), { dataOut: list });
    expect(other.code).toBe("5/26/00");
    expect(other.sense?.field).toMatchObject({ byte: 20 });
    release(pair);
    await running.done;
    expect((await pair.copy({ destination: 1, blocks: 8, from: 0, to: 0 })).status).toBe(ScsiStatus.Good);
  });

  test("of ended copies are forgotten with the nexus", async () => {
    const pair = new CopyPair();
    await pair.copy({ destination: 1, blocks: 8, from: 0, to: 0 });
    await pair.unit.server.resetNexus(pair.unit.nexus);
    pair.own.attentions.clearAll();
    expect((await pair.unit.run(copy.statusLid1(1))).code).toBe("5/24/00");
  });

  test("are each unit's own", async () => {
    const pair = new CopyPair();
    const running = await held(pair);
    const list = listLid1([], []);
    expect((await pair.unit.run(copy.lid1(list.length), { dataOut: list, lun: 1 })).status).toBe(ScsiStatus.Good);
    release(pair);
    await running.done;
  });

  test("bound how many copies one nexus has at a unit: the next one is told to come again", async () => {
    const pair = new CopyPair({ poolBytes: 64 * MiB });
    pair.unit.backend.held = true;
    const start = (listId: number, usage = 0) =>
      pair.start(listLid1(pair.cscds, [segment({ destination: 1, blocks: 8, from: 0, to: 0 })], { listId, usage }));
    const runnings = Array.from({ length: LIMITS.copy_operations.value }, (_, index) =>
      index < 16 ? start(index + 1) : start(0, 3),
    );
    await settle();
    expect((await start(200).done).status).toBe(ScsiStatus.TaskSetFull);
    expect((await start(0, 3).done).status).toBe(ScsiStatus.TaskSetFull);
    pair.unit.backend.release();
    for (const { done } of runnings) expect((await done).status).toBe(ScsiStatus.Good);
    expect((await start(200).done).status).toBe(ScsiStatus.Good);
    pair.expectIdle();
  });

  test("of ended copies are forgotten in their order when more come", async () => {
    const pair = new CopyPair();
    for (let listId = 1; listId <= 33; listId += 1) await pair.run(listLid1([], [], { listId }));
    expect((await pair.unit.run(copy.statusLid1(1))).code).toBe("5/24/00");
    expect((await pair.unit.run(copy.statusLid1(2))).status).toBe(ScsiStatus.Good);
  });
});

test("a broken invariant ends the copy alone, with nothing in flight and no place left in a task set", async () => {
  const pair = new CopyPair();
  pair.other.backend.write = () => {
    throw new Error("broken for the test");
  };
  const result = await pair.copy({ destination: 1, blocks: 8192, from: 0, to: 0 });
  expect(result.sense).toMatchObject({
    code: SENSE.thirdPartyDeviceFailure,
    forwarded: { sense: { code: SENSE.internalTargetFailure } },
  });
  expect(pair.unit.internalErrors.length).toBeGreaterThan(0);
  expect(pair.unit.lu.tasks.size + pair.other.lu.tasks.size).toBe(0);
  expect(pair.unit.pool.leasedBytes).toBe(0);
});

test("a unit named twice in the view is written through the mapping that allows it", async () => {
  const pair = new CopyPair();
  pair.unit.nexus.attach([{ lun: 5, lu: pair.other.lu, readOnly: false }]);
  pair.unit.nexus.luns.get(1)!.readOnly = true;
  const list = listLid1([named(pair.other.lu)], [segment({ source: 0xffff, destination: 0, blocks: 8, from: 0, to: 0 })]);
  const running = pair.start(list);
  expect((await running.done).status).toBe(ScsiStatus.Good);
  expect(running.task.state).toBe(TaskState.Done);
});

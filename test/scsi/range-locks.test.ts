/** COMPARE AND WRITE and ORWRITE against everything else on the volume, and aborts of all of them (SBC-3 5.2, SAM-5 7). */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ScsiStatus } from "../../src/scsi/status.ts";
import { cdb, unmapList } from "./support/cdbs.ts";
import { makeUnit, type Running, settle, type UnitUnderTest } from "./support/scsi-harness.ts";

const block = (value: number): Buffer => Buffer.alloc(512, value);
const cas = (unit: UnitUnderTest, lba: number, from: number, to: number): Running =>
  unit.start(cdb.compareAndWrite(lba, 1), { dataOut: Buffer.concat([block(from), block(to)]) });

describe("an exclusive command", () => {
  test("waits for a WRITE on its blocks that was there before", async () => {
    const unit = makeUnit();
    unit.backend.held = true;
    const write = unit.start(cdb.write10(0, 4), { dataOut: Buffer.alloc(4 * 512, 1) });
    const compare = cas(unit, 3, 1, 2);
    await settle();
    expect(unit.backend.log.map((request) => request.kind)).toEqual(["write"]);
    unit.backend.release();
    expect([(await write.done).status, (await compare.done).status]).toEqual([ScsiStatus.Good, ScsiStatus.Good]);
    expect(unit.backend.data[3 * 512]).toBe(2);
    unit.expectIdle();
  });

  test.each([
    ["READ", (unit: UnitUnderTest) => unit.start(cdb.read10(0, 4))],
    ["WRITE", (unit: UnitUnderTest) => unit.start(cdb.write10(3, 1), { dataOut: block(9) })],
    ["WRITE SAME", (unit: UnitUnderTest) => unit.start(cdb.writeSame10(3, 1), { dataOut: block(9) })],
    ["UNMAP", (unit: UnitUnderTest) => unit.start(cdb.unmap(24), { dataOut: unmapList([{ lba: 0, blocks: 8 }]) })],
    ["ORWRITE", (unit: UnitUnderTest) => unit.start(cdb.orwrite16(2, 2), { dataOut: Buffer.alloc(1024, 9) })],
    ["VERIFY", (unit: UnitUnderTest) => unit.start(cdb.verify10(0, 8))],
    ["WRITE AND VERIFY", (unit: UnitUnderTest) => unit.start(cdb.writeAndVerify10(3, 1), { dataOut: block(9) })],
    ["COMPARE AND WRITE", (unit: UnitUnderTest) => cas(unit, 3, 2, 9)],
  ] as const)("keeps a %s off its blocks until it has ended", async (_name, start) => {
    const unit = makeUnit();
    unit.backend.held = true;
    const compare = cas(unit, 3, 0, 2);
    await settle();
    const other = start(unit);
    await settle();
    expect(unit.backend.log.map((request) => request.kind)).toEqual(["read"]);
    unit.backend.complete();
    await settle();
    expect(unit.backend.log.map((request) => request.kind)).toEqual(["read", "write"]);
    unit.backend.release();
    expect((await compare.done).status).toBe(ScsiStatus.Good);
    expect((await other.done).status).toBe(ScsiStatus.Good);
    unit.expectIdle();
  });

  test("leaves other blocks alone", async () => {
    const unit = makeUnit();
    unit.backend.held = true;
    cas(unit, 3, 0, 2);
    await settle();
    const below = unit.start(cdb.write10(0, 3), { dataOut: Buffer.alloc(3 * 512) });
    const above = unit.start(cdb.read10(4, 100));
    await settle();
    expect(unit.backend.log).toHaveLength(3);
    unit.backend.release();
    await Promise.all([below.done, above.done]);
    await settle();
    unit.expectIdle();
  });

  test("is not starved: a WRITE that comes after it waits behind it", async () => {
    const unit = makeUnit();
    unit.backend.held = true;
    const first = unit.start(cdb.write10(0, 2), { dataOut: Buffer.alloc(1024, 1) });
    const compare = cas(unit, 1, 1, 2);
    await settle();
    const later = unit.start(cdb.write10(0, 2), { dataOut: Buffer.alloc(1024, 3) });
    await settle();
    expect(unit.backend.log).toHaveLength(1);
    unit.backend.release();
    expect((await compare.done).status).toBe(ScsiStatus.Good);
    await Promise.all([first.done, later.done]);
    expect(unit.backend.data[512]).toBe(3);
    unit.expectIdle();
  });
});

describe("an abort", () => {
  test("of a command that waits for blocks ends it at once, and what waited behind it goes on", async () => {
    const unit = makeUnit();
    unit.backend.held = true;
    const write = unit.start(cdb.write10(0, 2), { dataOut: Buffer.alloc(1024, 1) });
    const compare = cas(unit, 1, 1, 2);
    await settle();
    const behind = unit.start(cdb.write10(1, 1), { dataOut: block(7) });
    await settle();
    await unit.server.abort([compare.task]);
    expect((await compare.done).aborted).toBe(true);
    await settle();
    expect(unit.backend.log.map((request) => request.kind)).toEqual(["write", "write"]);
    unit.backend.release();
    await Promise.all([write.done, behind.done]);
    unit.expectIdle();
  });

  test("of a COMPARE AND WRITE that has compared waits for its write, or prevents it", async () => {
    for (const steps of [0, 1]) {
      const unit = makeUnit();
      unit.backend.held = true;
      const compare = cas(unit, 1, 0, 2);
      await settle();
      for (let step = 0; step < steps; step += 1) unit.backend.complete();
      await settle();
      let over = false;
      const abort = unit.server.abort([compare.task]).then(() => (over = true));
      await settle();
      expect(over).toBe(false);
      unit.backend.release();
      await abort;
      const after = Buffer.from(unit.backend.data);
      await settle(10);
      expect(unit.backend.data.equals(after)).toBe(true);
      expect(after[512]).toBe(steps === 0 ? 0 : 2);
      unit.expectIdle();
    }
  });

  const long = [
    ["VERIFY", (unit: UnitUnderTest) => unit.start(cdb.verify10(0, 8000))],
    ["VERIFY with one block", (unit: UnitUnderTest) => unit.start(cdb.verify10(0, 8000, 0x06), { dataOut: block(0) })],
    [
      "WRITE AND VERIFY",
      (unit: UnitUnderTest) => unit.start(cdb.writeAndVerify10(0, 4000), { dataOut: Buffer.alloc(4000 * 512, 1) }),
    ],
    ["WRITE SAME", (unit: UnitUnderTest) => unit.start(cdb.writeSame10(0, 8000), { dataOut: block(5) })],
    ["ORWRITE", (unit: UnitUnderTest) => unit.start(cdb.orwrite16(0, 4000), { dataOut: Buffer.alloc(4000 * 512, 1) })],
    ["PRE-FETCH", (unit: UnitUnderTest) => unit.start(cdb.preFetch10(0, 4000))],
    ["READ", (unit: UnitUnderTest) => unit.start(cdb.read10(0, 4000))],
    ["READ with FUA", (unit: UnitUnderTest) => unit.start(cdb.read10(0, 4000, 0x08))],
    ["WRITE", (unit: UnitUnderTest) => unit.start(cdb.write10(0, 4000), { dataOut: Buffer.alloc(4000 * 512, 1) })],
    ["SYNCHRONIZE CACHE", (unit: UnitUnderTest) => unit.start(cdb.synchronizeCache10(0, 0))],
    [
      "UNMAP",
      (unit: UnitUnderTest) =>
        unit.start(cdb.unmap(40), {
          dataOut: unmapList([
            { lba: 1, blocks: 100 },
            { lba: 1000, blocks: 9 },
          ]),
        }),
    ],
  ] as const;

  test.each(long)("of %s at any of its requests drains what is in flight and begins nothing new", async (_name, start) => {
    for (let step = 0; step < 40; step += 1) {
      const unit = makeUnit();
      unit.backend.held = true;
      const running = start(unit);
      for (let at = 0; at < step && !running.finished; at += 1) {
        await settle();
        if (unit.backend.pending.length > 0) unit.backend.complete();
      }
      await settle(2);
      if (running.finished) return;
      const made = unit.backend.log.length;
      let over = false;
      const abort = unit.server.abort([running.task]).then(() => (over = true));
      if (unit.backend.pending.length > 0) {
        await settle();
        expect(over).toBe(false);
      }
      unit.backend.release();
      await abort;
      expect((await running.done).aborted).toBe(true);
      const after = Buffer.from(unit.backend.data);
      await settle(6);
      expect(unit.backend.log.length).toBe(made);
      expect(unit.backend.data.equals(after)).toBe(true);
      unit.expectIdle();
    }
  });
});

describe("COMPARE AND WRITE as a property", () => {
  /** A command of the mix, on few blocks so that they meet often. */
  const command = fc.oneof(
    fc.record({ kind: fc.constant("cas" as const), lba: fc.nat(3), from: fc.nat(2), to: fc.nat(2) }),
    fc.record({ kind: fc.constant("write" as const), lba: fc.nat(3), blocks: fc.integer({ min: 1, max: 3 }), to: fc.nat(2) }),
    fc.record({ kind: fc.constant("or" as const), lba: fc.nat(3), blocks: fc.integer({ min: 1, max: 3 }), to: fc.nat(2) }),
  );
  type Command = typeof command extends fc.Arbitrary<infer T> ? T : never;

  function start(unit: UnitUnderTest, one: Command): Running {
    if (one.kind === "cas") return cas(unit, one.lba, one.from, one.to);
    const dataOut = Buffer.alloc(one.blocks * 512, one.to);
    return one.kind === "write"
      ? unit.start(cdb.write10(one.lba, one.blocks), { dataOut })
      : unit.start(cdb.orwrite16(one.lba, one.blocks), { dataOut });
  }

  test("whatever the interleaving, the outcome is that of the commands one by one in some order of their writes", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(command, { minLength: 2, maxLength: 8 }),
        fc.infiniteStream(fc.nat(1000)),
        async (commands, choices) => {
          const unit = makeUnit();
          unit.backend.held = true;
          const running = commands.map((one) => start(unit, one));
          // What an ideal volume would hold, changed when a command's own write is applied: each is one request here.
          const model = new Array<number>(8).fill(0);
          for (let guard = 0; guard < 200 && running.some((one) => !one.finished); guard += 1) {
            await settle(2);
            const { pending } = unit.backend;
            if (pending.length === 0) continue;
            const at = (choices.next().value as number) % pending.length;
            const request = pending[at]!;
            const index = running.findIndex((one) => (request.target as unknown) === one.task);
            const one = commands[index]!;
            if (request.kind === "write") {
              const count = one.kind === "cas" ? 1 : one.blocks;
              for (let lba = one.lba; lba < one.lba + count; lba += 1) {
                // At the moment of its write the blocks still are what a COMPARE AND WRITE compared.
                if (one.kind === "cas") expect(model[lba]).toBe(one.from);
                model[lba] = one.kind === "or" ? model[lba]! | one.to : one.to;
              }
            }
            unit.backend.complete(at);
            expect([...unit.backend.data.subarray(0, 8 * 512)].filter((_, byte) => byte % 512 === 0)).toEqual(model);
          }
          for (const [index, one] of running.entries()) {
            const { status } = await one.done;
            if (commands[index]!.kind !== "cas") expect(status).toBe(ScsiStatus.Good);
          }
          unit.expectIdle();
        },
      ),
      { numRuns: 60 },
    );
  });
});

/** SAM-5 8.6 and 8.7: when a task of each attribute is enabled, against a model that applies the clauses word by word. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { TaskAttribute } from "../../src/scsi/status.ts";
import type { ScsiTask } from "../../src/scsi/task.ts";
import { CopyCommand } from "../../src/scsi/third-party-copy/copy-command.ts";
import { CopyPlace } from "../../src/scsi/third-party-copy/copy-place.ts";
import { cdb } from "./support/cdbs.ts";
import { spc } from "./support/primary-cdbs.ts";
import { makeUnit, type Running, settle, type UnitUnderTest } from "./support/scsi-harness.ts";

const { Simple, Ordered, HeadOfQueue, Aca, Untagged } = TaskAttribute;

/** A READ of one block, which stays in the backend until `finish`. */
function read(unit: UnitUnderTest, attribute: TaskAttribute, lba = 0): Running {
  unit.backend.held = true;
  return unit.start(cdb.read10(lba, 1), { attribute });
}

const begun = (unit: UnitUnderTest, { task }: Running): boolean =>
  unit.backend.pending.some((request) => request.target === (task as ScsiTask));

/** Completes what the task has in the backend. */
async function finish(unit: UnitUnderTest, running: Running): Promise<void> {
  unit.backend.complete(unit.backend.pending.findIndex((request) => request.target === (running.task as ScsiTask)));
  expect((await running.done).status).toBe(0);
}

describe("a task's attribute", () => {
  it("ordered: it begins when every older task has ended, and younger simple tasks begin after it", async () => {
    const unit = makeUnit();
    const older = [read(unit, Simple), read(unit, Untagged)];
    const ordered = read(unit, Ordered);
    const younger = [read(unit, Simple), read(unit, Untagged)];
    expect(unit.backend.pending).toHaveLength(2);
    await finish(unit, older[1]!);
    expect(begun(unit, ordered)).toBe(false);
    await finish(unit, older[0]!);
    expect([ordered, ...younger].map((task) => begun(unit, task))).toEqual([true, false, false]);
    await finish(unit, ordered);
    expect(younger.map((task) => begun(unit, task))).toEqual([true, true]);
    for (const task of younger) await finish(unit, task);
    unit.expectIdle();
  });

  it("head of queue: it begins at once, before tasks that are dormant, and those wait for its end", async () => {
    const unit = makeUnit();
    const running = read(unit, Simple);
    const ordered = read(unit, Ordered);
    const head = read(unit, HeadOfQueue);
    expect([running, ordered, head].map((task) => begun(unit, task))).toEqual([true, false, true]);
    await finish(unit, running);
    expect(begun(unit, ordered)).toBe(false);
    await finish(unit, head);
    expect(begun(unit, ordered)).toBe(true);
    await finish(unit, ordered);
    unit.expectIdle();
  });

  it("ordered: tasks of other nexuses are in the same set", async () => {
    const unit = makeUnit();
    const other = unit.anotherNexus("iqn.2026-01.test:other");
    const older = read(unit, Simple);
    const ordered = unit.start(cdb.read10(0, 1), { attribute: Ordered, nexus: other });
    expect(begun(unit, ordered)).toBe(false);
    await finish(unit, older);
    expect(begun(unit, ordered)).toBe(true);
    await finish(unit, ordered);
    unit.expectIdle();
  });

  it("ACA: it is refused with INVALID MESSAGE ERROR, because no unit here has such a condition", async () => {
    const unit = makeUnit();
    expect((await unit.run(cdb.testUnitReady(), { attribute: Aca })).code).toBe("5/49/00");
    expect((await unit.run(cdb.testUnitReady())).status).toBe(0);
    unit.expectIdle();
  });

  it("ordered: a write that waited sees the blocks of the write before it and not those of the one behind", async () => {
    const unit = makeUnit();
    unit.backend.held = true;
    const block = (byte: number): Buffer => Buffer.alloc(512, byte);
    const first = unit.start(cdb.write10(0, 1), { dataOut: block(1) });
    const ordered = unit.start(cdb.write10(0, 1), { dataOut: block(2), attribute: Ordered });
    const last = unit.start(cdb.write10(0, 1), { dataOut: block(3) });
    for (const [running, byte] of [
      [first, 1],
      [ordered, 2],
      [last, 3],
    ] as const) {
      expect(unit.backend.pending).toHaveLength(1);
      await finish(unit, running);
      expect(unit.backend.data[0]).toBe(byte);
    }
    unit.expectIdle();
  });
});

describe("a dormant task", () => {
  it("ends at once when it is aborted, without touching the medium, and the tasks behind it go on", async () => {
    const unit = makeUnit();
    const older = read(unit, Simple);
    const ordered = read(unit, Ordered);
    const younger = read(unit, Simple);
    await unit.server.abort([ordered.task]);
    expect((await ordered.done).aborted).toBe(true);
    expect(begun(unit, younger)).toBe(true);
    await finish(unit, older);
    await finish(unit, younger);
    expect(unit.backend.count("read")).toBe(2);
    unit.expectIdle();
  });

  it("gets RESERVATION CONFLICT when a reservation has come while it waited, and the reservation does not wait for it", async () => {
    const unit = makeUnit();
    const holder = unit.anotherNexus("iqn.2026-01.test:holder");
    const older = read(unit, Simple);
    const dormant = unit.start(cdb.write10(8, 1), { dataOut: Buffer.alloc(512), attribute: Ordered });
    const reserve = unit.start(spc.reserve6(), { nexus: holder, attribute: HeadOfQueue });
    await settle();
    expect([reserve.finished, dormant.finished]).toEqual([false, false]);
    await finish(unit, older);
    expect((await reserve.done).status).toBe(0);
    expect((await dormant.done).status).toBe(0x18);
    expect(unit.backend.count("write")).toBe(0);
    unit.expectIdle();
  });

  it("is aborted by a reset of the unit, whatever it waits for", async () => {
    const unit = makeUnit();
    const older = read(unit, Simple);
    const dormant = [read(unit, Ordered), read(unit, Simple), read(unit, Ordered)];
    const reset = unit.server.resetLogicalUnit(unit.lu);
    expect(await Promise.all(dormant.map(async ({ done }) => (await done).aborted))).toEqual([true, true, true]);
    unit.backend.complete();
    expect((await older.done).aborted).toBe(true);
    await reset;
    expect(unit.backend.count("read")).toBe(1);
    unit.expectIdle();
  });
});

describe("what a copy operation does in the set", () => {
  it("does not wait for the ordered command that may have asked for it", async () => {
    const unit = makeUnit();
    const copy = read(unit, Ordered);
    const chunk = new CopyCommand();
    const ended = chunk.read(unit.server, unit.nexus.luns.get(0)!, 0, 1);
    expect(unit.backend.pending.map(({ target }) => target)).toEqual([copy.task, chunk]);
    unit.backend.complete(1);
    await ended;
    unit.pool.release(chunk.leases);
    await finish(unit, copy);
    unit.expectIdle();
  });

  it("holds back no ordered command, however long it takes", async () => {
    const unit = makeUnit();
    const place = new CopyPlace(unit.server, unit.nexus.luns.get(0)!, () => {});
    const alone = read(unit, Ordered);
    const behind = read(unit, Ordered);
    expect([alone, behind].map((task) => begun(unit, task))).toEqual([true, false]);
    await finish(unit, alone);
    await finish(unit, behind);
    place.leave();
    unit.expectIdle();
  });
});

describe("a long chain of ordered tasks", () => {
  it("ends one after the other, and the stack does not grow with it", async () => {
    const unit = makeUnit();
    const first = read(unit, Simple);
    const ended: number[] = [];
    const chain = Array.from({ length: 8_000 }, (_, index) => {
      const running = unit.start(cdb.testUnitReady(), { attribute: Ordered });
      void running.done.then(() => ended.push(index));
      return running;
    });
    await finish(unit, first);
    await Promise.all(chain.map(({ done }) => done));
    expect(ended).toEqual(chain.map((_, index) => index));
    unit.expectIdle();
  });
});

/** What SAM-5 8.6 says, and nothing about how it is done. */
class ModelSet {
  readonly tasks: { attribute: TaskAttribute; enabled: boolean; running: Running }[] = [];

  add(attribute: TaskAttribute, running: Running): void {
    this.tasks.push({ attribute, enabled: attribute === HeadOfQueue, running });
    this.enable();
  }

  end(running: Running): void {
    this.tasks.splice(
      this.tasks.findIndex((task) => task.running === running),
      1,
    );
    this.enable();
  }

  enable(): void {
    const head = this.tasks.some(({ attribute }) => attribute === HeadOfQueue);
    this.tasks.forEach((task, index) => {
      const older = this.tasks.slice(0, index);
      const waits =
        head || (task.attribute === Ordered ? older.length > 0 : older.some(({ attribute }) => attribute === Ordered));
      if (!waits) task.enabled = true;
    });
  }
}

type Step =
  | { readonly do: "start"; readonly attribute: TaskAttribute }
  | { readonly do: "finish" | "abort"; readonly which: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant("start" as const),
      attribute: fc.constantFrom(Simple, Untagged, Ordered, HeadOfQueue),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("finish" as const), which: fc.nat(40) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("abort" as const), which: fc.nat(40) }) },
);

describe("any mix of attributes", () => {
  it("has exactly those tasks begun that the standard enables, after every start, end and abort", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
        const unit = makeUnit();
        const model = new ModelSet();
        const check = (): void => {
          for (const { enabled, running } of model.tasks) expect(begun(unit, running)).toBe(enabled);
          expect(unit.lu.tasks.dormant).toBe(model.tasks.filter(({ enabled }) => !enabled).length);
        };
        const end = async (running: Running): Promise<void> => {
          unit.backend.complete(unit.backend.pending.findIndex((request) => request.target === (running.task as ScsiTask)));
          await running.done;
          model.end(running);
        };
        for (const each of steps) {
          if (each.do === "start") {
            model.add(each.attribute, read(unit, each.attribute, model.tasks.length));
          } else if (model.tasks.length > 0) {
            const { running, enabled } = model.tasks[each.which % model.tasks.length]!;
            if (each.do === "abort") {
              const aborted = unit.server.abort([running.task]);
              // What has begun ends when its I/O does.
              if (enabled) await end(running);
              else model.end(running);
              await aborted;
            } else if (enabled) await end(running);
          }
          check();
        }
        for (let next = model.tasks.find(({ enabled }) => enabled); next; next = model.tasks.find(({ enabled }) => enabled)) {
          await end(next.running);
          check();
        }
        expect(model.tasks).toEqual([]);
        unit.expectIdle();
      }),
      { numRuns: 80 },
    );
  });
});

/** Copies, commands of every attribute, locks, aborts, resets and reservations at once: each ends, and nothing of any is left behind. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { Need, PERMIT_ALL } from "../../../src/scsi/command.ts";
import { TaskAttribute } from "../../../src/scsi/status.ts";
import { cdb } from "../support/cdbs.ts";
import { CopyPair, pattern } from "../support/copy-harness.ts";
import { copy, listLid1, listLid4, segment } from "../support/copy-lists.ts";
import { KiB, MiB, type Result, type Running, settle } from "../support/scsi-harness.ts";

const ATTRIBUTES = [TaskAttribute.Simple, TaskAttribute.Simple, TaskAttribute.Ordered, TaskAttribute.HeadOfQueue] as const;
const BLOCKS = (256 * KiB) / 512;

interface Step {
  readonly kind:
    | "copy"
    | "background"
    | "compare"
    | "write"
    | "read"
    | "stop"
    | "abort"
    | "reset"
    | "clear"
    | "reserve"
    | "complete";
  readonly pick: number;
  readonly lun: 0 | 1;
  readonly lba: number;
  readonly to: number;
  readonly blocks: number;
}

const KINDS: readonly Step["kind"][] = [
  ...(["copy", "copy", "copy", "background", "background", "compare", "write", "read"] as const),
  ...(["stop", "abort", "reset", "clear", "reserve", "complete", "complete", "complete"] as const),
];
const step: fc.Arbitrary<Step> = fc.record({
  kind: fc.constantFrom(...KINDS),
  pick: fc.nat(1000),
  lun: fc.constantFrom(0, 1),
  lba: fc.nat(BLOCKS - 200),
  to: fc.nat(BLOCKS - 200),
  blocks: fc.integer({ min: 1, max: 200 }),
});

class Crowd {
  readonly pair = new CopyPair(
    { sizeBytes: 256 * KiB, poolBytes: 1 * MiB + 512 * KiB, geometry: { maxTransferBytes: 32 * KiB } },
    { sizeBytes: 256 * KiB, geometry: { maxTransferBytes: 32 * KiB } },
  );
  readonly running: Running[] = [];
  readonly endings: Promise<unknown>[] = [];
  #listId = 0;

  constructor() {
    this.pair.unit.backend.held = true;
    this.pair.other.backend.held = true;
  }

  play({ kind, pick, lun, lba, to, blocks }: Step): void {
    const { unit, other, cscds } = this.pair;
    const attribute = ATTRIBUTES[pick % ATTRIBUTES.length]!;
    const backend = lun === 0 ? unit.backend : other.backend;
    const lunNexus = unit.nexus.luns.get(lun)!;
    switch (kind) {
      case "copy": {
        const list = listLid1(cscds, [segment({ source: pick % 2, destination: lun, blocks, from: lba, to })], {
          usage: 3,
          listId: 0,
        });
        this.#start(copy.lid1(list.length), list, pick % 3 === 0 ? 1 : 0, attribute);
        break;
      }
      case "background": {
        this.#listId = (this.#listId + 1) % 40;
        const place = { source: 1 + (pick % 2), destination: 1 + lun, blocks, from: lba, to };
        const list = listLid4(cscds, [segment(place)], { listId: this.#listId, immed: true });
        this.#start(copy.lid4(list.length), list, 0, attribute);
        break;
      }
      case "compare":
        this.#start(cdb.compareAndWrite(lba, 8), Buffer.alloc(16 * 512), lun, attribute);
        break;
      case "write":
        this.#start(cdb.write16(lba, 16), Buffer.alloc(16 * 512, pick), lun, attribute);
        break;
      case "read":
        this.#start(cdb.read16(lba, 16), undefined, lun, attribute);
        break;
      case "stop":
        this.#start(copy.abort(pick % 40), undefined, 0, TaskAttribute.Simple);
        break;
      case "abort":
        if (this.running.length > 0) this.endings.push(unit.server.abort([this.running[pick % this.running.length]!.task]));
        break;
      case "reset":
        this.endings.push(unit.server.resetLogicalUnit(lunNexus.lu).then(() => lunNexus.attentions.clearAll()));
        break;
      case "clear":
        this.endings.push(unit.server.clearTaskSet(lunNexus));
        break;
      case "reserve":
        lunNexus.permits = pick % 3 === 0 ? Need.Read : PERMIT_ALL;
        break;
      case "complete":
        for (let count = pick % 6; count > 0 && backend.pending.length > 0; count -= 1)
          backend.complete(pick % backend.pending.length);
        break;
    }
  }

  #start(command: readonly number[], dataOut: Buffer | undefined, lun: number, attribute: TaskAttribute): void {
    // The harness takes memory for Data-Out at once or not at all.
    if (this.pair.unit.pool.totalBytes - this.pair.unit.pool.leasedBytes < 512 * KiB && dataOut !== undefined) return;
    const { nexus } = this.pair.unit;
    for (const lunNexus of nexus.luns.values()) lunNexus.attentions.clearAll();
    this.running.push(this.pair.unit.start(command, { lun, attribute, ...(dataOut && { dataOut }) }));
  }
}

test("whatever comes together, every command ends and no memory, lock or place is left", { timeout: 60_000 }, async () => {
  let good = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(step, fc.nat(3)), { minLength: 10, maxLength: 60 }), async (steps) => {
      const crowd = new Crowd();
      const { unit, other } = crowd.pair;
      for (const [each, turns] of steps) {
        crowd.play(each);
        await settle(turns);
      }
      unit.backend.release();
      other.backend.release();
      let over = false;
      const everything = Promise.all<Result | unknown>([...crowd.running.map(({ done }) => done), ...crowd.endings]).then(
        () => (over = true),
      );
      for (let turn = 0; turn < 4000 && !over; turn += 1) await settle(1);
      expect(over).toBe(true);
      await everything;
      await unit.server.abortNexus(unit.nexus);
      await settle();
      crowd.pair.expectIdle();
      for (const { done } of crowd.running) if ((await done).status === 0) good += 1;
    }),
    { numRuns: 150 },
  );
  expect(good).toBeGreaterThan(300);
});

const REGION = 100;
const REGION_BYTES = REGION * 512;

test("copies side by side, some of them aborted, leave each block as it was or as its own source has it", {
  timeout: 60_000,
}, async () => {
  let aborted = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 5, maxLength: 5 }),
      fc.array(fc.tuple(fc.nat(1000), fc.nat(2)), { minLength: 20, maxLength: 60 }),
      fc.array(fc.tuple(fc.nat(19), fc.nat(4)), { minLength: 1, maxLength: 3 }),
      async (sources, completions, aborts) => {
        const crowd = new Crowd();
        const { unit, other, cscds } = crowd.pair;
        const runnings = sources.map((from, region) => {
          const place = { destination: 1, blocks: REGION, from: from * REGION, to: region * REGION };
          const list = listLid1(cscds, [segment(place)], { usage: 3, listId: 0 });
          return unit.start(copy.lid1(list.length), { dataOut: list });
        });
        for (const [at, [pick, turns]] of completions.entries()) {
          for (const [when, which] of aborts) if (when === at) void unit.server.abort([runnings[which]!.task]);
          const backends = [unit.backend, other.backend].filter(({ pending }) => pending.length > 0);
          const backend = backends[pick % 2] ?? backends[0];
          backend?.complete(pick % backend.pending.length);
          await settle(turns);
        }
        unit.backend.release();
        other.backend.release();
        const before = pattern(256 * KiB, 2);
        for (const [region, running] of runnings.entries()) {
          const result = await running.done;
          const source = unit.backend.data.subarray(sources[region]! * REGION_BYTES, (sources[region]! + 1) * REGION_BYTES);
          for (let at = 0; at < REGION_BYTES; at += 512) {
            const block = other.backend.data.subarray(region * REGION_BYTES + at, region * REGION_BYTES + at + 512);
            const copied = block.equals(source.subarray(at, at + 512));
            const untouched = block.equals(before.subarray(region * REGION_BYTES + at, region * REGION_BYTES + at + 512));
            expect(copied || (result.aborted && untouched)).toBe(true);
          }
          if (result.aborted) aborted += 1;
        }
        crowd.pair.expectIdle();
      },
    ),
    { numRuns: 100 },
  );
  expect(aborted).toBeGreaterThan(20);
});

/**
 * Parameter lists that are cut, lie or hold what is reserved, for every command that has one (SPC-4 4.3.4, 4.5.2.4.2, and each command's clause): the
 * sense that the standard names, nothing done unless the answer is GOOD, and nothing read behind the list.
 */
import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Lease } from "../../../src/backend/buffer-pool.ts";
import { LEASE_MAX_BYTES } from "../../../src/backend/buffer-pool.ts";
import type { CommandDescriptor } from "../../../src/scsi/command.ts";
import { COMMAND_TABLE } from "../../../src/scsi/command-table.ts";
import { LOG_COUNTERS, type LogCounterName } from "../../../src/scsi/log-pages/log-counters.ts";
import type { LogicalUnit } from "../../../src/scsi/logical-unit.ts";
import { ScsiStatus } from "../../../src/scsi/status.ts";
import { ScsiTask } from "../../../src/scsi/task.ts";
import { type Bed, type Bits, LIST_FIXTURES, type ListFixture, makeBed } from "../support/parameter-lists.ts";
import { makeUnit, type Result, settle } from "../support/scsi-harness.ts";

const POISONS = [0x00, 0xff] as const;

/** Fills all memory that is free, what lies behind the next list among it. */
function poison({ unit }: Bed, byte: number): void {
  const leases: Lease[] = [];
  while (unit.pool.tryLease(LEASE_MAX_BYTES, leases));
  for (const { data } of leases) data.fill(byte);
  unit.pool.release(leases);
}

function outcomeOf({ status, code, sense }: Result): string {
  if (status === ScsiStatus.Good) return "GOOD";
  if (status === ScsiStatus.ReservationConflict) return "CONFLICT";
  const { field } = sense ?? {};
  if (field === undefined) return `${code ?? `status ${status}`}`;
  return `${code} ${field.inCdb ? "cdb" : ""}@${field.byte}${field.bit === undefined ? "" : `.${field.bit}`}`;
}

/** Everything that a parameter list could have changed. */
function traces({ unit, second }: Bed): unknown {
  const ofUnit = (lu: LogicalUnit): unknown => ({
    state: { ...lu.state, generation: 0 },
    // What LOG SELECT sets is the distance to the counters that only grow.
    counters: Object.entries(LOG_COUNTERS).map(
      ([name, source]) => source(lu.counters) - lu.logCounters.get(name as LogCounterName),
    ),
    nexuses: [...lu.nexuses].map(({ attentions, echoBuffer, preventsRemoval }) => ({
      first: attentions.first?.text,
      pending: attentions.size,
      echo: echoBuffer?.toString("hex"),
      preventsRemoval,
    })),
  });
  const media = createHash("sha1");
  for (const { data, stable, allocated } of [unit.backend, second.backend]) media.update(data).update(stable).update(allocated);
  return { first: ofUnit(unit.lu), second: ofUnit(second.lu), media: media.digest("hex") };
}

/** What is sent: the list, and where its length in the CDB is another one, that. */
interface Sent {
  readonly list: Buffer;
  readonly said?: number;
}
type Spoil = (good: Buffer) => Sent;

interface Ending {
  readonly outcome: string;
  readonly traces: unknown;
}

/** The command on a bed of its own, over memory full of `byte`. */
async function runOver(byte: number, fixture: ListFixture, spoil: Spoil): Promise<Ending> {
  const bed = makeBed();
  const { unit } = bed;
  await fixture.prepare?.(bed);
  const { list, said = list.length } = spoil(Buffer.from(await fixture.list(bed)));
  for (const nexus of [unit.nexus, bed.other]) for (const { attentions } of nexus.luns.values()) attentions.clearAll();
  const before = traces(bed);
  poison(bed, byte);
  const outcome = outcomeOf(await unit.run(fixture.cdb(said), { dataOut: list }));
  // A copy in the background may still be at work.
  for (let turn = 0; turn < 500 && (unit.pool.leasedBytes > 0 || bed.second.lu.tasks.size > 0); turn += 1) await settle(1);
  unit.expectIdle();
  const after = traces(bed);
  if (outcome !== "GOOD") expect(after, `traces of ${outcome}`).toEqual(before);
  return { outcome, traces: after };
}

/** The same end whatever lies behind the list. */
async function endOf(fixture: ListFixture, spoil: Spoil): Promise<Ending> {
  const ending = await runOver(POISONS[0], fixture, spoil);
  for (const byte of POISONS.slice(1)) expect(await runOver(byte, fixture, spoil)).toEqual(ending);
  return ending;
}

const each = LIST_FIXTURES.map((fixture) => [fixture.name, fixture] as const);
/** One list to look at lengths and bits before anything runs. */
const goodList = async (fixture: ListFixture): Promise<Buffer> => Buffer.from(await fixture.list(makeBed()));
const flipped = (list: Buffer, byte: number, bit: number): Buffer => {
  list[byte]! ^= 1 << bit;
  return list;
};

/** Every bit of the masks, as byte and bit. */
function* bitsOf(masks: readonly Bits[] = []): Generator<{ byte: number; bit: number }> {
  for (const { at, mask, count = 1 } of masks)
    for (let byte = at; byte < at + count; byte += 1)
      for (let bit = 0; bit < 8; bit += 1) if ((mask & (1 << bit)) !== 0) yield { byte, bit };
}

describe("the commands with a parameter list", () => {
  /** Data-Out of these is blocks, or one block to repeat. */
  const BLOCKS =
    /^(COMPARE AND WRITE|ORWRITE\(16\)|VERIFY\(\d+\)|WRITE AND VERIFY\(\d+\)|WRITE ATOMIC\(16\)|WRITE SAME\(\d+\)|WRITE\(\d+\))$/;

  /** Decodes and does nothing else. */
  class Decoding extends ScsiTask {
    override failStatus(): false {
      return false;
    }
  }

  const unit = makeUnit();
  const wanted = (command: CommandDescriptor, changes: Readonly<Record<number, number>>): boolean => {
    const task = new Decoding();
    const { opcode, serviceAction, usage } = command;
    task.cdb[0] = opcode;
    if (opcode === 0x7f) task.cdb.set(usage.slice(7, 10), 7);
    else task.cdb[1] = serviceAction ?? 0;
    for (const [at, value] of Object.entries(changes)) task.cdb[Number(at)]! |= value & usage[Number(at)]!;
    task.cdbLength = Math.max(16, usage.length);
    task.server = unit.server;
    task.nexus = unit.nexus;
    task.lunNexus = unit.nexus.luns.get(0)!;
    task.command = command;
    task.expectedDataOut = 1024 * 1024;
    command.decode?.(task);
    return task.dataOutWanted > 0;
  };
  /** Whether any CDB with one length, one mode or flag in byte 1 and one type or control in byte 2 asks for Data-Out. */
  const takesDataOut = (command: CommandDescriptor): boolean => {
    const modes =
      command.serviceAction === undefined || command.opcode === 0x7f ? [0, 0x02, 0x06, 0x08, 0x0a, 0x10, 0x20] : [0];
    for (let at = 2; at < command.usage.length; at += 1)
      for (const mode of modes)
        for (const type of [0, 1, 0x40])
          for (const length of [1, 2, 4, 8, 12, 16, 24, 32])
            if (wanted(command, { 1: mode, 2: type, 10: command.opcode === 0x7f ? mode : 0, [at]: length })) return true;
    return false;
  };

  it("are these: every command that asks for Data-Out has a fixture here, or its data are blocks", () => {
    const names = COMMAND_TABLE.all.filter(takesDataOut).map(({ name }) => name);
    expect(names.filter((name) => BLOCKS.test(name)).length).toBeGreaterThan(10);
    expect(names.filter((name) => !BLOCKS.test(name)).sort()).toEqual(LIST_FIXTURES.map(({ name }) => name).sort());
  });

  it.each(each)("%s takes its list, and does something", async (_name, fixture) => {
    const { outcome, traces: after } = await endOf(fixture, (list) => ({ list }));
    expect(outcome).toBe("GOOD");
    const untouched = makeBed();
    await fixture.prepare?.(untouched);
    for (const nexus of [untouched.unit.nexus, untouched.other]) nexus.luns.get(0)!.attentions.clearAll();
    expect(after).not.toEqual(traces(untouched));
  });
});

describe("a list that is cut", () => {
  it.each(each)("%s: at any length, with a CDB that says so", async (_name, fixture) => {
    const whole = (await goodList(fixture)).length;
    for (let length = 0; length < whole; length += 1) {
      const { outcome } = await endOf(fixture, (list) => ({ list: list.subarray(0, length) }));
      expect([length, outcome]).toEqual([length, fixture.cut(length, whole)]);
    }
  });

  it.each(each)("%s: at any length, with a CDB that says there is all of it", async (_name, fixture) => {
    const whole = (await goodList(fixture)).length;
    for (let length = 0; length < whole; length += 1) {
      const { outcome } = await endOf(fixture, (list) => ({ list: list.subarray(0, length), said: whole }));
      expect([length, outcome]).toEqual([length, fixture.missing ?? "5/1a/00"]);
    }
  });
});

describe("a list that is too long", () => {
  it.each(each)("%s: four bytes more, which the CDB counts", async (_name, fixture) => {
    const { outcome } = await endOf(fixture, (list) => ({ list: Buffer.concat([list, Buffer.alloc(4, 0xff)]) }));
    expect(outcome).toBe(fixture.longer);
  });

  it.each(each)("%s: what is sent beyond the length in the CDB is not looked at", async (_name, fixture) => {
    const good = await endOf(fixture, (list) => ({ list }));
    const beyond = await endOf(fixture, (list) => ({ list: Buffer.concat([list, Buffer.alloc(64, 0xff)]), said: list.length }));
    expect(beyond).toEqual(good);
  });

  it.each(each)("%s: the largest length that fits into the CDB", async (_name, fixture) => {
    const { outcome } = await endOf(fixture, (list) => ({ list, said: fixture.most }));
    expect(outcome).toBe(fixture.longest);
  });
});

describe("a length field that lies", () => {
  const lying = each.filter(([, { lengths }]) => lengths !== undefined);
  it.each(lying)("%s: one less, one more, zero, and all ones", async (_name, fixture) => {
    for (const { at, bytes, lies } of fixture.lengths!) {
      const truth = (await goodList(fixture)).readUIntBE(at, bytes);
      const values = [truth - 1, truth + 1, 0, 2 ** (8 * bytes) - 1];
      for (const [index, value] of values.entries()) {
        if (value < 0) continue;
        const { outcome } = await endOf(fixture, (list) => {
          list.writeUIntBE(value, at, bytes);
          return { list };
        });
        expect([at, value, outcome]).toEqual([at, value, lies[index]]);
      }
    }
  });
});

describe("a reserved bit", () => {
  it.each(each.filter(([, { refused }]) => refused !== undefined))("%s: is refused, and pointed at", async (_name, fixture) => {
    for (const { byte, bit } of bitsOf(fixture.refused)) {
      const { outcome } = await endOf(fixture, (list) => ({ list: flipped(list, byte, bit) }));
      expect(outcome).toBe(`5/26/00 @${byte}.${bit}`);
    }
  });

  it.each(each.filter(([, { refusedBytes }]) => refusedBytes !== undefined))(
    "%s: of a byte that has one value only is refused, and the byte pointed at",
    async (_name, fixture) => {
      for (const { byte, bit } of bitsOf(fixture.refusedBytes)) {
        const { outcome } = await endOf(fixture, (list) => ({ list: flipped(list, byte, bit) }));
        expect(outcome).toBe(`5/26/00 @${byte}`);
      }
    },
  );

  it.each(each.filter(([, { ignored }]) => ignored !== undefined))(
    "%s: that nobody has to check, or that is obsolete, changes nothing of what the list does",
    async (_name, fixture) => {
      const good = await endOf(fixture, (list) => ({ list }));
      for (const { byte, bit } of bitsOf(fixture.ignored)) {
        expect([byte, bit, await endOf(fixture, (list) => ({ list: flipped(list, byte, bit) }))]).toEqual([byte, bit, good]);
      }
    },
  );
});

describe("any bytes", () => {
  const value = fc.oneof(fc.constantFrom(0, 1, 0x7f, 0x80, 0xff), fc.nat(255));
  const changes = fc.array(fc.tuple(fc.nat(255), value), { minLength: 1, maxLength: 4 });

  it.each(each)(
    "%s: a good list with any bytes changed ends the same whatever lies behind it, and whole or not at all",
    async (_name, fixture) => {
      await fc.assert(
        fc.asyncProperty(changes, fc.option(fc.nat(200)), async (bytes, length) => {
          await endOf(fixture, (list) => {
            for (const [at, byte] of bytes) list[at % list.length] = byte;
            return { list: length === null ? list : list.subarray(0, length) };
          });
        }),
        { numRuns: 60 },
      );
    },
  );

  it.each(each)("%s: bytes that are no list at all end so too", async (_name, fixture) => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 160 }), fc.nat(200), async (bytes, said) => {
        await endOf(fixture, () => ({ list: Buffer.from(bytes), said: Math.min(said, 200) }));
      }),
      { numRuns: 40 },
    );
  });
});

/** What a unit remembers: SPC-4 5.13.5; and how changes of it are made durable before anybody sees them. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { LocalCoordinator } from "../../src/scsi/coordinator.ts";
import {
  type DurableState,
  DurableStateError,
  decodeDurable,
  durableOf,
  encodeDurable,
  isNothing,
  NOTHING_DURABLE,
  SANITIZE_METHODS,
  SANITIZE_STATUSES,
  withDurable,
} from "../../src/scsi/durable-state.ts";
import type { LuState } from "../../src/scsi/logical-unit.ts";
import { NO_RESERVATION, type Registrant, type ReservationType } from "../../src/scsi/reservations.ts";
import { type Failure, MemoryStore } from "./support/memory-store.ts";
import { makeUnit, settle } from "./support/scsi-harness.ts";

const TARGET = "iqn.2026-01.test:t,t,0x0001";
const registrant = (index: number, key: bigint): Registrant => ({
  initiatorPort: `iqn.2026-01.test:${index},i,0x000000000001`,
  targetPort: TARGET,
  relativePort: 1,
  key,
});

const anyKey = fc.bigInt({ min: 1n, max: 0xffff_ffff_ffff_ffffn });
const anyReservations = fc
  .tuple(
    fc.array(anyKey, { minLength: 1, maxLength: 6 }),
    fc.constantFrom<ReservationType | 0>(0, 1, 3, 5, 6, 7, 8),
    fc.nat({ max: 5 }),
  )
  .map(([keys, type, holder]) => {
    const registrants = keys.map((key, index) => registrant(index, key));
    const { initiatorPort, targetPort, relativePort } = registrants[holder % registrants.length]!;
    if (type === 0) return { registrants, reservation: undefined };
    return { registrants, reservation: { type, holder: type >= 7 ? undefined : { initiatorPort, targetPort, relativePort } } };
  });
const anyBytes = (max: number) => fc.uint8Array({ maxLength: max }).map((bytes) => Buffer.from(bytes));
const anyDurable: fc.Arbitrary<DurableState> = fc.record({
  reservations: fc.option(anyReservations, { nil: undefined }),
  identifying: fc.record({ peripheral: anyBytes(64), text: anyBytes(32) }),
  sanitize: fc.option(
    fc.record({
      status: fc.constantFrom(...SANITIZE_STATUSES),
      method: fc.constantFrom(...SANITIZE_METHODS),
      unrestrictedExit: fc.boolean(),
    }),
    { nil: undefined },
  ),
});

describe("durable state", () => {
  it("comes back from its JSON as it went, and from the state of a unit", () => {
    const { state } = makeUnit().lu;
    fc.assert(
      fc.property(anyDurable, (durable) => {
        expect(decodeDurable(JSON.parse(JSON.stringify(encodeDurable(durable))))).toEqual(durable);
        expect(durableOf(withDurable(state, durable))).toEqual(durable);
      }),
      { numRuns: 300 },
    );
  });

  it("has no PRGENERATION, no RESERVE(6) reservation, and no registrations without APTPL", () => {
    const { state } = makeUnit().lu;
    const reservations = { ...NO_RESERVATION, generation: 7, registrants: [registrant(0, 1n)] };
    expect(isNothing(durableOf({ ...state, reservations }))).toBe(true);
    const aptpl = { ...reservations, aptpl: true, legacy: registrant(0, 1n) };
    const restored = withDurable(state, durableOf({ ...state, reservations: aptpl })).reservations;
    expect(restored).toEqual({ ...NO_RESERVATION, registrants: [registrant(0, 1n)], aptpl: true });
  });

  const good = encodeDurable({
    ...NOTHING_DURABLE,
    reservations: {
      registrants: [registrant(0, 1n), registrant(1, 2n)],
      reservation: { type: 1, holder: registrant(1, 2n) },
    },
  });
  const first = good.registrants![0]!;
  const bad: readonly (readonly [string, unknown])[] = [
    ["null", null],
    ["an unknown field", { ...good, colour: "red" }],
    ["no registrants", { registrants: [] }],
    ["a reservation without registrants", { reservation: { type: 1, holder: 0 } }],
    ["a key of zero", { registrants: [{ ...first, key: "0000000000000000" }] }],
    ["a key of nine bytes", { registrants: [{ ...first, key: "010000000000000000" }] }],
    ["a key that is a number", { registrants: [{ ...first, key: 1 }] }],
    ["a port of 17 bits", { registrants: [{ ...first, relativePort: 0x10000 }] }],
    ["no name", { registrants: [{ ...first, initiatorPort: "" }] }],
    ["the same nexus twice", { registrants: [first, first] }],
    ["a type that is none", { ...good, reservation: { type: 2, holder: 0 } }],
    ["a holder who is not registered", { ...good, reservation: { type: 1, holder: 2 } }],
    ["no holder where there is one", { ...good, reservation: { type: 1 } }],
    ["a holder where all hold", { ...good, reservation: { type: 7, holder: 0 } }],
    ["information that is no hexadecimal", { identifying: { peripheral: "xy", text: "" } }],
    ["an unknown sanitize method", { sanitize: { status: "failed", method: "prayer", unrestrictedExit: true } }],
  ];
  for (const [what, json] of bad) it(`is refused with ${what}`, () => expect(() => decodeDurable(json)).toThrow());
});

describe("a change", () => {
  const make = () => {
    const store = new MemoryStore();
    const unit = makeUnit({ store });
    return { store, lu: unit.lu, coordinator: unit.server.coordinator };
  };
  const registers =
    (index: number, key: bigint, aptpl = true) =>
    (state: LuState): LuState => ({
      ...state,
      reservations: { ...state.reservations, registrants: [...state.reservations.registrants, registrant(index, key)], aptpl },
    });
  const keys = (state: LuState): bigint[] => state.reservations.registrants.map(({ key }) => key);

  it("of what is not durable is published at once and saves nothing", () => {
    const { store, lu, coordinator } = make();
    void coordinator.change(lu, (state) => ({ ...state, stopped: true }));
    void coordinator.change(lu, registers(0, 1n, false));
    expect([lu.state.stopped, keys(lu.state), store.saves]).toEqual([true, [1n], 0]);
  });

  it("of what is durable is seen by nobody before it is saved", async () => {
    const { store, lu, coordinator } = make();
    store.held = true;
    const changing = coordinator.change(lu, registers(0, 1n));
    await settle();
    expect([keys(lu.state), store.pending.length]).toEqual([[], 1]);
    store.complete();
    await changing;
    expect([keys(lu.state), store.state.reservations?.registrants.length]).toEqual([[1n], 1]);
  });

  it("waits for the one before it, durable or not, and starts from what that one made", async () => {
    const { store, lu, coordinator } = make();
    store.held = true;
    const order: string[] = [];
    const noted = (name: string, changing: Promise<void>) => changing.then(() => order.push(name));
    const all = [
      noted("first", coordinator.change(lu, registers(0, 1n))),
      noted(
        "second",
        coordinator.change(lu, (state) => ({ ...state, stopped: keys(state).length === 1 })),
      ),
      noted("third", coordinator.change(lu, registers(1, 2n))),
    ];
    await settle();
    expect([lu.state.stopped, store.pending.length]).toEqual([false, 1]);
    store.complete();
    await settle();
    expect([lu.state.stopped, keys(lu.state), store.pending.length]).toEqual([true, [1n], 1]);
    store.complete();
    await Promise.all(all);
    expect([order, keys(lu.state)]).toEqual([
      ["first", "second", "third"],
      [1n, 2n],
    ]);
    // The queue is empty again: the fast path is back.
    void coordinator.change(lu, (state) => ({ ...state, stopped: false }));
    expect(lu.state.stopped).toBe(false);
  });

  it("that can't be saved does not happen, and leaves on disk what is in force", async () => {
    for (const failure of ["before", "after"] as const) {
      const { store, lu, coordinator } = make();
      await coordinator.change(lu, registers(0, 1n));
      store.held = true;
      const failing = coordinator.change(lu, registers(1, 2n));
      const told = expect(failing).rejects.toThrow(DurableStateError);
      await settle();
      store.complete(failure);
      await settle();
      store.complete();
      await told;
      expect([keys(lu.state), store.state]).toEqual([[1n], durableOf(lu.state)]);
    }
  });

  it("after one that could neither be saved nor taken back happens whatever the disk does, and tries to put it right", async () => {
    const { store, lu, coordinator } = make();
    await coordinator.change(lu, registers(0, 1n));
    store.held = true;
    const told = expect(coordinator.change(lu, registers(1, 2n))).rejects.toThrow("the disk is full");
    await settle();
    store.complete("after");
    await settle();
    store.complete("before");
    await told;
    store.held = false;
    expect(keys(lu.state)).toEqual([1n]);
    for (const [failure, stopped] of [
      ["before", true],
      ["none", false],
    ] as const) {
      store.failure = failure;
      await coordinator.change(lu, (state) => ({ ...state, stopped }));
      expect(lu.state.stopped).toBe(stopped);
      await settle();
      expect(store.state.reservations?.registrants.length).toBe(failure === "none" ? 1 : 2);
    }
    const { saves } = store;
    await coordinator.change(lu, (state) => ({ ...state, stopped: true }));
    expect(store.saves).toBe(saves);
  });

  it("of nothing puts right what could not be taken back, and else saves nothing", async () => {
    const { store, lu, coordinator } = make();
    await coordinator.change(lu, registers(0, 1n));
    store.failure = "after";
    await expect(coordinator.change(lu, registers(1, 2n))).rejects.toThrow(DurableStateError);
    store.state = NOTHING_DURABLE;
    store.failure = "none";
    for (let round = 0; round < 3; round += 1) {
      await coordinator.change(lu, (state) => state);
      await settle();
      expect([store.state, store.saves]).toEqual([durableOf(lu.state), 4]);
    }
  });

  it("puts right what could not be taken back even where it has waited behind the failure", async () => {
    const { store, lu, coordinator } = make();
    await coordinator.change(lu, registers(0, 1n));
    store.held = true;
    const failing = expect(coordinator.change(lu, registers(1, 2n))).rejects.toThrow(DurableStateError);
    const next = coordinator.change(lu, (state) => ({ ...state, stopped: true }));
    await settle();
    store.complete("after");
    await settle();
    store.complete("before");
    store.held = false;
    await Promise.all([failing, next]);
    await settle();
    expect([lu.state.stopped, store.state]).toEqual([true, durableOf(lu.state)]);
  });

  it("and one that fails does not keep the next from happening", async () => {
    const { store, lu, coordinator } = make();
    store.held = true;
    const failing = expect(coordinator.change(lu, registers(0, 1n))).rejects.toThrow(DurableStateError);
    const next = coordinator.change(lu, registers(1, 2n));
    await settle();
    store.complete("before");
    await settle();
    store.held = false;
    store.complete();
    await Promise.all([failing, next]);
    expect([keys(lu.state), store.state]).toEqual([[2n], durableOf(lu.state)]);
  });

  it("keeps what a nexus that left in the meantime has published: nothing is lost", async () => {
    const store = new MemoryStore();
    const unit = makeUnit({ store });
    const { lu } = unit;
    const { coordinator } = unit.server;
    const leaver = unit.anotherNexus("iqn.2026-01.test:leaver");
    await coordinator.change(lu, (state) => ({
      ...state,
      reservations: {
        ...state.reservations,
        legacy: { initiatorPort: leaver.initiatorPort, targetPort: leaver.targetPort.portName, relativePort: 1 },
      },
    }));
    store.held = true;
    const changing = coordinator.change(lu, registers(0, 1n));
    await settle();
    leaver.detach();
    expect(lu.state.reservations.legacy).toBeUndefined();
    store.complete();
    await changing;
    expect([lu.state.reservations.legacy, keys(lu.state)]).toEqual([undefined, [1n]]);
  });

  it("is saved as the mutation makes it of the newest state, if that differs from what was saved first", async () => {
    const { store, lu, coordinator } = make();
    await coordinator.change(lu, (state) => ({ ...state, reservations: { ...state.reservations, legacy: registrant(5, 5n) } }));
    store.held = true;
    const changing = coordinator.change(lu, (state) => registers(0, state.reservations.legacy ? 1n : 2n)(state));
    await settle();
    lu.publish({ ...lu.state, reservations: { ...lu.state.reservations, legacy: undefined } });
    store.complete();
    await settle();
    store.complete();
    await changing;
    expect([keys(lu.state), store.state]).toEqual([[2n], durableOf(lu.state)]);
  });

  it("that ends a loss is saved even where nothing is left to remember", async () => {
    const { store, lu, coordinator } = make();
    lu.publish({ ...lu.state, memory: "lost" });
    await coordinator.change(lu, (state) => ({ ...state, memory: "intact" }));
    expect(store.saves).toBe(1);
    lu.publish({ ...lu.state, memory: "lost" });
    // Nothing is put in place of what is broken while it is.
    store.failure = "before";
    await expect(coordinator.change(lu, (state) => ({ ...state, memory: "intact" }))).rejects.toThrow();
    expect([store.saves, lu.state.memory]).toEqual([2, "lost"]);
  });

  it("and what is read from the store do not cross: a replacement that is being saved is not taken for what was found", async () => {
    const { store, lu, coordinator } = make();
    lu.publish({ ...lu.state, memory: "lost" });
    store.held = true;
    let lost = false;
    const replacing = coordinator.change(lu, (state) => {
      lost = state.memory === "lost";
      return lost ? { ...registers(0, 1n)(state), memory: "intact" } : state;
    });
    await settle();
    const recalling = coordinator.recall(lu, async () => {
      const loaded = await store.load();
      return (state) => (state.memory === "lost" && loaded.kind === "known" ? { ...state, memory: "intact" } : state);
    });
    store.complete();
    await Promise.all([replacing, recalling]);
    expect([lost, keys(lu.state), lu.state.memory]).toEqual([true, [1n], "intact"]);
    expect(store.state).toEqual(durableOf(lu.state));
  });

  it("that resolves is in force and on disk, one that rejects is neither in the end, whatever the disk does among others", async () => {
    const step = fc.oneof(
      fc.record({ kind: fc.constant("durable" as const) }),
      fc.record({ kind: fc.constantFrom("volatile" as const, "leave" as const, "wait" as const) }),
      fc.record({ kind: fc.constant("saved" as const), failure: fc.constantFrom<Failure>("none", "before", "after") }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
        const { store, lu, coordinator } = make();
        store.held = true;
        const resolved: bigint[] = [];
        const all: Promise<unknown>[] = [];
        let sizeBlocks = lu.state.sizeBlocks;
        const change = async (key: bigint, index: number): Promise<void> => {
          try {
            await coordinator.change(lu, registers(index, key));
          } catch (error) {
            expect(error).toBeInstanceOf(DurableStateError);
            expect(keys(lu.state)).not.toContain(key);
            return;
          }
          resolved.push(key);
          expect([keys(lu.state), store.state.reservations?.registrants.map((each) => each.key)]).toEqual([
            expect.arrayContaining([key]),
            expect.arrayContaining([key]),
          ]);
        };
        for (const [index, { kind, ...rest }] of steps.entries()) {
          if (kind === "durable") all.push(change(BigInt(index + 1), index));
          if (kind === "volatile") {
            sizeBlocks = 1000 + index;
            const next = sizeBlocks;
            all.push(coordinator.change(lu, (state) => ({ ...state, sizeBlocks: next })));
          }
          if (kind === "leave") lu.publish({ ...lu.state, reservations: { ...lu.state.reservations, legacy: undefined } });
          if (kind === "wait") await settle(1);
          if ("failure" in rest && store.pending.length > 0) store.complete(rest.failure);
        }
        store.held = false;
        while (store.pending.length > 0) {
          store.complete();
          await settle(1);
        }
        await Promise.all(all);
        await coordinator.change(lu, (state) => state);
        await settle();
        expect([keys(lu.state), lu.state.sizeBlocks, store.state]).toEqual([resolved, sizeBlocks, durableOf(lu.state)]);
      }),
      { numRuns: 300 },
    );
  });

  it("without a store is remembered by nobody and happens at once", () => {
    const { lu } = makeUnit();
    void new LocalCoordinator().change(lu, registers(0, 1n));
    expect(keys(lu.state)).toEqual([1n]);
  });
});

/** The transitions of PERSISTENT RESERVE OUT against a model written from the text of SPC-4 5.9, by random sequences of three nexuses. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Need, PERMIT_ALL } from "../../src/scsi/command.ts";
import { Nexus } from "../../src/scsi/nexus.ts";
import {
  clear,
  preempt,
  register,
  registerAndMove,
  release,
  reserve,
  type Transition,
} from "../../src/scsi/persistent-reservation.ts";
import {
  holds,
  NO_RESERVATION,
  permitsOf,
  portPairOf,
  type ReservationState,
  type ReservationType,
  samePair,
} from "../../src/scsi/reservations.ts";

const PORT = { targetName: "iqn.2026-01.test:t", portalGroupTag: 1, portName: "iqn.2026-01.test:t,t,0x0001", groups: [1] };
const nexuses = [0, 1, 2].map((index) => new Nexus(`iqn.2026-01.test:${index}`, "00000000000a", PORT));
const pairs = nexuses.map(portPairOf);
const MAX_REGISTRANTS = 16;

const who = fc.nat({ max: 2 });
/** Few keys, so that they meet. */
const key = fc.bigInt({ min: 0n, max: 3n });
const type = fc.constantFrom<ReservationType>(1, 3, 5, 6, 7, 8);
const operation = fc.oneof(
  fc.record({ op: fc.constant("register" as const), who, key, other: key }),
  fc.record({ op: fc.constant("ignore" as const), who, other: key }),
  fc.record({ op: fc.constant("reserve" as const), who, key, type }),
  fc.record({ op: fc.constant("release" as const), who, key, type }),
  fc.record({ op: fc.constant("clear" as const), who, key }),
  fc.record({ op: fc.constant("preempt" as const), who, key, other: key, type }),
  fc.record({ op: fc.constant("move" as const), who, key, other: key, to: who, unregister: fc.boolean() }),
);
type Operation = typeof operation extends fc.Arbitrary<infer Value> ? Value : never;

function apply(state: ReservationState, step: Operation): Transition {
  const asker = pairs[step.who]!;
  switch (step.op) {
    case "register":
    case "ignore": {
      const old = step.op === "register" ? step.key : undefined;
      return register(
        state,
        asker,
        { key: old, newKey: step.other, register: [asker], specInitiatorPorts: false },
        MAX_REGISTRANTS,
      );
    }
    case "reserve":
      return reserve(state, asker, step.key, step.type);
    case "release":
      return release(state, asker, step.key, step.type);
    case "clear":
      return clear(state, asker, step.key);
    case "preempt":
      return preempt(state, asker, step.key, step.other, step.type);
    case "move":
      return registerAndMove(
        state,
        asker,
        { key: step.key, newKey: step.other, to: pairs[step.to]!, unregister: step.unregister },
        MAX_REGISTRANTS,
      );
  }
}

/** Keys by nexus (0n: not registered), type (0: none) and holder (-1: all registrants), changed in place. */
class Model {
  keys = [0n, 0n, 0n];
  type = 0;
  holder = 0;
  generation = 0;

  isHolder(nexus: number): boolean {
    return this.type !== 0 && this.keys[nexus] !== 0n && (this.type >= 7 || this.holder === nexus);
  }

  #drop(nexus: number): void {
    const sole = this.type !== 0 && this.type < 7 && this.holder === nexus;
    this.keys[nexus] = 0n;
    if (sole || this.keys.every((each) => each === 0n)) this.type = 0;
  }

  #take(nexus: number, type: number): void {
    this.type = type;
    this.holder = type >= 7 ? -1 : nexus;
  }

  /** "done", or why not. */
  step(step: Operation): "done" | "conflict" | "error" {
    const { who: me } = step;
    const mine = this.keys[me]!;
    if (step.op === "register" || step.op === "ignore") {
      if (step.op === "register" && step.key !== mine) return "conflict";
      if (step.other === 0n) this.#drop(me);
      else this.keys[me] = step.other;
      this.generation += 1;
      return "done";
    }
    if (mine === 0n || step.key !== mine) return "conflict";
    switch (step.op) {
      case "reserve":
        if (this.type === 0) this.#take(me, step.type);
        else if (!this.isHolder(me) || this.type !== step.type) return "conflict";
        return "done";
      case "release":
        if (this.isHolder(me)) {
          if (this.type !== step.type) return "error";
          this.type = 0;
        }
        return "done";
      case "clear":
        this.keys = [0n, 0n, 0n];
        this.type = 0;
        this.generation += 1;
        return "done";
      case "preempt":
        return this.#preempt(me, step.other, step.type);
      case "move":
        if (this.type === 0 || this.type >= 7 || this.holder !== me) return "conflict";
        if (step.other === 0n || step.to === me) return "error";
        this.keys[step.to] = step.other;
        this.holder = step.to;
        if (step.unregister) this.keys[me] = 0n;
        this.generation += 1;
        return "done";
    }
  }

  #preempt(me: number, victim: bigint, type: number): "done" | "conflict" | "error" {
    const everybody = this.type >= 7;
    if (victim === 0n && !everybody) return "error";
    if (victim !== 0n && !this.keys.includes(victim)) return "conflict";
    const takesOver = victim === 0n || (this.type !== 0 && !everybody && this.keys[this.holder] === victim);
    for (let nexus = 0; nexus < 3; nexus += 1) {
      if (takesOver && nexus === me) continue;
      if (victim === 0n || this.keys[nexus] === victim) this.keys[nexus] = 0n;
    }
    if (takesOver) this.#take(me, type);
    else if (this.keys.every((each) => each === 0n)) this.type = 0;
    this.generation += 1;
    return "done";
  }
}

const kindOf = (transition: Transition): "done" | "conflict" | "error" =>
  transition.kind === "done" || transition.kind === "conflict" ? transition.kind : "error";

describe("persistent reservations", () => {
  it("follow the model whatever three nexuses do", () => {
    fc.assert(
      fc.property(fc.array(operation, { maxLength: 40 }), (steps) => {
        const model = new Model();
        let state = NO_RESERVATION;
        for (const step of steps) {
          const transition = apply(state, step);
          expect(kindOf(transition)).toBe(model.step(step));
          if (transition.kind === "done") state = transition.state;
          expect(
            pairs.map((pair) => state.registrants.find((each) => each.initiatorPort === pair.initiatorPort)?.key ?? 0n),
          ).toEqual(model.keys);
          expect(state.reservation?.type ?? 0).toBe(model.type);
          expect(pairs.map((pair) => holds(state, pair))).toEqual([0, 1, 2].map((index) => model.isHolder(index)));
          expect(state.generation).toBe(model.generation);
        }
      }),
      { numRuns: 500 },
    );
  });

  it("keep their invariants: holders are registered, the one holder is one, only others are told, and each but once", () => {
    fc.assert(
      fc.property(fc.array(operation, { maxLength: 40 }), (steps) => {
        let state = NO_RESERVATION;
        for (const step of steps) {
          const transition = apply(state, step);
          if (transition.kind !== "done") continue;
          const before = state;
          state = transition.state;
          expect(state.generation).toBeGreaterThanOrEqual(before.generation);
          expect(new Set(state.registrants.map(({ initiatorPort }) => initiatorPort)).size).toBe(state.registrants.length);
          const holders = pairs.filter((pair) => holds(state, pair));
          if (state.reservation !== undefined) {
            expect(holders.length).toBeGreaterThan(0);
            if (state.reservation.type < 7) expect(holders.length).toBe(1);
          }
          for (const holder of holders)
            expect(state.registrants.some(({ initiatorPort }) => initiatorPort === holder.initiatorPort)).toBe(true);
          const told = transition.notices.map(({ to }) => to.initiatorPort);
          expect(told).not.toContain(pairs[step.who]!.initiatorPort);
          expect(new Set(told).size).toBe(told.length);
          // Nobody is told who was not registered.
          for (const each of told) expect(before.registrants.some(({ initiatorPort }) => initiatorPort === each)).toBe(true);
          nexuses.forEach((nexus, index) => {
            const permits = permitsOf(state, nexus);
            expect(permits & Need.Other).toBe(Need.Other);
            if (holds(state, pairs[index]!) || state.reservation === undefined) expect(permits).toBe(PERMIT_ALL);
            // Who may write may read.
            if ((permits & Need.Write) !== 0) expect(permits).toBe(PERMIT_ALL);
          });
        }
      }),
      { numRuns: 300 },
    );
  });

  it("count generations in 32 bits", () => {
    const full = { ...NO_RESERVATION, generation: 0xffffffff };
    const transition = apply(full, { op: "ignore", who: 0, other: 1n });
    expect(transition.kind === "done" && transition.state.generation).toBe(0);
  });
});

describe("SPEC_I_PT", () => {
  it("registers others, and changes no registration that another initiator has made", () => {
    const [asker, victim, third] = pairs;
    const parameters = { key: 0n, newKey: 9n, register: [asker!, victim!, third!], specInitiatorPorts: true };
    const before = register(
      NO_RESERVATION,
      victim!,
      { key: 0n, newKey: 5n, register: [victim!], specInitiatorPorts: false },
      16,
    );
    if (before.kind !== "done") throw new Error("not registered");
    const after = register(before.state, asker!, parameters, 16);
    if (after.kind !== "done") throw new Error("not registered");
    const keyOf = (pair: (typeof pairs)[number]) => after.state.registrants.find((each) => samePair(each, pair))?.key;
    expect(pairs.map(keyOf)).toEqual([9n, 5n, 9n]);
  });
});

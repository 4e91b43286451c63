import { describe, expect, test } from "vitest";
import {
  type InlineHistory,
  InlineWrites,
  LONGEST_PENALTY_MS,
  REST_PER_STALL,
  SHORTEST_PENALTY_MS,
} from "../../src/backend/inline-writes.ts";

const BLINK_MS = 0.001;

function makeFile(): { inline: InlineHistory } {
  return { inline: { blockers: 0, penaltyMs: 0, asynchronousUntil: 0, forgivenAt: 0 } };
}

function setUp(): { writes: InlineWrites; file: { inline: InlineHistory }; pass(ms: number): void } {
  let now = 1000;
  const pass = (ms: number): void => {
    now += ms;
  };
  return { writes: new InlineWrites(() => now), file: makeFile(), pass };
}

describe("writes on the event loop", () => {
  test("are allowed to a file that never stalled, without a look at the clock", () => {
    const writes = new InlineWrites(() => {
      throw new Error("looked at the clock");
    });
    expect(writes.allows(makeFile())).toBe(true);
  });

  test("are not allowed while something that holds locks is in flight for the file", () => {
    const { writes, file } = setUp();
    file.inline.blockers = 1;
    expect(writes.allows(file)).toBe(false);
    file.inline.blockers = 0;
    expect(writes.allows(file)).toBe(true);
  });

  test("come back after a penalty that doubles from stall to stall, up to its limit", () => {
    const { writes, file, pass } = setUp();
    let penalty = SHORTEST_PENALTY_MS;
    for (let i = 0; i < 12; i++) {
      writes.stalled(file, BLINK_MS);
      expect(writes.allows(file)).toBe(false);
      pass(penalty - 1);
      expect(writes.allows(file)).toBe(false);
      pass(1);
      expect(writes.allows(file)).toBe(true);
      penalty = Math.min(penalty * 2, LONGEST_PENALTY_MS);
    }
    expect(penalty).toBe(LONGEST_PENALTY_MS);
  });

  test("are forgiven step by step for good behaviour, at last wholly", () => {
    const { writes, file, pass } = setUp();
    for (let i = 0; i < 4; i++) writes.stalled(file, BLINK_MS);
    expect(file.inline.penaltyMs).toBe(8 * SHORTEST_PENALTY_MS);
    pass(8 * SHORTEST_PENALTY_MS);
    expect(writes.allows(file)).toBe(true);
    expect(file.inline.penaltyMs).toBe(8 * SHORTEST_PENALTY_MS);
    pass(8 * SHORTEST_PENALTY_MS);
    expect(writes.allows(file)).toBe(true);
    expect(file.inline.penaltyMs).toBe(4 * SHORTEST_PENALTY_MS);
    pass(10 * SHORTEST_PENALTY_MS);
    expect(writes.allows(file)).toBe(true);
    expect(file.inline.penaltyMs).toBe(0);
  });

  test("rest for all files as long as keeps stalls of whatever files below a fiftieth of the time", () => {
    const { writes, file, pass } = setUp();
    const other = makeFile();
    const stallMs = 20;
    writes.stalled(file, stallMs);
    pass(stallMs * REST_PER_STALL - 1);
    expect(writes.allows(other)).toBe(false);
    expect(writes.allows(file)).toBe(false);
    pass(1);
    expect(writes.allows(other)).toBe(true);
    expect(writes.allows(file)).toBe(true);
    expect(stallMs / (stallMs * REST_PER_STALL + stallMs)).toBe(1 / 50);
  });

  test("rest no longer than the longest penalty, however long the stall", () => {
    const { writes, file, pass } = setUp();
    writes.stalled(file, 3_600_000);
    pass(LONGEST_PENALTY_MS);
    expect(writes.allows(makeFile())).toBe(true);
  });
});

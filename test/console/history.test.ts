import { describe, expect, test } from "vitest";
import { column, HISTORY_SECONDS, meanLatency, RateHistory, sessionFigure, times, totalOf } from "../../src/console/history.ts";
import type { TopSample } from "../../src/control/service.ts";

const START = Date.parse("2026-11-21T10:00:00.000Z");
const kind = (operations: number, bytes: number, latencySeconds: number) => ({ operations, bytes, errors: 0, latencySeconds });

/** At `second` after the start, 100 reads a second of 4 KiB and 1 ms each; writes of 3 ms on the second volume. */
function sample(second: number, tsih = 7): TopSample {
  const reads = kind(100 * second, 409_600 * second, 0.1 * second);
  const writes = kind(300 * second, 0, 0.9 * second);
  return {
    at: new Date(START + second * 1000).toISOString(),
    milliseconds: 5_000_000 + second * 1000,
    luns: [
      { volume: "a", depth: 1, counters: { read: reads, write: kind(100 * second, 0, 0.1 * second) } },
      { volume: "b", depth: 1, counters: { read: kind(0, 0, 0), write: writes } },
    ],
    sessions: [
      {
        ...{ tsih, initiator: "iqn.i", target: "iqn.t", depth: 1, commands: 100 * second },
        ...{ bytesRead: 409_600 * second, bytesWritten: 0, counters: { read: reads } },
      },
    ],
  };
}

describe("the history of rates", () => {
  test("the first sample is no point yet, the second one is", () => {
    const history = new RateHistory();
    history.push(sample(0));
    expect(history.points).toHaveLength(0);
    history.push(sample(1));
    expect(times(history.points)).toEqual([START / 1000 + 1]);
    expect(
      column(
        history.points,
        sessionFigure(7, ({ iops }) => iops),
      ),
    ).toEqual([100]);
    expect(
      column(
        history.points,
        totalOf(({ readBytesPerSecond }) => readBytesPerSecond),
      ),
    ).toEqual([409_600]);
  });

  test("two minutes are kept and no more", () => {
    const history = new RateHistory();
    for (let second = 0; second <= 400; second++) history.push(sample(second));
    const kept = times(history.points);
    expect(kept.at(-1)! - kept[0]!).toBeGreaterThanOrEqual(HISTORY_SECONDS);
    expect(kept.length).toBeLessThanOrEqual(HISTORY_SECONDS + 4);
  });

  test("an interruption is a gap, and no mean over it becomes a point", () => {
    const history = new RateHistory();
    history.push(sample(0));
    history.push(sample(1));
    history.interrupt();
    history.push(sample(60));
    history.push(sample(61));
    expect(
      column(
        history.points,
        sessionFigure(7, ({ iops }) => iops),
      ),
    ).toEqual([100, null, 100]);
    const moments = times(history.points);
    expect(moments.toSorted((a, b) => a - b)).toEqual(moments);
  });

  test("a second interruption in a row adds no second gap", () => {
    const history = new RateHistory();
    history.push(sample(0));
    history.interrupt();
    history.interrupt();
    expect(history.points).toHaveLength(1);
  });

  test("a daemon that was started again has a gap in place of a rate", () => {
    const history = new RateHistory();
    history.push(sample(0));
    history.push({ ...sample(1), milliseconds: 10 });
    expect(history.latest).toBeUndefined();
    history.push({ ...sample(2), milliseconds: 1010 });
    expect(history.latest).toBeDefined();
  });

  test("a session that is not there has no figure, and one that has just come has none of before", () => {
    const history = new RateHistory();
    history.push(sample(0));
    history.push(sample(1));
    history.push(sample(2, 8));
    expect(
      column(
        history.points,
        sessionFigure(7, ({ iops }) => iops),
      ),
    ).toEqual([100, null]);
    expect(
      column(
        history.points,
        sessionFigure(8, ({ iops }) => iops),
      ),
    ).toEqual([null, 0]);
    expect(
      column(
        history.points,
        sessionFigure(9, ({ iops }) => iops),
      ),
    ).toEqual([null, null]);
  });

  test("the mean latency of several volumes counts each operation once", () => {
    const history = new RateHistory();
    history.push(sample(0));
    history.push(sample(1));
    // 100 writes of 1 ms and 300 of 3 ms.
    expect(column(history.points, meanLatency("write"))[0]).toBeCloseTo(0.0025, 9);
    expect(column(history.points, meanLatency("read"))[0]).toBeCloseTo(0.001, 9);
  });

  test("where no operation has ended there is no latency", () => {
    const history = new RateHistory();
    history.push(sample(1));
    history.push({ ...sample(1), milliseconds: 5_002_000, at: new Date(START + 2000).toISOString() });
    expect(column(history.points, meanLatency("read"))).toEqual([null]);
  });
});

/** limits.session_series: figures of sessions that outlive them, and no more of them than that. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Session } from "../../src/iscsi/session.ts";
import { SessionSeries } from "../../src/iscsi/session-series.ts";
import { NexusCounters } from "../../src/scsi/nexus-counters.ts";

function aSession(initiator: string, target = "iqn.t", portalGroupTag = 1): Session {
  const parts = { login: { initiatorName: initiator }, targetName: target, portalGroupTag };
  return { ...parts, nexus: { counters: new NexusCounters() } } as unknown as Session;
}

const read = (session: Session): void => session.nexus.counters.record(0, 512, 1, true, 4);
const readsOf = (series: SessionSeries, initiator: string): number | undefined =>
  series
    .all()
    .find((row) => row.initiator === initiator)
    ?.counters().operations[0];

describe("the figures of sessions", () => {
  it("go on over logins of the same initiator at the same target and portal group, whatever its ISID", () => {
    const series = new SessionSeries({ session_series: 8 });
    const first = aSession("iqn.a");
    series.begin(first);
    read(first);
    series.end(first);
    const [second, third] = [aSession("iqn.a"), aSession("iqn.a")];
    series.begin(second);
    series.begin(third);
    read(second);
    read(third);
    expect(series.all().map(({ begun, live }) => [begun, live.size])).toEqual([[3, 2]]);
    expect(readsOf(series, "iqn.a")).toBe(3);
    for (const path of [aSession("iqn.a", "iqn.u"), aSession("iqn.a", "iqn.t", 2)]) series.begin(path);
    expect(series.size).toBe(3);
  });

  it("count a session that ends twice once", () => {
    const series = new SessionSeries({ session_series: 8 });
    const session = aSession("iqn.a");
    series.begin(session);
    read(session);
    series.end(session);
    series.end(session);
    expect(readsOf(series, "iqn.a")).toBe(1);
  });

  it("of those without a session, the one idle longest makes way", () => {
    const series = new SessionSeries({ session_series: 2 });
    const [a, b] = [aSession("iqn.a"), aSession("iqn.b")];
    series.begin(a);
    series.begin(b);
    series.end(b);
    series.end(a);
    series.begin(aSession("iqn.c"));
    expect(series.all().map(({ initiator }) => initiator)).toEqual(["iqn.a", "iqn.c"]);
    expect(series.dropped).toBe(1);
  });

  it("are counted together where every one has a session, and stay there when others end", () => {
    const series = new SessionSeries({ session_series: 1 });
    const [a, b, c] = [aSession("iqn.a"), aSession("iqn.b"), aSession("iqn.c")];
    for (const session of [a, b, c]) series.begin(session);
    series.end(a);
    for (const session of [b, c]) read(session);
    series.end(b);
    expect(readsOf(series, "other")).toBe(2);
    expect(series.all().map(({ initiator, live }) => [initiator, live.size])).toEqual([
      ["iqn.a", 0],
      ["other", 1],
    ]);
  });

  it("are never more than the limit and one, and lose no live session's commands", () => {
    const steps = fc.array(fc.record({ host: fc.integer({ min: 0, max: 9 }), ends: fc.boolean() }), { maxLength: 60 });
    fc.assert(
      fc.property(steps, fc.integer({ min: 1, max: 5 }), (actions, limit) => {
        const series = new SessionSeries({ session_series: limit });
        const live: Session[] = [];
        for (const { host, ends } of actions) {
          if (ends) {
            const session = live.shift();
            if (session !== undefined) series.end(session);
          } else {
            const session = aSession(`iqn.${host}`);
            series.begin(session);
            live.push(session);
          }
          for (const session of live) read(session);
          expect(series.size).toBeLessThanOrEqual(limit);
          expect(series.all().reduce((sum, row) => sum + row.live.size, 0)).toBe(live.length);
          const counted = series.all().reduce((sum, row) => sum + row.counters().operations[0]!, 0);
          expect(counted).toBeGreaterThanOrEqual(live.reduce((sum, { nexus }) => sum + nexus.counters.operations[0]!, 0));
        }
      }),
      { numRuns: 50 },
    );
  });
});

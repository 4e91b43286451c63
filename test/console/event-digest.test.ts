import { describe, expect, test } from "vitest";
import type { LunetteEvent } from "../../src/common/events.ts";
import { holds, refusedLately } from "../../src/console/event-digest.ts";

const NOW = Date.parse("2026-11-21T12:00:00.000Z");

function refused(hoursAgo: number, initiator: string, reason: string, repeated?: number): LunetteEvent {
  const at = new Date(NOW - hoursAgo * 3_600_000).toISOString();
  const details = { initiator, reason };
  return { sequence: 1, id: "x", at, kind: "login-refused", severity: "warning", details, ...(repeated ? { repeated } : {}) };
}

describe("refused logins", () => {
  test("of one initiator and reason are one row, with the time of the latest and those that were only counted", () => {
    const rows = refusedLately(
      [refused(1, "iqn.a", "secret", 4), refused(2, "iqn.a", "secret"), refused(3, "iqn.b", "secret")],
      NOW,
    );
    expect(rows.map(({ initiator, times }) => [initiator, times])).toEqual([
      ["iqn.a", 6],
      ["iqn.b", 1],
    ]);
    expect(rows[0]?.at).toBe("2026-11-21T11:00:00.000Z");
  });

  test("of more than a day ago are not told, and other events neither", () => {
    const other: LunetteEvent = { ...refused(1, "iqn.a", "x"), kind: "login-accepted", severity: "info" };
    expect(refusedLately([refused(24.1, "iqn.a", "secret"), other], NOW)).toEqual([]);
  });
});

test("an event fits when it has every word, wherever, in whatever case", () => {
  const event = refused(1, "iqn.1998-01.com.vmware:esx", "Bad secret");
  expect(holds(event, "")).toBe(true);
  expect(holds(event, "bad VMWARE refused")).toBe(true);
  expect(holds(event, "bad nobody")).toBe(false);
});

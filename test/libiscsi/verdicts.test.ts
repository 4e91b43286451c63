/** One verdict from the results of all fixtures. */
import { describe, expect, test } from "vitest";
import type { TestResult } from "./output.mjs";
import { needlessExcuses, verdicts } from "./verdicts.mjs";

const TEST = { suite: "Unmap", name: "Simple" };

function run(fixture: string, state: TestResult["state"], ...reasons: string[]) {
  return { fixture, results: [{ ...TEST, state, reasons }] };
}
const verdict = (...runs: ReturnType<typeof run>[]) => verdicts([TEST], runs, [])[0];

describe("verdicts of libiscsi's suite", () => {
  test("a test that passed on one fixture and does not apply to another has passed", () => {
    expect(verdict(run("thick", "skipped", "fully provisioned"), run("thin", "passed"))).toMatchObject({ state: "passed" });
  });

  test.each(["failed", "hung", "unfinished"] as const)(
    "a test that %s on one fixture has failed, though it passed on another",
    (state) => {
      expect(verdict(run("thin", "passed"), run("thick", state, "why"))).toMatchObject({ state: "failed" });
    },
  );

  test("a test that was skipped on every fixture is skipped, with each reason and where it was given", () => {
    const runs = [run("a", "skipped", "no LBPU"), run("b", "skipped", "no UNMAP"), run("c", "skipped", "no LBPU")];
    expect(verdict(...runs)).toMatchObject({ state: "skipped", reasons: ["no LBPU [a, c]", "no UNMAP [b]"] });
    expect(verdict(run("a", "skipped", "no LBPU"), run("b", "skipped", "no LBPU"))).toMatchObject({ reasons: ["no LBPU"] });
  });

  test("a test that no fixture ran has failed", () => {
    expect(verdicts([TEST], [], [])[0]).toMatchObject({ state: "failed", reasons: ["it was not run"] });
  });

  test("an excuse counts on its fixture only, and only if the test passed on another", () => {
    const excuses = [{ test: "Unmap.*", fixtures: ["odd"], reason: "it expects what this fixture can't be" }];
    const state = (...runs: ReturnType<typeof run>[]) => verdicts([TEST], runs, excuses)[0]?.state;
    expect(state(run("odd", "failed"), run("thin", "passed"))).toBe("passed");
    expect(state(run("odd", "failed"), run("thin", "skipped"))).toBe("failed");
    expect(state(run("odd", "passed"), run("thin", "failed"))).toBe("failed");
  });

  test("a test that fails in excused assertions alone wherever it runs is excused, with the reason, and is neither failed nor skipped", () => {
    const excuses = [{ test: "Unmap.Simple", failures: [/^a\.c:1 /], reason: "it reads what was not sent" }];
    const of = (...runs: ReturnType<typeof run>[]) => verdicts([TEST], runs, excuses)[0];
    expect(of(run("thin", "failed", "a.c:1 ok"), run("thick", "failed", "a.c:1 ok"))).toMatchObject({
      state: "excused",
      accepted: true,
      reasons: ["it reads what was not sent"],
    });
    expect(of(run("thin", "failed", "a.c:1 ok"), run("thick", "passed"))?.state).toBe("passed");
    expect(of(run("thin", "failed", "a.c:1 ok", "a.c:2 ok"))?.state).toBe("failed");
    expect(of(run("thin", "hung", "a.c:1 ok"))?.state).toBe("failed");
    expect(of(run("thin", "failed"))?.state).toBe("failed");
  });

  test("a skip is accepted when on some fixture it was for excused reasons only", () => {
    const excuses = [{ test: "Unmap.*", skips: [/^no anchors$/], reason: "there are none" }];
    const of = (...runs: ReturnType<typeof run>[]) => verdicts([TEST], runs, excuses)[0];
    expect(of(run("thin", "skipped", "no anchors"), run("thick", "skipped", "fully provisioned"))).toMatchObject({
      state: "skipped",
      accepted: true,
      reasons: ["there are none"],
    });
    expect(of(run("thin", "skipped", "no anchors", "no UNMAP"))?.accepted).toBeUndefined();
  });

  test("that a fixture is not the disk for a test is a reason only where there is no other", () => {
    const thick = run("thick", "skipped", "Logical unit is fully provisioned. Skipping test");
    expect(verdict(thick, run("thin", "skipped", "no UNMAP"))).toMatchObject({ reasons: ["no UNMAP"] });
    expect(verdict(thick)).toMatchObject({ reasons: ["Logical unit is fully provisioned. Skipping test"] });
  });

  test("an excuse for what does not fail is named", () => {
    const excuses = [
      { test: "Unmap.Simple", fixtures: ["odd", "even"], reason: "…" },
      { test: "Unmap.VPD", failures: [/x/], reason: "…" },
    ];
    expect(needlessExcuses([run("odd", "failed"), run("even", "passed")], excuses)).toEqual([
      "Unmap.Simple on even",
      "Unmap.VPD",
    ]);
  });
});

/** libiscsi's own test suite, iscsi-test-cu of Debian's 1.19, on every fixture of test/libiscsi/fixtures.mjs. */
import { beforeAll, expect, test } from "vitest";
import { EXCUSES, FIXTURES } from "../libiscsi/fixtures.mjs";
import { fits, listTests } from "../libiscsi/iscsi-test-cu.mjs";
import { type FixtureRun, runFixtures } from "../libiscsi/run.mjs";
import { asMarkdown, lunetteNumbers, partOfReadme, remarks } from "../libiscsi/table.mjs";
import { needlessExcuses, type Verdict, verdicts } from "../libiscsi/verdicts.mjs";
import { describeWithTools } from "../support/tools.ts";

/** It takes two and a half minutes on two cores, most of them in tests that wait for resets and for a slow sanitize. */
const LIMIT_MS = 600_000;

describeWithTools(["iscsi-test-cu"], "libiscsi's test suite", () => {
  let runs: FixtureRun[];
  let results: Verdict[];
  const ofState = (state: Verdict["state"]) => remarks(results.filter((result) => result.state === state && !result.accepted));

  beforeAll(async () => {
    runs = await runFixtures("lunette", FIXTURES, { say: (text) => console.log(text) });
    results = verdicts(listTests(), runs, EXCUSES);
  }, LIMIT_MS);

  test.each(FIXTURES)("on $name ($what) each of its tests comes to an end", ({ name, tests: patterns = ["*"] }) => {
    const run = runs.find(({ fixture }) => fixture === name);
    expect(run?.results).toHaveLength(listTests().filter((each) => patterns.some((pattern) => fits(each, pattern))).length);
    expect(run?.results.filter(({ state }) => state === "hung" || state === "unfinished")).toEqual([]);
    expect(run?.complete, "the results are as many as CUnit counts itself").toBe(true);
  });
  test("it has 230 tests", () => {
    expect(results).toHaveLength(230);
  });
  test("no test fails on any fixture that it can be right on", () => {
    expect(ofState("failed")).toEqual([]);
  });
  test("no test is skipped on every fixture without need", () => {
    expect(ofState("skipped")).toEqual([]);
  });
  test("each excuse explains something", () => {
    expect(needlessExcuses(runs, EXCUSES)).toEqual([]);
  });
  test("Lunette's numbers in test/README.md are those of this run (npm run conformance writes them)", () => {
    expect(lunetteNumbers(partOfReadme())).toEqual(lunetteNumbers(asMarkdown({ lunette: results, tgt: [] })));
  });
});

/** What libiscsi's program prints, as it is read into results. */
import { describe, expect, test } from "vitest";
import { parseSuiteOutput } from "./output.mjs";

const states = (text: string) => parseSuiteOutput(text).results.map(({ name, state }) => `${name} ${state}`);

describe("output of libiscsi's suite", () => {
  test("a verdict stands behind the dots or at the start of a later line", () => {
    const text = `Suite: Read10
  Test: Simple ...passed
  Test: Async ...    READ10 dispatched: 1 of 1000
passed    Send PRIN/READ_KEYS
  Test: DpoFua ...
    Test READ10 with DPO==1
FAILED
    1. test_read10_dpofua.c:45  - CU_ASSERT_EQUAL(0,ret)
`;
    expect(states(text)).toEqual(["Simple passed", "Async passed", "DpoFua failed"]);
    expect(parseSuiteOutput(text).results[2]?.reasons).toEqual(["test_read10_dpofua.c:45 CU_ASSERT_EQUAL(0,ret)"]);
  });

  test("a test that CUnit counts as passed is skipped when it gave up, wholly or in part, with a mark or without", () => {
    const text = `Suite: WriteSame10
  Test: Wholly ...    [SKIPPED] Logical unit is not removable. Skipping test.
passed
  Test: Partly ...
    [OK] WRITESAME10 returned SUCCESS
    [SKIPPING] No MAXIMUM WRITE SAME LENGTH
passed
  Test: UnmapUntilEnd ...    WRITESAME10 does not support 0-blocks.WSNZ == 1
passed
`;
    expect(states(text)).toEqual(["Wholly skipped", "Partly skipped", "UnmapUntilEnd skipped"]);
    expect(parseSuiteOutput(text).results.map(({ reasons }) => reasons)).toEqual([
      ["Logical unit is not removable. Skipping test."],
      ["No MAXIMUM WRITE SAME LENGTH"],
      ["WRITESAME10 does not support 0-blocks.WSNZ == 1"],
    ]);
  });

  test("what a test prints while it cleans up changes nothing", () => {
    expect(states("Suite: A\n  Test: B ...passed    [SKIPPED] PROUT is not implemented\n    [FAILED] to log out\n")).toEqual([
      "B passed",
    ]);
  });

  test("a test that failed is not excused by what it skipped", () => {
    const { results } = parseSuiteOutput("Suite: A\n  Test: B ...    [SKIPPED] this\n    [FAILED] that\nFAILED\n");
    expect(results[0]).toMatchObject({ state: "failed", reasons: ["that"] });
  });

  test("a test without a verdict is unfinished, and without CUnit's summary there is none", () => {
    const run = parseSuiteOutput("Suite: Sanitize\n  Test: BlockErase ...\n    Send SANITIZE");
    expect(run.results).toMatchObject([{ suite: "Sanitize", name: "BlockErase", state: "unfinished" }]);
    expect(run.summary).toBeUndefined();
  });

  test("CUnit's summary is read and ends the output of the last test", () => {
    const run = parseSuiteOutput(`Suite: A
  Test: B ...passed

Run Summary:    Type  Total    Ran Passed Failed Inactive
              suites      1      1    n/a      0        0
               tests    230    229    228      1        0
             asserts     10     10      9      1      n/a
`);
    expect(run.summary).toEqual({ total: 230, ran: 229, passed: 228, failed: 1 });
  });

  test("strings of a CU_FAIL that the compiler would have joined are joined", () => {
    const text = `Suite: A
  Test: B ...
FAILED
    1. test_get_lba_status_unmap_single.c:135  - CU_FAIL("[FAILED] GETLBASTATUS command: " "lba offset does not " "match request.")    Send PRIN/READ_KEYS
`;
    expect(parseSuiteOutput(text).results[0]?.reasons).toEqual([
      "test_get_lba_status_unmap_single.c:135 [FAILED] GETLBASTATUS command: lba offset does not match request.",
    ]);
  });
});

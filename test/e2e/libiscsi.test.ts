/** libiscsi's own test suite, iscsi-test-cu of Debian's 1.19, against a scratch volume. */
import { mkdir, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { runCommand } from "../support/command.ts";
import { LunetteProcess } from "../support/lunette-process.ts";
import { describeWithTools } from "../support/tools.ts";
import { parseSuiteLog, renderTable, SUITE_LOG, type SuiteRun, tableInReadme } from "./libiscsi-table.mjs";

/** Suites in which nothing may fail, as prefixes of their names. */
const WITHOUT_FAILURE = [
  ...["Inquiry", "Read", "Write", "Verify", "ReadCapacity", "ModeSense6", "TestUnitReady", "Unmap", "iSCSI"],
] as const;

describeWithTools(["iscsi-test-cu"], "libiscsi's test suite", () => {
  let lunette: LunetteProcess;
  let run: SuiteRun;
  let exitCode: number | null;

  beforeAll(async () => {
    // One logical block per physical one: GetLBAStatus.UnmapSingle asks for the status of the block after an unmapped range and
    // expects the status of the next physical block.
    lunette = await LunetteProcess.start(
      ({ folder, port }) => `
[[portal_group]]
tag = 1
name = "local"
portals = ["127.0.0.1:${port}"]

[[volume]]
name = "scratch"
path = "${folder}/scratch.img"
size = "1 GiB"
create = "thin"
physical_block_size = 512

[[volume]]
name = "default"
path = "${folder}/default.img"
size = "1 GiB"
create = "thin"

[[target]]
name = "suite"
[[target.access]]
igroup = "any"
auth = "none"
[[target.lun]]
lun = 0
volume = "scratch"
[[target.lun]]
lun = 1
volume = "default"
`,
    );
    const { code, output } = await runSuite(0);
    exitCode = code;
    await mkdir(dirname(SUITE_LOG), { recursive: true });
    await writeFile(SUITE_LOG, output);
    run = parseSuiteLog(output);
  });
  afterAll(async () => lunette?.dispose());

  const runSuite = (lun: number) => {
    const url = `iscsi://127.0.0.1:${lunette.port}/iqn.2026-11.com.example.e2e:suite/${lun}`;
    return runCommand("iscsi-test-cu", ["--dataloss", "-t", "ALL", url], { deadlineMs: 300_000 });
  };
  const failures = (suites: readonly string[], of = run) =>
    of.results
      .filter((result) => result.state !== "passed" && result.state !== "skipped")
      .filter((result) => suites.some((prefix) => result.suite.startsWith(prefix)))
      .map((result) => `${result.suite}.${result.name}: ${result.state}: ${result.reasons.join("; ")}`);

  test("it runs to its end, all 230 tests", () => {
    // It exits with 1 when a test failed, and with neither when it crashed or was ended.
    expect([0, 1]).toContain(exitCode);
    expect(run.summary).toMatchObject({ total: 230, ran: 230 });
    expect(run.results.filter((result) => result.state === "unfinished")).toEqual([]);
  });
  test("the results read from its output are as many as it counts itself", () => {
    expect(run.results).toHaveLength(run.summary?.total ?? -1);
    expect(run.results.filter((result) => result.state === "failed")).toHaveLength(run.summary?.failed ?? -1);
  });
  test("at least 222 tests pass, counted as CUnit counts them", () => {
    expect(run.summary?.passed, failures([""]).join("\n")).toBeGreaterThanOrEqual(222);
  });
  test("no test fails", () => {
    expect(failures([""])).toEqual([]);
  });
  test.each(WITHOUT_FAILURE)("no test of %s* fails", (prefix) => {
    expect(run.results.filter((result) => result.suite.startsWith(prefix)).length).toBeGreaterThan(0);
    expect(failures([prefix])).toEqual([]);
  });
  test("on 4 KiB physical blocks, too, none fails but the one that asks for a block and expects the next physical one", async () => {
    const { output } = await runSuite(1);
    const ofDefault = parseSuiteLog(output);
    expect(ofDefault.summary).toMatchObject({ total: 230, ran: 230 });
    expect(failures([""], ofDefault).filter((failure) => !failure.startsWith("GetLBAStatus.UnmapSingle"))).toEqual([]);
  });
  test("the table in test/README.md shows this run (node test/e2e/libiscsi-table.mjs writes it)", () => {
    expect(tableInReadme()).toBe(renderTable(run));
  });
});

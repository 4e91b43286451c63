/**
 * Prints what was skipped and why, and then the last line of the run: `N passed, N failed, N skipped`.
 *
 * A file or a group that could not even start (an error at import, in beforeAll or afterAll) counts as one failure, and the
 * tests that did not run because of it count as failed, not as skipped.
 */
import type { SerializedError } from "vitest";
import type { Reporter, TestCase, TestModule, TestRunEndReason, TestSuite } from "vitest/node";

export default class SummaryReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly SerializedError[], reason: TestRunEndReason): void {
    let passed = 0;
    let failed = unhandledErrors.length;
    const skipped: string[] = [];
    for (const module of modules) {
      if (module.errors().length > 0) failed++;
      for (const suite of module.children.allSuites()) if (suite.errors().length > 0) failed++;
      for (const test of module.children.allTests()) {
        const result = test.result();
        if (result.state === "passed") passed++;
        else if (result.state === "skipped" && !isUnderFailure(test)) skipped.push(describeSkip(module, test, result.note));
        else failed++;
      }
    }
    // A run that ended before its first test (in a global set-up, or for want of files) has not succeeded.
    if (failed === 0 && (reason !== "passed" || passed === 0)) failed = 1;
    if (skipped.length > 0) {
      console.log(`\n!!! ${skipped.length} tests were SKIPPED and prove nothing:`);
      for (const line of skipped) console.log(`!!!   ${line}`);
    }
    console.log(`${passed} passed, ${failed} failed, ${skipped.length} skipped`);
  }
}

function isUnderFailure(test: TestCase): boolean {
  let parent: TestSuite | TestModule = test.parent;
  for (;;) {
    if (parent.errors().length > 0) return true;
    if (parent.type === "module") return false;
    parent = parent.parent;
  }
}

function describeSkip(module: TestModule, test: TestCase, note: string | undefined): string {
  return `${module.relativeModuleId}: ${test.fullName}${note === undefined ? "" : ` (${note})`}`;
}

import type { Excuse } from "./fixtures.mjs";
import type { TestName, TestResult } from "./output.mjs";

export interface Verdict extends TestName {
  readonly state: "passed" | "failed" | "excused" | "skipped";
  readonly reasons: readonly string[];
  /** Excused or skipped, and rightly so. */
  readonly accepted?: true;
}

interface Run {
  readonly fixture: string;
  readonly results: readonly Omit<TestResult, "lines">[];
}

export function verdicts(tests: readonly TestName[], runs: readonly Run[], excuses: readonly Excuse[]): Verdict[];
export function needlessExcuses(runs: readonly Run[], excuses: readonly Excuse[]): string[];

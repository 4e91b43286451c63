/** A test and what became of it. */
export interface TestName {
  readonly suite: string;
  readonly name: string;
}

export interface TestResult extends TestName {
  /** "unfinished": the program ended inside this test. "hung": it was ended, because the test went beyond its limit. */
  readonly state: "passed" | "failed" | "skipped" | "hung" | "unfinished";
  readonly reasons: readonly string[];
  /** The last lines of its output, unless it passed. */
  readonly lines: readonly string[];
}

export interface SuiteRun {
  readonly results: readonly TestResult[];
  /** CUnit's own count, which has skipped tests among the passed; undefined when the program did not come to its end. */
  readonly summary:
    | { readonly total: number; readonly ran: number; readonly passed: number; readonly failed: number }
    | undefined;
}

export function parseSuiteOutput(text: string): SuiteRun;

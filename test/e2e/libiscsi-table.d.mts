export interface SuiteResult {
  readonly suite: string;
  readonly name: string;
  /** "unfinished": the suite ended, or was ended, inside this test. */
  readonly state: "passed" | "failed" | "skipped" | "unfinished";
  readonly reasons: readonly string[];
}

export interface SuiteRun {
  readonly results: readonly SuiteResult[];
  /** CUnit's own count, which has skipped tests among the passed; undefined when the suite did not come to its end. */
  readonly summary:
    | { readonly total: number; readonly ran: number; readonly passed: number; readonly failed: number }
    | undefined;
}

export const SUITE_LOG: string;
export function parseSuiteLog(log: string): SuiteRun;
export function renderTable(run: SuiteRun): string;
export function tableInReadme(): string | undefined;

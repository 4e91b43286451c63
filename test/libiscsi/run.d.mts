import type { Fixture } from "./fixtures.mjs";
import type { TestResult } from "./output.mjs";

export interface FixtureRun {
  readonly fixture: string;
  readonly seconds: number;
  readonly results: readonly TestResult[];
  readonly complete: boolean;
}

export function runFixtures(
  target: "lunette" | "tgt",
  fixtures: readonly Fixture[],
  options?: { readonly jobs?: number; readonly say?: (text: string) => void },
): Promise<FixtureRun[]>;

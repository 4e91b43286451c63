import type { TestName } from "./output.mjs";

export function listTests(): TestName[];
export function fits(test: TestName, pattern: string): boolean;

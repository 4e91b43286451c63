import type { Verdict } from "./verdicts.mjs";

export function remarks(tests: readonly Verdict[]): string[];
export function asMarkdown(byTarget: { readonly lunette: readonly Verdict[]; readonly tgt: readonly Verdict[] }): string;
export function lunetteNumbers(part: string): Record<string, number[]>;
export function partOfReadme(): string;

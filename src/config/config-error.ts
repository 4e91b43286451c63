/** What is wrong with a configuration: every problem at once, each with its place and what would be right. */
import type { Place } from "./model.ts";

export interface Problem {
  readonly severity: "error" | "warning";
  readonly place: Place;
  /** What was found and what would be right, in one sentence without the place. Never holds a secret. */
  readonly message: string;
  /** Lines shown under the message, such as the excerpt of a syntax error. */
  readonly excerpt?: string;
}

/** `file:line:column`, the form that editors and terminals turn into a link. */
export function formatPlace(place: Place): string {
  return `${place.file}:${place.line}:${place.column}`;
}

export function formatProblem(problem: Problem): string {
  const mark = problem.severity === "warning" ? "warning: " : "";
  const excerpt = problem.excerpt === undefined ? "" : `\n${problem.excerpt}`;
  return `${formatPlace(problem.place)}: ${mark}${problem.message}${excerpt}`;
}

/** Thrown by the loader: a configuration with an error is never half used. */
export class ConfigError extends Error {
  readonly errors: readonly Problem[];
  readonly warnings: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    const errors = problems.filter((problem) => problem.severity === "error");
    super(errors.map(formatProblem).join("\n"));
    this.name = "ConfigError";
    this.errors = errors;
    this.warnings = problems.filter((problem) => problem.severity === "warning");
  }
}

/** Collects problems while the rules run. */
export class Report {
  readonly #problems: Problem[] = [];

  error(place: Place, message: string, excerpt?: string): void {
    this.#problems.push({ severity: "error", place, message, ...(excerpt === undefined ? {} : { excerpt }) });
  }

  warn(place: Place, message: string): void {
    this.#problems.push({ severity: "warning", place, message });
  }

  get hasErrors(): boolean {
    return this.#problems.some((problem) => problem.severity === "error");
  }

  /** In the order in which a reader of the files meets them. */
  get problems(): readonly Problem[] {
    const files = [...new Set(this.#problems.map((problem) => problem.place.file))];
    return this.#problems.toSorted(
      (a, b) =>
        files.indexOf(a.place.file) - files.indexOf(b.place.file) ||
        a.place.line - b.place.line ||
        a.place.column - b.place.column,
    );
  }
}

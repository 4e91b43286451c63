/** What is wrong with a change, as the control socket says it: the loader's own messages, with the member of the body where there is one. */
import { type ConfigError, formatProblem, type Problem } from "../config/config-error.ts";
import type { TomlPath } from "../config/toml-source.ts";
import { ControlError } from "../control/control-error.ts";
import { pathOfPlace } from "./render.ts";

export interface BodyProblem {
  readonly message: string;
  /** RFC 6901, into the body of the request; absent where the problem lies elsewhere. */
  readonly pointer?: string;
}

/** Of more problems the first ones are told. */
const PROBLEMS_MAX = 100;

export function pointerOf(path: TomlPath): string {
  return path.map((part) => `/${String(part).replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");
}

export function invalidObject(errors: readonly BodyProblem[]): ControlError {
  const told = errors.slice(0, PROBLEMS_MAX);
  const text = told.map(({ message, pointer }) => (pointer ? `${pointer}: ${message}` : message));
  return new ControlError("invalid-object", text.join("\n"), { errors: told });
}

/** `body` is where the body of the request stands in the document; `member`: it is an element, which the body shows under this name. */
export function invalidByLoader(error: ConfigError, body: TomlPath, member?: string): ControlError {
  return invalidObject(error.errors.map((problem) => bodyProblem(problem, body, member)));
}

function bodyProblem(problem: Problem, body: TomlPath, member: string | undefined): BodyProblem {
  const { message } = problem;
  const path = pathOfPlace(problem.place);
  if (path === undefined || body.length === 0 || body.some((part, index) => path[index] !== part))
    return { message: formatProblem({ severity: "error", place: problem.place, message }) };
  const inner = path.slice(body.length);
  return { message, pointer: pointerOf(member === undefined ? inner : [member]) };
}

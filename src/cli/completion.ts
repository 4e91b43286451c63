/** Shell completion, as yargs makes it from the verbs and options: `lunette completion` prints a script. */
import type { Argv } from "yargs";

export const COMPLETION = "completion";

export function addCompletion(parser: Argv): void {
  parser.completion(COMPLETION, "Print a completion script for bash or zsh ($SHELL tells which)");
}

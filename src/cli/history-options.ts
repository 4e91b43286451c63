/** Options of the verbs that tell what has been and go on with what happens: events and the audit log. */
import type { ArgumentsCamelCase, Argv } from "yargs";
import { UsageFault } from "./control-verb.ts";

const LAST = 50;
/** Entries of one answer of the daemon. */
export const LAST_MAX = 1000;

export function historyOptions(parser: Argv, what: string): Argv {
  return parser
    .option("follow", { alias: "f", type: "boolean", default: false, describe: "go on with what happens, until Ctrl-C" })
    .option("last", {
      type: "number",
      default: LAST,
      requiresArg: true,
      describe: `how many of the ${what} so far, up to ${LAST_MAX}`,
    });
}

export function lastOf(argv: ArgumentsCamelCase): number {
  const last = Number(argv["last"]);
  if (Number.isInteger(last) && last >= 0 && last <= LAST_MAX) return last;
  throw new UsageFault(`--last: give a whole number, 0 to ${LAST_MAX}`);
}

// What becomes of spoilt parameter lists: the commands and what can be wrong with each are those of `test/scsi/support/parameter-lists.ts`.

import { LIST_FIXTURES } from "../../scsi/support/parameter-lists.ts";
import type { Condition } from "./rule.ts";
import { commandTests, type Outcome, of } from "./scsi-rows.ts";

const lists = commandTests("parameter-lists");

export const LIST_CONDITIONS: readonly Condition[] = LIST_FIXTURES.flatMap(({ name, lengths, refused, refusedBytes }) => {
  const outcomes: Outcome[] = [
    ["its list is cut, at any length: taken or refused as a whole", lists("%s: at any length, with a CDB that says so")],
    ["less of its list comes than the CDB says: refused", lists("%s: at any length, with a CDB that says there is all of it")],
    ["any bytes for a list: whole or not at all, and nothing behind is read", lists("%s: a good list with any bytes changed")],
  ];
  if (lengths !== undefined)
    outcomes.push([
      "a length in its list lies: refused with a pointer, or 1Ah/00h",
      lists("%s: one less, one more, zero, and all ones"),
    ]);
  if (refused !== undefined)
    outcomes.push(["a reserved bit of its list: 26h/00h at it", lists("%s: is refused, and pointed at")]);
  else if (refusedBytes !== undefined)
    outcomes.push(["a reserved byte of its list: 26h/00h at it", lists("%s: of a byte that has one value only is refused")]);
  return of(name, outcomes);
});

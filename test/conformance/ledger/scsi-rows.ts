// How the rows of single commands are written down: the command's name finds its clause in the command table, so both are as the code has them.

import { COMMAND_TABLE } from "../../../src/scsi/command-table.ts";
import { type Condition, type Proof, proof, type Standing } from "./rule.ts";

/** What is the case and what the device server answers; the proof; and the clause, where it is another than the command's. */
export type Outcome = readonly [condition: string, standing: Proof | Standing, clause?: string];

/** `test/scsi/commands/unmap.test.ts`, by "unmap". */
export const commandTests =
  (name: string) =>
  (test: string, row?: string): Proof =>
    proof(`test/scsi/commands/${name}.test.ts`, test, row);

export const scsiTests =
  (name: string) =>
  (test: string, row?: string): Proof =>
    proof(`test/scsi/${name}.test.ts`, test, row);

const isProof = (standing: Proof | Standing): standing is Proof => "file" in standing;

function clauseOf(name: string): string {
  const command = COMMAND_TABLE.all.find((each) => each.name === name);
  if (command === undefined) throw new Error(`no command ${name}`);
  return command.clause;
}

/** The same outcomes for each of the commands. */
export const of = (names: string | readonly string[], outcomes: readonly Outcome[]): Condition[] =>
  [names].flat().flatMap((command) =>
    outcomes.map(([condition, standing, clause = clauseOf(command)]) => ({
      command,
      clause,
      condition,
      proof: isProof(standing) ? ([standing] as const) : standing,
    })),
  );

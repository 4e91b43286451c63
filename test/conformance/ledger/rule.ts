// One row of the ledger: a rule of a standard that binds a target, and the tests that prove that Lunette keeps it.
//
// Each chapter of RFC 7143 has a file of its own, `chapter-4.ts` … `chapter-13.ts`, which exports `RULES`. What is listed: every
// MUST, MUST NOT, REQUIRED and SHALL whose subject is a target, or either side of a connection. A rule that binds initiators
// alone, and every SHOULD and MAY, is left out. A sentence with two obligations that different tests prove has two rows.

/** A test that exists: `ledger.test.ts` looks for it in the file. */
export interface Proof {
  /** From the root of the repository, for example `test/conformance/cmdsn-gap.test.ts`. */
  readonly file: string;
  /** The whole name of the test as its file writes it (for `test.each` with the placeholders), or how the name begins. */
  readonly test: string;
  /** Of a `test.each`: words of the row that matters, as they stand in the file. */
  readonly row?: string;
}

export type Standing =
  /** At least one test fails if Lunette breaks the rule. */
  | readonly [Proof, ...Proof[]]
  /** Nothing proves it yet; the sentence says what is missing. */
  | { readonly uncovered: string }
  /** The case can't arise with what Lunette negotiates; the sentence says why. What rules it out is itself a row with a proof. */
  | { readonly notApplicable: string };

export interface Rule {
  /** The section of the standard, without the number of the standard: "4.2.2.1". */
  readonly clause: string;
  /** Unique in the ledger, words with hyphens: "command-number-gap". A rule keeps its id when its wording changes. */
  readonly id: string;
  /** The rule in our own words: one sentence whose subject is the target, or both sides. */
  readonly must: string;
  readonly proof: Standing;
}

/** One condition under which a SCSI command has a defined outcome: SPC and SBC. */
export interface Condition {
  /** As in the command table: "READ (10)". */
  readonly command: string;
  /** "SBC-4 5.11". */
  readonly clause: string;
  /** What is the case, and what the device server answers. */
  readonly condition: string;
  readonly proof: Standing;
}

/** `inFolder("cmdsn-gap", "waits until the gap is filled")`: a test in this folder, which most of them are. */
export const inFolder = (name: string, test: string, row?: string): Proof =>
  proof(`test/conformance/${name}.test.ts`, test, row);

/** A test anywhere: the path from the root of the repository. */
export const proof = (file: string, test: string, row?: string): Proof =>
  row === undefined ? { file, test } : { file, test, row };

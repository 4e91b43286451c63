// The whole ledger, and the document that is made of it. `ledger.test.ts` writes it and compares.

import { RULES as CHAPTER_4 } from "./chapter-4.ts";
import { RULES as CHAPTER_6 } from "./chapter-6.ts";
import { RULES as CHAPTER_7 } from "./chapter-7.ts";
import { RULES as CHAPTER_8 } from "./chapter-8.ts";
import { RULES as CHAPTER_9 } from "./chapter-9.ts";
import { RULES as CHAPTER_11 } from "./chapter-11.ts";
import { RULES as CHAPTER_13 } from "./chapter-13.ts";
import type { Proof, Rule, Standing } from "./rule.ts";
import { CONDITIONS } from "./scsi.ts";
import { COLUMNS, MATRIX } from "./scsi-matrix.ts";

interface Chapter {
  readonly number: number;
  readonly title: string;
  readonly rules: readonly Rule[];
}

export const CHAPTERS: readonly Chapter[] = [
  { number: 4, title: "Overview", rules: CHAPTER_4 },
  { number: 6, title: "Login and full feature phase negotiation", rules: CHAPTER_6 },
  { number: 7, title: "Error handling and recovery", rules: CHAPTER_7 },
  { number: 8, title: "State transitions", rules: CHAPTER_8 },
  { number: 9, title: "Security considerations", rules: CHAPTER_9 },
  { number: 11, title: "PDU formats", rules: CHAPTER_11 },
  { number: 13, title: "Operational text keys", rules: CHAPTER_13 },
];

/** Everything that wants a proof: rules and conditions. */
export const ENTRIES: readonly { readonly label: string; readonly proof: Standing }[] = [
  ...CHAPTERS.flatMap(({ rules }) => rules).map(({ clause, id, proof }) => ({ label: `${clause} ${id}`, proof })),
  ...MATRIX.flatMap(({ command: { name }, columns }) =>
    columns.map(({ condition, proof }) => ({ label: `${name}: ${condition}`, proof })),
  ),
  ...CONDITIONS.map(({ command, condition, proof }) => ({ label: `${command}: ${condition}`, proof })),
];

interface Counts {
  readonly all: number;
  readonly proven: number;
  readonly notApplicable: number;
  readonly uncovered: number;
}

export function countOf(entries: readonly { readonly proof: Standing }[]): Counts {
  const notApplicable = entries.filter(({ proof }) => "notApplicable" in proof).length;
  const uncovered = entries.filter(({ proof }) => "uncovered" in proof).length;
  return { all: entries.length, proven: entries.length - notApplicable - uncovered, notApplicable, uncovered };
}

/** Of what can arise, the part that a test proves; 1 where nothing can arise. */
export function provenShare({ proven, uncovered }: Counts): number {
  return proven + uncovered === 0 ? 1 : proven / (proven + uncovered);
}

export function proofsOf(standing: Standing): readonly Proof[] {
  return Array.isArray(standing) ? (standing as readonly Proof[]) : [];
}

const cell = (text: string): string => text.replaceAll("|", "\\|").replaceAll("<", "&lt;");
const row = (...cells: readonly (string | number)[]): string => `| ${cells.join(" | ")} |`;
const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;

function standingCell(standing: Standing): string {
  if ("uncovered" in standing) return `**not covered:** ${cell(standing.uncovered)}`;
  if ("notApplicable" in standing) return `can't arise: ${cell(standing.notApplicable)}`;
  return proofsOf(standing)
    .map(({ file, test, row: which }) => {
      const shown = file.replace(/^test\/(conformance\/)?/, "");
      const link = file.replace(/^test\/conformance\//, "").replace(/^test\//, "../");
      return `[${shown}](${link}): ${cell(test)}${which === undefined ? "" : ` (\`${which.replaceAll("|", "\\|")}\`)`}`;
    })
    .join("<br>");
}

const summaryRow = (title: string, counts: Counts): string =>
  row(title, counts.all, counts.proven, counts.notApplicable, counts.uncovered, percent(provenShare(counts)));

function chapterSection({ number, title, rules }: Chapter): string[] {
  return [
    `## Chapter ${number}: ${title}`,
    "",
    row("clause", "rule", "proof"),
    row("---", "---", "---"),
    ...rules.map(({ clause, must, proof }) => row(clause, cell(must), standingCell(proof))),
    "",
  ];
}

function scsiSection(): string[] {
  return [
    "## SCSI commands",
    "",
    "### Conditions that are alike for many commands",
    "",
    row("", "clause", "condition", "proof"),
    row("---", "---", "---", "---"),
    ...COLUMNS.map(({ letter, clause, condition, proof }) => row(letter, clause, cell(condition), standingCell(proof))),
    "",
    row("command", "clause", ...COLUMNS.map(({ letter }) => letter)),
    row("---", "---", ...COLUMNS.map(() => ":-:")),
    ...MATRIX.map(({ command, columns }) =>
      row(command.name, command.clause, ...COLUMNS.map((column) => (columns.includes(column) ? "✓" : ""))),
    ),
    "",
    "### Conditions of single commands",
    "",
    row("command", "clause", "condition", "proof"),
    row("---", "---", "---", "---"),
    ...CONDITIONS.map(({ command, clause, condition, proof }) => row(command, clause, cell(condition), standingCell(proof))),
    "",
  ];
}

function uncoveredSection(): string[] {
  const open = ENTRIES.flatMap(({ label, proof }) =>
    "uncovered" in proof ? [`- ${cell(label)}: ${cell(proof.uncovered)}`] : [],
  );
  return ["## Not covered", "", ...(open.length > 0 ? open : ["Nothing."]), ""];
}

/** `README.md` of the folder. */
export function renderLedger(): string {
  const summary = CHAPTERS.map((chapter) => summaryRow(`RFC 7143 chapter ${chapter.number}`, countOf(chapter.rules)));
  const cells = MATRIX.flatMap(({ columns }) => columns);
  summary.push(summaryRow("SPC and SBC: commands × conditions", countOf([...cells, ...CONDITIONS])));
  return [
    "# Conformance",
    "",
    "Each test here talks to the daemon as a scripted initiator does, right or wrong, and holds one rule of a standard: its first",
    "comment names the clause. This page is the ledger: every MUST of RFC 7143 that binds a target, in our own words, with the test",
    "that fails when Lunette breaks it. A rule that binds initiators alone, a SHOULD and a MAY are not listed.",
    "",
    "The rows stand in `ledger/`. `UPDATE_LEDGER=1 npx vitest run test/conformance/ledger.test.ts` writes this page;",
    "without the variable the same test fails when page and rows disagree, when a named test is not there, and when less than",
    "95 % of what can arise is proven.",
    "",
    row("", "rules", "proven", "can't arise", "not covered", "proven of what can arise"),
    row("---", "---:", "---:", "---:", "---:", "---:"),
    ...summary,
    summaryRow("all", countOf(ENTRIES)),
    "",
    ...CHAPTERS.flatMap(chapterSection),
    ...scsiSection(),
    ...uncoveredSection(),
  ].join("\n");
}

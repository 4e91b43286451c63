/** The table of results, on the terminal and in test/README.md. */
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { EXCUSES, FIXTURES } from "./fixtures.mjs";
import { countStates } from "./verdicts.mjs";

const README = fileURLToPath(new URL("../README.md", import.meta.url));
const BEGIN = "<!-- libiscsi results: begin (written by npm run conformance) -->";
const END = "<!-- libiscsi results: end -->";
/** Characters of one reason; an assertion may quote a page of source. */
const REASON_CHARACTERS = 240;
const STATES = ["passed", "failed", "excused", "skipped"];

const cut = (text) => (text.length > REASON_CHARACTERS ? `${text.slice(0, REASON_CHARACTERS - 1)}…` : text);
const cell = (text) => text.replaceAll("|", "\\|").replaceAll("<", "&lt;").replaceAll("*", "\\*");
const suitesOf = (tests) => [...new Set(tests.map((test) => test.suite))];
const numbers = (tests) => STATES.map((state) => countStates(tests)[state]);

/** "Suite.Test failed: why", a line for each test that did not pass. */
export function remarks(tests) {
  return tests
    .filter((test) => test.state !== "passed")
    .map((test) => `${test.suite}.${test.name} ${test.state}: ${test.reasons.map(cut).join("; ")}`);
}

/** Results of one or more targets as aligned text: a line for each suite, then what did not pass and why. */
export function asText(byTarget) {
  const names = Object.keys(byTarget);
  const all = Object.values(byTarget);
  const rows = [
    ["", ...names.flatMap((name) => [name, ...STATES.slice(1).map(() => "")])],
    ["suite", ...names.flatMap(() => STATES)],
    ...suitesOf(all[0]).map((suite) => [
      suite,
      ...all.flatMap((tests) => numbers(tests.filter((test) => test.suite === suite))),
    ]),
    ["all", ...all.flatMap(numbers)],
  ];
  const widths = rows[1].map((_, column) => Math.max(...rows.map((row) => `${row[column]}`.length)));
  const lines = rows.map((row) =>
    row.map((text, column) => (column === 0 ? `${text}`.padEnd(widths[0]) : `${text}`.padStart(widths[column]))).join("  "),
  );
  for (const [name, tests] of Object.entries(byTarget)) {
    lines.push(
      "",
      `${name}: what failed on a fixture or was skipped on all of them, and why`,
      ...remarks(tests).map((text) => `  ${text}`),
    );
    if (remarks(tests).length === 0) lines.push("  nothing");
  }
  return lines.map((line) => line.trimEnd()).join("\n");
}

/** The fixtures, the results of both targets, and the excuses, as the part of test/README.md between the markers. */
export function asMarkdown({ lunette, tgt }) {
  const row = (cells) => `| ${cells.join(" | ")} |`;
  return [
    "| fixture | what | tests |",
    "|---|---|---|",
    ...FIXTURES.map(({ name, what, tests = ["all"] }) => row([name, what, cell(tests.join(", "))])),
    "",
    row(["suite", ...STATES.map((state) => `Lunette ${state}`), ...STATES.map((state) => `tgt ${state}`)]),
    row(["---", ...[...STATES, ...STATES].map(() => "---:")]),
    ...suitesOf(lunette).map((suite) => {
      const ofSuite = (tests) => numbers(tests.filter((test) => test.suite === suite));
      return row([suite, ...ofSuite(lunette), ...ofSuite(tgt)]);
    }),
    row(["**all**", ...numbers(lunette), ...numbers(tgt)]),
    ...markdownRemarks("Lunette", lunette),
    ...markdownRemarks("tgt", tgt),
    "",
    "Failures that are put down to the suite itself, for both targets, though its own summary counts them, and skips that are right for Lunette:",
    "",
    ...EXCUSES.map(({ test, fixtures, reason }) => `- ${cell(test)}${fixtures ? ` on ${fixtures.join(", ")}` : ""}: ${reason}`),
  ].join("\n");
}

function markdownRemarks(name, tests) {
  const list = remarks(tests).map((text) => `- ${cell(text)}`);
  return [
    "",
    `What failed on a fixture or was skipped on all of them, ${name}:`,
    "",
    ...(list.length > 0 ? list : ["- nothing"]),
  ];
}

/** What stands between the markers of test/README.md. */
export function partOfReadme() {
  const [begin, end, text] = find();
  return text.slice(begin, end).trim();
}

export function writeReadme(part) {
  const [begin, end, text] = find();
  writeFileSync(README, `${text.slice(0, begin)}\n\n${part}\n\n${text.slice(end)}`);
  return README;
}

function find() {
  const text = readFileSync(README, "utf8");
  const begin = text.indexOf(BEGIN);
  const end = text.indexOf(END);
  if (begin < 0 || end < begin) throw new Error(`${README} has no place for the table: ${BEGIN}`);
  return [begin + BEGIN.length, end, text];
}

/** Lunette's numbers as they stand in a part of the README: suite to [passed, failed, excused, skipped]. */
export function lunetteNumbers(part) {
  const rows = part.split("\n").map((line) => line.split("|").map((text) => text.trim()));
  return Object.fromEntries(
    rows
      .filter((cells) => /^\d+$/.test(cells[2] ?? ""))
      .map((cells) => [cells[1].replaceAll("*", ""), cells.slice(2, 2 + STATES.length).map(Number)]),
  );
}

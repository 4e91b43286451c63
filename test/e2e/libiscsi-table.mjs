/**
 * Reads the output of libiscsi's iscsi-test-cu and writes the table of its results into test/README.md.
 *
 *   npm test -- test/e2e/libiscsi        runs the suite and leaves its output in .cache/libiscsi-suite.log
 *   node test/e2e/libiscsi-table.mjs     writes the table from it
 *
 * CUnit counts a test that gave up ("[SKIPPED] reason") as passed; the table counts those on their own.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const ROOT = new URL("../../", import.meta.url);
export const SUITE_LOG = fileURLToPath(new URL(".cache/libiscsi-suite.log", ROOT));
const README = fileURLToPath(new URL("test/README.md", ROOT));
const BEGIN = "<!-- libiscsi results: begin (written by test/e2e/libiscsi-table.mjs) -->";
const END = "<!-- libiscsi results: end -->";

export function parseSuiteLog(log) {
  const results = [];
  let suite = "";
  let current;
  for (const line of log.split("\n")) {
    const suiteStart = /^Suite: (\S+)/.exec(line);
    const testStart = /^ {2}Test: (\S+) \.\.\.(.*)$/.exec(line);
    if (suiteStart) {
      suite = suiteStart[1];
      current = undefined;
    } else if (/^Run Summary:/.test(line)) {
      current = undefined;
    } else if (testStart) {
      current = { suite, name: testStart[1], state: "unfinished", reasons: [] };
      results.push(current);
      readLine(current, testStart[2]);
    } else if (current) {
      readLine(current, line);
    }
  }
  for (const result of results) {
    // Skipped in part is skipped: something of the test was not tried.
    if (result.state === "passed" && result.reasons.some((reason) => reason.skip)) result.state = "skipped";
    const fitting = result.reasons.filter((reason) => reason.skip === (result.state === "skipped"));
    result.reasons = result.state === "passed" ? [] : [...new Set(fitting.map((reason) => reason.text))];
  }
  return { results, summary: parseSummary(log) };
}

function readLine(test, text) {
  // The verdict stands at the end of the output of the test, at the start of a line or right behind the dots; what the test
  // prints while it cleans up may follow on the same line.
  if (/^passed/.test(text) && test.state === "unfinished") test.state = "passed";
  else if (/^FAILED/.test(text)) test.state = "failed";
  const skip = /\[SKIPPED\]\s*(.*)$/.exec(text);
  const failure = /\[FAILED\]\s*(.*)$/.exec(text);
  const assertion = /^ {4}\d+\. (\S+) {2}- (.*)$/.exec(text);
  if (skip) test.reasons.push({ skip: true, text: skip[1].trim() });
  else if (failure) test.reasons.push({ skip: false, text: failure[1].trim() });
  else if (assertion) test.reasons.push({ skip: false, text: `${assertion[1]} ${assertion[2]}` });
}

function parseSummary(log) {
  const row = /^\s+tests\s+(\d+)\s+(\d+)\s+(\d+)\s+(\d+)/m.exec(log);
  if (row === null) return undefined;
  return { total: Number(row[1]), ran: Number(row[2]), passed: Number(row[3]), failed: Number(row[4]) };
}

export function renderTable({ results }) {
  const count = (tests, state) => tests.filter((test) => test.state === state).length;
  const cell = (text) => text.replaceAll("|", "\\|").replaceAll("<", "&lt;");
  const suites = [...new Set(results.map((test) => test.suite))];
  const lines = [
    `${results.length} tests: ${count(results, "passed")} passed, ${count(results, "failed")} failed, ${count(results, "skipped")} skipped.`,
    "",
    "| suite | passed | failed | skipped | what failed or was skipped, and why |",
    "|---|---:|---:|---:|---|",
  ];
  for (const suite of suites) {
    const tests = results.filter((test) => test.suite === suite);
    const remarks = tests
      .filter((test) => test.state !== "passed")
      .map((test) => `${test.state === "skipped" ? "" : `**${test.state}** `}${test.name}: ${cell(test.reasons.join("; "))}`);
    lines.push(
      `| ${suite} | ${count(tests, "passed")} | ${count(tests, "failed")} | ${count(tests, "skipped")} | ${remarks.join("<br>")} |`,
    );
  }
  return lines.join("\n");
}

/** The table that stands in test/README.md, or undefined when the markers are not there. */
export function tableInReadme() {
  const text = readFileSync(README, "utf8");
  const begin = text.indexOf(BEGIN);
  const end = text.indexOf(END);
  return begin < 0 || end < begin ? undefined : text.slice(begin + BEGIN.length, end).trim();
}

function writeTable(table) {
  const text = readFileSync(README, "utf8");
  const begin = text.indexOf(BEGIN);
  const end = text.indexOf(END);
  if (begin < 0 || end < begin) throw new Error(`${README} has no place for the table: ${BEGIN}`);
  writeFileSync(README, `${text.slice(0, begin + BEGIN.length)}\n\n${table}\n\n${text.slice(end)}`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  writeTable(renderTable(parseSuiteLog(readFileSync(SUITE_LOG, "utf8"))));
  console.log(`written into ${README}`);
}

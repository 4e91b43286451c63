/**
 * Reads what libiscsi's iscsi-test-cu prints with --Verbose-scsi, a line at a time: CUnit's names and verdicts, and the suite's
 * own remarks. CUnit counts a test that gave up ("[SKIPPED] reason") as passed; here it is skipped, and so is one that gave
 * up in part, because something of it was not tried.
 */

/** Lines of a test's output that are kept for people to read when it did not pass. */
const KEPT_LINES = 400;
/** What a test prints when it does not try something; the last form has no mark. */
const SKIPS = [/\[SKIPPED\]\s*(.*)$/, /\[SKIPPING\]\s*(.*)$/, /^ {4}(\S+ does not support 0-blocks.*)$/];
const FAILURE = /\[FAILED\]\s*(.*)$/;
/** CUnit's list below a failed test: number, place, condition. */
const ASSERTION = /^ {4}\d+\. (\S+?):(\d+) {2}- (.*)$/;

export class SuiteOutput {
  /** In the order in which they ran; the state is "unfinished" until a verdict was read. */
  results = [];
  /** CUnit's own count, which has skipped tests among the passed; undefined until the suite came to its end. */
  summary;
  #suite = "";
  #partial = "";

  /** The test that runs, or ran last. */
  get current() {
    return this.results.at(-1);
  }

  write(text) {
    const lines = (this.#partial + text).split("\n");
    this.#partial = lines.pop() ?? "";
    for (const line of lines) this.#line(line);
  }

  end() {
    if (this.#partial !== "") this.#line(this.#partial);
    this.#partial = "";
    for (const result of this.results) settle(result);
  }

  #line(line) {
    const suite = /^Suite: (\S+)/.exec(line);
    const test = /^ {2}Test: (\S+) \.\.\.(.*)$/.exec(line);
    const count = /^\s+tests\s+(\d+)\s+(\d+)\s+(\d+)\s+(\d+)/.exec(line);
    if (suite) {
      this.#suite = suite[1];
    } else if (count) {
      const [total, ran, passed, failed] = count.slice(1).map(Number);
      this.summary = { total, ran, passed, failed };
    } else if (test) {
      this.results.push({ suite: this.#suite, name: test[1], state: "unfinished", skips: [], failures: [], lines: [] });
      readLine(this.current, test[2]);
    } else if (this.current && this.summary === undefined) {
      readLine(this.current, line);
    }
  }
}

function readLine(test, text) {
  if (test.lines.push(text) > KEPT_LINES) test.lines.shift();
  const assertion = ASSERTION.exec(text);
  if (assertion) {
    test.failures.push(`${assertion[1]}:${assertion[2]} ${unquoted(assertion[3])}`);
    return;
  }
  // What follows the verdict belongs to the cleaning up after the test. The verdict stands at the start of a line or right behind the dots.
  if (test.state !== "unfinished") return;
  const verdict = /^(passed|FAILED)/.exec(text);
  if (verdict) {
    test.state = verdict[1] === "passed" ? "passed" : "failed";
    return;
  }
  const skip = SKIPS.map((pattern) => pattern.exec(text)).find((match) => match !== null);
  const failure = FAILURE.exec(text);
  if (skip) test.skips.push(skip[1].trim());
  else if (failure) test.failures.push(failure[1].trim());
}

/** The literal strings of a CU_FAIL, which the compiler would have joined, as one; any other condition as it stands. */
function unquoted(condition) {
  const literals = /^CU_(?:FAIL|PASS)\((.*?)\)(?: {4}.*)?$/.exec(condition)?.[1];
  if (literals === undefined) return condition.replace(/ {4}\S.*$/, "");
  return [...literals.matchAll(/"([^"]*)"/g)].map((match) => match[1]).join("");
}

function settle(result) {
  if (result.state === "passed" && result.skips.length > 0) result.state = "skipped";
  const reasons = { passed: [], skipped: result.skips }[result.state] ?? result.failures;
  result.reasons = [...new Set(reasons)];
  if (result.state === "passed") result.lines = [];
}

export function parseSuiteOutput(text) {
  const output = new SuiteOutput();
  output.write(text);
  output.end();
  return { results: output.results, summary: output.summary };
}

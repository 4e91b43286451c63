/** libiscsi's test program: which tests it has, and a run of those that fit a pattern, with a limit for each test. */
import { execFileSync, spawn } from "node:child_process";
import { SuiteOutput } from "./output.mjs";

/** Most that one test may take, in milliseconds. Sanitize.Reset takes two minutes: it looks once a minute whether the sanitizing has ended. */
const TEST_LIMIT_MS = 180_000;

/** Every test in the order in which the suite runs them: { suite, name }. */
export function listTests() {
  return execFileSync("iscsi-test-cu", ["--list"], { encoding: "utf8" })
    .split("\n")
    .map((line) => line.trim().split("."))
    .filter(([family, , name]) => family === "ALL" && name !== undefined)
    .map(([, suite, name]) => ({ suite, name }));
}

/**
 * Runs the tests that fit `pattern` (SUITE or SUITE.TEST, with wildcards). Resolves to their results, CUnit's summary, and
 * whether the run was ended because a test went beyond its limit.
 */
export function runTests(urls, pattern, { options = [], onTest = () => {} } = {}) {
  return new Promise((resolve, reject) => {
    const output = new SuiteOutput();
    // Line by line, or what a hanging test had to say would be lost in its buffer.
    const parameters = ["-oL", "iscsi-test-cu", "--Verbose-scsi", "--dataloss", ...options, "-t", `ALL.${pattern}`, ...urls];
    const child = spawn("stdbuf", parameters, { stdio: ["ignore", "pipe", "pipe"] });
    let hung = false;
    let rest = "";
    const giveUp = () => {
      hung = true;
      child.kill("SIGKILL");
    };
    // Left alone, it would go on trying to reconnect for ever.
    const withUs = () => child.kill("SIGKILL");
    process.once("exit", withUs);
    let timer = setTimeout(giveUp, TEST_LIMIT_MS);
    let seen = 0;
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("latin1").on("data", (text) => {
        output.write(text);
        if (seen === 0) rest += text;
        if (output.results.length === seen) return;
        seen = output.results.length;
        clearTimeout(timer);
        timer = setTimeout(giveUp, TEST_LIMIT_MS);
        onTest(output.current);
      });
    }
    child.once("error", reject);
    child.once("close", (code, signal) => {
      process.off("exit", withUs);
      clearTimeout(timer);
      output.end();
      if (seen === 0) reject(new Error(`iscsi-test-cu ended (${signal ?? code}) before its first test:\n${rest.slice(-2000)}`));
      else resolve({ results: output.results, summary: output.summary, hung });
    });
  });
}

/** Whether a test fits a pattern, as fnmatch does with `*` alone. */
export function fits({ suite, name }, pattern) {
  const [suites, names = "*"] = pattern.split(".");
  const matches = (text, glob) => new RegExp(`^${glob.replaceAll("*", ".*")}$`).test(text);
  return matches(suite, suites) && matches(name, names);
}

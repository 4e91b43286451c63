/** Runs the suite on fixtures, a few at a time, each on a target of its own. */
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { fits, listTests, runTests } from "./iscsi-test-cu.mjs";
import { startTarget } from "./targets.mjs";

/** Output of the tests that did not pass, a file for each target and fixture. */
const LOGS = fileURLToPath(new URL("../../.cache/libiscsi/", import.meta.url));

/**
 * Resolves to { fixture, seconds, results, complete } for each fixture, in their order. `complete` is false when CUnit's own
 * count is not that of the results. Says what goes on through `say`.
 */
export async function runFixtures(target, fixtures, { jobs = 3, say = () => {} } = {}) {
  const tests = listTests();
  const waiting = [...fixtures.filter((fixture) => target === "lunette" || fixture[target] !== undefined).entries()];
  const runs = [];
  const worker = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const [index, fixture] = next;
      try {
        runs[index] = await runFixture(target, fixture, tests, (text) => say(`${target}, ${fixture.name}: ${text}`));
      } catch (error) {
        // The others end what they are at: a process that is left behind holds its port and its files.
        waiting.length = 0;
        throw new Error(`${target}, ${fixture.name}: ${error.message}`);
      }
    }
  };
  const ends = await Promise.allSettled(Array.from({ length: jobs }, worker));
  for (const { reason } of ends) if (reason !== undefined) throw reason;
  return runs;
}

async function runFixture(target, fixture, tests, say) {
  const folder = await mkdtemp(join(tmpdir(), `lunette-suite-${target}-`));
  const start = performance.now();
  const results = [];
  let complete = true;
  let server;
  try {
    const patterns = suitesOf(fixture.tests ?? ["*"], tests);
    const onTest = progress(say);
    for (let pattern = patterns.shift(); pattern !== undefined; pattern = patterns.shift()) {
      server ??= await startTarget(target, fixture, folder);
      const run = await runTests(server.urls, pattern, { options: fixture.options ?? [], onTest });
      if (run.summary === undefined) {
        const last = run.results.at(-1);
        last.state = run.hung ? "hung" : "unfinished";
        // The target may be as stuck as the test: what is left runs on a new one.
        patterns.unshift(...testsBehind(last, pattern, tests));
        await server.stop();
        server = undefined;
      } else {
        const failed = run.results.filter((result) => result.state === "failed").length;
        complete &&= run.summary.ran === run.results.length && run.summary.failed === failed;
      }
      results.push(...run.results);
    }
    await server?.stop();
    server = undefined;
  } finally {
    await server?.stop().catch((error) => say(error.message));
    await rm(folder, { recursive: true, force: true });
  }
  const seconds = (performance.now() - start) / 1000;
  await keepOutput(target, fixture, results);
  say(`${results.length} tests in ${seconds.toFixed(0)} s, ${count(results, "failed", "hung", "unfinished")} failed`);
  return { fixture: fixture.name, seconds, results, complete };
}

const count = (results, ...states) => results.filter((result) => states.includes(result.state)).length;

/** Says which suite has been reached, at most every ten seconds. */
function progress(say) {
  let next = performance.now() + 10_000;
  return (test) => {
    if (performance.now() < next) return;
    next = performance.now() + 10_000;
    say(`at ${test.suite}.${test.name}`);
  };
}

/**
 * Patterns that select one suite each. A suite runs in a process of its own, because a test that gives up in the middle may
 * leave what it does to commands in place (CompareAndWrite.InvalidDataOutSize goes on to change the length in every 16-byte CDB), and fail
 * those behind it, whatever the target does.
 */
function suitesOf(patterns, tests) {
  const expanded = patterns.flatMap((pattern) => {
    const names = pattern.split(".")[1];
    return tests.filter((test) => fits(test, pattern)).map(({ suite }) => (names === undefined ? suite : `${suite}.${names}`));
  });
  return [...new Set(expanded)];
}

/** What of a pattern's tests comes after one that did not end, test by test. */
function testsBehind(last, pattern, tests) {
  const selected = tests.filter((test) => fits(test, pattern));
  const rest = selected.slice(selected.findIndex((test) => test.name === last.name) + 1);
  return rest.map(({ suite, name }) => `${suite}.${name}`);
}

async function keepOutput(target, fixture, results) {
  await mkdir(LOGS, { recursive: true });
  const text = results
    .filter((result) => result.state !== "passed")
    .map((result) => `${result.suite}.${result.name}: ${result.state}\n${result.lines.join("\n")}\n`);
  await writeFile(join(LOGS, `${target}-${fixture.name}.txt`), text.join("\n"));
}

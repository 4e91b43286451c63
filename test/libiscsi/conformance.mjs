/**
 * `npm run conformance`: libiscsi's whole suite on every fixture, against Lunette and against tgt. Prints a table and writes it
 * into test/README.md. Exits with 1 when a test failed on Lunette, or was skipped on every fixture without need.
 *
 *   npm run conformance -- --targets lunette --fixtures removable,read-only     a part, which leaves the README alone
 */
import { parseArgs } from "node:util";
import { installMissing } from "../../bench/setup.mjs";
import { ensureBuilt, ensureInstalled, orExplain } from "../../config/set-up.mjs";
import { EXCUSES, FIXTURES } from "./fixtures.mjs";
import { fits, listTests } from "./iscsi-test-cu.mjs";
import { runFixtures } from "./run.mjs";
import { asMarkdown, asText, writeReadme } from "./table.mjs";
import { stopTargets, TARGETS } from "./targets.mjs";
import { countStates, needlessExcuses, verdicts } from "./verdicts.mjs";

const HELP = `usage: npm run conformance -- [options]

  --targets A,B     ${TARGETS.join(" ")} (default: both)
  --fixtures A,B    ${FIXTURES.map(({ name }) => name).join(" ")} (default: all)
  --tests PATTERN   tests that fit, such as "Write*" or "Sanitize.Overwrite" (default: all)
  --jobs N          fixtures at a time (default 3; they sleep most of the time)
  --no-build        with dist/ as it stands

Only a run of everything is written into test/README.md. Output of tests that did not pass: .cache/libiscsi/.
`;

/** Debian packages by the file that proves they are there. */
const PACKAGES = { "libiscsi-bin": "/usr/bin/iscsi-test-cu", tgt: "/usr/sbin/tgtd" };

const { values } = parseArgs({
  options: {
    targets: { type: "string", default: TARGETS.join(",") },
    fixtures: { type: "string", default: FIXTURES.map(({ name }) => name).join(",") },
    tests: { type: "string", default: "*" },
    jobs: { type: "string", default: "3" },
    "no-build": { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});

const started = performance.now();
const say = (text) => {
  const seconds = ((performance.now() - started) / 1000).toFixed(0).padStart(4);
  process.stderr.write(`conformance: ${seconds} s  ${text}\n`);
};

function chosen(option, known) {
  const names = values[option].split(",");
  const strange = names.find((name) => !known.includes(name));
  if (strange !== undefined) throw new Error(`--${option}: there is no ${strange}; there are ${known.join(", ")}`);
  return names;
}

async function main() {
  const jobs = Number(values.jobs);
  if (!Number.isInteger(jobs) || jobs < 1) throw new Error(`--jobs: ${values.jobs} is not a number of fixtures`);
  const targets = chosen("targets", TARGETS);
  const names = chosen(
    "fixtures",
    FIXTURES.map(({ name }) => name),
  );
  const everything = targets.length === TARGETS.length && names.length === FIXTURES.length && values.tests === "*";
  const needed = Object.entries(PACKAGES).filter(([name]) => name !== "tgt" || targets.includes("tgt"));
  installMissing("conformance", Object.fromEntries(needed));
  if (!values["no-build"]) {
    await orExplain(() => {
      ensureInstalled();
      ensureBuilt();
    });
  }
  // Administrators' folders are not on everybody's PATH, but tgt's programs may be run.
  process.env.PATH = `${process.env.PATH}:/usr/sbin:/sbin`;
  const fixtures = FIXTURES.filter(({ name }) => names.includes(name)).map((fixture) =>
    values.tests === "*" ? fixture : { ...fixture, tests: [values.tests] },
  );
  const selects = ({ tests: patterns = ["*"] }, test) => patterns.some((pattern) => fits(test, pattern));
  // Of a part, those that are left out are not missing.
  const tests = listTests().filter((test) => everything || fixtures.some((fixture) => selects(fixture, test)));

  const results = {};
  const complaints = [];
  for (const target of targets) {
    const runs = await runFixtures(target, fixtures, { jobs, say });
    // What is right for Lunette to leave out says nothing about others.
    const excuses = target === "lunette" ? EXCUSES : EXCUSES.filter(({ skips }) => skips === undefined);
    results[target] = verdicts(tests, runs, excuses);
    if (target !== "lunette") continue;
    complaints.push(...runs.filter(({ complete }) => !complete).map(({ fixture }) => `${fixture}: CUnit counted otherwise`));
    if (everything)
      complaints.push(...needlessExcuses(runs, EXCUSES).map((what) => `not needed any more: the excuse for ${what}`));
  }
  process.stdout.write(`${asText(results)}\n\n`);
  for (const text of complaints) process.stdout.write(`${text}\n`);
  if (everything) process.stdout.write(`written into ${writeReadme(asMarkdown(results))}\n`);
  const totals = targets.map((target) => {
    const { passed, failed, excused, skipped } = countStates(results[target]);
    return `${target}: ${passed} passed, ${failed} failed, ${excused} excused, ${skipped} skipped`;
  });
  process.stdout.write(`${tests.length} tests on ${fixtures.length} fixtures; ${totals.join("; ")}\n`);
  const wrong = (results.lunette ?? []).filter(({ state, accepted }) => state !== "passed" && !accepted);
  if (wrong.length + complaints.length > 0) process.exitCode = 1;
}

for (const signal of ["SIGINT", "SIGTERM"]) {
  process.once(signal, () => stopTargets().finally(() => process.exit(130)));
}

if (values.help) {
  process.stdout.write(HELP);
} else {
  try {
    await main();
  } catch (error) {
    process.stderr.write(`conformance: ${error.message}\n`);
    process.exitCode = 2;
  }
}

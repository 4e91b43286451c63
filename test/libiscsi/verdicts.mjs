/**
 * One verdict for each test from its results on all fixtures. A test that failed anywhere has failed, unless an excuse says
 * why it can't be right there; one that passed on a fixture and was skipped on the others, because they are not the disk that
 * it is about, has passed; one that was skipped everywhere is skipped. One that fails wherever it runs, in excused assertions alone,
 * is excused: the suite itself counts it as failed, and so it is told apart from both.
 */

import { NOT_THIS_DISK } from "./fixtures.mjs";
import { fits } from "./iscsi-test-cu.mjs";

/** States of a result that mean: neither passed nor skipped. */
const BAD = ["failed", "hung", "unfinished"];
/** Most reasons that are given for a test; the first assertion says what the others follow from. */
const REASONS = 3;

/**
 * @param tests   every test there is: [{ suite, name }]
 * @param runs    what runFixtures() resolves to
 * @param excuses EXCUSES of fixtures.mjs
 * @returns [{ suite, name, state, reasons, accepted }], state being passed, failed, excused or skipped, and accepted an excuse or a skip that is right
 */
export function verdicts(tests, runs, excuses) {
  return tests.map(({ suite, name }) => {
    const outcomes = runs.flatMap(({ fixture, results }) =>
      results.filter((result) => result.suite === suite && result.name === name).map((result) => ({ fixture, ...result })),
    );
    const passed = outcomes.some((outcome) => outcome.state === "passed");
    const excused = (outcome) =>
      excuseOf(outcome, excuses, "failures") !== undefined || (passed && excuseOf(outcome, excuses, "fixtures") !== undefined);
    const bad = outcomes.filter((outcome) => BAD.includes(outcome.state) && !excused(outcome));
    if (bad.length > 0) return { suite, name, state: "failed", reasons: explain(bad, outcomes) };
    if (passed) return { suite, name, state: "passed", reasons: [] };
    if (outcomes.length === 0) return { suite, name, state: "failed", reasons: ["it was not run"] };
    const reasonOf = (kind) => outcomes.map((outcome) => excuseOf(outcome, excuses, kind)).find(Boolean)?.reason;
    const defect = reasonOf("failures");
    if (defect !== undefined) return { suite, name, state: "excused", accepted: true, reasons: [defect] };
    const reason = reasonOf("skips");
    if (reason !== undefined) return { suite, name, state: "skipped", accepted: true, reasons: [reason] };
    const there = onItsDisk(outcomes);
    return { suite, name, state: "skipped", reasons: explain(there, there) };
  });
}

/** What a test said where it could run at all; everything, when that was nowhere. */
function onItsDisk(outcomes) {
  const elsewhere = (reason) => NOT_THIS_DISK.some((pattern) => pattern.test(reason));
  const there = outcomes.filter(({ reasons }) => !reasons.every(elsewhere));
  return there.length > 0 ? there : outcomes;
}

/** Reasons with the fixtures that gave them, which go without saying when it is all `of` them. */
function explain(outcomes, of) {
  const byReason = new Map();
  for (const { fixture, state, reasons } of outcomes) {
    const what = reasons.slice(0, REASONS).join("; ") || "no reason given";
    const text = state === "hung" || state === "unfinished" ? `${state} (${what})` : what;
    byReason.set(text, [...(byReason.get(text) ?? []), fixture]);
  }
  return [...byReason].map(([text, where]) => (where.length === of.length ? text : `${text} [${where.join(", ")}]`));
}

/** The excuse of this kind that fits what happened: by the fixture, by the assertions that failed, by what was skipped. */
function excuseOf(outcome, excuses, kind) {
  return excuses.find((excuse) => excuse[kind] !== undefined && explains(excuse, outcome));
}

function explains({ test, fixtures, failures, skips }, { fixture, state, reasons, ...name }) {
  if (state !== (skips === undefined ? "failed" : "skipped") || !fits(name, test)) return false;
  if (fixtures !== undefined) return fixtures.includes(fixture);
  return reasons.length > 0 && reasons.every((reason) => (failures ?? skips).some((pattern) => pattern.test(reason)));
}

/** Excuses that explain no failure: they hide what they no longer explain. */
export function needlessExcuses(runs, excuses) {
  const outcomes = runs.flatMap(({ fixture, results }) => results.map((result) => ({ fixture, ...result })));
  // An excuse for several fixtures is needed on each.
  const single = excuses.flatMap(
    (excuse) => excuse.fixtures?.map((fixture) => ({ ...excuse, fixtures: [fixture] })) ?? [excuse],
  );
  return single
    .filter((excuse) => !outcomes.some((outcome) => explains(excuse, outcome)))
    .map(({ test, fixtures }) => (fixtures === undefined ? test : `${test} on ${fixtures[0]}`));
}

export function countStates(tests) {
  const count = (state) => tests.filter((test) => test.state === state).length;
  return { passed: count("passed"), failed: count("failed"), excused: count("excused"), skipped: count("skipped") };
}

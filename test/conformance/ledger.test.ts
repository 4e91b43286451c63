/** The ledger of rules and their tests (`ledger/`, `README.md`): it names what exists, says what is so, and covers enough. */
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { CHAPTERS, countOf, ENTRIES, proofsOf, provenShare, renderLedger } from "./ledger/ledger.ts";
import { CONDITIONS } from "./ledger/scsi.ts";

const ROOT = path.resolve(import.meta.dirname, "../..");
const README = path.join(ROOT, "test/conformance/README.md");
const LEAST_PROVEN_SHARE = 0.95;

/** `UPDATE_LEDGER=1 npx vitest run test/conformance/ledger.test.ts` writes the page anew. */
const update = process.env["UPDATE_LEDGER"] === "1";

const texts = new Map<string, string | undefined>();

function textOf(file: string): string | undefined {
  if (!texts.has(file)) {
    let text: string | undefined;
    try {
      text = readFileSync(path.join(ROOT, file), "utf8");
    } catch {
      text = undefined;
    }
    texts.set(file, text);
  }
  return texts.get(file);
}

/** The names that a file gives its tests: `it("…"`, `test.each([…])("…"`, `it(`…``. */
function testNames(text: string): string[] {
  const direct = /\b(?:it|test)\(\s*(["'`])((?:\\.|(?!\1)[^\\])*)\1/g;
  const each = /\)\(\s*(["'`])((?:\\.|(?!\1)[^\\])*)\1,\s*(?:async\b|\(|[\w$]+ =>)/g;
  return [...text.matchAll(direct), ...text.matchAll(each)].map((match) => (match[2] ?? "").replaceAll(/\\(["'`])/g, "$1"));
}

describe("the ledger", () => {
  test("gives every rule an id of its own and a clause of its chapter", () => {
    const ids = CHAPTERS.flatMap(({ rules }) => rules.map(({ id }) => id));
    expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([]);
    for (const { number, rules } of CHAPTERS) {
      for (const { clause, id, must } of rules) {
        expect(clause, id).toMatch(new RegExp(`^${number}(\\.\\d+)*$`));
        expect(id).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
        expect(must, id).toMatch(/^[A-Z"0-9].*[.]$/);
      }
    }
  });

  test("names tests that exist", () => {
    const missing: string[] = [];
    for (const { label, proof } of ENTRIES) {
      for (const { file, test: name, row } of proofsOf(proof)) {
        const text = textOf(file);
        if (text === undefined) missing.push(`${label}: no file ${file}`);
        else if (!testNames(text).some((each) => each.startsWith(name))) missing.push(`${label}: no test "${name}" in ${file}`);
        else if (row !== undefined && !text.includes(row)) missing.push(`${label}: no row "${row}" in ${file}`);
      }
    }
    expect(missing).toEqual([]);
  });

  test("proves at least 95 % of what can arise, of RFC 7143 as of SPC and SBC", () => {
    const rules = CHAPTERS.flatMap((chapter) => chapter.rules);
    for (const entries of [rules, CONDITIONS]) {
      expect(provenShare(countOf(entries))).toBeGreaterThanOrEqual(LEAST_PROVEN_SHARE);
    }
  });

  test("has rules for every chapter that it speaks of", () => {
    for (const { number, rules } of CHAPTERS) expect(rules.length, `chapter ${number}`).toBeGreaterThan(0);
  });

  test("is what README.md says", () => {
    if (update) writeFileSync(README, renderLedger());
    expect(readFileSync(README, "utf8")).toBe(renderLedger());
  });
});

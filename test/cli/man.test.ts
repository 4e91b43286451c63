import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { runCommandLine, VERBS } from "../../src/cli/command-line.ts";
import { manPages } from "../../src/cli/man.ts";
import { leavesOf } from "../../src/cli/man-page.ts";
import { text } from "../../src/cli/roff.ts";
import { factsOf } from "../../src/cli/verb-facts.ts";
import { KINDS } from "../../src/config/schema.ts";

const FOLDER = path.resolve(import.meta.dirname, "../../config/man");
/** `UPDATE_MAN=1 npx vitest run test/cli/man.test.ts` (`npm run man`) writes the pages anew. */
const update = process.env["UPDATE_MAN"] === "1";

const pages = manPages(VERBS);
const leaves = VERBS.flatMap((verb) => leavesOf(verb, []));

describe.each(Object.entries(pages))("%s", (name, make) => {
  test("stands in config/man as the definitions have it", () => {
    const file = path.join(FOLDER, name);
    mkdirSync(FOLDER, { recursive: true });
    if (update) writeFileSync(file, make());
    expect(readFileSync(file, "utf8")).toBe(make());
  });

  test("is mdoc: only macros of mdoc(7), lists and displays that end, and printable ASCII", () => {
    const lines = make().split("\n");
    const macros = new Set(lines.filter((line) => line.startsWith(".")).map((line) => line.split(/[ ]/)[0]));
    const known = [
      ".Dd",
      ".Dt",
      ".Os",
      ".Sh",
      ".Ss",
      ".Nm",
      ".Nd",
      ".Ar",
      ".Op",
      ".Fl",
      ".Pp",
      ".Xr",
      ".Bl",
      ".It",
      ".Xc",
      ".El",
    ];
    expect([...macros].filter((macro) => ![...known, '.\\"', ".Cm", ".Pq", ".Pa", ".Bd", ".Ed"].includes(macro ?? ""))).toEqual(
      [],
    );
    const count = (macro: string): number => lines.filter((line) => line === macro || line.startsWith(`${macro} `)).length;
    expect([count(".Bl"), count(".Bd"), count(".It")]).toEqual([count(".El"), count(".Ed"), count(".Xc")]);
    expect(make()).toMatch(/^[\n\x20-\x7e]*$/);
    // An empty line is an error in mdoc, outside of a display.
    let literal = false;
    for (const line of lines.slice(0, -1)) {
      literal = line.startsWith(".Bd") || (literal && line !== ".Ed");
      if (!literal) expect(line).not.toBe("");
    }
  });

  // Nothing else needs groff, so a machine without it is no reason to fail.
  test("is rendered without a warning where groff is installed", () => {
    if (spawnSync("groff", ["--version"]).status !== 0) return;
    const { status, stderr, stdout } = spawnSync("groff", ["-mdoc", "-Tutf8", "-ww"], { input: make(), encoding: "utf8" });
    expect([status, stderr]).toEqual([0, ""]);
    expect(stdout).toContain(name === "lunette.1" ? "lunette.toml(5)" : "lunette(1)");
  });
});

describe("lunette(1)", () => {
  const page = pages["lunette.1"]();

  test.each(leaves.map(({ words, verb }) => [words, verb] as const))("tells of %s with each of its options", (words, verb) => {
    expect(page).toContain(`\n.Ss lunette ${text(words)}\n`);
    for (const [name, { hidden }] of Object.entries(factsOf(verb).options)) {
      if (hidden !== true) expect(page).toContain(`.Fl \\-${text(name)}`);
    }
  });

  test.each(leaves.map(({ words, verb }) => [words, verb] as const))("%s --help has what the page has", async (words, verb) => {
    const out: string[] = [];
    const code = await runCommandLine([...words.split(" "), "--help"], { out: (each) => out.push(each), err: () => {} });
    expect(code).toBe(0);
    const help = out.join("\n").replace(/\s+/g, " ");
    const { options, examples, positionals } = factsOf(verb);
    for (const [name, { hidden }] of Object.entries(options)) if (hidden !== true) expect(help).toContain(`--${name}`);
    // Two columns may wrap a line of an example, but lose no word of it.
    for (const word of examples.flatMap(([command]) => command.replaceAll("$0", "lunette").split(/\s+/)))
      expect(help).toContain(word);
    for (const { name } of positionals) expect(help).toContain(name);
  });
});

describe("lunette.toml(5)", () => {
  test.each(KINDS.map((kind) => [kind.header, kind] as const))("has every key of %s", (_, kind) => {
    const section = pages["lunette.toml.5"]()
      .split("\n.Ss ")
      .find((each) => /^\[+([\w.]+)\]+\n/.exec(each)?.[1] === kind.header);
    for (const key of Object.keys(kind.fields)) expect(section).toContain(`\n.Cm "${key}"\n`);
  });
});

test("text is text: nothing in it is a macro or an escape", () => {
  expect(text(".Sh \\fB--x")).toBe("\\&.Sh \\efB\\-\\-x");
  expect(text("'a ü")).toBe("\\&'a \\[u00FC]");
});

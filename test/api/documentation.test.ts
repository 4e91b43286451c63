/** Tables as data: README.md has them, every error of the daemon has its row, every route its role. */
import { readFileSync, writeFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { API_BOUNDS } from "../../src/api/bounds.ts";
import { CHANGING, callerHeaders, hasRole, READING, ROLES, requireRole } from "../../src/api/caller.ts";
import { PROBLEMS, Problem, type ProblemType } from "../../src/api/problems.ts";
import { CONTROL_ERRORS } from "../../src/control/control-error.ts";

const README = new URL("../../src/api/README.md", import.meta.url);
const TABLES = {
  Errors: Object.entries(PROBLEMS)
    .sort(([, a], [, b]) => a.status - b.status)
    .map(([type, { status, title, advice }]) => `| \`${type}\` | ${status} | ${title} | ${advice} |`),
  Bounds: Object.entries(API_BOUNDS).map(([name, { unit, value, what }]) => `| \`${name}\` | ${unit} | ${value} | ${what} |`),
} as const;

/** The text with the rows of one table in place of those that are there. */
const withTable = (text: string, heading: string, rows: readonly string[]): string =>
  text.replace(
    new RegExp(`(## ${heading}\n(?:(?!\n## )[^])*?\\| -[-| ]*\\|\n)(?:\\|.*\n)*`),
    (_, head: string) => `${head}${rows.join("\n")}\n`,
  );

/** Formatters line columns up. */
const unpadded = (text: string): string => text.replaceAll(/ +\|/g, " |");

describe("README.md of the API", () => {
  it("has the errors and the bounds as they are", () => {
    const text = readFileSync(README, "utf8");
    let right = text;
    for (const [heading, rows] of Object.entries(TABLES)) right = withTable(right, heading, rows);
    if (process.env["UPDATE_OPENAPI"] !== undefined) writeFileSync(README, right);
    else expect(unpadded(text), "UPDATE_OPENAPI=1 rewrites them").toBe(unpadded(right));
  });

  it("has the least role of each group of paths", () => {
    const text = readFileSync(README, "utf8");
    const rows = [...text.matchAll(/^\| `([\w-]+)` +\| (read|operate|admin) +\|$/gm)].map(([, group, role]) => [group, role]);
    expect(rows).toEqual([...Object.entries(CHANGING), ...Object.entries(READING)]);
  });
});

describe("a problem", () => {
  it("of every error of the daemon keeps its type and its status, and has a title of its own", () => {
    for (const [type, { status }] of Object.entries(CONTROL_ERRORS)) {
      expect(PROBLEMS[type], type).toMatchObject({
        status,
        title: expect.stringMatching(/^[A-Z]/),
        advice: expect.stringMatching(/\w/),
      });
    }
    const titles = Object.values(PROBLEMS).map(({ title }) => title);
    expect(new Set(titles).size).toBe(titles.length);
  });

  it("is not what its details say it is", () => {
    const document = new Problem("in-use", "text", { type: "x", status: 1, title: "x", uses: [1] }).document();
    expect(document).toMatchObject({ type: "urn:lunette:problem:in-use", status: 409, uses: [1] });
    expect(document["title"]).toBe(PROBLEMS["in-use" satisfies ProblemType]?.title);
  });
});

describe("a role", () => {
  it("has what those before it have, and nothing of those after it", () => {
    for (const [place, role] of ROLES.entries())
      expect(ROLES.map((wanted) => hasRole(role, wanted))).toEqual(ROLES.map((_, index) => index <= place));
  });

  it("is written down for every change", () => {
    expect(requireRole("volumes", true)).toBe("operate");
    expect(requireRole("volumes", false)).toBe("read");
    expect(requireRole("audit", false)).toBe("admin");
    expect(() => requireRole("luns", true)).toThrow("no role");
  });
});

describe("what the daemon is told of a caller", () => {
  it("is who it is and what it may, in printable ASCII", () => {
    expect(callerHeaders(null)).toEqual({});
    const name = "Grüße\r\n";
    const headers = callerHeaders({ name, kind: "certificate", role: "operate", prefixes: { volumes: ["ü\u2028"] } });
    expect(headers["lunette-actor"]).toBe("certificate:Gr%c3%bc%c3%9fe%0d%0a");
    expect(headers["lunette-scope"]).toMatch(/^[\x20-\x7e]*$/);
    expect(JSON.parse(headers["lunette-scope"] ?? "")).toEqual({ role: "operate", prefixes: { volumes: ["ü\u2028"] } });
  });
});

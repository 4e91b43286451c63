import { describe, expect, test } from "vitest";
import { type Column, grid, table } from "../../src/cli/table.ts";
import type { Screen } from "../../src/cli/verb.ts";

interface Row {
  readonly name: string;
  readonly size: number;
}
const COLUMNS: readonly Column<Row>[] = [
  { title: "NAME", cell: ({ name }) => name },
  { title: "SIZE", right: true, cell: ({ size }) => String(size), colour: ({ size }) => (size > 9 ? "red" : undefined) },
];
const ROWS = [
  { name: "vm01", size: 7 },
  { name: "archive", size: 1000 },
];
const screenOf = (columns: number, colours = false): Screen => ({ columns, rows: 24, colours, write: () => {} });
const GRID = ["NAME     SIZE", "vm01        7", "archive  1000"];

describe("a table", () => {
  test("is a grid where the terminal is as wide, and always where there is none", () => {
    expect(table(COLUMNS, ROWS, screenOf(13)).split("\n")).toEqual(GRID);
    expect(table(COLUMNS, ROWS, undefined).split("\n")).toEqual(GRID);
    expect(grid(COLUMNS, ROWS, screenOf(5)).split("\n")).toEqual(GRID);
  });

  test("has a line for each cell where the terminal is narrower, and loses none", () => {
    expect(table(COLUMNS, ROWS, screenOf(12)).split("\n")).toEqual([
      "NAME  vm01",
      "SIZE  7",
      "",
      "NAME  archive",
      "SIZE  1000",
    ]);
  });

  test("keeps its colours there", () => {
    const [first, second] = table(COLUMNS, ROWS, screenOf(12, true)).split("\n\n");
    expect(first).not.toContain("\u001b[31m");
    expect(second).toContain("\u001b[31m1000\u001b[0m");
  });
});

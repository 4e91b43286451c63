/**
 * Tables for people. Columns are as wide as their widest cell; numbers stand to the right. Where the terminal is narrower than that, each row
 * becomes a block with a line for each cell, because wrapped lines can't be read. Cells hold what initiators say of themselves, so control
 * characters never reach the terminal.
 */
import { type Colour, paint } from "./screen.ts";
import type { Screen } from "./verb.ts";

export interface Column<Row> {
  readonly title: string;
  readonly cell: (row: Row) => string;
  readonly right?: true;
  readonly colour?: (row: Row) => Colour | undefined;
}

const GAP = "  ";

/** Text that moves no cursor and rings no bell. */
export function harmless(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, "?");
}

/** The same for text of several lines. */
export const harmlessLines = (text: string): string => text.split("\n").map(harmless).join("\n");

/** As a grid where it fits; not on a terminal: always a grid, so that other programs find a row in a line. */
export function table<Row>(columns: readonly Column<Row>[], rows: readonly Row[], screen: Screen | undefined): string {
  const layout = layoutOf(columns, rows);
  const width = layout.widths.reduce((sum, each) => sum + each, GAP.length * (columns.length - 1));
  return screen === undefined || width <= screen.columns ? gridOf(layout, screen) : blocksOf(layout, screen);
}

/** As a grid, however wide: for those who cut its lines. */
export function grid<Row>(columns: readonly Column<Row>[], rows: readonly Row[], screen: Screen | undefined): string {
  return gridOf(layoutOf(columns, rows), screen);
}

interface Layout<Row> {
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly cells: readonly (readonly string[])[];
  readonly widths: readonly number[];
}

function layoutOf<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): Layout<Row> {
  const cells = rows.map((row) => columns.map((column) => harmless(column.cell(row))));
  const widths = columns.map(({ title }, index) =>
    Math.max(title.length, ...cells.map((line) => (line[index] as string).length)),
  );
  return { columns, rows, cells, widths };
}

function gridOf<Row>({ columns, rows, cells, widths }: Layout<Row>, screen: Screen | undefined): string {
  const pad = (text: string, index: number): string => {
    const width = widths[index] as number;
    if (columns[index]?.right) return text.padStart(width);
    // Nothing invisible at the end of a line.
    return index === columns.length - 1 ? text : text.padEnd(width);
  };
  const head = columns.map(({ title }, index) => paint(pad(title, index), "bold", screen)).join(GAP);
  const lines = cells.map((line, at) =>
    line.map((text, index) => paint(pad(text, index), columns[index]?.colour?.(rows[at] as Row), screen)).join(GAP),
  );
  return [head, ...lines].join("\n");
}

function blocksOf<Row>({ columns, rows, cells }: Layout<Row>, screen: Screen): string {
  const titleWidth = Math.max(...columns.map(({ title }) => title.length));
  const blocks = cells.map((line, at) =>
    line
      .map((text, index) => {
        const { title = "", colour } = columns[index] ?? {};
        return `${paint(title.padEnd(titleWidth), "bold", screen)}${GAP}${paint(text, colour?.(rows[at] as Row), screen)}`;
      })
      .join("\n"),
  );
  return blocks.join("\n\n");
}

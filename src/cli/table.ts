/**
 * Tables for people. Columns are as wide as their widest cell; numbers stand to the right. Cells hold what initiators say of themselves, so
 * control characters never reach the terminal.
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

export function table<Row>(columns: readonly Column<Row>[], rows: readonly Row[], screen: Screen | undefined): string {
  const cells = rows.map((row) => columns.map((column) => harmless(column.cell(row))));
  const widths = columns.map(({ title }, index) =>
    Math.max(title.length, ...cells.map((line) => (line[index] as string).length)),
  );
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

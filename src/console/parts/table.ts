/** A table whose figures line up. One that is too wide scrolls within its own frame; on a phone each row is a block with a line for each cell. */
import { type Child, html } from "../html.ts";
import type { VNode } from "../vendor/preact.js";

export interface Column<Row> {
  readonly title: string;
  /** A figure: right-aligned, of equal digits. */
  readonly figure?: true;
  readonly cell: (row: Row) => Child;
}

interface TableProps<Row> {
  readonly caption: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[] | undefined;
  readonly keyOf: (row: Row) => string | number;
  /** Shown in place of rows when there are none. */
  readonly empty: Child;
}

export function Table<Row>({ caption, columns, rows, keyOf, empty }: TableProps<Row>): VNode {
  return html`<div class="table-frame" tabindex="0" role="region" aria-label=${caption}>
    <table>
      <caption class="unseen">${caption}</caption>
      <thead>
        <tr>
          ${columns.map(({ title, figure }) => html`<th scope="col" class=${figure ? "figure" : undefined}>${title}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${rows?.map(
          (row) => html`<tr key=${keyOf(row)}>
            ${columns.map(
              // On a phone there is no head: each cell has its title (console.css).
              ({ title, cell, figure }) =>
                html`<td class=${figure ? "figure" : undefined} data-title=${title}><div>${cell(row)}</div></td>`,
            )}
          </tr>`,
        )}
        ${
          (rows === undefined || rows.length === 0) &&
          html`<tr class="empty"><td colspan=${columns.length}>${rows === undefined ? "…" : empty}</td></tr>`
        }
      </tbody>
    </table>
  </div>`;
}

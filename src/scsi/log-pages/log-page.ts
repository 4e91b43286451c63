/** What a log page is to LOG SENSE: SPC-4 7.3.2. */

export interface LogPage {
  readonly code: number;
  readonly name: string;
  /** Standard and clause. */
  readonly clause: string;
  /** DS: the page is not saved. The list of pages has nothing to save, and its bit is 0. */
  readonly disableSave: boolean;
  /** Log parameters by ascending parameter code, each whole with its header. Empty for a page that is a list of pages. */
  readonly parameters: readonly { readonly code: number; readonly bytes: readonly number[] }[];
}

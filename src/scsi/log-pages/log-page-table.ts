/** The log pages: SPC-4 7.3.1, table of page codes, and the rules of subpages 00h and FFh (7.3.17, 7.3.18). */
import { INFORMATIONAL_EXCEPTIONS_LOG } from "./informational-exceptions.ts";
import type { LogPage } from "./log-page.ts";
import { SUPPORTED_LOG_PAGES } from "./supported-log-pages.ts";

/** Ascending by page code. */
export const LOG_PAGES: readonly LogPage[] = [SUPPORTED_LOG_PAGES, INFORMATIONAL_EXCEPTIONS_LOG];

/** Subpage FFh of a page lists its subpages; of page 00h, all there are. */
export const ALL_SUBPAGES = 0xff;
const DS = 0x80;
const SPF = 0x40;

const head = (first: number, subpage: number, body: Buffer): Buffer => {
  const out = Buffer.alloc(4);
  out[0] = first;
  out[1] = subpage;
  out.writeUInt16BE(body.length, 2);
  return Buffer.concat([out, body]);
};

/** Page 00h, or a page with its parameters from `pointer` on. */
export function encodeLogPage(page: LogPage, pointer: number): Buffer {
  const body =
    page === SUPPORTED_LOG_PAGES
      ? Buffer.from(LOG_PAGES.map(({ code }) => code))
      : Buffer.concat(page.parameters.filter(({ code }) => code >= pointer).map(({ bytes }) => Buffer.from(bytes)));
  return head((page.disableSave ? DS : 0) | page.code, 0x00, body);
}

/** The list of page and subpage codes: of one page, or, for page 00h, of all. */
export function encodeSubpageList(page: LogPage): Buffer {
  const listed = page === SUPPORTED_LOG_PAGES ? LOG_PAGES : [page];
  return head(SPF | page.code, ALL_SUBPAGES, Buffer.from(listed.flatMap(({ code }) => [code, 0x00, code, ALL_SUBPAGES])));
}

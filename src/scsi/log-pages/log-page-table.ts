/** The log pages: SPC-4 7.3.1, table of page codes, and the rules of subpages 00h and FFh (7.3.17, 7.3.18). */
import type { Space } from "../../backend/block-backend.ts";
import type { LogicalUnit } from "../logical-unit.ts";
import { NON_MEDIUM_ERROR, READ_ERROR_COUNTERS, WRITE_ERROR_COUNTERS } from "./error-counters.ts";
import { INFORMATIONAL_EXCEPTIONS_LOG } from "./informational-exceptions.ts";
import { Format, isCounter, type LogPage, type LogParameter, TSD } from "./log-page.ts";
import { LOGICAL_BLOCK_PROVISIONING_LOG } from "./logical-block-provisioning.ts";
import { SUPPORTED_LOG_PAGES } from "./supported-log-pages.ts";

/** Ascending by page code. */
export const LOG_PAGES: readonly LogPage[] = [
  SUPPORTED_LOG_PAGES,
  WRITE_ERROR_COUNTERS,
  READ_ERROR_COUNTERS,
  NON_MEDIUM_ERROR,
  LOGICAL_BLOCK_PROVISIONING_LOG,
  INFORMATIONAL_EXCEPTIONS_LOG,
];

/** Subpage FFh of a page lists its subpages; of page 00h, all there are. */
export const ALL_SUBPAGES = 0xff;
export const PAGE_HEADER_BYTES = 4;
export const PARAMETER_HEADER_BYTES = 4;
export const SPF = 0x40;
const DS = 0x80;

/** The pages that this unit has. */
export const logPagesOf = (lu: LogicalUnit): readonly LogPage[] => LOG_PAGES.filter(({ available }) => available?.(lu) ?? true);

const withHeader = (first: number, subpage: number, body: Buffer): Buffer => {
  const out = Buffer.alloc(PAGE_HEADER_BYTES);
  out[0] = first;
  out[1] = subpage;
  out.writeUInt16BE(body.length, 2);
  return Buffer.concat([out, body]);
};

export interface LogView {
  readonly lu: LogicalUnit;
  readonly space: Space | undefined;
  /** Counters as they are by default: 0. */
  readonly defaults: boolean;
}

/** DU, ETC and TMC are 0: counters stop at no threshold. */
export const controlByte = (parameter: LogParameter): number =>
  isCounter(parameter) ? TSD | Format.BoundedCounter : Format.BinaryList;

function encodeValue(parameter: LogParameter, { lu, space, defaults }: LogView): Buffer {
  if (!isCounter(parameter)) return parameter.value(lu, space);
  // A bounded counter that has come to its end stays there.
  const most = 2n ** BigInt(8 * parameter.bytes) - 1n;
  const value = defaults ? 0n : BigInt(lu.logCounters.get(parameter.counter));
  const out = Buffer.alloc(8);
  out.writeBigUInt64BE(value > most ? most : value);
  return out.subarray(8 - parameter.bytes);
}

function encodeParameter(parameter: LogParameter, view: LogView): Buffer {
  const value = encodeValue(parameter, view);
  const header = Buffer.alloc(PARAMETER_HEADER_BYTES);
  header.writeUInt16BE(parameter.code, 0);
  header[2] = controlByte(parameter);
  header[3] = value.length;
  return Buffer.concat([header, value]);
}

/** Page 00h, or a page with its parameters from `pointer` on. */
export function encodeLogPage(page: LogPage, pointer: number, view: LogView): Buffer {
  const body =
    page === SUPPORTED_LOG_PAGES
      ? Buffer.from(logPagesOf(view.lu).map(({ code }) => code))
      : Buffer.concat(
          page.parameters.filter(({ code }) => code >= pointer).map((parameter) => encodeParameter(parameter, view)),
        );
  return withHeader((page.disableSave ? DS : 0) | page.code, 0x00, body);
}

/** The list of page and subpage codes: of one page, or, for page 00h, of all. */
export function encodeSubpageList(page: LogPage, lu: LogicalUnit): Buffer {
  const listed = page === SUPPORTED_LOG_PAGES ? logPagesOf(lu) : [page];
  return withHeader(SPF | page.code, ALL_SUBPAGES, Buffer.from(listed.flatMap(({ code }) => [code, 0x00, code, ALL_SUBPAGES])));
}

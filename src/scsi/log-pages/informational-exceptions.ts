/** Informational Exceptions log page (2Fh): SPC-4 7.3.10. */
import type { LogPage } from "./log-page.ts";

/** "No valid temperature": a volume has none. */
const NO_TEMPERATURE = 0xff;

export const INFORMATIONAL_EXCEPTIONS_LOG: LogPage = {
  code: 0x2f,
  name: "Informational Exceptions",
  clause: "SPC-4 7.3.10",
  disableSave: true,
  // INFORMATIONAL EXCEPTION ADDITIONAL SENSE CODE and QUALIFIER 00h/00h: no exception is pending.
  parameters: [{ code: 0x0000, value: () => Buffer.from([0x00, 0x00, NO_TEMPERATURE]) }],
};

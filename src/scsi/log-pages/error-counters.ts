/** Write Error Counters (02h), Read Error Counters (03h), Non-Medium Error (06h): SPC-4 7.3.21, 7.3.15, 7.3.13. */
import type { LogPage } from "./log-page.ts";

/** Parameter codes. Delays, retries and corrections happen below the volume, unseen: those codes are left out. */
const TOTAL_BYTES_PROCESSED = 0x0005;
const TOTAL_UNCORRECTED_ERRORS = 0x0006;

export const WRITE_ERROR_COUNTERS: LogPage = {
  code: 0x02,
  name: "Write Error Counters",
  clause: "SPC-4 7.3.21",
  disableSave: true,
  parameters: [
    { code: TOTAL_BYTES_PROCESSED, counter: "bytesWritten", bytes: 8 },
    { code: TOTAL_UNCORRECTED_ERRORS, counter: "uncorrectedWriteErrors", bytes: 4 },
  ],
};

export const READ_ERROR_COUNTERS: LogPage = {
  code: 0x03,
  name: "Read Error Counters",
  clause: "SPC-4 7.3.15",
  disableSave: true,
  parameters: [
    { code: TOTAL_BYTES_PROCESSED, counter: "bytesRead", bytes: 8 },
    { code: TOTAL_UNCORRECTED_ERRORS, counter: "uncorrectedReadErrors", bytes: 4 },
  ],
};

export const NON_MEDIUM_ERROR: LogPage = {
  code: 0x06,
  name: "Non-Medium Error",
  clause: "SPC-4 7.3.13",
  disableSave: true,
  parameters: [{ code: 0x0000, counter: "nonMediumErrors", bytes: 4 }],
};

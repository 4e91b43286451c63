/** Supported Log Pages (00h): SPC-4 7.3.17. What it lists comes from log-page-table.ts. */
import type { LogPage } from "./log-page.ts";

export const SUPPORTED_LOG_PAGES: LogPage = {
  code: 0x00,
  name: "Supported Log Pages",
  clause: "SPC-4 7.3.17",
  disableSave: false,
  parameters: [],
};

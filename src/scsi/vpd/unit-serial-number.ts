/** Unit Serial Number (80h): SPC-4 7.8.18. */
import type { VpdPage } from "./vpd-page.ts";

export const UNIT_SERIAL_NUMBER: VpdPage = {
  code: 0x80,
  name: "Unit Serial Number",
  clause: "SPC-4 7.8.18",
  encode: (lunNexus) => Buffer.from(lunNexus.lu.identity.serial, "ascii"),
};

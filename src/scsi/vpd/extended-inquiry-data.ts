/** Extended INQUIRY Data (86h): SPC-4 7.8.7. */
import type { VpdPage } from "./vpd-page.ts";

const BODY_BYTES = 60;
/**
 * HEADSUP and SIMPSUP. Every task is enabled as soon as it is admitted, so nothing can stand before a head of queue task;
 * ORDSUP stays 0, because nothing waits for older tasks either.
 */
const TASK_ATTRIBUTES = 0x04 | 0x01;
/** V_SUP: the cache (the host's page cache) is volatile. WCE says whether it is used. */
const V_SUP = 0x01;

export const EXTENDED_INQUIRY_DATA: VpdPage = {
  code: 0x86,
  name: "Extended INQUIRY Data",
  clause: "SPC-4 7.8.7",
  encode: () => {
    const out = Buffer.alloc(BODY_BYTES);
    out[5 - 4] = TASK_ATTRIBUTES;
    out[6 - 4] = V_SUP;
    return out;
  },
};

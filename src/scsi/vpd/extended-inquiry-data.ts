/** Extended INQUIRY Data (86h): SPC-4 7.8.7. */
import type { VpdPage } from "./vpd-page.ts";

const BODY_BYTES = 60;
/** HEADSUP, ORDSUP and SIMPSUP: see task-set.ts. */
const TASK_ATTRIBUTES = 0x04 | 0x02 | 0x01;
/** V_SUP: the cache (the host's page cache) is volatile. WCE says whether it is used. */
const V_SUP = 0x01;
/** R_SUP: REPORT REFERRALS and the Referrals page are there. */
const R_SUP = 0x10;

export const EXTENDED_INQUIRY_DATA: VpdPage = {
  code: 0x86,
  name: "Extended INQUIRY Data",
  clause: "SPC-4 7.8.7",
  encode: () => {
    const out = Buffer.alloc(BODY_BYTES);
    out[5 - 4] = TASK_ATTRIBUTES;
    out[6 - 4] = V_SUP;
    out[8 - 4] = R_SUP;
    return out;
  },
};

/** Referrals (B3h): SBC-3 6.6.7. */
import type { VpdPage } from "./vpd-page.ts";

const BODY_BYTES = 12;

export const REFERRALS: VpdPage = {
  code: 0xb3,
  name: "Referrals",
  clause: "SBC-3 6.6.7",
  // USER DATA SEGMENT SIZE and MULTIPLIER 0: what REPORT REFERRALS says of LBA ranges is all there is to know.
  encode: () => Buffer.alloc(BODY_BYTES),
};

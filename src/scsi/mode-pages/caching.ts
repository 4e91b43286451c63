/** Caching mode page (08h): SBC-3 6.5.5. */
import type { ModePage } from "./mode-page.ts";

/** Byte of WCE. */
export const WCE_AT = 2;

export const CACHING: ModePage = {
  code: 0x08,
  subpage: 0,
  name: "Caching",
  clause: "SBC-3 6.5.5",
  fixed: [0x08, 0x12, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
  changeable: [{ byte: WCE_AT, mask: 0x04, parameter: "writeCacheEnabled" }], // WCE
};

/**
 * Control Extension mode page (0Ah, subpage 01h): SPC-4 7.5.9. SCSIP: SET TIMESTAMP sets the timestamp, and nothing else does (TCMOS is
 * 0). IALUAE is 0: no target port group changes its state by itself.
 */
import type { ModePage } from "./mode-page.ts";

const SPF = 0x40;
const SCSIP = 0x02;

export const CONTROL_EXTENSION: ModePage = {
  code: 0x0a,
  subpage: 0x01,
  name: "Control Extension",
  clause: "SPC-4 7.5.9",
  fixed: [SPF | 0x0a, 0x01, 0x00, 0x1c, SCSIP, ...new Array<number>(27).fill(0)],
  changeable: [],
};

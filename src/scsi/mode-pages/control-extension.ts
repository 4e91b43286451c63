/** Control Extension mode page (0Ah, subpage 01h): SPC-4 7.5.9. Nothing of it is in use: no timestamp, no implicit state changes. */
import type { ModePage } from "./mode-page.ts";

const SPF = 0x40;

export const CONTROL_EXTENSION: ModePage = {
  code: 0x0a,
  subpage: 0x01,
  name: "Control Extension",
  clause: "SPC-4 7.5.9",
  fixed: [SPF | 0x0a, 0x01, 0x00, 0x1c, ...new Array<number>(28).fill(0)],
  changeable: [],
};

/** Informational Exceptions Control mode page (1Ch): SBC-3 6.5.8, SPC-4 7.5.12. */
import type { ModePage } from "./mode-page.ts";

/** DEXCPT: exceptions are not reported. A volume has no failures to predict. */
const DEXCPT = 0x08;

export const INFORMATIONAL_EXCEPTIONS: ModePage = {
  code: 0x1c,
  subpage: 0,
  name: "Informational Exceptions Control",
  clause: "SBC-3 6.5.8",
  fixed: [0x1c, 0x0a, DEXCPT, 0, 0, 0, 0, 0, 0, 0, 0, 0],
  changeable: [],
};

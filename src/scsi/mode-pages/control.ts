/** Control mode page (0Ah): SPC-4 7.5.8. */
import type { ModePage } from "./mode-page.ts";

/** GLTSD: log parameters are never saved. */
const GLTSD = 0x02;
/**
 * QUEUE ALGORITHM MODIFIER 1h, unrestricted reordering: simple tasks run side by side and end in any order, also writes of one
 * initiator to the same block. 0h would promise the final contents that their order would leave. Who wants an order asks for it
 * with the ordered attribute, which holds whatever this field says (SAM-5 8.6.3).
 */
const UNRESTRICTED_REORDERING = 0x10;

export const CONTROL: ModePage = {
  code: 0x0a,
  subpage: 0,
  name: "Control",
  clause: "SPC-4 7.5.8",
  // TST 000b, QERR 00b, UA_INTLCK_CTRL 00b and TAS 0: one task set; attentions are cleared when reported; an abort by
  // somebody else leaves no status.
  fixed: [0x0a, 0x0a, GLTSD, UNRESTRICTED_REORDERING, 0, 0, 0, 0, 0, 0, 0, 0],
  changeable: [
    { byte: 2, mask: 0x04, parameter: "descriptorSense" }, // D_SENSE
    { byte: 4, mask: 0x08, parameter: "softwareWriteProtect" }, // SWP
  ],
};

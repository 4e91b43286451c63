/** Mode Page Policy (87h): SPC-4 7.8.9. */
import type { VpdPage } from "./vpd-page.ts";

const ALL_PAGES = 0x3f;
const ALL_SUBPAGES = 0xff;
/** Every I_T nexus sees and changes the same mode parameters; MLUS 0: those of this unit alone. */
const SHARED = 0x00;

export const MODE_PAGE_POLICY: VpdPage = {
  code: 0x87,
  name: "Mode Page Policy",
  clause: "SPC-4 7.8.9",
  encode: () => Buffer.from([ALL_PAGES, ALL_SUBPAGES, SHARED, 0]),
};

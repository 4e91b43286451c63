/** Read-Write Error Recovery mode page (01h): SBC-3 6.5.8. */
import type { ModePage } from "./mode-page.ts";

export const READ_WRITE_ERROR_RECOVERY: ModePage = {
  code: 0x01,
  subpage: 0,
  name: "Read-Write Error Recovery",
  clause: "SBC-3 6.5.8",
  // No retries and no reallocation of our own: the storage under the volume has done that before it reports an error.
  fixed: [0x01, 0x0a, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
  changeable: [{ byte: 7, mask: 0x80, parameter: "thresholdsReported" }], // LBPERE
};

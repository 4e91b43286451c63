/** Block Device Characteristics (B1h): SBC-3 6.6.2. */
import type { VpdPage } from "./vpd-page.ts";

const BODY_BYTES = 60;
/** MEDIUM ROTATION RATE: a non-rotating medium, so that hosts neither sort nor wait for a head. */
const NON_ROTATING = 0x0001;

export const BLOCK_DEVICE_CHARACTERISTICS: VpdPage = {
  code: 0xb1,
  name: "Block Device Characteristics",
  clause: "SBC-3 6.6.2",
  encode: () => {
    const out = Buffer.alloc(BODY_BYTES);
    out.writeUInt16BE(NON_ROTATING, 4 - 4);
    return out;
  },
};

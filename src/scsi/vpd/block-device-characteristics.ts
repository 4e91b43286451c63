/** Block Device Characteristics (B1h): SBC-3 6.6.2; WABEREQ: SBC-4 6.6.2. */
import type { VpdPage } from "./vpd-page.ts";

const BODY_BYTES = 60;
/** MEDIUM ROTATION RATE: a non-rotating medium, so that hosts neither sort nor wait for a head. */
const NON_ROTATING = 0x0001;

/** WABEREQ of 01b (table 261), where SANITIZE has BLOCK ERASE: a block that was erased and not written since can be read. */
const READS_AFTER_BLOCK_ERASE = 0b01 << 6;

export const BLOCK_DEVICE_CHARACTERISTICS: VpdPage = {
  code: 0xb1,
  name: "Block Device Characteristics",
  clause: "SBC-3 6.6.2",
  encode: ({ lu }) => {
    const out = Buffer.alloc(BODY_BYTES);
    out.writeUInt16BE(NON_ROTATING, 4 - 4);
    // WACEREQ stays 0: there is no cryptographic erase.
    if (lu.geometry.thin) out[7 - 4] = READS_AFTER_BLOCK_ERASE;
    return out;
  },
};

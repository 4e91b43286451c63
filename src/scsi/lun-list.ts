/**
 * LUNs as they stand in parameter data (SAM-5 4.7): eight bytes, single level. Up to 255 the peripheral device addressing
 * method (bus 0), above it flat space. A number must have the same form here as in the transport's headers.
 */
import { assert } from "../common/assert.ts";

export const LUN_BYTES = 8;
const PERIPHERAL_MAX = 0xff;
const FLAT_SPACE_METHOD = 0x4000;
const FLAT_SPACE_MAX = 0x3fff;

/** The LUN list of REPORT LUNS without its header, ascending (SPC-4 6.33). */
export function encodeLunList(luns: readonly number[]): Buffer {
  const out = Buffer.alloc(luns.length * LUN_BYTES);
  [...luns]
    .sort((a, b) => a - b)
    .forEach((lun, index) => {
      assert(Number.isInteger(lun) && lun >= 0 && lun <= FLAT_SPACE_MAX, `LUN ${lun} has no single-level form`);
      out.writeUInt16BE(lun <= PERIPHERAL_MAX ? lun : FLAT_SPACE_METHOD | lun, index * LUN_BYTES);
    });
  return out;
}

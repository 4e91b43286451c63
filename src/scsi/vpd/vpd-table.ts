/** The vital product data pages: SPC-4 7.8.1, table of page codes; SBC-3 6.6 for B0h to B2h. */

import { BLOCK_DEVICE_CHARACTERISTICS } from "./block-device-characteristics.ts";
import { BLOCK_LIMITS } from "./block-limits-page.ts";
import { DEVICE_IDENTIFICATION } from "./device-identification.ts";
import { EXTENDED_INQUIRY_DATA } from "./extended-inquiry-data.ts";
import { LOGICAL_BLOCK_PROVISIONING } from "./logical-block-provisioning.ts";
import { MANAGEMENT_NETWORK_ADDRESSES } from "./management-network-addresses.ts";
import { MODE_PAGE_POLICY } from "./mode-page-policy.ts";
import { REFERRALS } from "./referrals.ts";
import { SCSI_PORTS } from "./scsi-ports.ts";
import { supportedPages } from "./supported-pages.ts";
import { THIRD_PARTY_COPY } from "./third-party-copy.ts";
import { UNIT_SERIAL_NUMBER } from "./unit-serial-number.ts";
import type { VpdPage } from "./vpd-page.ts";

const SUPPORTED_VPD_PAGES: VpdPage = {
  code: 0x00,
  name: "Supported VPD Pages",
  clause: "SPC-4 7.8.19",
  encode: () => supportedPages([...VPD_PAGES.keys()]),
};

/** By page code, ascending. */
export const VPD_PAGES: ReadonlyMap<number, VpdPage> = new Map(
  [
    SUPPORTED_VPD_PAGES,
    UNIT_SERIAL_NUMBER,
    DEVICE_IDENTIFICATION,
    MANAGEMENT_NETWORK_ADDRESSES,
    EXTENDED_INQUIRY_DATA,
    MODE_PAGE_POLICY,
    SCSI_PORTS,
    THIRD_PARTY_COPY,
    BLOCK_LIMITS,
    BLOCK_DEVICE_CHARACTERISTICS,
    LOGICAL_BLOCK_PROVISIONING,
    REFERRALS,
  ].map((page) => [page.code, page]),
);

export { supportedPages };

/** A page with its header: peripheral byte, page code, length of what follows. */
export function vpdPage(peripheral: number, code: number, body: Buffer): Buffer {
  const out = Buffer.alloc(4 + body.length);
  out[0] = peripheral;
  out[1] = code;
  out.writeUInt16BE(body.length, 2);
  body.copy(out, 4);
  return out;
}

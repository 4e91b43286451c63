/** Logical Block Provisioning (B2h): SBC-3 6.6.4. */
import { blockLimits } from "../block-limits.ts";
import type { VpdPage } from "./vpd-page.ts";

const LBPU = 0x80;
const LBPWS = 0x40;
const LBPWS10 = 0x20;
const LBPRZ = 0x04;
const ANC_SUP = 0x02;

export const LOGICAL_BLOCK_PROVISIONING: VpdPage = {
  code: 0xb2,
  name: "Logical Block Provisioning",
  clause: "SBC-3 6.6.4",
  encode: ({ lu }) => {
    const limits = blockLimits(lu.geometry, lu.backend?.facts);
    return Buffer.from([
      limits.thresholdExponent,
      (limits.provisioningManagement ? LBPU | LBPWS | LBPWS10 : 0) |
        (limits.unmappedReadsZero ? LBPRZ : 0) |
        (limits.anchorSupported ? ANC_SUP : 0),
      limits.provisioningType,
      0, // no threshold percentage
    ]);
  },
};

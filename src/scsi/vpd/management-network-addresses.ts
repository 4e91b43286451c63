/** Management Network Addresses (85h): SPC-4 7.8.8. */
import type { VpdPage } from "./vpd-page.ts";

export const MANAGEMENT_NETWORK_ADDRESSES: VpdPage = {
  code: 0x85,
  name: "Management Network Addresses",
  clause: "SPC-4 7.8.8",
  // An empty list: a unit is managed where the daemon runs, not through an address of its own.
  encode: () => Buffer.alloc(0),
};

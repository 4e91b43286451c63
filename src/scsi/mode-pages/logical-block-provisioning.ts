/**
 * Logical Block Provisioning mode page (1Ch, subpage 02h): SBC-3 6.5.9. Two thresholds: one for the space that is left, told when it falls
 * to the count, and one for the space that the unit takes, told when it grows to the count.
 */
import { hasThresholds, initialAvailableThreshold, ThresholdResource, unitThresholdSets } from "../provisioning-threshold.ts";
import type { ModePage } from "./mode-page.ts";

const SPF = 0x40;
/** THRESHOLD ARMING, bits 2 to 0. THRESHOLD TYPE 000b: a soft threshold that counts threshold sets. */
const Arming = { Decreasing: 0b000, Increasing: 0b001 } as const;
const AVAILABLE_AT = 16;
const USED_AT = 24;
const COUNT_AT = 4;
const ENABLED = 0x80;

export const LOGICAL_BLOCK_PROVISIONING: ModePage = {
  code: 0x1c,
  subpage: 0x02,
  name: "Logical Block Provisioning",
  clause: "SBC-3 6.5.9",
  fixed: [
    ...[SPF | 0x1c, 0x02, 0x00, 0x1c, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
    ...[Arming.Decreasing, ThresholdResource.Available, 0, 0, 0, 0, 0, 0],
    ...[Arming.Increasing, ThresholdResource.Used, 0, 0, 0, 0, 0, 0],
  ],
  changeable: [
    { byte: 4, mask: 0x01, parameter: "thresholdToOneInitiator" }, // SITUA
    { byte: AVAILABLE_AT, mask: ENABLED, parameter: "availableThresholdEnabled" },
    { byte: USED_AT, mask: ENABLED, parameter: "usedThresholdEnabled" },
  ],
  numbers: [
    { byte: AVAILABLE_AT + COUNT_AT, parameter: "availableThreshold", initial: initialAvailableThreshold },
    { byte: USED_AT + COUNT_AT, parameter: "usedThreshold", initial: unitThresholdSets },
  ],
  available: hasThresholds,
};

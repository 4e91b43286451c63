/** Logical Block Provisioning log page (0Ch): SBC-3 6.4.4. */
import { hasThresholds, type ResourceCounts, resourceCounts, ThresholdResource } from "../provisioning-threshold.ts";
import type { ListParameter, LogPage } from "./log-page.ts";

const VALUE_BYTES = 8;
/** SCOPE: the file is the unit's own; what is left of the filesystem is for everybody on it. */
const Scope = { Dedicated: 0b01, Shared: 0b10 } as const;

const resource = (code: number, scope: number, count: (counts: ResourceCounts) => number): ListParameter => ({
  code,
  value: (_lu, space) => {
    const out = Buffer.alloc(VALUE_BYTES);
    out.writeUInt32BE(space === undefined ? 0 : count(resourceCounts(space)), 0);
    out[4] = scope;
    return out;
  },
});

export const LOGICAL_BLOCK_PROVISIONING_LOG: LogPage = {
  code: 0x0c,
  name: "Logical Block Provisioning",
  clause: "SBC-3 6.4.4",
  disableSave: true,
  needsSpace: true,
  available: hasThresholds,
  parameters: [
    resource(ThresholdResource.Available, Scope.Shared, ({ available }) => available),
    resource(ThresholdResource.Used, Scope.Dedicated, ({ used }) => used),
  ],
};

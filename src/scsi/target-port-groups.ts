/**
 * Target port groups of a logical unit (SPC-4 5.15): every portal group is one, with one port. The groups of a target are those that it is
 * reachable through; how each stands towards the unit is in the unit's state.
 */
import type { GroupAccess, LogicalUnit } from "./logical-unit.ts";
import { AccessState } from "./unit-condition.ts";

const ACTIVE: GroupAccess = Object.freeze({ state: AccessState.ActiveOptimized, preferred: false, statusCode: 0 });

export function accessOf(lu: LogicalUnit, group: number): GroupAccess {
  return lu.state.access.get(group) ?? ACTIVE;
}

/** The states that a host may ask for with SET TARGET PORT GROUPS, and the bits of REPORT TARGET PORT GROUPS that say so (SPC-4 6.37). */
export const SETTABLE_STATES: ReadonlyMap<number, { readonly state: AccessState; readonly supportedBit: number }> = new Map(
  [
    { state: AccessState.ActiveOptimized, supportedBit: 0x01 },
    { state: AccessState.ActiveNonOptimized, supportedBit: 0x02 },
    { state: AccessState.Standby, supportedBit: 0x04 },
    { state: AccessState.Unavailable, supportedBit: 0x08 },
  ].map((row) => [row.state, row]),
);

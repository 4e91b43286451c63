/**
 * I_T and I_T_L nexuses (SAM-5 4.6): who talks to which port, and what one initiator port sees at one
 * LUN. A session of the transport is one Nexus.
 */

import { PERMIT_ALL } from "./command.ts";
import type { LogicalUnit } from "./logical-unit.ts";
import { NexusCounters } from "./nexus-counters.ts";
import { UnitAttentionQueue } from "./unit-attention.ts";
import { Condition } from "./unit-condition.ts";

/** The target port of a nexus (SAM-5 4.6.3, RFC 7143 4.2.7.1). */
export interface TargetPort {
  /** iSCSI target name. */
  readonly targetName: string;
  /** Target portal group tag: also the relative target port identifier and the target port group. */
  readonly portalGroupTag: number;
  /** SCSI target port name: `name,t,0xTTTT`. */
  readonly portName: string;
  /** Tags of every portal group of the target, ascending, this one's among them: its other ports (REPORT TARGET PORT GROUPS, ALL_TG_PT). */
  readonly groups: readonly number[];
}

/** One entry of an initiator's view. */
export interface LunView {
  readonly lun: number;
  readonly lu: LogicalUnit;
  readonly readOnly: boolean;
}

export class LunNexus {
  readonly nexus: Nexus;
  readonly lun: number;
  readonly lu: LogicalUnit;
  readOnly: boolean;
  readonly attentions = new UnitAttentionQueue();
  /** What reservations let this nexus do: bits of `Need`. Recomputed when the unit's state is published. */
  permits: number = PERMIT_ALL;
  /** What keeps commands from running: bits of `Condition`. Recomputed when the unit's state is published. */
  condition: number = Condition.None;
  /** Every write of this nexus is on stable storage before its status: its host may believe so (cache-trust.ts). */
  writeThrough = false;
  /** Since when its host knows that writes are cached, milliseconds of DeviceServer.now; undefined: it does not, or that is settled. */
  toldOfCacheAt: number | undefined = undefined;
  /** How many of the backend's failed flushes this nexus has been told of. */
  seenFailedFlushes = 0;
  /** What WRITE BUFFER has put there last, at most limits.echo_buffer_bytes. */
  echoBuffer: Buffer | undefined = undefined;
  /** PREVENT of PREVENT ALLOW MEDIUM REMOVAL is in force for this nexus. */
  preventsRemoval = false;

  constructor(nexus: Nexus, view: LunView) {
    this.nexus = nexus;
    this.lun = view.lun;
    this.lu = view.lu;
    this.readOnly = view.readOnly;
  }
}

export class Nexus {
  /** iSCSI initiator name. */
  readonly initiatorName: string;
  /** SCSI initiator port name: `name,i,0xIIIIIIIIIIII` (RFC 7143 4.2.7.1). */
  readonly initiatorPort: string;
  /** Replaced when the target gains or loses other ports; the port of the nexus itself stays. */
  targetPort: TargetPort;
  readonly luns = new Map<number, LunNexus>();
  readonly counters = new NexusCounters();
  /** The transport of this nexus carries QUERY TASK, QUERY TASK SET, QUERY ASYNCHRONOUS EVENT and I_T NEXUS RESET (RFC 7144). */
  carriesQueries = false;

  constructor(initiatorName: string, isid: string, targetPort: TargetPort) {
    this.initiatorName = initiatorName;
    this.initiatorPort = `${initiatorName},i,0x${isid}`;
    this.targetPort = targetPort;
  }

  /** Takes the view at login: joins each logical unit and gets its power-on attention there. */
  attach(views: readonly LunView[]): void {
    for (const view of views) {
      const lunNexus = new LunNexus(this, view);
      this.luns.set(view.lun, lunNexus);
      view.lu.join(lunNexus);
    }
  }

  /** At the end of the session: an I_T nexus loss for each logical unit (SAM-5 6.3.4). */
  detach(): void {
    for (const lunNexus of this.luns.values()) lunNexus.lu.leave(lunNexus);
    this.luns.clear();
  }
}

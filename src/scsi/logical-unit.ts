/** A logical unit (SAM-5 4.6.8): one volume as all its initiators see it. */

import type { AtomicJournal } from "../backend/atomic-journal.ts";
import type { BlockBackend, Space } from "../backend/block-backend.ts";
import { assert } from "../common/assert.ts";
import { distrustCache } from "./cache-trust.ts";
import { type IdentifyingInformation, NO_INFORMATION, type SanitizeRecord } from "./durable-state.ts";
import { LogCounters } from "./log-pages/log-counters.ts";
import { LuCounters } from "./lu-counters.ts";
import { DEFAULT_MODES, type ModeState } from "./mode-pages/mode-state.ts";
import type { LunNexus, Nexus } from "./nexus.ts";
import { RangeLocks } from "./range-locks.ts";
import {
  NO_RESERVATION,
  permitsOf,
  type ReservationState,
  reservationsAfterNexusLoss,
  reservationsAfterReset,
} from "./reservations.ts";
import type { SanitizeOperation } from "./sanitize.ts";
import { TaskSet } from "./task-set.ts";
import { POWER_ON_TIMESTAMP, type Timestamp } from "./timestamp.ts";
import { ATTENTION, type Attention } from "./unit-attention.ts";
import { type AccessState, conditionOf } from "./unit-condition.ts";

/** What never changes while the unit exists (see "Identity" in the configuration reference). */
export interface LuIdentity {
  /** Volume name. */
  readonly name: string;
  /** NAA designator, 16 bytes, first nibble 6 (SPC-4 7.8.6.6.5). */
  readonly naa: Buffer;
  /** UUID designator, 16 bytes (SPC-5 7.7.6.11). */
  readonly uuid: Buffer;
  /** Unit serial number, ASCII. */
  readonly serial: string;
  /** 8 and 16 ASCII characters, padded; revision 4. */
  readonly vendor: string;
  readonly product: string;
  readonly revision: string;
}

export interface LuGeometry {
  readonly blockSize: number;
  readonly physicalBlockSize: number;
  readonly thin: boolean;
  readonly readOnly: boolean;
  /** The medium can be ejected and loaded (RMB of INQUIRY). */
  readonly removable: boolean;
  /** Most bytes of one command (VPD B0h MAXIMUM TRANSFER LENGTH). */
  readonly maxTransferBytes: number;
  readonly maxUnmapBytes: number;
  readonly maxUnmapDescriptors: number;
  readonly maxWriteSameBytes: number;
  readonly maxCompareAndWriteBlocks: number;
  readonly maxRegistrants: number;
  readonly sanitizeBytesPerSecond: number;
  /** Percent of a thin unit's size: hosts are warned when less space than that is left under it. */
  readonly spaceWarningPercent: number;
}

/** How a target port group stands towards a logical unit (SPC-4 5.15.2). */
export interface GroupAccess {
  readonly state: AccessState;
  /** PREF. */
  readonly preferred: boolean;
  /** STATUS CODE: 0 never changed, 1 by SET TARGET PORT GROUPS, 2 implicitly. */
  readonly statusCode: 0 | 1 | 2;
}

/** The published snapshot. Replaced whole, never changed in place. */
export interface LuState {
  readonly generation: number;
  readonly sizeBlocks: number;
  /** "offline": the operator has taken it out of service; "reopening": its backend is replaced, for a moment. */
  readonly service: "open" | "reopening" | "offline";
  /** START STOP UNIT has stopped it (SBC-3 5.25). */
  readonly stopped: boolean;
  /** START STOP UNIT has ejected the medium of a removable unit. */
  readonly ejected: boolean;
  /** By target port group; a group that is not here is active/optimized. */
  readonly access: ReadonlyMap<number, GroupAccess>;
  readonly modes: ModeState;
  readonly reservations: ReservationState;
  /** Whether what the unit has to remember is there (SPC-4 5.13.5.2, 5.13.5.3). */
  readonly memory: "intact" | "lost" | "unavailable";
  /** SET IDENTIFYING INFORMATION. */
  readonly identifying: IdentifyingInformation;
  /** A sanitize operation that has begun and not succeeded. */
  readonly sanitize: SanitizeRecord | undefined;
  /** Counted on by timestampAt(); neither a loss of an I_T nexus nor a logical unit reset changes it (SPC-4 5.2). */
  readonly timestamp: Timestamp;
}

export class LogicalUnit {
  readonly identity: LuIdentity;
  /** Replaced when the backend comes online: what it can do is known only then. */
  geometry: LuGeometry;
  /** undefined: the volume is offline, commands that need the medium answer NOT READY. */
  backend: BlockBackend | undefined;
  /** Why there is none, for people. */
  offlineBecause: string | undefined = undefined;
  /** Path of that, so that a sanitize operation never goes on with another disk; undefined: storage that ends with the process. */
  storage: string | undefined = undefined;
  /** Of that, as it was last looked at, while the unit is thin and its storage tells. */
  space: Space | undefined = undefined;
  /** Where WRITE ATOMIC keeps what a crash would interrupt; undefined: the unit has no such command. */
  atomicJournal: AtomicJournal | undefined = undefined;
  /** The sanitize operation that is at work in this process. */
  sanitizing: SanitizeOperation | undefined = undefined;
  state: LuState;
  /** Mode parameters as configured: the default values of the mode pages, and what a reset restores (SPC-4 7.5.1). */
  defaultModes: ModeState;
  /** WCE was 0 at some time: hosts that have read that then, maybe in an earlier session, send no flushes (cache-trust.ts). */
  wasWriteThrough = false;
  /** How often that was so, or was about to be. */
  cacheDistrusts = 0;
  /** The size of the backend is about to be published, or taken back: nobody else publishes what it is meanwhile. */
  sizeHeld = false;
  readonly tasks = new TaskSet();
  readonly counters = new LuCounters();
  readonly logCounters = new LogCounters(this.counters);
  readonly nexuses = new Set<LunNexus>();
  readonly locks = new RangeLocks(this.tasks);
  /** Bytes of a logical block. LBAs become bytes by multiplication: a shift would cut them to 32 bits. */
  readonly blockSize: number;

  constructor(
    identity: LuIdentity,
    geometry: LuGeometry,
    backend: BlockBackend | undefined,
    writeCache: boolean,
    access: ReadonlyMap<number, GroupAccess> = new Map(),
  ) {
    this.identity = identity;
    this.geometry = geometry;
    this.blockSize = geometry.blockSize;
    this.backend = backend;
    this.defaultModes = Object.freeze({
      ...DEFAULT_MODES,
      writeCacheEnabled: writeCache,
      availableThresholdEnabled: geometry.spaceWarningPercent > 0,
    });
    this.wasWriteThrough = !writeCache;
    this.state = {
      generation: 1,
      sizeBlocks: backend ? Math.floor(backend.sizeBytes / geometry.blockSize) : 0,
      service: "open",
      stopped: false,
      ejected: false,
      access,
      modes: this.defaultModes,
      reservations: NO_RESERVATION,
      memory: "intact",
      identifying: NO_INFORMATION,
      sanitize: undefined,
      timestamp: POWER_ON_TIMESTAMP,
    };
  }

  join(lunNexus: LunNexus): void {
    this.nexuses.add(lunNexus);
    lunNexus.seenFailedFlushes = this.backend?.failedFlushes ?? 0;
    lunNexus.writeThrough = this.wasWriteThrough;
    lunNexus.permits = permitsOf(this.state.reservations, lunNexus.nexus);
    lunNexus.condition = conditionOf(this.state, lunNexus);
    lunNexus.attentions.establish(ATTENTION.powerOn);
  }

  leave(lunNexus: LunNexus): void {
    assert(this.nexuses.delete(lunNexus), "a nexus leaves a unit that it had joined");
    const reservations = reservationsAfterNexusLoss(this.state.reservations, lunNexus.nexus);
    if (reservations !== this.state.reservations) this.publish({ ...this.state, reservations });
  }

  /** The only way the state changes; recomputes what each nexus may do and what it meets. */
  publish(state: LuState): void {
    this.state = { ...state, generation: this.state.generation + 1 };
    if (!state.modes.writeCacheEnabled) distrustCache(this);
    for (const lunNexus of this.nexuses) {
      lunNexus.permits = permitsOf(state.reservations, lunNexus.nexus);
      lunNexus.condition = conditionOf(state, lunNexus);
    }
  }

  /** Another backend, or none. Failed flushes that a nexus has not heard of stay to be told. */
  replaceBackend(backend: BlockBackend | undefined): void {
    const shift = (backend?.failedFlushes ?? 0) - (this.backend?.failedFlushes ?? 0);
    for (const lunNexus of this.nexuses) lunNexus.seenFailedFlushes += shift;
    // What was counted stays counted, also when the same backend comes back.
    this.counters.earlierFailedFlushes -= shift;
    this.space = undefined;
    this.backend = backend;
  }

  /** What a logical unit reset leaves of the state (SAM-5 6.3.3): persistent reservations stay; a legacy one and changed mode parameters go. */
  stateAfterReset(state: LuState): LuState {
    return { ...state, stopped: false, modes: this.defaultModes, reservations: reservationsAfterReset(state.reservations) };
  }

  /** Establishes a unit attention for every nexus, or every one but `except`. */
  attend(condition: Attention, except?: Nexus): void {
    for (const lunNexus of this.nexuses) if (lunNexus.nexus !== except) lunNexus.attentions.establish(condition);
  }
}

/** A logical unit (SAM-5 4.6.8): one volume as all its initiators see it. */

import type { BlockBackend } from "../backend/block-backend.ts";
import { assert } from "../common/assert.ts";
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
import { TaskSet } from "./task-set.ts";
import { ATTENTION, type Attention } from "./unit-attention.ts";

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
  /** Most bytes of one command (VPD B0h MAXIMUM TRANSFER LENGTH). */
  readonly maxTransferBytes: number;
  readonly maxUnmapBytes: number;
  readonly maxUnmapDescriptors: number;
  readonly maxWriteSameBytes: number;
  readonly maxCompareAndWriteBlocks: number;
  readonly maxRegistrants: number;
}

/** The published snapshot. Replaced whole, never changed in place. */
export interface LuState {
  readonly generation: number;
  readonly sizeBlocks: number;
  /** START STOP UNIT has stopped it (SBC-3 5.25). */
  readonly stopped: boolean;
  readonly modes: ModeState;
  readonly reservations: ReservationState;
}

export class LogicalUnit {
  readonly identity: LuIdentity;
  /** Replaced when the backend comes online: what it can do is known only then. */
  geometry: LuGeometry;
  /** undefined: the volume is offline, commands that need the medium answer NOT READY. */
  backend: BlockBackend | undefined;
  state: LuState;
  /** Mode parameters as configured: the default values of the mode pages, and what a reset restores (SPC-4 7.5.1). */
  readonly defaultModes: ModeState;
  readonly tasks = new TaskSet();
  readonly counters = new LuCounters();
  readonly nexuses = new Set<LunNexus>();
  readonly locks = new RangeLocks(this.tasks);
  /** Bytes of a logical block. LBAs become bytes by multiplication: a shift would cut them to 32 bits. */
  readonly blockSize: number;

  constructor(identity: LuIdentity, geometry: LuGeometry, backend: BlockBackend | undefined, writeCache: boolean) {
    this.identity = identity;
    this.geometry = geometry;
    this.blockSize = geometry.blockSize;
    this.backend = backend;
    this.defaultModes = Object.freeze({ ...DEFAULT_MODES, writeCacheEnabled: writeCache });
    this.state = {
      generation: 1,
      sizeBlocks: backend ? Math.floor(backend.sizeBytes / geometry.blockSize) : 0,
      stopped: false,
      modes: this.defaultModes,
      reservations: NO_RESERVATION,
    };
  }

  join(lunNexus: LunNexus): void {
    this.nexuses.add(lunNexus);
    lunNexus.seenFailedFlushes = this.backend?.failedFlushes ?? 0;
    lunNexus.permits = permitsOf(this.state.reservations, lunNexus.nexus);
    lunNexus.attentions.establish(ATTENTION.powerOn);
  }

  leave(lunNexus: LunNexus): void {
    assert(this.nexuses.delete(lunNexus), "a nexus leaves a unit that it had joined");
    const reservations = reservationsAfterNexusLoss(this.state.reservations, lunNexus.nexus);
    if (reservations !== this.state.reservations) this.publish({ ...this.state, reservations });
  }

  /** The only way the state changes; recomputes what each nexus may do. */
  publish(state: LuState): void {
    this.state = { ...state, generation: this.state.generation + 1 };
    for (const lunNexus of this.nexuses) lunNexus.permits = permitsOf(state.reservations, lunNexus.nexus);
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

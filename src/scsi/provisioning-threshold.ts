/**
 * Thresholds of logical block provisioning (SBC-3 4.7.3.8): what is left of the storage under a thin unit, and what the unit takes of it,
 * counted in threshold sets, and who is told when a count reaches its threshold.
 */
import type { Space } from "../backend/block-backend.ts";
import type { LogicalUnit } from "./logical-unit.ts";
import { ATTENTION } from "./unit-attention.ts";

/** Bytes of a threshold set: 2^THRESHOLD EXPONENT logical blocks. 32 bits of them count to 4 PiB. */
const THRESHOLD_SET_BYTES = 1024 * 1024;
const MAX_COUNT = 0xffff_ffff;

/** THRESHOLD RESOURCE, and the parameter codes of the log page (SBC-3 6.5.9, 6.4.4). */
export const ThresholdResource = { Available: 0x01, Used: 0x02 } as const;

/** Only where the storage tells how much space there is. */
export const hasThresholds = (lu: LogicalUnit): boolean => lu.geometry.thin && lu.backend?.facts.tellsSpace === true;

/** THRESHOLD EXPONENT of VPD page B2h. */
export const thresholdExponent = (blockSize: number): number => Math.log2(THRESHOLD_SET_BYTES / blockSize);

const sets = (bytes: number): number => Math.min(MAX_COUNT, Math.floor(bytes / THRESHOLD_SET_BYTES));

/** Everything the unit can take: a threshold that only a full unit reaches. */
export const unitThresholdSets = (lu: LogicalUnit): number => Math.max(1, sets(lu.state.sizeBlocks * lu.blockSize));

/** `space_warning_percent` of the unit's size. */
export const initialAvailableThreshold = (lu: LogicalUnit): number =>
  Math.ceil((unitThresholdSets(lu) * lu.geometry.spaceWarningPercent) / 100);

export interface ResourceCounts {
  readonly available: number;
  readonly used: number;
}

export const resourceCounts = (space: Space): ResourceCounts => ({
  available: sets(space.availableBytes),
  used: sets(space.usedBytes),
});

/** A threshold that is reached is told once, and again when it has been left in between. */
class Threshold {
  #reached = false;
  #told = false;

  /** What is new: it is reached now and was not before; hosts have to be told, which waits until there is one. */
  look(reached: boolean, anybodyThere: boolean): { readonly newly: boolean; readonly tell: boolean } {
    const newly = reached && !this.#reached;
    this.#reached = reached;
    const tell = reached && !this.#told && anybodyThere;
    this.#told = reached && (this.#told || tell);
    return { newly, tell };
  }
}

export class ThresholdWatch {
  readonly #available = new Threshold();
  readonly #used = new Threshold();

  /** Tells hosts what `space` reaches. Returns what was newly reached, for the log. */
  check(lu: LogicalUnit, space: Space): readonly ("available" | "used")[] {
    const { modes } = lu.state;
    const counts = resourceCounts(space);
    const anybodyThere = lu.nexuses.size > 0;
    const available = this.#available.look(
      modes.availableThresholdEnabled && counts.available <= (modes.availableThreshold ?? initialAvailableThreshold(lu)),
      anybodyThere,
    );
    const used = this.#used.look(
      modes.usedThresholdEnabled && counts.used >= (modes.usedThreshold ?? unitThresholdSets(lu)),
      anybodyThere,
    );
    if ((available.tell || used.tell) && modes.thresholdsReported) tell(lu, modes.thresholdToOneInitiator);
    return [...(available.newly ? (["available"] as const) : []), ...(used.newly ? (["used"] as const) : [])];
  }
}

/** SITUA: one nexus is enough, and it is the one that has been there longest. */
function tell(lu: LogicalUnit, one: boolean): void {
  for (const lunNexus of lu.nexuses) {
    lunNexus.attentions.establish(ATTENTION.softThresholdReached);
    if (one) return;
  }
}

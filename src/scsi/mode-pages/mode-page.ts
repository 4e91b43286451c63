/** What a mode page is to MODE SENSE and MODE SELECT: SPC-4 7.5.7. */
import type { LogicalUnit } from "../logical-unit.ts";
import type { ModeFlag, ModeNumber, ModeState } from "./mode-state.ts";

/** One bit of a page that MODE SELECT may change, and the parameter it stands for. */
export interface ChangeableBit {
  /** Byte of the page. */
  readonly byte: number;
  readonly mask: number;
  readonly parameter: ModeFlag;
}

/** A four-byte number of a page that MODE SELECT may change. */
export interface ChangeableNumber {
  readonly byte: number;
  readonly parameter: ModeNumber;
  /** The value while nobody has set one. */
  readonly initial: (lu: LogicalUnit) => number;
}

export interface ModePage {
  readonly code: number;
  /** 0 in page_0 format; else the page is in sub_page format. */
  readonly subpage: number;
  readonly name: string;
  /** Standard and clause. */
  readonly clause: string;
  /** The whole page with its header, and with every changeable bit 0. */
  readonly fixed: readonly number[];
  readonly changeable: readonly ChangeableBit[];
  readonly numbers?: readonly ChangeableNumber[];
  /** Whether this unit has the page; absent: every one has. */
  readonly available?: (lu: LogicalUnit) => boolean;
}

/** The page for given parameters (current or default values). */
export function pageValues(page: ModePage, modes: ModeState, lu: LogicalUnit): Buffer {
  const out = Buffer.from(page.fixed);
  for (const { byte, mask, parameter } of page.changeable) if (modes[parameter]) out[byte]! |= mask;
  for (const { byte, parameter, initial } of page.numbers ?? []) out.writeUInt32BE(modes[parameter] ?? initial(lu), byte);
  return out;
}

/**
 * May MODE SELECT change this bit of the unit? Not WCE of a volume that is configured without write cache: another host that has seen WCE=0
 * never flushes, and what it has been told is on stable storage must be.
 */
export function isChangeable({ parameter }: ChangeableBit, lu: LogicalUnit): boolean {
  return parameter !== "writeCacheEnabled" || lu.defaultModes.writeCacheEnabled;
}

/** The mask of changeable bits under the page's own header (SPC-4 6.11.4). */
export function changeableMask(page: ModePage, lu: LogicalUnit): Buffer {
  const out = Buffer.alloc(page.fixed.length);
  const header = page.subpage === 0 ? 2 : 4;
  for (let at = 0; at < header; at += 1) out[at] = page.fixed[at]!;
  for (const bit of page.changeable) if (isChangeable(bit, lu)) out[bit.byte]! |= bit.mask;
  for (const { byte } of page.numbers ?? []) out.writeUInt32BE(0xffff_ffff, byte);
  return out;
}

/**
 * Copy sources and destinations as a parameter list names them (SPC-4 6.4.5), and the units that they are.
 *
 * A unit is looked for in the view of the nexus that sent the command and nowhere else: what it can't see it can't copy from or to.
 */
import type { LunNexus, Nexus } from "../nexus.ts";
import { SENSE, type Sense } from "../sense.ts";
import { DEVICE_IDENTIFICATION } from "../vpd/device-identification.ts";
import { CSCD_BYTES, DescriptorType } from "./copy-facts.ts";
import { badField, isSense, refusal, strayBit } from "./refusal.ts";

/** An Identification Descriptor CSCD descriptor (SPC-4 6.4.5.6). */
export interface CscdDescriptor {
  /** Its first byte in the parameter list. */
  readonly at: number;
  readonly peripheralType: number;
  readonly codeSet: number;
  readonly association: number;
  readonly designatorType: number;
  readonly designator: Buffer;
  readonly pad: boolean;
  /** DISK BLOCK LENGTH; 0: the copy manager finds out. */
  readonly blockLength: number;
}

const DESIGNATOR_AT = 8;
const DESIGNATOR_MAX_BYTES = 20;
export const BLOCK_LENGTH_AT = 29;
const PAD = 0x04;
const ASSOCIATION_LOGICAL_UNIT = 0;

/** The list is `bytes` long, a multiple of CSCD_BYTES, and lies in the buffer. */
export function parseCscdDescriptors(list: Buffer, from: number, bytes: number): CscdDescriptor[] | Sense {
  const found: CscdDescriptor[] = [];
  for (let at = from; at < from + bytes; at += CSCD_BYTES) {
    const descriptor = parseOne(list, at);
    if (isSense(descriptor)) return descriptor;
    found.push(descriptor);
  }
  return found;
}

/** LU ID TYPE and RELATIVE INITIATOR PORT IDENTIFIER are to be ignored here, and NUL is obsolete (SPC-4 6.4.5.1, 6.4.5.6). */
function parseOne(list: Buffer, at: number): CscdDescriptor | Sense {
  if (list[at] !== DescriptorType.Identification) return refusal(SENSE.unsupportedTargetDescriptorType, at);
  const stray = strayBit(list, at + 4, [0xf0, 0xc0, 0xff]) ?? strayBit(list, at + 28, [0xff & ~PAD]);
  if (stray !== undefined) return stray;
  const length = list[at + 7]!;
  if (length > DESIGNATOR_MAX_BYTES) return badField(at + 7);
  return {
    at,
    peripheralType: list[at + 1]! & 0x1f,
    codeSet: list[at + 4]! & 0x0f,
    association: (list[at + 5]! >>> 4) & 0x03,
    designatorType: list[at + 5]! & 0x0f,
    // A copy: the list's memory goes back before the copy operation ends.
    designator: Buffer.from(list.subarray(at + DESIGNATOR_AT, at + DESIGNATOR_AT + length)),
    pad: (list[at + 28]! & PAD) !== 0,
    blockLength: list.readUIntBE(at + BLOCK_LENGTH_AT, 3),
  };
}

/** Finds units by their designators, for one parameter list: what each unit reports is asked for once. */
export class UnitFinder {
  readonly #nexus: Nexus;
  readonly #found = new Map<CscdDescriptor, LunNexus | undefined>();
  #pages: readonly UnitPage[] | undefined;

  constructor(nexus: Nexus) {
    this.#nexus = nexus;
  }

  /**
   * The unit that reports the designator in its Device Identification VPD page; undefined: the nexus sees none. Of several LUNs
   * with one unit behind, one that it may write to is preferred.
   */
  find(cscd: CscdDescriptor): LunNexus | undefined {
    if (!this.#found.has(cscd)) this.#found.set(cscd, this.#search(cscd));
    return this.#found.get(cscd);
  }

  #search(cscd: CscdDescriptor): LunNexus | undefined {
    // Only designators of the logical unit tell one unit from another.
    if (cscd.association !== ASSOCIATION_LOGICAL_UNIT) return undefined;
    this.#pages ??= Array.from(this.#nexus.luns.values(), (lunNexus) => ({
      lunNexus,
      page: DEVICE_IDENTIFICATION.encode(lunNexus),
    }));
    const named = this.#pages.filter(({ page }) => hasDesignator(page, cscd));
    return (named.find(({ lunNexus }) => !lunNexus.readOnly) ?? named[0])?.lunNexus;
  }
}

interface UnitPage {
  readonly lunNexus: LunNexus;
  readonly page: Buffer;
}

/** Compared with what the page says, so that the two can't disagree. */
function hasDesignator(page: Buffer, cscd: CscdDescriptor): boolean {
  for (let at = 0; at < page.length; ) {
    const length = page[at + 3]!;
    const same =
      (page[at]! & 0x0f) === cscd.codeSet &&
      ((page[at + 1]! >>> 4) & 0x03) === cscd.association &&
      (page[at + 1]! & 0x0f) === cscd.designatorType &&
      page.subarray(at + 4, at + 4 + length).equals(cscd.designator);
    if (same) return true;
    at += 4 + length;
  }
  return false;
}

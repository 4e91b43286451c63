/** What a vital product data page is to the table: SPC-4 7.8.1. */
import type { LunNexus } from "../nexus.ts";

export interface VpdPage {
  readonly code: number;
  readonly name: string;
  /** Standard and clause. */
  readonly clause: string;
  /** Everything after the four bytes of the header. */
  readonly encode: (lunNexus: LunNexus) => Buffer;
}

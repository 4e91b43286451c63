/** The mode pages of Lunette, with their fixed bytes: SPC-4 7.5.1 and SBC-3 6.5.1, tables of page codes. */
import type { LogicalUnit } from "../logical-unit.ts";
import { CACHING } from "./caching.ts";
import { CONTROL } from "./control.ts";
import { CONTROL_EXTENSION } from "./control-extension.ts";
import { INFORMATIONAL_EXCEPTIONS } from "./informational-exceptions.ts";
import { LOGICAL_BLOCK_PROVISIONING } from "./logical-block-provisioning.ts";
import type { ModePage } from "./mode-page.ts";
import { READ_WRITE_ERROR_RECOVERY } from "./read-write-error-recovery.ts";

/** In the order in which MODE SENSE returns them: ascending by page and subpage (SPC-4 6.11.1). */
export const MODE_PAGES: readonly ModePage[] = [
  READ_WRITE_ERROR_RECOVERY,
  CACHING,
  CONTROL,
  CONTROL_EXTENSION,
  INFORMATIONAL_EXCEPTIONS,
  LOGICAL_BLOCK_PROVISIONING,
];

const ALL_PAGES = 0x3f;
const ALL_SUBPAGES = 0xff;

/** The pages that this unit has. */
export const modePagesOf = (lu: LogicalUnit): readonly ModePage[] =>
  MODE_PAGES.filter(({ available }) => available?.(lu) ?? true);

/** The pages that a MODE SENSE asks for: none when there is no such page. */
export function selectPages(lu: LogicalUnit, code: number, subpage: number): readonly ModePage[] {
  // All pages are asked for with subpage 00h or FFh; the others beside 3Fh are reserved (SPC-4 6.11.1, table of combinations).
  if (code === ALL_PAGES && subpage !== 0x00 && subpage !== ALL_SUBPAGES) return [];
  return modePagesOf(lu).filter(
    (page) => (code === ALL_PAGES || page.code === code) && (subpage === ALL_SUBPAGES || page.subpage === subpage),
  );
}

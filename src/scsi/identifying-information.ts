/** Types of identifying information (SPC-4 5.6, table 60): what a host may write on a unit for others to read. */
import { isUtf8 } from "node:buffer";
import { LIMITS } from "../common/limits.ts";
import type { IdentifyingInformation } from "./durable-state.ts";
import type { ScsiTask } from "./task.ts";

export interface InformationType {
  /** INFORMATION TYPE. */
  readonly code: number;
  readonly field: keyof IdentifyingInformation;
  /** Bytes. */
  readonly max: number;
  /** The first byte that is not as the format wants it; undefined: all are. */
  readonly wrongAt: (information: Buffer) => number | undefined;
}

/** In increasing order, as REPORT IDENTIFYING INFORMATION lists them. */
export const INFORMATION_TYPES: readonly InformationType[] = [
  { code: 0x00, field: "peripheral", max: LIMITS.identifying_information_bytes.value, wrongAt: () => undefined },
  { code: 0x02, field: "text", max: LIMITS.identifying_text_bytes.value, wrongAt: wrongText },
];

/** UTF-8 that ends with its first zero byte (SPC-4 4.3.2). Text that was cleared has no bytes at all. */
function wrongText(text: Buffer): number | undefined {
  if (text.length === 0) return undefined;
  const zero = text.indexOf(0);
  if (zero !== text.length - 1) return zero < 0 ? text.length - 1 : zero + 1;
  return isUtf8(text) ? undefined : 0;
}

/** INFORMATION TYPE is in bits 7 to 1 of byte 10 of both commands. */
export const TYPE_AT = 10;
export const TYPE_BITS = 0xfe;
export const typeOf = (task: ScsiTask): number => task.cdb[TYPE_AT]! >>> 1;

export const informationType = (code: number): InformationType | undefined =>
  INFORMATION_TYPES.find((type) => type.code === code);

/** Sense data for what is wrong in a parameter list, with the pointer that SPC-4 4.5.2.4.2 wants. */
import { SENSE, type Sense, type SenseCode } from "../sense.ts";

export const refusal = (code: SenseCode, byte: number, bit?: number): Sense => ({ code, field: { inCdb: false, byte, bit } });
export const badField = (byte: number, bit?: number): Sense => refusal(SENSE.invalidFieldInParameterList, byte, bit);

/** Distinguishes sense data from what was asked for. */
export const isSense = (value: object): value is Sense => "code" in value;

/** The first of the bits that must be zero and isn't; `bits` are the reserved ones of each byte from `from` on. */
export function strayBit(list: Buffer, from: number, bits: readonly number[]): Sense | undefined {
  for (const [index, reserved] of bits.entries()) {
    const stray = list[from + index]! & reserved;
    if (stray !== 0) return badField(from + index, 31 - Math.clz32(stray));
  }
  return undefined;
}

/**
 * Serial number arithmetic of 32 bits: RFC 1982, applied to CmdSN, StatSN and DataSN by RFC 7143 4.2.2.1.
 * Two numbers exactly 2^31 apart have no order: then neither is less than the other.
 */

/** a comes before b. */
export function lt(a: number, b: number): boolean {
  return ((b - a) | 0) > 0;
}

/** a comes before b or is b. */
export function lte(a: number, b: number): boolean {
  return a === b || lt(a, b);
}

/** a + n modulo 2^32; n may be negative. */
export function add(a: number, n: number): number {
  return (a + n) >>> 0;
}

/** How far b lies behind a: the n of -2^31 … 2^31 - 1 for which add(a, n) is b. */
export function distance(a: number, b: number): number {
  return (b - a) | 0;
}

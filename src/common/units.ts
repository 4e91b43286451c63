/**
 * Sizes as people write them. IEC 80000-13 prefixes count in 1024, SI prefixes in 1000; both are accepted
 * because a disk's label says GB and a filesystem's tools say GiB.
 */

export const SIZE_UNITS = {
  B: 1,
  KiB: 2 ** 10,
  MiB: 2 ** 20,
  GiB: 2 ** 30,
  TiB: 2 ** 40,
  KB: 1e3,
  MB: 1e6,
  GB: 1e9,
  TB: 1e12,
} as const satisfies Record<string, number>;

export type SizeUnit = keyof typeof SIZE_UNITS;

export type ParsedSize = { readonly ok: true; readonly bytes: number } | { readonly ok: false; readonly wanted: string };

const WANTED = 'a whole number of bytes or a size such as "10 GiB", "512 MiB" or "2 TB"';

/** Bytes of a size: a whole number, "4096", "10 GiB", "1.5 TB". The result is always a whole, safe number of bytes. */
export function parseSize(written: string | number): ParsedSize {
  if (typeof written === "number") {
    return Number.isSafeInteger(written) && written >= 0 ? { ok: true, bytes: written } : { ok: false, wanted: WANTED };
  }
  const match = /^(\d{1,16})(?:\.(\d{1,12}))?\s*([A-Za-z]*)$/.exec(written.trim());
  if (!match) return { ok: false, wanted: WANTED };
  const [, whole = "", fraction = "", unitText = ""] = match;
  const unit = unitText === "" ? "B" : unitText;
  if (!Object.hasOwn(SIZE_UNITS, unit)) return { ok: false, wanted: `${WANTED}; ${unitHint(unit)}` };
  // Integer arithmetic: 0.1 in binary floating point would round a size silently.
  const scaled = BigInt(whole + fraction) * BigInt(SIZE_UNITS[unit as SizeUnit]);
  const divisor = 10n ** BigInt(fraction.length);
  if (scaled % divisor !== 0n) return { ok: false, wanted: "a size that is a whole number of bytes" };
  const bytes = scaled / divisor;
  if (bytes > BigInt(Number.MAX_SAFE_INTEGER)) return { ok: false, wanted: "a size of less than 8192 TiB" };
  return { ok: true, bytes: Number(bytes) };
}

function unitHint(unit: string): string {
  const known = Object.keys(SIZE_UNITS);
  const sameLetters = known.find(
    (name) => name.toLowerCase() === unit.toLowerCase() || name[0]?.toLowerCase() === unit.toLowerCase(),
  );
  return sameLetters === undefined ? `units are ${known.join(", ")}` : `did you mean "${sameLetters}"?`;
}

/** The shortest exact form: 10737418240 is "10 GiB", 1000 is "1000 bytes". */
export function formatSize(bytes: number): string {
  for (const unit of ["TiB", "GiB", "MiB", "KiB"] as const) {
    if (bytes >= SIZE_UNITS[unit] && bytes % SIZE_UNITS[unit] === 0) return `${bytes / SIZE_UNITS[unit]} ${unit}`;
  }
  return `${bytes} bytes`;
}

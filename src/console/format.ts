/** Figures of the console: as short as those of the command line (cli/human.ts), and of a width that hardly changes while they move. */
import { bytes } from "../cli/human.ts";

export const NOTHING = "–";

/** "0", "7.5", "123", "4,567", "45.6k". */
export function rate(perSecond: number): string {
  if (perSecond === 0) return "0";
  if (perSecond < 100) return perSecond.toFixed(1);
  if (perSecond < 9_999.5) return Math.round(perSecond).toLocaleString("en-US");
  return `${(perSecond / 1000).toFixed(1)}k`;
}

/** "12.5 MiB/s". */
export const throughput = (bytesPerSecond: number): string => `${bytes(Math.round(bytesPerSecond))}/s`;

/** "85 µs", "1.24 ms", "2.1 s"; a dash when nothing ended in the interval. */
export function latency(seconds: number | undefined | null): string {
  if (seconds === undefined || seconds === null) return NOTHING;
  if (seconds < 0.0009995) return `${Math.round(seconds * 1e6)} µs`;
  if (seconds < 0.9995) return `${(seconds * 1000).toFixed(seconds < 0.1 ? 2 : 0)} ms`;
  return `${seconds.toFixed(1)} s`;
}

/** The part of an iSCSI name behind the last colon, or the whole name. */
export const shortName = (iqn: string): string => iqn.slice(iqn.lastIndexOf(":") + 1) || iqn;

/** A value of a plan or an event: text as it is, anything else as JSON; "not set" for null. */
export function shown(value: unknown): string {
  if (value === null || value === undefined) return "not set";
  return typeof value === "string" ? value : JSON.stringify(value);
}

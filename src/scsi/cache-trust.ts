/**
 * Whether a host knows that its writes are cached (SBC-3 4.15, 6.5.5): WCE of the Caching mode page. A host that has once read WCE=0 counts
 * every acknowledged write as safe and sends no SYNCHRONIZE CACHE. When the cache is switched on, its writes therefore stay durable until
 * it has read the page again, in this session: it may have read the old value in an earlier one, and some hosts never look twice.
 *
 *   WCE becomes 0 → every nexus writes through at once → its host reads WCE=1 → CACHE_TRUST_MS later its writes are cached
 *
 * The data path looks at one boolean of the nexus.
 */
import type { LogicalUnit } from "./logical-unit.ts";
import type { LunNexus } from "./nexus.ts";

/** What a host had queued when it read the page still counted on the old value; Linux gives a command 30 s. Milliseconds. */
export const CACHE_TRUST_MS = 60_000;

/** From here on every write of every nexus, and of those that come, is durable before its status. */
export function distrustCache(lu: LogicalUnit): void {
  lu.wasWriteThrough = true;
  lu.cacheDistrusts += 1;
  for (const lunNexus of lu.nexuses) {
    lunNexus.writeThrough = true;
    lunNexus.toldOfCacheAt = undefined;
  }
}

/**
 * As distrustCache, for a change that may still fail: what it answers gives their caches back to those that had them, unless
 * WCE was 0 meanwhile.
 */
export function distrustCacheForNow(lu: LogicalUnit): () => void {
  const before = lu.wasWriteThrough;
  const cached = [...lu.nexuses].filter(({ writeThrough }) => !writeThrough);
  distrustCache(lu);
  const distrusts = lu.cacheDistrusts;
  return () => {
    // A host may have read the 0 and count on it, even where another one has set it to 1 again.
    if (lu.cacheDistrusts !== distrusts) return;
    lu.wasWriteThrough = before;
    for (const lunNexus of lu.nexuses) if (!before || cached.includes(lunNexus)) lunNexus.writeThrough = false;
  };
}

/** MODE SENSE has told the nexus the current value of WCE. */
export function toldOfCache(lunNexus: LunNexus, now: number): void {
  if (lunNexus.writeThrough && lunNexus.lu.state.modes.writeCacheEnabled) lunNexus.toldOfCacheAt ??= now;
}

/** Caches the writes of those nexuses that have known of it for long enough. Called now and then. */
export function settleCacheTrust(lu: LogicalUnit, now: number): void {
  for (const lunNexus of lu.nexuses) {
    if (lunNexus.toldOfCacheAt === undefined || now - lunNexus.toldOfCacheAt < CACHE_TRUST_MS) continue;
    lunNexus.toldOfCacheAt = undefined;
    lunNexus.writeThrough = false;
  }
}

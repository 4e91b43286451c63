/**
 * Counters of one logical unit: preallocated numbers that the data path increments and the metrics
 * endpoint reads at scrape. No object is made per command.
 */

export const OPERATION_KINDS = ["read", "write", "discard", "flush", "other"] as const;

export const Operation = { Read: 0, Write: 1, Discard: 2, Flush: 3, Other: 4 } as const;

/** Upper bounds of the latency buckets in seconds, as Prometheus wants them; a last bucket is +Inf. */
export const LATENCY_BUCKETS_SECONDS = [
  0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10,
] as const;

/** Columns of one row of latencies: a bucket each, and one for what took longer than the last bound. */
export const LATENCY_COLUMNS = LATENCY_BUCKETS_SECONDS.length + 1;
const BOUNDS_MS = Float64Array.from(LATENCY_BUCKETS_SECONDS, (seconds) => seconds * 1000);

export class LuCounters {
  readonly operations = new Float64Array(OPERATION_KINDS.length);
  readonly bytes = new Float64Array(OPERATION_KINDS.length);
  /** Commands that ended with another status than GOOD or CONDITION MET. */
  readonly errors = new Float64Array(OPERATION_KINDS.length);
  /** Commands that ended because the medium could not be read or written, by kind. */
  readonly mediumErrors = new Float64Array(OPERATION_KINDS.length);
  /** Row per kind of LATENCY_COLUMNS, not cumulative. */
  readonly latency = new Float64Array(OPERATION_KINDS.length * LATENCY_COLUMNS);
  /** Sum in seconds per kind. */
  readonly latencySum = new Float64Array(OPERATION_KINDS.length);
  /** Commands that a task management function, a reset or the end of their session has aborted. */
  aborted = 0;
  reservationConflicts = 0;
  /** Commands that ended with a unit attention. */
  unitAttentions = 0;
  /** Commands that were told to come again: TASK SET FULL and BUSY. */
  postponed = 0;
  /** Logical unit resets, by whatever function. */
  resets = 0;
  /** Failed flushes of backends that are closed: a backend counts from its own beginning. */
  earlierFailedFlushes = 0;

  /** Returns the column of the latency, for whoever counts the same command by something else. */
  record(kind: number, bytes: number, milliseconds: number, ok: boolean): number {
    this.operations[kind]! += 1;
    this.bytes[kind]! += bytes;
    if (!ok) this.errors[kind]! += 1;
    let bucket = 0;
    while (bucket < BOUNDS_MS.length && milliseconds > BOUNDS_MS[bucket]!) bucket += 1;
    this.latency[kind * LATENCY_COLUMNS + bucket]! += 1;
    this.latencySum[kind]! += milliseconds / 1000;
    return bucket;
  }
}

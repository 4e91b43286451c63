/**
 * Counters of one I_T nexus (SAM-5 4.6), over all its logical units: what the unit's counters are to the unit (lu-counters.ts). Made with the nexus,
 * so that a command makes nothing.
 */
import { LATENCY_COLUMNS, OPERATION_KINDS } from "./lu-counters.ts";

export class NexusCounters {
  readonly operations = new Float64Array(OPERATION_KINDS.length);
  readonly bytes = new Float64Array(OPERATION_KINDS.length);
  /** Commands that ended with another status than GOOD or CONDITION MET. */
  readonly errors = new Float64Array(OPERATION_KINDS.length);
  /** Sum in seconds per kind. */
  readonly latencySum = new Float64Array(OPERATION_KINDS.length);
  /** One row for all kinds, not cumulative: a row per kind and nexus would be most of what a scrape says. */
  readonly latency = new Float64Array(LATENCY_COLUMNS);

  /** @param column of the latency, as LuCounters.record has found it */
  record(kind: number, bytes: number, milliseconds: number, ok: boolean, column: number): void {
    this.operations[kind]! += 1;
    this.bytes[kind]! += bytes;
    if (!ok) this.errors[kind]! += 1;
    this.latencySum[kind]! += milliseconds / 1000;
    this.latency[column]! += 1;
  }

  add(other: NexusCounters): void {
    for (const name of ["operations", "bytes", "errors", "latencySum", "latency"] as const) {
      const [mine, theirs] = [this[name], other[name]];
      for (let at = 0; at < mine.length; at += 1) mine[at]! += theirs[at]!;
    }
  }
}

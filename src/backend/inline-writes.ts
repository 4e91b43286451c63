/**
 * When a buffered write may be made inside `submit`, on the event loop: as long as the storage is not seen to keep
 * such writes waiting.
 *
 * A write into the page cache costs microseconds, and sending it to a thread costs several times that. But the
 * kernel may make the writer wait: to slow down who dirties memory faster than the disk takes it (up to 200 ms at a
 * time), for a journal, for a lock on the file. That would hold up every connection of the reactor. So after a
 * stall the file's writes are asynchronous for a while, which doubles as long as stalls come back; and all
 * files of the ring are for so long that stalls, of however many files, take at most a fiftieth of the time.
 */
import type { RingFile } from "./ring-file.ts";

/** An inline write that waits this long is a stall, microseconds. An event loop is late by as much in ordinary turns. */
export const INLINE_WRITE_BOUND_US = 2000;

/** How long writes to a file are asynchronous after its first stall, and after many in a row, ms. */
export const SHORTEST_PENALTY_MS = 100;
export const LONGEST_PENALTY_MS = 30_000;

/** After a stall no file of the ring is written inline for this many times what the stall took, up to LONGEST_PENALTY_MS. */
export const REST_PER_STALL = 49;

/** What is remembered of a file. */
export interface InlineHistory {
  /** Flushes, durable writes, discards and the like in flight or waiting: they hold locks and make journals commit. */
  blockers: number;
  /** The last penalty, ms; 0 when the file has a clean record. */
  penaltyMs: number;
  /** When the penalty ends, ms of the clock. */
  asynchronousUntil: number;
  /** When it is halved for good behaviour since, ms of the clock. */
  forgivenAt: number;
}

export class InlineWrites {
  readonly #clock: () => number;
  /** Nothing is written inline before, ms of the clock; 0: it is not worth looking at the clock. */
  #restUntil = 0;

  constructor(clock: () => number = () => performance.now()) {
    this.#clock = clock;
  }

  /** Whether a write of whole pages to the file may be made on the event loop now. */
  allows(file: Pick<RingFile, "inline">): boolean {
    const history = file.inline;
    if (history.blockers > 0) return false;
    if (history.penaltyMs === 0 && this.#restUntil === 0) return true;
    const now = this.#clock();
    if (now < this.#restUntil) return false;
    this.#restUntil = 0;
    if (history.penaltyMs === 0) return true;
    if (now < history.asynchronousUntil) return false;
    while (history.penaltyMs > 0 && now >= history.forgivenAt) {
      history.penaltyMs = history.penaltyMs / 2 < SHORTEST_PENALTY_MS ? 0 : history.penaltyMs / 2;
      history.forgivenAt += history.penaltyMs;
    }
    return true;
  }

  /** An inline write to the file waited for `ms`. */
  stalled(file: Pick<RingFile, "inline">, ms: number): void {
    const history = file.inline;
    const now = this.#clock();
    this.#restUntil = Math.max(this.#restUntil, now + Math.min(ms * REST_PER_STALL, LONGEST_PENALTY_MS));
    history.penaltyMs = Math.min(Math.max(history.penaltyMs * 2, SHORTEST_PENALTY_MS), LONGEST_PENALTY_MS);
    history.asynchronousUntil = Math.max(now + history.penaltyMs, this.#restUntil);
    // Good behaviour counts from when writes may be inline again.
    history.forgivenAt = history.asynchronousUntil + history.penaltyMs;
  }
}

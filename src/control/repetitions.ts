/** Keeps events that anybody can cause without end from pushing out the others: the first few are told, the rest counted and told as one. */
import type { EventDetails, EventKind } from "../common/events.ts";

/** Of one kind and address, this many events pass in one window. */
const PASSING = 5;
/**
 * So many more pass that are the first of their initiator and target: a host that is refused at each of its targets is refused for a
 * reason at each, and `explain` has to know it.
 */
const FIRSTS = 16;
/** Characters of the two names by which they are told apart; an iSCSI name has 223 at most (RFC 7143 4.2.7.2). */
const NAMES_MAX = 448;
const WINDOW_MS = 10_000;
/** Addresses remembered; the oldest makes way. */
const KEYS = 512;

interface Window {
  readonly kind: EventKind;
  readonly timer: NodeJS.Timeout;
  passed: number;
  /** Initiators and targets of which an event has passed. */
  readonly met: Set<string>;
  held: number;
  last: EventDetails;
}

export class Repetitions {
  readonly #tell: (kind: EventKind, last: EventDetails, repeated: number) => void;
  readonly #windows = new Map<string, Window>();

  /** @param tell gets the last event that was held, and how many more it stands for */
  constructor(tell: (kind: EventKind, last: EventDetails, repeated: number) => void) {
    this.#tell = tell;
  }

  /** Whether the event is to be told now; otherwise it is counted. */
  pass(kind: EventKind, details: EventDetails): boolean {
    // Each connection of a peer comes from another port.
    const key = `${kind} ${(details.address ?? "").replace(/:\d+$/, "")}`;
    const window = this.#windows.get(key) ?? this.#open(key, kind, details);
    const names = `${details.initiator ?? ""} ${details.target ?? ""}`.slice(0, NAMES_MAX);
    const first = !window.met.has(names) && window.met.size < PASSING + FIRSTS;
    if (first) window.met.add(names);
    if (first || window.passed < PASSING) {
      window.passed += 1;
      return true;
    }
    window.held += 1;
    window.last = details;
    return false;
  }

  /** Tells what is still counted. */
  flush(): void {
    for (const key of [...this.#windows.keys()]) this.#close(key);
  }

  #open(key: string, kind: EventKind, last: EventDetails): Window {
    if (this.#windows.size >= KEYS) {
      const [oldest] = this.#windows.keys();
      if (oldest !== undefined) this.#close(oldest);
    }
    const timer = setTimeout(() => this.#close(key), WINDOW_MS);
    timer.unref();
    const window = { kind, timer, passed: 0, met: new Set<string>(), held: 0, last };
    this.#windows.set(key, window);
    return window;
  }

  #close(key: string): void {
    const window = this.#windows.get(key);
    if (window === undefined) return;
    this.#windows.delete(key);
    clearTimeout(window.timer);
    if (window.held > 0) this.#tell(window.kind, window.last, window.held - 1);
  }
}

/**
 * Storage that misbehaves on demand, around any other backend: errors on ranges or on the nth request,
 * transfers that stop half-way, delays, and a gate that keeps requests in flight. For tests, and for trying
 * out on a spare volume how hosts take it.
 */
import { ERRNO } from "./backend-error.ts";
import type { BackendFacts, BlockBackend, Extent, IoTarget, Space } from "./block-backend.ts";
import type { Lease } from "./buffer-pool.ts";

export type FaultOperation = "read" | "write" | "flush" | "discard" | "writeZeroes";

/** What goes wrong, and when. A request takes the first rule that fits it. */
export interface FaultRule {
  /** Default: every operation. */
  readonly operations?: readonly FaultOperation[];
  /** Byte range [from, to) that the request must touch. Flushes touch every range. */
  readonly from?: number;
  readonly to?: number;
  /** Requests that fit and are let through before the rule acts: 2 hits the third. */
  readonly skip?: number;
  /** How often it acts; default for ever. */
  readonly times?: number;
  /** Positive errno to answer. Without `partBytes`, the backend below does not see the request. */
  readonly errno?: number;
  /** Reads and writes: this many bytes are transferred, then the error (EIO by default) is answered. */
  readonly partBytes?: number;
  /** Milliseconds before the request (or its error) goes on. */
  readonly delayMs?: number;
}

interface ActiveRule {
  readonly rule: FaultRule;
  seen: number;
  acted: number;
}

export class FaultBackend implements BlockBackend {
  readonly #inner: BlockBackend;
  #rules: ActiveRule[] = [];
  #held: (() => void)[] = [];
  #holding: readonly FaultOperation[] | undefined;
  #inFlight = 0;
  #failedFlushes = 0;
  #closed: Promise<void> | undefined;
  #onIdle: (() => void) | undefined;

  constructor(inner: BlockBackend) {
    this.#inner = inner;
  }

  inject(rule: FaultRule): void {
    this.#rules.push({ rule, seen: 0, acted: 0 });
  }

  /** Forgets all rules; what they delayed goes on. */
  clear(): void {
    this.#rules = [];
  }

  /** From now on, requests of these operations (default: all) stop here, before they reach the storage. */
  hold(operations: readonly FaultOperation[] = ["read", "write", "flush", "discard", "writeZeroes"]): void {
    this.#holding = operations;
  }

  /** Lets the held requests go on, in the order they came, and holds no more. */
  release(): void {
    this.#holding = undefined;
    const held = this.#held;
    this.#held = [];
    for (const go of held) go();
  }

  get heldCount(): number {
    return this.#held.length;
  }

  get facts(): BackendFacts {
    return this.#inner.facts;
  }

  get sizeBytes(): number {
    return this.#inner.sizeBytes;
  }

  get failedFlushes(): number {
    return this.#failedFlushes;
  }

  /** Counts a failure on its way to the target: those of the storage below come this way too. */
  #counting(target: IoTarget): IoTarget {
    return {
      ioDone: (token, result) => {
        if (result < 0) this.#failedFlushes += 1;
        target.ioDone(token, result);
      },
    };
  }

  read(offset: number, lease: Lease, leaseOffset: number, length: number, target: IoTarget, token: number): void {
    this.#pass("read", offset, length, target, token, (to, bytes) =>
      this.#inner.read(offset, lease, leaseOffset, bytes, to, token),
    );
  }

  write(
    offset: number,
    lease: Lease,
    leaseOffset: number,
    length: number,
    durable: boolean,
    target: IoTarget,
    token: number,
  ): void {
    this.#pass("write", offset, length, durable ? this.#counting(target) : target, token, (to, bytes) =>
      this.#inner.write(offset, lease, leaseOffset, bytes, durable, to, token),
    );
  }

  flush(target: IoTarget, token: number): void {
    this.#pass("flush", 0, Number.POSITIVE_INFINITY, this.#counting(target), token, (to) => this.#inner.flush(to, token));
  }

  discard(offset: number, length: number, target: IoTarget, token: number): void {
    this.#pass("discard", offset, length, target, token, (to) => this.#inner.discard(offset, length, to, token));
  }

  writeZeroes(offset: number, length: number, mayDeallocate: boolean, target: IoTarget, token: number): void {
    this.#pass("writeZeroes", offset, length, target, token, (to) =>
      this.#inner.writeZeroes(offset, length, mayDeallocate, to, token),
    );
  }

  status(offset: number, length: number): Promise<Extent> {
    return this.#inner.status(offset, length);
  }

  space(): Promise<Space | undefined> {
    return this.#inner.space();
  }

  resize(sizeBytes: number, mayShrink?: "may shrink"): Promise<void> {
    return this.#inner.resize(sizeBytes, mayShrink);
  }

  refreshSize(): number {
    return this.#inner.refreshSize();
  }

  /** Held requests are in flight: release them, or this waits for ever. */
  close(): Promise<void> {
    this.#closed ??= new Promise<void>((resolve) => {
      if (this.#inFlight === 0) resolve();
      else this.#onIdle = resolve;
    }).then(() => this.#inner.close());
    return this.#closed;
  }

  #pass(
    operation: FaultOperation,
    offset: number,
    length: number,
    target: IoTarget,
    token: number,
    forward: (target: IoTarget, bytes: number) => void,
  ): void {
    const rule = this.#ruleFor(operation, offset, length);
    this.#inFlight++;
    const answer = (result: number): void => {
      try {
        target.ioDone(token, result);
      } finally {
        this.#inFlight--;
        if (this.#inFlight === 0) this.#onIdle?.();
      }
    };
    const go = (): void => {
      if (this.#holding?.includes(operation)) this.#held.push(run);
      else run();
    };
    const run = (): void => {
      const movesData = operation === "read" || operation === "write";
      if (rule?.partBytes !== undefined && movesData && rule.partBytes > 0 && rule.partBytes < length) {
        const errno = rule.errno ?? ERRNO.EIO;
        forward({ ioDone: (_token, result) => answer(result < 0 ? result : -errno) }, rule.partBytes);
      } else if (rule?.errno !== undefined || rule?.partBytes !== undefined) {
        setImmediate(() => answer(-(rule.errno ?? ERRNO.EIO)));
      } else {
        forward({ ioDone: (_token, result) => answer(result) }, length);
      }
    };
    if (rule?.delayMs === undefined) go();
    else setTimeout(go, rule.delayMs);
  }

  #ruleFor(operation: FaultOperation, offset: number, length: number): FaultRule | undefined {
    for (const active of this.#rules) {
      const { rule } = active;
      if (rule.operations !== undefined && !rule.operations.includes(operation)) continue;
      if (offset >= (rule.to ?? Number.POSITIVE_INFINITY) || offset + length <= (rule.from ?? 0)) continue;
      if (active.seen++ < (rule.skip ?? 0)) continue;
      if (active.acted >= (rule.times ?? Number.POSITIVE_INFINITY)) continue;
      active.acted++;
      return rule;
    }
    return undefined;
  }
}

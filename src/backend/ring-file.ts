/** A descriptor in use by the ring. */
import type { InlineHistory } from "./inline-writes.ts";

/** An open descriptor and what the ring has to know and count about it. */
export class RingFile {
  readonly fd: number;
  readonly blockDevice: boolean;
  readonly direct: boolean;
  /** Requests waiting, queued or in flight. */
  pending = 0;
  /** fdatasync calls and durable writes that failed; see DeviceBackend about what that means. */
  failedFlushes = 0;
  /** Whether its writes may be made on the event loop: kept by InlineWrites. */
  readonly inline: InlineHistory = { blockers: 0, penaltyMs: 0, asynchronousUntil: 0, forgivenAt: 0 };
  /** Set by whoever closes: called once, when nothing is pending any more. */
  onDrained: (() => void) | undefined = undefined;

  constructor(fd: number, options: { readonly blockDevice: boolean; readonly direct: boolean }) {
    this.fd = fd;
    this.blockDevice = options.blockDevice;
    this.direct = options.direct;
  }

  /** Ends one pending request. */
  leave(): void {
    this.pending--;
    if (this.pending > 0 || this.onDrained === undefined) return;
    const drained = this.onDrained;
    this.onDrained = undefined;
    drained();
  }
}

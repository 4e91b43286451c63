/**
 * The command window of a session: RFC 7143 4.2.2.1. Decides for each request with a CmdSN whether it
 * is next, early (held until the gap before it is filled) or to be ignored, and how far MaxCmdSN may grow.
 *
 * ExpCmdSN moves when a command is taken; MaxCmdSN only when one has been answered. So an initiator never has
 * more than `size` commands outstanding, however fast it sends.
 */
import { assert } from "../common/assert.ts";
import { add, distance, lt } from "../wire/serial-number.ts";

export type Arrival = "next" | "early" | "ignored";

export class CommandWindow {
  readonly size: number;
  #expCmdSn: number;
  #maxCmdSn: number;
  /** Non-immediate commands taken and not answered. */
  #outstanding = 0;
  /** Growth is held back while memory is short. */
  #closed = false;
  /** MaxCmdSN as the last PDU said it. */
  #told: number;
  /** The same when `tellsTooLittle` found it outdated. */
  #untold: number | undefined;

  constructor(firstCmdSn: number, size: number) {
    assert(size >= 1, "a window has room for a command");
    this.size = size;
    this.#expCmdSn = firstCmdSn;
    this.#maxCmdSn = add(firstCmdSn, size - 1);
    this.#told = this.#maxCmdSn;
  }

  get expCmdSn(): number {
    return this.#expCmdSn;
  }

  get maxCmdSn(): number {
    return this.#maxCmdSn;
  }

  /** MaxCmdSN for a PDU that leaves now. */
  tell(): number {
    this.#told = this.#maxCmdSn;
    return this.#told;
  }

  /**
   * Asked now and then: has MaxCmdSN grown, and has no PDU said so since the last time? While answers leave, the next one says it, and
   * nothing has to be sent for its sake.
   */
  tellsTooLittle(): boolean {
    const again = this.#told === this.#untold;
    this.#untold = this.#told === this.#maxCmdSn ? undefined : this.#told;
    return again && this.#untold !== undefined;
  }

  /** Is this CmdSN one that the initiator was allowed to use and that has not been taken? */
  arrival(cmdSn: number): Arrival {
    if (cmdSn === this.#expCmdSn) return this.isOpen ? "next" : "ignored";
    return this.#contains(cmdSn) ? "early" : "ignored";
  }

  /** Room for at least one more command. */
  get isOpen(): boolean {
    return distance(this.#expCmdSn, this.#maxCmdSn) >= 0;
  }

  #contains(cmdSn: number): boolean {
    return !lt(cmdSn, this.#expCmdSn) && !lt(this.#maxCmdSn, cmdSn);
  }

  /** Takes the command at ExpCmdSN. */
  take(): void {
    assert(this.isOpen, "a command is taken inside the window");
    this.#expCmdSn = add(this.#expCmdSn, 1);
    this.#outstanding += 1;
    assert(this.#outstanding <= this.size, "no more commands outstanding than the window has room for");
  }

  /**
   * The command that was taken last is rejected: its CmdSN counts as not received (RFC 7143 7.3), and the initiator fills the gap or
   * aborts the command.
   */
  refused(): void {
    assert(this.#outstanding > 0, "a refusal belongs to a command");
    this.#outstanding -= 1;
    this.#expCmdSn = add(this.#expCmdSn, -1);
  }

  /** A taken command has been answered (or ended without an answer). */
  answered(): void {
    assert(this.#outstanding > 0, "an answer belongs to a command");
    this.#outstanding -= 1;
    this.#grow();
  }

  /** Holds MaxCmdSN where it is, or lets it grow again. It never goes back (RFC 7143 4.2.2.1). */
  set closed(value: boolean) {
    this.#closed = value;
    this.#grow();
  }

  #grow(): void {
    if (this.#closed && this.#outstanding > 0) return;
    const reachable = add(this.#expCmdSn, this.size - this.#outstanding - 1);
    if (lt(this.#maxCmdSn, reachable)) this.#maxCmdSn = reachable;
  }
}

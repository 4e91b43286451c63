/** A PDU other than command answers and R2Ts, waiting to be sent: NOP-In, Text, Logout, Reject, … */
import type { TargetPdu } from "../wire/pdu/pdu.ts";
import type { IscsiTask } from "./iscsi-task.ts";

export class ControlMessage {
  readonly pdu: TargetPdu;
  readonly data: Buffer | undefined;
  /** False for a NOP-In that asks for no answer and for R2Ts: they carry StatSN and don't use it up (RFC 7143 11.19.1). */
  readonly advancesStatSn: boolean;
  /** Runs when the PDU has been encoded for the socket. */
  readonly onSent: (() => void) | undefined;
  nextToSend: Sendable | undefined;

  constructor(pdu: TargetPdu, data?: Buffer, options: { advancesStatSn?: boolean; onSent?: () => void } = {}) {
    this.pdu = pdu;
    this.data = data;
    this.advancesStatSn = options.advancesStatSn ?? true;
    this.onSent = options.onSent;
  }
}

export type Sendable = IscsiTask | ControlMessage;

/** First in, first out, linked through the elements: nothing is allocated per answer. */
export class SendQueue {
  #head: Sendable | undefined;
  #tail: Sendable | undefined;
  length = 0;

  push(element: Sendable): void {
    if (this.#tail) this.#tail.nextToSend = element;
    else this.#head = element;
    this.#tail = element;
    this.length += 1;
  }

  shift(): Sendable | undefined {
    const element = this.#head;
    if (element === undefined) return undefined;
    this.#head = element.nextToSend;
    if (this.#head === undefined) this.#tail = undefined;
    element.nextToSend = undefined;
    this.length -= 1;
    return element;
  }

  get first(): Sendable | undefined {
    return this.#head;
  }
}

/**
 * PDUs whose CmdSN lies beyond a gap: RFC 7143 4.2.2.1 wants commands executed in order, so they are kept until the
 * gap is filled. With one connection a gap is an initiator's mistake, so this is plain and bounded, not fast.
 */

import { BufferSink, type DataSink, DISCARD } from "../../wire/framer.ts";
import { ProtocolError } from "../../wire/protocol-error.ts";

export interface HeldPdu {
  readonly header: Buffer;
  readonly data: Buffer;
}

export class HeldPdus {
  readonly #byCmdSn = new Map<number, HeldPdu>();
  readonly #sink = new BufferSink();
  readonly #maxBytes: number;
  #bytes = 0;
  #filling: number | undefined;

  /** @param maxBytes of all held PDUs; more end the connection */
  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  get size(): number {
    return this.#byCmdSn.size;
  }

  /** The data segment of a held PDU is arriving. */
  get filling(): boolean {
    return this.#filling !== undefined;
  }

  hold(cmdSn: number, bytes: Buffer, offset: number, headerLength: number, dataLength: number): DataSink {
    // A duplicate of one that is held already is ignored like any duplicate.
    if (this.#byCmdSn.has(cmdSn)) return DISCARD;
    this.#bytes += headerLength + dataLength;
    if (this.#bytes > this.#maxBytes) {
      throw ProtocolError.close(
        `more than ${this.#maxBytes} bytes of commands beyond a gap in CmdSN (limits.connection_buffer_bytes)`,
      );
    }
    const pdu = { header: Buffer.from(bytes.subarray(offset, offset + headerLength)), data: Buffer.alloc(dataLength) };
    this.#byCmdSn.set(cmdSn, pdu);
    this.#filling = cmdSn;
    return this.#sink.into(pdu.data);
  }

  /** The PDU being held is complete. One with a wrong data digest counts as not received. */
  filled(dataOk: boolean): void {
    if (!dataOk && this.#filling !== undefined) this.take(this.#filling);
    this.#filling = undefined;
  }

  /** Is the data segment of this tag's command here? For ABORT TASK of a command that was never delivered. */
  dropByTag(initiatorTaskTag: number): boolean {
    for (const [cmdSn, pdu] of this.#byCmdSn) {
      if (pdu.header.readUInt32BE(16) !== initiatorTaskTag) continue;
      this.take(cmdSn);
      return true;
    }
    return false;
  }

  take(cmdSn: number): HeldPdu | undefined {
    const pdu = this.#byCmdSn.get(cmdSn);
    if (pdu === undefined) return undefined;
    this.#byCmdSn.delete(cmdSn);
    this.#bytes -= pdu.header.length + pdu.data.length;
    return pdu;
  }
}

/**
 * PDUs whose CmdSN lies beyond a gap: RFC 7143 4.2.2.1 wants commands executed in order, so they are kept until the
 * gap is filled. With one connection a gap is an initiator's mistake, so this is plain and bounded, not fast.
 */

import { BHS, get32, opcode } from "../../wire/bhs.ts";
import { BufferSink, type DataSink, DISCARD } from "../../wire/framer.ts";
import { INITIATOR_OPCODE, type InitiatorOpcode } from "../../wire/opcode.ts";
import { decodeScsiCommand } from "../../wire/pdu/scsi-command.ts";
import { ProtocolError } from "../../wire/protocol-error.ts";
import { lt } from "../../wire/serial-number.ts";

export interface HeldPdu {
  readonly header: Buffer;
  readonly data: Buffer;
}

export class HeldPdus {
  readonly #byCmdSn = new Map<number, HeldPdu>();
  readonly #skipped = new Set<number>();
  readonly #sink = new BufferSink();
  readonly #maxBytes: number;
  #bytes = 0;
  #filling: number | undefined;

  /** @param maxBytes of all held PDUs; more end the connection */
  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** Numbers beyond ExpCmdSN that something is known of. */
  get size(): number {
    return this.#byCmdSn.size + this.#skipped.size;
  }

  /** The data segment of a held PDU is arriving. */
  get filling(): boolean {
    return this.#filling !== undefined;
  }

  hold(cmdSn: number, bytes: Buffer, offset: number, headerLength: number, dataLength: number): DataSink {
    // A duplicate of one that is held already, or was aborted, is ignored like any duplicate.
    if (this.#byCmdSn.has(cmdSn) || this.#skipped.has(cmdSn)) return DISCARD;
    this.#bytes += headerLength + dataLength;
    if (this.#bytes > this.#maxBytes) {
      throw ProtocolError.close(`more than ${this.#maxBytes} bytes of commands beyond a gap in CmdSN (limits.held_bytes)`);
    }
    const pdu = { header: Buffer.from(bytes.subarray(offset, offset + headerLength)), data: Buffer.alloc(dataLength) };
    this.#byCmdSn.set(cmdSn, pdu);
    this.#filling = cmdSn;
    return this.#sink.into(pdu.data);
  }

  /** The PDU being held is complete. One with a wrong data digest counts as not received: returns its header, to be rejected. */
  filled(dataOk: boolean): Buffer | undefined {
    const refused = !dataOk && this.#filling !== undefined ? this.take(this.#filling) : undefined;
    this.#filling = undefined;
    return refused?.header;
  }

  /**
   * ABORT TASK of a command that has not been delivered: its CmdSN counts as received (RFC 7143 11.5.1), whether the command is
   * held here or never comes. Bounded, because the caller marks numbers inside the command window only.
   */
  skip(cmdSn: number): void {
    this.take(cmdSn);
    this.#skipped.add(cmdSn);
  }

  /** Has the command with this number been aborted before it was delivered? Asked once, when its turn has come. */
  skips(cmdSn: number): boolean {
    return this.#skipped.delete(cmdSn);
  }

  /**
   * What ends the tasks of a LUN also ends commands for it that have not been delivered and whose CmdSN is before its own (RFC 7143
   * 4.2.3.2). `lun` undefined: at every LUN.
   */
  skipCommands(before: number, lun: number | undefined): void {
    for (const [cmdSn, { header }] of [...this.#byCmdSn]) {
      if (opcode(header, 0) !== INITIATOR_OPCODE.scsiCommand || !lt(cmdSn, before)) continue;
      if (lun === undefined || decodeScsiCommand(header, 0).lun === lun) this.skip(cmdSn);
    }
  }

  /** CmdSN of the held SCSI Command with this tag; undefined when there is none. */
  commandByTag(initiatorTaskTag: number): number | undefined {
    return this.#byTag(INITIATOR_OPCODE.scsiCommand, initiatorTaskTag);
  }

  /** Is a task management function with this tag held? */
  holdsFunction(initiatorTaskTag: number): boolean {
    return this.#byTag(INITIATOR_OPCODE.taskManagementRequest, initiatorTaskTag) !== undefined;
  }

  #byTag(code: InitiatorOpcode, initiatorTaskTag: number): number | undefined {
    for (const [cmdSn, { header }] of this.#byCmdSn) {
      if (opcode(header, 0) === code && get32(header, BHS.initiatorTaskTag) === initiatorTaskTag) return cmdSn;
    }
    return undefined;
  }

  take(cmdSn: number): HeldPdu | undefined {
    const pdu = this.#byCmdSn.get(cmdSn);
    if (pdu === undefined) return undefined;
    this.#byCmdSn.delete(cmdSn);
    this.#bytes -= pdu.header.length + pdu.data.length;
    return pdu;
  }
}

/**
 * What every answer of a connection has in common: sequence numbers, digests, and the writer.
 * RFC 7143 11.2.3 (digests), 4.2.2.2 (StatSN).
 */
import { BHS_LENGTH, paddingOf } from "../wire/bhs.ts";
import { type Crc32c, DIGEST_BYTES } from "../wire/framer.ts";
import { encodeTargetPdu } from "../wire/pdu/pdu.ts";
import { add } from "../wire/serial-number.ts";
import type { CommandWindow } from "./command-window.ts";
import type { ControlMessage } from "./control-message.ts";
import type { SocketWriter } from "./socket-writer.ts";

/** What the negotiation says about PDUs that we send. Values are bytes. */
export interface SendParameters {
  /** The initiator's MaxRecvDataSegmentLength. */
  readonly maxRecvDataSegmentLength: number;
  readonly maxBurstLength: number;
}

/** Data that goes into the page with its header instead of leaving as a view of its own, bytes. */
const INLINE_DATA_BYTES = 2048;

export class PduEncoder {
  readonly writer: SocketWriter;
  readonly #crc32c: Crc32c;
  /** RFC 7143 13.12: 8 KiB until the initiator has declared another value. */
  parameters: SendParameters = { maxRecvDataSegmentLength: 8192, maxBurstLength: 262144 };
  window: CommandWindow | undefined;
  /** Next StatSN. The target chooses the first one. */
  statSn = 1;
  headerDigest = false;
  dataDigest = false;
  /** 48, and 4 for the digest when there is one. */
  headerBytes = BHS_LENGTH;
  #smallBuffer: Buffer = Buffer.alloc(0);
  #smallOffset = 0;
  #smallRoom = 0;

  constructor(writer: SocketWriter, crc32c: Crc32c) {
    this.writer = writer;
    this.#crc32c = crc32c;
  }

  setDigests(header: boolean, data: boolean): void {
    this.headerDigest = header;
    this.dataDigest = data;
    this.headerBytes = BHS_LENGTH + (header ? DIGEST_BYTES : 0);
  }

  get expCmdSn(): number {
    return this.window?.expCmdSn ?? 0;
  }

  /** Asked for PDUs only: from now on the initiator knows it. */
  get maxCmdSn(): number {
    return this.window?.tell() ?? 0;
  }

  takeStatSn(): number {
    const statSn = this.statSn;
    this.statSn = add(statSn, 1);
    return statSn;
  }

  /** Digest of the header at `at`, behind it, when digests are on. */
  putHeaderDigest(buffer: Buffer, at: number): void {
    if (this.headerDigest) buffer.writeUInt32LE(this.#crc32c(buffer, at, at + BHS_LENGTH, 0), at + BHS_LENGTH);
  }

  /** Padding and digest of a data segment that leaves as a view: data[start, end). */
  putTail(data: Buffer, start: number, end: number): void {
    const padding = paddingOf(end - start);
    const bytes = padding + (this.dataDigest ? DIGEST_BYTES : 0);
    if (bytes === 0) return;
    const { buffer, offset } = this.writer.reserve(bytes);
    buffer.fill(0, offset, offset + padding);
    if (this.dataDigest) this.#putDataDigest(this.#crc32c(data, start, end, 0), buffer, offset, padding);
  }

  #putDataDigest(crcOfData: number, buffer: Buffer, offset: number, padding: number): void {
    const crc = padding === 0 ? crcOfData : this.#crc32c(buffer, offset, offset + padding, crcOfData);
    buffer.writeUInt32LE(crc, offset + padding);
  }

  /** Room for a PDU whose header and data (at most `maxData` bytes) go into the page; its data begins at offset + headerBytes. */
  beginSmall(maxData: number): { readonly buffer: Buffer; readonly offset: number } {
    this.#smallRoom = this.headerBytes + maxData + 3 + DIGEST_BYTES;
    const slot = this.writer.reserve(this.#smallRoom);
    this.#smallBuffer = slot.buffer;
    this.#smallOffset = slot.offset;
    return slot;
  }

  /** Header and `dataBytes` of data are written: adds digests and padding, gives back the rest of the room. */
  finishSmall(dataBytes: number): void {
    const buffer = this.#smallBuffer;
    const at = this.#smallOffset;
    this.putHeaderDigest(buffer, at);
    let end = at + this.headerBytes + dataBytes;
    if (dataBytes > 0) {
      const padding = paddingOf(dataBytes);
      buffer.fill(0, end, end + padding);
      if (this.dataDigest) {
        this.#putDataDigest(this.#crc32c(buffer, end - dataBytes, end, 0), buffer, end, padding);
        end += DIGEST_BYTES;
      }
      end += padding;
    }
    this.writer.trim(this.#smallRoom - (end - at));
  }

  /** Any PDU that is not an answer to a command. */
  control(message: ControlMessage): void {
    const { pdu, data } = message;
    if ("statSn" in pdu) pdu.statSn = message.advancesStatSn ? this.takeStatSn() : this.statSn;
    if ("expCmdSn" in pdu && this.window !== undefined) {
      pdu.expCmdSn = this.expCmdSn;
      pdu.maxCmdSn = this.maxCmdSn;
    }
    const inline = data !== undefined && data.length <= INLINE_DATA_BYTES;
    const { buffer, offset } = this.beginSmall(inline ? data.length : 0);
    if ("dataSegmentLength" in pdu) pdu.dataSegmentLength = data?.length ?? 0;
    encodeTargetPdu(pdu, buffer, offset);
    if (inline) data.copy(buffer, offset + this.headerBytes);
    this.finishSmall(inline ? data.length : 0);
    if (data !== undefined && !inline) {
      this.writer.view(data);
      this.putTail(data, 0, data.length);
    }
    message.onSent?.();
  }
}

/**
 * Cuts a byte stream into PDUs: RFC 7143 11.1 and 11.2. Serves both directions.
 *
 * The framer walks each chunk in place. A header that lies whole in the chunk is handed over where it
 * is; one that straddles chunks is put together in a single buffer made once. Data segments are never
 * gathered: each piece is copied once, from the chunk to the place that the handler names (pieces of an
 * I/O lease, a small buffer), or skipped. Lengths are checked on the first 48 bytes, before anything
 * is stored. Nothing is allocated per PDU, but for the view that Buffer.copy makes of a longer piece.
 *
 *            BHS whole, lengths within limits        header() returned a sink
 *   HEADER ───────────────────────────────▶ (digest) ────────────────────▶ DATA
 *     ▲  ▲                                     │ no data segment              │ every byte placed
 *     │  └──────────────── end() ──────────────┘                              ▼
 *     └────────────────────────────────── end() ───────────────────── TAIL (padding, digest)
 */
import { assert } from "../common/assert.ts";
import { BHS_LENGTH, dataSegmentLength, paddingOf, totalAhsLength } from "./bhs.ts";
import { ProtocolError } from "./protocol-error.ts";

/** Bytes of a header or data digest: RFC 7143 11.2.3. */
export const DIGEST_BYTES = 4;
/** Largest TotalAHSLength the field can say, bytes. */
const AHS_MAX_BYTES = 255 * 4;
/** Below this many bytes a loop beats Buffer.copy, which makes a view of the source. */
const LOOP_COPY_BYTES = 64;

/** CRC32C over bytes[start, end), continued from `seed` (0 to start). */
export type Crc32c = (bytes: Uint8Array, start: number, end: number, seed: number) => number;

/** Filled in by a sink: `room` bytes of `buffer` from `offset`. May be larger than what remains. */
export interface DataPlace {
  buffer: Buffer;
  offset: number;
  room: number;
}

/** Says where the bytes of one data segment go. */
export interface DataSink {
  /**
   * Called when there are bytes to place and the last place is full.
   * @param position bytes of this segment that have been placed
   * @param remaining bytes of this segment that have not, at least 1
   * @param place to be filled in; `room` at least 1, unless pause() is called, after which the framer asks again
   */
  place(position: number, remaining: number, place: DataPlace): void;
}

/** The sink for a data segment that is thrown away. Its digest is checked all the same. */
export const DISCARD: DataSink = {
  place(): void {
    assert(false, "the framer skips discarded data itself");
  },
};

/** A sink into one buffer. Reusable. */
export class BufferSink implements DataSink {
  private buffer: Buffer = Buffer.alloc(0);
  private offset = 0;

  /** The next segment goes to `buffer` from `offset` on; the caller has made sure that it fits. */
  into(buffer: Buffer, offset = 0): this {
    this.buffer = buffer;
    this.offset = offset;
    return this;
  }

  place(position: number, remaining: number, place: DataPlace): void {
    place.buffer = this.buffer;
    place.offset = this.offset + position;
    place.room = remaining;
  }
}

/** Receives the PDUs. Every method is called from within push() or resume(), and may call pause(), stop() and the setters. */
export interface FramerHandler {
  /**
   * A complete header, digest checked: BHS and AHS at [offset, offset + headerLength) of `bytes`, which
   * is valid only during the call.
   * Returns where the data segment goes; not looked at when dataSegmentLength is 0, and not asked for a
   * place before resume() when the handler calls pause() here.
   */
  header(bytes: Buffer, offset: number, headerLength: number, dataSegmentLength: number): DataSink;
  /**
   * The PDU is complete. With a data segment of 0 bytes this follows header() at once, even when that paused.
   * @param dataOk false: the data digest was wrong; the data has been placed and must not be used
   */
  end(dataOk: boolean): void;
  /** The header digest was wrong. Where the next PDU begins is unknown: the framer has stopped. */
  headerDigestError(): void;
  /** The lengths in a header are beyond the limits; nothing of the PDU was stored. The framer has stopped. */
  protocolError(error: ProtocolError): void;
}

const STATE = { header: 0, data: 1, tail: 2 } as const;
type State = (typeof STATE)[keyof typeof STATE];

const NOTHING = Buffer.alloc(0);

export class Framer {
  private readonly handler: FramerHandler;
  private readonly crc32c: Crc32c;

  private maxAhs: number;
  private maxData: number;
  private headerDigest = false;
  private dataDigest = false;

  private state: State = STATE.header;
  /** Digests of the PDU that is being read: fixed at its first byte. */
  private withHeaderDigest = false;
  private withDataDigest = false;

  /** Straddling header: the first `headerFill` bytes are here. 0: the next byte begins a PDU. */
  private readonly headerBuffer = Buffer.alloc(BHS_LENGTH + AHS_MAX_BYTES + DIGEST_BYTES);
  private headerFill = 0;

  private sink: DataSink = DISCARD;
  private readonly place: DataPlace = { buffer: NOTHING, offset: 0, room: 0 };
  private dataLength = 0;
  private dataPlaced = 0;
  private dataCrc = 0;

  /** Padding and digest behind the data segment. */
  private tailLength = 0;
  private tailRead = 0;
  private tailPadding = 0;
  private sentDigest = 0;

  private chunk: Buffer = NOTHING;
  private at = 0;
  private walking = false;
  private pausedNow = false;
  private stoppedNow = false;

  /** @param crc32c injected, because this layer knows no native code */
  constructor(handler: FramerHandler, crc32c: Crc32c, maxAhs: number, maxData: number) {
    this.handler = handler;
    this.crc32c = crc32c;
    this.maxAhs = maxAhs;
    this.maxData = maxData;
  }

  /** Largest TotalAHSLength and DataSegmentLength taken, bytes. In force from the next header that becomes complete. */
  setLimits(maxAhs: number, maxData: number): void {
    this.maxAhs = maxAhs;
    this.maxData = maxData;
  }

  /** In force from the next PDU whose first byte has not been walked over. */
  setDigests(header: boolean, data: boolean): void {
    this.headerDigest = header;
    this.dataDigest = data;
  }

  get paused(): boolean {
    return this.pausedNow;
  }

  get stopped(): boolean {
    return this.stoppedNow;
  }

  /** Part of a PDU has arrived and the rest has not. */
  get midPdu(): boolean {
    return this.state !== STATE.header || this.headerFill !== 0;
  }

  /** Stops walking after the current handler call. The rest of the chunk is kept, not copied, until resume(). */
  pause(): void {
    this.pausedNow = true;
  }

  /** Ignores the rest of the chunk and everything that comes later. */
  stop(): void {
    this.stoppedNow = true;
    this.chunk = NOTHING;
    this.at = 0;
    this.sink = DISCARD;
    this.place.buffer = NOTHING;
    this.place.room = 0;
  }

  /** What is left of the current data segment is thrown away: its destination is gone. */
  discardData(): void {
    this.sink = DISCARD;
    this.place.buffer = NOTHING;
    this.place.room = 0;
  }

  /** Walks on in the rest of the chunk. Within a handler call it only takes back pause(). */
  resume(): void {
    this.pausedNow = false;
    if (!this.walking) this.walk();
  }

  /**
   * Takes the next bytes of the stream. The chunk must stay as it is until this call returns or, when
   * it returns paused, until keepRest() or a resume() that has not paused again. While paused there is at most
   * that one chunk: the caller stops reading from its socket.
   */
  push(chunk: Buffer): void {
    if (this.stoppedNow) return;
    assert(!this.walking, "push is not called from within a handler");
    assert(this.at === this.chunk.length, "a paused framer gets no further chunk before it has been resumed");
    this.chunk = chunk;
    this.at = 0;
    if (!this.pausedNow) this.walk();
  }

  /** The chunk is about to be overwritten: copies what a pause has left of it, at most one chunk. */
  keepRest(): void {
    if (this.at === this.chunk.length) return;
    this.chunk = Buffer.from(this.chunk.subarray(this.at));
    this.at = 0;
  }

  private walk(): void {
    this.walking = true;
    let finished = false;
    try {
      while (!this.pausedNow && !this.stoppedNow && this.at < this.chunk.length) {
        if (this.state === STATE.header) this.readHeader();
        else if (this.state === STATE.data) this.readData();
        else this.readTail();
      }
      finished = true;
    } finally {
      this.walking = false;
      // A handler that threw has left the connection in an unknown state: nothing more is read from it.
      if (!finished) this.stop();
    }
    if (this.at === this.chunk.length) {
      this.chunk = NOTHING;
      this.at = 0;
    }
  }

  private readHeader(): void {
    if (this.headerFill === 0) {
      this.withHeaderDigest = this.headerDigest;
      this.withDataDigest = this.dataDigest;
      if (this.chunk.length - this.at >= BHS_LENGTH) {
        if (!this.lengthsWithinLimits(this.chunk, this.at)) return;
        const whole = this.wholeHeaderLength(this.chunk, this.at);
        if (this.chunk.length - this.at >= whole) {
          const offset = this.at;
          this.at += whole;
          this.headerComplete(this.chunk, offset);
          return;
        }
      }
    }
    if (this.headerFill < BHS_LENGTH) {
      if (!this.fillHeader(BHS_LENGTH)) return;
      if (!this.lengthsWithinLimits(this.headerBuffer, 0)) return;
    }
    if (!this.fillHeader(this.wholeHeaderLength(this.headerBuffer, 0))) return;
    this.headerFill = 0;
    this.headerComplete(this.headerBuffer, 0);
  }

  /** Copies into the header buffer until it holds `wanted` bytes; false when the chunk ends before that. */
  private fillHeader(wanted: number): boolean {
    const n = Math.min(wanted - this.headerFill, this.chunk.length - this.at);
    this.chunk.copy(this.headerBuffer, this.headerFill, this.at, this.at + n);
    this.headerFill += n;
    this.at += n;
    return this.headerFill === wanted;
  }

  /** BHS, AHS and header digest, bytes. */
  private wholeHeaderLength(bytes: Buffer, offset: number): number {
    return BHS_LENGTH + totalAhsLength(bytes, offset) + (this.withHeaderDigest ? DIGEST_BYTES : 0);
  }

  private lengthsWithinLimits(bytes: Buffer, offset: number): boolean {
    const ahs = totalAhsLength(bytes, offset);
    const data = dataSegmentLength(bytes, offset);
    if (ahs <= this.maxAhs && data <= this.maxData) return true;
    this.stop();
    const what =
      ahs > this.maxAhs
        ? `TotalAHSLength ${ahs}, at most ${this.maxAhs}`
        : `DataSegmentLength ${data}, at most ${this.maxData}`;
    this.handler.protocolError(ProtocolError.close(`a header says ${what} bytes are taken`));
    return false;
  }

  private headerComplete(bytes: Buffer, offset: number): void {
    const headerLength = BHS_LENGTH + totalAhsLength(bytes, offset);
    const digestAt = offset + headerLength;
    if (this.withHeaderDigest && this.crc32c(bytes, offset, digestAt, 0) >>> 0 !== bytes.readUInt32LE(digestAt)) {
      this.stop();
      this.handler.headerDigestError();
      return;
    }
    const dataLength = dataSegmentLength(bytes, offset);
    const sink = this.handler.header(bytes, offset, headerLength, dataLength);
    if (this.stoppedNow) return;
    if (dataLength === 0) {
      // An empty data segment has neither padding nor digest: RFC 7143 11.2.3.
      this.handler.end(true);
      return;
    }
    this.state = STATE.data;
    this.sink = sink;
    this.place.room = 0;
    this.dataLength = dataLength;
    this.dataPlaced = 0;
    this.dataCrc = 0;
  }

  private readData(): void {
    const remaining = this.dataLength - this.dataPlaced;
    let n = Math.min(remaining, this.chunk.length - this.at);
    if (this.sink !== DISCARD) {
      const place = this.place;
      if (place.room === 0) {
        this.sink.place(this.dataPlaced, remaining, place);
        if (this.pausedNow || this.stoppedNow) {
          place.room = 0;
          return;
        }
        assert(
          place.room > 0 && place.offset + Math.min(place.room, remaining) <= place.buffer.length,
          "a sink offers room that it has",
        );
      }
      n = Math.min(n, place.room);
      copyBytes(this.chunk, this.at, n, place.buffer, place.offset);
      place.offset += n;
      place.room -= n;
    }
    if (this.withDataDigest) this.dataCrc = this.crc32c(this.chunk, this.at, this.at + n, this.dataCrc);
    this.at += n;
    this.dataPlaced += n;
    if (this.dataPlaced < this.dataLength) return;
    this.tailPadding = paddingOf(this.dataLength);
    this.tailLength = this.tailPadding + (this.withDataDigest ? DIGEST_BYTES : 0);
    this.tailRead = 0;
    this.sentDigest = 0;
    this.state = STATE.tail;
    if (this.tailLength === 0) this.complete(true);
  }

  /** Padding counts in the data digest, and its value does not matter otherwise: RFC 7143 11.2.3 and 11.1. */
  private readTail(): void {
    while (this.tailRead < this.tailLength && this.at < this.chunk.length) {
      if (this.tailRead < this.tailPadding) {
        if (this.withDataDigest) this.dataCrc = this.crc32c(this.chunk, this.at, this.at + 1, this.dataCrc);
      } else {
        // The digest travels with its least significant byte first: RFC 7143 13.1 and the examples of RFC 3720 B.4.
        this.sentDigest |= this.chunk[this.at]! << ((this.tailRead - this.tailPadding) * 8);
      }
      this.tailRead++;
      this.at++;
    }
    if (this.tailRead === this.tailLength) this.complete(!this.withDataDigest || this.sentDigest >>> 0 === this.dataCrc >>> 0);
  }

  private complete(dataOk: boolean): void {
    this.state = STATE.header;
    this.sink = DISCARD;
    this.place.buffer = NOTHING;
    this.place.room = 0;
    this.handler.end(dataOk);
  }
}

function copyBytes(from: Buffer, start: number, length: number, to: Buffer, offset: number): void {
  if (length <= LOOP_COPY_BYTES) {
    for (let i = 0; i < length; i++) to[offset + i] = from[start + i]!;
  } else {
    from.copy(to, offset, start, start + length);
  }
}

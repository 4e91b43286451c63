/** A framer handler that writes down what it is told, with sinks cut into pieces of a given size. */
import { type DataPlace, type DataSink, DISCARD, type Framer, type FramerHandler } from "../../src/wire/framer.ts";
import type { ProtocolError } from "../../src/wire/protocol-error.ts";

export interface RecordedPdu {
  readonly header: string;
  readonly data: string;
  readonly dataOk: boolean;
}

export class RecordingHandler implements FramerHandler, DataSink {
  readonly pdus: RecordedPdu[] = [];
  readonly errors: string[] = [];
  /** Set after construction: the framer wants its handler first. */
  framer: Framer | undefined;
  pieceBytes = Number.POSITIVE_INFINITY;
  discard = false;
  onHeader: () => void = () => {};
  onPlace: () => void = () => {};
  onEnd: () => void = () => {};
  placed = 0;

  private current = "";
  private data = Buffer.alloc(0);
  private pieces: Buffer[] = [];
  private open = false;

  header(bytes: Buffer, offset: number, headerLength: number, dataSegmentLength: number): DataSink {
    if (this.open) this.errors.push("header within a PDU");
    this.open = true;
    this.current = bytes.toString("hex", offset, offset + headerLength);
    this.data = Buffer.alloc(dataSegmentLength, 0xee);
    this.pieces = [];
    this.onHeader();
    return this.discard ? DISCARD : this;
  }

  place(position: number, remaining: number, place: DataPlace): void {
    if (position + remaining !== this.data.length) this.errors.push(`position ${position}, remaining ${remaining}`);
    this.placed++;
    this.onPlace();
    // Each piece is a buffer of its own, so that a write beyond its room is caught by the framer's own assertion or lost.
    const piece = Buffer.alloc(Math.min(this.pieceBytes, remaining) + 3, 0xdd);
    this.pieces.push(piece);
    place.buffer = piece;
    place.offset = 1;
    place.room = piece.length - 3;
  }

  end(dataOk: boolean): void {
    if (!this.open) this.errors.push("end without header");
    this.open = false;
    const bodies = this.pieces.map((piece) => {
      if (piece[0] !== 0xdd || piece[piece.length - 1] !== 0xdd) this.errors.push("a byte beyond the room");
      return piece.toString("hex", 1, piece.length - 2);
    });
    this.pdus.push({ header: this.current, data: bodies.join(""), dataOk });
    this.onEnd();
  }

  headerDigestError(): void {
    this.errors.push("header digest");
  }

  protocolError(error: ProtocolError): void {
    this.errors.push(error.message);
  }
}

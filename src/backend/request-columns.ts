/** The requests of a ring as columns of numbers: preallocated, so that a request costs no garbage. */
import type { IoTarget } from "./block-backend.ts";
import type { RingFile } from "./ring-file.ts";

/** Columns of requests by index: tags (in flight) and the waiting line use the same layout. */
export class RequestColumns {
  readonly op: Uint8Array;
  readonly flags: Uint8Array;
  readonly retries: Uint16Array;
  readonly slabOffset: Float64Array;
  readonly length: Float64Array;
  readonly offset: Float64Array;
  /** Bytes already moved by earlier, short transfers of the same request. */
  readonly moved: Float64Array;
  readonly token: Float64Array;
  readonly file: (RingFile | undefined)[];
  readonly target: (IoTarget | undefined)[];

  constructor(size: number) {
    this.op = new Uint8Array(size);
    this.flags = new Uint8Array(size);
    this.retries = new Uint16Array(size);
    this.slabOffset = new Float64Array(size);
    this.length = new Float64Array(size);
    this.offset = new Float64Array(size);
    this.moved = new Float64Array(size);
    this.token = new Float64Array(size);
    this.file = new Array<RingFile | undefined>(size).fill(undefined);
    this.target = new Array<IoTarget | undefined>(size).fill(undefined);
  }

  copyFrom(other: RequestColumns, from: number, to: number): void {
    this.op[to] = other.op[from]!;
    this.flags[to] = other.flags[from]!;
    this.retries[to] = other.retries[from]!;
    this.slabOffset[to] = other.slabOffset[from]!;
    this.length[to] = other.length[from]!;
    this.offset[to] = other.offset[from]!;
    this.moved[to] = other.moved[from]!;
    this.token[to] = other.token[from]!;
    this.file[to] = other.file[from];
    this.target[to] = other.target[from];
  }
}

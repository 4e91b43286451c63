/**
 * Copies one segment (SPC-4 5.17.7.2). Data moves in chunks of at most CHUNK_BYTES: a read, then a write that takes over the memory. Two
 * chunks are under way at once, unless source and destination share blocks: then it is one, in the direction in which no
 * block is overwritten before it was read.
 */
import { assert } from "../../common/assert.ts";
import { blockSizeOf, type CopyEnd, overlaps, overlapsUpwards, type Transfer } from "./copy-plan.ts";
import type { CopyTraffic } from "./copy-traffic.ts";

/** Bytes of one read and the write that follows it. */
const CHUNK_BYTES = 1024 * 1024;
/** Chunks of one operation that are under way at once. */
const CHUNKS_AT_ONCE = 2;
/** Bytes at a time where data has to be shifted against the blocks: what residual data takes part in. */
const SHIFTED_BYTES = 128 * 1024;

const NOTHING: Buffer = Buffer.alloc(0);

/** Data that a segment has left for the next one. */
export interface Residue {
  /** Read and not processed. */
  source: Buffer;
  /** Processed and not written. */
  destination: Buffer;
}

export const noResidue = (): Residue => ({ source: NOTHING, destination: NOTHING });

export class SegmentCopy {
  readonly #traffic: CopyTraffic;
  readonly #transfer: Transfer;
  readonly #residue: Residue;
  readonly #onProgress: (bytes: number) => void;
  readonly #sourceBlock: number;
  readonly #destinationBlock: number;
  /** Bytes of the longer of the two blocks: a number of these is whole blocks on both sides. */
  readonly #unit: number;
  /** Bytes of one command, at most: a number of units. */
  readonly #mostBytes: number;
  /** Bytes written without a gap from the start of the segment. */
  #written = 0;
  #wroteAny = false;

  /** `onProgress` is told how many bytes more are written without a gap. */
  constructor(traffic: CopyTraffic, transfer: Transfer, residue: Residue, onProgress: (bytes: number) => void) {
    const { source, destination } = transfer;
    this.#traffic = traffic;
    this.#transfer = transfer;
    this.#residue = residue;
    this.#onProgress = onProgress;
    this.#sourceBlock = blockSizeOf(source);
    this.#destinationBlock = blockSizeOf(destination);
    this.#unit = Math.max(this.#sourceBlock, this.#destinationBlock);
    this.#mostBytes = this.#whole(Math.min(CHUNK_BYTES, mostOf(source), mostOf(destination)));
  }

  /** In blocks of the destination; undefined: nothing of the segment was written (SPC-4 5.17.7.4 c). */
  get residual(): number | undefined {
    if (!this.#wroteAny) return undefined;
    return this.#transfer.writeBlocks - Math.floor(this.#written / this.#destinationBlock);
  }

  /** false: it did not come to its end. */
  async run(): Promise<boolean> {
    const { processBytes, writeBlocks, padBytes } = this.#transfer;
    let bulk = 0;
    if (this.#residue.source.length + this.#residue.destination.length === 0) {
      bulk = this.#whole(Math.min(processBytes, writeBlocks * this.#destinationBlock - padBytes));
      if (bulk > 0 && !(await this.#bulk(bulk))) return false;
    }
    return this.#shifted(bulk);
  }

  #whole(bytes: number): number {
    return Math.floor(bytes / this.#unit) * this.#unit;
  }

  #wrote(bytes: number): void {
    this.#written += bytes;
    this.#onProgress(bytes);
  }

  // ---- What lies the same way in the blocks of both sides ---------------------------------------------

  /** The first `bytes` of the segment, where no residual data comes before them. */
  async #bulk(bytes: number): Promise<boolean> {
    const chunk = this.#mostBytes;
    const count = Math.ceil(bytes / chunk);
    const backwards = overlapsUpwards(this.#transfer);
    const written = new Set<number>();
    let begun = 0;
    let first = 0;
    const work = async (): Promise<void> => {
      while (begun < count && (await this.#traffic.mayGoOn())) {
        // Another worker may have taken the last one meanwhile.
        if (begun === count) return;
        const index = backwards ? count - 1 - begun : begun;
        begun += 1;
        const at = index * chunk;
        if (!(await this.#chunk(at, Math.min(chunk, bytes - at)))) return;
        this.#wroteAny = true;
        written.add(index);
        for (; written.delete(first); first += 1) this.#wrote(Math.min(chunk, bytes - first * chunk));
      }
    };
    const workers = Array.from({ length: overlaps(this.#transfer) ? 1 : CHUNKS_AT_ONCE }, () => this.#guarded(work));
    for (const worker of await Promise.allSettled(workers)) if (worker.status === "rejected") throw worker.reason;
    return this.#traffic.unbroken;
  }

  /** A worker that breaks stops the others: nothing is in flight when its error is told. */
  async #guarded(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.#traffic.stop("cleared");
      throw error;
    }
  }

  async #chunk(at: number, bytes: number): Promise<boolean> {
    const { sourceLba, destinationLba } = this.#transfer.segment;
    const reading = this.#traffic.take();
    const writing = this.#traffic.take();
    const from = sourceLba + at / this.#sourceBlock;
    const to = destinationLba + at / this.#destinationBlock;
    const done =
      (await this.#traffic.read(reading, this.#transfer, at, from, bytes / this.#sourceBlock)) &&
      (await this.#traffic.writeFrom(writing, reading, this.#transfer, at, to, bytes / this.#destinationBlock));
    this.#traffic.give(reading);
    this.#traffic.give(writing);
    return done;
  }

  // ---- What does not ----------------------------------------------------------------------------------

  /**
   * The rest of a segment of which `done` bytes are through: where blocks of different lengths, or residual data of earlier
   * segments, have data lie differently in the blocks of source and destination. Copied through memory of our own, in small pieces.
   */
  async #shifted(done: number): Promise<boolean> {
    const { processBytes, writeBlocks, padBytes, keepSource, keepDestination } = this.#transfer;
    const piece = Math.min(this.#whole(SHIFTED_BYTES), this.#mostBytes);
    const residue = this.#residue;
    let processed = done;
    let readBlocks = done / this.#sourceBlock;
    let padLeft = padBytes;
    let blocksLeft = writeBlocks - done / this.#destinationBlock;
    while (processed < processBytes || blocksLeft > 0) {
      if (!(await this.#traffic.mayGoOn())) return false;
      const bytes = Math.min(piece, processBytes - processed);
      const missing = Math.ceil((bytes - residue.source.length) / this.#sourceBlock);
      if (missing > 0) {
        if (!(await this.#readMore(readBlocks, missing))) return false;
        readBlocks += missing;
      }
      processed += bytes;
      const pad = processed === processBytes ? padLeft : 0;
      padLeft -= pad;
      residue.destination = Buffer.concat([residue.destination, residue.source.subarray(0, bytes), Buffer.alloc(pad)]);
      residue.source = residue.source.subarray(bytes);
      const ready = Math.floor(Math.min(residue.destination.length, this.#mostBytes) / this.#destinationBlock);
      const blocks = Math.min(ready, blocksLeft);
      assert(blocks > 0 || processed < processBytes || blocksLeft === 0, "a segment has as much data as was measured");
      if (blocks > 0 && !(await this.#writeSome(writeBlocks - blocksLeft, blocks))) return false;
      blocksLeft -= blocks;
    }
    residue.source = keepSource ? Buffer.from(residue.source) : NOTHING;
    residue.destination = keepDestination ? Buffer.from(residue.destination) : NOTHING;
    return true;
  }

  /** Appends blocks of the source to the source data. */
  async #readMore(index: number, blocks: number): Promise<boolean> {
    const command = this.#traffic.take();
    const lba = this.#transfer.segment.sourceLba + index;
    const done = await this.#traffic.read(command, this.#transfer, this.#written, lba, blocks);
    if (done) {
      const data = Buffer.concat(command.leases.map((lease) => lease.data)).subarray(0, blocks * this.#sourceBlock);
      this.#residue.source = Buffer.concat([this.#residue.source, data]);
    }
    this.#traffic.give(command);
    return done;
  }

  /** Writes the first blocks of the destination data. */
  async #writeSome(index: number, blocks: number): Promise<boolean> {
    const bytes = blocks * this.#destinationBlock;
    const command = this.#traffic.take();
    const lba = this.#transfer.segment.destinationLba + index;
    const data = this.#residue.destination.subarray(0, bytes);
    const done = await this.#traffic.write(command, data, this.#transfer, this.#written, lba);
    this.#traffic.give(command);
    if (!done) return false;
    this.#residue.destination = this.#residue.destination.subarray(bytes);
    this.#wroteAny = true;
    this.#wrote(bytes);
    return true;
  }
}

/** Bytes of one command to a copy source or destination, at most. */
const mostOf = (end: CopyEnd): number => end.lunNexus.lu.geometry.maxTransferBytes;

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { BHS_LENGTH, putDataSegmentLength, putTotalAhsLength } from "../../src/wire/bhs.ts";
import { BufferSink, type DataPlace, DISCARD, Framer } from "../../src/wire/framer.ts";
import { crc32c } from "./crc32c.ts";
import { RecordingHandler } from "./recording-handler.ts";

const MAX_AHS = 1020;
const MAX_DATA = 4096;

interface Shape {
  readonly ahs: number;
  readonly data: number;
}

interface Digests {
  readonly header: boolean;
  readonly data: boolean;
}

const DIGESTS: readonly Digests[] = [
  { header: false, data: false },
  { header: true, data: false },
  { header: false, data: true },
  { header: true, data: true },
];

function digestOf(bytes: Buffer): Buffer {
  const out = Buffer.alloc(4);
  out.writeUInt32LE(crc32c(bytes, 0, bytes.length, 0));
  return out;
}

/** One PDU with recognisable bytes, and what a handler should have seen of it. */
function pdu(
  { ahs, data }: Shape,
  digests: Digests,
  salt: number,
): { bytes: Buffer; seen: { header: string; data: string; dataOk: boolean } } {
  const header = Buffer.alloc(BHS_LENGTH + ahs);
  for (let i = 0; i < header.length; i++) header[i] = salt * 31 + i * 7;
  putTotalAhsLength(header, 0, ahs);
  putDataSegmentLength(header, 0, data);
  const body = Buffer.alloc(data);
  for (let i = 0; i < data; i++) body[i] = salt * 17 + i * 13;
  // Padding that is not zero must neither be delivered nor spoil the digest.
  const padded = Buffer.concat([body, Buffer.alloc(-data & 3, 0x99)]);
  const parts: Buffer[] = [header];
  if (digests.header) parts.push(digestOf(header));
  parts.push(padded);
  if (digests.data && data > 0) parts.push(digestOf(padded));
  return { bytes: Buffer.concat(parts), seen: { header: header.toString("hex"), data: body.toString("hex"), dataOk: true } };
}

function stream(shapes: readonly Shape[], digests: Digests) {
  const pdus = shapes.map((shape, i) => pdu(shape, digests, i + 1));
  return { bytes: Buffer.concat(pdus.map(({ bytes }) => bytes)), seen: pdus.map(({ seen }) => seen) };
}

function rig(digests: Digests = DIGESTS[0]!, maxData = MAX_DATA) {
  const handler = new RecordingHandler();
  const framer = new Framer(handler, crc32c, MAX_AHS, maxData);
  handler.framer = framer;
  framer.setDigests(digests.header, digests.data);
  return { handler, framer };
}

const shape = fc.record({
  ahs: fc.oneof(
    fc.constant(0),
    fc.integer({ min: 0, max: 20 }).map((words) => words * 4),
  ),
  data: fc.oneof(fc.constantFrom(0, 1, 2, 3, 4, 5), fc.integer({ min: 0, max: 300 })),
});

const SHAPES: readonly Shape[] = [
  { ahs: 0, data: 0 },
  { ahs: 0, data: 5 },
  { ahs: 8, data: 0 },
  { ahs: 12, data: 70 },
  { ahs: 0, data: 8 },
];

describe("Framer", () => {
  describe.each(DIGESTS)("with header digest $header and data digest $data", (digests) => {
    it("delivers the same PDUs wherever the stream is split in two", () => {
      const { bytes, seen } = stream(SHAPES, digests);
      for (let cut = 0; cut <= bytes.length; cut++) {
        const { handler, framer } = rig(digests);
        framer.push(Buffer.from(bytes.subarray(0, cut)));
        framer.push(Buffer.from(bytes.subarray(cut)));
        expect(handler.pdus, `cut at ${cut}`).toEqual(seen);
        expect(handler.errors).toEqual([]);
        expect(framer.midPdu).toBe(false);
      }
    });

    it("delivers the same PDUs byte by byte", () => {
      const { bytes, seen } = stream(SHAPES, digests);
      const { handler, framer } = rig(digests);
      for (const byte of bytes) framer.push(Buffer.from([byte]));
      expect(handler.pdus).toEqual(seen);
      expect(handler.errors).toEqual([]);
    });

    it("delivers the same PDUs in any pieces, into sinks of any pieces, with pauses anywhere", () => {
      fc.assert(
        fc.property(
          fc.array(shape, { minLength: 1, maxLength: 8 }),
          fc.array(fc.integer({ min: 1, max: 200 }), { minLength: 1 }),
          fc.integer({ min: 1, max: 100 }),
          fc.infiniteStream(fc.boolean()),
          (shapes, cuts, pieceBytes, pauses) => {
            const { bytes, seen } = stream(shapes, digests);
            const { handler, framer } = rig(digests);
            handler.pieceBytes = pieceBytes;
            const maybePause = (): void => {
              if (pauses.next().value) framer.pause();
            };
            handler.onHeader = maybePause;
            handler.onEnd = maybePause;
            for (let at = 0, i = 0; at < bytes.length; i++) {
              const next = Math.min(bytes.length, at + cuts[i % cuts.length]!);
              framer.push(Buffer.from(bytes.subarray(at, next)));
              while (framer.paused) framer.resume();
              at = next;
            }
            expect(handler.pdus).toEqual(seen);
            expect(handler.errors).toEqual([]);
          },
        ),
      );
    });

    it("says where a flipped bit was, or that it was in bytes without a digest", () => {
      const { bytes, seen } = stream([{ ahs: 4, data: 6 }], digests);
      const headerEnd = BHS_LENGTH + 4 + (digests.header ? 4 : 0);
      for (let at = 8; at < bytes.length; at++) {
        const broken = Buffer.from(bytes);
        broken[at]! ^= 0x10;
        const { handler, framer } = rig(digests);
        framer.push(broken);
        const inHeader = at < headerEnd;
        if (inHeader && digests.header) {
          expect(handler.errors, `bit of byte ${at}`).toEqual(["header digest"]);
          expect(framer.stopped).toBe(true);
          expect(handler.pdus).toEqual([]);
        } else {
          expect(handler.errors).toEqual([]);
          expect(handler.pdus[0]?.dataOk, `bit of byte ${at}`).toBe(inHeader || !digests.data);
          if (inHeader) expect(handler.pdus[0]?.data).toBe(seen[0]?.data);
        }
      }
    });
  });

  it("hands a whole header over where it lies in the chunk", () => {
    const { bytes } = stream(
      [
        { ahs: 0, data: 4 },
        { ahs: 8, data: 0 },
      ],
      DIGESTS[0]!,
    );
    const offsets: number[] = [];
    const framer = new Framer(
      {
        header: (chunk, offset) => {
          expect(chunk).toBe(bytes);
          offsets.push(offset);
          return DISCARD;
        },
        end: () => {},
        headerDigestError: () => {},
        protocolError: () => {},
      },
      crc32c,
      MAX_AHS,
      MAX_DATA,
    );
    framer.push(bytes);
    expect(offsets).toEqual([0, 52]);
  });

  it("throws discarded data away without asking for a place, and still checks its digest", () => {
    const { bytes } = stream([{ ahs: 0, data: 99 }], { header: false, data: true });
    bytes[60]! ^= 1;
    const { handler, framer } = rig({ header: false, data: true });
    handler.discard = true;
    framer.push(bytes);
    expect(handler.placed).toBe(0);
    expect(handler.pdus).toHaveLength(1);
    expect(handler.pdus[0]?.dataOk).toBe(false);
  });

  it("goes on behind a PDU with a wrong data digest", () => {
    const digests = { header: true, data: true };
    const { bytes, seen } = stream(
      [
        { ahs: 0, data: 9 },
        { ahs: 0, data: 7 },
      ],
      digests,
    );
    bytes[BHS_LENGTH + 4]! ^= 1;
    const { handler, framer } = rig(digests);
    framer.push(bytes);
    expect(handler.pdus.map(({ dataOk }) => dataOk)).toEqual([false, true]);
    expect(handler.pdus[1]).toEqual(seen[1]);
  });

  it("checks digests from the first PDU behind the one in which they were switched on", () => {
    const off = DIGESTS[0]!;
    const on = DIGESTS[3]!;
    const first = pdu({ ahs: 0, data: 5 }, off, 1);
    const second = pdu({ ahs: 0, data: 5 }, on, 2);
    const bytes = Buffer.concat([first.bytes, second.bytes]);
    for (const when of ["onHeader", "onEnd"] as const) {
      for (let cut = 0; cut <= bytes.length; cut++) {
        const { handler, framer } = rig(off);
        handler[when] = () => framer.setDigests(true, true);
        framer.push(Buffer.from(bytes.subarray(0, cut)));
        framer.push(Buffer.from(bytes.subarray(cut)));
        expect(handler.pdus, `${when}, cut at ${cut}`).toEqual([first.seen, second.seen]);
      }
    }
  });

  describe("with lying lengths", () => {
    const lying = (ahs: number, data: number): Buffer => {
      const bytes = Buffer.alloc(BHS_LENGTH);
      putTotalAhsLength(bytes, 0, ahs);
      putDataSegmentLength(bytes, 0, data);
      return bytes;
    };

    it("refuses a data segment one byte beyond the limit on the header alone, however it is split", () => {
      for (let cut = 0; cut <= BHS_LENGTH; cut++) {
        const { handler, framer } = rig();
        const bytes = lying(0, MAX_DATA + 1);
        framer.push(bytes.subarray(0, cut));
        framer.push(bytes.subarray(cut));
        expect(handler.errors).toEqual([
          `a header says DataSegmentLength ${MAX_DATA + 1}, at most ${MAX_DATA} bytes are taken`,
        ]);
        expect(handler.pdus).toEqual([]);
        expect(framer.stopped).toBe(true);
      }
    });

    it("takes a data segment of exactly the limit", () => {
      const { bytes, seen } = stream([{ ahs: MAX_AHS, data: MAX_DATA }], DIGESTS[3]!);
      const { handler, framer } = rig(DIGESTS[3]!);
      framer.push(bytes);
      expect(handler.pdus).toEqual(seen);
    });

    it("refuses additional headers beyond the limit before it stores them", () => {
      const { handler, framer } = rig();
      framer.setLimits(0, MAX_DATA);
      framer.push(Buffer.concat([lying(4, 0), Buffer.alloc(1000)]));
      expect(handler.errors).toEqual(["a header says TotalAHSLength 4, at most 0 bytes are taken"]);
      expect(framer.stopped).toBe(true);
    });

    it("ignores everything behind the refused header", () => {
      const { handler, framer } = rig();
      const good = stream(SHAPES, DIGESTS[0]!);
      framer.push(Buffer.concat([lying(0, 0xffffff), good.bytes]));
      framer.push(good.bytes);
      expect(handler.pdus).toEqual([]);
      expect(handler.errors).toHaveLength(1);
    });

    it("applies new limits to the next PDU", () => {
      const { handler, framer } = rig(DIGESTS[0]!, 4);
      handler.onEnd = () => framer.setLimits(MAX_AHS, MAX_DATA);
      const { bytes, seen } = stream(
        [
          { ahs: 0, data: 4 },
          { ahs: 0, data: 5 },
        ],
        DIGESTS[0]!,
      );
      framer.push(bytes);
      expect(handler.pdus).toEqual(seen);
    });
  });

  describe("when paused", () => {
    it("places nothing before it is resumed", () => {
      const { bytes, seen } = stream([{ ahs: 0, data: 9 }], DIGESTS[0]!);
      const { handler, framer } = rig();
      handler.onHeader = () => framer.pause();
      framer.push(bytes);
      expect(handler.placed).toBe(0);
      framer.resume();
      expect(handler.pdus).toEqual(seen);
    });

    it("asks again for a place when the sink paused", () => {
      const { bytes, seen } = stream([{ ahs: 0, data: 9 }], DIGESTS[0]!);
      const { handler, framer } = rig();
      // The place offered while pausing is not used.
      const place = handler.place.bind(handler);
      handler.place = (position: number, remaining: number, into: DataPlace): void => {
        if (handler.placed === 0) {
          handler.placed++;
          framer.pause();
        } else place(position, remaining, into);
      };
      framer.push(bytes);
      expect(handler.pdus).toEqual([]);
      framer.resume();
      expect(handler.pdus).toEqual(seen);
    });

    it("keeps a chunk that comes while it is idle, and takes it up on resume", () => {
      const { bytes, seen } = stream(SHAPES, DIGESTS[0]!);
      const { handler, framer } = rig();
      framer.pause();
      framer.push(bytes);
      expect(handler.pdus).toEqual([]);
      framer.resume();
      expect(handler.pdus).toEqual(seen);
    });

    it("refuses to queue a second chunk", () => {
      const { framer } = rig();
      framer.pause();
      framer.push(Buffer.alloc(10));
      expect(() => framer.push(Buffer.alloc(10))).toThrow(/resumed/);
    });

    it("walks on at once when the handler takes its pause back", () => {
      const { bytes, seen } = stream(SHAPES, DIGESTS[0]!);
      const { handler, framer } = rig();
      handler.onEnd = () => {
        framer.pause();
        framer.resume();
      };
      framer.push(bytes);
      expect(handler.pdus).toEqual(seen);
    });
  });

  it.each(["onHeader", "onPlace", "onEnd"] as const)("delivers nothing more once stopped from %s", (when) => {
    const { bytes } = stream(
      [
        { ahs: 0, data: 9 },
        { ahs: 0, data: 9 },
      ],
      DIGESTS[0]!,
    );
    const { handler, framer } = rig();
    handler[when] = () => framer.stop();
    framer.push(bytes);
    framer.push(bytes);
    framer.resume();
    expect(handler.pdus).toHaveLength(when === "onEnd" ? 1 : 0);
    expect(handler.errors).toEqual([]);
  });

  it("stops for good when the handler throws, and lets the error through", () => {
    const { bytes } = stream(SHAPES, DIGESTS[0]!);
    const { handler, framer } = rig();
    handler.onEnd = () => {
      throw new Error("broken handler");
    };
    expect(() => framer.push(bytes)).toThrow("broken handler");
    framer.push(bytes);
    expect(framer.stopped).toBe(true);
    expect(handler.pdus).toHaveLength(1);
  });

  it("fails loudly when a sink offers room that its buffer does not have", () => {
    const { bytes } = stream([{ ahs: 0, data: 9 }], DIGESTS[0]!);
    const framer = new Framer(
      {
        header: () => new BufferSink().into(Buffer.alloc(8)),
        end: () => {},
        headerDigestError: () => {},
        protocolError: () => {},
      },
      crc32c,
      MAX_AHS,
      MAX_DATA,
    );
    expect(() => framer.push(bytes)).toThrow(/room/);
  });

  it("fills a buffer sink from the offset it was given", () => {
    const { bytes, seen } = stream([{ ahs: 0, data: 9 }], DIGESTS[0]!);
    const buffer = Buffer.alloc(12);
    const sink = new BufferSink();
    const framer = new Framer(
      { header: () => sink.into(buffer, 2), end: () => {}, headerDigestError: () => {}, protocolError: () => {} },
      crc32c,
      MAX_AHS,
      MAX_DATA,
    );
    for (const byte of bytes) framer.push(Buffer.from([byte]));
    expect(buffer.toString("hex")).toBe(`0000${seen[0]!.data}00`);
  });

  it("never throws, and never asks for more than the limit, whatever the bytes", () => {
    fc.assert(
      fc.property(
        fc.array(fc.uint8Array({ minLength: 1, maxLength: 400 }), { maxLength: 20 }),
        fc.constantFrom(...DIGESTS),
        fc.boolean(),
        (chunks, digests, plausible) => {
          const { handler, framer } = rig(digests, 64);
          let largest = 0;
          const header = handler.header.bind(handler);
          handler.header = (bytes, offset, headerLength, dataLength) => {
            largest = Math.max(largest, dataLength);
            expect(offset + headerLength).toBeLessThanOrEqual(bytes.length);
            return header(bytes, offset, headerLength, dataLength);
          };
          for (const chunk of chunks) {
            // Random lengths are nearly always beyond the limit: small ones let the walk go further.
            if (plausible) for (let i = 0; i < chunk.length; i++) chunk[i]! &= 0x07;
            framer.push(Buffer.from(chunk));
          }
          expect(largest).toBeLessThanOrEqual(64);
          expect(handler.errors.length).toBeLessThanOrEqual(1);
          expect(handler.errors.length === 1).toBe(framer.stopped);
        },
      ),
      { numRuns: 500 },
    );
  });
});

describe("the test's CRC32C", () => {
  it("gives the digests of RFC 3720 B.4", () => {
    expect(digestOf(Buffer.alloc(32)).toString("hex")).toBe("aa36918a");
    expect(digestOf(Buffer.alloc(32, 0xff)).toString("hex")).toBe("43aba862");
    expect(digestOf(Buffer.from(Array.from({ length: 32 }, (_, i) => i))).toString("hex")).toBe("4e79dd46");
  });
});

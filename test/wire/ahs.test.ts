import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { encodeBidirectionalAhs, encodeExtendedCdbAhs, extendedCdbAhsLength, parseAhs } from "../../src/wire/ahs.ts";
import { REJECT_REASON } from "../../src/wire/pdu/reject.ts";
import { ProtocolError } from "../../src/wire/protocol-error.ts";

function refusal(hex: string): ProtocolError {
  const bytes = Buffer.from(hex.replaceAll(" ", ""), "hex");
  try {
    parseAhs(bytes, 0, bytes.length);
  } catch (error) {
    if (error instanceof ProtocolError) return error;
    throw error;
  }
  throw new Error(`${hex} was accepted`);
}

describe("additional header segments (RFC 7143 11.2.2)", () => {
  it("give back the part of a CDB beyond 16 bytes, and the bidirectional read length", () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 17, maxLength: 260 }),
        fc.integer({ min: 0, max: 0xffffffff }),
        fc.boolean(),
        fc.integer({ min: 0, max: 7 }),
        (cdb, readLength, cdbFirst, offset) => {
          const bytes = Buffer.alloc(offset + extendedCdbAhsLength(cdb.length) + 8, 0xaa);
          let at = offset;
          if (!cdbFirst) at += encodeBidirectionalAhs(readLength, bytes, at);
          at += encodeExtendedCdbAhs(cdb, bytes, at);
          if (cdbFirst) at += encodeBidirectionalAhs(readLength, bytes, at);
          expect(at).toBe(bytes.length);
          const parsed = parseAhs(bytes, offset, at - offset);
          expect(bytes.subarray(parsed.extendedCdbOffset, parsed.extendedCdbOffset + parsed.extendedCdbLength)).toEqual(
            Buffer.from(cdb.subarray(16)),
          );
          expect(parsed.bidirectionalReadLength).toBe(readLength);
        },
      ),
    );
  });

  it("are read byte for byte as in figures 11.2.2.3 and 11.2.2.4", () => {
    const bytes = Buffer.from("0011010000112233445566778899aabbccddeeff0005020000010000", "hex");
    expect(parseAhs(bytes, 0, bytes.length)).toEqual({
      extendedCdbOffset: 4,
      extendedCdbLength: 16,
      bidirectionalReadLength: 0x10000,
    });
  });

  it("are absent when TotalAHSLength is 0", () => {
    expect(parseAhs(Buffer.alloc(0), 0, 0)).toEqual({
      extendedCdbOffset: 0,
      extendedCdbLength: 0,
      bidirectionalReadLength: -1,
    });
  });

  it.each([
    ["a length beyond the end", "00ff 01 00 00000000", /beyond TotalAHSLength/],
    ["a length of 65535", "ffff 01 00 00000000", /beyond TotalAHSLength/],
    ["an extended CDB of no bytes", "0001 01 00", /at least 2/],
    ["a length of 0", "0000 01 00", /at least 2/],
    ["two extended CDBs", "0002 01 00 11000000 0002 01 00 11000000", /second extended CDB/],
    ["a CDB beyond 260 bytes", `00f6 01 00 ${"11".repeat(245)}000000`, /at most 260/],
    ["a short bidirectional length", "0004 02 00 00000100", /5 is right/],
    ["a long bidirectional length", "0006 02 00 00000000 00000000", /5 is right/],
    ["two bidirectional lengths", "0005 02 00 00000001 0005 02 00 00000001", /second bidirectional/],
    ["a reserved type", "0005 03 00 00000001", /unknown AHSType 3/],
    ["all zeroes", "00000000", /unknown AHSType 0/],
  ])("are refused with %s", (_what, hex, message) => {
    const error = refusal(hex);
    // A reserved type is no format error: only its PDU is refused.
    const reserved = { kind: "reject", reason: REJECT_REASON.invalidPduField };
    expect(error.answer).toEqual(/unknown AHSType/.test(error.message) ? reserved : { kind: "close" });
    expect(error.message).toMatch(message);
  });

  it("never read beyond their room, whatever the bytes", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 1020 }), (noise) => {
        const bytes = Buffer.from(noise.subarray(0, noise.length & ~3));
        try {
          const parsed = parseAhs(bytes, 0, bytes.length);
          expect(parsed.extendedCdbOffset + parsed.extendedCdbLength).toBeLessThanOrEqual(bytes.length);
        } catch (error) {
          expect(error).toBeInstanceOf(ProtocolError);
        }
      }),
    );
  });
});

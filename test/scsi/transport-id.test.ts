/** iSCSI TransportIDs: SPC-4 7.6.4.6. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeTransportId, decodeTransportIds, encodeTransportId } from "../../src/scsi/transport-id.ts";

describe("TransportIDs", () => {
  it("have format 01b, protocol 5h, and a name padded to a multiple of four and to 24 bytes in all", () => {
    expect(encodeTransportId("iqn.a,i,0x1").toString("hex")).toBe(
      `45000014${Buffer.from("iqn.a,i,0x1").toString("hex")}${"00".repeat(9)}`,
    );
    expect(encodeTransportId("iqn.2026-01.a,i,0x012").readUInt16BE(2)).toBe(24);
  });

  it("come back as they went, in the spelling of port names", () => {
    const name = "iqn.2026-01.test:a,i,0x0000000000ab";
    const encoded = encodeTransportId(name);
    expect(decodeTransportId(encoded, 0, encoded.length)).toEqual({
      device: "iqn.2026-01.test:a",
      port: name,
      bytes: encoded.length,
    });
    const short = encodeTransportId("iqn.2026-01.test:a,i,0xAB");
    expect(decodeTransportId(short, 0, short.length)).toMatchObject({ port: name });
  });

  it("hold a name in UTF-8: bytes that are none would come back as others, and two names as one", () => {
    const encoded = encodeTransportId("iqn.2026-01.test:a!,i,0x0000000000ab");
    encoded[encoded.indexOf("!")] = 0xff;
    expect(decodeTransportId(encoded, 0, encoded.length)).toEqual({ badAt: 4 });
  });

  it("never lead beyond the end, whatever the bytes are", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.nat({ max: 40 }), fc.boolean(), (bytes, at, looksRight) => {
        const data = Buffer.from(bytes);
        if (looksRight && data.length > at) data[at] = 0x45;
        const result = decodeTransportId(data, at, data.length);
        if ("badAt" in result) expect(result.badAt).toBeGreaterThanOrEqual(at);
        else expect(at + result.bytes).toBeLessThanOrEqual(data.length);
        decodeTransportIds(data, 0, data.length);
      }),
      { numRuns: 2000 },
    );
  });
});

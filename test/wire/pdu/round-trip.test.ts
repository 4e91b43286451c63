import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { BHS_LENGTH } from "../../../src/wire/bhs.ts";
import { INITIATOR_OPCODE, TARGET_OPCODE } from "../../../src/wire/opcode.ts";
import {
  decodeInitiatorPdu,
  decodeTargetPdu,
  encodeInitiatorPdu,
  encodeTargetPdu,
  INITIATOR_PDU,
  type InitiatorPdu,
  TARGET_PDU,
  type TargetPdu,
} from "../../../src/wire/pdu/pdu.ts";
import { arbitraryInitiatorPdu, arbitraryTargetPdu, INITIATOR_BLANKS, TARGET_BLANKS } from "../arbitrary-pdu.ts";

type Pdu = InitiatorPdu | TargetPdu;

interface Case {
  readonly name: string;
  readonly arbitrary: fc.Arbitrary<Pdu>;
  readonly encode: (pdu: Pdu, out: Buffer, offset: number) => void;
  readonly decode: (bhs: Buffer, offset: number) => Pdu | undefined;
}

const CASES: readonly Case[] = [
  ...INITIATOR_BLANKS.map((blank) => ({
    name: INITIATOR_PDU[blank.opcode].name,
    arbitrary: arbitraryInitiatorPdu(blank),
    encode: encodeInitiatorPdu as Case["encode"],
    decode: decodeInitiatorPdu,
  })),
  ...TARGET_BLANKS.map((blank) => ({
    name: TARGET_PDU[blank.opcode].name,
    arbitrary: arbitraryTargetPdu(blank),
    encode: encodeTargetPdu as Case["encode"],
    decode: decodeTargetPdu,
  })),
];

/** cdbOffset says where in the buffer the CDB is, so it moves with the header. */
function expected(pdu: Pdu, offset: number): Pdu {
  return "cdbOffset" in pdu ? { ...pdu, cdbOffset: offset + 32 } : pdu;
}

describe("PDU codecs", () => {
  it("cover every operation code of RFC 7143 exactly once", () => {
    expect(INITIATOR_BLANKS.map((pdu) => pdu.opcode).sort()).toEqual(Object.values(INITIATOR_OPCODE).sort());
    expect(TARGET_BLANKS.map((pdu) => pdu.opcode).sort()).toEqual(Object.values(TARGET_OPCODE).sort());
  });

  it("know no other operation code", () => {
    const bhs = Buffer.alloc(BHS_LENGTH);
    const known = new Set<number>([...Object.values(INITIATOR_OPCODE), ...Object.values(TARGET_OPCODE)]);
    for (let code = 0; code < 64; code++) {
      bhs[0] = code;
      const decoded = decodeInitiatorPdu(bhs, 0) ?? decodeTargetPdu(bhs, 0);
      expect(decoded !== undefined, `opcode ${code}`).toBe(known.has(code));
    }
  });

  describe.each(CASES)("$name", ({ arbitrary, encode, decode }) => {
    it("decodes what was encoded, at any offset", () => {
      fc.assert(
        fc.property(arbitrary, fc.integer({ min: 0, max: 9 }), (pdu, offset) => {
          const out = Buffer.alloc(offset + BHS_LENGTH);
          encode(pdu, out, offset);
          expect(decode(out, offset)).toEqual(expected(pdu, offset));
        }),
      );
    });

    it("encodes into exactly 48 bytes whatever was in them", () => {
      fc.assert(
        fc.property(arbitrary, fc.integer({ min: 0, max: 255 }), (pdu, filler) => {
          const clean = Buffer.alloc(BHS_LENGTH);
          encode(pdu, clean, 0);
          const dirty = Buffer.alloc(BHS_LENGTH + 16, filler);
          encode(pdu, dirty, 8);
          expect(dirty.subarray(8, 8 + BHS_LENGTH)).toEqual(clean);
          expect(dirty.subarray(0, 8)).toEqual(Buffer.alloc(8, filler));
          expect(dirty.subarray(8 + BHS_LENGTH)).toEqual(Buffer.alloc(8, filler));
        }),
      );
    });

    it("ignores the reserved bits of a header it decodes", () => {
      fc.assert(
        fc.property(arbitrary, fc.uint8Array({ minLength: BHS_LENGTH, maxLength: BHS_LENGTH }), (pdu, noise) => {
          const bhs = Buffer.from(noise);
          bhs[0] = pdu.opcode;
          const decoded = decode(bhs, 0);
          const again = Buffer.alloc(BHS_LENGTH);
          encode(decoded!, again, 0);
          expect(decode(again, 0)).toEqual(decoded);
        }),
      );
    });
  });

  it("fill the object they are given instead of making one", () => {
    for (const blank of INITIATOR_BLANKS) {
      const bhs = Buffer.alloc(BHS_LENGTH);
      encodeInitiatorPdu(blank, bhs, 0);
      const decode = INITIATOR_PDU[blank.opcode].decode as (bhs: Buffer, offset: number, into: InitiatorPdu) => InitiatorPdu;
      const into = { ...blank };
      expect(decode(bhs, 0, into)).toBe(into);
    }
  });
});

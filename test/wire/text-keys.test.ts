import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { LOGIN_STATUS } from "../../src/wire/pdu/login-response.ts";
import { ProtocolError } from "../../src/wire/protocol-error.ts";
import { encodeTextKeys, parseTextKeys, type TextKey, textKeysLength } from "../../src/wire/text-keys.ts";

const LIMITS = { maxKeys: 8, maxBytes: 1024 };
const ANSWER = { kind: "login", statusClass: 2, statusDetail: 0 } as const;

const parse = (text: string | Buffer): TextKey[] => parseTextKeys(Buffer.from(text as string), LIMITS, ANSWER);

const key = fc.stringMatching(/^[A-Z][A-Za-z0-9.\-+@_]{0,62}$/);
const value = fc.string({ unit: "grapheme", maxLength: 60 }).filter((text) => !text.includes("\0"));

describe("text keys (RFC 7143 6.1)", () => {
  it("are read as they were written, in order and with repetitions", () => {
    fc.assert(
      fc.property(fc.array(fc.record({ key, value }), { maxLength: 20 }), (pairs) => {
        const bytes = encodeTextKeys(pairs);
        expect(bytes.length).toBe(textKeysLength(pairs));
        expect(parseTextKeys(bytes, { maxKeys: 20, maxBytes: 65536 }, ANSWER)).toEqual(pairs);
      }),
    );
  });

  it("keep every equals sign behind the first in the value", () => {
    expect(parse("CHAP_R=0bAA==\0")).toEqual([{ key: "CHAP_R", value: "0bAA==" }]);
  });

  it("may have an empty value, and more than one NUL between pairs", () => {
    expect(parse("\0\0A=\0\0\0B=1\0\0")).toEqual([
      { key: "A", value: "" },
      { key: "B", value: "1" },
    ]);
  });

  it("are none in an empty list", () => {
    expect(parse("")).toEqual([]);
    expect(parse("\0\0")).toEqual([]);
  });

  it.each([
    ["no NUL at the end", "A=1\0B=2", /"B=2" is not ended by NUL/],
    ["no equals sign", "A=1\0Nonsense\0", /"Nonsense" has no "="/],
    ["no key", "=1\0", /"=1" has no key/],
    ["a key of 64 bytes", `${"K".repeat(64)}=1\0`, /64 bytes, at most 63/],
    ["a space in the key", "Header Digest=None\0", /outside/],
    ["a digit at the start of the key", "1A=1\0", /outside/],
    ["a control character in the key", "A\n=1\0", /"A\?" has characters/],
    ["more keys than taken", "A=1\0".repeat(9), /more than 8/],
    ["more bytes than taken", `A=${"x".repeat(1030)}\0`, /text of 1033 bytes/],
    ["a value that is not UTF-8", Buffer.from([0x41, 0x3d, 0xff, 0]), /value of A is not UTF-8/],
  ])("are refused with %s, and the message says so", (_what, text, message) => {
    let caught: unknown;
    try {
      parse(text);
    } catch (error) {
      caught = error;
    }
    expect(caught).toBeInstanceOf(ProtocolError);
    expect((caught as ProtocolError).message).toMatch(message);
    expect((caught as ProtocolError).answer).toBe(ANSWER);
  });

  it("are taken up to the very limit of keys and bytes", () => {
    expect(parse("A=1\0".repeat(8))).toHaveLength(8);
    expect(parse(`A=${"x".repeat(1021)}\0`)).toHaveLength(1);
  });

  it("never make anything but a ProtocolError of arbitrary bytes", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (noise) => {
        try {
          parse(Buffer.from(noise));
        } catch (error) {
          expect(error).toBeInstanceOf(ProtocolError);
        }
      }),
    );
  });
});

describe("ProtocolError", () => {
  it("takes login class and detail apart", () => {
    expect(ProtocolError.login(LOGIN_STATUS.invalidDuringLogin, "x").answer).toEqual({
      kind: "login",
      statusClass: 2,
      statusDetail: 0x0b,
    });
    expect(ProtocolError.close("x").answer).toEqual({ kind: "close" });
  });
});

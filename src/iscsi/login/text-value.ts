/**
 * Values of text keys: RFC 7143 6.1. Numbers are decimal or hexadecimal; binary values are hexadecimal ("0x")
 * or base64 ("0b"). Lengths are checked on the text, before anything is decoded.
 */

const NUMBER = /^(?:0|[1-9][0-9]{0,14}|0[xX][0-9a-fA-F]{1,12})$/;
const HEX = /^(?:[0-9a-fA-F]{2})+$/;
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
const PREFIX_LENGTH = 2;

/** How much of a peer's text a log line repeats, characters. */
const QUOTE_CHARACTERS = 80;

/** A numerical value, or undefined when the text is none. */
export function parseNumber(text: string): number | undefined {
  return NUMBER.test(text) ? Number(text) : undefined;
}

export type BinaryValue = { readonly ok: true; readonly bytes: Buffer } | { readonly ok: false; readonly fault: string };

/** A binary value of 1 to `maxBytes` bytes. */
export function parseBinary(text: string, maxBytes: number): BinaryValue {
  const prefix = text.slice(0, PREFIX_LENGTH).toLowerCase();
  const digits = text.length - PREFIX_LENGTH;
  if (prefix === "0x") {
    if (digits > 2 * maxBytes) return { ok: false, fault: `${digits} hex digits, at most ${2 * maxBytes} are taken` };
    const hex = text.slice(PREFIX_LENGTH);
    return HEX.test(hex)
      ? { ok: true, bytes: Buffer.from(hex, "hex") }
      : { ok: false, fault: "not an even number of hex digits" };
  }
  if (prefix === "0b") {
    const most = 4 * Math.ceil(maxBytes / 3);
    if (digits > most) return { ok: false, fault: `${digits} base64 characters, at most ${most} are taken` };
    const base64 = text.slice(PREFIX_LENGTH);
    if (digits === 0 || !BASE64.test(base64)) return { ok: false, fault: "not base64 with its padding" };
    const bytes = Buffer.from(base64, "base64");
    if (bytes.length > maxBytes) return { ok: false, fault: `${bytes.length} bytes, at most ${maxBytes} are taken` };
    return { ok: true, bytes };
  }
  return { ok: false, fault: 'begins with neither "0x" nor "0b"' };
}

export function formatHex(bytes: Uint8Array): string {
  return `0x${Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("hex")}`;
}

/** A peer's text as it may stand in a log line: printable ASCII, cut. */
export function quote(text: string): string {
  const printable = text.slice(0, QUOTE_CHARACTERS).replace(/[^ -~]/g, "?");
  return text.length > QUOTE_CHARACTERS ? `"${printable}…"` : `"${printable}"`;
}

/**
 * The text format of login and text negotiation: RFC 7143 6.1. A data segment is a list of
 * `key=value` pairs, each ended by at least one NUL. What the keys mean is not known here.
 */
import { isUtf8 } from "node:buffer";
import { assert } from "../common/assert.ts";
import { type ProtocolAnswer, ProtocolError } from "./protocol-error.ts";

/** One `key=value` pair. Order and repetition are kept: a repeated key is an error of negotiation. */
export interface TextKey {
  readonly key: string;
  readonly value: string;
}

export interface TextKeyLimits {
  readonly maxKeys: number;
  /** Bytes of the whole list, delimiters included. */
  readonly maxBytes: number;
}

/** RFC 7143 6.1: a key name has at most 63 bytes. */
const KEY_NAME_MAX_BYTES = 63;
/**
 * RFC 7143 6.1: letters, digits, dot, minus, plus, commercial at and underscore, after a capital letter. Taken
 * more widely on purpose: a small initial letter, and "#" as in the extension keys `X#…` of RFC 3720 12.22, make
 * an unknown key, which is answered NotUnderstood instead of ending the login.
 */
const KEY_NAME = /^[A-Za-z][A-Za-z0-9.\-+@_#]*$/;

const NUL = 0;
const EQUALS = 0x3d;
/** How much of a peer's text an error message repeats, characters. */
const EXCERPT_CHARACTERS = 40;

/** A peer's bytes as they may stand in a log line: printable ASCII, cut. */
function excerpt(bytes: Buffer): string {
  const text = bytes.toString("latin1", 0, EXCERPT_CHARACTERS).replace(/[^ -~]/g, "?");
  return bytes.length > EXCERPT_CHARACTERS ? `"${text}…"` : `"${text}"`;
}

/**
 * Reads a whole list (all PDUs of a continued negotiation put together).
 * @param answer what the wire must say when the list is malformed: it differs between login and full feature phase
 * @throws ProtocolError with that answer
 */
export function parseTextKeys(bytes: Buffer, limits: TextKeyLimits, answer: ProtocolAnswer): TextKey[] {
  const fail = (message: string): ProtocolError => new ProtocolError(answer, message);
  if (bytes.length > limits.maxBytes) throw fail(`text of ${bytes.length} bytes, at most ${limits.maxBytes} are taken`);
  const pairs: TextKey[] = [];
  let start = 0;
  while (start < bytes.length) {
    if (bytes[start] === NUL) {
      // "At least one NUL" follows a pair: several are one delimiter.
      start++;
      continue;
    }
    const end = bytes.indexOf(NUL, start);
    if (end === -1) throw fail(`text key ${excerpt(bytes.subarray(start))} is not ended by NUL`);
    const pair = bytes.subarray(start, end);
    if (pairs.length === limits.maxKeys) throw fail(`more than ${limits.maxKeys} text keys`);
    pairs.push(parsePair(pair, fail));
    start = end + 1;
  }
  return pairs;
}

function parsePair(pair: Buffer, fail: (message: string) => ProtocolError): TextKey {
  const equals = pair.indexOf(EQUALS);
  if (equals === -1) throw fail(`text ${excerpt(pair)} has no "="`);
  if (equals === 0) throw fail(`text ${excerpt(pair)} has no key before "="`);
  if (equals > KEY_NAME_MAX_BYTES)
    throw fail(`key name ${excerpt(pair)} has ${equals} bytes, at most ${KEY_NAME_MAX_BYTES} are right`);
  const key = pair.toString("latin1", 0, equals);
  if (!KEY_NAME.test(key))
    throw fail(`key name ${excerpt(pair.subarray(0, equals))} has characters outside A–Z a–z 0–9 . - + @ _ #`);
  const value = pair.subarray(equals + 1);
  if (!isUtf8(value)) throw fail(`the value of ${key} is not UTF-8`);
  return { key, value: value.toString("utf8") };
}

/** Bytes of the list for these pairs, delimiters included. */
export function textKeysLength(pairs: readonly TextKey[]): number {
  let length = 0;
  for (const { key, value } of pairs) length += Buffer.byteLength(key) + Buffer.byteLength(value) + 2;
  return length;
}

/** The list for these pairs, each ended by one NUL. */
export function encodeTextKeys(pairs: readonly TextKey[]): Buffer {
  let text = "";
  for (const { key, value } of pairs) {
    assert(key.length <= KEY_NAME_MAX_BYTES && KEY_NAME.test(key), `"${key}" is a key name`);
    assert(!value.includes("\0"), `the value of ${key} holds no NUL`);
    text += `${key}=${value}\0`;
  }
  return Buffer.from(text, "utf8");
}

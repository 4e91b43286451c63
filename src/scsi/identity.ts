/**
 * Names of a logical unit (SPC-4 7.8.6 and 7.8.18): derived by hash from the node's uuid and the volume's name, so that they are equal
 * after a restart and on every node that shares the uuid, and never equal for two volumes.
 *
 * NAA: hosts want the 16-byte IEEE Registered Extended format (6), which begins with a company id. Lunette has no
 * registered one, and borrowing somebody's could collide with their products. A company id with the U/L bit set is "locally
 * administered" and is never given to anybody; the 100 bits after it are hash, which is what keeps two units apart.
 */
import { createHash } from "node:crypto";
import { assert } from "../common/assert.ts";
import type { LuIdentity } from "./logical-unit.ts";

export const VENDOR = "LUNETTE ";
export const DEFAULT_PRODUCT = "VIRTUAL-DISK";
/** PRODUCT REVISION LEVEL, 4 characters: hosts show it, and nothing depends on it. */
export const REVISION = "0001";

/** 02h has the U/L bit (02h) set and the multicast bit (01h) clear; "LU" follows. */
const LOCAL_COMPANY_ID = 0x024c55;
/** Characters of a derived unit serial number: 96 bits in hexadecimal. */
const SERIAL_CHARACTERS = 24;

export interface IdentityOptions {
  /** Unit serial number instead of the derived one: printable ASCII. */
  readonly serial?: string | undefined;
  /** PRODUCT IDENTIFICATION: at most 16 printable ASCII characters. */
  readonly product?: string | undefined;
}

export function deriveIdentity(nodeUuid: string, volumeName: string, options: IdentityOptions = {}): LuIdentity {
  const digest = (purpose: string): Buffer =>
    createHash("sha256").update(["lunette logical unit", purpose, nodeUuid.toLowerCase(), volumeName].join("\0")).digest();
  const serial = options.serial ?? digest("serial").toString("hex").slice(0, SERIAL_CHARACTERS);
  const product = options.product ?? DEFAULT_PRODUCT;
  assert(
    isPrintable(serial) && serial.length > 0 && serial.length <= 252,
    `serial "${serial}" is not 1 to 252 printable ASCII characters`,
  );
  assert(isPrintable(product) && product.length <= 16, `product "${product}" is not at most 16 printable ASCII characters`);
  return Object.freeze({
    name: volumeName,
    naa: naaRegisteredExtended(digest("naa")),
    uuid: uuidVersion8(digest("uuid")),
    serial,
    vendor: VENDOR,
    product: product.padEnd(16),
    revision: REVISION,
  });
}

/** NAA 6h, company id (24 bits), vendor specific identifier (36 bits) and its extension (64 bits): SPC-4 7.8.6.6.5. */
function naaRegisteredExtended(hash: Buffer): Buffer {
  const naa = Buffer.from(hash.subarray(0, 16));
  naa.writeUInt32BE(((0x6 << 28) | (LOCAL_COMPANY_ID << 4) | (hash[3]! & 0x0f)) >>> 0, 0);
  return naa;
}

/** A UUID whose bits are of our own making: version 8, RFC 9562 5.8. */
function uuidVersion8(hash: Buffer): Buffer {
  const uuid = Buffer.from(hash.subarray(0, 16));
  uuid[6] = (uuid[6]! & 0x0f) | 0x80;
  uuid[8] = (uuid[8]! & 0x3f) | 0x80;
  return uuid;
}

function isPrintable(text: string): boolean {
  return /^[\x20-\x7e]*$/.test(text);
}

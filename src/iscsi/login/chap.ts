/**
 * CHAP: RFC 1994 with the algorithms and keys of RFC 7143 12.1.3. The response is a hash over the identifier
 * (one byte), the secret and the challenge.
 */
import { createHash, timingSafeEqual } from "node:crypto";

/** `id` is the number registered at IANA ("PPP Authentication Algorithms"); `bytes` the length of the digest. */
export const CHAP_ALGORITHMS = {
  md5: { id: 5, digest: "md5", bytes: 16 },
  sha1: { id: 6, digest: "sha1", bytes: 20 },
  sha256: { id: 7, digest: "sha256", bytes: 32 },
  "sha3-256": { id: 8, digest: "sha3-256", bytes: 32 },
} as const satisfies Record<string, { id: number; digest: string; bytes: number }>;

export type ChapAlgorithmName = keyof typeof CHAP_ALGORITHMS;

/** One user of an authentication group. */
export interface AuthCredential {
  readonly secret: string;
  /** The pair with which the target proves itself; absent where the initiator can't ask for that. */
  readonly mutual?: { readonly user: string; readonly secret: string } | undefined;
}

export interface AuthCredentials {
  /** Allowed algorithms. The initiator's order decides among them: RFC 7143 12.1.3. */
  readonly algorithms: readonly ChapAlgorithmName[];
  find(user: string): AuthCredential | undefined;
}

/** The first acceptable entry of the initiator's CHAP_A list. */
export function chooseAlgorithm(offered: string, allowed: readonly ChapAlgorithmName[]): ChapAlgorithmName | undefined {
  for (const each of offered.split(",")) {
    const name = allowed.find((candidate) => String(CHAP_ALGORITHMS[candidate].id) === each);
    if (name !== undefined) return name;
  }
  return undefined;
}

export function chapResponse(algorithm: ChapAlgorithmName, identifier: number, secret: string, challenge: Uint8Array): Buffer {
  return createHash(CHAP_ALGORITHMS[algorithm].digest)
    .update(Uint8Array.of(identifier))
    .update(secret, "utf8")
    .update(challenge)
    .digest();
}

/** Compares without telling by its time where the difference is; lengths may differ. */
export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && timingSafeEqual(a, b);
}

/** RFC 7143 9.2.1: the secrets of both directions must differ, otherwise a response can be reflected. */
export function sameSecret(a: string, b: string): boolean {
  return equalBytes(Buffer.from(a, "utf8"), Buffer.from(b, "utf8"));
}

/** What a request shows to say who calls: a key in `Authorization: Bearer` (RFC 6750 2.1), or the client certificate of its TLS connection. */
import type { X509Certificate } from "node:crypto";
import type { IncomingMessage } from "node:http";
import type { TLSSocket } from "node:tls";
import type { CallerKind } from "../caller.ts";

/** As POST /v1/api-keys/authenticate of the control socket takes it. */
export type Credential =
  | { readonly kind: Extract<CallerKind, "api-key">; readonly body: { readonly key: string } }
  | { readonly kind: Extract<CallerKind, "certificate">; readonly body: { readonly certificate: string } };

/** Why what was shown can't be asked about; the log has it, the caller does not. */
export type Unusable = "none" | "malformed-key" | "certificate-not-verified" | "certificate-not-valid-now";

/** A key decides alone where there is one: a certificate does not help a wrong key in. */
export function credentialOf(request: IncomingMessage, now: number, headerBytes: number): Credential | Unusable {
  const { authorization } = request.headers;
  if (authorization !== undefined) {
    const key = authorization.length > headerBytes ? undefined : /^Bearer +(lnt_\S+) *$/i.exec(authorization)?.[1];
    return key === undefined ? "malformed-key" : { kind: "api-key", body: { key } };
  }
  return certificateOf(request.socket as Partial<TLSSocket>, now);
}

function certificateOf(socket: Partial<TLSSocket>, now: number): Credential | Unusable {
  if (socket.encrypted !== true) return "none";
  // A resumed session can be `authorized` without a certificate: it is the certificate that counts.
  const certificate = socket.getPeerX509Certificate?.();
  if (certificate === undefined) return "none";
  if (socket.authorized !== true) return "certificate-not-verified";
  // Verified when the connection was opened, which may be long ago.
  if (!isValidAt(certificate, now)) return "certificate-not-valid-now";
  return { kind: "certificate", body: { certificate: certificate.fingerprint256 } };
}

function isValidAt({ validFrom, validTo }: X509Certificate, now: number): boolean {
  return Date.parse(validFrom) <= now && now < Date.parse(validTo);
}

/**
 * A browser shows its certificate to whoever makes it send a request. What changes something must come from a page of this site; programs send
 * no Origin. Keys need no such care: no browser sends one by itself.
 */
export function isFromAnotherSite({ headers }: IncomingMessage): boolean {
  const { origin, host } = headers;
  if (origin === undefined) return false;
  try {
    return new URL(origin).host !== new URL(`https://${host}`).host;
  } catch {
    // "null": a page in a sandbox, or from a file.
    return true;
  }
}

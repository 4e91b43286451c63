/** Portal addresses: "192.0.2.10:3260", "[2001:db8::1]:3260", or a host alone, which means port 3260 (RFC 7143 4.1). */
import { isIP, isIPv6 } from "node:net";
import ipaddr from "ipaddr.js";
import type { PortalAddress } from "./model.ts";

/** The port that IANA has registered for iSCSI targets. */
export const ISCSI_PORT = 3260;

export type ParsedAddress =
  | { readonly ok: true; readonly address: PortalAddress }
  | { readonly ok: false; readonly wanted: string };

const WANTED = '"192.0.2.10:3260" or "[2001:db8::1]:3260"';

/** Splits host and port; the host may be a name. */
export function parseAddress(written: string, defaultPort: number = ISCSI_PORT): ParsedAddress {
  const bad = (wanted: string): ParsedAddress => ({ ok: false, wanted });
  if (isIPv6(written)) return { ok: true, address: { host: written, port: defaultPort } };
  const match = /^(?:\[([^\]]+)\]|([^:[\]\s]+))(?::(\d+))?$/.exec(written);
  if (!match) return bad(`an address such as ${WANTED}`);
  const [, bracketed, plain, portText] = match;
  if (bracketed !== undefined && !isIPv6(bracketed)) return bad(`an IPv6 address between the brackets, such as ${WANTED}`);
  const port = portText === undefined ? defaultPort : Number(portText);
  if (!(port >= 1 && port <= 65535)) return bad(`a port from 1 to 65535, such as ${WANTED}`);
  const host = bracketed ?? plain ?? "";
  const looksNumeric = /^[\d.]+$/.test(host);
  if (isIP(host) === 0 && (looksNumeric || !/^(?!-)[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63})*\.?$/.test(host))) {
    return bad(`an address such as ${WANTED}`);
  }
  return { ok: true, address: { host, port } };
}

/** The rule for an address to listen on: a literal, because a name may mean several addresses, or others tomorrow. */
export function listenAddressFault(written: string): string | undefined {
  const parsed = parseAddress(written);
  if (!parsed.ok) return parsed.wanted;
  return isIP(parsed.address.host) === 0 ? `a literal IP address to listen on, such as ${WANTED}` : undefined;
}

/** The rule for an address told to initiators: a literal or a host name, and never a wildcard. */
export function advertisedAddressFault(written: string): string | undefined {
  const parsed = parseAddress(written);
  if (!parsed.ok) return parsed.wanted;
  return isWildcard(parsed.address.host) ? "an address that initiators can connect to; a wildcard is none" : undefined;
}

export function metricsAddressFault(written: string): string | undefined {
  return written === "off" || listenAddressFault(written) === undefined
    ? undefined
    : `"off", or an address such as "127.0.0.1:9860"`;
}

/** A port has to be said: the one of iSCSI would be no default for HTTP. */
export function apiAddressFault(written: string): string | undefined {
  const right = written === "off" || (listenAddressFault(written) === undefined && /^[^:]+:\d+$|\]:\d+$/.test(written));
  return right ? undefined : `"off", or an address with a port such as "127.0.0.1:9870"`;
}

/** Only this machine reaches it. */
export function isLoopback(host: string): boolean {
  return isIP(host) !== 0 && ipaddr.process(host).range() === "loopback";
}

export function isWildcard(host: string): boolean {
  return isIP(host) !== 0 && /^(?:0\.0\.0\.0|0:0:0:0:0:0:0:0)$/.test(canonicalHost(host));
}

/** One spelling per IP address, so that "::1" and "0:0:0:0:0:0:0:1" compare equal. Names fold their case. */
export function canonicalHost(host: string): string {
  return isIP(host) === 0 ? host.toLowerCase() : ipaddr.process(host).toNormalizedString();
}

export function formatAddress({ host, port }: PortalAddress): string {
  return isIPv6(host) ? `[${host}]:${port}` : `${host}:${port}`;
}

/** What would be right when `written` is no network in CIDR form. */
export function networkFault(written: string): string | undefined {
  const [host = "", prefix, more] = written.split("/");
  const family = isIP(host);
  if (family === 0 || host.includes("%") || more !== undefined) return 'a network such as "192.0.2.0/24" or "2001:db8::/32"';
  const bits = family === 4 ? 32 : 128;
  if (prefix === undefined || !/^\d{1,3}$/.test(prefix) || Number(prefix) > bits) {
    return `a prefix length from 0 to ${bits} after the address, such as "${host}/${bits}"`;
  }
  const base = networkBase(written);
  return base === canonicalNetworkHost(host)
    ? undefined
    : `the network's own address "${base}/${prefix}": bits behind the prefix must be zero`;
}

const canonicalNetworkHost = (host: string): string => ipaddr.parse(host).toString();

function networkBase(cidr: string): string {
  const [address, bits] = ipaddr.parseCIDR(cidr);
  return (
    address.kind() === "ipv4"
      ? ipaddr.IPv4.networkAddressFromCIDR(cidr)
      : ipaddr.IPv6.networkAddressFromCIDR(`${address.toString()}/${bits}`)
  ).toString();
}

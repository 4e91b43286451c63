/** Networks in CIDR form. An IPv4 address that arrives mapped into IPv6 (RFC 4291 2.5.5.2) is its IPv4 address. */
import ipaddr from "ipaddr.js";

export interface Network {
  readonly base: ipaddr.IPv4 | ipaddr.IPv6;
  readonly bits: number;
}

export type Address = ipaddr.IPv4 | ipaddr.IPv6;

/** The configuration has been validated: a string that is no network is a defect and throws. */
export function parseNetwork(cidr: string): Network {
  const [base, bits] = ipaddr.parseCIDR(cidr);
  if (base instanceof ipaddr.IPv6 && base.isIPv4MappedAddress() && bits >= 96)
    return { base: base.toIPv4Address(), bits: bits - 96 };
  return { base, bits };
}

/** undefined when the text is no IP address: such a peer is in no network. */
export function parsePeerAddress(text: string): Address | undefined {
  // A zone ("fe80::1%eth0") says by which interface the peer came, which no network asks for.
  const plain = text.split("%")[0] ?? text;
  return ipaddr.isValid(plain) ? ipaddr.process(plain) : undefined;
}

export function holds({ base, bits }: Network, address: Address): boolean {
  if (address instanceof ipaddr.IPv4) return base instanceof ipaddr.IPv4 && address.match(base, bits);
  return base instanceof ipaddr.IPv6 && address.match(base, bits);
}

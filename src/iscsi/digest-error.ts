/**
 * A PDU arrived with a wrong digest: RFC 7143 7.8. Counted, and told as an event, because it is a sign of a broken network, host bus adapter or
 * memory that nothing else shows. Digests of what the target sends are checked by initiators, which end the connection and say no reason.
 */
import type { Connection } from "./connection.ts";

export type DigestPart = "header" | "data";

const CONSEQUENCE: Record<DigestPart, string> = {
  header: "the length of the PDU can't be believed, so the connection is closed",
  data: "its data is not used",
};

export function countDigestError(connection: Connection, part: DigestPart): void {
  const { services, peer: address, portal, phase } = connection;
  const { counters, events } = services;
  if (part === "header") counters.headerDigestErrors += 1;
  else counters.dataDigestErrors += 1;
  events.record("digest-error", {
    initiator: phase.initiatorName,
    address,
    target: phase.session?.targetName,
    portal: portal.listen,
    portalGroup: portal.portalGroupTag,
    session: phase.session?.tsih,
    reason: `received from the initiator: wrong ${part} digest; ${CONSEQUENCE[part]}`,
  });
}

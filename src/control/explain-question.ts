/** What `explain` is asked, from the parameters of the address: the same for the daemon and for the command that asks no daemon. */
import type { ExplainQuestion } from "../access/explain-types.ts";
import { parsePeerAddress } from "../access/network.ts";
import { ISCSI_NAME_MAX_BYTES } from "../config/iscsi-name.ts";
import { PORTAL_GROUP } from "../config/schema.ts";
import { ControlError } from "./control-error.ts";

export const EXPLAIN_PARAMETERS = ["initiator", "address", "portal_group"] as const;

/** An IPv6 address with an IPv4 tail (45 characters, as INET6_ADDRSTRLEN has it) and the name of an interface (15, IFNAMSIZ). */
const ADDRESS_MAX_LENGTH = 61;

/** A name that no initiator can have is let through: that it can't is the explanation. @throws ControlError of type bad-parameter */
export function explainQuestion(query: URLSearchParams): ExplainQuestion {
  const initiatorName = query.get("initiator") ?? "";
  if (initiatorName === "") throw bad("initiator: give the iSCSI name of the initiator, such as iqn.1998-01.com.vmware:esx-a");
  if (Buffer.byteLength(initiatorName) > ISCSI_NAME_MAX_BYTES)
    throw bad(`initiator: an iSCSI name has at most ${ISCSI_NAME_MAX_BYTES} bytes`);
  const address = query.get("address");
  if (address !== null && (address.length > ADDRESS_MAX_LENGTH || parsePeerAddress(address) === undefined))
    throw bad(`address=${address.slice(0, ADDRESS_MAX_LENGTH)}: must be an IP address without a port`);
  const tag = query.get("portal_group");
  const { min, max } = PORTAL_GROUP.fields.tag;
  if (tag !== null && !(/^\d{1,5}$/.test(tag) && Number(tag) >= min && Number(tag) <= max))
    throw bad(`portal_group=${tag.slice(0, 40)}: must be the tag of a portal group, ${min} to ${max}`);
  return {
    initiatorName,
    ...(address === null ? {} : { address }),
    ...(tag === null ? {} : { portalGroupTag: Number(tag) }),
  };
}

const bad = (message: string): ControlError => new ControlError("bad-parameter", message);

/** SCSI Ports (88h): SPC-4 7.8.15. One descriptor for each port of the target: each of its portal groups. */
import { targetPortName } from "../scsi-name.ts";
import { targetPortDesignators } from "./device-identification.ts";
import type { VpdPage } from "./vpd-page.ts";

const PORT_HEADER_BYTES = 12;

function port(targetName: string, tag: number): Buffer {
  const designators = targetPortDesignators(targetPortName(targetName, tag), tag);
  const head = Buffer.alloc(PORT_HEADER_BYTES);
  head.writeUInt16BE(tag, 2); // RELATIVE PORT IDENTIFIER
  // INITIATOR PORT TRANSPORTID LENGTH 0: the ports are no initiator ports.
  head.writeUInt16BE(designators.length, 10);
  return Buffer.concat([head, designators]);
}

export const SCSI_PORTS: VpdPage = {
  code: 0x88,
  name: "SCSI Ports",
  clause: "SPC-4 7.8.15",
  encode: ({ nexus: { targetPort } }) => Buffer.concat(targetPort.groups.map((tag) => port(targetPort.targetName, tag))),
};

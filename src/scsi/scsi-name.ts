/** SCSI name strings (SPC-4 7.8.6.11) and the names of iSCSI ports (RFC 7143 4.2.7.1, SPC-4 7.6.4.6). */

/** PROTOCOL IDENTIFIER of iSCSI (SPC-4 7.6.1). */
export const PROTOCOL_ISCSI = 0x5;

/** UTF-8, ended by a zero byte and filled up with zeroes to a multiple of four and at least `minimum` bytes. */
export function scsiNameString(name: string, minimum = 0): Buffer {
  const length = Buffer.byteLength(name);
  const out = Buffer.alloc(Math.max(minimum, (length + 4) & ~3));
  out.write(name, 0, "utf8");
  return out;
}

/** Name of the SCSI target port that a portal group makes: `name,t,0x0001`. */
export function targetPortName(targetName: string, portalGroupTag: number): string {
  return `${targetName},t,0x${portalGroupTag.toString(16).padStart(4, "0")}`;
}

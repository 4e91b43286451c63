/** Device Identification (83h): SPC-4 7.8.6; UUID designators SPC-5 7.7.6.11. */
import { PROTOCOL_ISCSI, scsiNameString } from "../scsi-name.ts";
import type { VpdPage } from "./vpd-page.ts";

const CodeSet = { Binary: 1, Ascii: 2, Utf8: 3 } as const;
const Association = { LogicalUnit: 0, TargetPort: 1, TargetDevice: 2 } as const;
const Designator = {
  T10VendorId: 0x1,
  Naa: 0x3,
  RelativeTargetPort: 0x4,
  TargetPortGroup: 0x5,
  ScsiNameString: 0x8,
  Uuid: 0xa,
} as const;
/** First byte of a UUID designator: one 16-byte UUID follows after a reserved byte. */
const UUID_TYPE = 0x10;
const PROTOCOL_IDENTIFIER_VALID = 0x80;

/** PROTOCOL IDENTIFIER is given, with PIV, exactly where the designator is about a port or the device (SPC-4 7.8.6.1). */
function designator(codeSet: number, association: number, type: number, value: Buffer): Buffer {
  const ofTarget = association !== Association.LogicalUnit;
  const head = Buffer.from([
    (ofTarget ? PROTOCOL_ISCSI << 4 : 0) | codeSet,
    (ofTarget ? PROTOCOL_IDENTIFIER_VALID : 0) | (association << 4) | type,
    0,
    value.length,
  ]);
  return Buffer.concat([head, value]);
}

/** A 16-bit number as relative target port and target port group designators have it. */
const number16 = (value: number): Buffer => Buffer.from([0, 0, value >>> 8, value & 0xff]);

/** What names a target port: here the one of the nexus, in SCSI Ports each. */
export function targetPortDesignators(portName: string, portalGroupTag: number): Buffer {
  return Buffer.concat([
    designator(CodeSet.Binary, Association.TargetPort, Designator.RelativeTargetPort, number16(portalGroupTag)),
    designator(CodeSet.Binary, Association.TargetPort, Designator.TargetPortGroup, number16(portalGroupTag)),
    designator(CodeSet.Utf8, Association.TargetPort, Designator.ScsiNameString, scsiNameString(portName)),
  ]);
}

export const DEVICE_IDENTIFICATION: VpdPage = {
  code: 0x83,
  name: "Device Identification",
  clause: "SPC-4 7.8.6",
  encode: ({ lu: { identity }, nexus: { targetPort } }) =>
    Buffer.concat([
      designator(CodeSet.Binary, Association.LogicalUnit, Designator.Naa, identity.naa),
      designator(
        CodeSet.Ascii,
        Association.LogicalUnit,
        Designator.T10VendorId,
        // The derived id and not the serial: a serial from the configuration may be long, or the same on two nodes.
        Buffer.from(identity.vendor + identity.product + identity.naa.toString("hex"), "ascii"),
      ),
      designator(
        CodeSet.Binary,
        Association.LogicalUnit,
        Designator.Uuid,
        Buffer.concat([Buffer.from([UUID_TYPE, 0]), identity.uuid]),
      ),
      targetPortDesignators(targetPort.portName, targetPort.portalGroupTag),
      designator(CodeSet.Utf8, Association.TargetDevice, Designator.ScsiNameString, scsiNameString(targetPort.targetName)),
    ]),
};

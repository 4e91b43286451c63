/** Operation codes of iSCSI PDUs: RFC 7143 11.2.1.2. */

export const INITIATOR_OPCODE = {
  nopOut: 0x00,
  scsiCommand: 0x01,
  taskManagementRequest: 0x02,
  loginRequest: 0x03,
  textRequest: 0x04,
  dataOut: 0x05,
  logoutRequest: 0x06,
  snackRequest: 0x10,
} as const;

export const TARGET_OPCODE = {
  nopIn: 0x20,
  scsiResponse: 0x21,
  taskManagementResponse: 0x22,
  loginResponse: 0x23,
  textResponse: 0x24,
  dataIn: 0x25,
  logoutResponse: 0x26,
  r2t: 0x31,
  asyncMessage: 0x32,
  reject: 0x3f,
} as const;

export type InitiatorOpcode = (typeof INITIATOR_OPCODE)[keyof typeof INITIATOR_OPCODE];
export type TargetOpcode = (typeof TARGET_OPCODE)[keyof typeof TARGET_OPCODE];

/** Task tag that means "no task": RFC 7143 11.2.1.8 and 11.7.4, and the tags of unsolicited PDUs. */
export const RESERVED_TAG = 0xffffffff;

/** Login Response: RFC 7143 11.13. The data segment is a text key list. */
import { BHS, beginBhs, dataSegmentLength, flags, get16, get32, put16, put32, putDataSegmentLength } from "../bhs.ts";
import { TARGET_OPCODE } from "../opcode.ts";
import {
  CURRENT_STAGE_SHIFT,
  ISCSI_VERSION,
  ISID_BYTES,
  LOGIN_FLAG,
  LOGIN_OFFSET,
  LOGIN_STAGE,
  STAGE_MASK,
} from "./login-request.ts";

/** Status class in the high byte, status detail in the low one: RFC 7143 11.13.5. */
export const LOGIN_STATUS = {
  success: 0x0000,
  targetMovedTemporarily: 0x0101,
  targetMovedPermanently: 0x0102,
  initiatorError: 0x0200,
  authenticationFailure: 0x0201,
  authorizationFailure: 0x0202,
  notFound: 0x0203,
  targetRemoved: 0x0204,
  unsupportedVersion: 0x0205,
  tooManyConnections: 0x0206,
  missingParameter: 0x0207,
  cannotIncludeInSession: 0x0208,
  sessionTypeNotSupported: 0x0209,
  sessionDoesNotExist: 0x020a,
  invalidDuringLogin: 0x020b,
  targetError: 0x0300,
  serviceUnavailable: 0x0301,
  outOfResources: 0x0302,
} as const;
export type LoginStatus = (typeof LOGIN_STATUS)[keyof typeof LOGIN_STATUS];

const STATUS_CLASS = 36;
const STATUS_DETAIL = 37;

export interface LoginResponse {
  readonly opcode: typeof TARGET_OPCODE.loginResponse;
  transit: boolean;
  continues: boolean;
  /** CSG, 0 to 3. */
  currentStage: number;
  /** NSG, 0 to 3; meaningful with transit. */
  nextStage: number;
  versionMax: number;
  versionActive: number;
  dataSegmentLength: number;
  /** 48 bits, as in the request. */
  isid: number;
  tsih: number;
  initiatorTaskTag: number;
  statSn: number;
  expCmdSn: number;
  maxCmdSn: number;
  /** Class and detail: see LOGIN_STATUS. */
  statusClass: number;
  statusDetail: number;
}

export function blankLoginResponse(): LoginResponse {
  return {
    opcode: TARGET_OPCODE.loginResponse,
    transit: false,
    continues: false,
    currentStage: LOGIN_STAGE.securityNegotiation,
    nextStage: LOGIN_STAGE.securityNegotiation,
    versionMax: ISCSI_VERSION,
    versionActive: ISCSI_VERSION,
    dataSegmentLength: 0,
    isid: 0,
    tsih: 0,
    initiatorTaskTag: 0,
    statSn: 0,
    expCmdSn: 0,
    maxCmdSn: 0,
    statusClass: 0,
    statusDetail: 0,
  };
}

export function decodeLoginResponse(bhs: Buffer, offset: number, into: LoginResponse = blankLoginResponse()): LoginResponse {
  const bits = flags(bhs, offset);
  into.transit = (bits & LOGIN_FLAG.transit) !== 0;
  into.continues = (bits & LOGIN_FLAG.continue) !== 0;
  into.currentStage = (bits >> CURRENT_STAGE_SHIFT) & STAGE_MASK;
  into.nextStage = bits & STAGE_MASK;
  into.versionMax = bhs[offset + LOGIN_OFFSET.versionMax]!;
  into.versionActive = bhs[offset + LOGIN_OFFSET.version]!;
  into.dataSegmentLength = dataSegmentLength(bhs, offset);
  into.isid = bhs.readUIntBE(offset + LOGIN_OFFSET.isid, ISID_BYTES);
  into.tsih = get16(bhs, offset + LOGIN_OFFSET.tsih);
  into.initiatorTaskTag = get32(bhs, offset + BHS.initiatorTaskTag);
  into.statSn = get32(bhs, offset + BHS.sn);
  into.expCmdSn = get32(bhs, offset + BHS.expSn);
  into.maxCmdSn = get32(bhs, offset + BHS.maxCmdSn);
  into.statusClass = bhs[offset + STATUS_CLASS]!;
  into.statusDetail = bhs[offset + STATUS_DETAIL]!;
  return into;
}

export function encodeLoginResponse(pdu: LoginResponse, out: Buffer, offset: number): void {
  const bits =
    (pdu.transit ? LOGIN_FLAG.transit : 0) |
    (pdu.continues ? LOGIN_FLAG.continue : 0) |
    (pdu.currentStage << CURRENT_STAGE_SHIFT) |
    pdu.nextStage;
  beginBhs(out, offset, pdu.opcode, bits);
  out[offset + LOGIN_OFFSET.versionMax] = pdu.versionMax;
  out[offset + LOGIN_OFFSET.version] = pdu.versionActive;
  putDataSegmentLength(out, offset, pdu.dataSegmentLength);
  out.writeUIntBE(pdu.isid, offset + LOGIN_OFFSET.isid, ISID_BYTES);
  put16(out, offset + LOGIN_OFFSET.tsih, pdu.tsih);
  put32(out, offset + BHS.initiatorTaskTag, pdu.initiatorTaskTag);
  put32(out, offset + BHS.sn, pdu.statSn);
  put32(out, offset + BHS.expSn, pdu.expCmdSn);
  put32(out, offset + BHS.maxCmdSn, pdu.maxCmdSn);
  out[offset + STATUS_CLASS] = pdu.statusClass;
  out[offset + STATUS_DETAIL] = pdu.statusDetail;
}

/** Login Request: RFC 7143 11.12. The data segment is a text key list. */
import {
  BHS,
  beginBhs,
  dataSegmentLength,
  flags,
  get16,
  get32,
  IMMEDIATE_BIT,
  put16,
  put32,
  putDataSegmentLength,
} from "../bhs.ts";
import { INITIATOR_OPCODE } from "../opcode.ts";

/** Bits of byte 1 of login requests and responses: RFC 7143 11.12.1 to 11.12.3. */
export const LOGIN_FLAG = { transit: 0x80, continue: 0x40 } as const;
/** CSG and NSG, two bits each: RFC 7143 11.12.3. 2 is reserved. */
export const LOGIN_STAGE = { securityNegotiation: 0, operationalNegotiation: 1, fullFeaturePhase: 3 } as const;
export const CURRENT_STAGE_SHIFT = 2;
export const STAGE_MASK = 0x03;

/** The one version of the protocol: RFC 7143 11.12.4. */
export const ISCSI_VERSION = 0x00;

export const LOGIN_OFFSET = { versionMax: 2, version: 3, isid: 8, tsih: 14 } as const;
/** The ISID has 6 bytes: as a number it fits a double exactly. */
export const ISID_BYTES = 6;

export interface LoginRequest {
  readonly opcode: typeof INITIATOR_OPCODE.loginRequest;
  /** T: ready to go to the next stage. */
  transit: boolean;
  /** C: the key list goes on in the next request. */
  continues: boolean;
  /** CSG, 0 to 3. */
  currentStage: number;
  /** NSG, 0 to 3; meaningful with transit. */
  nextStage: number;
  versionMax: number;
  versionMin: number;
  dataSegmentLength: number;
  /** 48 bits. */
  isid: number;
  tsih: number;
  initiatorTaskTag: number;
  connectionId: number;
  cmdSn: number;
  /** With a TSIH: the StatSN this connection should start with. */
  expStatSn: number;
}

export function blankLoginRequest(): LoginRequest {
  return {
    opcode: INITIATOR_OPCODE.loginRequest,
    transit: false,
    continues: false,
    currentStage: LOGIN_STAGE.securityNegotiation,
    nextStage: LOGIN_STAGE.securityNegotiation,
    versionMax: ISCSI_VERSION,
    versionMin: ISCSI_VERSION,
    dataSegmentLength: 0,
    isid: 0,
    tsih: 0,
    initiatorTaskTag: 0,
    connectionId: 0,
    cmdSn: 0,
    expStatSn: 0,
  };
}

export function decodeLoginRequest(bhs: Buffer, offset: number, into: LoginRequest = blankLoginRequest()): LoginRequest {
  const bits = flags(bhs, offset);
  into.transit = (bits & LOGIN_FLAG.transit) !== 0;
  into.continues = (bits & LOGIN_FLAG.continue) !== 0;
  into.currentStage = (bits >> CURRENT_STAGE_SHIFT) & STAGE_MASK;
  into.nextStage = bits & STAGE_MASK;
  into.versionMax = bhs[offset + LOGIN_OFFSET.versionMax]!;
  into.versionMin = bhs[offset + LOGIN_OFFSET.version]!;
  into.dataSegmentLength = dataSegmentLength(bhs, offset);
  into.isid = bhs.readUIntBE(offset + LOGIN_OFFSET.isid, ISID_BYTES);
  into.tsih = get16(bhs, offset + LOGIN_OFFSET.tsih);
  into.initiatorTaskTag = get32(bhs, offset + BHS.initiatorTaskTag);
  into.connectionId = get16(bhs, offset + BHS.word20);
  into.cmdSn = get32(bhs, offset + BHS.sn);
  into.expStatSn = get32(bhs, offset + BHS.expSn);
  return into;
}

/** Login requests are always sent as immediate: RFC 7143 11.12. */
export function encodeLoginRequest(pdu: LoginRequest, out: Buffer, offset: number): void {
  const bits =
    (pdu.transit ? LOGIN_FLAG.transit : 0) |
    (pdu.continues ? LOGIN_FLAG.continue : 0) |
    (pdu.currentStage << CURRENT_STAGE_SHIFT) |
    pdu.nextStage;
  beginBhs(out, offset, pdu.opcode | IMMEDIATE_BIT, bits);
  out[offset + LOGIN_OFFSET.versionMax] = pdu.versionMax;
  out[offset + LOGIN_OFFSET.version] = pdu.versionMin;
  putDataSegmentLength(out, offset, pdu.dataSegmentLength);
  out.writeUIntBE(pdu.isid, offset + LOGIN_OFFSET.isid, ISID_BYTES);
  put16(out, offset + LOGIN_OFFSET.tsih, pdu.tsih);
  put32(out, offset + BHS.initiatorTaskTag, pdu.initiatorTaskTag);
  put16(out, offset + BHS.word20, pdu.connectionId);
  put32(out, offset + BHS.sn, pdu.cmdSn);
  put32(out, offset + BHS.expSn, pdu.expStatSn);
}

/**
 * Sense data (SPC-4 4.5): the table of additional sense codes that Lunette reports, and the encoding of
 * one condition in fixed (70h) or descriptor (72h) format.
 */

export const SenseKey = {
  NoSense: 0x0,
  RecoveredError: 0x1,
  NotReady: 0x2,
  MediumError: 0x3,
  HardwareError: 0x4,
  IllegalRequest: 0x5,
  UnitAttention: 0x6,
  DataProtect: 0x7,
  CopyAborted: 0xa,
  AbortedCommand: 0xb,
  Miscompare: 0xe,
  Completed: 0xf,
} as const;
export type SenseKey = (typeof SenseKey)[keyof typeof SenseKey];

/** A condition without its particulars: key and additional sense code with qualifier. */
export interface SenseCode {
  readonly key: SenseKey;
  readonly asc: number;
  readonly ascq: number;
  readonly text: string;
}

const code = (key: SenseKey, asc: number, ascq: number, text: string): SenseCode => Object.freeze({ key, asc, ascq, text });

/** One row per condition; the text is the name of the standard (SPC-4 annex F). */
export const SENSE = {
  noSense: code(SenseKey.NoSense, 0x00, 0x00, "no additional sense information"),
  notReadyInitializingCommandRequired: code(
    SenseKey.NotReady,
    0x04,
    0x02,
    "logical unit not ready, initializing command required",
  ),
  notReadyBecomingReady: code(SenseKey.NotReady, 0x04, 0x01, "logical unit is in process of becoming ready"),
  notReadyManualIntervention: code(SenseKey.NotReady, 0x04, 0x03, "logical unit not ready, manual intervention required"),
  notReadyCauseNotReportable: code(SenseKey.NotReady, 0x04, 0x00, "logical unit not ready, cause not reportable"),
  accessStateTransition: code(SenseKey.NotReady, 0x04, 0x0a, "logical unit not accessible, asymmetric access state transition"),
  portStandby: code(SenseKey.NotReady, 0x04, 0x0b, "logical unit not accessible, target port in standby state"),
  portUnavailable: code(SenseKey.NotReady, 0x04, 0x0c, "logical unit not accessible, target port in unavailable state"),
  sanitizeInProgress: code(SenseKey.NotReady, 0x04, 0x1b, "logical unit not ready, sanitize in progress"),
  mediumNotPresent: code(SenseKey.NotReady, 0x3a, 0x00, "medium not present"),
  sanitizeFailed: code(SenseKey.MediumError, 0x31, 0x03, "sanitize command failed"),
  writeError: code(SenseKey.MediumError, 0x0c, 0x00, "write error"),
  // For a failed flush: hosts repeat a command that ended with "write error", and the repeated flush would succeed without the data (see io-error.ts).
  writeFault: code(SenseKey.HardwareError, 0x03, 0x00, "peripheral device write fault"),
  unrecoveredReadError: code(SenseKey.MediumError, 0x11, 0x00, "unrecovered read error"),
  internalTargetFailure: code(SenseKey.HardwareError, 0x44, 0x00, "internal target failure"),
  parameterListLengthError: code(SenseKey.IllegalRequest, 0x1a, 0x00, "parameter list length error"),
  miscompareDuringVerify: code(SenseKey.Miscompare, 0x1d, 0x00, "miscompare during verify operation"),
  invalidOpcode: code(SenseKey.IllegalRequest, 0x20, 0x00, "invalid command operation code"),
  lbaOutOfRange: code(SenseKey.IllegalRequest, 0x21, 0x00, "logical block address out of range"),
  invalidFieldInCdb: code(SenseKey.IllegalRequest, 0x24, 0x00, "invalid field in CDB"),
  invalidDataLength: code(SenseKey.IllegalRequest, 0x0e, 0x03, "invalid field in command information unit"),
  lunNotSupported: code(SenseKey.IllegalRequest, 0x25, 0x00, "logical unit not supported"),
  invalidFieldInParameterList: code(SenseKey.IllegalRequest, 0x26, 0x00, "invalid field in parameter list"),
  invalidReleaseOfReservation: code(SenseKey.IllegalRequest, 0x26, 0x04, "invalid release of persistent reservation"),
  writeProtected: code(SenseKey.DataProtect, 0x27, 0x00, "write protected"),
  spaceAllocationFailed: code(SenseKey.DataProtect, 0x27, 0x07, "space allocation failed write protect"),
  // Of a recoverable lost persistent reservation (SPC-4 5.13.5.3.2).
  reservationInformationLost: code(SenseKey.DataProtect, 0x44, 0x01, "persistent reservation information lost"),
  commandSequenceError: code(SenseKey.IllegalRequest, 0x2c, 0x00, "command sequence error"),
  savingNotSupported: code(SenseKey.IllegalRequest, 0x39, 0x00, "saving parameters not supported"),
  insufficientRegistrationResources: code(SenseKey.IllegalRequest, 0x55, 0x04, "insufficient registration resources"),
  mediumRemovalPrevented: code(SenseKey.IllegalRequest, 0x53, 0x02, "medium removal prevented"),
  invalidFieldInCommandInformationUnit: code(SenseKey.AbortedCommand, 0x0e, 0x03, "invalid field in command information unit"),
  notEnoughUnsolicitedData: code(SenseKey.AbortedCommand, 0x0c, 0x0d, "write error, not enough unsolicited data"),
  unexpectedUnsolicitedData: code(SenseKey.AbortedCommand, 0x0c, 0x0c, "write error, unexpected unsolicited data"),
  protocolServiceCrcError: code(SenseKey.AbortedCommand, 0x47, 0x05, "protocol service CRC error"),
  invalidMessageError: code(SenseKey.IllegalRequest, 0x49, 0x00, "invalid message error"),
  overlappedCommands: code(SenseKey.AbortedCommand, 0x4e, 0x00, "overlapped commands attempted"),
  // EXTENDED COPY (SPC-4 5.17.7.3, 5.17.7.4, 6.4).
  operationInProgress: code(SenseKey.IllegalRequest, 0x00, 0x16, "operation in progress"),
  tooManyTargetDescriptors: code(SenseKey.IllegalRequest, 0x26, 0x06, "too many target descriptors"),
  unsupportedTargetDescriptorType: code(SenseKey.IllegalRequest, 0x26, 0x07, "unsupported target descriptor type code"),
  tooManySegmentDescriptors: code(SenseKey.IllegalRequest, 0x26, 0x08, "too many segment descriptors"),
  unsupportedSegmentDescriptorType: code(SenseKey.IllegalRequest, 0x26, 0x09, "unsupported segment descriptor type code"),
  inlineDataLengthExceeded: code(SenseKey.IllegalRequest, 0x26, 0x0b, "inline data length exceeded"),
  copyAborted: code(SenseKey.CopyAborted, 0x00, 0x00, "no additional sense information"),
  unreachableCopyTarget: code(SenseKey.CopyAborted, 0x08, 0x04, "unreachable copy target"),
  thirdPartyDeviceFailure: code(SenseKey.CopyAborted, 0x0d, 0x01, "third party device failure"),
  copyTargetNotReachable: code(SenseKey.CopyAborted, 0x0d, 0x02, "copy target device not reachable"),
  incorrectCopyTargetType: code(SenseKey.CopyAborted, 0x0d, 0x03, "incorrect copy target device type"),
  copyOfInvalidField: code(SenseKey.CopyAborted, 0x26, 0x00, "invalid field in parameter list"),
  unexpectedInexactSegment: code(SenseKey.CopyAborted, 0x26, 0x0a, "unexpected inexact segment"),
  invalidCopyOperation: code(SenseKey.CopyAborted, 0x26, 0x0c, "invalid operation for copy source or destination"),
  copyClearedByDeviceServer: code(SenseKey.CopyAborted, 0x2f, 0x02, "commands cleared by device server"),
  copyInformationAvailable: code(SenseKey.Completed, 0x00, 0x20, "extended copy information available"),
} as const;

export interface SenseField {
  readonly inCdb: boolean;
  readonly byte: number;
  readonly bit?: number | undefined;
  /** COPY ABORTED only: `byte` counts from the start of the segment descriptor, not of the parameter list (SPC-4 4.5.2.4.5). */
  readonly inSegment?: boolean;
}

/** What a copy source or destination answered to the copy manager, told on to the host (SPC-4 5.17.7.4, 4.5.2.7). */
export interface ForwardedSense {
  readonly from: "source" | "destination";
  readonly status: number;
  readonly sense: Sense | undefined;
  /** It came in descriptor format: what is forwarded is not changed. */
  readonly descriptor: boolean;
}

/** A condition with its particulars, ready to be encoded. */
export interface Sense {
  readonly code: SenseCode;
  /** INFORMATION: the failing LBA or the offset of a miscompare; undefined leaves VALID at 0. */
  readonly information?: number | undefined;
  /** Where in the CDB or the parameter list (SPC-4 4.5.2.4.2). */
  readonly field?: SenseField | undefined;
  /** 0…65535 of 65536 done (SPC-4 4.5.2.4.4). */
  readonly progress?: number | undefined;
  /** COMMAND-SPECIFIC INFORMATION. */
  readonly commandSpecific?: number | undefined;
  /** COPY ABORTED: number of the segment, the third and fourth bytes of COMMAND-SPECIFIC INFORMATION (SPC-4 5.17.7.4). */
  readonly segment?: number | undefined;
  readonly forwarded?: ForwardedSense | undefined;
}

export const SENSE_MAX_BYTES = 252;
const FIXED_BYTES = 18;

/**
 * Encodes `sense` in fixed or descriptor format at `out[offset]`; returns its length in bytes
 * (18 for fixed). INFORMATION above 32 bits can't be told in fixed format: VALID stays 0.
 */
export function encodeSense(sense: Sense, descriptor: boolean, out: Buffer, offset: number): number {
  return descriptor ? encodeDescriptor(sense, out, offset) : encodeFixed(sense, out, offset);
}

function senseKeySpecific(sense: Sense, out: Buffer, at: number): boolean {
  if (sense.field) {
    const { inCdb, byte, bit, inSegment } = sense.field;
    out[at] = 0x80 | (inCdb ? 0x40 : 0) | (inSegment ? 0x20 : 0) | (bit === undefined ? 0 : 0x08 | bit);
    out.writeUInt16BE(byte, at + 1);
    return true;
  }
  if (sense.progress !== undefined) {
    out[at] = 0x80;
    out.writeUInt16BE(sense.progress, at + 1);
    return true;
  }
  return false;
}

function encodeFixed(sense: Sense, out: Buffer, offset: number): number {
  out.fill(0, offset, offset + FIXED_BYTES);
  out[offset] = 0x70;
  out[offset + 2] = sense.code.key;
  if (sense.information !== undefined && sense.information <= 0xffffffff) {
    out[offset] = 0xf0;
    out.writeUInt32BE(sense.information, offset + 3);
  }
  out[offset + 7] = 10;
  out[offset + 12] = sense.code.asc;
  out[offset + 13] = sense.code.ascq;
  senseKeySpecific(sense, out, offset + 15);
  if (sense.commandSpecific !== undefined) out.writeUInt32BE(sense.commandSpecific, offset + 8);
  if (sense.segment !== undefined) out.writeUInt16BE(sense.segment, offset + 10);
  if (sense.forwarded === undefined) return FIXED_BYTES;
  // The area behind begins with the status; bytes 8 and 9 say where that of the source and of the destination begins.
  out[offset + (sense.forwarded.from === "source" ? 8 : 9)] = FIXED_BYTES;
  const length = FIXED_BYTES + encodeForwarded(sense.forwarded, out, offset + FIXED_BYTES);
  out[offset + 7] = length - 8;
  return length;
}

/** Status byte and sense data as they came; returns their length in bytes. */
function encodeForwarded(forwarded: ForwardedSense, out: Buffer, at: number): number {
  out[at] = forwarded.status;
  if (forwarded.sense === undefined) return 1;
  return 1 + encodeSense(forwarded.sense, forwarded.descriptor, out, at + 1);
}

function encodeDescriptor(sense: Sense, out: Buffer, offset: number): number {
  out.fill(0, offset, offset + 40);
  out[offset] = 0x72;
  out[offset + 1] = sense.code.key;
  out[offset + 2] = sense.code.asc;
  out[offset + 3] = sense.code.ascq;
  let at = offset + 8;
  if (sense.information !== undefined) {
    out[at] = 0x00;
    out[at + 1] = 0x0a;
    out[at + 2] = 0x80;
    out.writeBigUInt64BE(BigInt(sense.information), at + 4);
    at += 12;
  }
  if (sense.commandSpecific !== undefined || sense.segment !== undefined) {
    out[at] = 0x01;
    out[at + 1] = 0x0a;
    if (sense.commandSpecific !== undefined) out.writeBigUInt64BE(BigInt(sense.commandSpecific), at + 4);
    if (sense.segment !== undefined) out.writeUInt16BE(sense.segment, at + 6);
    at += 12;
  }
  if (senseKeySpecific(sense, out, at + 4)) {
    out[at] = 0x02;
    out[at + 1] = 0x06;
    at += 8;
  }
  if (sense.forwarded !== undefined) {
    const length = encodeForwarded(sense.forwarded, out, at + 3);
    out[at] = 0x0c;
    out[at + 1] = 1 + length;
    out[at + 2] = sense.forwarded.from === "source" ? 1 : 2;
    at += 3 + length;
  }
  out[offset + 7] = at - offset - 8;
  return at - offset;
}

/**
 * What the copy manager can do, as data (SPC-4 5.17.3, 6.22, 7.8.17): what RECEIVE COPY OPERATING PARAMETERS and VPD page 8Fh tell
 * is what the parameter lists are checked against.
 */
import { LIMITS } from "../../common/limits.ts";

export const CSCD_BYTES = 32;
export const SEGMENT_BYTES = 28;

/** Descriptor type codes (SPC-4 6.4.4) that are supported. */
export const DescriptorType = {
  /** Block device to block device. */
  BlockToBlock: 0x02,
  /** Identification Descriptor CSCD descriptor. */
  Identification: 0xe4,
} as const;

export const SUPPORTED_DESCRIPTOR_TYPES: readonly number[] = Object.values(DescriptorType).toSorted((a, b) => a - b);

/** CSCD descriptor IDs that name no descriptor (SPC-4 6.4.6.1, table of CSCD descriptor ID values). */
export const CscdId = {
  NullBlockDevice: 0xc000,
  NullStreamDevice: 0xc001,
  /** The unit that the command was sent to. */
  CopyManager: 0xffff,
} as const;

/** Those of them that can be a copy source or destination. */
export const SUPPORTED_CSCD_IDS: readonly number[] = [CscdId.CopyManager];

/** The operation codes are shared by all third-party copy commands; the service action tells which one it is. */
export const OPCODE_COPY_OUT = 0x83;
export const OPCODE_COPY_IN = 0x84;

export const CopyOutAction = { ExtendedCopyLid1: 0x00, ExtendedCopyLid4: 0x01, CopyOperationAbort: 0x1c } as const;

export const CopyInAction = {
  CopyStatusLid1: 0x00,
  OperatingParameters: 0x03,
  FailureDetailsLid1: 0x04,
  CopyStatusLid4: 0x05,
} as const;

export const COPY_LIMITS = Object.freeze({
  cscdDescriptors: LIMITS.copy_cscd_descriptors.value,
  segments: LIMITS.copy_segments.value,
  /** Bytes of CSCD and segment descriptors together: a list that has the most of both fits. */
  descriptorListBytes: LIMITS.copy_cscd_descriptors.value * CSCD_BYTES + LIMITS.copy_segments.value * SEGMENT_BYTES,
  /** Bytes that one segment may write. */
  segmentBytes: LIMITS.copy_segment_bytes.value,
  /** Inline data is for stream devices and ROD tokens, which there are none of. */
  inlineDataBytes: 0,
  /** Nothing is held for the application client: no supported segment descriptor asks for it. */
  heldDataBytes: 0,
  /** In progress at once, of one nexus at one unit; and ended ones whose results are kept. */
  operations: LIMITS.copy_operations.value,
  /** Base 2 logarithm of the bytes that a segment's data is a multiple of: the smallest block. */
  granularityLog2: 9,
});

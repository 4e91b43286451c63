/** Third-party Copy (8Fh): SPC-4 7.8.17. */
import {
  COPY_LIMITS,
  CopyInAction,
  CopyOutAction,
  OPCODE_COPY_IN,
  OPCODE_COPY_OUT,
  SUPPORTED_CSCD_IDS,
  SUPPORTED_DESCRIPTOR_TYPES,
} from "../third-party-copy/copy-facts.ts";
import type { VpdPage } from "./vpd-page.ts";

/** Third-party copy descriptor types (SPC-4 7.8.17.3). */
const Type = {
  SupportedCommands: 0x0001,
  ParameterData: 0x0004,
  SupportedDescriptors: 0x0008,
  SupportedCscdIds: 0x000c,
  GeneralCopyOperations: 0x8001,
} as const;

/** A descriptor with its header of four bytes, which `parameters` do without; the length is a multiple of four. */
function descriptor(type: number, parameters: Buffer): Buffer {
  const out = Buffer.alloc(4 + ((parameters.length + 3) & ~3));
  out.writeUInt16BE(type, 0);
  out.writeUInt16BE(out.length - 4, 2);
  parameters.copy(out, 4);
  return out;
}

const ascending = (numbers: Readonly<Record<string, number>>): number[] => Object.values(numbers).toSorted((a, b) => a - b);

function supportedCommands(): Buffer {
  const outActions = ascending(CopyOutAction);
  const inActions = ascending(CopyInAction);
  const list = [OPCODE_COPY_OUT, outActions.length, ...outActions, OPCODE_COPY_IN, inActions.length, ...inActions];
  return descriptor(Type.SupportedCommands, Buffer.from([list.length, ...list]));
}

function parameterData(): Buffer {
  const out = Buffer.alloc(28);
  out.writeUInt16BE(COPY_LIMITS.cscdDescriptors, 4);
  out.writeUInt16BE(COPY_LIMITS.segments, 6);
  out.writeUInt32BE(COPY_LIMITS.descriptorListBytes, 8);
  out.writeUInt32BE(COPY_LIMITS.inlineDataBytes, 12);
  return descriptor(Type.ParameterData, out);
}

function supportedDescriptors(): Buffer {
  return descriptor(Type.SupportedDescriptors, Buffer.from([SUPPORTED_DESCRIPTOR_TYPES.length, ...SUPPORTED_DESCRIPTOR_TYPES]));
}

function supportedCscdIds(): Buffer {
  const ids = SUPPORTED_CSCD_IDS.flatMap((id) => [id >>> 8, id & 0xff]);
  return descriptor(Type.SupportedCscdIds, Buffer.from([0, ids.length, ...ids]));
}

function generalCopyOperations(): Buffer {
  const out = Buffer.alloc(32);
  out.writeUInt32BE(COPY_LIMITS.operations, 0);
  out.writeUInt32BE(COPY_LIMITS.operations, 4);
  out.writeUInt32BE(COPY_LIMITS.segmentBytes, 8);
  out[12] = COPY_LIMITS.granularityLog2;
  return descriptor(Type.GeneralCopyOperations, out);
}

export const THIRD_PARTY_COPY: VpdPage = {
  code: 0x8f,
  name: "Third-party Copy",
  clause: "SPC-4 7.8.17",
  encode: () =>
    Buffer.concat([supportedCommands(), parameterData(), supportedDescriptors(), supportedCscdIds(), generalCopyOperations()]),
};

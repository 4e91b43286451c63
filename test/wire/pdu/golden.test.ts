/** Headers typed by hand from the figures of RFC 7143 chapter 11, four bytes a line as printed there. */
import { describe, expect, it } from "vitest";
import { BHS_LENGTH } from "../../../src/wire/bhs.ts";
import {
  decodeInitiatorPdu,
  decodeTargetPdu,
  encodeInitiatorPdu,
  encodeTargetPdu,
  type InitiatorPdu,
  type TargetPdu,
} from "../../../src/wire/pdu/pdu.ts";
import { encodeScsiCommand } from "../../../src/wire/pdu/scsi-command.ts";

function header(...words: string[]): Buffer {
  const bytes = Buffer.from(words.join("").replaceAll(" ", ""), "hex");
  expect(bytes.length).toBe(BHS_LENGTH);
  return bytes;
}

const Z = "00 00 00 00";
const NO_TAG = "ff ff ff ff";
/** LUN 5 by peripheral device addressing. */
const LUN_5 = { lun: 5, lunHigh: 0x00050000, lunLow: 0 };

const INITIATOR: readonly (readonly [string, string[], InitiatorPdu])[] = [
  [
    "11.18 NOP-Out",
    ["40 80 00 00", "00 00 00 04", "00 05 00 00", Z, "11 22 33 44", NO_TAG, "00 00 00 07", "80 00 00 01", Z, Z, Z, Z],
    {
      opcode: 0x00,
      immediate: true,
      dataSegmentLength: 4,
      ...LUN_5,
      initiatorTaskTag: 0x11223344,
      targetTransferTag: 0xffffffff,
      cmdSn: 7,
      expStatSn: 0x80000001,
    },
  ],
  [
    "11.5 Task Management Function Request",
    [
      "42 81 00 00",
      Z,
      "00 05 00 00",
      Z,
      "00 00 00 09",
      "00 00 00 08",
      "00 00 00 20",
      "00 00 00 30",
      "00 00 00 1f",
      "00 00 00 02",
      Z,
      Z,
    ],
    {
      opcode: 0x02,
      immediate: true,
      function: 1,
      ...LUN_5,
      initiatorTaskTag: 9,
      referencedTaskTag: 8,
      cmdSn: 0x20,
      expStatSn: 0x30,
      refCmdSn: 0x1f,
      expDataSn: 2,
    },
  ],
  [
    "11.12 Login Request",
    [
      "43 87 00 00",
      "00 00 01 02",
      "80 12 34 56",
      "78 9a 00 00",
      "00 00 00 01",
      "00 03 00 00",
      "00 00 00 05",
      "00 00 00 06",
      Z,
      Z,
      Z,
      Z,
    ],
    {
      opcode: 0x03,
      transit: true,
      continues: false,
      currentStage: 1,
      nextStage: 3,
      versionMax: 0,
      versionMin: 0,
      dataSegmentLength: 0x102,
      isid: 0x80123456789a,
      tsih: 0,
      initiatorTaskTag: 1,
      connectionId: 3,
      cmdSn: 5,
      expStatSn: 6,
    },
  ],
  [
    "11.10 Text Request",
    ["04 80 00 00", "00 00 00 10", Z, Z, "00 00 00 02", NO_TAG, "00 00 00 05", "00 00 00 06", Z, Z, Z, Z],
    {
      opcode: 0x04,
      immediate: false,
      final: true,
      continues: false,
      dataSegmentLength: 16,
      lun: 0,
      lunHigh: 0,
      lunLow: 0,
      initiatorTaskTag: 2,
      targetTransferTag: 0xffffffff,
      cmdSn: 5,
      expStatSn: 6,
    },
  ],
  [
    "11.7 Data-Out",
    [
      "05 80 00 00",
      "00 04 00 00",
      "00 05 00 00",
      Z,
      "00 00 00 0a",
      "00 00 00 0b",
      Z,
      "00 00 00 06",
      Z,
      "00 00 00 01",
      "00 04 00 00",
      Z,
    ],
    {
      opcode: 0x05,
      final: true,
      dataSegmentLength: 0x40000,
      ...LUN_5,
      initiatorTaskTag: 10,
      targetTransferTag: 11,
      expStatSn: 6,
      dataSn: 1,
      bufferOffset: 0x40000,
    },
  ],
  [
    "11.14 Logout Request",
    ["46 81 00 00", Z, Z, Z, "00 00 00 0c", "00 01 00 00", "00 00 00 05", "00 00 00 06", Z, Z, Z, Z],
    { opcode: 0x06, immediate: true, reason: 1, initiatorTaskTag: 12, connectionId: 1, cmdSn: 5, expStatSn: 6 },
  ],
  [
    "11.16 SNACK Request",
    ["10 81 00 00", Z, Z, Z, NO_TAG, Z, Z, "00 00 00 06", Z, Z, "00 00 00 03", "00 00 00 02"],
    {
      opcode: 0x10,
      type: 1,
      lun: 0,
      lunHigh: 0,
      lunLow: 0,
      initiatorTaskTag: 0xffffffff,
      targetTransferTag: 0,
      expStatSn: 6,
      begRun: 3,
      runLength: 2,
    },
  ],
];

const TARGET: readonly (readonly [string, string[], TargetPdu])[] = [
  [
    "11.19 NOP-In",
    [
      "20 80 00 00",
      "00 00 00 04",
      "00 05 00 00",
      Z,
      NO_TAG,
      "00 00 00 21",
      "00 00 00 01",
      "00 00 00 02",
      "00 00 00 82",
      Z,
      Z,
      Z,
    ],
    {
      opcode: 0x20,
      dataSegmentLength: 4,
      ...LUN_5,
      initiatorTaskTag: 0xffffffff,
      targetTransferTag: 0x21,
      statSn: 1,
      expCmdSn: 2,
      maxCmdSn: 0x82,
    },
  ],
  [
    "11.4 SCSI Response",
    [
      "21 9e 01 02",
      "00 00 00 14",
      Z,
      Z,
      "00 00 00 0a",
      "00 00 00 01",
      "00 00 00 02",
      "00 00 00 03",
      "00 00 00 83",
      "00 00 00 04",
      "00 00 00 05",
      "00 00 02 00",
    ],
    {
      opcode: 0x21,
      bidirectionalReadOverflow: true,
      bidirectionalReadUnderflow: true,
      residualOverflow: true,
      residualUnderflow: true,
      response: 1,
      status: 2,
      dataSegmentLength: 20,
      initiatorTaskTag: 10,
      snackTag: 1,
      statSn: 2,
      expCmdSn: 3,
      maxCmdSn: 0x83,
      expDataSn: 4,
      bidirectionalReadResidualCount: 5,
      residualCount: 0x200,
    },
  ],
  [
    "11.6 Task Management Function Response",
    ["22 80 07 00", Z, "26 29 07 00", Z, "00 00 00 09", Z, "00 00 00 02", "00 00 00 03", "00 00 00 83", Z, Z, Z],
    { opcode: 0x22, response: 7, additionalResponse: 0x262907, initiatorTaskTag: 9, statSn: 2, expCmdSn: 3, maxCmdSn: 0x83 },
  ],
  [
    "11.13 Login Response",
    [
      "23 44 00 00",
      "00 00 01 02",
      "80 12 34 56",
      "78 9a 00 07",
      "00 00 00 01",
      Z,
      "00 00 00 02",
      "00 00 00 03",
      "00 00 00 83",
      "02 0b 00 00",
      Z,
      Z,
    ],
    {
      opcode: 0x23,
      transit: false,
      continues: true,
      currentStage: 1,
      nextStage: 0,
      versionMax: 0,
      versionActive: 0,
      dataSegmentLength: 0x102,
      isid: 0x80123456789a,
      tsih: 7,
      initiatorTaskTag: 1,
      statSn: 2,
      expCmdSn: 3,
      maxCmdSn: 0x83,
      statusClass: 2,
      statusDetail: 0x0b,
    },
  ],
  [
    "11.11 Text Response",
    ["24 40 00 00", "00 00 20 00", Z, Z, "00 00 00 02", "00 00 00 31", "00 00 00 02", "00 00 00 03", "00 00 00 83", Z, Z, Z],
    {
      opcode: 0x24,
      final: false,
      continues: true,
      dataSegmentLength: 8192,
      lun: 0,
      lunHigh: 0,
      lunLow: 0,
      initiatorTaskTag: 2,
      targetTransferTag: 0x31,
      statSn: 2,
      expCmdSn: 3,
      maxCmdSn: 0x83,
    },
  ],
  [
    "11.7 Data-In with status",
    [
      "25 83 00 00",
      "00 10 00 00",
      Z,
      Z,
      "00 00 00 0a",
      NO_TAG,
      "00 00 00 02",
      "00 00 00 03",
      "00 00 00 83",
      "00 00 00 01",
      "00 04 00 00",
      "00 00 02 00",
    ],
    {
      opcode: 0x25,
      final: true,
      acknowledge: false,
      residualOverflow: false,
      residualUnderflow: true,
      hasStatus: true,
      status: 0,
      dataSegmentLength: 0x100000,
      lun: 0,
      lunHigh: 0,
      lunLow: 0,
      initiatorTaskTag: 10,
      targetTransferTag: 0xffffffff,
      statSn: 2,
      expCmdSn: 3,
      maxCmdSn: 0x83,
      dataSn: 1,
      bufferOffset: 0x40000,
      residualCount: 0x200,
    },
  ],
  [
    "11.15 Logout Response",
    ["26 80 01 00", Z, Z, Z, "00 00 00 0c", Z, "00 00 00 02", "00 00 00 03", "00 00 00 83", Z, "00 02 00 14", Z],
    {
      opcode: 0x26,
      response: 1,
      initiatorTaskTag: 12,
      statSn: 2,
      expCmdSn: 3,
      maxCmdSn: 0x83,
      timeToWait: 2,
      timeToRetain: 20,
    },
  ],
  [
    "11.8 Ready To Transfer",
    [
      "31 80 00 00",
      Z,
      "40 05 00 00",
      Z,
      "00 00 00 0a",
      "00 00 00 0b",
      "00 00 00 02",
      "00 00 00 03",
      "00 00 00 83",
      "00 00 00 01",
      "00 01 00 00",
      "00 04 00 00",
    ],
    {
      opcode: 0x31,
      lun: 5,
      lunHigh: 0x40050000,
      lunLow: 0,
      initiatorTaskTag: 10,
      targetTransferTag: 11,
      statSn: 2,
      expCmdSn: 3,
      maxCmdSn: 0x83,
      r2tSn: 1,
      bufferOffset: 0x10000,
      desiredDataTransferLength: 0x40000,
    },
  ],
  [
    "11.9 Asynchronous Message",
    ["32 80 00 00", Z, Z, Z, NO_TAG, Z, "00 00 00 02", "00 00 00 03", "00 00 00 83", "01 00 00 01", "00 02 00 05", Z],
    {
      opcode: 0x32,
      dataSegmentLength: 0,
      lun: 0,
      lunHigh: 0,
      lunLow: 0,
      statSn: 2,
      expCmdSn: 3,
      maxCmdSn: 0x83,
      event: 1,
      vendorCode: 0,
      parameter1: 1,
      parameter2: 2,
      parameter3: 5,
    },
  ],
  [
    "11.17 Reject",
    ["3f 80 04 00", "00 00 00 30", Z, Z, NO_TAG, Z, "00 00 00 02", "00 00 00 03", "00 00 00 83", "00 00 00 01", Z, Z],
    { opcode: 0x3f, reason: 4, dataSegmentLength: 48, statSn: 2, expCmdSn: 3, maxCmdSn: 0x83, dataSn: 1 },
  ],
];

describe("headers as RFC 7143 prints them", () => {
  it.each(INITIATOR)("%s is encoded and decoded byte for byte", (_figure, words, pdu) => {
    const bytes = header(...words);
    expect(decodeInitiatorPdu(bytes, 0)).toEqual(pdu);
    const out = Buffer.alloc(BHS_LENGTH, 0xaa);
    encodeInitiatorPdu(pdu, out, 0);
    expect(out).toEqual(bytes);
  });

  it.each(TARGET)("%s is encoded and decoded byte for byte", (_figure, words, pdu) => {
    const bytes = header(...words);
    expect(decodeTargetPdu(bytes, 0)).toEqual(pdu);
    const out = Buffer.alloc(BHS_LENGTH, 0xaa);
    encodeTargetPdu(pdu, out, 0);
    expect(out).toEqual(bytes);
  });

  it("11.3 SCSI Command carries a READ(10) of 8 blocks in its last 16 bytes", () => {
    const bytes = header(
      "01 c1 00 00",
      "02 00 00 00",
      "00 05 00 00",
      Z,
      "00 00 00 0a",
      "00 00 10 00",
      "00 00 00 07",
      "00 00 00 08",
      "28 00 00 00",
      "01 00 00 00",
      "08 00 00 00",
      Z,
    );
    const decoded = decodeInitiatorPdu(bytes, 0);
    expect(decoded).toEqual({
      opcode: 0x01,
      immediate: false,
      final: true,
      read: true,
      write: false,
      attribute: 1,
      totalAhsLength: 8,
      dataSegmentLength: 0,
      ...LUN_5,
      initiatorTaskTag: 10,
      expectedDataTransferLength: 4096,
      cmdSn: 7,
      expStatSn: 8,
      cdbOffset: 32,
    });
    if (decoded?.opcode !== 0x01) throw new Error("not a SCSI Command");
    const out = Buffer.alloc(BHS_LENGTH, 0xaa);
    encodeScsiCommand(decoded, out, 0, Buffer.from("28000000010000000800", "hex"));
    expect(out).toEqual(bytes);
  });
});

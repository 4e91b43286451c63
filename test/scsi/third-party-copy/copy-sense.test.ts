/** Sense data of copies (SPC-4 5.17.7.4, 4.5.2.3, 4.5.2.4.5, 4.5.2.7, 4.5.3), byte by byte. */
import { describe, expect, test } from "vitest";
import { encodeSense, SENSE, SENSE_MAX_BYTES, type Sense } from "../../../src/scsi/sense.ts";

function encoded(sense: Sense, descriptor: boolean): string {
  const out = Buffer.alloc(SENSE_MAX_BYTES, 0xee);
  return out.toString("hex", 0, encodeSense(sense, descriptor, out, 0));
}

const FAILED: Sense = {
  code: SENSE.thirdPartyDeviceFailure,
  information: 0x0102,
  segment: 3,
  field: { inCdb: false, byte: 48 },
  forwarded: { from: "destination", status: 0x02, sense: { code: SENSE.writeError, information: 0x77 }, descriptor: false },
};
const FORWARDED = `02${"f00003"}${"00000077"}${"0a"}${"00000000"}${"0c00"}${"00"}${"000000"}`;

describe("in fixed format", () => {
  test("the segment is in bytes 10 and 11, and what was forwarded lies behind byte 17", () => {
    expect(encoded(FAILED, false)).toBe(
      `f0000a${"00000102"}${"1d"}${"00"}${"12"}${"0003"}${"0d01"}${"00"}${"800030"}${FORWARDED}`,
    );
  });
  test("byte 8 tells of a source", () => {
    const sense: Sense = { ...FAILED, forwarded: { from: "source", status: 0x18, sense: undefined, descriptor: false } };
    expect(encoded(sense, false)).toBe(`f0000a${"00000102"}${"0b"}${"12"}${"00"}${"0003"}${"0d01"}${"00"}${"800030"}${"18"}`);
  });
  test("SD says that the pointer counts from the start of the segment descriptor", () => {
    const sense: Sense = {
      code: SENSE.copyTargetNotReachable,
      segment: 1,
      field: { inCdb: false, inSegment: true, byte: 6, bit: 7 },
    };
    expect(encoded(sense, false)).toBe(`70000a${"00000000"}${"0a"}${"0000"}${"0001"}${"0d02"}${"00"}${"af0006"}`);
  });
  test("the number of segments of a copy that succeeded is COMMAND-SPECIFIC INFORMATION", () => {
    expect(encoded({ code: SENSE.copyInformationAvailable, commandSpecific: 5 }, false)).toBe(
      `70000f${"00000000"}${"0a"}${"00000005"}${"0020"}${"00"}${"000000"}`,
    );
  });
});

describe("in descriptor format", () => {
  test("each part has a descriptor of its own", () => {
    const sense: Sense = { ...FAILED, forwarded: { ...FAILED.forwarded!, descriptor: true } };
    const inner = `72030c00${"000000"}${"0c"}000a8000${"0000000000000077"}`;
    expect(encoded(sense, true)).toBe(
      `720a0d01${"000000"}${(12 + 12 + 8 + 4 + 20).toString(16)}` +
        `000a8000${"0000000000000102"}` +
        `010a0000${"0000000300000000"}` +
        `02060000${"800030"}${"00"}` +
        `0c16${"02"}${"02"}${inner}`,
    );
  });
});

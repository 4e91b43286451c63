/** fast-check arbitraries for every PDU, made from the blank one: a new field is covered without a change here. */
import fc from "fast-check";
import { decodeLun } from "../../src/wire/lun.ts";
import { blankAsyncMessage } from "../../src/wire/pdu/async-message.ts";
import { blankDataIn } from "../../src/wire/pdu/data-in.ts";
import { blankDataOut } from "../../src/wire/pdu/data-out.ts";
import { blankLoginRequest } from "../../src/wire/pdu/login-request.ts";
import { blankLoginResponse } from "../../src/wire/pdu/login-response.ts";
import { blankLogoutRequest } from "../../src/wire/pdu/logout-request.ts";
import { blankLogoutResponse } from "../../src/wire/pdu/logout-response.ts";
import { blankNopIn } from "../../src/wire/pdu/nop-in.ts";
import { blankNopOut } from "../../src/wire/pdu/nop-out.ts";
import type { InitiatorPdu, TargetPdu } from "../../src/wire/pdu/pdu.ts";
import { blankR2t } from "../../src/wire/pdu/r2t.ts";
import { blankReject } from "../../src/wire/pdu/reject.ts";
import { blankScsiCommand } from "../../src/wire/pdu/scsi-command.ts";
import { blankScsiResponse } from "../../src/wire/pdu/scsi-response.ts";
import { blankSnackRequest } from "../../src/wire/pdu/snack-request.ts";
import { blankTaskManagementRequest } from "../../src/wire/pdu/task-management-request.ts";
import { blankTaskManagementResponse } from "../../src/wire/pdu/task-management-response.ts";
import { blankTextRequest } from "../../src/wire/pdu/text-request.ts";
import { blankTextResponse } from "../../src/wire/pdu/text-response.ts";

const byte = fc.integer({ min: 0, max: 0xff });
const sevenBits = fc.integer({ min: 0, max: 0x7f });
const short = fc.integer({ min: 0, max: 0xffff });
const word = fc.oneof(
  fc.constantFrom(0, 1, 0x7fffffff, 0x80000000, 0xfffffffe, 0xffffffff),
  fc.integer({ min: 0, max: 0xffffffff }),
);

/** Fields narrower than 32 bits, by name; typed again from the figures of RFC 7143 chapter 11. */
const NARROW: Readonly<Record<string, fc.Arbitrary<number>>> = {
  dataSegmentLength: fc.integer({ min: 0, max: 0xffffff }),
  totalAhsLength: fc.integer({ min: 0, max: 255 }).map((words) => words * 4),
  attribute: fc.integer({ min: 0, max: 7 }),
  currentStage: fc.integer({ min: 0, max: 3 }),
  nextStage: fc.integer({ min: 0, max: 3 }),
  type: fc.integer({ min: 0, max: 15 }),
  function: sevenBits,
  response: byte,
  status: byte,
  versionMax: byte,
  versionMin: byte,
  versionActive: byte,
  statusClass: byte,
  statusDetail: byte,
  event: byte,
  vendorCode: byte,
  tsih: short,
  connectionId: short,
  parameter1: short,
  parameter2: short,
  parameter3: short,
  timeToWait: short,
  timeToRetain: short,
  additionalResponse: fc.integer({ min: 0, max: 2 ** 24 - 1 }),
  isid: fc.integer({ min: 0, max: 2 ** 48 - 1 }),
};

function arbitraryLike<P extends { readonly opcode: number }>(blank: P): fc.Arbitrary<P> {
  const fields: Record<string, fc.Arbitrary<unknown>> = {};
  for (const [name, value] of Object.entries(blank)) {
    if (name === "opcode" || name === "cdbOffset") fields[name] = fc.constant(value);
    else if (typeof value === "boolean") fields[name] = fc.boolean();
    else if (name === "reason") fields[name] = "immediate" in blank ? sevenBits : byte;
    else fields[name] = NARROW[name] ?? word;
  }
  return fc.record(fields).map((pdu) => {
    if ("lun" in pdu) pdu["lun"] = decodeLun(pdu["lunHigh"] as number, pdu["lunLow"] as number);
    return pdu as unknown as P;
  });
}

export const INITIATOR_BLANKS: readonly InitiatorPdu[] = [
  blankNopOut(),
  blankScsiCommand(),
  blankTaskManagementRequest(),
  blankLoginRequest(),
  blankTextRequest(),
  blankDataOut(),
  blankLogoutRequest(),
  blankSnackRequest(),
];

export const TARGET_BLANKS: readonly TargetPdu[] = [
  blankNopIn(),
  blankScsiResponse(),
  blankTaskManagementResponse(),
  blankLoginResponse(),
  blankTextResponse(),
  blankDataIn(),
  blankLogoutResponse(),
  blankR2t(),
  blankAsyncMessage(),
  blankReject(),
];

export const arbitraryInitiatorPdu = (blank: InitiatorPdu): fc.Arbitrary<InitiatorPdu> => arbitraryLike(blank);
export const arbitraryTargetPdu = (blank: TargetPdu): fc.Arbitrary<TargetPdu> => arbitraryLike(blank);

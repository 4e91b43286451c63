/** RFC 7143 11.4.2, 11.4.3 and 11.4.7: CHECK CONDITION brings its sense data along; which iSCSI conditions end a command, and how. */
import { describe, expect, it } from "vitest";
import { TARGET_OPCODE } from "../../src/wire/opcode.ts";
import type { DataOut } from "../../src/wire/pdu/data-out.ts";
import { REJECT_REASON } from "../../src/wire/pdu/reject.ts";
import { read10, ScriptedInitiator, TEST_UNIT_READY, write10 } from "../support/scripted-initiator.ts";
import { rejected, senseOf } from "./requests.ts";
import { DISK, useTarget } from "./target.ts";

const target = useTarget();

const ON_REQUEST = ["InitialR2T=Yes", "ImmediateData=No"];
const WRITE_ERROR = 0x0c;

describe("a SCSI Response", () => {
  it("with CHECK CONDITION has SenseLength and exactly that much sense data", async () => {
    const initiator = await ScriptedInitiator.session(target.port, DISK);
    initiator.command(read10(0xffffffff, 1), { read: true, expectedDataTransferLength: 512 });
    const { pdu, data } = await initiator.expect(TARGET_OPCODE.scsiResponse);
    expect(pdu).toMatchObject({ response: 0, status: 2, dataSegmentLength: data.length });
    const sense = data.subarray(2);
    expect(data.readUInt16BE(0)).toBe(sense.length);
    expect([0x70, 0x71]).toContain((sense[0] ?? 0) & 0x7f);
    // ILLEGAL REQUEST, LOGICAL BLOCK ADDRESS OUT OF RANGE.
    expect(senseOf(sense)).toEqual([5, 0x21, 0]);
    expect(8 + (sense[7] ?? 0)).toBe(sense.length);
    initiator.close();
  });

  it("with GOOD has no data segment", async () => {
    const initiator = await ScriptedInitiator.session(target.port, DISK);
    initiator.command(TEST_UNIT_READY);
    const { pdu } = await initiator.expect(TARGET_OPCODE.scsiResponse);
    expect(pdu).toMatchObject({ response: 0, status: 0, dataSegmentLength: 0 });
    initiator.close();
  });
});

describe("a command ends with ABORTED COMMAND", () => {
  it("and UNEXPECTED UNSOLICITED DATA when immediate data comes that was ruled out", async () => {
    const initiator = await ScriptedInitiator.session(target.port, DISK, ON_REQUEST);
    const fields = { write: true, expectedDataTransferLength: 512, data: Buffer.alloc(512, 0x66) };
    const outcome = await initiator.run(write10(4300, 1), fields);
    expect([outcome.status, senseOf(outcome.sense)]).toEqual([2, [0x0b, WRITE_ERROR, 0x0c]]);
    expect((await initiator.read(4300, 1)).data.equals(Buffer.alloc(512))).toBe(true);
    initiator.close();
  });

  it("and UNEXPECTED UNSOLICITED DATA when Data-Out is announced that was ruled out", async () => {
    const initiator = await ScriptedInitiator.session(target.port, DISK, ON_REQUEST);
    const tag = initiator.command(write10(4301, 1), { write: true, final: false, expectedDataTransferLength: 512 });
    initiator.dataOut(tag, Buffer.alloc(512, 0x66));
    const outcome = await initiator.outcome(tag);
    expect([outcome.status, senseOf(outcome.sense)]).toEqual([2, [0x0b, WRITE_ERROR, 0x0c]]);
    expect((await initiator.read(4301, 1)).data.equals(Buffer.alloc(512))).toBe(true);
    initiator.close();
  });

  it("and UNEXPECTED UNSOLICITED DATA when the F bit announces data of a command that reads", async () => {
    const initiator = await ScriptedInitiator.session(target.port, DISK);
    const outcome = await initiator.run(read10(0, 1), { read: true, final: false, expectedDataTransferLength: 512 });
    expect([outcome.status, senseOf(outcome.sense)]).toEqual([2, [0x0b, WRITE_ERROR, 0x0c]]);
    await initiator.ping();
    initiator.close();
  });

  it.each<readonly [string, number, Partial<DataOut>]>([
    ["less than the R2T asked for", 512, { final: true }],
    ["more than the R2T asked for", 1536, { final: true }],
  ])("and INCORRECT AMOUNT OF DATA when %s comes", async (_what, length, fields) => {
    const initiator = await ScriptedInitiator.session(target.port, DISK, ON_REQUEST);
    const tag = initiator.command(write10(4302, 2), { write: true, expectedDataTransferLength: 1024 });
    const { pdu } = await initiator.expect(TARGET_OPCODE.r2t);
    initiator.dataOut(tag, Buffer.alloc(length, 0x66), fields, pdu);
    const outcome = await initiator.outcome(tag);
    expect([outcome.status, senseOf(outcome.sense)]).toEqual([2, [0x0b, WRITE_ERROR, 0x0d]]);
    expect((await initiator.read(4302, 2)).data.equals(Buffer.alloc(1024))).toBe(true);
    initiator.close();
  });

  it("and PROTOCOL SERVICE CRC ERROR, after a Reject, when its data has a wrong digest", async () => {
    const initiator = await ScriptedInitiator.session(target.port, DISK, [...ON_REQUEST, "DataDigest=CRC32C"]);
    const tag = initiator.command(write10(4304, 1), { write: true, expectedDataTransferLength: 512 });
    const { pdu } = await initiator.expect(TARGET_OPCODE.r2t);
    initiator.dataOut(tag, Buffer.alloc(512, 0x66), {}, pdu, { spoilDataDigest: true });
    expect((await rejected(initiator)).pdu.reason).toBe(REJECT_REASON.dataDigestError);
    const outcome = await initiator.outcome(tag);
    expect([outcome.status, senseOf(outcome.sense)]).toEqual([2, [0x0b, 0x47, 0x05]]);
    expect((await initiator.read(4304, 1)).data.equals(Buffer.alloc(512))).toBe(true);
    initiator.close();
  });
});

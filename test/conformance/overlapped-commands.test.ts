/** SAM-5 5.11 and RFC 7143 11.2.1.8: a command whose task tag is in use in the session, and one with the reserved tag. */
import { describe, expect, it } from "vitest";
import { RESERVED_TAG, TARGET_OPCODE } from "../../src/wire/opcode.ts";
import { REJECT_REASON } from "../../src/wire/pdu/reject.ts";
import { ScriptedInitiator, TEST_UNIT_READY, write10 } from "../support/scripted-initiator.ts";
import { rejected, senseOf } from "./requests.ts";
import { DISK, useTarget } from "./target.ts";

const target = useTarget();
const KEYS = ["InitialR2T=Yes", "ImmediateData=Yes"];

/** A write that waits for its data. */
async function waiting(initiator: ScriptedInitiator, lba: number) {
  const tag = initiator.command(write10(lba, 1), { write: true, expectedDataTransferLength: 512 });
  return { tag, r2t: (await initiator.expect(TARGET_OPCODE.r2t)).pdu };
}

describe("an overlapped command", () => {
  it("ends with OVERLAPPED COMMANDS ATTEMPTED, and every task of its session is aborted without a trace", async () => {
    const initiator = await ScriptedInitiator.session(target.port, DISK, KEYS);
    const first = await waiting(initiator, 5_000);
    const other = await waiting(initiator, 5_001);
    initiator.command(TEST_UNIT_READY, { initiatorTaskTag: first.tag });
    const { status, sense } = await initiator.outcome(first.tag);
    expect([status, ...senseOf(sense)]).toEqual([2, 0xb, 0x4e, 0]);
    for (const { tag, r2t } of [first, other]) initiator.dataOut(tag, Buffer.alloc(512, 0x99), {}, r2t);
    await initiator.expectNothing(200);
    expect((await initiator.read(5_000, 2)).data.equals(Buffer.alloc(1024))).toBe(true);
    initiator.close();
  });

  it("is counted once in the command window, which stays as large as it was", async () => {
    const initiator = await ScriptedInitiator.session(target.port, DISK, KEYS);
    await initiator.settle();
    const room = initiator.maxCmdSn - initiator.expCmdSn;
    for (const immediate of [false, true]) {
      const { tag } = await waiting(initiator, 5_002);
      initiator.command(TEST_UNIT_READY, { initiatorTaskTag: tag, immediate });
      expect((await initiator.outcome(tag)).status).toBe(2);
    }
    expect((await initiator.run(TEST_UNIT_READY)).status).toBe(0);
    expect(initiator.maxCmdSn - initiator.expCmdSn).toBe(room);
    initiator.close();
  });

  it("that brings data has it thrown away, and tells that none of it was taken", async () => {
    const initiator = await ScriptedInitiator.session(target.port, DISK, KEYS);
    const { tag } = await waiting(initiator, 5_003);
    const data = Buffer.alloc(512, 0x99);
    initiator.command(write10(5_003, 1), { initiatorTaskTag: tag, write: true, expectedDataTransferLength: 512, data });
    const outcome = await initiator.outcome(tag);
    expect(outcome).toMatchObject({ status: 2, residualUnderflow: true, residualCount: 512 });
    expect((await initiator.read(5_003, 1)).data.equals(Buffer.alloc(512))).toBe(true);
    initiator.close();
  });

  it("leaves tasks of other sessions alone, which may use the same tag", async () => {
    const initiator = await ScriptedInitiator.session(target.port, DISK, KEYS);
    const neighbour = await ScriptedInitiator.session(target.port, DISK, KEYS);
    const mine = await waiting(initiator, 5_004);
    const theirs = await waiting(neighbour, 5_005);
    expect(theirs.tag).toBe(mine.tag);
    initiator.command(TEST_UNIT_READY, { initiatorTaskTag: mine.tag });
    expect((await initiator.outcome(mine.tag)).status).toBe(2);
    neighbour.dataOut(theirs.tag, Buffer.alloc(512, 0x55), {}, theirs.r2t);
    expect((await neighbour.outcome(theirs.tag)).status).toBe(0);
    expect((await neighbour.read(5_005, 1)).data[0]).toBe(0x55);
    initiator.close();
    neighbour.close();
  });
});

describe("a tag", () => {
  it("may be used again as soon as the command has its answer", async () => {
    const initiator = await ScriptedInitiator.session(target.port, DISK);
    for (let n = 0; n < 5; n += 1) {
      initiator.command(TEST_UNIT_READY, { initiatorTaskTag: 0x1234 });
      expect((await initiator.outcome(0x1234)).status).toBe(0);
    }
    initiator.close();
  });

  it("of a command is never the reserved one: a protocol error", async () => {
    const initiator = await ScriptedInitiator.session(target.port, DISK);
    initiator.command(TEST_UNIT_READY, { initiatorTaskTag: RESERVED_TAG, immediate: true });
    expect((await rejected(initiator)).pdu.reason).toBe(REJECT_REASON.protocolError);
    expect((await initiator.run(TEST_UNIT_READY)).status).toBe(0);
    initiator.close();
  });
});

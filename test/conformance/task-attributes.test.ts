/** SAM-5 8.6 and RFC 7143 11.3.1: what the ATTR field of a SCSI Command does, over the wire. */
import { afterEach, describe, expect, it } from "vitest";
import { TARGET_OPCODE } from "../../src/wire/opcode.ts";
import { TASK_ATTRIBUTE } from "../../src/wire/pdu/scsi-command.ts";
import { read10, ScriptedInitiator, TEST_UNIT_READY, write10 } from "../support/scripted-initiator.ts";
import { senseOf } from "./requests.ts";
import { DISK, useTarget } from "./target.ts";

const target = useTarget();
const { simple, ordered, headOfQueue, aca } = TASK_ATTRIBUTE;
const BLOCK = 512;

/** Closed after each case: what one leaves unended has the others wait. */
const sessions: ScriptedInitiator[] = [];
async function session(): Promise<ScriptedInitiator> {
  const initiator = await ScriptedInitiator.session(target.port, DISK, ["InitialR2T=Yes", "ImmediateData=Yes"]);
  sessions.push(initiator);
  return initiator;
}
afterEach(() => {
  for (const initiator of sessions.splice(0)) initiator.close();
});

/** A simple write of one block that has no end until its R2T is answered. */
async function stalled(initiator: ScriptedInitiator, lba: number) {
  const tag = initiator.command(write10(lba, 1), { write: true, expectedDataTransferLength: BLOCK });
  const { pdu } = await initiator.expect(TARGET_OPCODE.r2t);
  return { tag, answer: (byte: number) => initiator.dataOut(tag, Buffer.alloc(BLOCK, byte), {}, pdu) };
}

const readTag = (initiator: ScriptedInitiator, lba: number, attribute: number): number =>
  initiator.command(read10(lba, 1), { read: true, expectedDataTransferLength: BLOCK, attribute });

describe("the ordered attribute", () => {
  it("has a command wait until an older write has its data and has ended; younger simple commands wait behind it", async () => {
    const initiator = await session();
    const write = await stalled(initiator, 4_000);
    const orderedRead = readTag(initiator, 4_000, ordered);
    const younger = readTag(initiator, 4_000, simple);
    await initiator.expectNothing(200);
    write.answer(0x21);
    expect((await initiator.outcome(write.tag)).status).toBe(0);
    const outcome = await initiator.outcome(orderedRead);
    expect([outcome.status, outcome.data[0]]).toEqual([0, 0x21]);
    expect((await initiator.outcome(younger)).status).toBe(0);
  });

  it("orders the commands of all initiators of a logical unit", async () => {
    const one = await session();
    const two = await session();
    const write = await stalled(one, 4_001);
    const orderedRead = readTag(two, 4_001, ordered);
    await two.expectNothing(200);
    write.answer(0x22);
    expect((await one.outcome(write.tag)).status).toBe(0);
    expect((await two.outcome(orderedRead)).data[0]).toBe(0x22);
  });

  it("has a write ask for its data when its turn has come, and takes immediate data meanwhile", async () => {
    const initiator = await session();
    const write = await stalled(initiator, 4_002);
    const asks = initiator.command(write10(4_002, 1), { write: true, expectedDataTransferLength: BLOCK, attribute: ordered });
    const data = Buffer.alloc(BLOCK, 0x24);
    const brings = initiator.command(write10(4_002, 1), { write: true, expectedDataTransferLength: BLOCK, data });
    await initiator.expectNothing(200);
    write.answer(0x22);
    // In one turn an R2T leaves before answers.
    const { pdu } = await initiator.expect(TARGET_OPCODE.r2t);
    expect(pdu.initiatorTaskTag).toBe(asks);
    expect((await initiator.outcome(write.tag)).status).toBe(0);
    initiator.dataOut(asks, Buffer.alloc(BLOCK, 0x23), {}, pdu);
    expect((await initiator.outcome(asks)).status).toBe(0);
    expect((await initiator.outcome(brings)).status).toBe(0);
    expect((await initiator.read(4_002, 1)).data[0]).toBe(0x24);
  });

  it("is over when the connection with the older command is lost", async () => {
    const one = await session();
    const two = await session();
    await stalled(one, 4_003);
    const orderedRead = readTag(two, 4_003, ordered);
    await two.expectNothing(200);
    one.close();
    expect((await two.outcome(orderedRead)).status).toBe(0);
  });
});

describe("the head of queue attribute", () => {
  it("has a command pass those that wait", async () => {
    const initiator = await session();
    const write = await stalled(initiator, 4_004);
    const orderedRead = readTag(initiator, 4_004, ordered);
    const head = readTag(initiator, 4_005, headOfQueue);
    expect((await initiator.outcome(head)).status).toBe(0);
    await initiator.expectNothing(100);
    write.answer(1);
    expect((await initiator.outcome(write.tag)).status).toBe(0);
    expect((await initiator.outcome(orderedRead)).status).toBe(0);
  });
});

describe("the ACA attribute", () => {
  it("is refused with INVALID MESSAGE ERROR: no command here establishes an auto contingent allegiance", async () => {
    const initiator = await session();
    const { status, sense } = await initiator.run(TEST_UNIT_READY, { attribute: aca });
    expect([status, ...senseOf(sense)]).toEqual([2, 5, 0x49, 0]);
    expect((await initiator.run(TEST_UNIT_READY)).status).toBe(0);
  });
});

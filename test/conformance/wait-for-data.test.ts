/** RFC 7143 11.4.2 and 11.17.1: a command that fails is not answered while data is on its way that the initiator was asked for. */
import { describe, expect, it } from "vitest";
import { TARGET_OPCODE } from "../../src/wire/opcode.ts";
import { ASYNC_EVENT } from "../../src/wire/pdu/async-message.ts";
import type { R2t } from "../../src/wire/pdu/r2t.ts";
import { REJECT_REASON } from "../../src/wire/pdu/reject.ts";
import { ScriptedInitiator, write10 } from "../support/scripted-initiator.ts";
import { manage, rejected, senseOf } from "./requests.ts";
import { DISK, useTarget } from "./target.ts";

const target = useTarget("data_out_ms = 1500");

const DATA = Buffer.alloc(1024, 0x66);
const CRC_ERROR = [0x0b, 0x47, 0x05];

/** A write of four runs of 1,024 bytes, with two R2Ts outstanding. */
async function twoRuns(lba: number): Promise<{ initiator: ScriptedInitiator; tag: number; one: R2t; two: R2t }> {
  const keys = ["InitialR2T=Yes", "ImmediateData=No", "MaxBurstLength=1024", "MaxOutstandingR2T=2", "DataDigest=CRC32C"];
  const initiator = await ScriptedInitiator.session(target.port, DISK, keys);
  const tag = initiator.command(write10(lba, 8), { write: true, expectedDataTransferLength: 4096 });
  const one = (await initiator.expect(TARGET_OPCODE.r2t)).pdu;
  const two = (await initiator.expect(TARGET_OPCODE.r2t)).pdu;
  return { initiator, tag, one, two };
}

async function untouched(lba: number): Promise<void> {
  const other = await ScriptedInitiator.session(target.port, DISK);
  expect((await other.read(lba, 8)).data.equals(Buffer.alloc(4096))).toBe(true);
  other.close();
}

describe("after an error in its data a write", () => {
  it("is answered when every run that was asked for has ended, and asks for no more", async () => {
    const { initiator, tag, one, two } = await twoRuns(6000);
    initiator.dataOut(tag, DATA, {}, one, { spoilDataDigest: true });
    expect((await rejected(initiator)).pdu.reason).toBe(REJECT_REASON.dataDigestError);
    await initiator.expectNothing(200);
    initiator.dataOut(tag, DATA.subarray(0, 512), { final: false }, two);
    await initiator.expectNothing(200);
    initiator.dataOut(tag, DATA.subarray(512), { dataSn: 1, bufferOffset: two.bufferOffset + 512 }, two);
    const outcome = await initiator.outcome(tag);
    expect([outcome.status, senseOf(outcome.sense)]).toEqual([2, CRC_ERROR]);
    await initiator.expectNothing(150);
    initiator.close();
    await untouched(6000);
  });

  it("waits for the F bit of the very run in which the error was", async () => {
    const { initiator, tag, one, two } = await twoRuns(6010);
    initiator.dataOut(tag, DATA.subarray(0, 512), { final: false, dataSn: 7 }, one);
    initiator.dataOut(tag, DATA, {}, two);
    await initiator.expectNothing(200);
    initiator.dataOut(tag, DATA.subarray(512), { dataSn: 8, bufferOffset: one.bufferOffset + 512 }, one);
    expect((await initiator.outcome(tag)).status).toBe(2);
    await initiator.ping();
    initiator.close();
    await untouched(6010);
  });

  it("is ended by LOGICAL UNIT RESET while it waits, and gets no answer of its own", async () => {
    const { initiator, tag, one } = await twoRuns(6020);
    initiator.dataOut(tag, DATA, {}, one, { spoilDataDigest: true });
    await rejected(initiator);
    expect((await manage(initiator, { function: 5 })).pdu.response).toBe(0);
    await initiator.expectNothing(2_500);
    await initiator.ping();
    initiator.close();
    await untouched(6020);
  });

  it("ends its connection when the rest never comes", async () => {
    const { initiator, tag, one } = await twoRuns(6030);
    initiator.dataOut(tag, DATA, {}, one, { spoilDataDigest: true });
    await rejected(initiator);
    const before = await initiator.expectClosed(5_000);
    // The message that announces it, with the CID and the times that hold by default, and no answer to the command.
    expect(before.map(({ pdu }) => pdu)).toMatchObject([
      { opcode: TARGET_OPCODE.asyncMessage, event: ASYNC_EVENT.connectionDropped, parameter1: 0, parameter2: 2 },
    ]);
    await untouched(6030);
  });
});

describe("a write that is refused at once", () => {
  it("is answered when its unsolicited data has ended", async () => {
    const initiator = await ScriptedInitiator.session(target.port, DISK, ["InitialR2T=No"]);
    const tag = initiator.command(write10(0x7fffffff, 2), { final: false, write: true, expectedDataTransferLength: 1024 });
    await initiator.expectNothing(200);
    initiator.dataOut(tag, DATA.subarray(0, 512), { final: false });
    await initiator.expectNothing(200);
    initiator.dataOut(tag, DATA.subarray(512), { dataSn: 1, bufferOffset: 512 });
    const outcome = await initiator.outcome(tag);
    expect([outcome.status, senseOf(outcome.sense)]).toEqual([2, [5, 0x21, 0]]);
    initiator.close();
  });
});

/** RFC 7143 13.1 and 11.2.3: digests that were agreed on are on every PDU of full feature phase, and on none of the login. */
import { expect, it } from "vitest";
import { TARGET_OPCODE } from "../../src/wire/opcode.ts";
import { INITIATOR_NAME, keysOf, read10, ScriptedInitiator, write10 } from "../support/scripted-initiator.ts";
import { logout, manage, rejected, sendNopOut, text } from "./requests.ts";
import { DISK, useTarget } from "./target.ts";

const target = useTarget("nop_idle_ms = 300");

// The scripted initiator throws when a digest that was agreed on is wrong or lacks.
it.each([
  ["both digests", ["HeaderDigest=CRC32C", "DataDigest=CRC32C"]],
  ["the header digest alone", ["HeaderDigest=CRC32C", "DataDigest=None"]],
  ["the data digest alone", ["HeaderDigest=None", "DataDigest=CRC32C"]],
])("with %s every kind of PDU that the target sends has it", async (_what, keys) => {
  const initiator = await ScriptedInitiator.session(target.port, DISK, [
    ...keys,
    "InitialR2T=Yes",
    "ImmediateData=No",
    "MaxRecvDataSegmentLength=1000",
  ]);
  const data = Buffer.from(Array.from({ length: 4096 }, (_, index) => (index * 5) & 0xff));
  const tag = initiator.command(write10(800, 8), { write: true, expectedDataTransferLength: 4096 });
  const { pdu } = await initiator.expect(TARGET_OPCODE.r2t);
  initiator.dataOut(tag, data, {}, pdu);
  expect((await initiator.outcome(tag)).status).toBe(0);
  const outcome = await initiator.read(800, 8);
  expect(outcome.dataIns.length).toBe(5);
  expect(outcome.data.equals(data)).toBe(true);
  expect((await initiator.run(read10(0xffffffff, 1), { read: true, expectedDataTransferLength: 512 })).status).toBe(2);
  for (const length of [0, 1, 2, 3, 4, 999]) expect((await initiator.ping(Buffer.alloc(length, 7))).length).toBe(length);
  expect(keysOf((await text(initiator, ["X-com.example.a=1"])).data)).toEqual(["X-com.example.a=NotUnderstood"]);
  expect((await manage(initiator, { function: 2 })).pdu.response).toBe(0);
  const ping = await initiator.expect(TARGET_OPCODE.nopIn, 3_000);
  sendNopOut(initiator, { initiatorTaskTag: 0xffffffff, targetTransferTag: ping.pdu.targetTransferTag });
  initiator.command(Buffer.alloc(6), { initiatorTaskTag: 77, attribute: 7 });
  await rejected(initiator);
  expect((await logout(initiator)).pdu.response).toBe(0);
  expect(await initiator.expectClosed()).toEqual([]);
});

it("a login that agrees on digests in an early request has none on its later requests and responses", async () => {
  const initiator = await ScriptedInitiator.connect(target.port);
  const names = [`InitiatorName=${INITIATOR_NAME}`, `TargetName=${DISK}`];
  const digests = ["HeaderDigest=CRC32C", "DataDigest=CRC32C"];
  const first = await initiator.loginRequest([...names, ...digests], { transit: false, nextStage: 0 });
  expect(keysOf(first.data)).toEqual(expect.arrayContaining(digests));
  const last = await initiator.loginRequest(["InitialR2T=Yes"]);
  expect(last.pdu).toMatchObject({ statusClass: 0, transit: true, nextStage: 3 });
  initiator.headerDigest = true;
  initiator.dataDigest = true;
  await initiator.settle();
  initiator.close();
});

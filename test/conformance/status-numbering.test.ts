/** RFC 7143 11.4.9, 11.8.4, 11.11.5, 11.13.4, 11.17.3 and 11.19.2: every answer uses up one StatSN, and nothing else does. */
import { expect, it } from "vitest";
import { TARGET_OPCODE } from "../../src/wire/opcode.ts";
import { INITIATOR_NAME, ScriptedInitiator, TEST_UNIT_READY, write10 } from "../support/scripted-initiator.ts";
import { logout, manage, rejected, sendLogout, sendNopOut, text } from "./requests.ts";
import { DISK, useTarget } from "./target.ts";

const target = useTarget("nop_idle_ms = 300");

it("the responses of one login carry consecutive numbers, and the first answer after it the next", async () => {
  const initiator = await ScriptedInitiator.connect(target.port);
  const names = [`InitiatorName=${INITIATOR_NAME}`, `TargetName=${DISK}`];
  const first = await initiator.loginRequest(names, { transit: false, nextStage: 0 });
  const second = await initiator.loginRequest(["InitialR2T=Yes"], { transit: false, nextStage: 0 });
  const last = await initiator.loginRequest([]);
  const { statSn } = first.pdu;
  expect([second.pdu.statSn, last.pdu.statSn]).toEqual([(statSn + 1) >>> 0, (statSn + 2) >>> 0]);
  initiator.command(TEST_UNIT_READY);
  expect((await initiator.expect(TARGET_OPCODE.scsiResponse)).pdu.statSn).toBe((statSn + 3) >>> 0);
  initiator.close();
});

it("a ping, a status with data and without, Text, Reject, task management and Logout count one each", async () => {
  const initiator = await ScriptedInitiator.session(target.port, DISK, ["MaxRecvDataSegmentLength=512"]);
  let due = initiator.expStatSn;
  const next = (): number => {
    due = (due + 1) >>> 0;
    return (due - 1) >>> 0;
  };
  sendNopOut(initiator, {}, Buffer.from("x"));
  expect((await initiator.expect(TARGET_OPCODE.nopIn)).pdu.statSn).toBe(next());
  // Four Data-In PDUs: only the one with the status has a number.
  const { dataIns } = await initiator.read(0, 4);
  expect(dataIns.map(({ pdu }) => "statSn" in pdu && pdu.statSn)).toEqual([0, 0, 0, next()]);
  initiator.command(TEST_UNIT_READY);
  expect((await initiator.expect(TARGET_OPCODE.scsiResponse)).pdu.statSn).toBe(next());
  expect((await text(initiator, ["X-com.example=1"])).pdu.statSn).toBe(next());
  sendLogout(initiator, { reason: 100 });
  expect((await rejected(initiator)).pdu.statSn).toBe(next());
  expect((await manage(initiator, { function: 8 })).pdu.statSn).toBe(next());
  expect((await logout(initiator)).pdu.statSn).toBe(next());
  await initiator.expectClosed();
});

it("an R2T and a ping of the target carry the next number and do not use it up", async () => {
  const initiator = await ScriptedInitiator.session(target.port, DISK, ["InitialR2T=Yes", "ImmediateData=No"]);
  const due = initiator.expStatSn;
  const tag = initiator.command(write10(0, 1), { write: true, expectedDataTransferLength: 512 });
  const { pdu } = await initiator.expect(TARGET_OPCODE.r2t);
  expect(pdu.statSn).toBe(due);
  const ping = await initiator.expect(TARGET_OPCODE.nopIn, 3_000);
  expect(ping.pdu.statSn).toBe(due);
  sendNopOut(initiator, { initiatorTaskTag: 0xffffffff, targetTransferTag: ping.pdu.targetTransferTag });
  initiator.dataOut(tag, Buffer.alloc(512), {}, pdu);
  expect((await initiator.expect(TARGET_OPCODE.scsiResponse)).pdu).toMatchObject({ statSn: due, status: 0 });
  initiator.close();
});

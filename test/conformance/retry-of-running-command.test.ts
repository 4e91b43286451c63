/** RFC 7143 7.2.1: a command that is sent again while it is in progress is ignored: it runs once and is answered once. */
import { expect, it } from "vitest";
import { TARGET_OPCODE } from "../../src/wire/opcode.ts";
import { ScriptedInitiator, TEST_UNIT_READY, write10 } from "../support/scripted-initiator.ts";
import { DISK, useTarget } from "./target.ts";

const target = useTarget();

it("a retry of a write that waits for its data changes nothing", async () => {
  const initiator = await ScriptedInitiator.session(target.port, DISK, ["InitialR2T=Yes", "ImmediateData=No"]);
  const { cmdSn } = initiator;
  const initiatorTaskTag = 0x6161;
  const write = { initiatorTaskTag, cmdSn, write: true, expectedDataTransferLength: 512 };
  initiator.command(write10(9300, 1), write);
  const { pdu } = await initiator.expect(TARGET_OPCODE.r2t);
  initiator.command(write10(9300, 1), write);
  await initiator.expectNothing(150);
  initiator.dataOut(initiatorTaskTag, Buffer.alloc(512, 0x29), {}, pdu);
  expect((await initiator.outcome(initiatorTaskTag)).status).toBe(0);
  initiator.command(write10(9300, 1), write);
  await initiator.expectNothing(150);
  initiator.cmdSn = cmdSn + 1;
  expect((await initiator.run(TEST_UNIT_READY)).status).toBe(0);
  expect((await initiator.read(9300, 1)).data.equals(Buffer.alloc(512, 0x29))).toBe(true);
  initiator.close();
});

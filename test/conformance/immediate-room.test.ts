/** RFC 7143 4.2.2.1: there is always room for one immediate task management function and one other immediate request. */
import { expect, it } from "vitest";
import { TARGET_OPCODE } from "../../src/wire/opcode.ts";
import { REJECT_REASON } from "../../src/wire/pdu/reject.ts";
import { ScriptedInitiator, TEST_UNIT_READY, write10 } from "../support/scripted-initiator.ts";
import { manage, rejected } from "./requests.ts";
import { DISK, useTarget } from "./target.ts";

const IMMEDIATE_TASKS = 8;
const target = useTarget(`immediate_tasks = ${IMMEDIATE_TASKS}`);

it("an immediate function and a ping are taken while immediate commands have used up limits.immediate_tasks", async () => {
  const initiator = await ScriptedInitiator.session(target.port, DISK, ["InitialR2T=Yes", "ImmediateData=No"]);
  const refCmdSn = initiator.cmdSn;
  let tag = 0;
  for (let n = 0; n < IMMEDIATE_TASKS; n++) {
    tag = initiator.command(write10(8200 + n, 1), { immediate: true, write: true, expectedDataTransferLength: 512 });
    await initiator.expect(TARGET_OPCODE.r2t);
  }
  initiator.command(TEST_UNIT_READY, { immediate: true });
  expect((await rejected(initiator)).pdu.reason).toBe(REJECT_REASON.immediateCommandReject);
  expect((await initiator.ping()).toString()).toBe("ping");
  expect((await manage(initiator, { function: 1, referencedTaskTag: tag, refCmdSn })).pdu.response).toBe(0);
  expect((await initiator.run(TEST_UNIT_READY, { immediate: true })).status).toBe(0);
  initiator.close();
});

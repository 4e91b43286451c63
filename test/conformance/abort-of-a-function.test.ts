/** RFC 7143 11.5.1: ABORT TASK is not executed on a task management function: it is answered Function rejected. */
import { expect, it } from "vitest";
import { TARGET_OPCODE } from "../../src/wire/opcode.ts";
import { ScriptedInitiator, TEST_UNIT_READY } from "../support/scripted-initiator.ts";
import { manage, sendManagement } from "./requests.ts";
import { DISK, useTarget } from "./target.ts";

const target = useTarget();

it("ABORT TASK that names a function which waits for its turn is rejected, and the function is executed in its turn", async () => {
  const initiator = await ScriptedInitiator.session(target.port, DISK);
  const first = initiator.cmdSn;
  const waiting = sendManagement(initiator, { function: 2, immediate: false, cmdSn: first + 1 });
  const abort = { function: 1, referencedTaskTag: waiting, refCmdSn: first + 1, cmdSn: first + 2 };
  expect((await manage(initiator, abort)).pdu.response).toBe(255);
  initiator.command(TEST_UNIT_READY, { cmdSn: first });
  expect((await initiator.expect(TARGET_OPCODE.scsiResponse)).pdu.status).toBe(0);
  const { pdu } = await initiator.expect(TARGET_OPCODE.taskManagementResponse);
  expect(pdu).toMatchObject({ initiatorTaskTag: waiting, response: 0 });
  initiator.close();
});

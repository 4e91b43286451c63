/** RFC 7143 11.5.1: the CmdSN of a command that was aborted before its delivery counts as received. */
import { expect, it } from "vitest";
import { TARGET_OPCODE } from "../../src/wire/opcode.ts";
import { blankTaskManagementRequest } from "../../src/wire/pdu/task-management-request.ts";
import { ScriptedInitiator, TEST_UNIT_READY } from "../support/scripted-initiator.ts";
import { DISK, useTarget } from "./target.ts";

const target = useTarget();
it("commands behind one that was aborted while it waited for its turn are delivered", async () => {
  const initiator = await ScriptedInitiator.session(target.port, DISK);
  const first = initiator.cmdSn;
  const early = initiator.command(TEST_UNIT_READY, { cmdSn: first + 1 });
  initiator.send({
    ...blankTaskManagementRequest(),
    immediate: true,
    function: 1,
    initiatorTaskTag: 500,
    referencedTaskTag: early,
    refCmdSn: first + 1,
    cmdSn: first + 2,
    expStatSn: initiator.expStatSn,
  });
  expect((await initiator.expect(TARGET_OPCODE.taskManagementResponse)).pdu.response).toBe(0);
  initiator.cmdSn = first;
  expect((await initiator.run(TEST_UNIT_READY)).status).toBe(0);
  initiator.cmdSn = first + 2;
  expect((await initiator.run(TEST_UNIT_READY)).status).toBe(0);
  initiator.close();
});

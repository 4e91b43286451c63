/** A refused write whose unsolicited data has not come is ended by LUN RESET: it must not linger and end the connection. */
import { expect, it } from "vitest";
import { RESERVED_TAG, TARGET_OPCODE } from "../../src/wire/opcode.ts";
import { blankTaskManagementRequest } from "../../src/wire/pdu/task-management-request.ts";
import { ScriptedInitiator, write10 } from "../support/scripted-initiator.ts";
import { DISK, useTarget } from "./target.ts";

const target = useTarget("data_out_ms = 1000");
it("refused write + reset", async () => {
  const initiator = await ScriptedInitiator.session(target.port, DISK, ["InitialR2T=No"]);
  // LBA beyond the end: refused at once; its data is announced and does not come.
  initiator.command(write10(0x7fffffff, 1), { final: false, write: true, expectedDataTransferLength: 512 });
  initiator.send({
    ...blankTaskManagementRequest(),
    immediate: true,
    function: 5,
    initiatorTaskTag: 500,
    referencedTaskTag: RESERVED_TAG,
    cmdSn: initiator.cmdSn,
    expStatSn: initiator.expStatSn,
  });
  expect((await initiator.expect(TARGET_OPCODE.taskManagementResponse)).pdu.response).toBe(0);
  await initiator.expectNothing(2500);
  initiator.close();
});

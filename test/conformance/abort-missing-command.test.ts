/** RFC 7143 7.11: ABORT TASK of a command that has not come: it counts as received, and the function is complete. */
import { describe, expect, it } from "vitest";
import { ScriptedInitiator, TEST_UNIT_READY } from "../support/scripted-initiator.ts";
import { manage } from "./requests.ts";
import { DISK, useTarget } from "./target.ts";

const target = useTarget();

describe("ABORT TASK", () => {
  it("of a command that never came fills the gap in CmdSN that it left", async () => {
    const initiator = await ScriptedInitiator.session(target.port, DISK);
    const missing = initiator.cmdSn;
    initiator.cmdSn = missing + 1;
    const behind = initiator.command(TEST_UNIT_READY);
    await initiator.expectNothing(100);
    const answered = initiator.outcome(behind);
    const { cmdSn, expStatSn } = initiator;
    // The command behind the gap and the function are both answered; which comes first is not laid down.
    const tag = initiator.nextTag();
    await Promise.resolve();
    initiator.send({
      opcode: 0x02,
      immediate: true,
      function: 1,
      lun: 0,
      lunHigh: 0,
      lunLow: 0,
      initiatorTaskTag: tag,
      referencedTaskTag: 0x7070,
      cmdSn,
      expStatSn,
      refCmdSn: missing,
      expDataSn: 0,
    });
    expect((await answered).status).toBe(0);
    expect(initiator.expCmdSn).toBe(missing + 2);
    initiator.close();
  });

  it("of the next command, before it comes, makes the target ignore it when it does", async () => {
    const initiator = await ScriptedInitiator.session(target.port, DISK);
    const missing = initiator.cmdSn;
    const answer = await manage(initiator, { function: 1, referencedTaskTag: 0x7071, refCmdSn: missing, cmdSn: missing + 1 });
    expect(answer.pdu).toMatchObject({ response: 0 });
    await initiator.ping();
    expect(initiator.expCmdSn).toBe(missing + 1);
    initiator.command(TEST_UNIT_READY, { cmdSn: missing, initiatorTaskTag: 0x7071 });
    await initiator.expectNothing(150);
    initiator.cmdSn = missing + 1;
    expect((await initiator.run(TEST_UNIT_READY)).status).toBe(0);
    initiator.close();
  });

  it("of a command that has been answered says that the task does not exist", async () => {
    const initiator = await ScriptedInitiator.session(target.port, DISK);
    const refCmdSn = initiator.cmdSn;
    const tag = initiator.command(TEST_UNIT_READY);
    await initiator.outcome(tag);
    expect((await manage(initiator, { function: 1, referencedTaskTag: tag, refCmdSn })).pdu.response).toBe(1);
    initiator.close();
  });
});

/** RFC 7143 11.14: a logout ends the session's tasks; what was held behind it in CmdSN order is never begun. */
import { expect, it } from "vitest";
import { blankLogoutRequest } from "../../src/wire/pdu/logout-request.ts";
import { ScriptedInitiator, TEST_UNIT_READY, write10 } from "../support/scripted-initiator.ts";
import { DISK, useTarget } from "./target.ts";

const target = useTarget();

it("a write held behind a gap and behind a logout is not written", async () => {
  const initiator = await ScriptedInitiator.session(target.port, DISK);
  const first = initiator.cmdSn;
  initiator.send({
    ...blankLogoutRequest(),
    immediate: false,
    initiatorTaskTag: 900,
    cmdSn: first + 1,
    expStatSn: initiator.expStatSn,
  });
  initiator.command(write10(77, 1), {
    cmdSn: first + 2,
    write: true,
    expectedDataTransferLength: 512,
    data: Buffer.alloc(512, 0x55),
  });
  initiator.command(TEST_UNIT_READY, { cmdSn: first });
  await initiator.expectClosed();
  const next = await ScriptedInitiator.session(target.port, DISK);
  expect((await next.read(77, 1)).data.equals(Buffer.alloc(512))).toBe(true);
  next.close();
});

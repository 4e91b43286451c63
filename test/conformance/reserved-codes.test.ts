/** RFC 7143 11: a code that a field leaves reserved is reported as a protocol error, and nothing is done on its account. */
import { describe, expect, it } from "vitest";
import { REJECT_REASON } from "../../src/wire/pdu/reject.ts";
import { blankSnackRequest } from "../../src/wire/pdu/snack-request.ts";
import { read10, ScriptedInitiator, TEST_UNIT_READY } from "../support/scripted-initiator.ts";
import { manage, rejected, sendLogout } from "./requests.ts";
import { DISK, useTarget } from "./target.ts";

const target = useTarget();

describe("a reserved code", () => {
  it.each([5, 6, 7])("task attribute %i: the command is rejected and its CmdSN is not used up (7.3)", async (attribute) => {
    const initiator = await ScriptedInitiator.session(target.port, DISK);
    const { cmdSn } = initiator;
    initiator.command(read10(0, 1), { attribute, read: true, expectedDataTransferLength: 512 });
    const { pdu } = await rejected(initiator);
    expect(pdu).toMatchObject({ reason: REJECT_REASON.protocolError, expCmdSn: cmdSn });
    initiator.cmdSn = cmdSn;
    expect((await initiator.run(TEST_UNIT_READY)).status).toBe(0);
    initiator.close();
  });

  it.each([0, 13, 64, 127])("task management function %i: not supported", async (code) => {
    const initiator = await ScriptedInitiator.session(target.port, DISK);
    expect((await manage(initiator, { function: code })).pdu.response).toBe(5);
    await initiator.ping();
    initiator.close();
  });

  it.each([3, 64, 127])("logout reason %i: the request is rejected and the session goes on", async (reason) => {
    const initiator = await ScriptedInitiator.session(target.port, DISK);
    sendLogout(initiator, { reason });
    expect((await rejected(initiator)).pdu.reason).toBe(REJECT_REASON.protocolError);
    expect((await initiator.run(TEST_UNIT_READY)).status).toBe(0);
    initiator.close();
  });

  it.each([4, 9, 15])("SNACK type %i: the request is rejected", async (type) => {
    const initiator = await ScriptedInitiator.session(target.port, DISK);
    initiator.send({ ...blankSnackRequest(), type, initiatorTaskTag: 5, expStatSn: initiator.expStatSn });
    expect((await rejected(initiator)).pdu.reason).toBe(REJECT_REASON.snackReject);
    await initiator.ping();
    initiator.close();
  });

  it.each([0x07, 0x0f, 0x11, 0x1b, 0x1f, 0x20, 0x21, 0x25, 0x31, 0x3f])(
    "operation code %i, which no initiator has: command not supported",
    async (code) => {
      const initiator = await ScriptedInitiator.session(target.port, DISK);
      const header = Buffer.alloc(48);
      header[0] = 0x40 | code;
      header[1] = 0x80;
      header.writeUInt32BE(initiator.cmdSn, 24);
      initiator.sendBytes(header);
      const { pdu, data } = await rejected(initiator);
      expect(pdu.reason).toBe(REJECT_REASON.commandNotSupported);
      expect(data.equals(header)).toBe(true);
      expect((await initiator.run(TEST_UNIT_READY)).status).toBe(0);
      initiator.close();
    },
  );
});

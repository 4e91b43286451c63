/** RFC 7143 4.2.2.1: a status leaves no earlier than the acknowledgment of its command, which may travel in the same PDU. */
import { describe, expect, it } from "vitest";
import { TARGET_OPCODE } from "../../src/wire/opcode.ts";
import { read10, ScriptedInitiator, TEST_UNIT_READY, write10 } from "../support/scripted-initiator.ts";
import { DISK, useTarget } from "./target.ts";

const target = useTarget();

describe("the status of a command", () => {
  it.each([
    ["a SCSI Response", TEST_UNIT_READY, {}],
    ["a Data-In", read10(0, 1), { read: true, expectedDataTransferLength: 512 }],
    ["a CHECK CONDITION", read10(0x7fffffff, 1), { read: true, expectedDataTransferLength: 512 }],
  ])("in %s comes with an ExpCmdSN behind its command", async (_what, cdb, fields) => {
    const initiator = await ScriptedInitiator.session(target.port, DISK);
    const { cmdSn } = initiator;
    initiator.command(cdb, fields);
    const received = await initiator.receive();
    expect(received?.pdu.expCmdSn).toBe(cmdSn + 1);
    initiator.close();
  });

  it("never comes while the command is held back behind a gap, and the gap's own status acknowledges only itself or both", async () => {
    const initiator = await ScriptedInitiator.session(target.port, DISK);
    const first = initiator.cmdSn;
    initiator.command(TEST_UNIT_READY, { cmdSn: first + 1 });
    await initiator.ping();
    expect(initiator.expCmdSn).toBe(first);
    initiator.command(TEST_UNIT_READY, { cmdSn: first });
    for (const least of [first + 1, first + 2]) {
      const { pdu } = await initiator.expect(TARGET_OPCODE.scsiResponse);
      expect(pdu.expCmdSn).toBeGreaterThanOrEqual(least);
    }
    initiator.close();
  });

  it("is preceded by R2Ts that acknowledge the write", async () => {
    const initiator = await ScriptedInitiator.session(target.port, DISK, ["InitialR2T=Yes", "ImmediateData=No"]);
    const { cmdSn } = initiator;
    const tag = initiator.command(write10(8000, 1), { write: true, expectedDataTransferLength: 512 });
    const { pdu } = await initiator.expect(TARGET_OPCODE.r2t);
    expect(pdu.expCmdSn).toBe(cmdSn + 1);
    initiator.dataOut(tag, Buffer.alloc(512), {}, pdu);
    expect((await initiator.outcome(tag)).status).toBe(0);
    initiator.close();
  });
});

/** RFC 7143 11.14 and 11.15: a logout ends every pending command before it is answered, and then the TCP connection. */
import { describe, expect, it } from "vitest";
import { TARGET_OPCODE } from "../../src/wire/opcode.ts";
import { ScriptedInitiator, TEST_UNIT_READY, write10 } from "../support/scripted-initiator.ts";
import { logout, sendLogout } from "./requests.ts";
import { DISK, useTarget } from "./target.ts";

const target = useTarget();

describe.each([
  ["the session", { reason: 0 }],
  ["the connection", { reason: 1, connectionId: 0 }],
])("Logout of %s", (_what, fields) => {
  const lba = 8000 + fields.reason * 10;

  it("ends a write that waits for its data; nothing of it is answered, and no byte of it is written", async () => {
    const initiator = await ScriptedInitiator.session(target.port, DISK, ["InitialR2T=Yes", "ImmediateData=No"]);
    const tag = initiator.command(write10(lba, 1), { write: true, expectedDataTransferLength: 512 });
    const { pdu } = await initiator.expect(TARGET_OPCODE.r2t);
    sendLogout(initiator, fields);
    initiator.dataOut(tag, Buffer.alloc(512, 0x66), {}, pdu);
    expect((await initiator.expect(TARGET_OPCODE.logoutResponse)).pdu.response).toBe(0);
    expect(await initiator.expectClosed()).toEqual([]);
    const other = await ScriptedInitiator.session(target.port, DISK);
    expect((await other.read(lba, 1)).data.equals(Buffer.alloc(512))).toBe(true);
    other.close();
  });

  it("ends commands that wait for their turn, which ExpCmdSN has not acknowledged", async () => {
    const initiator = await ScriptedInitiator.session(target.port, DISK);
    const first = initiator.cmdSn;
    initiator.command(write10(lba + 1, 1), {
      cmdSn: first + 1,
      write: true,
      expectedDataTransferLength: 512,
      data: Buffer.alloc(512, 0x66),
    });
    expect((await logout(initiator, fields)).pdu).toMatchObject({ response: 0, expCmdSn: first });
    initiator.command(TEST_UNIT_READY, { cmdSn: first });
    expect(await initiator.expectClosed()).toEqual([]);
    const other = await ScriptedInitiator.session(target.port, DISK);
    expect((await other.read(lba + 1, 1)).data.equals(Buffer.alloc(512))).toBe(true);
    other.close();
  });

  it("is answered with its tag and without data, and the target closes first", async () => {
    const initiator = await ScriptedInitiator.session(target.port, DISK);
    const { pdu, header } = await logout(initiator, { ...fields, initiatorTaskTag: 0xdeadbeef });
    expect(pdu).toMatchObject({ response: 0, initiatorTaskTag: 0xdeadbeef });
    expect(header.readUInt32BE(4), "TotalAHSLength and DataSegmentLength").toBe(0);
    // This side has not closed: the end of the stream is the target's.
    expect(await initiator.expectClosed()).toEqual([]);
  });
});

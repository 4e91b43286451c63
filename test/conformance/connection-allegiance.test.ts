/** RFC 7143 4.2.5.1: data, R2Ts and status of a command go over the connection that brought it. */
import { expect, it } from "vitest";
import { TARGET_OPCODE } from "../../src/wire/opcode.ts";
import { ScriptedInitiator, write10 } from "../support/scripted-initiator.ts";
import { DISK, OTHER, useTarget } from "./target.ts";

const target = useTarget();

it("two connections that use the same tags at the same time each get their own R2T, status and data, and nothing else", async () => {
  const keys = ["InitialR2T=Yes", "ImmediateData=No"];
  const one = await ScriptedInitiator.session(target.port, DISK, keys);
  const two = await ScriptedInitiator.session(target.port, OTHER, keys);
  const initiatorTaskTag = 0x4711;
  const sessions = [
    { session: one, data: Buffer.alloc(512, 0x11), lba: 8400 },
    { session: two, data: Buffer.alloc(1024, 0x22), lba: 300 },
  ];
  for (const { session, data, lba } of sessions) {
    session.command(write10(lba, data.length / 512), {
      initiatorTaskTag,
      write: true,
      expectedDataTransferLength: data.length,
    });
  }
  for (const { session, data } of sessions) {
    const { pdu } = await session.expect(TARGET_OPCODE.r2t);
    expect(pdu).toMatchObject({ initiatorTaskTag, desiredDataTransferLength: data.length });
    session.dataOut(initiatorTaskTag, data, {}, pdu);
  }
  for (const { session, data, lba } of sessions) {
    expect((await session.outcome(initiatorTaskTag)).status).toBe(0);
    expect((await session.read(lba, data.length / 512)).data.equals(data)).toBe(true);
  }
  await one.expectNothing(100);
  await two.expectNothing(100);
  one.close();
  two.close();
});

/** RFC 7143 7.6, 7.14 and 6.3.5: with its connection a session's tasks end, immediate ones too; the initiator may come back. */
import { describe, expect, it } from "vitest";
import { TARGET_OPCODE } from "../../src/wire/opcode.ts";
import { ScriptedInitiator, write10 } from "../support/scripted-initiator.ts";
import { DISK, useTarget } from "./target.ts";

const target = useTarget();

describe("when its connection is lost", () => {
  it.each([
    ["a command", false, 9000],
    ["an immediate command", true, 9001],
  ])("%s that waits for data ends, and its tag begins a new task in the next session", async (_what, immediate, lba) => {
    const lost = await ScriptedInitiator.session(target.port, DISK, ["InitialR2T=Yes", "ImmediateData=No"]);
    const initiatorTaskTag = 0x5151;
    lost.command(write10(lba, 1), { initiatorTaskTag, immediate, write: true, expectedDataTransferLength: 512 });
    const { pdu } = await lost.expect(TARGET_OPCODE.r2t);
    lost.socket.resetAndDestroy();

    const fresh = await ScriptedInitiator.connect(target.port);
    fresh.isid = lost.isid;
    await fresh.login(DISK, ["InitialR2T=Yes", "ImmediateData=No"]);
    expect(fresh.tsih).not.toBe(lost.tsih);
    await fresh.settle();
    // Data for the old R2T finds no task.
    fresh.dataOut(initiatorTaskTag, Buffer.alloc(512, 0x44), {}, pdu);
    await fresh.expectNothing(150);
    expect((await fresh.read(lba, 1)).data.equals(Buffer.alloc(512))).toBe(true);
    fresh.command(write10(lba, 1), { initiatorTaskTag, write: true, expectedDataTransferLength: 512 });
    const again = await fresh.expect(TARGET_OPCODE.r2t);
    fresh.dataOut(initiatorTaskTag, Buffer.alloc(512, 0x45), {}, again.pdu);
    expect((await fresh.outcome(initiatorTaskTag)).status).toBe(0);
    expect((await fresh.read(lba, 1)).data.equals(Buffer.alloc(512, 0x45))).toBe(true);
    fresh.close();
  });
});

/** RFC 7143 4.2.2.1: an immediate command is considered at once and does not advance CmdSN. */
import { describe, expect, it } from "vitest";
import { ScriptedInitiator, TEST_UNIT_READY } from "../support/scripted-initiator.ts";
import { DISK, useTarget } from "./target.ts";

const target = useTarget();

describe("an immediate command", () => {
  it("runs without using a CmdSN", async () => {
    const initiator = await ScriptedInitiator.session(target.port, DISK);
    await initiator.ping();
    const before = initiator.expCmdSn;
    for (let n = 0; n < 3; n++) expect((await initiator.run(TEST_UNIT_READY, { immediate: true })).status).toBe(0);
    expect(initiator.expCmdSn).toBe(before);
    expect((await initiator.run(TEST_UNIT_READY)).status).toBe(0);
    expect(initiator.expCmdSn).toBe(before + 1);
    initiator.close();
  });

  it("runs although the window has a gap", async () => {
    const initiator = await ScriptedInitiator.session(target.port, DISK);
    initiator.command(TEST_UNIT_READY, { cmdSn: initiator.cmdSn + 1 });
    expect((await initiator.run(TEST_UNIT_READY, { immediate: true })).status).toBe(0);
    initiator.close();
  });
});

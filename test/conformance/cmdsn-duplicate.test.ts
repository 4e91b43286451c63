/** RFC 7143 4.2.2.1: a target silently ignores a CmdSN that it has had and one outside of ExpCmdSN…MaxCmdSN. */
import { describe, expect, it } from "vitest";
import { ScriptedInitiator, TEST_UNIT_READY } from "../support/scripted-initiator.ts";
import { DISK, useTarget } from "./target.ts";

const target = useTarget();

describe("a command that the window does not admit", () => {
  it.each([
    ["has had its CmdSN before", -1],
    ["is far behind", -1000],
    ["is one beyond MaxCmdSN", "beyond"],
    ["is half the circle away", 0x7fffffff],
  ] as const)("is ignored without an answer when it %s", async (_what, where) => {
    const initiator = await ScriptedInitiator.session(target.port, DISK);
    await initiator.ping();
    const cmdSn = where === "beyond" ? initiator.maxCmdSn + 1 : (initiator.cmdSn + where) >>> 0;
    initiator.command(TEST_UNIT_READY, { cmdSn });
    await initiator.expectNothing(200);
    expect((await initiator.run(TEST_UNIT_READY)).status).toBe(0);
    initiator.close();
  });

  it("executes a duplicate within a gap once", async () => {
    const initiator = await ScriptedInitiator.session(target.port, DISK);
    const first = initiator.cmdSn;
    const early = initiator.command(TEST_UNIT_READY, { cmdSn: first + 1 });
    initiator.command(TEST_UNIT_READY, { cmdSn: first + 1 });
    const filling = initiator.command(TEST_UNIT_READY, { cmdSn: first });
    await initiator.outcome(filling);
    await initiator.outcome(early);
    await initiator.expectNothing(200);
    initiator.close();
  });
});

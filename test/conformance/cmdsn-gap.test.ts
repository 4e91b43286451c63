/** RFC 7143 4.2.2.1: commands are delivered in the order of CmdSN; one that comes early waits for those before it. */
import { describe, expect, it } from "vitest";
import { ScriptedInitiator, TEST_UNIT_READY } from "../support/scripted-initiator.ts";
import { DISK, useTarget } from "./target.ts";

const target = useTarget();

describe("a command whose CmdSN is ahead", () => {
  it("waits until the gap is filled, then both run in order", async () => {
    const initiator = await ScriptedInitiator.session(target.port, DISK);
    const first = initiator.cmdSn;
    const early = initiator.command(TEST_UNIT_READY, { cmdSn: first + 1 });
    await initiator.expectNothing(200);
    const late = initiator.command(TEST_UNIT_READY, { cmdSn: first });
    expect((await initiator.outcome(late)).status).toBe(0);
    expect((await initiator.outcome(early)).status).toBe(0);
    expect(initiator.expCmdSn).toBe(first + 2);
    initiator.close();
  });

  it("does not hold up an immediate request", async () => {
    const initiator = await ScriptedInitiator.session(target.port, DISK);
    initiator.command(TEST_UNIT_READY, { cmdSn: initiator.cmdSn + 1 });
    expect((await initiator.ping()).toString()).toBe("ping");
    initiator.close();
  });

  it("is delivered in order even when many come backwards", async () => {
    const initiator = await ScriptedInitiator.session(target.port, DISK);
    const first = initiator.cmdSn;
    const tags: number[] = [];
    for (let n = 31; n >= 0; n--) tags.unshift(initiator.command(TEST_UNIT_READY, { cmdSn: first + n }));
    for (const tag of tags) expect((await initiator.outcome(tag)).status).toBe(0);
    initiator.close();
  });
});

/** RFC 7143 7.4.2: an initiator port has one discovery session at a network portal, or with a target that it names. */
import { describe, expect, it } from "vitest";
import { ScriptedInitiator } from "../support/scripted-initiator.ts";
import { text } from "./requests.ts";
import { DISK, OTHER, useTarget } from "./target.ts";

const target = useTarget();
const SEND_TARGETS = [`SendTargets=${DISK}`];

async function discovery(isid?: number, named?: string): Promise<ScriptedInitiator> {
  const initiator = await ScriptedInitiator.connect(target.port);
  if (isid !== undefined) initiator.isid = isid;
  await initiator.login(undefined, named === undefined ? [] : [`TargetName=${named}`]);
  return initiator;
}

describe("a discovery session", () => {
  it.each([
    ["that names no target", undefined, undefined],
    ["that names a target", DISK, DISK.toUpperCase()],
  ])("%s takes the place of the one before it with the same ISID", async (_what, before, after) => {
    const old = await discovery(undefined, before);
    const fresh = await discovery(old.isid, after);
    expect(await old.expectClosed()).toEqual([]);
    expect((await text(fresh, SEND_TARGETS)).pdu.final).toBe(true);
    fresh.close();
  });

  it("leaves alone those of another ISID, with another target, with none, and normal sessions", async () => {
    const normal = await ScriptedInitiator.session(target.port, DISK);
    const { isid } = normal;
    const sessions = [await discovery(isid), await discovery(isid, DISK), await discovery(isid, OTHER), await discovery()];
    for (const each of sessions) expect((await text(each, SEND_TARGETS)).pdu.final).toBe(true);
    await normal.ping();
    for (const each of [...sessions, normal]) each.close();
  });
});

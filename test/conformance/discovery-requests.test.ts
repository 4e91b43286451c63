/** RFC 7143 13.21 and 4.3: a discovery session takes SendTargets and the logout of the session; every other request is rejected. */
import { describe, expect, it } from "vitest";
import { RESERVED_TAG, TARGET_OPCODE } from "../../src/wire/opcode.ts";
import { REJECT_REASON } from "../../src/wire/pdu/reject.ts";
import { keysOf, ScriptedInitiator, TEST_UNIT_READY } from "../support/scripted-initiator.ts";
import { logout, rejected, sendLogout, sendManagement, sendNopOut, text } from "./requests.ts";
import { DISK, useTarget } from "./target.ts";

const target = useTarget("nop_idle_ms = 400");

async function discovery(): Promise<ScriptedInitiator> {
  const initiator = await ScriptedInitiator.connect(target.port);
  await initiator.login(undefined);
  return initiator;
}

/** The session is as good as before. */
async function alive(initiator: ScriptedInitiator): Promise<void> {
  const { data } = await text(initiator, [`SendTargets=${DISK}`]);
  expect(keysOf(data)[0]).toBe(`TargetName=${DISK}`);
}

describe("a discovery session", () => {
  it.each<readonly [string, (initiator: ScriptedInitiator) => void]>([
    ["a SCSI command", (initiator) => initiator.command(TEST_UNIT_READY)],
    ["a ping", (initiator) => sendNopOut(initiator, {}, Buffer.from("ping"))],
    ["a task management function", (initiator) => sendManagement(initiator, { function: 5 })],
    ["the logout of a connection", (initiator) => sendLogout(initiator, { reason: 1, connectionId: 0 })],
    ["the logout for recovery", (initiator) => sendLogout(initiator, { reason: 2, connectionId: 0 })],
    ["another login", (initiator) => initiator.sendLogin(["SessionType=Discovery"])],
  ])("rejects %s and goes on", async (_what, send) => {
    const initiator = await discovery();
    send(initiator);
    expect((await rejected(initiator)).pdu.reason).toBe(REJECT_REASON.protocolError);
    await alive(initiator);
    initiator.close();
  });

  it("takes the answer to its own ping without a word", async () => {
    const initiator = await discovery();
    const { pdu } = await initiator.expect(TARGET_OPCODE.nopIn, 3_000);
    sendNopOut(initiator, { initiatorTaskTag: RESERVED_TAG, targetTransferTag: pdu.targetTransferTag });
    await alive(initiator);
    initiator.close();
  });

  it("ends by the logout of the session", async () => {
    const initiator = await discovery();
    expect((await logout(initiator, { reason: 0 })).pdu.response).toBe(0);
    expect(await initiator.expectClosed()).toEqual([]);
  });
});

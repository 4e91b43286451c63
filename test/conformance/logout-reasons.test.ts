/** RFC 7143 11.14 and 11.15: what each logout reason does at MaxConnections 1 and ErrorRecoveryLevel 0. */
import { describe, expect, it } from "vitest";
import { TARGET_OPCODE } from "../../src/wire/opcode.ts";
import { blankLogoutRequest } from "../../src/wire/pdu/logout-request.ts";
import { ScriptedInitiator } from "../support/scripted-initiator.ts";
import { DISK, useTarget } from "./target.ts";

const target = useTarget();

async function logout(reason: number, connectionId: number): Promise<{ initiator: ScriptedInitiator; response: number }> {
  const initiator = await ScriptedInitiator.session(target.port, DISK);
  const tag = initiator.nextTag();
  const { cmdSn, expStatSn } = initiator;
  initiator.send({ ...blankLogoutRequest(), immediate: true, reason, connectionId, initiatorTaskTag: tag, cmdSn, expStatSn });
  const { pdu } = await initiator.expect(TARGET_OPCODE.logoutResponse);
  expect(pdu.initiatorTaskTag).toBe(tag);
  return { initiator, response: pdu.response };
}

describe("Logout", () => {
  it.each([
    ["the session", 0, 0],
    ["its own connection", 1, 0],
  ])("of %s succeeds and the target closes", async (_what, reason, connectionId) => {
    const { initiator, response } = await logout(reason, connectionId);
    expect(response).toBe(0);
    expect(await initiator.expectClosed()).toEqual([]);
  });

  it.each([
    ["of a connection that is not there says so", 1, 77, 1],
    ["for recovery is not supported", 2, 0, 2],
  ])("%s, and the session goes on", async (_what, reason, connectionId, expected) => {
    const { initiator, response } = await logout(reason, connectionId);
    expect(response).toBe(expected);
    await initiator.ping();
    initiator.close();
  });
});

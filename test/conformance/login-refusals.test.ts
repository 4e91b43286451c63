/** RFC 7143 11.13.5: the status of a refused login, after which the target closes. */
import { describe, expect, it } from "vitest";
import { INITIATOR_NAME, ScriptedInitiator } from "../support/scripted-initiator.ts";
import { DISK, LOCKED, useTarget } from "./target.ts";

const target = useTarget();

const NAME = `InitiatorName=${INITIATOR_NAME}`;

describe("a login", () => {
  it.each([
    ["of an unknown target", [NAME, `TargetName=${DISK}x`], {}, 0x0203],
    ["without InitiatorName", [`TargetName=${DISK}`], {}, 0x0207],
    ["without TargetName", [NAME], {}, 0x0207],
    ["with an unknown session type", [NAME, `TargetName=${DISK}`, "SessionType=Boot"], {}, 0x0209],
    ["with a version we do not have", [NAME, `TargetName=${DISK}`], { versionMin: 1, versionMax: 1 }, 0x0205],
    ["that skips a security stage that is needed", [NAME, `TargetName=${LOCKED}`], {}, 0x0201],
    [
      "that offers no CHAP where it is needed",
      [NAME, `TargetName=${LOCKED}`, "AuthMethod=None"],
      { currentStage: 0, nextStage: 1 },
      0x0201,
    ],
    ["to the reserved stage", [NAME, `TargetName=${DISK}`], { nextStage: 2 }, 0x0200],
    ["with a key twice", [NAME, NAME, `TargetName=${DISK}`], {}, 0x0200],
    ["to a session that is not there", [NAME, `TargetName=${DISK}`], { tsih: 0x7777 }, 0x020a],
  ] as const)("%s is refused with its status", async (_what, keys, fields, status) => {
    const initiator = await ScriptedInitiator.connect(target.port);
    const { pdu, data } = await initiator.loginRequest(keys, fields);
    expect(((pdu.statusClass << 8) | pdu.statusDetail).toString(16)).toBe(status.toString(16));
    expect(pdu.transit).toBe(false);
    expect(data.length).toBe(0);
    expect(await initiator.expectClosed()).toEqual([]);
  });

  it("says the version it has, also when it refuses", async () => {
    const initiator = await ScriptedInitiator.connect(target.port);
    const { pdu } = await initiator.loginRequest([NAME, `TargetName=${DISK}`], { versionMin: 3, versionMax: 4 });
    expect(pdu).toMatchObject({ versionMax: 0, versionActive: 0 });
    initiator.close();
  });
});

/** RFC 7143 6.3: who moves a login from stage to stage, and how far. */
import { describe, expect, it } from "vitest";
import { INITIATOR_NAME, keysOf, ScriptedInitiator } from "../support/scripted-initiator.ts";
import { DISK, useTarget } from "./target.ts";

const target = useTarget();
const NAMES = [`InitiatorName=${INITIATOR_NAME}`, `TargetName=${DISK}`];
const SECURITY = 0;
const OPERATIONAL = 1;
const FULL_FEATURE = 3;

describe("a stage of the login", () => {
  it.each([
    [SECURITY, OPERATIONAL],
    [SECURITY, FULL_FEATURE],
    [OPERATIONAL, FULL_FEATURE],
  ])("%i ends in the stage %i that the initiator asks for, not before it asks, and not farther on", async (from, to) => {
    const initiator = await ScriptedInitiator.connect(target.port);
    const stay = await initiator.loginRequest(NAMES, { currentStage: from, transit: false, nextStage: 0 });
    expect(stay.pdu).toMatchObject({ statusClass: 0, transit: false, currentStage: from });
    const go = await initiator.loginRequest([], { currentStage: from, nextStage: to });
    expect(go.pdu).toMatchObject({ statusClass: 0, transit: true, currentStage: from, nextStage: to });
    initiator.close();
  });

  it("may be the security stage alone, with no key but the names: the target tells its portal group", async () => {
    const initiator = await ScriptedInitiator.connect(target.port);
    const { pdu, data } = await initiator.loginRequest(NAMES, { currentStage: SECURITY, nextStage: FULL_FEATURE });
    expect(pdu).toMatchObject({ statusClass: 0, transit: true, nextStage: FULL_FEATURE });
    expect(pdu.tsih).not.toBe(0);
    expect(keysOf(data)).toEqual(["TargetPortalGroupTag=7"]);
    initiator.close();
  });

  it("needs nothing more from the initiator once it has been left: what was agreed before works", async () => {
    const initiator = await ScriptedInitiator.connect(target.port);
    const { pdu, data } = await initiator.loginRequest([...NAMES, "InitialR2T=No", "MaxBurstLength=8192"]);
    expect(pdu).toMatchObject({ transit: true, nextStage: FULL_FEATURE });
    // Answers to what was offered, and declarations, which want no answer.
    const known =
      /^(InitialR2T=No|MaxBurstLength=8192|TargetPortalGroupTag=7|TargetAlias=the disk|MaxRecvDataSegmentLength=\d+)$/;
    for (const key of keysOf(data)) expect(key).toMatch(known);
    await initiator.settle();
    initiator.close();
  });
});

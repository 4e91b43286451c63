/** RFC 7143 6.2: "Reject", "Irrelevant" and "NotUnderstood" are answers; as an offer each is a protocol error. */
import { describe, expect, it } from "vitest";
import { INITIATOR_NAME, ScriptedInitiator } from "../support/scripted-initiator.ts";
import { DISK, useTarget } from "./target.ts";

const target = useTarget();
const NAMES = [`InitiatorName=${INITIATOR_NAME}`, `TargetName=${DISK}`];

describe("a login that offers a reserved constant", () => {
  it.each([
    "HeaderDigest=Reject",
    "InitialR2T=Irrelevant",
    "MaxBurstLength=NotUnderstood",
    "ErrorRecoveryLevel=Reject",
    "MaxRecvDataSegmentLength=Irrelevant",
    "OFMarker=NotUnderstood",
  ])("%s is refused as the initiator's error", async (key) => {
    const initiator = await ScriptedInitiator.connect(target.port);
    const { pdu } = await initiator.loginRequest([...NAMES, key]);
    expect([pdu.statusClass, pdu.statusDetail]).toEqual([2, 0]);
    await initiator.expectClosed();
  });

  it.each(["TargetAlias=NotUnderstood", "TargetPortalGroupTag=NotUnderstood", "MaxRecvDataSegmentLength=NotUnderstood"])(
    "%s, about a key that every implementation has to know, is refused as well",
    async (key) => {
      const initiator = await ScriptedInitiator.connect(target.port);
      await initiator.loginRequest(NAMES, { transit: false, nextStage: 0 });
      const { pdu } = await initiator.loginRequest([key]);
      expect([pdu.statusClass, pdu.statusDetail]).toEqual([2, 0]);
      await initiator.expectClosed();
    },
  );
});

/** RFC 7143 6.3: keys belong to stages; one that its stage does not allow is a protocol error. */
import { describe, expect, it } from "vitest";
import { INITIATOR_NAME, ScriptedInitiator } from "../support/scripted-initiator.ts";
import { DISK, useTarget } from "./target.ts";

const target = useTarget();
const NAMES = [`InitiatorName=${INITIATOR_NAME}`, `TargetName=${DISK}`];

describe("a key", () => {
  it.each(["HeaderDigest=None", "MaxRecvDataSegmentLength=8192", "InitialR2T=No", "ErrorRecoveryLevel=0", "SendTargets=All"])(
    "%s in the security stage is refused",
    async (key) => {
      const initiator = await ScriptedInitiator.connect(target.port);
      const { pdu } = await initiator.loginRequest([...NAMES, key], { currentStage: 0, nextStage: 1 });
      expect([pdu.statusClass, pdu.statusDetail]).toEqual([2, 0]);
      await initiator.expectClosed();
    },
  );

  it.each(["AuthMethod=None", "CHAP_A=7", "SendTargets=All"])("%s in the operational stage is refused", async (key) => {
    const initiator = await ScriptedInitiator.connect(target.port);
    const { pdu } = await initiator.loginRequest([...NAMES, key]);
    expect([pdu.statusClass, pdu.statusDetail]).toEqual([2, 0]);
    await initiator.expectClosed();
  });
});

/** RFC 7143 13: keys marked Any-Stage may come in the security stage; all others of this chapter are operational keys. */
import { describe, expect, it } from "vitest";
import { INITIATOR_NAME, keysOf, ScriptedInitiator } from "../support/scripted-initiator.ts";
import { DISK, useTarget } from "./target.ts";

const target = useTarget();

const NAMES = [`InitiatorName=${INITIATOR_NAME}`, `TargetName=${DISK}`];
const SECURITY = { currentStage: 0, nextStage: 3 };

describe("a login", () => {
  it.each([
    "HeaderDigest=None",
    "DataDigest=None",
    "MaxConnections=1",
    "InitialR2T=Yes",
    "ImmediateData=Yes",
    "MaxRecvDataSegmentLength=8192",
    "MaxBurstLength=262144",
    "FirstBurstLength=65536",
    "DefaultTime2Wait=2",
    "DefaultTime2Retain=20",
    "MaxOutstandingR2T=1",
    "DataPDUInOrder=Yes",
    "DataSequenceInOrder=Yes",
    "ErrorRecoveryLevel=0",
    "TaskReporting=RFC3720",
    "iSCSIProtocolLevel=1",
  ])("is refused in the security stage with %s", async (key) => {
    const initiator = await ScriptedInitiator.connect(target.port);
    const { pdu } = await initiator.loginRequest([...NAMES, key], SECURITY);
    expect([pdu.statusClass, pdu.statusDetail]).toEqual([2, 0]);
    await initiator.expectClosed();
  });

  it.each(["InitiatorAlias=host", "SessionType=Normal", "X#NodeArchitecture=Linux/x86"])(
    "takes %s in the security stage",
    async (key) => {
      const initiator = await ScriptedInitiator.connect(target.port);
      const { pdu, data } = await initiator.loginRequest([...NAMES, key], SECURITY);
      expect(pdu).toMatchObject({ statusClass: 0, transit: true, nextStage: 3 });
      expect(keysOf(data)).toEqual(["TargetPortalGroupTag=7"]);
      initiator.close();
    },
  );
});

/** RFC 7143 6.3.1, 11.12.6 and 11.13.3: the target names a session with the TSIH of the final response. */
import { describe, expect, it } from "vitest";
import { INITIATOR_NAME, ScriptedInitiator } from "../support/scripted-initiator.ts";
import { DISK, useTarget } from "./target.ts";

const target = useTarget();

const NAMES = [`InitiatorName=${INITIATOR_NAME}`, `TargetName=${DISK}`];

describe("the TSIH", () => {
  it("is 0 before the final response and not 0 in it", async () => {
    const initiator = await ScriptedInitiator.connect(target.port);
    expect((await initiator.loginRequest(NAMES, { transit: false, nextStage: 0 })).pdu.tsih).toBe(0);
    expect((await initiator.loginRequest([])).pdu.tsih).not.toBe(0);
    initiator.close();
  });

  it("differs between two sessions", async () => {
    const one = await ScriptedInitiator.session(target.port, DISK);
    const two = await ScriptedInitiator.session(target.port, DISK);
    expect(one.tsih).not.toBe(two.tsih);
    await one.ping();
    await two.ping();
    one.close();
    two.close();
  });

  it("of a living session admits no second connection", async () => {
    const one = await ScriptedInitiator.session(target.port, DISK);
    const two = await ScriptedInitiator.connect(target.port);
    const { pdu } = await two.loginRequest(NAMES, { isid: one.isid, tsih: one.tsih, connectionId: 1 });
    expect(pdu).toMatchObject({ statusClass: 2, statusDetail: 6 });
    await two.expectClosed();
    await one.ping();
    one.close();
  });

  it("of a session with another ISID does not exist for the asker", async () => {
    const one = await ScriptedInitiator.session(target.port, DISK);
    const two = await ScriptedInitiator.connect(target.port);
    const { pdu } = await two.loginRequest(NAMES, { tsih: one.tsih });
    expect(pdu).toMatchObject({ statusClass: 2, statusDetail: 0x0a });
    await one.ping();
    one.close();
  });
});

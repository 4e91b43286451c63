/** RFC 7143 11.12.4 to 11.12.8 and 11.13.1 to 11.13.3: what the requests of a login say first holds, and the responses repeat it. */
import { describe, expect, it } from "vitest";
import { TARGET_OPCODE } from "../../src/wire/opcode.ts";
import { INITIATOR_NAME, ScriptedInitiator, TEST_UNIT_READY } from "../support/scripted-initiator.ts";
import { logout } from "./requests.ts";
import { DISK, useTarget } from "./target.ts";

const target = useTarget();

const NAMES = [`InitiatorName=${INITIATOR_NAME}`, `TargetName=${DISK}`];
const NOT_YET = { transit: false, nextStage: 0 };

describe("a login", () => {
  it("begins the session's numbering at its CmdSN, which its requests and responses do not use up", async () => {
    const initiator = await ScriptedInitiator.connect(target.port);
    initiator.cmdSn = 0xfffffffe;
    for (const request of [await initiator.loginRequest(NAMES, NOT_YET), await initiator.loginRequest([])]) {
      expect(request.pdu.expCmdSn).toBe(0xfffffffe);
    }
    // The first command that is not immediate has the CmdSN of the login.
    const outcome = await initiator.run(TEST_UNIT_READY, { cmdSn: 0xfffffffe });
    expect(outcome.status).toBe(2);
    expect(initiator.expCmdSn).toBe(0xffffffff);
    initiator.close();
  });

  it("goes by the versions of its first request, whatever a later one says", async () => {
    const initiator = await ScriptedInitiator.connect(target.port);
    const first = await initiator.loginRequest(NAMES, { ...NOT_YET, versionMin: 0, versionMax: 0 });
    const last = await initiator.loginRequest([], { versionMin: 3, versionMax: 4 });
    expect(last.pdu).toMatchObject({ statusClass: 0, transit: true, nextStage: 3 });
    expect(first.pdu).toMatchObject({ versionMax: 0, versionActive: 0 });
    expect(last.pdu).toMatchObject({ versionMax: 0, versionActive: 0 });
    initiator.close();
  });

  it("gives the connection the CID of its first request: that CID can be logged out, and no other", async () => {
    const initiator = await ScriptedInitiator.connect(target.port);
    await initiator.loginRequest(NAMES, { ...NOT_YET, connectionId: 0x1234 });
    await initiator.loginRequest([], { connectionId: 0x1234 });
    expect((await logout(initiator, { reason: 1, connectionId: 0x1233 })).pdu.response).toBe(1);
    expect((await logout(initiator, { reason: 1, connectionId: 0x1234 })).pdu.response).toBe(0);
    await initiator.expectClosed();
  });

  it("is answered with its own ISID, task tag and stage; the next stage only together with T", async () => {
    const initiator = await ScriptedInitiator.connect(target.port);
    const fields = { initiatorTaskTag: 0xabcd1234, isid: 0x80123456789a };
    const first = await initiator.loginRequest(NAMES, { ...fields, transit: false, nextStage: 3 });
    expect(first.pdu).toMatchObject({ ...fields, tsih: 0, transit: false, continues: false, currentStage: 1, nextStage: 0 });
    const last = await initiator.loginRequest([], fields);
    expect(last.pdu).toMatchObject({ ...fields, transit: true, continues: false, currentStage: 1, nextStage: 3 });
    expect(last.pdu.tsih).not.toBe(0);
    initiator.close();
  });

  it("to a session that is there repeats the TSIH of the request", async () => {
    const one = await ScriptedInitiator.session(target.port, DISK);
    const two = await ScriptedInitiator.connect(target.port);
    const fields = { isid: one.isid, tsih: one.tsih };
    expect((await two.loginRequest(NAMES, { ...fields, ...NOT_YET })).pdu.tsih).toBe(one.tsih);
    two.close();
    await one.ping();
    one.close();
  });

  it("answers a login without the names that it was given", async () => {
    const initiator = await ScriptedInitiator.connect(target.port);
    const { data } = await initiator.loginRequest(NAMES);
    expect(data.toString()).not.toMatch(/TargetName|TargetAddress|InitiatorName|SessionType/);
    initiator.close();
  });

  it("tells the first response's target portal group, once", async () => {
    const initiator = await ScriptedInitiator.connect(target.port);
    const first = await initiator.loginRequest(NAMES, NOT_YET);
    const last = await initiator.loginRequest([]);
    const tags = [first, last].map(({ data }) => data.toString("latin1").match(/TargetPortalGroupTag=7\0/g)?.length ?? 0);
    expect(tags).toEqual([1, 0]);
    initiator.close();
  });
});

describe("after a login", () => {
  it("another Login Request is rejected and changes nothing", async () => {
    const initiator = await ScriptedInitiator.session(target.port, DISK);
    initiator.sendLogin(NAMES);
    expect((await initiator.expect(TARGET_OPCODE.reject)).pdu.reason).toBe(4);
    expect((await initiator.run(TEST_UNIT_READY)).status).toBe(0);
    initiator.close();
  });
});

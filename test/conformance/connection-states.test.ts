/** RFC 7143 8.1 and 8.3: the transitions of a connection and of its session, as a peer can see them. */
import { describe, expect, it } from "vitest";
import { TARGET_OPCODE } from "../../src/wire/opcode.ts";
import { INITIATOR_NAME, ScriptedInitiator, TEST_UNIT_READY, write10 } from "../support/scripted-initiator.ts";
import { logout, sendLogout, senseOf } from "./requests.ts";
import { DISK, useTarget } from "./target.ts";

const target = useTarget("login_time_ms = 1500");

const NAMES = [`InitiatorName=${INITIATOR_NAME}`, `TargetName=${DISK}`];

/** How a login to a session that may be there is answered. */
async function statusOfLogin(isid: number, tsih: number): Promise<number> {
  const initiator = await ScriptedInitiator.connect(target.port);
  const { pdu } = await initiator.loginRequest(NAMES, { isid, tsih });
  initiator.close();
  return (pdu.statusClass << 8) | pdu.statusDetail;
}

describe("a connection that has not logged in", () => {
  it("is closed when the time for its login is over, whether a request has come or not (T6, T7)", async () => {
    const silent = await ScriptedInitiator.connect(target.port);
    const begun = await ScriptedInitiator.connect(target.port);
    await begun.loginRequest(NAMES, { transit: false, nextStage: 0 });
    for (const each of [silent, begun]) expect(await each.expectClosed(5_000)).toEqual([]);
  });

  it("becomes a logged in one by the final response and not before: until then nothing but its login is served (T5)", async () => {
    const initiator = await ScriptedInitiator.connect(target.port);
    expect((await initiator.loginRequest(NAMES, { transit: false, nextStage: 0 })).pdu.tsih).toBe(0);
    expect((await initiator.loginRequest([])).pdu).toMatchObject({ statusClass: 0, transit: true, nextStage: 3 });
    initiator.command(TEST_UNIT_READY);
    await initiator.expect(TARGET_OPCODE.scsiResponse);
    initiator.close();
  });

  it("is closed by a refusal (T7)", async () => {
    const initiator = await ScriptedInitiator.connect(target.port);
    expect((await initiator.loginRequest([`InitiatorName=${INITIATOR_NAME}`])).pdu.statusClass).toBe(2);
    expect(await initiator.expectClosed()).toEqual([]);
  });

  it("leaves no session behind when the peer vanishes in the middle of its login (T6, T7)", async () => {
    const initiator = await ScriptedInitiator.connect(target.port);
    await initiator.loginRequest(NAMES, { transit: false, nextStage: 0 });
    const { isid } = initiator;
    initiator.close();
    const again = await ScriptedInitiator.connect(target.port);
    again.isid = isid;
    await again.login(DISK);
    await again.settle();
    again.close();
  });
});

describe("a session", () => {
  it("whose only connection is lost ends: its TSIH is gone, and a new one begins without what the old one had (T15, M1, N6)", async () => {
    const old = await ScriptedInitiator.session(target.port, DISK, ["InitialR2T=Yes", "ImmediateData=No"]);
    old.command(write10(9000, 1), { write: true, expectedDataTransferLength: 512 });
    await old.expect(TARGET_OPCODE.r2t);
    const { isid, tsih } = old;
    old.close();
    await expect.poll(() => statusOfLogin(isid, tsih)).toBe(0x020a);
    const fresh = await ScriptedInitiator.connect(target.port);
    fresh.isid = isid;
    await fresh.login(DISK);
    expect(fresh.tsih).not.toBe(0);
    // The nexus is a new one and begins with a unit attention (SAM-5 6.3.4); the old one's write was never done.
    const outcome = await fresh.run(TEST_UNIT_READY);
    expect([outcome.status, ...senseOf(outcome.sense).slice(0, 2)]).toEqual([2, 6, 0x29]);
    await fresh.settle();
    expect((await fresh.read(9000, 1)).data.equals(Buffer.alloc(512))).toBe(true);
    fresh.close();
  });

  it("ends with the logout of its only connection (T9, T13, N9)", async () => {
    const old = await ScriptedInitiator.session(target.port, DISK);
    const { isid, tsih } = old;
    expect((await logout(old, { reason: 1, connectionId: 0 })).pdu.response).toBe(0);
    await old.expectClosed();
    expect(await statusOfLogin(isid, tsih)).toBe(0x020a);
  });

  it("takes nothing after its logout: a command right behind it is not executed (T9)", async () => {
    const initiator = await ScriptedInitiator.session(target.port, DISK);
    const { cmdSn } = initiator;
    const answer = logout(initiator);
    initiator.command(write10(9010, 1), { cmdSn, write: true, expectedDataTransferLength: 512, data: Buffer.alloc(512, 0x66) });
    expect((await answer).pdu.response).toBe(0);
    expect(await initiator.expectClosed()).toEqual([]);
    const other = await ScriptedInitiator.session(target.port, DISK);
    expect((await other.read(9010, 1)).data.equals(Buffer.alloc(512))).toBe(true);
    other.close();
  });

  it("whose connection is lost while its logout is under way ends all the same (T17, T18)", async () => {
    const old = await ScriptedInitiator.session(target.port, DISK, ["InitialR2T=Yes", "ImmediateData=No"]);
    const { isid, tsih } = old;
    const tag = old.command(write10(9020, 1), { write: true, expectedDataTransferLength: 512 });
    const { pdu: r2t } = await old.expect(TARGET_OPCODE.r2t);
    sendLogout(old);
    old.dataOut(tag, Buffer.alloc(512, 0x66), {}, r2t);
    old.close();
    await expect.poll(() => statusOfLogin(isid, tsih)).toBe(0x020a);
    const other = await ScriptedInitiator.session(target.port, DISK);
    expect((await other.read(9020, 1)).data.equals(Buffer.alloc(512))).toBe(true);
    other.close();
  });

  it("goes on when a logout is refused", async () => {
    const initiator = await ScriptedInitiator.session(target.port, DISK);
    expect((await logout(initiator, { reason: 1, connectionId: 5 })).pdu.response).toBe(1);
    expect((await initiator.run(TEST_UNIT_READY)).status).toBe(0);
    initiator.close();
  });
});

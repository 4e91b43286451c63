/** RFC 7143 6.3 and 11.13.5 (020Bh): nothing but Login Requests before the full feature phase, and nothing without end. */
import { describe, expect, it } from "vitest";
import { TARGET_OPCODE } from "../../src/wire/opcode.ts";
import { INITIATOR_NAME, ScriptedInitiator, TEST_UNIT_READY } from "../support/scripted-initiator.ts";
import { DISK, LOCKED, useTarget } from "./target.ts";

const target = useTarget("login_time_ms = 1500");

const NAMES = [`InitiatorName=${INITIATOR_NAME}`, `TargetName=${DISK}`];

/** Nothing but a login refusal may come before the end. */
async function expectRefusal(initiator: ScriptedInitiator): Promise<void> {
  for (const { pdu } of await initiator.expectClosed()) {
    expect(pdu.opcode).toBe(TARGET_OPCODE.loginResponse);
    if (pdu.opcode === TARGET_OPCODE.loginResponse) expect(pdu.statusClass).toBe(2);
  }
}

describe("before login", () => {
  it("a SCSI command as the first PDU ends the connection", async () => {
    const initiator = await ScriptedInitiator.connect(target.port);
    initiator.command(TEST_UNIT_READY);
    await expectRefusal(initiator);
  });

  it("a SCSI command within a login is refused with 020Bh", async () => {
    const initiator = await ScriptedInitiator.connect(target.port);
    await initiator.loginRequest(NAMES, { transit: false, nextStage: 0 });
    initiator.command(TEST_UNIT_READY);
    const { pdu } = await initiator.expect(TARGET_OPCODE.loginResponse);
    expect(pdu).toMatchObject({ statusClass: 2, statusDetail: 0x0b });
    expect(await initiator.expectClosed()).toEqual([]);
  });

  it("a command right behind a refused login is not executed", async () => {
    const initiator = await ScriptedInitiator.connect(target.port);
    initiator.sendLogin(["InitiatorName=iqn.2026-11.com.example:x", `TargetName=${LOCKED}`]);
    initiator.command(TEST_UNIT_READY);
    await expectRefusal(initiator);
  });

  it("silence ends with the time for a login", async () => {
    const initiator = await ScriptedInitiator.connect(target.port);
    const start = performance.now();
    await initiator.expectClosed(5_000);
    expect(performance.now() - start).toBeGreaterThan(800);
  });

  it("a login that never ends is ended by its time, whatever it sends", async () => {
    const initiator = await ScriptedInitiator.connect(target.port);
    await initiator.loginRequest(NAMES, { transit: false, nextStage: 0 });
    await initiator.expectClosed(5_000);
  });

  it.each([
    ["a data segment of 16 MiB", 0x43, 0xffffff],
    ["a data segment of 8 KiB and a byte", 0x43, 8193],
    ["a data segment of 16 MiB in a SCSI command", 0x01, 0xffffff],
  ])("%s is refused on its header", async (_what, code, length) => {
    const initiator = await ScriptedInitiator.connect(target.port);
    const header = Buffer.alloc(48);
    header[0] = code;
    header[1] = 0x87;
    header.writeUIntBE(length, 5, 3);
    initiator.sendBytes(header);
    await expectRefusal(initiator);
  });

  it("additional headers of a login are refused", async () => {
    const initiator = await ScriptedInitiator.connect(target.port);
    const header = Buffer.alloc(48 + 1020);
    header[0] = 0x43;
    header[1] = 0x87;
    header[4] = 0xff;
    initiator.sendBytes(header);
    await expectRefusal(initiator);
  });

  it("1,000 idle connections do not keep a login and a READ from succeeding within a second", async () => {
    const idle = await Promise.all(Array.from({ length: 1000 }, () => ScriptedInitiator.connect(target.port)));
    const start = performance.now();
    const initiator = await ScriptedInitiator.session(target.port, DISK);
    expect((await initiator.read(0, 8)).status).toBe(0);
    expect(performance.now() - start).toBeLessThan(1000);
    for (const each of [...idle, initiator]) each.close();
  });
});

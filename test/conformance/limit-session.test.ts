/** RFC 7143 4.2.2.1 (the command window), 4.2.2.1 and 11.17 (immediate commands), 13.17 (R2Ts), 11.7 (Data-Out that never comes). */
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { TARGET_OPCODE } from "../../src/wire/opcode.ts";
import type { R2t } from "../../src/wire/pdu/r2t.ts";
import { REJECT_REASON } from "../../src/wire/pdu/reject.ts";
import { ScriptedInitiator, TEST_UNIT_READY, write10 } from "../support/scripted-initiator.ts";
import { DISK, useTarget } from "./target.ts";

const ON_REQUEST = ["InitialR2T=Yes", "ImmediateData=No"];

/** A write of one block that waits for its data; its R2T. */
async function waitingWrite(initiator: ScriptedInitiator, lba: number, immediate = false): Promise<R2t> {
  initiator.command(write10(lba, 1), { write: true, expectedDataTransferLength: 512, immediate });
  return (await initiator.expect(TARGET_OPCODE.r2t)).pdu;
}

async function finish(initiator: ScriptedInitiator, r2t: R2t, fill: number): Promise<void> {
  initiator.dataOut(r2t.initiatorTaskTag, Buffer.alloc(512, fill), {}, r2t);
  expect((await initiator.outcome(r2t.initiatorTaskTag)).status).toBe(0);
}

describe("limits.command_window", () => {
  const target = useTarget("command_window = 16");

  it("is the number of commands that may be outstanding: a 17th is ignored, and taken once there is room", async () => {
    const initiator = await ScriptedInitiator.session(target.port, DISK, ON_REQUEST);
    await initiator.ping();
    expect(initiator.maxCmdSn - initiator.expCmdSn + 1).toBe(16);
    const r2ts: R2t[] = [];
    for (let n = 0; n < 16; n++) r2ts.push(await waitingWrite(initiator, n));
    expect(initiator.maxCmdSn - initiator.expCmdSn + 1).toBe(0);

    const beyond = initiator.cmdSn;
    initiator.command(TEST_UNIT_READY, { cmdSn: beyond });
    await initiator.expectNothing(300);
    await finish(initiator, r2ts.shift() as R2t, 1);
    expect(initiator.maxCmdSn).toBe(beyond);
    expect((await initiator.run(TEST_UNIT_READY)).status).toBe(0);
    for (const r2t of r2ts) await finish(initiator, r2t, 1);
    initiator.close();
  });
});

describe("limits.held_bytes", () => {
  const target = useTarget("held_bytes = 65536");
  const DATA = Buffer.alloc(16_384, 0x61);
  const SIZES = { write: true, expectedDataTransferLength: DATA.length, data: DATA };

  it("commands beyond a gap in CmdSN wait within it, and run in order when the gap is filled", async () => {
    const initiator = await ScriptedInitiator.session(target.port, DISK);
    const first = initiator.cmdSn;
    const tags = [1, 2, 3].map((n) => initiator.command(write10(1000 + 32 * n, 32), { ...SIZES, cmdSn: first + n }));
    await initiator.expectNothing(150);
    tags.unshift(initiator.command(TEST_UNIT_READY));
    initiator.cmdSn = first + 4;
    for (const tag of tags) expect((await initiator.outcome(tag)).status).toBe(0);
    expect((await initiator.read(1096, 32)).data.equals(DATA)).toBe(true);
    initiator.close();
  });

  it("more of them end their connection, execute nothing, and disturb no other", async () => {
    const healthy = await ScriptedInitiator.session(target.port, DISK);
    const initiator = await ScriptedInitiator.session(target.port, DISK);
    for (let n = 1; n <= 4; n++) initiator.command(write10(2000, 32), { ...SIZES, cmdSn: initiator.cmdSn + n });
    expect(await initiator.expectClosed()).toEqual([]);
    expect((await healthy.read(2000, 1)).data.equals(Buffer.alloc(512))).toBe(true);
    healthy.close();
  });
});

describe("limits.immediate_tasks", () => {
  const target = useTarget("immediate_tasks = 8");

  it("rejects one more immediate command (06h), and takes it when one has been answered", async () => {
    const initiator = await ScriptedInitiator.session(target.port, DISK, ON_REQUEST);
    const r2ts: R2t[] = [];
    for (let n = 0; n < 8; n++) r2ts.push(await waitingWrite(initiator, n, true));
    initiator.command(TEST_UNIT_READY, { immediate: true });
    expect((await initiator.expect(TARGET_OPCODE.reject)).pdu.reason).toBe(REJECT_REASON.immediateCommandReject);
    // Commands with a CmdSN of their own have nothing to do with it.
    expect((await initiator.run(TEST_UNIT_READY)).status).toBe(0);
    await finish(initiator, r2ts.shift() as R2t, 2);
    expect((await initiator.run(TEST_UNIT_READY, { immediate: true })).status).toBe(0);
    for (const r2t of r2ts) await finish(initiator, r2t, 2);
    initiator.close();
  });
});

describe("limits.r2t_per_task", () => {
  const target = useTarget("r2t_per_task = 2");

  it("is the answer to MaxOutstandingR2T=8, and as many R2Ts come at once", async () => {
    const initiator = await ScriptedInitiator.connect(target.port);
    const keys = await initiator.login(DISK, [...ON_REQUEST, "MaxBurstLength=512", "MaxOutstandingR2T=8"]);
    expect(keys).toContain("MaxOutstandingR2T=2");
    await initiator.settle();
    const tag = initiator.command(write10(0, 8), { write: true, expectedDataTransferLength: 4096 });
    const waiting = [(await initiator.expect(TARGET_OPCODE.r2t)).pdu, (await initiator.expect(TARGET_OPCODE.r2t)).pdu];
    await initiator.expectNothing(150);
    for (let n = 0; n < 8; n++) {
      initiator.dataOut(tag, Buffer.alloc(512, n), {}, waiting.shift() as R2t);
      if (n < 6) waiting.push((await initiator.expect(TARGET_OPCODE.r2t)).pdu);
    }
    expect((await initiator.outcome(tag)).status).toBe(0);
    const { data } = await initiator.read(0, 8);
    expect(data.equals(Buffer.concat(Array.from({ length: 8 }, (_, n) => Buffer.alloc(512, n))))).toBe(true);
    initiator.close();
  });
});

describe("limits.data_out_ms", () => {
  const target = useTarget("data_out_ms = 600");

  it.each([
    ["asked for", ON_REQUEST, true],
    ["announced as unsolicited", ["InitialR2T=No"], false],
  ])("a command whose data, %s, does not come ends its connection, and no other", async (_what, keys, final) => {
    const healthy = await ScriptedInitiator.session(target.port, DISK);
    const initiator = await ScriptedInitiator.session(target.port, DISK, keys);
    const start = performance.now();
    initiator.command(write10(0, 8), { write: true, final, expectedDataTransferLength: 4096 });
    await initiator.expectClosed();
    expect(performance.now() - start).toBeGreaterThan(500);
    expect((await healthy.read(0, 8)).status).toBe(0);
    healthy.close();
  });

  it("counts from the last piece that came: slow data is not lost data", async () => {
    const initiator = await ScriptedInitiator.session(target.port, DISK, ON_REQUEST);
    const tag = initiator.command(write10(64, 4), { write: true, expectedDataTransferLength: 2048 });
    const { pdu } = await initiator.expect(TARGET_OPCODE.r2t);
    for (let part = 0; part < 4; part++) {
      await sleep(350);
      const fields = { final: part === 3, dataSn: part, bufferOffset: part * 512 };
      initiator.dataOut(tag, Buffer.alloc(512, 0x40 + part), fields, pdu);
    }
    expect((await initiator.outcome(tag)).status).toBe(0);
    initiator.close();
  });
});

describe("limits.nop_timeout_ms", () => {
  const target = useTarget(["nop_idle_ms = 300", "nop_timeout_ms = 1500"].join("\n"));

  it("is how long a ping waits: the connection lives before, and not after", async () => {
    const initiator = await ScriptedInitiator.session(target.port, DISK);
    await initiator.expect(TARGET_OPCODE.nopIn);
    const pinged = performance.now();
    await initiator.expectClosed(4_000);
    expect(performance.now() - pinged).toBeGreaterThan(1400);
    expect(performance.now() - pinged).toBeLessThan(3_000);
  });

  it("is answered by any PDU: a command is as good a sign of life as a ping", async () => {
    const initiator = await ScriptedInitiator.session(target.port, DISK);
    for (let n = 0; n < 3; n++) {
      await initiator.expect(TARGET_OPCODE.nopIn);
      await sleep(900);
      expect((await initiator.run(TEST_UNIT_READY)).status).toBe(0);
    }
    initiator.close();
  });
});

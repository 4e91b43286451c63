/** RFC 7143 11.9.1, events 2 and 3: a target that ends a connection by itself says so before, with the times of the session. */
import { describe, expect, it } from "vitest";
import { TARGET_OPCODE } from "../../src/wire/opcode.ts";
import { ASYNC_EVENT } from "../../src/wire/pdu/async-message.ts";
import { TASK_MANAGEMENT_FUNCTION as FUNCTION } from "../../src/wire/pdu/task-management-request.ts";
import { ScriptedInitiator, write10 } from "../support/scripted-initiator.ts";
import { manage } from "./requests.ts";
import { DISK, startTarget, useTarget } from "./target.ts";

const KEYS = ["InitialR2T=Yes", "ImmediateData=No", "DefaultTime2Wait=7", "DefaultTime2Retain=20"];
/** Time2Wait as negotiated; nothing is retained at ErrorRecoveryLevel 0. */
const TIMES = { parameter2: 7, parameter3: 0 };

describe("a host that answers no R2T", () => {
  const target = useTarget("data_out_ms = 1000");

  it("is told that its connection is dropped (event 2) with its CID, and then it is", async () => {
    const initiator = await ScriptedInitiator.connect(target.port);
    const names = ["InitiatorName=iqn.2026-11.com.example:scripted", `TargetName=${DISK}`];
    await initiator.loginRequest([...names, ...KEYS], { connectionId: 0x1234 });
    await initiator.settle();
    initiator.command(write10(0, 1), { write: true, expectedDataTransferLength: 512 });
    await initiator.expect(TARGET_OPCODE.r2t);
    const due = initiator.expStatSn;
    const { pdu } = await initiator.expect(TARGET_OPCODE.asyncMessage);
    expect(pdu).toMatchObject({ event: ASYNC_EVENT.connectionDropped, parameter1: 0x1234, ...TIMES, statSn: due });
    expect(await initiator.expectClosed()).toEqual([]);
  });
});

describe("a session that has not negotiated DefaultTime2Retain, so that 20 seconds hold (13.16)", () => {
  const target = useTarget();

  it("is told that nothing is retained all the same", async () => {
    const initiator = await ScriptedInitiator.session(target.port, DISK);
    await manage(initiator, { function: FUNCTION.targetColdReset });
    expect((await initiator.expect(TARGET_OPCODE.asyncMessage)).pdu.parameter3).toBe(0);
    initiator.close();
  });
});

describe("TARGET COLD RESET", () => {
  const target = useTarget();

  it("is told to every session of the target (event 3) before the connections close", async () => {
    const one = await ScriptedInitiator.session(target.port, DISK, KEYS);
    const two = await ScriptedInitiator.session(target.port, DISK, KEYS);
    expect((await manage(one, { function: FUNCTION.targetColdReset })).pdu.response).toBe(0);
    for (const each of [one, two]) {
      const { pdu } = await each.expect(TARGET_OPCODE.asyncMessage);
      expect(pdu).toMatchObject({ event: ASYNC_EVENT.sessionDropped, parameter1: 0, ...TIMES });
      expect(await each.expectClosed()).toEqual([]);
    }
  });
});

describe("at SIGTERM", () => {
  it("a session that does not log out in time is told that its connection is dropped (event 2)", async () => {
    const lunette = await startTarget("shutdown_ms = 1000");
    try {
      const initiator = await ScriptedInitiator.session(lunette.port, DISK, KEYS);
      const ended = lunette.terminate();
      expect((await initiator.expect(TARGET_OPCODE.asyncMessage)).pdu.event).toBe(ASYNC_EVENT.logoutRequest);
      const { pdu } = await initiator.expect(TARGET_OPCODE.asyncMessage);
      expect(pdu).toMatchObject({ event: ASYNC_EVENT.connectionDropped, ...TIMES });
      await initiator.expectClosed();
      expect((await ended).code).toBe(0);
    } finally {
      await lunette.dispose();
    }
  });
});

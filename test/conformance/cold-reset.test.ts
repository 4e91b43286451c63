/** RFC 7143 11.5.1 and 11.6.1: TARGET COLD RESET is answered and then ends every session of the target; WARM RESET ends none. */
import { expect, it } from "vitest";
import { TARGET_OPCODE } from "../../src/wire/opcode.ts";
import { ASYNC_EVENT } from "../../src/wire/pdu/async-message.ts";
import { TASK_MANAGEMENT_FUNCTION as FUNCTION } from "../../src/wire/pdu/task-management-request.ts";
import { ScriptedInitiator, TEST_UNIT_READY } from "../support/scripted-initiator.ts";
import { manage, senseOf } from "./requests.ts";
import { DISK, OTHER, useTarget } from "./target.ts";

const target = useTarget();

it("TARGET COLD RESET closes the connections of all initiators of the target, each of which is told, and no other target's", async () => {
  const sessions = [];
  const times = ["DefaultTime2Wait=5", "DefaultTime2Retain=0"];
  for (let n = 0; n < 3; n++) sessions.push(await ScriptedInitiator.session(target.port, DISK, times));
  const elsewhere = await ScriptedInitiator.session(target.port, OTHER);
  const [asking, ...others] = sessions as [ScriptedInitiator, ...ScriptedInitiator[]];
  expect((await manage(asking, { function: FUNCTION.targetColdReset })).pdu.response).toBe(0);
  for (const each of [asking, ...others]) {
    const before = await each.expectClosed();
    expect(before.map(({ pdu }) => pdu)).toMatchObject([
      { opcode: TARGET_OPCODE.asyncMessage, event: ASYNC_EVENT.sessionDropped, parameter1: 0, parameter2: 5, parameter3: 0 },
    ]);
  }
  await elsewhere.ping();
  elsewhere.close();
});

it("TARGET WARM RESET leaves every connection open and tells each session by a unit attention", async () => {
  const one = await ScriptedInitiator.session(target.port, DISK);
  const two = await ScriptedInitiator.session(target.port, DISK);
  expect((await manage(one, { function: FUNCTION.targetWarmReset })).pdu.response).toBe(0);
  for (const each of [one, two]) {
    const outcome = await each.run(TEST_UNIT_READY);
    expect([outcome.status, ...senseOf(outcome.sense).slice(0, 2)]).toEqual([2, 6, 0x29]);
    await each.ping();
    each.close();
  }
});

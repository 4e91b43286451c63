/** RFC 7143 11.5, 11.6 and 4.2.3.3: what each function answers; no byte of an aborted write reaches the volume. */
import { describe, expect, it } from "vitest";
import { lunFields } from "../../src/wire/lun.ts";
import { RESERVED_TAG, TARGET_OPCODE } from "../../src/wire/opcode.ts";
import type { R2t } from "../../src/wire/pdu/r2t.ts";
import {
  blankTaskManagementRequest,
  TASK_MANAGEMENT_FUNCTION,
  type TaskManagementRequest,
} from "../../src/wire/pdu/task-management-request.ts";
import { ScriptedInitiator, TEST_UNIT_READY, write10 } from "../support/scripted-initiator.ts";
import { DISK, useTarget } from "./target.ts";

const target = useTarget();

async function manage(initiator: ScriptedInitiator, fields: Partial<TaskManagementRequest>): Promise<number> {
  const { cmdSn, expStatSn } = initiator;
  const initiatorTaskTag = initiator.nextTag();
  initiator.send({
    ...blankTaskManagementRequest(),
    ...lunFields(fields.lun ?? 0),
    immediate: true,
    initiatorTaskTag,
    referencedTaskTag: RESERVED_TAG,
    cmdSn,
    expStatSn,
    ...fields,
  });
  const { pdu } = await initiator.expect(TARGET_OPCODE.taskManagementResponse);
  expect(pdu.initiatorTaskTag).toBe(initiatorTaskTag);
  return pdu.response;
}

/** A write of one block that waits for its data. */
async function waitingWrite(lba: number): Promise<{ initiator: ScriptedInitiator; tag: number; cmdSn: number; r2t: R2t }> {
  const initiator = await ScriptedInitiator.session(target.port, DISK, ["InitialR2T=Yes", "ImmediateData=No"]);
  const { cmdSn } = initiator;
  const tag = initiator.command(write10(lba, 1), { write: true, expectedDataTransferLength: 512 });
  return { initiator, tag, cmdSn, r2t: (await initiator.expect(TARGET_OPCODE.r2t)).pdu };
}

describe("task management", () => {
  it.each([
    ["ABORT TASK", TASK_MANAGEMENT_FUNCTION.abortTask, 3000],
    ["ABORT TASK SET", TASK_MANAGEMENT_FUNCTION.abortTaskSet, 3001],
    ["CLEAR TASK SET", TASK_MANAGEMENT_FUNCTION.clearTaskSet, 3002],
    ["LOGICAL UNIT RESET", TASK_MANAGEMENT_FUNCTION.logicalUnitReset, 3003],
    ["TARGET WARM RESET", TASK_MANAGEMENT_FUNCTION.targetWarmReset, 3004],
  ])("%s ends a write that waits for data; data that comes late is thrown away", async (name, code, lba) => {
    const { initiator, tag, cmdSn, r2t } = await waitingWrite(lba);
    const reference = name === "ABORT TASK" ? { referencedTaskTag: tag, refCmdSn: cmdSn } : {};
    expect(await manage(initiator, { function: code, ...reference })).toBe(0);
    initiator.dataOut(tag, Buffer.alloc(512, 0x99), {}, r2t);
    await initiator.expectNothing(200);
    await initiator.settle();
    expect((await initiator.read(lba, 1)).data.equals(Buffer.alloc(512))).toBe(true);
    initiator.close();
  });

  it("TARGET COLD RESET closes the connections", async () => {
    const initiator = await ScriptedInitiator.session(target.port, DISK);
    const { cmdSn, expStatSn } = initiator;
    initiator.send({
      ...blankTaskManagementRequest(),
      immediate: true,
      function: TASK_MANAGEMENT_FUNCTION.targetColdReset,
      initiatorTaskTag: 50,
      referencedTaskTag: RESERVED_TAG,
      cmdSn,
      expStatSn,
    });
    await initiator.expectClosed();
  });

  it.each([
    ["ABORT TASK of a task that is over", { function: 1, referencedTaskTag: 0x1234, refCmdSn: 1 }, 1],
    ["LOGICAL UNIT RESET of a LUN that is not there", { function: 5, ...lunFields(9) }, 2],
    ["TASK REASSIGN", { function: 8, referencedTaskTag: 0x1234 }, 4],
    ["an unknown function", { function: 77 }, 5],
  ])("%s is answered with its response code", async (_name, fields, response) => {
    const initiator = await ScriptedInitiator.session(target.port, DISK);
    await initiator.ping();
    expect(await manage(initiator, fields)).toBe(response);
    await initiator.ping();
    initiator.close();
  });

  it("LOGICAL UNIT RESET tells every session by a unit attention", async () => {
    const one = await ScriptedInitiator.session(target.port, DISK);
    const two = await ScriptedInitiator.session(target.port, DISK);
    expect(await manage(one, { function: TASK_MANAGEMENT_FUNCTION.logicalUnitReset })).toBe(0);
    for (const session of [one, two]) {
      const outcome = await session.run(TEST_UNIT_READY);
      expect(outcome.status).toBe(2);
      expect([(outcome.sense[2] ?? 0) & 0x0f, outcome.sense[12]]).toEqual([6, 0x29]);
      session.close();
    }
  });
});

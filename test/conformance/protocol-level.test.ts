/** RFC 7143 13.24 and RFC 7144: iSCSIProtocolLevel, and the task management functions that level 2 adds. */
import { describe, expect, it } from "vitest";
import { lunFields } from "../../src/wire/lun.ts";
import { TARGET_OPCODE } from "../../src/wire/opcode.ts";
import { TASK_MANAGEMENT_FUNCTION as FUNCTION } from "../../src/wire/pdu/task-management-request.ts";
import { TASK_MANAGEMENT_RESPONSE as RESPONSE } from "../../src/wire/pdu/task-management-response.ts";
import { ScriptedInitiator, TEST_UNIT_READY, write10 } from "../support/scripted-initiator.ts";
import { manage, senseOf } from "./requests.ts";
import { DISK, useTarget } from "./target.ts";

const target = useTarget();
const LEVEL_2 = ["InitialR2T=Yes", "ImmediateData=No", "iSCSIProtocolLevel=2"];
const NO_LUN = lunFields(9);
const REPORT_FUNCTIONS = [0xa3, 0x0d, 0, 0, 0, 0, 0, 0, 0, 4, 0, 0];

const session = (): Promise<ScriptedInitiator> => ScriptedInitiator.session(target.port, DISK, LEVEL_2);

/** A write that waits for its data. */
async function waiting(initiator: ScriptedInitiator, lba: number) {
  const tag = initiator.command(write10(lba, 1), { write: true, expectedDataTransferLength: 512 });
  return { tag, r2t: (await initiator.expect(TARGET_OPCODE.r2t)).pdu };
}

const functionsOf = async (initiator: ScriptedInitiator): Promise<string> =>
  (await initiator.run(REPORT_FUNCTIONS, { read: true, expectedDataTransferLength: 4 })).data.toString("hex");

describe("iSCSIProtocolLevel", () => {
  it.each([
    ["0", "0"],
    ["1", "1"],
    ["2", "2"],
    ["31", "2"],
  ])("%s is answered with %s", async (offer, answer) => {
    const initiator = await ScriptedInitiator.connect(target.port);
    expect(await initiator.login(DISK, [`iSCSIProtocolLevel=${offer}`])).toContain(`iSCSIProtocolLevel=${answer}`);
    initiator.close();
  });

  it.each([[[]], [["iSCSIProtocolLevel=1"]]])(
    "below 2 (%j) has the functions of RFC 7144 not supported, and REPORT SUPPORTED TASK MANAGEMENT FUNCTIONS says so",
    async (keys) => {
      const initiator = await ScriptedInitiator.session(target.port, DISK, keys);
      for (const code of [FUNCTION.queryTask, FUNCTION.queryTaskSet, FUNCTION.itNexusReset, FUNCTION.queryAsyncEvent]) {
        expect((await manage(initiator, { function: code })).pdu.response).toBe(RESPONSE.functionNotSupported);
      }
      expect(await functionsOf(initiator)).toBe("d8000000");
      initiator.close();
    },
  );

  it("2 has REPORT SUPPORTED TASK MANAGEMENT FUNCTIONS name them", async () => {
    const initiator = await session();
    expect(await functionsOf(initiator)).toBe("dc070000");
    initiator.close();
  });
});

describe("at level 2", () => {
  it("QUERY TASK and QUERY TASK SET tell what is in the task set of this nexus, and end nothing", async () => {
    const initiator = await session();
    const other = await session();
    const { tag, r2t } = await waiting(other, 6_000);
    const queryTask = { function: FUNCTION.queryTask, referencedTaskTag: tag };
    const querySet = { function: FUNCTION.queryTaskSet };
    for (const query of [queryTask, querySet]) {
      expect((await manage(initiator, query)).pdu.response).toBe(RESPONSE.functionComplete);
      expect((await manage(other, query)).pdu.response).toBe(RESPONSE.functionSucceeded);
      expect((await manage(other, { ...query, ...NO_LUN })).pdu.response).toBe(RESPONSE.lunDoesNotExist);
    }
    other.dataOut(tag, Buffer.alloc(512), {}, r2t);
    expect((await other.outcome(tag)).status).toBe(0);
    for (const query of [queryTask, querySet]) {
      expect((await manage(other, query)).pdu.response).toBe(RESPONSE.functionComplete);
    }
    initiator.close();
    other.close();
  });

  it("QUERY ASYNCHRONOUS EVENT tells the next unit attention and whether it is the only one, and leaves it pending", async () => {
    const initiator = await ScriptedInitiator.connect(target.port);
    await initiator.login(DISK, LEVEL_2);
    const query = { function: FUNCTION.queryAsyncEvent };
    const pending = await manage(initiator, query);
    // UADE DEPTH 01b, UNIT ATTENTION, power on occurred (29h/01h).
    expect(pending.pdu).toMatchObject({ response: RESPONSE.functionSucceeded, additionalResponse: 0x162901 });
    const { status, sense } = await initiator.run(TEST_UNIT_READY);
    expect([status, ...senseOf(sense)]).toEqual([2, 6, 0x29, 1]);
    expect((await manage(initiator, query)).pdu).toMatchObject({ response: RESPONSE.functionComplete, additionalResponse: 0 });
    initiator.close();
  });

  it("I_T NEXUS RESET aborts the tasks of the nexus, releases its reservation, and is told by a unit attention; nobody else feels it", async () => {
    const initiator = await session();
    const other = await session();
    expect((await initiator.run([0x16, 0, 0, 0, 0, 0])).status).toBe(0);
    expect((await other.run(TEST_UNIT_READY)).status).toBe(0x18);
    const { tag, r2t } = await waiting(initiator, 6_001);
    expect((await manage(initiator, { function: FUNCTION.itNexusReset })).pdu.response).toBe(RESPONSE.functionComplete);
    initiator.dataOut(tag, Buffer.alloc(512, 0x99), {}, r2t);
    const { status, sense } = await initiator.run(TEST_UNIT_READY);
    expect([status, ...senseOf(sense)]).toEqual([2, 6, 0x29, 7]);
    expect((await other.run(TEST_UNIT_READY)).status).toBe(0);
    expect((await other.read(6_001, 1)).data.equals(Buffer.alloc(512))).toBe(true);
    initiator.close();
    other.close();
  });
});

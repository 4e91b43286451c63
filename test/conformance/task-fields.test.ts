/** RFC 7143 4.2.5.3: what a task was begun with holds for every PDU that names its tag; a PDU that says otherwise is an error. */
import { describe, expect, it } from "vitest";
import { lunFields } from "../../src/wire/lun.ts";
import { TARGET_OPCODE } from "../../src/wire/opcode.ts";
import { ScriptedInitiator, write10 } from "../support/scripted-initiator.ts";
import { manage } from "./requests.ts";
import { DISK, useTarget } from "./target.ts";

const target = useTarget();
const KEYS = ["InitialR2T=Yes", "ImmediateData=No"];

describe("a PDU that names the LUN of another task", () => {
  it("as Data-Out fails the command, and its data is not written", async () => {
    const initiator = await ScriptedInitiator.session(target.port, DISK, KEYS);
    const tag = initiator.command(write10(8500, 1), { write: true, expectedDataTransferLength: 512 });
    const { pdu } = await initiator.expect(TARGET_OPCODE.r2t);
    initiator.dataOut(tag, Buffer.alloc(512, 0x5a), lunFields(3), pdu);
    expect((await initiator.outcome(tag)).status).toBe(2);
    expect((await initiator.read(8500, 1)).data.equals(Buffer.alloc(512))).toBe(true);
    initiator.close();
  });

  it("as ABORT TASK does not find the task, which goes on", async () => {
    const initiator = await ScriptedInitiator.session(target.port, DISK, KEYS);
    const refCmdSn = initiator.cmdSn;
    const tag = initiator.command(write10(8501, 1), { write: true, expectedDataTransferLength: 512 });
    const { pdu } = await initiator.expect(TARGET_OPCODE.r2t);
    const answer = await manage(initiator, { function: 1, referencedTaskTag: tag, refCmdSn, ...lunFields(3) });
    expect(answer.pdu.response).toBe(1);
    initiator.dataOut(tag, Buffer.alloc(512, 0x5b), {}, pdu);
    expect((await initiator.outcome(tag)).status).toBe(0);
    expect((await initiator.read(8501, 1)).data.equals(Buffer.alloc(512, 0x5b))).toBe(true);
    initiator.close();
  });
});

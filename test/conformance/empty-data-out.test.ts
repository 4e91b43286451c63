/** RFC 7143 11.7.7: Data-Out with a data segment of length 0 is received properly, wherever it stands. */
import { describe, expect, it } from "vitest";
import { TARGET_OPCODE } from "../../src/wire/opcode.ts";
import { ScriptedInitiator, write10 } from "../support/scripted-initiator.ts";
import { DISK, useTarget } from "./target.ts";

const target = useTarget();

const EMPTY = Buffer.alloc(0);
const DATA = Buffer.from(Array.from({ length: 1024 }, (_, index) => (index * 7) & 0xff));

describe("an empty Data-Out", () => {
  it("in answer to an R2T may begin, interrupt and end the run", async () => {
    const initiator = await ScriptedInitiator.session(target.port, DISK, ["InitialR2T=Yes", "ImmediateData=No"]);
    const tag = initiator.command(write10(5100, 2), { write: true, expectedDataTransferLength: 1024 });
    const { pdu } = await initiator.expect(TARGET_OPCODE.r2t);
    initiator.dataOut(tag, EMPTY, { final: false, dataSn: 0, bufferOffset: 0 }, pdu);
    initiator.dataOut(tag, DATA.subarray(0, 512), { final: false, dataSn: 1, bufferOffset: 0 }, pdu);
    initiator.dataOut(tag, EMPTY, { final: false, dataSn: 2, bufferOffset: 512 }, pdu);
    initiator.dataOut(tag, DATA.subarray(512), { final: false, dataSn: 3, bufferOffset: 512 }, pdu);
    await initiator.expectNothing(150);
    initiator.dataOut(tag, EMPTY, { final: true, dataSn: 4, bufferOffset: 1024 }, pdu);
    expect((await initiator.outcome(tag)).status).toBe(0);
    expect((await initiator.read(5100, 2)).data.equals(DATA)).toBe(true);
    initiator.close();
  });

  it("may end unsolicited data, of which there is none or some", async () => {
    const initiator = await ScriptedInitiator.session(target.port, DISK, ["InitialR2T=No", "FirstBurstLength=1024"]);
    for (const [lba, length] of [
      [5110, 0],
      [5120, 512],
      [5130, 1024],
    ] as const) {
      const tag = initiator.command(write10(lba, 2), { write: true, final: false, expectedDataTransferLength: 1024 });
      if (length > 0) initiator.dataOut(tag, DATA.subarray(0, length), { final: false, dataSn: 0 });
      initiator.dataOut(tag, EMPTY, { final: true, dataSn: length > 0 ? 1 : 0, bufferOffset: length });
      if (length < 1024) {
        const { pdu } = await initiator.expect(TARGET_OPCODE.r2t);
        expect(pdu).toMatchObject({ bufferOffset: length, desiredDataTransferLength: 1024 - length });
        initiator.dataOut(tag, DATA.subarray(length), {}, pdu);
      }
      expect((await initiator.outcome(tag)).status).toBe(0);
      expect((await initiator.read(lba, 2)).data.equals(DATA)).toBe(true);
    }
    initiator.close();
  });
});

/** RFC 7143 11.7.2 to 11.7.4 and 11.4.6: where the status of a command travels, and which bits of Data-In go together. */
import { describe, expect, it } from "vitest";
import { TARGET_OPCODE } from "../../src/wire/opcode.ts";
import type { DataIn } from "../../src/wire/pdu/data-in.ts";
import { type Received, read10, ScriptedInitiator } from "../support/scripted-initiator.ts";
import { senseOf } from "./requests.ts";
import { DISK, useTarget } from "./target.ts";

const target = useTarget();

/** All Data-In PDUs of a read; it fails when the status comes in another PDU. */
async function dataIns(initiator: ScriptedInitiator, blocks: number): Promise<DataIn[]> {
  const { dataIns: received } = await initiator.read(0, blocks);
  return (received as Received<DataIn>[]).map(({ pdu }) => pdu);
}

describe("the status of a read that succeeds", () => {
  it("comes once: with the last Data-In, which has F too, and no SCSI Response follows", async () => {
    const initiator = await ScriptedInitiator.session(target.port, DISK, ["MaxRecvDataSegmentLength=512"]);
    const all = await dataIns(initiator, 8);
    expect(all.length).toBe(8);
    expect(all.map((pdu) => pdu.hasStatus)).toEqual([false, false, false, false, false, false, false, true]);
    expect(all.at(-1)).toMatchObject({ final: true, status: 0 });
    await initiator.expectNothing(150);
    initiator.close();
  });

  it("comes without the A bit, which belongs to higher recovery levels, and so without LUN and transfer tag", async () => {
    const keys = ["ErrorRecoveryLevel=2", "MaxRecvDataSegmentLength=512", "MaxBurstLength=1024"];
    const initiator = await ScriptedInitiator.session(target.port, DISK, keys);
    for (const pdu of await dataIns(initiator, 8)) {
      expect(pdu).toMatchObject({ acknowledge: false, targetTransferTag: 0xffffffff, lunHigh: 0, lunLow: 0 });
    }
    initiator.close();
  });
});

describe("a command that fails", () => {
  it("is answered with sense data in a SCSI Response and sends no Data-In", async () => {
    const initiator = await ScriptedInitiator.session(target.port, DISK);
    initiator.command(read10(0xffffffff, 8), { read: true, expectedDataTransferLength: 4096 });
    const { pdu, data } = await initiator.expect(TARGET_OPCODE.scsiResponse);
    expect(pdu.status).toBe(2);
    expect(senseOf(data.subarray(2))[0]).toBe(5);
    await initiator.expectNothing(150);
    initiator.close();
  });
});

describe("a bidirectional command", () => {
  it("is none of this target's: its status comes in a SCSI Response, as invalid operation code", async () => {
    const initiator = await ScriptedInitiator.session(target.port, DISK, ["InitialR2T=Yes", "ImmediateData=No"]);
    // XDWRITEREAD(10) of one block.
    const cdb = Buffer.alloc(10);
    cdb[0] = 0x53;
    cdb[8] = 1;
    const readLength = Buffer.from("0005020000000200", "hex");
    initiator.command(cdb, { read: true, write: true, expectedDataTransferLength: 512, ahs: readLength });
    const { pdu, data } = await initiator.expect(TARGET_OPCODE.scsiResponse);
    expect(pdu).toMatchObject({ response: 0, status: 2, bidirectionalReadOverflow: false, bidirectionalReadUnderflow: false });
    expect(senseOf(data.subarray(2))).toEqual([5, 0x20, 0]);
    initiator.close();
  });
});

/** RFC 7143 11.8: what an R2T says about the data it asks for. */
import { describe, expect, it } from "vitest";
import { lunFields } from "../../src/wire/lun.ts";
import { RESERVED_TAG, TARGET_OPCODE } from "../../src/wire/opcode.ts";
import type { R2t } from "../../src/wire/pdu/r2t.ts";
import { ScriptedInitiator, write10 } from "../support/scripted-initiator.ts";
import { DISK, useTarget } from "./target.ts";

const target = useTarget();

const ON_REQUEST = ["InitialR2T=Yes", "ImmediateData=No"];

describe("an R2T", () => {
  it("asks for at most MaxBurstLength, never for nothing, and together they ask for everything once", async () => {
    const initiator = await ScriptedInitiator.session(target.port, DISK, [...ON_REQUEST, "MaxBurstLength=1536"]);
    const tag = initiator.command(write10(0, 8), { write: true, expectedDataTransferLength: 4096 });
    const runs: [number, number][] = [];
    for (let asked = 0; asked < 4096; ) {
      const { pdu, header } = await initiator.expect(TARGET_OPCODE.r2t);
      expect(pdu).toMatchObject({ initiatorTaskTag: tag, r2tSn: runs.length, bufferOffset: asked });
      expect(header.readUIntBE(4, 4), "TotalAHSLength and DataSegmentLength").toBe(0);
      runs.push([pdu.bufferOffset, pdu.desiredDataTransferLength]);
      initiator.dataOut(tag, Buffer.alloc(pdu.desiredDataTransferLength), {}, pdu);
      asked += pdu.desiredDataTransferLength;
    }
    expect(runs).toEqual([
      [0, 1536],
      [1536, 1536],
      [3072, 1024],
    ]);
    expect((await initiator.outcome(tag)).status).toBe(0);
    initiator.close();
  });

  it("is not sent for a command that takes no data", async () => {
    const initiator = await ScriptedInitiator.session(target.port, DISK, ON_REQUEST);
    const outcome = await initiator.run(write10(0, 0), { write: true, expectedDataTransferLength: 512 });
    expect(outcome).toMatchObject({ status: 0, residualUnderflow: true, residualCount: 512 });
    initiator.close();
  });

  it("asks for no more than the initiator has, when the command wants more", async () => {
    const initiator = await ScriptedInitiator.session(target.port, DISK, ON_REQUEST);
    const tag = initiator.command(write10(0, 4), { write: true, expectedDataTransferLength: 512 });
    const answer = await initiator.receive();
    if (answer?.pdu.opcode === TARGET_OPCODE.r2t) {
      expect(answer.pdu).toMatchObject({ bufferOffset: 0, desiredDataTransferLength: 512 });
      initiator.dataOut(tag, Buffer.alloc(512), {}, answer.pdu);
      expect(await initiator.outcome(tag)).toMatchObject({ residualOverflow: true, residualCount: 1536 });
    } else
      expect(answer?.pdu).toMatchObject({ opcode: TARGET_OPCODE.scsiResponse, residualOverflow: true, residualCount: 1536 });
    initiator.close();
  });

  it("has a transfer tag of its own, not the reserved one, and the LUN of its command in the form in which it came", async () => {
    const initiator = await ScriptedInitiator.session(target.port, DISK, [...ON_REQUEST, "MaxOutstandingR2T=2"]);
    const r2ts: R2t[] = [];
    // Flat space addressing: LUN 0 as the initiator is free to write it.
    const flat = { ...lunFields(0), lunHigh: 0x40000000 };
    for (let n = 0; n < 8; n++) {
      initiator.command(write10(n, 1), { ...(n % 2 === 0 ? {} : flat), write: true, expectedDataTransferLength: 512 });
      r2ts.push((await initiator.expect(TARGET_OPCODE.r2t)).pdu);
    }
    expect(new Set(r2ts.map((r2t) => r2t.targetTransferTag)).size).toBe(8);
    expect(r2ts.map((r2t) => r2t.targetTransferTag)).not.toContain(RESERVED_TAG);
    expect(r2ts.map((r2t) => r2t.lunHigh)).toEqual([0, 1, 2, 3, 4, 5, 6, 7].map((n) => (n % 2 === 0 ? 0 : 0x40000000)));
    initiator.close();
  });

  it("counts R2TSN from 0 in each command", async () => {
    const initiator = await ScriptedInitiator.session(target.port, DISK, [...ON_REQUEST, "MaxBurstLength=512"]);
    for (const lba of [10, 20]) {
      const tag = initiator.command(write10(lba, 3), { write: true, expectedDataTransferLength: 1536 });
      for (const r2tSn of [0, 1, 2]) {
        const { pdu } = await initiator.expect(TARGET_OPCODE.r2t);
        expect(pdu.r2tSn).toBe(r2tSn);
        initiator.dataOut(tag, Buffer.alloc(512), {}, pdu);
      }
      expect((await initiator.outcome(tag)).status).toBe(0);
    }
    initiator.close();
  });
});

describe("a SCSI Response to a write", () => {
  it("has ExpDataSN 0: no Data-In was sent", async () => {
    const initiator = await ScriptedInitiator.session(target.port, DISK, [...ON_REQUEST, "MaxBurstLength=512"]);
    const tag = initiator.command(write10(0, 2), { write: true, expectedDataTransferLength: 1024 });
    for (let n = 0; n < 2; n++) {
      const { pdu } = await initiator.expect(TARGET_OPCODE.r2t);
      initiator.dataOut(tag, Buffer.alloc(512), {}, pdu);
    }
    expect((await initiator.expect(TARGET_OPCODE.scsiResponse)).pdu).toMatchObject({ status: 0, expDataSn: 0 });
    initiator.close();
  });
});

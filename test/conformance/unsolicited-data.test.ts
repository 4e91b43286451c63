/** RFC 7143 4.2.4.2, 13.10, 13.11 and 13.14: what may come unasked, and what must not. */
import { describe, expect, it } from "vitest";
import { TARGET_OPCODE } from "../../src/wire/opcode.ts";
import { ScriptedInitiator, write10 } from "../support/scripted-initiator.ts";
import { DISK, useTarget } from "./target.ts";

const target = useTarget();

const PATTERN = Buffer.from(Array.from({ length: 16384 }, (_, index) => (index * 13 + (index >> 9)) & 0xff));
const UNTOUCHED = Buffer.alloc(512);

/** Whatever the target does with data that must not have come: not GOOD, and not on the volume. */
async function refused(initiator: ScriptedInitiator, lba: number): Promise<void> {
  for (;;) {
    const received = await initiator.receive(700);
    if (received === undefined) break;
    if (received.pdu.opcode === TARGET_OPCODE.scsiResponse) expect(received.pdu.status).toBe(2);
    else expect([TARGET_OPCODE.reject, TARGET_OPCODE.r2t]).toContain(received.pdu.opcode);
  }
  initiator.close();
  const other = await ScriptedInitiator.session(target.port, DISK);
  expect((await other.read(lba, 1)).data.equals(UNTOUCHED)).toBe(true);
  other.close();
}

describe("unsolicited data", () => {
  it("of the first burst needs no R2T, the rest does", async () => {
    const keys = ["InitialR2T=No", "ImmediateData=Yes", "FirstBurstLength=4096", "MaxBurstLength=65536"];
    const initiator = await ScriptedInitiator.session(target.port, DISK, keys);
    const tag = initiator.command(write10(4000, 32), {
      write: true,
      final: false,
      expectedDataTransferLength: 16384,
      data: PATTERN.subarray(0, 1024),
    });
    initiator.dataOut(tag, PATTERN.subarray(1024, 4096), { bufferOffset: 1024, dataSn: 0 });
    const { pdu } = await initiator.expect(TARGET_OPCODE.r2t);
    expect(pdu).toMatchObject({ bufferOffset: 4096, desiredDataTransferLength: 12288, r2tSn: 0 });
    initiator.dataOut(tag, PATTERN.subarray(4096), {}, pdu);
    expect((await initiator.outcome(tag)).status).toBe(0);
    expect((await initiator.read(4000, 32)).data.equals(PATTERN)).toBe(true);
    initiator.close();
  });

  it("may end before the first burst is full", async () => {
    const initiator = await ScriptedInitiator.session(target.port, DISK, ["InitialR2T=No", "FirstBurstLength=8192"]);
    const tag = initiator.command(write10(4100, 32), {
      write: true,
      final: true,
      expectedDataTransferLength: 16384,
      data: PATTERN.subarray(0, 512),
    });
    const { pdu } = await initiator.expect(TARGET_OPCODE.r2t);
    expect(pdu).toMatchObject({ bufferOffset: 512, desiredDataTransferLength: 15872 });
    initiator.dataOut(tag, PATTERN.subarray(512), {}, pdu);
    expect((await initiator.outcome(tag)).status).toBe(0);
    expect((await initiator.read(4100, 32)).data.equals(PATTERN)).toBe(true);
    initiator.close();
  });

  it("as Data-Out is refused after InitialR2T=Yes", async () => {
    const initiator = await ScriptedInitiator.session(target.port, DISK, ["InitialR2T=Yes", "ImmediateData=No"]);
    const tag = initiator.command(write10(4200, 1), { write: true, final: false, expectedDataTransferLength: 512 });
    initiator.dataOut(tag, Buffer.alloc(512, 0x66));
    await refused(initiator, 4200);
  });

  it("as immediate data is refused after ImmediateData=No", async () => {
    const initiator = await ScriptedInitiator.session(target.port, DISK, ["ImmediateData=No"]);
    initiator.command(write10(4201, 1), { write: true, expectedDataTransferLength: 512, data: Buffer.alloc(512, 0x66) });
    await refused(initiator, 4201);
  });

  it("beyond FirstBurstLength is refused", async () => {
    const initiator = await ScriptedInitiator.session(target.port, DISK, ["InitialR2T=No", "FirstBurstLength=512"]);
    initiator.command(write10(4202, 2), { write: true, expectedDataTransferLength: 1024, data: Buffer.alloc(1024, 0x66) });
    await refused(initiator, 4202);
  });

  it("beyond the expected length is refused", async () => {
    const initiator = await ScriptedInitiator.session(target.port, DISK);
    initiator.command(write10(4203, 1), { write: true, expectedDataTransferLength: 512, data: Buffer.alloc(1024, 0x66) });
    await refused(initiator, 4203);
  });

  it.each([
    ["with a wrong offset", { bufferOffset: 4096 }],
    ["with a wrong DataSN", { dataSn: 5 }],
    ["with a transfer tag that nobody gave", { targetTransferTag: 0x7777 }],
  ])("in answer to an R2T is refused %s", async (_what, fields) => {
    const initiator = await ScriptedInitiator.session(target.port, DISK, ["InitialR2T=Yes", "ImmediateData=No"]);
    const tag = initiator.command(write10(4204, 1), { write: true, expectedDataTransferLength: 512 });
    const { pdu } = await initiator.expect(TARGET_OPCODE.r2t);
    initiator.dataOut(tag, Buffer.alloc(512, 0x66), {
      bufferOffset: pdu.bufferOffset,
      targetTransferTag: pdu.targetTransferTag,
      ...fields,
    });
    await refused(initiator, 4204);
  });
});

/** RFC 7143 11.8 and 13.17: several R2Ts of one command may be outstanding; R2TSN counts from 0, offsets and lengths tile the data. */
import { describe, expect, it } from "vitest";
import { TARGET_OPCODE } from "../../src/wire/opcode.ts";
import type { R2t } from "../../src/wire/pdu/r2t.ts";
import { ScriptedInitiator, write10 } from "../support/scripted-initiator.ts";
import { DISK, useTarget } from "./target.ts";

const target = useTarget();

const KEYS = ["InitialR2T=Yes", "ImmediateData=No", "MaxBurstLength=4096"];
const DATA = Buffer.from(Array.from({ length: 16384 }, (_, index) => (index * 7 + (index >> 8)) & 0xff));

async function write(r2ts: number, order: (indices: number[]) => number[]): Promise<void> {
  const initiator = await ScriptedInitiator.session(target.port, DISK, [...KEYS, `MaxOutstandingR2T=${r2ts}`]);
  const tag = initiator.command(write10(100, 32), { write: true, expectedDataTransferLength: DATA.length });
  let next = 0;
  while (next < 4) {
    const batch: R2t[] = [];
    while (batch.length < Math.min(r2ts, 4 - next)) batch.push((await initiator.expect(TARGET_OPCODE.r2t)).pdu);
    batch.forEach((r2t, index) => {
      expect(r2t).toMatchObject({
        initiatorTaskTag: tag,
        r2tSn: next + index,
        bufferOffset: (next + index) * 4096,
        desiredDataTransferLength: 4096,
      });
      expect(r2t.targetTransferTag).not.toBe(0xffffffff);
    });
    expect(new Set(batch.map((r2t) => r2t.targetTransferTag)).size).toBe(batch.length);
    if (next + batch.length < 4) await initiator.expectNothing(100);
    for (const index of order(batch.map((_, position) => position))) {
      const r2t = batch[index] as R2t;
      initiator.dataOut(tag, DATA.subarray(r2t.bufferOffset, r2t.bufferOffset + 4096), {}, r2t);
    }
    next += batch.length;
  }
  expect(await initiator.outcome(tag)).toMatchObject({ status: 0, residualCount: 0 });
  expect((await initiator.read(100, 32)).data.equals(DATA)).toBe(true);
  initiator.close();
}

describe("a write that is asked for by R2Ts", () => {
  it("takes four outstanding R2Ts answered in order", () => write(4, (indices) => indices));
  it("takes pairs of R2Ts", () => write(2, (indices) => indices));
  it("asks for one at a time when MaxOutstandingR2T is 1", () => write(1, (indices) => indices));

  it("takes the data of one R2T in several PDUs with DataSN from 0", async () => {
    const initiator = await ScriptedInitiator.session(target.port, DISK, KEYS);
    const tag = initiator.command(write10(200, 8), { write: true, expectedDataTransferLength: 4096 });
    const { pdu } = await initiator.expect(TARGET_OPCODE.r2t);
    for (let part = 0; part < 4; part++) {
      const fields = { final: part === 3, dataSn: part, bufferOffset: part * 1024 };
      initiator.dataOut(tag, DATA.subarray(part * 1024, part * 1024 + 1024), fields, pdu);
    }
    expect((await initiator.outcome(tag)).status).toBe(0);
    expect((await initiator.read(200, 8)).data.equals(DATA.subarray(0, 4096))).toBe(true);
    initiator.close();
  });
});

/** RFC 7143 11.4.5: what the allocation length of a CDB cuts off is no residual; what the expected length cuts off is. */
import { describe, expect, it } from "vitest";
import { ScriptedInitiator } from "../support/scripted-initiator.ts";
import { DISK, useTarget } from "./target.ts";

const target = useTarget();

/** The whole answer of REPORT LUNS: a header and one LUN. */
const LIST_BYTES = 16;

async function outcomeOf(cdb: Buffer, expectedDataTransferLength: number) {
  const initiator = await ScriptedInitiator.session(target.port, DISK);
  const outcome = await initiator.run(cdb, { read: true, expectedDataTransferLength });
  initiator.close();
  const { status, data, residualOverflow, residualUnderflow, residualCount } = outcome;
  return { status, bytes: data.length, residualOverflow, residualUnderflow, residualCount };
}

const NONE = { status: 0, residualOverflow: false, residualUnderflow: false, residualCount: 0 };

describe("REPORT LUNS", () => {
  it.each([
    ["agree with the list", LIST_BYTES, LIST_BYTES, { bytes: LIST_BYTES }],
    ["leave room behind the list", 4096, 4096, { bytes: LIST_BYTES, residualUnderflow: true, residualCount: 4080 }],
    ["differ: less is expected than there is", 4096, 12, { bytes: 12, residualOverflow: true, residualCount: 4 }],
  ])("whose allocation length and expected length %s", async (_what, allocation, expected, outcome) => {
    const cdb = Buffer.alloc(12);
    cdb[0] = 0xa0;
    cdb.writeUInt32BE(allocation, 6);
    expect(await outcomeOf(cdb, expected)).toEqual({ ...NONE, ...outcome });
  });
});

describe("INQUIRY", () => {
  it.each([
    ["as much is expected", 20, { bytes: 20 }],
    ["more is expected", 64, { bytes: 20, residualUnderflow: true, residualCount: 44 }],
    ["less is expected", 8, { bytes: 8, residualOverflow: true, residualCount: 12 }],
  ])("whose allocation length cuts its data at 20 bytes, where %s", async (_what, expected, outcome) => {
    expect(await outcomeOf(Buffer.from([0x12, 0, 0, 0, 20, 0]), expected)).toEqual({ ...NONE, ...outcome });
  });
});

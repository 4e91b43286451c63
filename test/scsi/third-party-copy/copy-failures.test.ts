/** Failures of a copy source or destination that the host has to hear of, and LBAs that no unit could have (SPC-4 5.17.7.4). */
import { expect, test } from "vitest";
import { SENSE } from "../../../src/scsi/sense.ts";
import { ScsiStatus } from "../../../src/scsi/status.ts";
import { cdb } from "../support/cdbs.ts";
import { CopyPair } from "../support/copy-harness.ts";

test("a flush that has failed is told to the host also when a copy has met it first", async () => {
  const pair = new CopyPair({}, { writeCache: false });
  pair.other.backend.failedFlushes += 1;
  const result = await pair.copy({ destination: 1, blocks: 8, from: 0, to: 0 });
  expect(result.sense).toMatchObject({ forwarded: { from: "destination", sense: { code: SENSE.writeFault } } });
  const flush = () => pair.unit.run(cdb.synchronizeCache10(0, 0), { lun: 1 });
  expect((await flush()).sense?.code).toBe(SENSE.writeFault);
  expect((await flush()).status).toBe(ScsiStatus.Good);
  expect((await pair.copy({ destination: 1, blocks: 8, from: 0, to: 0 })).status).toBe(ScsiStatus.Good);
  pair.expectIdle();
});

test.each([
  ["source", { source: 1, destination: 0, from: 2n ** 64n - 1n, to: 0 }, 12],
  ["destination", { source: 0, destination: 1, from: 0, to: 2n ** 64n - 1n }, 20],
])("an LBA of all ones is beyond the end of a %s that is offline, too", async (_side, place, field) => {
  const pair = new CopyPair();
  pair.other.lu.backend = undefined;
  const result = await pair.copy({ blocks: 8, ...place });
  expect(result.code).toBe("a/00/00");
  expect(result.sense?.field).toEqual({ inCdb: false, byte: 16 + 64 + field });
  expect(pair.unit.backend.log).toEqual([]);
  pair.expectIdle();
});

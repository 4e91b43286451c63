/** RFC 7143 11.7: DataSN from 0, offsets in order, segments within MaxRecvDataSegmentLength, F at the end of each burst. */
import { describe, expect, it } from "vitest";
import { TARGET_OPCODE } from "../../src/wire/opcode.ts";
import { ScriptedInitiator } from "../support/scripted-initiator.ts";
import { DISK, useTarget } from "./target.ts";

const target = useTarget();

describe("the data of a read", () => {
  it("comes in order, within the bounds that the initiator set", async () => {
    const initiator = await ScriptedInitiator.session(target.port, DISK, [
      "MaxRecvDataSegmentLength=4096",
      "MaxBurstLength=16384",
    ]);
    const data = Buffer.from(Array.from({ length: 65536 }, (_, index) => (index >> 3) & 0xff));
    const writer = await ScriptedInitiator.session(target.port, DISK);
    expect((await writer.write(5000, data)).status).toBe(0);
    writer.close();
    const outcome = await initiator.read(5000, 128);
    expect(outcome.data.equals(data)).toBe(true);
    let offset = 0;
    for (const [index, { pdu, data: piece }] of outcome.dataIns.entries()) {
      if (pdu.opcode !== TARGET_OPCODE.dataIn) throw new Error("no Data-In");
      expect([pdu.dataSn, pdu.bufferOffset]).toEqual([index, offset]);
      expect(piece.length).toBeGreaterThan(0);
      expect(piece.length).toBeLessThanOrEqual(4096);
      offset += piece.length;
      expect(pdu.final).toBe(offset % 16384 === 0);
      expect(pdu.hasStatus && offset < 65536).toBe(false);
    }
    initiator.close();
  });
});

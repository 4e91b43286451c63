/** RFC 7143 4.2.5.2: commands and unsolicited data of several writes may be interleaved; out of order data is not used. */
import { describe, expect, it } from "vitest";
import { ScriptedInitiator, write10 } from "../support/scripted-initiator.ts";
import { DISK, useTarget } from "./target.ts";

const target = useTarget();
const BLOCKS = 4;
const block = (value: number): Buffer => Buffer.alloc(512, value);

function begin(initiator: ScriptedInitiator, lba: number): number {
  return initiator.command(write10(lba, BLOCKS), { final: false, write: true, expectedDataTransferLength: BLOCKS * 512 });
}

describe("unsolicited data of two writes", () => {
  it("may follow both commands, first that of the first", async () => {
    const initiator = await ScriptedInitiator.session(target.port, DISK, ["InitialR2T=No"]);
    const tags = [begin(initiator, 8600), begin(initiator, 8610)];
    for (const [index, tag] of tags.entries()) {
      for (let n = 0; n < BLOCKS; n++) {
        initiator.dataOut(tag, block(index * 16 + n), { dataSn: n, bufferOffset: n * 512, final: n === BLOCKS - 1 });
      }
    }
    for (const tag of tags) expect((await initiator.outcome(tag)).status).toBe(0);
    for (const [index, lba] of [8600, 8610].entries()) {
      const { data } = await initiator.read(lba, BLOCKS);
      expect(data.equals(Buffer.concat([0, 1, 2, 3].map((n) => block(index * 16 + n))))).toBe(true);
    }
    initiator.close();
  });

  it("that skips a piece of the buffer is an error: the command fails, and nothing is written", async () => {
    const initiator = await ScriptedInitiator.session(target.port, DISK, ["InitialR2T=No"]);
    const tag = begin(initiator, 8620);
    initiator.dataOut(tag, block(1), { dataSn: 0, bufferOffset: 0, final: false });
    initiator.dataOut(tag, block(2), { dataSn: 1, bufferOffset: 1024, final: true });
    expect((await initiator.outcome(tag)).status).toBe(2);
    expect((await initiator.read(8620, BLOCKS)).data.equals(Buffer.alloc(BLOCKS * 512))).toBe(true);
    initiator.close();
  });
});

/** RFC 7143 11.8: a host need not answer an R2T soon. What such writes may hold of the memory is bounded, and READs go on beside them. */
import { expect, it } from "vitest";
import { TARGET_OPCODE } from "../../src/wire/opcode.ts";
import { ScriptedInitiator, write10 } from "../support/scripted-initiator.ts";
import { DISK, useTarget } from "./target.ts";

const BLOCKS = 32_768;
const WRITE_BYTES = BLOCKS * 512;
const target = useTarget('buffer_bytes = "64 MiB"');

async function stalledWrite(lba: number): Promise<ScriptedInitiator> {
  const initiator = await ScriptedInitiator.session(target.port, DISK, ["InitialR2T=Yes", "ImmediateData=No"]);
  initiator.command(write10(lba, BLOCKS), { write: true, expectedDataTransferLength: WRITE_BYTES });
  return initiator;
}

it("two writes of 16 MiB take what they may of 64 MiB: a READ is answered, and a third write has its turn when one goes", async () => {
  const holders: ScriptedInitiator[] = [];
  for (let n = 0; n < 2; n++) {
    const holder = await stalledWrite(n * BLOCKS);
    await holder.expect(TARGET_OPCODE.r2t);
    holders.push(holder);
  }
  const third = await stalledWrite(2 * BLOCKS);
  await third.expectNothing(300);
  const reader = await ScriptedInitiator.session(target.port, DISK);
  const { status, data } = await reader.read(0, 2_048);
  expect([status, data.length]).toEqual([0, 2_048 * 512]);
  holders[0]?.close();
  await third.expect(TARGET_OPCODE.r2t);
  for (const each of [...holders, third, reader]) each.close();
});

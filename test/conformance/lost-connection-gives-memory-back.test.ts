/** An INQUIRY of an unmapped LUN belongs to no unit's task set; it must end with its connection, memory included. */
import { expect, it } from "vitest";
import { lunFields } from "../../src/wire/lun.ts";
import { TARGET_OPCODE } from "../../src/wire/opcode.ts";
import { ScriptedInitiator, write10 } from "../support/scripted-initiator.ts";
import { DISK, useTarget } from "./target.ts";

const target = useTarget('buffer_bytes = "32 MiB"\nconnection_buffer_bytes = "32 MiB"');
it("memory leased after the connection is gone comes back", async () => {
  const one = await ScriptedInitiator.session(target.port, DISK, ["InitialR2T=Yes", "ImmediateData=No"]);
  const holder = await ScriptedInitiator.session(target.port, DISK, ["InitialR2T=Yes", "ImmediateData=No"]);
  for (const lba of [0, 32000]) {
    holder.command(write10(lba, 25600), { write: true, expectedDataTransferLength: 25600 * 512 });
    await holder.expect(TARGET_OPCODE.r2t);
  }
  // The rest of the slab: 6.75 MiB in whole slots.
  holder.command(write10(64000, 13824), { write: true, expectedDataTransferLength: 13824 * 512 });
  await holder.expect(TARGET_OPCODE.r2t);
  for (let n = 0; n < 20; n++)
    one.command([0x12, 0, 0, 0, 96, 0], { ...lunFields(5), read: true, expectedDataTransferLength: 96 });
  await one.expectNothing(200);
  one.close();
  await new Promise((r) => setTimeout(r, 100));
  holder.close();
  await new Promise((r) => setTimeout(r, 500));
  await expect.poll(() => target.process.metric("lunette_buffer_leased_bytes")).toBe(0);
});

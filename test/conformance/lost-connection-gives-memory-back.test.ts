/** An INQUIRY of an unmapped LUN belongs to no unit's task set (SAM-5 4.6.8); it must end with its connection, memory included. */
import { expect, it } from "vitest";
import { lunFields } from "../../src/wire/lun.ts";
import { TARGET_OPCODE } from "../../src/wire/opcode.ts";
import { ScriptedInitiator, write10 } from "../support/scripted-initiator.ts";
import { DISK, useTarget } from "./target.ts";

const BLOCKS = 32_768;
const target = useTarget('connection_buffer_bytes = "16 MiB"');

it("commands that wait for memory when their connection is lost keep none of it", async () => {
  const initiator = await ScriptedInitiator.session(target.port, DISK, ["InitialR2T=Yes", "ImmediateData=No"]);
  // All that the connection may have, for a write whose data never comes.
  initiator.command(write10(0, BLOCKS), { write: true, expectedDataTransferLength: BLOCKS * 512 });
  await initiator.expect(TARGET_OPCODE.r2t);
  for (let n = 0; n < 20; n++) {
    initiator.command([0x12, 0, 0, 0, 96, 0], { ...lunFields(5), read: true, expectedDataTransferLength: 96 });
  }
  await initiator.expectNothing(200);
  expect(await target.process.metric("lunette_buffer_leased_bytes")).toBe(BLOCKS * 512);
  initiator.close();
  await expect.poll(() => target.process.metric("lunette_connections")).toBe(0);
  expect(await target.process.metric("lunette_buffer_leased_bytes")).toBe(0);
});

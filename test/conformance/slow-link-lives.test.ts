/** data_out_ms counts silence: a task waits behind others whose data is arriving. */
import { expect, it } from "vitest";
import { TARGET_OPCODE } from "../../src/wire/opcode.ts";
import { ScriptedInitiator, write10 } from "../support/scripted-initiator.ts";
import { DISK, useTarget } from "./target.ts";

const target = useTarget("data_out_ms = 1000");
it("a host whose link is slow writes one command after the other", async () => {
  const initiator = await ScriptedInitiator.session(target.port, DISK, ["InitialR2T=Yes", "ImmediateData=No"]);
  const n = 16;
  const tag = initiator.command(write10(0, n), { write: true, expectedDataTransferLength: n * 512 });
  const { pdu } = await initiator.expect(TARGET_OPCODE.r2t);
  const tag2 = initiator.command(write10(100, 1), { write: true, expectedDataTransferLength: 512 });
  const second = await initiator.expect(TARGET_OPCODE.r2t);
  for (let k = 0; k < n; k++) {
    await new Promise((r) => setTimeout(r, 150));
    initiator.dataOut(tag, Buffer.alloc(512), {
      dataSn: k,
      bufferOffset: k * 512,
      final: k === n - 1,
      targetTransferTag: pdu.targetTransferTag,
    });
  }
  expect((await initiator.outcome(tag)).status).toBe(0);
  initiator.dataOut(tag2, Buffer.alloc(512), {}, second.pdu);
  expect((await initiator.outcome(tag2)).status).toBe(0);
  initiator.close();
});

/** RFC 7143 4.2.2.1: a window that was held back while memory was short is told open again, at the latest by the answer that empties it. */
import { expect, it } from "vitest";
import { TARGET_OPCODE } from "../../src/wire/opcode.ts";
import { ScriptedInitiator, TEST_UNIT_READY, write10 } from "../support/scripted-initiator.ts";
import { DISK, useTarget } from "./target.ts";

const target = useTarget('buffer_bytes = "32 MiB"\nconnection_buffer_bytes = "16 MiB"\ncommand_window = 16');

it("an initiator whose last command is answered may send the next one, also while others hold most of the memory", async () => {
  const holders: ScriptedInitiator[] = [];
  for (const lba of [0, 30_000]) {
    const holder = await ScriptedInitiator.session(target.port, DISK, ["InitialR2T=Yes", "ImmediateData=No"]);
    holder.command(write10(lba, 25_600), { write: true, expectedDataTransferLength: 25_600 * 512 });
    await holder.expect(TARGET_OPCODE.r2t);
    holders.push(holder);
  }
  const initiator = await ScriptedInitiator.session(target.port, DISK, ["InitialR2T=Yes", "ImmediateData=No"]);
  // A write that stays outstanding while the window is used up by others.
  const write = initiator.command(write10(99_000, 1), { write: true, expectedDataTransferLength: 512 });
  const { pdu } = await initiator.expect(TARGET_OPCODE.r2t);
  const mayForward = () => ((initiator.maxCmdSn - initiator.cmdSn) | 0) >= 0;
  for (let n = 0; n < 64 && mayForward(); n += 1) await initiator.run(TEST_UNIT_READY);
  initiator.dataOut(write, Buffer.alloc(512), {}, pdu);
  expect((await initiator.outcome(write)).status).toBe(0);
  expect(mayForward(), "nothing is outstanding and the window is shut").toBe(true);
  for (const each of [...holders, initiator]) each.close();
});

/** RFC 7143 4.2.2.1: a window that was held back while memory was short is told open again, at the latest by the answer that empties it. */
import { expect, it } from "vitest";
import { TARGET_OPCODE } from "../../src/wire/opcode.ts";
import { ScriptedInitiator, TEST_UNIT_READY, write10 } from "../support/scripted-initiator.ts";
import { DISK, useTarget } from "./target.ts";

const target = useTarget('connection_buffer_bytes = "16 MiB"\ncommand_window = 16');
/** More than three quarters of the connection's share: the window grows no more while this is outstanding. */
const BLOCKS = 26_000;

it("an initiator whose last command is answered may send the next one, although its memory was short until then", async () => {
  const initiator = await ScriptedInitiator.session(target.port, DISK, ["InitialR2T=Yes", "ImmediateData=No"]);
  const write = initiator.command(write10(0, BLOCKS), { write: true, expectedDataTransferLength: BLOCKS * 512 });
  const { pdu } = await initiator.expect(TARGET_OPCODE.r2t);
  const mayForward = () => ((initiator.maxCmdSn - initiator.cmdSn) | 0) >= 0;
  let commands = 0;
  for (; commands < 64 && mayForward(); commands += 1) await initiator.run(TEST_UNIT_READY);
  expect(commands, "the window is held while memory is short").toBeLessThan(16);
  const { bufferOffset, desiredDataTransferLength } = pdu;
  initiator.dataOut(write, Buffer.alloc(desiredDataTransferLength), { bufferOffset }, pdu);
  for (let at = bufferOffset + desiredDataTransferLength; at < BLOCKS * 512; ) {
    const { pdu: next } = await initiator.expect(TARGET_OPCODE.r2t);
    initiator.dataOut(write, Buffer.alloc(next.desiredDataTransferLength), { bufferOffset: at }, next);
    at += next.desiredDataTransferLength;
  }
  expect((await initiator.outcome(write)).status).toBe(0);
  expect(mayForward(), "nothing is outstanding and the window is shut").toBe(true);
  initiator.close();
});

/** RFC 7143 11.4.11: when MaxCmdSN grows and no answer is due that could tell it, a NOP-In tells it. */
import { expect, it } from "vitest";
import { RESERVED_TAG, TARGET_OPCODE } from "../../src/wire/opcode.ts";
import type { R2t } from "../../src/wire/pdu/r2t.ts";
import { ScriptedInitiator, TEST_UNIT_READY, write10 } from "../support/scripted-initiator.ts";
import { DISK, useTarget } from "./target.ts";

const target = useTarget('connection_buffer_bytes = "16 MiB"\ncommand_window = 16');
/** More than three quarters of the connection's share: the window grows no more while this is outstanding. */
const BLOCKS = 26_000;

it("an initiator that has used up its window while memory was short is told when there is memory again", async () => {
  const initiator = await ScriptedInitiator.session(target.port, DISK, ["InitialR2T=Yes", "ImmediateData=No"]);
  const shut = () => ((initiator.maxCmdSn - initiator.cmdSn) | 0) < 0;
  const begin = async (lba: number, blocks: number): Promise<R2t> => {
    initiator.command(write10(lba, blocks), { write: true, expectedDataTransferLength: blocks * 512 });
    return (await initiator.expect(TARGET_OPCODE.r2t)).pdu;
  };
  // One command that stays: as long as it does, nothing else has to be answered.
  const stays = await begin(100_000, 1);
  let run = await begin(0, BLOCKS);
  const large = run.initiatorTaskTag;
  while (!shut()) expect((await initiator.run(TEST_UNIT_READY)).status).toBe(0);
  for (let left = BLOCKS * 512; ; run = (await initiator.expect(TARGET_OPCODE.r2t)).pdu) {
    initiator.dataOut(large, Buffer.alloc(run.desiredDataTransferLength), {}, run);
    left -= run.desiredDataTransferLength;
    if (left === 0) break;
  }
  expect((await initiator.outcome(large)).status).toBe(0);
  expect(shut(), "the answer gives its memory back when it has left, and says so too early").toBe(true);
  const { pdu, data } = await initiator.expect(TARGET_OPCODE.nopIn, 2_000);
  expect(pdu).toMatchObject({ initiatorTaskTag: RESERVED_TAG, targetTransferTag: RESERVED_TAG, expCmdSn: initiator.cmdSn });
  expect(data.length).toBe(0);
  expect(shut()).toBe(false);
  expect((await initiator.run(TEST_UNIT_READY)).status).toBe(0);
  await initiator.expectNothing(600);
  initiator.dataOut(stays.initiatorTaskTag, Buffer.alloc(512), {}, stays);
  expect((await initiator.outcome(stays.initiatorTaskTag)).status).toBe(0);
  initiator.close();
});

/** RFC 7143 4.2.2.1: MaxCmdSN is never less than ExpCmdSN - 1 and never goes back, whatever PDU carries it; ExpCmdSN neither. */
import { expect, it } from "vitest";
import { TARGET_OPCODE } from "../../src/wire/opcode.ts";
import type { R2t } from "../../src/wire/pdu/r2t.ts";
import { distance } from "../../src/wire/serial-number.ts";
import { type Received, ScriptedInitiator, TEST_UNIT_READY, write10 } from "../support/scripted-initiator.ts";
import { DISK, useTarget } from "./target.ts";

const WINDOW = 16;
const target = useTarget(`command_window = ${WINDOW}`);

it.each([1, 0xfffffff8])(
  "no PDU tells a window of negative width or a smaller number than before, from CmdSN %i on",
  async (firstCmdSn) => {
    const initiator = await ScriptedInitiator.connect(target.port);
    initiator.cmdSn = firstCmdSn;
    const all: Received[] = [];
    const receive = initiator.receive.bind(initiator);
    initiator.receive = async (timeoutMs) => {
      const received = await receive(timeoutMs);
      if (received !== undefined) all.push(received);
      return received;
    };
    await initiator.login(DISK, ["InitialR2T=Yes", "ImmediateData=No"]);
    await initiator.settle();
    await initiator.ping();

    // As many writes as the window takes, all of which wait for their data: the window is shut.
    const r2ts: R2t[] = [];
    for (let n = 0; n < WINDOW; n++) initiator.command(write10(8100 + n, 1), { write: true, expectedDataTransferLength: 512 });
    for (let n = 0; n < WINDOW; n++) r2ts.push((await initiator.expect(TARGET_OPCODE.r2t)).pdu);
    await initiator.ping();
    expect(distance(initiator.expCmdSn, initiator.maxCmdSn)).toBe(-1);

    for (const r2t of r2ts) {
      initiator.dataOut(r2t.initiatorTaskTag, Buffer.alloc(512), {}, r2t);
      expect((await initiator.outcome(r2t.initiatorTaskTag)).status).toBe(0);
    }
    for (let n = 0; n < WINDOW; n++) expect((await initiator.run(TEST_UNIT_READY)).status).toBe(0);
    await initiator.ping();
    expect(distance(initiator.expCmdSn, initiator.maxCmdSn)).toBe(WINDOW - 1);

    let before: Received | undefined;
    for (const received of all) {
      expect(distance(received.pdu.expCmdSn, received.pdu.maxCmdSn)).toBeGreaterThanOrEqual(-1);
      if (before !== undefined) {
        expect(distance(before.pdu.expCmdSn, received.pdu.expCmdSn)).toBeGreaterThanOrEqual(0);
        expect(distance(before.pdu.maxCmdSn, received.pdu.maxCmdSn)).toBeGreaterThanOrEqual(0);
      }
      before = received;
    }
    initiator.close();
  },
);

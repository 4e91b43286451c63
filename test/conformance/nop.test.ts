/** RFC 7143 11.18 and 11.19: pings of both sides. */
import { describe, expect, it } from "vitest";
import { RESERVED_TAG, TARGET_OPCODE } from "../../src/wire/opcode.ts";
import { blankNopOut } from "../../src/wire/pdu/nop-out.ts";
import { ScriptedInitiator, TEST_UNIT_READY } from "../support/scripted-initiator.ts";
import { DISK, useTarget } from "./target.ts";

const target = useTarget("nop_idle_ms = 400\nnop_timeout_ms = 400");

describe("NOP-Out", () => {
  it.each([0, 1, 3, 4096, 100_000])("with %i bytes comes back with the same bytes", async (length) => {
    const initiator = await ScriptedInitiator.session(target.port, DISK, ["MaxRecvDataSegmentLength=262144"]);
    const data = Buffer.from(Array.from({ length }, (_, index) => index & 0xff));
    expect((await initiator.ping(data)).equals(data)).toBe(true);
    initiator.close();
  });

  it("gets no more bytes back than the initiator takes", async () => {
    const initiator = await ScriptedInitiator.session(target.port, DISK, ["MaxRecvDataSegmentLength=512"]);
    expect((await initiator.ping(Buffer.alloc(2000, 1))).length).toBeLessThanOrEqual(512);
    initiator.close();
  });

  it("uses a CmdSN when it is not immediate", async () => {
    const initiator = await ScriptedInitiator.session(target.port, DISK);
    await initiator.ping(Buffer.from("x"), { immediate: false });
    initiator.cmdSn++;
    expect(initiator.expCmdSn).toBe(initiator.cmdSn);
    expect((await initiator.run(TEST_UNIT_READY)).status).toBe(0);
    initiator.close();
  });

  it("without a task tag gets no answer", async () => {
    const initiator = await ScriptedInitiator.session(target.port, DISK);
    initiator.send({
      ...blankNopOut(),
      immediate: true,
      initiatorTaskTag: RESERVED_TAG,
      cmdSn: initiator.cmdSn,
      expStatSn: initiator.expStatSn,
    });
    await initiator.expectNothing(150);
    initiator.close();
  });
});

describe("an idle connection", () => {
  it("is pinged, and lives as long as it answers", async () => {
    const initiator = await ScriptedInitiator.session(target.port, DISK);
    for (let n = 0; n < 3; n++) {
      const { pdu } = await initiator.expect(TARGET_OPCODE.nopIn, 2_000);
      expect(pdu.initiatorTaskTag).toBe(RESERVED_TAG);
      expect(pdu.targetTransferTag).not.toBe(RESERVED_TAG);
      const { targetTransferTag } = pdu;
      const { cmdSn, expStatSn } = initiator;
      initiator.send({
        ...blankNopOut(),
        immediate: true,
        initiatorTaskTag: RESERVED_TAG,
        targetTransferTag,
        cmdSn,
        expStatSn,
      });
    }
    initiator.close();
  });

  it("is dropped when it does not answer", async () => {
    const initiator = await ScriptedInitiator.session(target.port, DISK);
    const before = await initiator.expectClosed(5_000);
    expect(before.map((each) => each.pdu.opcode)).toContain(TARGET_OPCODE.nopIn);
  });
});

/** RFC 7143 11.18 and 11.19: tags, LUN, data and number of a NOP-In that answers, and of one that asks. */
import { describe, expect, it } from "vitest";
import { lunFields } from "../../src/wire/lun.ts";
import { RESERVED_TAG, TARGET_OPCODE } from "../../src/wire/opcode.ts";
import { REJECT_REASON } from "../../src/wire/pdu/reject.ts";
import { ScriptedInitiator, TEST_UNIT_READY } from "../support/scripted-initiator.ts";
import { rejected, sendNopOut } from "./requests.ts";
import { DISK, useTarget } from "./target.ts";

const target = useTarget("nop_idle_ms = 300\nnop_timeout_ms = 5000");

describe("a NOP-In", () => {
  it("that answers has the task tag of the NOP-Out and no transfer tag", async () => {
    const initiator = await ScriptedInitiator.session(target.port, DISK);
    for (const initiatorTaskTag of [0, 1, 0x7fffffff, 0xfffffffe]) {
      sendNopOut(initiator, { initiatorTaskTag }, Buffer.from("data"));
      const { pdu, data } = await initiator.expect(TARGET_OPCODE.nopIn);
      expect(pdu).toMatchObject({ initiatorTaskTag, targetTransferTag: RESERVED_TAG });
      expect(data.toString()).toBe("data");
    }
    initiator.close();
  });

  it("returns the first bytes of a ping that is larger than what the initiator takes", async () => {
    const initiator = await ScriptedInitiator.session(target.port, DISK, ["MaxRecvDataSegmentLength=512"]);
    const ping = Buffer.from(Array.from({ length: 2000 }, (_, index) => (index * 3) & 0xff));
    expect((await initiator.ping(ping)).equals(ping.subarray(0, 512))).toBe(true);
    initiator.close();
  });

  it("that asks has no task tag, a transfer tag, a LUN that is there, no data and the next StatSN", async () => {
    const initiator = await ScriptedInitiator.session(target.port, DISK);
    const due = initiator.expStatSn;
    const { pdu, data } = await initiator.expect(TARGET_OPCODE.nopIn, 3_000);
    expect(pdu).toMatchObject({ initiatorTaskTag: RESERVED_TAG, statSn: due, ...lunFields(0) });
    expect(pdu.targetTransferTag).not.toBe(RESERVED_TAG);
    expect(data.length).toBe(0);
    initiator.close();
  });
});

describe("a NOP-Out without task tag", () => {
  it("answers a ping of the target and uses up no CmdSN", async () => {
    const initiator = await ScriptedInitiator.session(target.port, DISK);
    const { pdu } = await initiator.expect(TARGET_OPCODE.nopIn, 3_000);
    const { cmdSn } = initiator;
    sendNopOut(initiator, { initiatorTaskTag: RESERVED_TAG, targetTransferTag: pdu.targetTransferTag });
    expect((await initiator.run(TEST_UNIT_READY, { cmdSn })).status).toBe(0);
    initiator.close();
  });

  it("must be immediate: it is rejected otherwise", async () => {
    const initiator = await ScriptedInitiator.session(target.port, DISK);
    sendNopOut(initiator, { initiatorTaskTag: RESERVED_TAG, immediate: false });
    expect((await rejected(initiator)).pdu.reason).toBe(REJECT_REASON.protocolError);
    // A rejected request does not count as received (RFC 7143 7.3): its CmdSN is still to be used.
    expect((await initiator.run(TEST_UNIT_READY)).status).toBe(0);
    initiator.close();
  });
});

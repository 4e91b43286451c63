/** RFC 7143 11.17: a PDU that is not understood is rejected with its reason and its header; the session goes on. */
import { describe, expect, it } from "vitest";
import { TARGET_OPCODE } from "../../src/wire/opcode.ts";
import { blankNopOut } from "../../src/wire/pdu/nop-out.ts";
import { REJECT_REASON } from "../../src/wire/pdu/reject.ts";
import { ScriptedInitiator } from "../support/scripted-initiator.ts";
import { DISK, useTarget } from "./target.ts";

const target = useTarget();

describe("Reject", () => {
  it("answers an unknown operation code with command not supported and the header", async () => {
    const initiator = await ScriptedInitiator.session(target.port, DISK);
    const pdu = initiator.encode({ ...blankNopOut(), immediate: true, initiatorTaskTag: 99, cmdSn: initiator.cmdSn });
    pdu[0] = 0x40 | 0x1c;
    initiator.sendBytes(pdu);
    const reject = await initiator.expect(TARGET_OPCODE.reject);
    expect(reject.pdu.reason).toBe(REJECT_REASON.commandNotSupported);
    expect(reject.data.subarray(0, 48).equals(pdu)).toBe(true);
    await initiator.ping();
    initiator.close();
  });

  it("uses up a StatSN", async () => {
    const initiator = await ScriptedInitiator.session(target.port, DISK);
    await initiator.ping();
    const before = initiator.expStatSn;
    const pdu = initiator.encode({ ...blankNopOut(), immediate: true, initiatorTaskTag: 99, cmdSn: initiator.cmdSn });
    pdu[0] = 0x40 | 0x1d;
    initiator.sendBytes(pdu);
    expect((await initiator.expect(TARGET_OPCODE.reject)).pdu.statSn).toBe(before);
    await initiator.ping();
    expect(initiator.expStatSn).toBe(before + 2);
    initiator.close();
  });
});

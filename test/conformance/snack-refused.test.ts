/** RFC 7143 11.16 and 11.17.1: at ErrorRecoveryLevel 0 a SNACK is rejected and the session goes on. */
import { describe, expect, it } from "vitest";
import { TARGET_OPCODE } from "../../src/wire/opcode.ts";
import { REJECT_REASON } from "../../src/wire/pdu/reject.ts";
import { blankSnackRequest } from "../../src/wire/pdu/snack-request.ts";
import { ScriptedInitiator } from "../support/scripted-initiator.ts";
import { DISK, useTarget } from "./target.ts";

const target = useTarget();

describe("a SNACK", () => {
  it.each([0, 1, 2, 3])("of type %i is rejected with SNACK reject", async (type) => {
    const initiator = await ScriptedInitiator.session(target.port, DISK);
    initiator.send({
      ...blankSnackRequest(),
      type,
      initiatorTaskTag: type === 1 ? 0xffffffff : 5,
      targetTransferTag: 0xffffffff,
      expStatSn: initiator.expStatSn,
    });
    expect((await initiator.expect(TARGET_OPCODE.reject)).pdu.reason).toBe(REJECT_REASON.snackReject);
    await initiator.ping();
    initiator.close();
  });
});

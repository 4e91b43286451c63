/** RFC 7143 13.3 and appendix C: which SendTargets belongs to which kind of session. */
import { expect, it } from "vitest";
import { REJECT_REASON } from "../../src/wire/pdu/reject.ts";
import { keysOf, ScriptedInitiator } from "../support/scripted-initiator.ts";
import { sendText } from "./requests.ts";
import { DISK, useTarget } from "./target.ts";

const target = useTarget();

/** The answer "Reject", or a Reject of the whole request; nothing of any target in either case. */
async function refused(initiator: ScriptedInitiator, key: string): Promise<void> {
  sendText(initiator, [key]);
  const received = await initiator.receive();
  if (received === undefined || !("reason" in received.pdu)) {
    expect(keysOf(received?.data ?? Buffer.alloc(0))).toEqual(["SendTargets=Reject"]);
  } else {
    expect(received.pdu.reason).toBe(REJECT_REASON.protocolError);
  }
}

it("All is rejected in a normal session", async () => {
  const initiator = await ScriptedInitiator.session(target.port, DISK);
  await refused(initiator, "SendTargets=All");
  await initiator.ping();
  initiator.close();
});

it("without a value is rejected in a discovery session", async () => {
  const initiator = await ScriptedInitiator.connect(target.port);
  await initiator.login(undefined);
  await refused(initiator, "SendTargets=");
  initiator.close();
});

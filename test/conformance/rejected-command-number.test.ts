/** RFC 7143 7.3: the CmdSN of a rejected request counts as not received: the initiator uses it again, or aborts what had it. */
import { describe, expect, it } from "vitest";
import { RESERVED_TAG } from "../../src/wire/opcode.ts";
import { REJECT_REASON } from "../../src/wire/pdu/reject.ts";
import { ScriptedInitiator, TEST_UNIT_READY } from "../support/scripted-initiator.ts";
import { manage, rejected, sendLogout, sendManagement, sendNopOut, sendText } from "./requests.ts";
import { DISK, useTarget } from "./target.ts";

const target = useTarget();
const DIGESTS = ["HeaderDigest=CRC32C", "DataDigest=CRC32C"];
const later = { immediate: false } as const;

const REQUESTS: readonly (readonly [string, (initiator: ScriptedInitiator) => void])[] = [
  ["a SCSI command with a reserved attribute", (initiator) => initiator.command(TEST_UNIT_READY, { attribute: 7 })],
  ["a text request for a key of the login", (initiator) => sendText(initiator, ["MaxBurstLength=512"], later)],
  ["text with a wrong digest", (initiator) => sendText(initiator, ["SendTargets="], later, { spoilDataDigest: true })],
  ["a ping without a tag", (initiator) => sendNopOut(initiator, { ...later, initiatorTaskTag: RESERVED_TAG })],
  ["a ping with a wrong digest", (initiator) => sendNopOut(initiator, later, Buffer.from("x"), { spoilDataDigest: true })],
  [
    "a task management function without a tag",
    (initiator) => sendManagement(initiator, { ...later, function: 2, initiatorTaskTag: RESERVED_TAG }),
  ],
  ["a logout with a reserved reason", (initiator) => sendLogout(initiator, { ...later, reason: 99 })],
];

describe("the CmdSN of a rejected request", () => {
  it.each(REQUESTS)("is not used up by %s", async (_what, send) => {
    const initiator = await ScriptedInitiator.session(target.port, DISK, DIGESTS);
    const { cmdSn } = initiator;
    send(initiator);
    const { pdu } = await rejected(initiator);
    expect(pdu.expCmdSn).toBe(cmdSn);
    const behind = initiator.command(TEST_UNIT_READY, { cmdSn: cmdSn + 1 });
    await initiator.expectNothing(100);
    const filling = initiator.command(TEST_UNIT_READY, { cmdSn });
    expect((await initiator.outcome(filling)).status).toBe(0);
    expect((await initiator.outcome(behind)).status).toBe(0);
    expect(initiator.expCmdSn).toBe(cmdSn + 2);
    initiator.close();
  });

  it("counts as received when the initiator aborts the command instead", async () => {
    const initiator = await ScriptedInitiator.session(target.port, DISK);
    const { cmdSn } = initiator;
    const tag = initiator.command(TEST_UNIT_READY, { attribute: 7 });
    expect((await rejected(initiator)).pdu.reason).toBe(REJECT_REASON.protocolError);
    const reference = { referencedTaskTag: tag, refCmdSn: cmdSn };
    expect((await manage(initiator, { function: 1, ...reference, cmdSn: cmdSn + 1 })).pdu.response).toBe(0);
    initiator.cmdSn = cmdSn + 1;
    expect((await initiator.run(TEST_UNIT_READY)).status).toBe(0);
    initiator.close();
  });
});
